package registry_test

import (
	"context"
	"slices"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/registry"
)

// Who makes an object that looks as if something acted on it is told that nothing does.
func TestUnservedKindsWarn(t *testing.T) {
	h := newHouse(t)
	for group, typed := range map[api.Resource]runtime.Object{
		{Group: "networking.k8s.io", Name: "networkpolicies"}: &networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Name: "deny"}},
		{Name: "configmaps"}: settings("x"),
	} {
		k := law.Kind(group)
		q := h.request("pods")
		q.Kind = k
		obj, err := law.FromTyped(k, typed)
		if err != nil {
			t.Fatal(err)
		}
		out, err := h.r.Create(context.Background(), q, obj, registry.WriteOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		if k.Unserved != "" {
			want = []string{k.Unserved}
		}
		if !slices.Equal(out.Warnings, want) {
			t.Errorf("%s: warnings %q, want %q", group.Name, out.Warnings, want)
		}
	}
}
