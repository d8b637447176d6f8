package view_test

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/view/viewtest"
)

// What Count says is what Records ranges over, at the edges of the order of keys as well.
func TestCountIsAsManyAsThereAre(t *testing.T) {
	w := viewtest.New(t)
	for i := range 300 {
		w.Put(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: []string{"a", "aa", "b"}[i%3], Name: fmt.Sprintf("c%d", i)}})
	}
	s := w.Snapshot()
	maps, secrets := api.Resource{Name: "configmaps"}, api.Resource{Name: "secrets"}
	for _, scope := range []api.Scope{
		{Resource: maps}, {Resource: maps, Cluster: api.Host}, {Resource: maps, Cluster: "other"},
		{Resource: maps, Cluster: api.Host, Namespace: "a"}, {Resource: maps, Cluster: api.Host, Namespace: "aa"},
		{Resource: maps, Cluster: api.Host, Namespace: "b"}, {Resource: maps, Cluster: api.Host, Namespace: "0"},
		{Resource: maps, Cluster: api.Host, Namespace: "c"}, {Resource: secrets, Cluster: api.Host}, {Resource: schema.Definitions},
	} {
		want := 0
		for range s.Records(scope) {
			want++
		}
		if got := s.Count(scope); got != want {
			t.Errorf("%+v: %d, want %d", scope, got, want)
		}
	}
	if s.Count(api.Scope{Resource: maps, Cluster: api.Host, Namespace: "aa"}) != 100 {
		t.Error("nothing was counted")
	}
}
