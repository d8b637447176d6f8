package schema

import (
	"encoding/json"
	"fmt"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"gantry.dev/gantry/internal/store"
)

// CustomReplicas reads how many replicas a stored custom object wants, by the scale subresource of the version that it is
// stored in. scales is false if its definition has none. It is for those who only want that number of objects that they do
// not know; it needs no compiled definition.
func CustomReplicas(crd *apiextensionsv1.CustomResourceDefinition, rec *store.Record) (replicas int32, scales bool, err error) {
	version, doc, err := splitStored(rec.Body)
	if err != nil {
		return 0, false, fmt.Errorf("schema: replicas of %s: %w", rec.Key, err)
	}
	for i := range crd.Spec.Versions {
		v := &crd.Spec.Versions[i]
		if v.Name != version || v.Subresources == nil || v.Subresources.Scale == nil {
			continue
		}
		var obj map[string]any
		if err := json.Unmarshal(doc, &obj); err != nil {
			return 0, true, fmt.Errorf("schema: replicas of %s: %w", rec.Key, err)
		}
		n, found, err := unstructured.NestedFieldNoCopy(obj, splitPath(v.Subresources.Scale.SpecReplicasPath)...)
		f, number := n.(float64)
		switch {
		case err != nil:
			return 0, true, fmt.Errorf("schema: replicas of %s: %w", rec.Key, err)
		case !found || !number:
			return 0, true, fmt.Errorf("the spec replicas field %q does not exist", v.Subresources.Scale.SpecReplicasPath)
		}
		return int32(f), true, nil
	}
	return 0, false, nil
}
