package flowschema

import (
	"strconv"
	"time"

	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// Producer is the row of what keeps the configuration that a cluster begins with: deleted objects come back, and those
// whose annotation apf.kubernetes.io/autoupdate-spec says so, or that nobody has ever changed, keep upstream's spec. It
// looks at an object when it changes, where upstream looks at all every minute.
func Producer() reconcile.Controller {
	return reconcile.Controller{
		Name:    "api-priority-and-fairness-config-producer-v1",
		Plan:    produce,
		Watches: map[api.Resource]reconcile.Trigger{schemas(): reconcile.Self, levels(): reconcile.Self},
		Writes: []string{"flowschemas.flowcontrol.apiserver.k8s.io{of upstream's configuration}:spec,metadata.annotations",
			"prioritylevelconfigurations.flowcontrol.apiserver.k8s.io{of upstream's configuration}:spec,metadata.annotations"},
	}
}

func produce(s *view.Snapshot, key api.Key, _ time.Time) (reconcile.Plan, error) {
	if key.Resource == schemas() {
		return keepUp(s, key, bootstrap.MandatoryFlowSchemas, bootstrap.SuggestedFlowSchemas, func(next, want *flowcontrolv1.FlowSchema) {
			next.Spec = *want.Spec.DeepCopy()
		}), nil
	}
	return keepUp(s, key, bootstrap.MandatoryPriorityLevelConfigurations, bootstrap.SuggestedPriorityLevelConfigurations, func(next, want *flowcontrolv1.PriorityLevelConfiguration) {
		tuned := next.Spec.Exempt // what administrators may set of the exempt level stays
		if next.Spec = *want.Spec.DeepCopy(); next.Spec.Exempt != nil && tuned != nil {
			next.Spec.Exempt = tuned
		}
	}), nil
}

// keepUp keeps one object of a kind up; follow gives it upstream's spec.
func keepUp[T any, P interface {
	*T
	runtime.Object
	metav1.Object
	DeepCopy() P
}](s *view.Snapshot, key api.Key, mandatory, suggested []P, follow func(next, want P)) reconcile.Plan {
	want, must := find(key.Name, mandatory, suggested)
	got, found := view.Get[T, P](s, key)
	have := P(got)
	if want == nil || found && have.GetDeletionTimestamp() != nil {
		return reconcile.Plan{}
	}
	if !found {
		return keep(key, want.DeepCopy(), nil, false)
	}
	next := have.DeepCopy()
	auto := must || autoUpdates(have)
	if auto {
		follow(next, want)
	}
	annotate(next, auto)
	return keep(key, nil, next, apiequality.Semantic.DeepEqual(have, next))
}

// keep writes what is missing, or what has to be different.
func keep(key api.Key, missing, different runtime.Object, same bool) (p reconcile.Plan) {
	switch {
	case missing != nil:
		p.Writes = append(p.Writes, plan.Create(key, missing, "it belongs to the configuration that every cluster has"))
	case !same:
		p.Writes = append(p.Writes, plan.Update(key, different, "its spec is upstream's"))
	}
	return p
}

// find looks an object up among upstream's.
func find[T metav1.Object](name string, mandatory, suggested []T) (found T, must bool) {
	for i, list := range [][]T{mandatory, suggested} {
		for _, o := range list {
			if o.GetName() == name {
				return o, i == 0
			}
		}
	}
	return found, false
}

// autoUpdates says whether an object's spec follows upstream's: as its annotation says, else as long as nobody has
// changed it.
func autoUpdates(o metav1.Object) bool {
	if auto, err := strconv.ParseBool(o.GetAnnotations()[flowcontrolv1.AutoUpdateAnnotationKey]); err == nil {
		return auto
	}
	return o.GetGeneration() == 1
}

// annotate says so in the object.
func annotate(o metav1.Object, auto bool) {
	notes := o.GetAnnotations()
	if have, err := strconv.ParseBool(notes[flowcontrolv1.AutoUpdateAnnotationKey]); err == nil && have == auto {
		return
	}
	if notes == nil {
		notes = map[string]string{}
	}
	notes[flowcontrolv1.AutoUpdateAnnotationKey] = strconv.FormatBool(auto)
	o.SetAnnotations(notes)
}
