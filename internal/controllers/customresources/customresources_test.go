package customresources

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apihelpers"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/view/viewtest"
)

// manifest is a definition: plural, kind, and what else names says.
func manifest(plural, kind, names string) string {
	return fmt.Sprintf(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: %[1]s.example.com}
spec:
  group: example.com
  scope: Cluster
  names: {plural: %[1]s, singular: %[3]s, kind: %[2]s, listKind: %[2]sList%[4]s}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
`, plural, kind, strings.TrimSuffix(plural, "s"), names)
}

func keyOf(plural string) api.Key {
	return api.Key{Resource: schema.Definitions, Cluster: api.Host, Name: plural + ".example.com"}
}

var ctl = Controller(func(r api.Resource) bool { return r == plan.Pods })

// show is a definition's conditions, those that hold with a plus, and the accepted short names.
func show(w *viewtest.World, plural string) string {
	crd := viewtest.Get[definition](w, schema.Definitions, "", keyOf(plural).Name)
	var out []string
	for _, c := range crd.Status.Conditions {
		sign := map[apiextensionsv1.ConditionStatus]string{apiextensionsv1.ConditionTrue: "+", apiextensionsv1.ConditionFalse: "-"}[c.Status]
		out = append(out, fmt.Sprintf("%s%s(%s)", sign, c.Type, c.Reason))
	}
	return strings.Join(append(out, crd.Status.AcceptedNames.ShortNames...), " ")
}

const good = "+NamesAccepted(NoConflicts) +Established(InitialNamesAccepted)"

func TestNames(t *testing.T) {
	w := viewtest.New(t, manifest("ones", "One", ", shortNames: [o]"))
	w.Settle(ctl)
	if got := show(w, "ones"); got != good+" o" {
		t.Errorf("alone: %s", got)
	}
	for _, c := range []struct{ plural, kind, names, want string }{
		{"twos", "One", "", "-NamesAccepted(ListKindConflict) -Established(NotAccepted)"},
		{"threes", "Three", ", shortNames: [t, o]", "-NamesAccepted(ShortNamesConflict) -Established(NotAccepted)"},
		{"o", "Four", "", "-NamesAccepted(SingularConflict) -Established(NotAccepted)"},
		{"fives", "Five", ", shortNames: [f]", good + " f"},
	} {
		w.Add(manifest(c.plural, c.kind, c.names))
		w.Settle(ctl)
		if got := show(w, c.plural); got != c.want {
			t.Errorf("%s: %s, want %s", c.plural, got, c.want)
		}
	}
	// Names that become free go to those that want them.
	w.Remove(keyOf("ones"))
	w.Settle(ctl)
	for plural, want := range map[string]string{"twos": good, "threes": "+NamesAccepted(NoConflicts) +Established(InitialNamesAccepted) t o", "o": "-NamesAccepted(SingularConflict) -Established(NotAccepted)"} {
		if got := show(w, plural); got != want {
			t.Errorf("%s, after the end of ones: %s, want %s", plural, got, want)
		}
	}
}

// TestRivals: two definitions that want one name, planned on the same snapshot or on snapshots of different age, never
// both get it.
func TestRivals(t *testing.T) {
	w := viewtest.New(t, manifest("as", "Same", ""))
	before := w.Snapshot()
	w.Add(manifest("bs", "Same", ""))
	after := w.Snapshot()
	older, err := ctl.Plan(before, keyOf("as"), w.Now)
	if err != nil {
		t.Fatal(err)
	}
	younger, err := ctl.Plan(after, keyOf("bs"), w.Now)
	if err != nil {
		t.Fatal(err)
	}
	accepted := func(writes []client.Write) bool {
		return apihelpers.IsCRDConditionTrue(writes[0].Object.(*definition), apiextensionsv1.NamesAccepted)
	}
	if !accepted(older.Writes) || accepted(younger.Writes) {
		t.Errorf("the older one is accepted: %v, the younger: %v", accepted(older.Writes), accepted(younger.Writes))
	}
	again, err := ctl.Plan(after, keyOf("as"), w.Now)
	if err != nil || !accepted(again.Writes) || !slices.ContainsFunc(again.Writes[0].Fence, func(f client.Fence) bool { return f.Key == keyOf("bs") }) {
		t.Errorf("the older one, which sees a rival, does not make sure of it: %+v, %v", again.Writes, err)
	}
	w.Settle(ctl)
	if a, b := show(w, "as"), show(w, "bs"); a != good || !strings.HasPrefix(b, "-NamesAccepted") {
		t.Errorf("in the end: %s; %s", a, b)
	}
}

func TestJudgement(t *testing.T) {
	for name, c := range map[string]struct{ manifest, want string }{
		"community": {strings.NewReplacer("example.com", "x.k8s.io", "name: as.", "annotations: {api-approved.kubernetes.io: unapproved}, name: as.").Replace(manifest("as", "A", "")), good + " -KubernetesAPIApprovalPolicyConformant(UnapprovedAnnotation)"},
		"approved":  {strings.NewReplacer("example.com", "x.k8s.io", "name: as.", `annotations: {api-approved.kubernetes.io: "https://a.b/c"}, name: as.`).Replace(manifest("as", "A", "")), good + " +KubernetesAPIApprovalPolicyConformant(ApprovedAnnotation)"},
		"old":       {strings.Replace(manifest("as", "A", ""), "  scope:", "  preserveUnknownFields: true\n  scope:", 1), good + " +NonStructuralSchema(Violations)"},
		"bundle": {strings.Replace(manifest("as", "A", ""), "  scope:", `  conversion: {strategy: Webhook, webhook: {conversionReviewVersions: [v1], clientConfig: {url: "https://a", caBundle: bm8=}}}
  scope:`, 1), "+NamesAccepted(NoConflicts) -Established(InvalidCABundle)"},
	} {
		w := viewtest.New(t, c.manifest)
		w.Settle(ctl)
		var got string
		for _, crd := range viewtest.All[definition](w, schema.Definitions) {
			var out []string
			for _, c := range crd.Status.Conditions {
				out = append(out, map[apiextensionsv1.ConditionStatus]string{apiextensionsv1.ConditionTrue: "+", apiextensionsv1.ConditionFalse: "-"}[c.Status]+string(c.Type)+"("+c.Reason+")")
			}
			got = strings.Join(out, " ")
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestEnd(t *testing.T) {
	ending := func(plural string) string {
		return strings.Replace(manifest(plural, "A", ""), "metadata: {", "metadata: {deletionTimestamp: 2026-01-01T00:00:00Z, finalizers: [customresourcecleanup.apiextensions.k8s.io], ", 1)
	}
	w := viewtest.New(t, ending("as"))
	p, err := ctl.Plan(w.Snapshot(), keyOf("as"), w.Now)
	if err != nil || len(p.Writes) != 1 {
		t.Fatalf("%+v, %v", p, err)
	}
	crd := p.Writes[0].Object.(*definition)
	if c := apihelpers.FindCRDCondition(crd, apiextensionsv1.Terminating); len(crd.Finalizers) != 0 || c == nil || c.Reason != "NeverEstablished" {
		t.Errorf("%v, %+v", crd.Finalizers, c)
	}
	w = viewtest.New(t, strings.NewReplacer("as.example.com", "pods.", "group: example.com", `group: ""`, "plural: as", "plural: pods").Replace(ending("as")))
	key := keyOf("pods")
	key.Name = "pods."
	if p, err = ctl.Plan(w.Snapshot(), key, w.Now); err != nil || len(p.Writes) != 1 {
		t.Fatalf("%+v, %v", p, err)
	}
	if c := apihelpers.FindCRDCondition(p.Writes[0].Object.(*definition), apiextensionsv1.Terminating); c == nil || c.Reason != "OverlappingBuiltInResource" {
		t.Errorf("%+v", c)
	}
}
