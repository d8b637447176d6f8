package admit

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/apiserver/pkg/warning"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/api"
)

// cluster is a Lookup whose objects the test holds in its hands.
type cluster struct {
	objects map[api.Resource][]runtime.Object
	// may are the permissions: "user verb resource namespace/name".
	may map[string]bool
	now time.Time
}

func (c *cluster) Object(r api.Resource, ns, name string) runtime.Object {
	for _, o := range c.objects[r] {
		if m := metaOf(o); m.GetNamespace() == ns && m.GetName() == name {
			return o
		}
	}
	return nil
}

func (c *cluster) Objects(r api.Resource, ns string) (out []runtime.Object) {
	for _, o := range c.objects[r] {
		if ns == "" || metaOf(o).GetNamespace() == ns {
			out = append(out, o)
		}
	}
	return out
}

func (c *cluster) Holds(r api.Resource, ns string) bool { return len(c.Objects(r, ns)) > 0 }

func (c *cluster) Access(at authorizer.AttributesRecord) (bool, string) {
	r := api.Resource{Group: at.APIGroup, Name: at.Resource}
	if at.Subresource != "" {
		r.Name += "/" + at.Subresource
	}
	return c.may[fmt.Sprintf("%s %s %s %s/%s", at.User.GetName(), at.Verb, r, at.Namespace, at.Name)], ""
}

func (c *cluster) Serving(gvk kschema.GroupVersionKind) []Served {
	r, ok := places[gvk.Kind]
	if !ok || gvk.Version != "v1" {
		return nil
	}
	return []Served{{Resource: resourceVersion(r), Namespaced: !clusterScoped(gvk.Kind)}}
}

func (c *cluster) Now() time.Time { return c.now }

func (c *cluster) Cluster() api.Cluster { return api.Host }

func (c *cluster) Suffix() string { return "xxxxx" }

// places says under which resource the kinds of these tests are.
var places = map[string]api.Resource{
	"Pod": pods, "Node": nodes, "Namespace": namespaces, "ServiceAccount": serviceAccounts, "LimitRange": limitRanges,
	"PersistentVolumeClaim": claims, "PersistentVolume": volumes, "PriorityClass": priorityClasses, "RuntimeClass": runtimeClasses,
	"StorageClass": storageClasses, "VolumeAttributesClass": volumeClasses, "CSIDriver": csiDrivers, "CSINode": csiNodes,
	"Ingress": ingresses, "IngressClass": ingressClasses, "CertificateSigningRequest": signingRequests, "Lease": leases,
	"ResourceSlice": resourceSlices, "Deployment": {Group: "apps", Name: "deployments"}, "TokenRequest": serviceAccounts,
	"Binding": pods, "Eviction": pods, "Service": services, "Event": events,
}

// read reads one document; objects without a namespace lie in ns where their kind has one.
func read(t testing.TB, doc string) (runtime.Object, api.Resource) {
	t.Helper()
	var tm metav1.TypeMeta
	if err := yaml.Unmarshal([]byte(doc), &tm); err != nil {
		t.Fatalf("%q: %v", doc, err)
	}
	obj, err := clientscheme.Scheme.New(tm.GroupVersionKind())
	if err != nil {
		t.Fatalf("%q: %v", doc, err)
	}
	if err := yaml.UnmarshalStrict([]byte(doc), obj); err != nil {
		t.Fatalf("%q: %v", doc, err)
	}
	clientscheme.Scheme.Default(obj)
	r, ok := places[tm.Kind]
	if !ok {
		t.Fatalf("no place for a %s", tm.Kind)
	}
	if !clusterScoped(tm.Kind) {
		if m := metaOf(obj); m.GetNamespace() == "" {
			m.SetNamespace("ns")
		}
	}
	return obj, r
}

func clusterScoped(kind string) bool {
	switch kind {
	case "Node", "Namespace", "PersistentVolume", "PriorityClass", "RuntimeClass", "StorageClass", "VolumeAttributesClass", "CSIDriver", "CSINode",
		"IngressClass", "CertificateSigningRequest", "ResourceSlice":
		return true
	}
	return false
}

func newCluster(t testing.TB, docs string) *cluster {
	c := &cluster{objects: map[api.Resource][]runtime.Object{}, may: map[string]bool{}}
	for doc := range strings.SplitSeq(docs, "\n---\n") {
		if strings.TrimSpace(doc) != "" {
			obj, r := read(t, doc)
			c.objects[r] = append(c.objects[r], obj)
		}
	}
	return c
}

// trial is one write.
type trial struct {
	op       admission.Operation
	sub      string
	obj, old string
	who      user.Info
	// by are the rules; nil is those that are on by default.
	by *Rules
	// name is the name in the URL, if it is not the object's.
	name string
}

type warnings struct{ list []string }

func (w *warnings) AddWarning(_, text string) { w.list = append(w.list, text) }

// table is made once: it is immutable.
var table = func() *Rules {
	r, err := New(Settings{})
	if err != nil {
		panic(err)
	}
	return r
}()

// run sends a write through all rules as the registry does and returns the object and the warnings.
func (x trial) run(t testing.TB, c *cluster) (runtime.Object, []string, error) {
	t.Helper()
	var obj, old runtime.Object
	var r api.Resource
	if x.old != "" {
		old, r = read(t, x.old)
	}
	if x.obj != "" {
		obj, r = read(t, x.obj)
	}
	m := metaOf(obj)
	if m == nil {
		m = metaOf(old)
	}
	name := m.GetName()
	if x.name != "" {
		name = x.name
	}
	who := x.who
	if who == nil {
		who = &user.DefaultInfo{Name: "somebody"}
	}
	a := admission.NewAttributesRecord(obj, old, kschema.GroupVersionKind{}, m.GetNamespace(), name,
		kschema.GroupVersionResource{Group: r.Group, Version: "v1", Resource: r.Name}, x.sub, x.op, nil, false, who)
	said, table := &warnings{}, table
	ctx := warning.WithWarningRecorder(context.Background(), said)
	if x.by != nil {
		table = x.by
	}
	if !table.Concern(Concerned{r, x.sub, x.op, who}) {
		return obj, nil, nil
	}
	w := &Write{Attributes: a, Lookup: c}
	mutating, _ := table.Mutating(a, c)
	for _, rule := range append(mutating, table.Validating(a, c, true)...) {
		if err := rule(ctx, w); err != nil {
			return obj, said.list, err
		}
	}
	return obj, said.list, nil
}

// verdict wants a refusal with the words, or none.
func verdict(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("refused: %v", err)
	case want != "" && err == nil:
		t.Errorf("let in, want %q", want)
	case want != "" && !strings.Contains(err.Error(), want):
		t.Errorf("refused with %q, want %q", err, want)
	}
}

// fields wants fields of an object, each "path=value" with the value in JSON.
func fields(t *testing.T, obj runtime.Object, want ...string) {
	t.Helper()
	u, err := runtime.DefaultUnstructuredConverter.ToUnstructured(obj)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range want {
		path, value, _ := strings.Cut(f, "=")
		got := any(u)
		for step := range strings.SplitSeq(path, ".") {
			switch v := got.(type) {
			case map[string]any:
				got = v[step]
			case []any:
				got = nil
				if len(step) == 1 && int(step[0]-'0') < len(v) {
					got = v[step[0]-'0']
				}
			default:
				got = nil
			}
		}
		b, err := yaml.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		j, err := yaml.YAMLToJSON(b)
		if err != nil {
			t.Fatal(err)
		}
		if string(j) != value {
			t.Errorf("%s is %s, want %s", path, j, value)
		}
	}
}

func resourceVersion(r api.Resource) kschema.GroupVersionResource {
	return kschema.GroupVersionResource{Group: r.Group, Version: "v1", Resource: r.Name}
}

func equal(t *testing.T, got, want runtime.Object) {
	t.Helper()
	if !equality.Semantic.DeepEqual(want, got) {
		t.Errorf("it was\n%+v\nand is\n%+v", want, got)
	}
}
