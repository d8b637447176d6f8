package schema

import (
	"fmt"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"gantry.dev/gantry/internal/store"
)

func TestCustomReplicas(t *testing.T) {
	crd := &apiextensionsv1.CustomResourceDefinition{}
	crd.Spec.Versions = []apiextensionsv1.CustomResourceDefinitionVersion{{Name: "v1"},
		{Name: "v2", Subresources: &apiextensionsv1.CustomResourceSubresources{Scale: &apiextensionsv1.CustomResourceSubresourceScale{SpecReplicasPath: ".spec.size.n"}}}}
	for body, want := range map[string]string{
		`v2` + "\n" + `{"metadata":{},"spec":{"size":{"n":7}}}`:      "7 true <nil>",
		`v1` + "\n" + `{"metadata":{},"spec":{"size":{"n":7}}}`:      "0 false <nil>",
		`v2` + "\n" + `{"metadata":{},"spec":{}}`:                    `0 true the spec replicas field ".spec.size.n" does not exist`,
		`v2` + "\n" + `{"metadata":{},"spec":{"size":{"n":"many"}}}`: `0 true the spec replicas field ".spec.size.n" does not exist`,
	} {
		n, scales, err := CustomReplicas(crd, &store.Record{Body: []byte(body)})
		if got := fmt.Sprint(n, scales, err); got != want {
			t.Errorf("%s: got %s, want %s", body, got, want)
		}
	}
}
