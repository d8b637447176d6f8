package policystatus

import (
	"errors"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/view/viewtest"
)

func TestStatus(t *testing.T) {
	w := viewtest.New(t, "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {name: new, generation: 2}}",
		"{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {name: seen, generation: 2}, status: {observedGeneration: 2}}")
	warnings, err := []admissionregistrationv1.ExpressionWarning{{FieldRef: "spec", Warning: "bad"}}, error(nil)
	check := func(c api.Cluster, p *admissionregistrationv1.ValidatingAdmissionPolicy) ([]admissionregistrationv1.ExpressionWarning, error) {
		if c != api.Host || p.Name != "new" {
			t.Errorf("checked %s of %s", p.Name, c)
		}
		return warnings, err
	}
	key := func(name string) api.Key { return api.Key{Resource: policies, Cluster: api.Host, Name: name} }
	p, got := decide(w.Snapshot(), key("new"), check)
	if got != nil || len(p.Writes) != 1 || p.Writes[0].Subresource != "status" {
		t.Fatalf("got %+v, %v", p, got)
	}
	st := p.Writes[0].Object.(*admissionregistrationv1.ValidatingAdmissionPolicy).Status
	if st.ObservedGeneration != 2 || len(st.TypeChecking.ExpressionWarnings) != 1 {
		t.Errorf("got %+v", st)
	}
	for _, name := range []string{"seen", "nobody"} {
		if p, err := decide(w.Snapshot(), key(name), check); err != nil || len(p.Writes) != 0 {
			t.Errorf("%s: got %+v, %v", name, p, err)
		}
	}
	err = errors.New("the store is closed")
	if _, got := decide(w.Snapshot(), key("new"), check); !errors.Is(got, err) {
		t.Errorf("got %v", got)
	}
}
