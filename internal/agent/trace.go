package agent

import (
	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/driver/tracing"
)

// traceStart sends the start of a pod, from the moment when it was seen until the API knew that it runs. Attributes have the names
// of OpenTelemetry's conventions.
func (a *Agent) traceStart(ps *podState, p *corev1.Pod) {
	if a.cfg.Tracer == nil {
		return
	}
	ps.timing.mu.Lock()
	t := ps.timing.t // steps are not added any more
	ps.timing.mu.Unlock()
	whole := tracing.Span{Name: "start pod", From: t.Seen, To: t.Running, Attributes: tracing.Attributes{
		"k8s.namespace.name": p.Namespace, "k8s.pod.name": p.Name, "k8s.pod.uid": string(p.UID), "k8s.node.name": a.cfg.NodeName,
	}}
	for _, s := range t.Steps {
		whole.Parts = append(whole.Parts, tracing.Span{
			Name: s.Name, From: s.From, To: s.To, Failed: s.Failed, Attributes: tracing.Attributes{"k8s.container.name": s.Container},
		})
	}
	a.cfg.Tracer.Record(whole)
}
