package schema

import (
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
)

func TestCheckPolicy(t *testing.T) {
	s := newSchema(t)
	policy := &admissionregistrationv1.ValidatingAdmissionPolicy{Spec: admissionregistrationv1.ValidatingAdmissionPolicySpec{
		ParamKind: &admissionregistrationv1.ParamKind{APIVersion: "v1", Kind: "ConfigMap"},
		MatchConstraints: &admissionregistrationv1.MatchResources{ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{
			RuleWithOperations: admissionregistrationv1.RuleWithOperations{Rule: admissionregistrationv1.Rule{
				APIGroups: []string{"apps"}, APIVersions: []string{"v1"}, Resources: []string{"deployments"}}}}}},
		Validations: []admissionregistrationv1.Validation{
			{Expression: "object.spec.replicas <= int(params.data.max)", MessageExpression: "'no ' + object.metadata.nome"},
			{Expression: "object.spec.replica > 1"},
			{Expression: "object.spec.replicas == 'one'"},
		}}}
	want := []string{"spec.validations[0].messageExpression undefined field 'nome'", "spec.validations[1].expression undefined field 'replica'",
		"spec.validations[2].expression found no matching overload for '_==_'"}
	got := s.CheckPolicy(policy, nil)
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i, w := range got {
		path, text, _ := strings.Cut(want[i], " ")
		if w.FieldRef != path || !strings.Contains(w.Warning, text) || !strings.HasPrefix(w.Warning, "apps/v1, Kind=Deployment: ") {
			t.Errorf("got %+v, want %s", w, want[i])
		}
	}
}
