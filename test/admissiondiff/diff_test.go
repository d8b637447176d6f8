package admissiondiff

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/warning"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

var (
	seeds = flag.Uint64("seeds", 9, "clusters to build")
	first = flag.Uint64("first", 1, "seed of the first")
	tries = flag.Uint64("tries", 300, "writes in each")
)

func TestAdmissionDiff(t *testing.T) {
	klog.LogToStderr(false) // upstream tells at length what it is doing
	klog.SetOutput(io.Discard)
	seen := &tally{outcomes: map[string]int{}}
	for seed := *first; seed < *first+*seeds; seed++ {
		for _, configured := range []bool{false, true} {
			t.Run(fmt.Sprintf("seed %d, configured %v", seed, configured), func(t *testing.T) {
				w := newWorld(seed)
				theirs := newPeer(t, w, configured)
				mine := newOurs(t, theirs, configured)
				for range *tries {
					seen.compare(t, w, theirs, mine, w.write())
				}
			})
		}
	}
	if *tries**seeds >= enough && !t.Failed() {
		seen.check(t)
	}
}

// enough writes have reached everything that plugins do, with the seeds that were tried.
const enough = 2700

// tally counts what was seen, so that a plugin that never does anything is found out; failures end a bad run.
type tally struct {
	outcomes map[string]int
	failures int
}

// verdict is what became of a write.
type verdict struct {
	refusal  string
	obj      runtime.Object
	warnings []string
}

type recorder struct{ texts []string }

// AddWarning implements warning.Recorder.
func (r *recorder) AddWarning(_, text string) { r.texts = append(r.texts, text) }

var random = regexp.MustCompile(`kube-api-access-\w{5}`)

func (y *tally) compare(t *testing.T, w *world, theirs peer, mine ours, x write) {
	t.Helper()
	for _, plugin := range slices.Sorted(maps.Keys(theirs)) {
		if meant(plugin, x) {
			continue
		}
		ask := func(convert bool, judge func(context.Context, admission.Attributes) error) (v verdict) {
			var said recorder
			obj, old := x.form(t, x.obj, convert), x.form(t, x.old, convert)
			a := admission.NewAttributesRecord(obj, old, x.kind, x.ns, x.name, x.resource, x.sub, x.op, nil, false, x.who)
			if err := judge(warning.WithWarningRecorder(context.Background(), &said), a); err != nil {
				v.refusal = inOrder(err.Error())
				return v // what a refused object looks like does not matter
			}
			if v.warnings = said.texts; obj != nil {
				v.obj = x.plain(t, obj)
				tokens(v.obj)
			}
			return v
		}
		want := ask(true, func(ctx context.Context, a admission.Attributes) error { return theirs.judge(ctx, plugin, a) })
		got := ask(false, func(ctx context.Context, a admission.Attributes) error { return mine.judge(ctx, plugin, w, a) })
		if got.refusal == want.refusal && slices.Equal(got.warnings, want.warnings) && equality.Semantic.DeepEqual(got.obj, want.obj) {
			y.outcomes[plugin+" "+outcome(want, x, t)]++
			continue
		}
		t.Errorf("%s: %s %s %s/%s by %s:\nupstream %q\nours     %q\n%s\n%s", plugin, x.op, x.resource.Resource+"/"+x.sub, x.ns, x.name, x.who.GetName(),
			want.refusal, got.refusal, cmp.Diff(want.warnings, got.warnings), cmp.Diff(want.obj, got.obj))
		if y.failures++; y.failures > 12 {
			t.Fatal("there are enough differences")
		}
	}
}

// meant are differences on purpose: see README.md.
func meant(plugin string, x write) bool {
	_, node := strings.CutPrefix(x.who.GetName(), "system:node:")
	return x.ns == "gone" && plugin != "NamespaceExists" || plugin == "NodeRestriction" && node && x.resource.Resource == "persistentvolumes"
}

// inOrder sorts the reasons of a refusal, which upstream takes from maps, and leaves out what it prints of objects.
func inOrder(refusal string) string {
	if said, _, ok := strings.Cut(refusal, ": @@"); ok {
		return said
	}
	head, list, ok := strings.Cut(refusal, ": [")
	if !ok {
		return refusal
	}
	reasons := strings.Split(strings.TrimSuffix(list, "]"), ", ")
	slices.Sort(reasons)
	return head + ": [" + strings.Join(reasons, ", ") + "]"
}

// outcome is what a plugin has done.
func outcome(v verdict, x write, t testing.TB) string {
	switch {
	case v.refusal != "":
		return "refuses"
	case len(v.warnings) > 0:
		return "warns"
	case v.obj != nil:
		before := x.plain(t, x.form(t, x.obj, false))
		if tokens(before); !equality.Semantic.DeepEqual(v.obj, before) {
			return "changes"
		}
	}
	return "lets in"
}

// check wants random writes to have reached what each plugin does.
func (y *tally) check(t *testing.T) {
	for _, want := range strings.Split(strings.TrimSpace(says), "\n") {
		name, what, _ := strings.Cut(want, ": ")
		for verb := range strings.SplitSeq(what, ", ") {
			if y.outcomes[name+" "+verb] == 0 {
				t.Errorf("%s never %s", name, verb)
			}
		}
	}
	if testing.Verbose() {
		for _, k := range slices.Sorted(maps.Keys(y.outcomes)) {
			t.Logf("%-50s %d", k, y.outcomes[k])
		}
	}
}

const says = `
AlwaysPullImages: changes, lets in
CertificateApproval: refuses, lets in
CertificateSigning: refuses, lets in
CertificateSubjectRestriction: refuses, lets in
DefaultIngressClass: changes, lets in
DefaultStorageClass: changes, lets in
DefaultTolerationSeconds: changes, lets in
DenyServiceExternalIPs: refuses, lets in
ExtendedResourceToleration: changes, lets in
LimitPodHardAntiAffinityTopology: refuses, lets in
LimitRanger: refuses, changes, lets in
NamespaceExists: refuses, lets in
NodeDeclaredFeatureValidator: refuses, lets in
NodeRestriction: refuses, lets in
OwnerReferencesPermissionEnforcement: refuses, lets in
PersistentVolumeClaimResize: refuses, lets in
PodNodeSelector: refuses, changes, lets in
PodResizeValidator: refuses, lets in
PodSecurity: refuses, warns, lets in
PodTolerationRestriction: refuses, changes, lets in
PodTopologyLabels: changes, lets in
Priority: refuses, changes, lets in
RuntimeClass: refuses, changes, lets in
ServiceAccount: refuses, changes, lets in
StorageObjectInUseProtection: changes, lets in
TaintNodesByCondition: changes, lets in
`

// form is an object as one of the sides takes it: internal for upstream, v1 for us; both with defaults.
func (x *write) form(t testing.TB, obj runtime.Object, internal bool) runtime.Object {
	t.Helper()
	if obj == nil {
		return nil
	}
	out := obj.DeepCopyObject()
	legacyscheme.Scheme.Default(out)
	in, err := legacyscheme.Scheme.ConvertToVersion(out, runtime.InternalGroupVersioner)
	if err != nil {
		t.Fatal(err)
	}
	if internal {
		return in
	}
	return x.plain(t, in)
}

// plain is an object in v1.
func (x *write) plain(t testing.TB, obj runtime.Object) runtime.Object {
	t.Helper()
	out, err := legacyscheme.Scheme.ConvertToVersion(obj, x.kind.GroupVersion())
	if err != nil {
		t.Fatal(err)
	}
	out = out.DeepCopyObject()
	out.GetObjectKind().SetGroupVersionKind(x.kind)
	return out
}
