package pod

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Back-off of restarts and pulls, kubelet's figures.
const (
	backoffFirst = 10 * time.Second
	backoffMax   = 5 * time.Minute
	// backoffReset: a container that ran for so long starts from the beginning.
	backoffReset = 10 * time.Minute
)

// lostExitCode is what a container counts as when nobody saw its end: killed.
const lostExitCode = 137

// NextBackoff is the delay after one of d.
func NextBackoff(d time.Duration) time.Duration {
	if d <= 0 {
		return backoffFirst
	}
	return min(2*d, backoffMax)
}

// backoffAfter is the delay that the end of c is followed by.
func backoffAfter(c *Container) time.Duration {
	if c.FinishedAt.Sub(c.StartedAt) > backoffReset {
		return 0
	}
	return c.Backoff
}

// isSidecar says whether an init container is a restartable one.
func isSidecar(c *corev1.Container) bool {
	return c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways
}

// restarts says whether a container that ended with code is started again. The container's own rules come before its
// own policy, that before the pod's.
func restarts(spec *corev1.PodSpec, c *corev1.Container, role Role, code int32) bool {
	if role == Ephemeral {
		return false
	}
	if c.RestartPolicy != nil {
		if ruleFor(c, code) != nil { // it alone, or all
			return true
		}
		return restartsBy(string(*c.RestartPolicy), role, code)
	}
	return restartsBy(string(spec.RestartPolicy), role, code)
}

// startsAnew says whether a container that is ended for a failed probe is started again, with whatever code it ends then: its rules are about
// codes, and an end that was asked for has none that means something. This is kubelet's.
func (d *decider) startsAnew(s *slot) bool {
	switch {
	case s.role == Ephemeral:
		return false
	case s.spec.RestartPolicy != nil:
		return *s.spec.RestartPolicy != corev1.ContainerRestartPolicyNever
	}
	return d.Pod.Spec.RestartPolicy != corev1.RestartPolicyNever
}

// replaced says whether an instance that has ended was ended to be started anew.
func (c *Container) replaced() bool { return c != nil && c.Stop != nil && c.Stop.Replace }

// ruleFor is the first of a container's rules that is about an end with code, nil if none is.
func ruleFor(c *corev1.Container, code int32) *corev1.ContainerRestartRule {
	for i := range c.RestartPolicyRules {
		if r := &c.RestartPolicyRules[i]; matches(r.ExitCodes, code) {
			return r
		}
	}
	return nil
}

// restartsBy applies one policy. An init container that succeeded is done whatever the policy says.
func restartsBy(policy string, role Role, code int32) bool {
	switch {
	case policy == string(corev1.RestartPolicyNever):
		return false
	case policy == string(corev1.RestartPolicyOnFailure) || role == Init:
		return code != 0
	}
	return true
}

func matches(on *corev1.ContainerRestartRuleOnExitCodes, code int32) bool {
	if on == nil {
		return false
	}
	in := slices.Contains(on.Values, code)
	switch on.Operator {
	case corev1.ContainerRestartRuleOnExitCodesOpIn:
		return in
	case corev1.ContainerRestartRuleOnExitCodesOpNotIn:
		return !in
	}
	return false
}
