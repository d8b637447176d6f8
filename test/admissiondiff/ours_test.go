package admissiondiff

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/admit"
	"gantry.dev/gantry/internal/admit/config"
	"gantry.dev/gantry/internal/api"
)

// ours are tables with one plugin each.
type ours map[string]*admit.Rules

func newOurs(t testing.TB, p peer, configured bool) ours {
	t.Helper()
	all := admit.Settings{}
	on, err := all.Enabled()
	if err != nil {
		t.Fatal(err)
	}
	out := ours{}
	for name := range p {
		s := admit.Settings{Enable: []string{name}, Disable: slices.DeleteFunc(on.UnsortedList(), func(n string) bool { return n == name })}
		if _, err := config.Read(&s, file(name, configured), read); err != nil {
			t.Fatal(err)
		}
		if out[name], err = admit.New(s); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func file(plugin string, configured bool) string {
	if _, ok := told[plugin]; !ok || !configured {
		return ""
	}
	return plugin
}

// read makes an AdmissionConfiguration of what a plugin is told.
func read(plugin string) ([]byte, error) {
	var conf any
	if err := yaml.Unmarshal([]byte(told[plugin]), &conf); err != nil {
		return nil, err
	}
	if conf == nil {
		return nil, os.ErrNotExist
	}
	return yaml.Marshal(map[string]any{"apiVersion": "apiserver.config.k8s.io/v1", "kind": "AdmissionConfiguration",
		"plugins": []any{map[string]any{"name": plugin, "configuration": conf}}})
}

// judge sends a write through one plugin as the registry does, when something else has changed the object on its way.
func (o ours) judge(ctx context.Context, plugin string, w *world, a admission.Attributes) error {
	rules, l := o[plugin], lookup{w}
	res := api.Resource{Group: a.GetResource().Group, Name: a.GetResource().Resource}
	if !rules.Concern(admit.Concerned{Resource: res, Subresource: a.GetSubresource(), Operation: a.GetOperation(), User: a.GetUserInfo()}) {
		return nil
	}
	mutating, _ := rules.Mutating(a, l)
	for _, rule := range mutating {
		if err := rule(ctx, &admit.Write{Attributes: a, Lookup: l}); err != nil {
			return err
		}
	}
	for _, rule := range rules.Validating(a, l, true) {
		if err := rule(ctx, &admit.Write{Attributes: a, Lookup: l}); err != nil {
			return err
		}
	}
	return nil
}

// lookup is a world as rules ask about it.
type lookup struct{ w *world }

var _ admit.Lookup = lookup{}

// Object implements admit.Lookup.
func (l lookup) Object(r api.Resource, ns, name string) runtime.Object {
	for _, o := range l.w.objects[r] {
		if m := metaOf(o); m.GetNamespace() == ns && m.GetName() == name {
			return o
		}
	}
	return nil
}

// Objects implements admit.Lookup.
func (l lookup) Objects(r api.Resource, ns string) (out []runtime.Object) {
	for _, o := range l.w.objects[r] {
		if ns == "" || metaOf(o).GetNamespace() == ns {
			out = append(out, o)
		}
	}
	return out
}

// Holds implements admit.Lookup.
func (l lookup) Holds(r api.Resource, ns string) bool { return len(l.Objects(r, ns)) > 0 }

// Access implements admit.Lookup.
func (l lookup) Access(at authorizer.AttributesRecord) (bool, string) {
	d, reason, err := chance{}.Authorize(context.Background(), at)
	if err != nil {
		panic(err) // it has no errors
	}
	return d == authorizer.DecisionAllow, reason
}

// Serving implements admit.Lookup.
func (l lookup) Serving(gvk kschema.GroupVersionKind) (out []admit.Served) {
	mappings, err := mapper().RESTMappings(gvk.GroupKind(), gvk.Version)
	if err != nil {
		return nil
	}
	for _, m := range mappings {
		out = append(out, admit.Served{Resource: m.Resource, Namespaced: m.Scope.Name() == "namespace"})
	}
	return out
}

// Suffix implements admit.Lookup.
func (l lookup) Suffix() string { return "xxxxx" }

// Now implements admit.Lookup.
func (l lookup) Now() time.Time { return time.Unix(0, 0) }

// Cluster implements admit.Lookup.
func (l lookup) Cluster() api.Cluster { return api.Host }
