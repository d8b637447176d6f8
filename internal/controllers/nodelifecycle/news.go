package nodelifecycle

import (
	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// news tells of nodes that come, go, or cease to be ready, as upstream does, also after each start.
func news(s *view.Snapshot, ev store.Event) []reconcile.Event {
	if ev.Record.Key.Resource != plan.Nodes {
		return nil
	}
	n := view.Of[corev1.Node](s, ev.Record)
	was := view.Of[corev1.Node](s, ev.Prev)
	about := func(reason, message string) []reconcile.Event {
		return []reconcile.Event{{Object: n, Reason: reason, Message: "Node " + n.Name + message}}
	}
	switch {
	case ev.Type == store.Delete:
		return about("RemovingNode", " event: Removing Node "+n.Name+" from Controller")
	case was == nil || was.UID != n.UID:
		return about("RegisteredNode", " event: Registered Node "+n.Name+" in Controller")
	case ready(was) && !ready(n):
		return about("NodeNotReady", " status is now: NodeNotReady")
	}
	return nil
}
