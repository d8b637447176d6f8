package schema

import (
	"bytes"
	"encoding/json"
	"math/rand"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

// TestPatchOfPartEqualsWhole patches random objects with top-level fields of other random objects: the short way must
// give what the long one does. A patch that names its kind takes the long way.
func TestPatchOfPartEqualsWhole(t *testing.T) {
	s := newSchema(t)
	for _, k := range storedKinds(s) {
		t.Run(k.Resource.String(), func(t *testing.T) {
			r := rand.New(rand.NewSource(3))
			recs := randomRecords(t, s, k, 3, 6)
			for i := range 30 {
				live, err := s.Internal(k, recs[i%len(recs)])
				if err != nil {
					t.Fatal(err)
				}
				other := versioned(t, s, k, recs[r.Intn(len(recs))])
				raw, err := json.Marshal(other)
				if err != nil {
					t.Fatal(err)
				}
				var doc map[string]any
				if err := json.Unmarshal(raw, &doc); err != nil {
					t.Fatal(err)
				}
				patch := map[string]any{}
				for name, v := range doc {
					switch {
					case name == "kind" || name == "apiVersion" || r.Intn(2) == 0:
					case r.Intn(8) == 0:
						patch[name] = nil
					default:
						patch[name] = v
					}
				}
				for _, pt := range []types.PatchType{types.MergePatchType, types.StrategicMergePatchType} {
					got, errGot := s.patched(k, live, pt, patch)
					patch["kind"] = k.Kind
					want, errWant := s.patched(k, live, pt, patch)
					delete(patch, "kind")
					if (errGot == nil) != (errWant == nil) {
						t.Fatalf("%s: errors %v and %v", pt, errGot, errWant)
					}
					if errGot == nil && !bytes.Equal(got, want) {
						t.Fatalf("%s by %.500v: got %d bytes, want %d", pt, patch, len(got), len(want))
					}
				}
			}
		})
	}
}

// patched is the JSON of a patched object.
func (s *Schema) patched(k *Kind, live runtime.Object, pt types.PatchType, patch map[string]any) ([]byte, error) {
	raw, err := json.Marshal(patch)
	if err != nil {
		return nil, err
	}
	out, _, err := s.Patch(k, "", k.Versions[0], live.DeepCopyObject(), pt, raw, Warn)
	if err != nil {
		return nil, err
	}
	v, err := s.ToVersion(k, out, k.Versions[0])
	if err != nil {
		return nil, err
	}
	return encodeJSON(v)
}
