package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/reconcile"
)

// verbs are the words for a plan's writes.
var verbs = map[client.Verb]string{client.Create: "create", client.Update: "update", client.Patch: "patch", client.Delete: "delete", client.Bind: "bind", client.Evict: "evict"}

// explain says what each controller of an object would do now. Plans are values, so this is the same decision that the
// runner makes, printed and not carried out.
func (s *Server) explain(ctx context.Context, key api.Key) (string, error) {
	plans, err := s.runner.Explain(ctx, key)
	if err != nil {
		return "", err
	}
	snap := s.view.Snapshot()
	obj := snap.Object(key)
	var b strings.Builder
	k, err := s.reg.KindOf(ctx, key.Cluster, key.Resource)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&b, "%s %s, as of revision %d\n", k.Kind, strings.TrimPrefix(key.Namespace+"/"+key.Name, "/"), snap.Rev())
	if m, ok := obj.(metav1.Object); ok {
		if ref := metav1.GetControllerOf(m); ref != nil {
			fmt.Fprintf(&b, "  controlled by %s %s\n", ref.Kind, ref.Name)
		}
		if t := m.GetDeletionTimestamp(); t != nil {
			fmt.Fprintf(&b, "  being deleted since %s, held by finalizers %v\n", t.Format(time.RFC3339), m.GetFinalizers())
		}
	}
	if pod, ok := obj.(*corev1.Pod); ok {
		explainPod(&b, pod)
		s.explainPlace(&b, key, pod)
	}
	for _, p := range plans {
		explainPlan(&b, p)
	}
	if _, ok := obj.(*corev1.Pod); len(plans) == 0 && !ok {
		b.WriteString("  no controller acts on this object by itself\n")
	}
	return b.String(), nil
}

// explainPod names what the pod waits for: the scheduler's refusal, or the first thing on the node that is not so.
func explainPod(b *strings.Builder, pod *corev1.Pod) {
	if pod.Spec.NodeName == "" {
		fmt.Fprintf(b, "  %s: not on a node yet\n", pod.Spec.SchedulerName)
	} else {
		fmt.Fprintf(b, "  on node %s, phase %s\n", pod.Spec.NodeName, pod.Status.Phase)
	}
	for _, c := range pod.Status.Conditions {
		if c.Status != corev1.ConditionTrue && (c.Reason != "" || c.Message != "") {
			fmt.Fprintf(b, "    %s is %s: %s %s\n", c.Type, c.Status, c.Reason, c.Message)
		}
	}
	for _, list := range [][]corev1.ContainerStatus{pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses} {
		for _, c := range list {
			switch {
			case c.State.Waiting != nil:
				fmt.Fprintf(b, "    container %s waits: %s %s\n", c.Name, c.State.Waiting.Reason, c.State.Waiting.Message)
			case c.State.Terminated != nil:
				fmt.Fprintf(b, "    container %s ended: %s, exit code %d\n", c.Name, c.State.Terminated.Reason, c.State.Terminated.ExitCode)
			}
		}
	}
}

func explainPlan(b *strings.Builder, p reconcile.Explained) {
	fmt.Fprintf(b, "  %s: ", p.Controller)
	switch {
	case p.Plan.Note != "":
		b.WriteString(p.Plan.Note)
	case len(p.Plan.Writes) == 0:
		b.WriteString("nothing to do")
	default:
		b.WriteString("would write")
	}
	b.WriteByte('\n')
	for _, w := range p.Plan.Writes {
		name := w.Key.Name
		if w.Subresource != "" {
			name += "/" + w.Subresource
		}
		fmt.Fprintf(b, "    %s %s %s", verbs[w.Verb], w.Key.Resource, name)
		if w.Why != "" {
			fmt.Fprintf(b, " (%s)", w.Why)
		}
		b.WriteByte('\n')
	}
	for _, e := range p.Plan.Events {
		fmt.Fprintf(b, "    event %s: %s\n", e.Reason, e.Message)
	}
	if !p.Plan.Again.IsZero() {
		fmt.Fprintf(b, "    looks again at %s\n", p.Plan.Again.UTC().Format(time.RFC3339))
	}
}
