package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand"
	"reflect"
	"slices"
	"testing"

	apiextensionsfuzzer "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/fuzzer"
	"k8s.io/apimachinery/pkg/api/apitesting/fuzzer"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	apitesting "k8s.io/kubernetes/pkg/api/testing"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// randomRecords makes n random objects of the kind and their records. Some hold a remembered memo, some do not.
func randomRecords(t testing.TB, s *Schema, k *Kind, seed int64, n int) []*store.Record {
	t.Helper()
	f := fuzzer.FuzzerFor(fuzzer.MergeFuzzerFuncs(apitesting.FuzzerFuncs, apiextensionsfuzzer.Funcs), rand.NewSource(seed), legacyscheme.Codecs)
	var out []*store.Record
	for i := range n {
		internal, err := s.NewInternal(k)
		if err != nil {
			t.Fatal(err)
		}
		f.Fill(internal)
		typed, err := s.ToTyped(k, internal)
		if err != nil {
			t.Fatal(err)
		}
		m, _ := metaOf(typed)
		m.ResourceVersion, m.SelfLink = "", ""
		if i%3 == 0 {
			m.Name, m.GenerateName = "", "" // short metadata
		}
		if internal, err = s.FromTyped(k, typed); err != nil {
			t.Fatal(err)
		}
		body, memo, err := s.Encode(k, internal)
		if err != nil {
			t.Fatal(err)
		}
		rec := &store.Record{Key: api.Key{Resource: k.StoreAs, Cluster: api.Host, Namespace: m.Namespace, Name: m.Name},
			Rev: api.Revision(1 + rand.New(rand.NewSource(seed+int64(i))).Int63n(1<<40)), Body: body}
		if i%2 == 0 {
			rec.Memo.Store(memo)
		}
		out = append(out, rec)
	}
	return out
}

// versioned is the object as upstream would answer it: a copy of the typed one in the row's version.
func versioned(t testing.TB, s *Schema, k *Kind, rec *store.Record) runtime.Object {
	t.Helper()
	return inVersion(t, s, k, rec, k.Versions[0])
}

// inVersion is versioned for any version that the kind is served in.
func inVersion(t testing.TB, s *Schema, k *Kind, rec *store.Record, version string) runtime.Object {
	t.Helper()
	internal, err := s.Internal(k, rec)
	if err != nil {
		t.Fatal(err)
	}
	out, err := legacyscheme.Scheme.ConvertToVersion(internal, k.GVK(version).GroupVersion())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// upstreamBytes encodes with upstream's serializer for the media type.
func upstreamBytes(t testing.TB, media Media, obj runtime.Object, gv runtime.GroupVersioner) []byte {
	t.Helper()
	name := map[Media]string{JSON: runtime.ContentTypeJSON, Protobuf: runtime.ContentTypeProtobuf}[media]
	info, _ := runtime.SerializerInfoForMediaType(legacyscheme.Codecs.SupportedMediaTypes(), name)
	b, err := runtime.Encode(legacyscheme.Codecs.EncoderForVersion(info.Serializer, gv), obj)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sameDocument compares JSON without regard to the order of fields.
func sameDocument(t testing.TB, what string, got, want []byte) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal(got, &g); err != nil {
		t.Fatalf("%s: %v in %s", what, err, got)
	}
	if err := json.Unmarshal(want, &w); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(g, w) {
		t.Fatalf("%s:\n got  %.2000s\n want %.2000s", what, got, want)
	}
}

// sameProtobuf compares bytes. Where they differ, as they may for a nil and an empty byte string in a map, upstream's
// decoder must find the same object in both.
func sameProtobuf(t testing.TB, what string, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) {
		return
	}
	g, _, err := legacyscheme.Codecs.UniversalDeserializer().Decode(got, nil, nil)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	w, _, err := legacyscheme.Codecs.UniversalDeserializer().Decode(want, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !equality.Semantic.DeepEqual(g, w) {
		t.Fatalf("%s:\n got  %.1000v\n want %.1000v", what, g, w)
	}
}

func storedKinds(s *Schema) []*Kind {
	var out []*Kind
	for _, k := range s.Kinds() {
		if !k.Virtual {
			out = append(out, k)
		}
	}
	return out
}

// TestFormsEqualUpstream: for random objects of every kind, what we splice is what upstream's encoders would write.
// Protobuf is equal byte by byte; JSON has the revision in another place.
func TestFormsEqualUpstream(t *testing.T) {
	s := newSchema(t)
	for _, k := range storedKinds(s) {
		t.Run(k.Resource.String(), func(t *testing.T) {
			gv := k.GVK("").GroupVersion()
			recs := randomRecords(t, s, k, 7, 12)
			for _, rec := range recs {
				want := versioned(t, s, k, rec)
				got, err := s.AppendObject([]byte("x"), k, rec, Form{Version: k.Versions[0]})
				if err != nil {
					t.Fatal(err)
				}
				sameDocument(t, "GET as JSON", got[1:], upstreamBytes(t, JSON, want, gv))
				got, err = s.AppendObject(nil, k, rec, Form{Media: Protobuf, Version: k.Versions[0]})
				if err != nil {
					t.Fatal(err)
				}
				sameProtobuf(t, "GET as protobuf", got, upstreamBytes(t, Protobuf, want, gv))
				partial(t, s, k, rec, want)
				watchEvent(t, s, k, rec, want)
			}
			listOf(t, s, k, recs)
			for _, version := range k.Versions[1:] {
				olderForms(t, s, k, recs, version)
			}
		})
	}
}

// olderForms holds a version that is not the stored one against upstream.
func olderForms(t *testing.T, s *Schema, k *Kind, recs []*store.Record, version string) {
	t.Helper()
	gv := k.GVK(version).GroupVersion()
	for _, rec := range recs {
		want := inVersion(t, s, k, rec, version)
		got, err := s.AppendObject(nil, k, rec, Form{Version: version})
		if err != nil {
			t.Fatal(err)
		}
		sameDocument(t, "GET as JSON in "+version, got, upstreamBytes(t, JSON, want, gv))
		if got, err = s.AppendObject(nil, k, rec, Form{Media: Protobuf, Version: version}); err != nil {
			t.Fatal(err)
		}
		sameProtobuf(t, "GET as protobuf in "+version, got, upstreamBytes(t, Protobuf, want, gv))
	}
}

func partial(t *testing.T, s *Schema, k *Kind, rec *store.Record, obj runtime.Object) {
	t.Helper()
	a, err := meta.Accessor(obj)
	if err != nil {
		t.Fatal(err)
	}
	want := meta.AsPartialObjectMetadata(a)
	want.SetGroupVersionKind(metav1.SchemeGroupVersion.WithKind("PartialObjectMetadata"))
	wantJSON, _ := json.Marshal(want)
	got, err := s.AppendObject(nil, k, rec, Form{Version: k.Versions[0], As: PartialMeta})
	if err != nil {
		t.Fatal(err)
	}
	sameDocument(t, "PartialObjectMetadata", got, wantJSON)
	got, err = s.AppendObject(nil, k, rec, Form{Media: Protobuf, Version: k.Versions[0], As: PartialMeta})
	if err != nil {
		t.Fatal(err)
	}
	var unk runtime.Unknown
	if err := unk.Unmarshal(got[len(magic):]); err != nil {
		t.Fatal(err)
	}
	back := &metav1.PartialObjectMetadata{}
	if err := back.Unmarshal(unk.Raw); err != nil {
		t.Fatal(err)
	}
	if unk.Kind != "PartialObjectMetadata" || !equality.Semantic.DeepEqual(back.ObjectMeta, want.ObjectMeta) {
		t.Fatalf("partial protobuf: got %v want %v", back.ObjectMeta, want.ObjectMeta)
	}
}

func watchEvent(t *testing.T, s *Schema, k *Kind, rec *store.Record, obj runtime.Object) {
	t.Helper()
	gv := k.GVK("").GroupVersion()
	got, err := s.AppendWatchEvent(nil, k, Modified, rec, Form{Version: k.Versions[0]})
	if err != nil {
		t.Fatal(err)
	}
	want, _ := json.Marshal(&metav1.WatchEvent{Type: Modified, Object: runtime.RawExtension{Raw: upstreamBytes(t, JSON, obj, gv)}})
	sameDocument(t, "watch event", got, want)

	got, err = s.AppendWatchEvent(nil, k, Modified, rec, Form{Media: Protobuf, Version: k.Versions[0]})
	if err != nil {
		t.Fatal(err)
	}
	if frame := upstreamFrame(t, Modified, upstreamBytes(t, Protobuf, obj, gv)); !bytes.Equal(got, frame) {
		var g, w metav1.WatchEvent
		if err := errors.Join(g.Unmarshal(got[4:]), w.Unmarshal(frame[4:])); err != nil || g.Type != w.Type {
			t.Fatalf("watch event as protobuf: %v, type %s", err, g.Type)
		}
		sameProtobuf(t, "watch event as protobuf", g.Object.Raw, w.Object.Raw)
	}
}

// upstreamFrame writes a protobuf watch event with upstream's stream serializer and framer.
func upstreamFrame(t *testing.T, typ string, raw []byte) []byte {
	t.Helper()
	info, _ := runtime.SerializerInfoForMediaType(legacyscheme.Codecs.SupportedMediaTypes(), runtime.ContentTypeProtobuf)
	enc := legacyscheme.Codecs.EncoderForVersion(info.StreamSerializer.Serializer, metav1.Unversioned)
	event, err := runtime.Encode(enc, &metav1.WatchEvent{Type: typ, Object: runtime.RawExtension{Raw: raw}})
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if _, err := info.StreamSerializer.Framer.NewFrameWriter(&buf).Write(event); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func listOf(t *testing.T, s *Schema, k *Kind, recs []*store.Record) {
	t.Helper()
	gv := k.GVK("").GroupVersion()
	list, err := legacyscheme.Scheme.New(gv.WithKind(k.ListKind))
	if err != nil {
		t.Fatal(err)
	}
	var items []runtime.Object
	for _, rec := range recs {
		obj := versioned(t, s, k, rec)
		obj.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{})
		items = append(items, obj)
	}
	if err := meta.SetList(list, items); err != nil {
		t.Fatal(err)
	}
	left := int64(17)
	lm := ListMeta{Rev: 99, Continue: `to"ken`, Remaining: &left}
	la, _ := meta.ListAccessor(list)
	la.SetResourceVersion("99")
	la.SetContinue(lm.Continue)
	la.SetRemainingItemCount(&left)
	for _, media := range []Media{JSON, Protobuf} {
		var buf bytes.Buffer
		if err := s.WriteList(&buf, k, recs, Form{Media: media, Version: k.Versions[0]}, lm); err != nil {
			t.Fatal(err)
		}
		want := upstreamBytes(t, media, list, gv)
		if media == JSON {
			sameDocument(t, "list", buf.Bytes(), want)
		} else {
			sameProtobuf(t, "list as protobuf", buf.Bytes(), want)
		}
	}
}

// TestBookmark: a bookmark is an empty object with a revision, as upstream sends it.
func TestBookmark(t *testing.T) {
	s := newSchema(t)
	for _, k := range storedKinds(s) {
		for _, media := range []Media{JSON, Protobuf} {
			obj, err := s.scheme.New(k.GVK(""))
			if err != nil {
				t.Fatal(err)
			}
			m, _ := metaOf(obj)
			m.ResourceVersion = "77"
			m.Annotations = map[string]string{metav1.InitialEventsAnnotationKey: "true"}
			raw := upstreamBytes(t, media, obj, k.GVK("").GroupVersion())
			got, err := s.AppendBookmark(nil, k, 77, true, Form{Media: media, Version: k.Versions[0]})
			if err != nil {
				t.Fatal(err)
			}
			if media == Protobuf {
				if want := upstreamFrame(t, Bookmark, raw); !slices.Equal(got, want) {
					t.Errorf("%s: got %q\nwant %q", k.Resource, got, want)
				}
				continue
			}
			want, _ := json.Marshal(&metav1.WatchEvent{Type: Bookmark, Object: runtime.RawExtension{Raw: raw}})
			sameDocument(t, "bookmark", got, want)
		}
		if _, err := s.AppendBookmark(nil, k, 77, false, Form{As: PartialMeta, Version: k.Versions[0]}); err != nil {
			t.Error(err)
		}
	}
}
