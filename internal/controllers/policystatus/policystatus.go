// Package policystatus says in the status of a ValidatingAdmissionPolicy which of its expressions cannot be right, and
// which generation was looked at. The policy is in force with or without.
//
// It reads the policies and writes their status.
package policystatus

import (
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

var policies = api.Resource{Group: admissionregistrationv1.GroupName, Name: "validatingadmissionpolicies"}

// Check finds what is wrong with the types of a policy, by the kinds that its cluster serves.
type Check func(c api.Cluster, policy *admissionregistrationv1.ValidatingAdmissionPolicy) ([]admissionregistrationv1.ExpressionWarning, error)

// New is the row of this controller.
func New(check Check) reconcile.Controller {
	return reconcile.Controller{
		Name: "validatingadmissionpolicy-status-controller",
		Plan: func(s *view.Snapshot, key api.Key, _ time.Time) (reconcile.Plan, error) {
			return decide(s, key, check)
		},
		Watches: map[api.Resource]reconcile.Trigger{policies: reconcile.Self},
		Writes:  []string{"validatingadmissionpolicies/status"},
	}
}

func decide(s *view.Snapshot, key api.Key, check Check) (p reconcile.Plan, err error) {
	policy, ok := view.Get[admissionregistrationv1.ValidatingAdmissionPolicy](s, key)
	if !ok || policy.Generation <= policy.Status.ObservedGeneration {
		return p, nil
	}
	warnings, err := check(key.Cluster, policy)
	if err != nil {
		return p, err
	}
	fresh := policy.DeepCopy()
	fresh.Status.ObservedGeneration = policy.Generation
	fresh.Status.TypeChecking = &admissionregistrationv1.TypeChecking{ExpressionWarnings: warnings}
	p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "say what is wrong with its types"))
	return p, nil
}
