package customresources

import (
	"fmt"
	"slices"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apimachinery/pkg/util/sets"

	"gantry.dev/gantry/internal/api"
)

type names = apiextensionsv1.CustomResourceDefinitionNames

// taken are the names of a group that a definition cannot have.
type taken struct{ resources, kinds sets.Set[string] }

func (t taken) add(n *names) {
	t.resources.Insert(n.Plural, n.Singular).Insert(n.ShortNames...)
	t.kinds.Insert(n.Kind, n.ListKind)
	t.resources.Delete("")
	t.kinds.Delete("")
}

// accept gives a definition the names that it wants and that are free, and says which are not. Beside the names that others
// have, those are taken that an older definition is about to get: two that are planned at the same time, on snapshots of
// different age, come to the same end, because the younger one's plan cannot have missed the older. The rivals that
// are returned want one of the names too, and must not have been given it meanwhile.
func accept(crd *definition, others []other, created api.Revision, now time.Time) (rivals []other) {
	if settled(crd) && crd.Status.Conditions != nil {
		return nil
	}
	held := taken{sets.New[string](), sets.New[string]()}
	for _, o := range others {
		held.add(&o.crd.Status.AcceptedNames)
		if settled(o.crd) || o.crd.DeletionTimestamp != nil {
			continue
		}
		if o.rec.Created < created {
			held.add(&o.crd.Spec.Names)
		} else if overlap(&o.crd.Spec.Names, &crd.Spec.Names) {
			rivals = append(rivals, o)
		}
	}
	want, have := &crd.Spec.Names, crd.Status.AcceptedNames
	c := apiextensionsv1.CustomResourceDefinitionCondition{Type: apiextensionsv1.NamesAccepted, Status: apiextensionsv1.ConditionTrue,
		Reason: "NoConflicts", Message: "no conflicts found"}
	refuse := func(reason string, err error) {
		c.Status, c.Reason, c.Message = apiextensionsv1.ConditionFalse, reason, err.Error()
	}
	got := have
	take := func(reason, want, have string, held sets.Set[string], into *string) {
		if want != have && held.Has(want) {
			refuse(reason, inUse(want))
		} else {
			*into = want
		}
	}
	// In upstream's order: the last refusal is the one that is shown.
	take("PluralConflict", want.Plural, have.Plural, held.resources, &got.Plural)
	take("SingularConflict", want.Singular, have.Singular, held.resources, &got.Singular)
	var errs []error
	for _, short := range want.ShortNames {
		if !slices.Contains(have.ShortNames, short) && held.resources.Has(short) {
			errs = append(errs, inUse(short))
		}
	}
	if err := utilerrors.NewAggregate(errs); err != nil {
		refuse("ShortNamesConflict", err)
	} else {
		got.ShortNames = want.ShortNames
	}
	take("KindConflict", want.Kind, have.Kind, held.kinds, &got.Kind)
	take("ListKindConflict", want.ListKind, have.ListKind, held.kinds, &got.ListKind)
	got.Categories = want.Categories
	crd.Status.AcceptedNames = got
	set(crd, c, now)
	return rivals
}

func inUse(name string) error { return fmt.Errorf("%q is already in use", name) }

func overlap(a, b *names) bool {
	t := taken{sets.New[string](), sets.New[string]()}
	t.add(a)
	return t.resources.HasAny(append([]string{b.Plural, b.Singular}, b.ShortNames...)...) || t.kinds.HasAny(b.Kind, b.ListKind)
}
