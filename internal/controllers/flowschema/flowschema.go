// Package flowschema says in the status of every FlowSchema whether the priority level that it names is there.
//
// It reads FlowSchemas and PriorityLevelConfigurations, and writes the condition Dangling.
package flowschema

import (
	"fmt"
	"slices"
	"time"

	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

func schemas() api.Resource {
	return api.Resource{Group: flowcontrolv1.GroupName, Name: "flowschemas"}
}

func levels() api.Resource {
	return api.Resource{Group: flowcontrolv1.GroupName, Name: "prioritylevelconfigurations"}
}

// Controller is the row of this controller.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name:    "api-priority-and-fairness-config-consumer-v1",
		Plan:    decide,
		Watches: map[api.Resource]reconcile.Trigger{schemas(): reconcile.Self, levels(): namers},
		Writes:  []string{"flowschemas.flowcontrol.apiserver.k8s.io/status"},
	}
}

// namers are the schemas that name a priority level. There are a few dozen schemas in a cluster.
func namers(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	level := ev.Record.Key
	for f := range view.List[flowcontrolv1.FlowSchema](s, api.Scope{Resource: schemas(), Cluster: level.Cluster}) {
		if f.Spec.PriorityLevelConfiguration.Name == level.Name {
			keys = append(keys, api.Key{Resource: schemas(), Cluster: level.Cluster, Name: f.Name})
		}
	}
	return keys
}

func decide(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	f, ok := view.Get[flowcontrolv1.FlowSchema](s, key)
	if !ok || f.DeletionTimestamp != nil {
		return p, nil
	}
	name := f.Spec.PriorityLevelConfiguration.Name
	_, found := view.Get[flowcontrolv1.PriorityLevelConfiguration](s, api.Key{Resource: levels(), Cluster: key.Cluster, Name: name})
	want := condition(name, found)
	i := slices.IndexFunc(f.Status.Conditions, func(c flowcontrolv1.FlowSchemaCondition) bool { return c.Type == want.Type })
	want.LastTransitionTime = metav1.NewTime(now)
	if i >= 0 {
		have := f.Status.Conditions[i]
		if have.Status == want.Status {
			want.LastTransitionTime = have.LastTransitionTime
		}
		if have == want {
			return p, nil
		}
	}
	next := f.DeepCopy()
	if i < 0 {
		next.Status.Conditions = append(next.Status.Conditions, want)
	} else {
		next.Status.Conditions[i] = want
	}
	p.Writes = append(p.Writes, plan.UpdateStatus(key, next, want.Message))
	return p, nil
}

// condition is upstream's, in its words.
func condition(level string, found bool) flowcontrolv1.FlowSchemaCondition {
	c := flowcontrolv1.FlowSchemaCondition{Type: flowcontrolv1.FlowSchemaConditionDangling, Status: flowcontrolv1.ConditionTrue, Reason: "NotFound",
		Message: fmt.Sprintf("This FlowSchema references the PriorityLevelConfiguration object named %q but there is no such object", level)}
	if found {
		c.Status, c.Reason = flowcontrolv1.ConditionFalse, "Found"
		c.Message = fmt.Sprintf("This FlowSchema references the PriorityLevelConfiguration object named %q and it exists", level)
	}
	return c
}
