package schema

import (
	"bytes"
	"math/rand"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsfuzzer "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/fuzzer"
	"k8s.io/apimachinery/pkg/api/apitesting/fuzzer"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	apitesting "k8s.io/kubernetes/pkg/api/testing"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// TestRememberEqualsReading demands of the answer made from what was encoded that it is the one made from the encoding.
// The objects have not been through an encoding before, so they hold what it does not carry.
func TestRememberEqualsReading(t *testing.T) {
	s := newSchema(t)
	made, all := 0, 0
	for _, k := range s.Kinds() {
		if k.Virtual {
			continue
		}
		f := fuzzer.FuzzerFor(fuzzer.MergeFuzzerFuncs(apitesting.FuzzerFuncs, apiextensionsfuzzer.Funcs), rand.NewSource(31), legacyscheme.Codecs)
		for range 12 {
			internal, err := s.NewInternal(k)
			if err != nil {
				t.Fatal(err)
			}
			f.Fill(internal)
			body, memo, fresh, err := s.EncodeFresh(k, internal, nil)
			if err != nil {
				t.Fatal(err)
			}
			rec := &store.Record{Key: api.Key{Resource: k.StoreAs, Name: "x"}, Rev: 5, Body: body}
			rec.Memo.Store(memo)
			s.Remember(k, rec, fresh, Form{Version: k.Storage.Version})
			all++
			got := memo.form(JSON, k.Storage, Object)
			if got == nil {
				continue
			}
			made++
			want, err := s.AppendObject(nil, k, &store.Record{Key: rec.Key, Rev: 5, Body: body}, Form{Version: k.Storage.Version})
			if err != nil {
				t.Fatal(err)
			}
			answer, err := s.AppendObject(nil, k, rec, Form{Version: k.Storage.Version})
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(answer, want) {
				t.Fatalf("%s:\n got  %s\n want %s", k.Resource, answer, want)
			}
		}
	}
	t.Logf("%d of %d", made, all)
	if made < all/2 {
		t.Errorf("only %d of %d answers came from what was encoded", made, all)
	}
}

// TestMetaIsDetached changes what a meta was made of.
func TestMetaIsDetached(t *testing.T) {
	s, k := pods(t)
	typed := k.NewTyped()
	m, err := metaOf(typed)
	if err != nil {
		t.Fatal(err)
	}
	m.Name, m.Namespace, m.UID, m.Labels = "n", "ns", "u", map[string]string{"a": "b"}
	m.Finalizers = []string{"f/f"}
	m.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "K", Name: "o", UID: "ou"}}
	_, memo, err := s.EncodeTyped(k, typed)
	if err != nil {
		t.Fatal(err)
	}
	m.Labels["a"], m.Finalizers[0], m.OwnerReferences[0].Name = "changed", "changed", "changed"
	got := memo.meta.Load()
	if got.Name != "n" || got.Namespace != "ns" || got.UID != "u" || got.Labels["a"] != "b" || got.Finalizers[0] != "f/f" ||
		got.Owners[0].Name != "o" || got.Owners[0].UID != "ou" || got.Fields.Get("metadata.name") != "n" || got.Fields.Get("metadata.namespace") != "ns" {
		t.Errorf("got %+v", got)
	}
}

// TestFreshEqualsReading demands of the object that is kept when it is encoded that it is the one that decoding gives.
func TestFreshEqualsReading(t *testing.T) {
	s := newSchema(t)
	kept, all := 0, 0
	for _, k := range s.Kinds() {
		if !k.followed {
			continue
		}
		f := fuzzer.FuzzerFor(fuzzer.MergeFuzzerFuncs(apitesting.FuzzerFuncs, apiextensionsfuzzer.Funcs), rand.NewSource(37), legacyscheme.Codecs)
		for range 300 {
			internal, err := s.NewInternal(k)
			if err != nil {
				t.Fatal(err)
			}
			f.Fill(internal)
			body, memo, err := s.Encode(k, internal)
			if err != nil {
				t.Fatal(err)
			}
			all++
			if memo.fresh.Load() == nil {
				continue
			}
			kept++
			key := api.Key{Resource: k.StoreAs, Name: "x"}
			rec := &store.Record{Key: key, Rev: 5, Body: body}
			rec.Memo.Store(memo)
			got, err := s.Typed(k, rec)
			if err != nil {
				t.Fatal(err)
			}
			want, err := s.Typed(k, &store.Record{Key: key, Rev: 5, Body: body})
			if err != nil {
				t.Fatal(err)
			}
			if !equality.Semantic.DeepEqual(got, want) {
				t.Fatalf("%s: %s", k.Resource, cmp.Diff(want, got))
			}
			if memo.fresh.Load() != nil || memo.typed.Load() == nil {
				t.Fatal("the object is not the one of all readers now")
			}
		}
	}
	t.Logf("%d of %d", kept, all)
	if kept < all/4 {
		t.Errorf("only %d of %d objects were kept", kept, all)
	}
}

// TestSharedIsNotTouched takes from a pod what a delete changes, and looks at the pod that readers have.
func TestSharedIsNotTouched(t *testing.T) {
	s, k := pods(t)
	f := fuzzer.FuzzerFor(fuzzer.MergeFuzzerFuncs(apitesting.FuzzerFuncs, apiextensionsfuzzer.Funcs), rand.NewSource(41), legacyscheme.Codecs)
	for range 100 {
		internal, err := s.NewInternal(k)
		if err != nil {
			t.Fatal(err)
		}
		f.Fill(internal)
		body, _, err := s.Encode(k, internal)
		if err != nil {
			t.Fatal(err)
		}
		rec := &store.Record{Key: api.Key{Resource: k.StoreAs, Name: "x"}, Rev: 5, Body: body}
		internal, typed, err := s.Shared(k, rec)
		if err != nil {
			t.Fatal(err)
		}
		was := typed.DeepCopyObject()
		m, err := metaOf(internal)
		if err != nil {
			t.Fatal(err)
		}
		m.ResourceVersion, m.Generation = "", m.Generation+1
		fresh, err := WithMeta(typed, internal)
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := s.EncodeShared(k, fresh)
		if err != nil {
			t.Fatal(err)
		}
		want, _, err := s.Encode(k, internal)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Fatal("encoded otherwise than by way of the internal form")
		}
		if !reflect.DeepEqual(typed, was) {
			t.Fatalf("the shared object has changed: %s", cmp.Diff(was, typed))
		}
	}
}
