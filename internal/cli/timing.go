package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"text/tabwriter"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"

	"gantry.dev/gantry/internal/agent"
)

// explainTiming prints the steps of a pod's start on its node.
func (e *env) explainTiming(ctx context.Context, c rest.Interface, gvr schema.GroupVersionResource, ns, name string) error {
	if gvr.Group != "" || gvr.Resource != "pods" {
		return usageError{fmt.Errorf("--timing is about the start of pods, not of %s", gvr.Resource)}
	}
	var pod corev1.Pod
	b, err := c.Get().AbsPath("/api/v1/namespaces/" + ns + "/pods/" + name).Do(ctx).Raw()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, &pod); err != nil {
		return fmt.Errorf("reading pod %s: %w", name, err)
	}
	if pod.Spec.NodeName == "" {
		e.printf("Pod %s/%s is not on a node yet\n", ns, name)
		return nil
	}
	if b, err = c.Get().AbsPath("/api/v1/nodes/" + pod.Spec.NodeName + "/proxy/timing/" + ns + "/" + name).Do(ctx).Raw(); err != nil {
		return err
	}
	var t agent.Timing
	if err := json.Unmarshal(b, &t); err != nil {
		return fmt.Errorf("reading the timing of pod %s: %w", name, err)
	}
	e.printf("Pod %s/%s on node %s, seen there at %s\n", ns, name, pod.Spec.NodeName, t.Seen.UTC().Format(time.RFC3339Nano))
	w := tabwriter.NewWriter(e.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "AFTER\tTOOK\tSTEP\tCONTAINER")
	for _, s := range t.Steps {
		name := s.Name
		if s.Failed != "" {
			name += " (failed)"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", exact(s.From.Sub(t.Seen)), exact(s.To.Sub(s.From)), name, s.Container)
	}
	if !t.Running.IsZero() {
		fmt.Fprintf(w, "%s\t\tthe API knows that it runs\t\n", exact(t.Running.Sub(t.Seen)))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, p := range t.Pulls {
		e.printf("pulling %s for %s: %s\n", p.Ref, exact(time.Since(p.Started)), p)
	}
	return nil
}

// exact prints a time in milliseconds with two digits behind the point.
func exact(d time.Duration) string { return fmt.Sprintf("%.2fms", float64(d.Microseconds())/1000) }
