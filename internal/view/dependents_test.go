package view_test

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// TestDependents finds what names an owner, of all resources of its cluster, and nothing else; and ends when it is told to.
func TestDependents(t *testing.T) {
	law, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	pods, maps, nodes := api.Resource{Name: "pods"}, api.Resource{Name: "configmaps"}, api.Resource{Name: "nodes"}
	rev := api.Revision(0)
	var recs []*store.Record
	put := func(res api.Resource, c api.Cluster, name string, owners ...string) {
		m := metav1.ObjectMeta{Name: name, Namespace: "default", UID: types.UID(string(c) + name)}
		for _, o := range owners {
			m.OwnerReferences = append(m.OwnerReferences, metav1.OwnerReference{APIVersion: "v1", Kind: "ConfigMap", Name: o, UID: types.UID(o)})
		}
		k := law.Kind(res)
		var body []byte
		switch res {
		case pods:
			body, _, err = law.EncodeTyped(k, &corev1.Pod{ObjectMeta: m})
		case maps:
			body, _, err = law.EncodeTyped(k, &corev1.ConfigMap{ObjectMeta: m})
		default:
			body, _, err = law.EncodeTyped(k, &corev1.Node{ObjectMeta: m})
		}
		if err != nil {
			t.Fatal(err)
		}
		rev++
		recs = append(recs, &store.Record{Key: api.Key{Resource: res, Cluster: c, Namespace: m.Namespace, Name: name}, Rev: rev, Body: body})
	}
	put(pods, api.Host, "a", "one", "two")
	put(pods, api.Host, "b", "two")
	put(pods, "other", "c", "one")
	put(maps, api.Host, "d", "one")
	put(nodes, api.Host, "e")
	s, err := view.Fixed(law, []api.Resource{pods, maps, nodes}, recs)
	if err != nil {
		t.Fatal(err)
	}
	names := func(c api.Cluster, owner string) (list []string) {
		for rec := range s.Dependents(c, owner) {
			list = append(list, rec.Key.Name)
		}
		slices.Sort(list)
		return list
	}
	for _, want := range []struct {
		c     api.Cluster
		owner string
		names []string
	}{{api.Host, "one", []string{"a", "d"}}, {api.Host, "two", []string{"a", "b"}}, {"other", "one", []string{"c"}}, {api.Host, "none", nil}, {api.Host, "", nil}} {
		if got := names(want.c, want.owner); !slices.Equal(got, want.names) {
			t.Errorf("dependents of %s in %s: %v, want %v", want.owner, want.c, got, want.names)
		}
	}
	for range s.Dependents(api.Host, "one") {
		break
	}
}
