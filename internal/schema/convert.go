package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema/typejson"
	"gantry.dev/gantry/internal/store"
)

// wire is what every k8s.io/api type can do: its protobuf form, deterministic, without kind and envelope.
type wire interface {
	Size() int
	MarshalToSizedBuffer([]byte) (int, error)
	Unmarshal([]byte) error
}

// RevisionString is a revision as the API writes it.
func RevisionString(rev api.Revision) string { return strconv.FormatUint(uint64(rev), 10) }

// FromTyped converts a typed object to the internal form with defaults applied. It takes typed over: the defaults are
// written into it and the result may share its memory.
func (s *Schema) FromTyped(k *Kind, typed runtime.Object) (runtime.Object, error) {
	if u, ok := typed.(*unstructured.Unstructured); ok && k.custom != nil {
		return u, k.fromTyped(u)
	}
	s.scheme.Default(typed)
	out, err := s.toInternal(typed)
	if err != nil {
		return nil, fmt.Errorf("schema: converting a %T of %s: %w", typed, k.Resource, err)
	}
	return out, nil
}

// Assign makes dst, an object of any form, equal to src, an object of the same form, in place. It takes src over.
func Assign(dst, src runtime.Object) {
	if dst != src {
		reflect.ValueOf(dst).Elem().Set(reflect.ValueOf(src).Elem())
	}
}

// toInternal converts to the hub of the object's own group.
func (s *Schema) toInternal(typed runtime.Object) (runtime.Object, error) {
	gvks, _, err := s.scheme.ObjectKinds(typed)
	if err != nil {
		return nil, err
	}
	return s.scheme.UnsafeConvertToVersion(typed, schema.GroupVersion{Group: gvks[0].Group, Version: runtime.APIVersionInternal})
}

// ToTyped converts an internal object to the typed form: the kind's storage version, or version v1 of its group for
// the bodies of subresources. It takes internal over, the result may share its memory. Kind and apiVersion are empty.
func (s *Schema) ToTyped(k *Kind, internal runtime.Object) (runtime.Object, error) {
	if _, ok := internal.(*unstructured.Unstructured); ok {
		return internal, nil // custom kinds have one form for both
	}
	gvks, _, err := s.scheme.ObjectKinds(internal)
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	gv := schema.GroupVersion{Group: gvks[0].Group, Version: "v1"} // every group that we serve bodies of has a v1
	if gvks[0].Kind == k.Kind && k.custom == nil {
		gv = k.Storage
	}
	return s.convert(internal, gv)
}

// ToVersion converts an internal or typed object to a version that the kind is served in. It takes obj over.
func (s *Schema) ToVersion(k *Kind, obj runtime.Object, version string) (runtime.Object, error) {
	if u, ok := obj.(*unstructured.Unstructured); ok && k.custom != nil {
		return k.convertTo(u, version)
	}
	return s.convert(obj, k.GVK(version).GroupVersion())
}

func (s *Schema) convert(obj runtime.Object, gv schema.GroupVersion) (runtime.Object, error) {
	out, err := s.scheme.UnsafeConvertToVersion(obj, gv)
	if err != nil {
		return nil, fmt.Errorf("schema: converting a %T to %s: %w", obj, gv, err)
	}
	out.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{})
	return out, nil
}

// Encode makes the stored form of an internal object, and the memo that goes with its record. It takes internal over:
// neither it nor anything in it may be changed afterwards.
func (s *Schema) Encode(k *Kind, internal runtime.Object) ([]byte, *Memo, error) {
	body, memo, _, err := s.EncodeFresh(k, internal, nil)
	return body, memo, err
}

// EncodeFresh is Encode that hands back the typed object that was encoded, for Remember; nil for custom kinds. typed is
// what ToTyped has made of internal, which is then taken over as well, or nil.
func (s *Schema) EncodeFresh(k *Kind, internal, typed runtime.Object) (body []byte, m *Memo, fresh runtime.Object, err error) {
	if k.custom != nil {
		body, m, err = s.encodeCustom(k, internal)
		return body, m, nil, err
	}
	if fresh = typed; fresh == nil {
		if fresh, err = s.convert(internal, k.Storage); err != nil {
			return nil, nil, nil, err
		}
	}
	body, m, err = s.EncodeTyped(k, fresh)
	return body, m, fresh, err
}

// EncodeTyped is Encode for a typed object of the storage version that already went through the strategy.
func (s *Schema) EncodeTyped(k *Kind, typed runtime.Object) ([]byte, *Memo, error) {
	body, memo, err := s.encodeTyped(k, typed)
	if err == nil {
		s.keepFresh(k, memo, typed, len(body))
	}
	return body, memo, err
}

// EncodeShared is EncodeTyped for an object that shares memory with what Typed has handed out: nothing in it is changed
// but the resourceVersion.
func (s *Schema) EncodeShared(k *Kind, typed runtime.Object) ([]byte, *Memo, error) {
	body, memo, err := s.encodeTyped(k, typed)
	if err == nil && k.followed {
		s.hold(memo, typed, len(body))
	}
	return body, memo, err
}

func (s *Schema) encodeTyped(k *Kind, typed runtime.Object) ([]byte, *Memo, error) {
	m, err := metaOf(typed)
	if err != nil {
		return nil, nil, err
	}
	if m.ResourceVersion != "" {
		m.ResourceVersion = "" // the revision is spliced in when the object is read
	}
	body, err := marshal(typed)
	if err != nil {
		return nil, nil, fmt.Errorf("schema: encoding %s %s/%s: %w", k.Resource, m.Namespace, m.Name, err)
	}
	memo := &Memo{}
	meta := s.alike.share(k.newMeta(m, typed))
	meta.detach()
	memo.meta.Store(meta)
	return body, memo, nil
}

func marshal(typed runtime.Object) ([]byte, error) {
	w, ok := typed.(wire)
	if !ok {
		return nil, fmt.Errorf("%T has no protobuf form", typed)
	}
	buf := make([]byte, w.Size())
	n, err := w.MarshalToSizedBuffer(buf)
	if err != nil {
		return nil, err
	}
	return buf[len(buf)-n:], nil
}

// decodeTyped makes a typed object of its own from stored bytes, with the defaults of this release applied to fields
// that an earlier one did not know.
func (s *Schema) decodeTyped(k *Kind, rec *store.Record) (runtime.Object, error) {
	typed := k.NewTyped()
	if err := typed.(wire).Unmarshal(rec.Body); err != nil {
		return nil, fmt.Errorf("schema: decoding %s at revision %d: %w", rec.Key, rec.Rev, err)
	}
	s.complete(k, typed)
	m, err := metaOf(typed)
	if err != nil {
		return nil, err
	}
	if rec.Rev != 0 {
		m.ResourceVersion = RevisionString(rec.Rev)
	}
	return typed, nil
}

// complete adds to a decoded object what its stored form does not say.
func (s *Schema) complete(k *Kind, typed runtime.Object) {
	s.scheme.Default(typed)
	if k.complete != nil {
		k.complete(typed)
	}
}

// Internal decodes a record into an internal object of the caller's own, with resourceVersion set.
func (s *Schema) Internal(k *Kind, rec *store.Record) (runtime.Object, error) {
	if k.custom != nil {
		return s.customObject(k, rec)
	}
	typed, err := s.ownTyped(k, rec)
	if err != nil {
		return nil, err
	}
	out, err := s.toInternal(typed)
	if err != nil {
		return nil, fmt.Errorf("schema: converting %s: %w", rec.Key, err)
	}
	return out, nil
}

// ownTyped is Typed for a caller who wants to change it: a copy where a decoded object is at hand, which costs less.
func (s *Schema) ownTyped(k *Kind, rec *store.Record) (runtime.Object, error) {
	if t := s.atHand(memoOf(rec), rec); t != nil {
		return t.DeepCopyObject(), nil
	}
	return s.decodeTyped(k, rec)
}

// NewLive returns what a create or an apply that creates is compared with to learn who owns what: an empty object in
// the version of the request. An empty internal one would come with what conversion adds, which nobody then owns.
func (s *Schema) NewLive(k *Kind, version string) (runtime.Object, error) {
	if k.custom != nil {
		return k.newCustom(), nil
	}
	obj, err := s.scheme.New(k.GVK(version))
	if err != nil {
		return nil, fmt.Errorf("schema: %s: %w", k.Resource, err)
	}
	return obj, nil
}

// NewInternal returns an empty internal object of the kind.
func (s *Schema) NewInternal(k *Kind) (runtime.Object, error) {
	if k.custom != nil {
		return k.newCustom(), nil
	}
	obj, err := s.scheme.New(schema.GroupVersionKind{Group: k.Resource.Group, Version: runtime.APIVersionInternal, Kind: k.Kind})
	if err != nil {
		return nil, fmt.Errorf("schema: %s: %w", k.Resource, err)
	}
	return obj, nil
}

// HubName is the Go type of the internal objects of a kind, or of their lists, which upstream names in some refusals.
func (s *Schema) HubName(k *Kind, list bool) string {
	if k.custom != nil {
		if list {
			return "*unstructured.UnstructuredList"
		}
		return "*unstructured.Unstructured"
	}
	kind := k.Kind
	if list {
		kind = k.ListKind
	}
	obj, err := s.scheme.New(schema.GroupVersionKind{Group: k.Resource.Group, Version: runtime.APIVersionInternal, Kind: kind})
	if err != nil {
		return kind // a list that only the versioned API has
	}
	return fmt.Sprintf("%T", obj)
}

// encodeJSON is upstream's JSON of an object, without the line end: by a plan of its type, or by the library.
func (s *Schema) encodeJSON(obj any) ([]byte, error) {
	if b, ok := s.plainJSON(obj, typejson.AsIs); ok {
		return b, nil
	}
	return encodeJSON(obj)
}

// plainJSON writes an object by the plan of its type; false if it has none that fits.
func (s *Schema) plainJSON(obj any, m typejson.Mode) ([]byte, bool) {
	buf := scratch.Get().(*[]byte)
	b, ok := s.json.Append((*buf)[:0], obj, m)
	out := bytes.Clone(b) // of its exact size: most are kept
	*buf = b
	putScratch(buf)
	return out, ok
}

// maxScratch is the largest buffer that is kept for the next object: nearly all objects fit.
const maxScratch = 64 << 10

var scratch = sync.Pool{New: func() any { return new([]byte) }}

func putScratch(b *[]byte) {
	if cap(*b) <= maxScratch {
		scratch.Put(b)
	}
}

// encodeJSON is the library's JSON, without the line end.
func encodeJSON(obj any) ([]byte, error) {
	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(obj); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}
