package schema

import (
	"bytes"
	"math/rand"
	"reflect"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/runtime"
	kjson "sigs.k8s.io/json"

	"gantry.dev/gantry/internal/schema/typejson"
)

// library is what typejson must agree with, in all that it accepts.
func library(t testing.TB, doc []byte, into runtime.Object) bool {
	t.Helper()
	strict, err := kjson.UnmarshalStrict(doc, into)
	return err == nil && len(strict) == 0
}

// TestTypeJSONEqualsLibrary writes and reads random objects of all kinds in all versions.
func TestTypeJSONEqualsLibrary(t *testing.T) {
	s := newSchema(t)
	var plans typejson.Plans
	written, read, stored := 0, 0, 0
	for _, k := range s.Kinds() {
		if k.Virtual {
			continue
		}
		for _, rec := range randomRecords(t, s, k, 11, 6) {
			for _, version := range k.Versions {
				obj := inVersion(t, s, k, rec, version)
				want, err := encodeJSON(obj)
				if err != nil {
					t.Fatal(err)
				}
				got, ok := plans.Append(nil, obj, typejson.AsIs)
				if ok {
					written++
					if !bytes.Equal(got, want) {
						t.Fatalf("%s %s:\n got  %s\n want %s", k.Resource, version, got, want)
					}
				} else {
					t.Errorf("%s %s has no plan for writing", k.Resource, version)
				}
				if got, ok := plans.Append(nil, obj, typejson.AsStored); ok {
					stored++
					if !bytes.Equal(got, want) {
						t.Fatalf("%s %s as stored:\n got  %s\n want %s", k.Resource, version, got, want)
					}
				}
				a, b := reflect.New(reflect.TypeOf(obj).Elem()).Interface().(runtime.Object), reflect.New(reflect.TypeOf(obj).Elem()).Interface().(runtime.Object)
				if !library(t, want, a) {
					t.Fatalf("%s: the library does not read what it wrote", k.Resource)
				}
				if !plans.Decode(want, b) {
					t.Errorf("%s %s cannot be read: %s", k.Resource, version, want)
					continue
				}
				read++
				if !reflect.DeepEqual(a, b) {
					t.Fatalf("%s %s: read from %s:\n got  %#v\n want %#v", k.Resource, version, want, b, a)
				}
			}
		}
	}
	t.Logf("%d written, %d of them as stored, %d read", written, stored, read)
	if stored < written/2 {
		t.Errorf("only %d of %d could be written as stored", stored, written)
	}
}

// TestTypeJSONAcceptsWhatTheLibraryAccepts changes documents at random: what typejson accepts, the library must read in
// the same way and without a word.
func TestTypeJSONAcceptsWhatTheLibraryAccepts(t *testing.T) {
	s := newSchema(t)
	var plans typejson.Plans
	rnd := rand.New(rand.NewSource(5))
	parts := []string{`null`, `"`, `\`, `\u00e9`, `\ud800`, `"\ud83d\ude00"`, `0`, `-1`, `1e3`, `01`, `.5`, `1.5`, `99999999999999999999`, `true`, `false`, `{}`, `[]`, `[null]`, `{"a":null}`,
		`,`, `:`, `{`, `}`, `[`, `]`, ` `, "\n", "\t", "\x00", "\xff", "é", "\u2028", `<`, `"a":1,`, `"name":"x",`, `"metadata":{},`, `"spec":null,`}
	accepted := 0
	for _, k := range s.Kinds() {
		if k.Virtual {
			continue
		}
		for _, rec := range randomRecords(t, s, k, 23, 3) {
			obj := versioned(t, s, k, rec)
			doc, err := encodeJSON(obj)
			if err != nil {
				t.Fatal(err)
			}
			for range 60 {
				b := slices.Clone(doc)
				for range 1 + rnd.Intn(2) {
					at := rnd.Intn(len(b))
					switch part := parts[rnd.Intn(len(parts))]; rnd.Intn(4) {
					case 0:
						b = slices.Insert(b, at, []byte(part)...)
					case 1:
						b = slices.Replace(b, at, min(len(b), at+len(part)), []byte(part)...)
					case 2: // the value behind the next colon
						if i := bytes.IndexByte(b[at:], ':'); i >= 0 {
							b = slices.Replace(b, at+i+1, min(len(b), at+i+1+rnd.Intn(4)), []byte(part)...)
						}
					case 3:
						b = slices.Delete(b, at, min(len(b), at+1+rnd.Intn(20)))
					}
					if len(b) == 0 {
						break
					}
				}
				got, want := reflect.New(reflect.TypeOf(obj).Elem()).Interface().(runtime.Object), reflect.New(reflect.TypeOf(obj).Elem()).Interface().(runtime.Object)
				if !plans.Decode(b, got) {
					continue
				}
				accepted++
				if !library(t, b, want) {
					t.Fatalf("%s: accepted what the library does not: %s", k.Resource, b)
				}
				if !equality.Semantic.DeepEqual(got, want) || !reflect.DeepEqual(got, want) {
					t.Fatalf("%s: %s:\n got  %#v\n want %#v", k.Resource, b, got, want)
				}
			}
		}
	}
	t.Logf("%d accepted", accepted)
	if accepted == 0 {
		t.Error("nothing was accepted")
	}
}
