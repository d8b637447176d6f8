package flowschema

import (
	"testing"

	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	"k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap"

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

// TestProducer: what was deleted comes back, what is upstream's stays so, and what an administrator has taken over does not
// change; the exempt level keeps what may be tuned of it.
func TestProducer(t *testing.T) {
	w := viewtest.New(t)
	ctl := Producer()
	low := bootstrap.SuggestedPriorityLevelConfigurationWorkloadLow
	shares := func(name string) int32 {
		t.Helper()
		spec := viewtest.Get[flowcontrolv1.PriorityLevelConfiguration](w, levels(), "", name).Spec
		if spec.Exempt != nil {
			return *spec.Exempt.NominalConcurrencyShares
		}
		return *spec.Limited.NominalConcurrencyShares
	}
	put := func(o *flowcontrolv1.PriorityLevelConfiguration, n int32, auto string) {
		t.Helper()
		o = o.DeepCopy()
		o.Generation, o.Annotations = 2, map[string]string{flowcontrolv1.AutoUpdateAnnotationKey: auto}
		if o.Spec.Exempt != nil {
			o.Spec.Exempt.NominalConcurrencyShares = &n
		} else {
			o.Spec.Limited.NominalConcurrencyShares = &n
		}
		w.Put(o)
		w.Settle(ctl)
	}
	put(low, 7, "false")
	if n := shares(low.Name); n != 7 {
		t.Errorf("an administrator's level has %d shares, want 7", n)
	}
	put(low, 7, "true")
	if n := shares(low.Name); n != *low.Spec.Limited.NominalConcurrencyShares {
		t.Errorf("an automatic level has %d shares", n)
	}
	put(low, 7, "")
	o := viewtest.Get[flowcontrolv1.PriorityLevelConfiguration](w, levels(), "", low.Name)
	if *o.Spec.Limited.NominalConcurrencyShares != 7 || o.Annotations[flowcontrolv1.AutoUpdateAnnotationKey] != "false" {
		t.Errorf("a changed level is taken for upstream's: %+v", o)
	}
	put(bootstrap.MandatoryPriorityLevelConfigurationExempt, 9, "true")
	if n := shares("exempt"); n != 9 {
		t.Errorf("the exempt level has %d shares, want 9", n)
	}
	w.Remove(w.Key(low))
	w.Settle(ctl)
	if n := shares(low.Name); n != *low.Spec.Limited.NominalConcurrencyShares {
		t.Errorf("a level that was deleted has %d shares", n)
	}
	probes := bootstrap.SuggestedFlowSchemaProbes.DeepCopy()
	probes.Spec.MatchingPrecedence++
	w.Put(probes)
	w.Settle(ctl)
	if n := viewtest.Get[flowcontrolv1.FlowSchema](w, schemas(), "", "probes").Spec.MatchingPrecedence; n != probes.Spec.MatchingPrecedence-1 {
		t.Errorf("an automatic schema has precedence %d", n)
	}
}
