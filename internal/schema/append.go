package schema

import (
	"encoding/binary"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/store"
)

// Media is an encoding that the package makes. YAML is made of JSON at the door.
type Media uint8

// The media types.
const (
	JSON Media = iota
	Protobuf
)

// As says which object the client asked for.
type As uint8

// An Object is the kind itself; PartialMeta is meta.k8s.io PartialObjectMetadata.
const (
	Object As = iota
	PartialMeta
)

// Form is one way to serve an object.
type Form struct {
	Media Media
	// Version is the version of the kind's group that the request addresses.
	Version string
	As      As
	// MetaVersion is the version of meta.k8s.io for PartialMeta; empty means v1.
	MetaVersion string
	// InList is the form of a list's items: in JSON, items of built-in kinds carry no kind and apiVersion; in
	// protobuf, an item is a field of the list and has no envelope.
	InList bool
}

// servedGVK is the kind that the form carries, or of its list.
func (f Form) servedGVK(k *Kind, list bool) schema.GroupVersionKind {
	gvk := k.GVK(f.Version)
	if list {
		gvk.Kind = k.ListKind
	}
	if f.As == PartialMeta {
		gvk = schema.GroupVersionKind{Group: metav1.GroupName, Version: "v1", Kind: "PartialObjectMetadata"}
		if f.MetaVersion != "" {
			gvk.Version = f.MetaVersion
		}
		if list {
			gvk.Kind += "List"
		}
	}
	return gvk
}

// AppendObject appends the object as a GET answers it, with the revision spliced in.
func (s *Schema) AppendObject(dst []byte, k *Kind, rec *store.Record, f Form) ([]byte, error) {
	if f.Media == Protobuf {
		sp, err := s.proto(k, rec, f)
		if err != nil {
			return dst, err
		}
		if f.InList {
			dst = append(dst, tagListItem)
			dst = binary.AppendUvarint(dst, uint64(sp.size()))
			return sp.append(dst), nil
		}
		dst = appendEnvelopeHead(dst, f.servedGVK(k, false), sp.size())
		return append(sp.append(dst), envelopeTail...), nil
	}
	dst, err := s.appendObjectJSON(dst, k, rec, f)
	if err == nil && !f.InList {
		dst = append(dst, '\n') // as upstream's encoder ends an answer
	}
	return dst, err
}

func (s *Schema) appendObjectJSON(dst []byte, k *Kind, rec *store.Record, f Form) ([]byte, error) {
	body, err := s.body(k, rec, f)
	if err != nil {
		return dst, err
	}
	head := ""
	if !f.InList || f.As == PartialMeta || k.custom != nil {
		head = jsonHead(f.servedGVK(k, false))
	}
	return appendJSON(dst, body, head, rec.Rev)
}

func jsonHead(gvk schema.GroupVersionKind) string {
	return `"kind":"` + gvk.Kind + `","apiVersion":"` + gvk.GroupVersion().String() + `",`
}

// proto cuts the record's protobuf form at its revision.
func (s *Schema) proto(k *Kind, rec *store.Record, f Form) (protoSplice, error) {
	body, err := s.body(k, rec, f)
	if err != nil {
		return protoSplice{}, err
	}
	sp, err := cutProto(body, rec.Rev, f.As == PartialMeta)
	if err != nil {
		return sp, fmt.Errorf("schema: %s: %w", rec.Key, err)
	}
	return sp, nil
}

// body returns the record's bytes in the form's media and version, without revision and kind.
func (s *Schema) body(k *Kind, rec *store.Record, f Form) ([]byte, error) {
	if k.custom != nil {
		return s.customBody(k, rec, f)
	}
	gv := k.GVK(f.Version).GroupVersion()
	if f.Media == Protobuf && (gv == k.Storage || f.As == PartialMeta) {
		return rec.Body, nil // the metadata of all versions is the same
	}
	memo := memoOf(rec)
	if b := memo.form(f.Media, gv, f.As); b != nil {
		return b, nil
	}
	b, err := s.makeForm(k, rec, f.Media, gv, f.As)
	if err != nil {
		return nil, fmt.Errorf("schema: encoding %s: %w", rec.Key, err)
	}
	s.keepForm(memo, f.Media, gv, f.As, b)
	return b, nil
}

// makeForm encodes what body does not have. The typed object is not kept: a reader of bytes has no use for it.
func (s *Schema) makeForm(k *Kind, rec *store.Record, media Media, gv schema.GroupVersion, as As) ([]byte, error) {
	if as == PartialMeta {
		raw, err := metadataOf(rec.Body)
		if err != nil {
			return nil, err
		}
		part := &metav1.PartialObjectMetadata{}
		if err := part.ObjectMeta.Unmarshal(raw); err != nil {
			return nil, err
		}
		return s.encodeJSON(part)
	}
	typed, err := s.decodeTyped(k, &store.Record{Key: rec.Key, Body: rec.Body})
	if err != nil {
		return nil, err
	}
	if gv != k.Storage {
		if typed, err = s.reversion(typed, gv); err != nil {
			return nil, err
		}
	}
	if media == Protobuf {
		return marshal(typed)
	}
	return s.encodeJSON(typed)
}

// reversion converts a typed object to another group and version by way of the hub. It takes obj over.
func (s *Schema) reversion(obj runtime.Object, gv schema.GroupVersion) (runtime.Object, error) {
	hub, err := s.toInternal(obj)
	if err != nil {
		return nil, err
	}
	return s.convert(hub, gv)
}

// The protobuf envelope: a magic number, then runtime.Unknown {typeMeta, raw, contentEncoding, contentType}.
const (
	magic        = "k8s\x00"
	tagTypeMeta  = 1<<3 | 2
	tagRaw       = 2<<3 | 2
	tagListItem  = 2<<3 | 2
	envelopeTail = "\x1a\x00\x22\x00"
)

// appendEnvelopeHead writes all that stands before the raw object of the given size.
func appendEnvelopeHead(dst []byte, gvk schema.GroupVersionKind, rawSize int) []byte {
	apiVersion := gvk.GroupVersion().String()
	dst = append(dst, magic...)
	dst = append(dst, tagTypeMeta)
	dst = binary.AppendUvarint(dst, uint64(stringFieldLen(apiVersion)+stringFieldLen(gvk.Kind)))
	dst = appendStringField(dst, 1, apiVersion)
	dst = appendStringField(dst, 2, gvk.Kind)
	dst = append(dst, tagRaw)
	return binary.AppendUvarint(dst, uint64(rawSize))
}

// envelopeLen is the length of an envelope with a raw object of the given size.
func envelopeLen(gvk schema.GroupVersionKind, rawSize int) int {
	tm := stringFieldLen(gvk.GroupVersion().String()) + stringFieldLen(gvk.Kind)
	return len(magic) + 1 + uvarintLen(uint64(tm)) + tm + 1 + uvarintLen(uint64(rawSize)) + rawSize + len(envelopeTail)
}

func stringFieldLen(v string) int { return 1 + uvarintLen(uint64(len(v))) + len(v) }

func appendStringField(dst []byte, field byte, v string) []byte {
	dst = append(dst, field<<3|lengthDelimited)
	dst = binary.AppendUvarint(dst, uint64(len(v)))
	return append(dst, v...)
}
