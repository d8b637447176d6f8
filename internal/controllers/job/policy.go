package job

import (
	"fmt"
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

// ruling is what the job's podFailurePolicy says of a failed pod.
type ruling struct {
	counts    bool // toward backoffLimit
	failIndex bool
	failJob   string // why the whole job fails, or ""
}

// rule finds the first rule that matches. A pod whose exit code nobody saw has the code that kubelet writes for it, 137
// with reason ContainerStatusUnknown, and rules see that.
func rule(policy *batchv1.PodFailurePolicy, p *corev1.Pod) ruling {
	if policy == nil {
		return ruling{counts: true}
	}
	for i := range policy.Rules {
		r := &policy.Rules[i]
		var why string
		if r.OnExitCodes != nil {
			cs := exited(&p.Status, r.OnExitCodes)
			if cs == nil {
				continue
			}
			why = fmt.Sprintf("Container %s for pod %s/%s failed with exit code %v matching %v rule at index %d",
				cs.Name, p.Namespace, p.Name, cs.State.Terminated.ExitCode, r.Action, i)
		} else {
			c := conditioned(&p.Status, r.OnPodConditions)
			if c == nil {
				continue
			}
			why = fmt.Sprintf("Pod %s/%s has condition %v matching %v rule at index %d", p.Namespace, p.Name, c.Type, r.Action, i)
		}
		switch r.Action {
		case batchv1.PodFailurePolicyActionIgnore:
			return ruling{}
		case batchv1.PodFailurePolicyActionFailIndex:
			return ruling{counts: true, failIndex: true}
		case batchv1.PodFailurePolicyActionCount:
			return ruling{counts: true}
		case batchv1.PodFailurePolicyActionFailJob:
			return ruling{counts: true, failJob: why}
		}
	}
	return ruling{counts: true}
}

// exited is the first container, mains before init containers, whose exit code a requirement matches. Code 0 never does.
func exited(st *corev1.PodStatus, req *batchv1.PodFailurePolicyOnExitCodesRequirement) *corev1.ContainerStatus {
	for _, list := range [][]corev1.ContainerStatus{st.ContainerStatuses, st.InitContainerStatuses} {
		for i := range list {
			end := list[i].State.Terminated
			if end == nil || end.ExitCode == 0 || req.ContainerName != nil && *req.ContainerName != list[i].Name {
				continue
			}
			switch in := slices.Contains(req.Values, end.ExitCode); req.Operator {
			case batchv1.PodFailurePolicyOnExitCodesOpIn:
				if in {
					return &list[i]
				}
			case batchv1.PodFailurePolicyOnExitCodesOpNotIn:
				if !in {
					return &list[i]
				}
			}
		}
	}
	return nil
}

func conditioned(st *corev1.PodStatus, patterns []batchv1.PodFailurePolicyOnPodConditionsPattern) *corev1.PodCondition {
	for i := range st.Conditions {
		c := &st.Conditions[i]
		if slices.ContainsFunc(patterns, func(p batchv1.PodFailurePolicyOnPodConditionsPattern) bool {
			return p.Type == c.Type && p.Status == c.Status
		}) {
			return c
		}
	}
	return nil
}

// succeeds reports whether the indexes that are done satisfy a rule of the success policy, and which.
func succeeds(policy *batchv1.SuccessPolicy, done indexes, completions int) (string, bool) {
	if policy == nil || len(done) == 0 {
		return "", false
	}
	for i, r := range policy.Rules {
		met := false
		if r.SucceededIndexes != nil {
			want := parseIndexes(*r.SucceededIndexes, completions)
			n := want.common(done)
			met = len(want) > 0 && (n == want.count() || r.SucceededCount != nil && n >= int(*r.SucceededCount))
		} else {
			met = r.SucceededCount != nil && done.count() >= int(*r.SucceededCount)
		}
		if met {
			return fmt.Sprintf("Matched rules at index %d", i), true
		}
	}
	return "", false
}
