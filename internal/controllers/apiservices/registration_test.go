package apiservices

import (
	"maps"
	"slices"
	"testing"

	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/view/viewtest"
)

const schemaless = "schema: {openAPIV3Schema: {type: object}}"

func definition(plural, established, second string) string {
	return `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: ` + plural + `.y.io}, spec: {group: y.io, scope: Namespaced, names: {plural: ` + plural + `, kind: K},
		versions: [{name: v1, served: true, storage: true, ` + schemaless + `}, {name: v2, served: ` + second + `, storage: false, ` + schemaless + `}]},
		status: {conditions: [{type: Established, status: "` + established + `"}]}}`
}

func TestRegistration(t *testing.T) {
	w := viewtest.New(t, local, remote, definition("as", "True", "true"), definition("bs", "False", "true"))
	has := func(what string, names ...string) {
		t.Helper()
		w.Settle(Registration())
		got := map[string]bool{}
		for _, a := range viewtest.All[apiregistrationv1.APIService](w, resource()) {
			got[a.Name] = true
		}
		slices.Sort(names)
		if have := slices.Sorted(maps.Keys(got)); !slices.Equal(have, names) {
			t.Errorf("%s: %v, want %v", what, have, names)
		}
	}
	has("an established definition", "v1.apps", "v1.x.io", "v1.y.io", "v2.y.io")
	w.Add(definition("as", "True", "false"))
	has("a version that is served no more", "v1.apps", "v1.x.io", "v1.y.io")
	w.Remove(api.Key{Resource: schema.Definitions, Cluster: api.Host, Name: "as.y.io"})
	has("no definition", "v1.apps", "v1.x.io")
	w.Add(definition("bs", "True", "false"))
	has("another of the group", "v1.apps", "v1.x.io", "v1.y.io")
}
