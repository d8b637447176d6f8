package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kjson "sigs.k8s.io/json"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// The stored form of a custom object is the version in which it was written, a line end, and its JSON in that version:
// metadata first, without resourceVersion, kind and apiVersion. So what is served is, as a rule, a slice of the record.

// splitStored cuts a stored form.
func splitStored(body []byte) (version string, doc []byte, err error) {
	v, doc, ok := bytes.Cut(body, []byte{'\n'})
	if !ok || !bytes.HasPrefix(doc, []byte(jsonMetadata)) {
		return "", nil, fmt.Errorf("stored form is not a version and a JSON object: %.40q", body)
	}
	return string(v), doc, nil
}

// appendDocument writes an object as JSON without kind, apiVersion and resourceVersion.
func appendDocument(dst []byte, obj map[string]any) ([]byte, error) {
	meta, _ := obj["metadata"].(map[string]any)
	if _, ok := meta["resourceVersion"]; ok {
		meta = maps.Clone(meta)
		delete(meta, "resourceVersion")
	}
	if meta == nil {
		meta = map[string]any{}
	}
	dst = append(dst, `{"metadata":`...)
	dst, err := appendValue(dst, meta)
	if err != nil {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(obj)) {
		switch key {
		case "metadata", "kind", "apiVersion":
			continue
		}
		dst = append(dst, ',')
		if dst, err = appendValue(dst, key); err != nil {
			return nil, err
		}
		dst = append(dst, ':')
		if dst, err = appendValue(dst, obj[key]); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

func appendValue(dst []byte, v any) ([]byte, error) {
	b, err := json.Marshal(v)
	return append(dst, b...), err
}

// encodeCustom is Encode for custom kinds: the object is converted to the storage version.
func (s *Schema) encodeCustom(k *Kind, obj runtime.Object) ([]byte, *Memo, error) {
	u, err := asCustom(k, obj)
	if err != nil {
		return nil, nil, err
	}
	stored := k.Storage.Version
	same := k.custom.version == stored
	if u, err = k.convertTo(u, stored); err != nil {
		return nil, nil, err
	}
	if !same { // the converter may have said more than the schema knows
		if _, err := k.coerce(u, coercion{}); err != nil {
			return nil, nil, err
		}
	}
	body, err := appendDocument(append(make([]byte, 0, 1024), stored+"\n"...), u.Object)
	if err != nil {
		return nil, nil, fmt.Errorf("schema: encoding %s %s/%s: %w", k.Resource, u.GetNamespace(), u.GetName(), err)
	}
	memo := &Memo{}
	if m, err := k.customMeta(u.Object); err == nil {
		memo.meta.Store(m)
	}
	if same { // it went through defaults and pruning in this very version
		memo.forms.Store(&form{media: JSON, gv: k.Storage, as: Object, of: k.custom.def.laws, bytes: body[len(stored)+1:]})
	}
	return body, memo, nil
}

// asCustom refuses what is no object of the kind in the row's version: a writer that took another row.
func asCustom(k *Kind, obj runtime.Object) (*unstructured.Unstructured, error) {
	u, ok := obj.(*unstructured.Unstructured)
	if !ok {
		return nil, fmt.Errorf("schema: a %T is no object of %s", obj, k.Resource)
	}
	if k.custom.def == nil {
		return nil, fmt.Errorf("schema: %s has no definition here, its objects can only be read", k.Resource)
	}
	return u, nil
}

// customObject decodes a record into an object of the caller's own in the row's version: pruned and defaulted by the schema
// of the version that it was stored in, as upstream does, then converted.
func (s *Schema) customObject(k *Kind, rec *store.Record) (*unstructured.Unstructured, error) {
	version, doc, err := splitStored(rec.Body)
	if err != nil {
		return nil, fmt.Errorf("schema: %s: %w", rec.Key, err)
	}
	u := &unstructured.Unstructured{}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(doc, &u.Object); err != nil {
		return nil, fmt.Errorf("schema: decoding %s at revision %d: %w", rec.Key, rec.Rev, err)
	}
	if k.custom.def != nil {
		u.SetGroupVersionKind(schema.GroupVersionKind{Group: k.Resource.Group, Version: version, Kind: k.Kind})
		if _, err := k.coerce(u, coercion{stored: true}); err != nil {
			return nil, fmt.Errorf("schema: %s: %w", rec.Key, err)
		}
		if err := k.defaults(u); err != nil {
			return nil, err
		}
		if u, err = k.converted(rec, u); err != nil {
			return nil, err
		}
	}
	if rec.Rev != 0 {
		u.SetResourceVersion(RevisionString(rec.Rev))
	}
	return u, nil
}

// converted brings an object that was decoded from a record to the row's version. What a webhook has said of a record is
// remembered with it.
func (k *Kind) converted(rec *store.Record, u *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	if u.GroupVersionKind().Version == k.custom.version {
		return u, nil
	}
	read, err := k.custom.def.laws.forReading()
	if err != nil {
		return nil, err
	}
	if read.webhook != nil {
		if b := memoOf(rec).customForm(k, JSON, Object); b != nil {
			out := &unstructured.Unstructured{}
			if err := kjson.UnmarshalCaseSensitivePreserveInts(b, &out.Object); err != nil {
				return nil, fmt.Errorf("schema: decoding %s: %w", rec.Key, err)
			}
			out.SetGroupVersionKind(k.GVK(""))
			return out, nil
		}
	}
	if u, err = k.convertTo(u, k.custom.version); err != nil {
		return nil, err
	}
	if _, err := k.coerce(u, coercion{}); err != nil {
		return nil, fmt.Errorf("schema: %s: %w", rec.Key, err)
	}
	return u, nil
}

// customBody is body for custom kinds.
func (s *Schema) customBody(k *Kind, rec *store.Record, f Form) ([]byte, error) {
	if f.Media == Protobuf && f.As != PartialMeta {
		return nil, notAcceptable(schema.GroupVersionKind{Kind: "*unstructured.Unstructured"})
	}
	memo := memoOf(rec)
	if b := memo.customForm(k, f.Media, f.As); b != nil {
		return b, nil
	}
	b, err := s.makeCustomForm(k, rec, f)
	if err != nil {
		return nil, err
	}
	s.keepCustomForm(memo, k, f.Media, f.As, b)
	return b, nil
}

func (s *Schema) makeCustomForm(k *Kind, rec *store.Record, f Form) ([]byte, error) {
	u, err := s.customObject(k, rec)
	if err != nil {
		return nil, err
	}
	if f.As != PartialMeta {
		b, err := appendDocument(nil, u.Object)
		if err != nil {
			return nil, fmt.Errorf("schema: encoding %s: %w", rec.Key, err)
		}
		if _, doc, err := splitStored(rec.Body); err == nil && bytes.Equal(doc, b) {
			return doc, nil // the usual case: nothing of its own is kept
		}
		return b, nil
	}
	part := &metav1.PartialObjectMetadata{}
	if err := metaOfCustom(u.Object, &part.ObjectMeta); err != nil {
		return nil, fmt.Errorf("schema: metadata of %s: %w", rec.Key, err)
	}
	part.ResourceVersion = ""
	if f.Media == Protobuf {
		return part.Marshal()
	}
	return encodeJSON(part)
}

// metaOfCustom reads the metadata of an unstructured object.
func metaOfCustom(obj map[string]any, into *metav1.ObjectMeta) error {
	m, _ := obj["metadata"].(map[string]any)
	return runtime.DefaultUnstructuredConverter.FromUnstructured(m, into)
}

// customForm finds a form that was made by the laws that hold now. One of a version other than the row's is another gv.
func (m *Memo) customForm(k *Kind, media Media, as As) []byte {
	gv := k.GVK("").GroupVersion()
	for f := m.forms.Load(); f != nil; f = f.next {
		if f.of == k.custom.def.laws && f.media == media && f.as == as && f.gv == gv {
			m.asForms.touch()
			return f.bytes
		}
	}
	return nil
}

func (s *Schema) keepCustomForm(m *Memo, k *Kind, media Media, as As, b []byte) {
	s.addForm(m, &form{media: media, gv: k.GVK("").GroupVersion(), as: as, of: k.custom.def.laws, bytes: b})
}

// customBookmark is AppendBookmark for custom kinds: an object that has nothing but a revision, no defaults either.
func (s *Schema) customBookmark(dst []byte, k *Kind, rev api.Revision, initialEnd bool, f Form) ([]byte, error) {
	part := metav1.PartialObjectMetadata{}
	if initialEnd {
		part.Annotations = map[string]string{metav1.InitialEventsAnnotationKey: "true"}
	}
	var b []byte
	var err error
	switch {
	case f.Media == Protobuf && f.As == PartialMeta:
		b, err = part.Marshal()
	case f.Media == Protobuf:
		err = notAcceptable(schema.GroupVersionKind{Kind: "*unstructured.Unstructured"})
	default:
		b, err = encodeJSON(&part)
	}
	if err != nil {
		return dst, err
	}
	rec := &store.Record{Rev: rev}
	memoOf(rec).forms.Store(&form{media: f.Media, gv: k.GVK("").GroupVersion(), as: f.As, of: k.custom.def.laws, bytes: b})
	return s.AppendWatchEvent(dst, k, Bookmark, rec, f)
}

// newCustom is NewInternal for custom kinds.
func (k *Kind) newCustom() *unstructured.Unstructured {
	u := &unstructured.Unstructured{Object: map[string]any{}}
	u.SetGroupVersionKind(k.GVK(""))
	return u
}

// fromTyped brings what one of Gantry's own parts wrote into the shape of the schema.
func (k *Kind) fromTyped(u *unstructured.Unstructured) error {
	if _, err := asCustom(k, u); err != nil {
		return err
	}
	u.SetGroupVersionKind(k.GVK(""))
	if _, err := k.coerce(u, coercion{}); err != nil {
		return fmt.Errorf("schema: an object of %s: %w", k.Resource, err)
	}
	return k.defaults(u)
}
