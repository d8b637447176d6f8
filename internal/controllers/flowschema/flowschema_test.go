package flowschema

import (
	"testing"

	flowcontrolv1 "k8s.io/api/flowcontrol/v1"

	"gantry.dev/gantry/internal/view/viewtest"
)

// TestDangling: the condition follows the priority level as it comes.
func TestDangling(t *testing.T) {
	w := viewtest.New(t, `{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: FlowSchema, metadata: {name: f}, spec: {priorityLevelConfiguration: {name: mine}, matchingPrecedence: 5}}`)
	ctl := Controller()
	check := func(status flowcontrolv1.ConditionStatus, reason string) {
		t.Helper()
		w.Settle(ctl)
		conditions := viewtest.Get[flowcontrolv1.FlowSchema](w, schemas(), "", "f").Status.Conditions
		if len(conditions) != 1 || conditions[0].Status != status || conditions[0].Reason != reason || conditions[0].LastTransitionTime.IsZero() {
			t.Fatalf("%+v, want %s because %s", conditions, status, reason)
		}
	}
	check(flowcontrolv1.ConditionTrue, "NotFound")
	level := &flowcontrolv1.PriorityLevelConfiguration{Spec: flowcontrolv1.PriorityLevelConfigurationSpec{Type: flowcontrolv1.PriorityLevelEnablementExempt}}
	level.Name = "mine"
	w.Put(level)
	check(flowcontrolv1.ConditionFalse, "Found")
}
