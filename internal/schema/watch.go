package schema

import (
	"encoding/binary"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// The types of watch events.
const (
	Added    = "ADDED"
	Modified = "MODIFIED"
	Deleted  = "DELETED"
	Bookmark = "BOOKMARK"
	Error    = "ERROR"
)

// AppendWatchEvent appends one event of a watch stream. JSON events are lines; a protobuf event is a frame with its
// length in four bytes, then metav1.WatchEvent {type, object {raw}} whose raw is the object in its envelope.
func (s *Schema) AppendWatchEvent(dst []byte, k *Kind, typ string, rec *store.Record, f Form) ([]byte, error) {
	f.InList = false
	if f.Media == JSON {
		dst = append(dst, `{"type":"`+typ+`","object":`...)
		dst, err := s.appendObjectJSON(dst, k, rec, f)
		return append(dst, "}\n"...), err
	}
	sp, err := s.proto(k, rec, f)
	if err != nil {
		return dst, err
	}
	gvk, n := f.servedGVK(k, false), sp.size()
	dst = appendFrameHead(dst, typ, envelopeLen(gvk, n))
	dst = appendEnvelopeHead(dst, gvk, n)
	return append(sp.append(dst), envelopeTail...), nil
}

// AppendBookmark appends a bookmark. initialEnd marks the one that ends the initial events of a streaming list.
func (s *Schema) AppendBookmark(dst []byte, k *Kind, rev api.Revision, initialEnd bool, f Form) ([]byte, error) {
	if k.custom != nil {
		return s.customBookmark(dst, k, rev, initialEnd, f)
	}
	typed := k.NewTyped()
	if initialEnd {
		m, err := metaOf(typed)
		if err != nil {
			return dst, err
		}
		m.Annotations = map[string]string{metav1.InitialEventsAnnotationKey: "true"}
	}
	body, err := marshal(typed)
	if err != nil {
		return dst, fmt.Errorf("schema: bookmark of %s: %w", k.Resource, err)
	}
	return s.appendPlain(dst, k, Bookmark, &store.Record{Rev: rev, Body: body}, f)
}

// appendPlain is AppendWatchEvent without defaults: a bookmark's empty object must stay empty.
func (s *Schema) appendPlain(dst []byte, k *Kind, typ string, rec *store.Record, f Form) ([]byte, error) {
	gv := k.GVK(f.Version).GroupVersion()
	if f.As == PartialMeta || (f.Media == Protobuf && gv == k.Storage) {
		return s.AppendWatchEvent(dst, k, typ, rec, f)
	}
	typed := k.NewTyped()
	if err := typed.(wire).Unmarshal(rec.Body); err != nil {
		return dst, err
	}
	if gv != k.Storage {
		var err error
		if typed, err = s.reversion(typed, gv); err != nil {
			return dst, err
		}
	}
	memo := memoOf(rec)
	var b []byte
	var err error
	if f.Media == Protobuf {
		b, err = marshal(typed)
	} else {
		b, err = s.encodeJSON(typed)
	}
	if err != nil {
		return dst, fmt.Errorf("schema: bookmark of %s: %w", k.Resource, err)
	}
	memo.forms.Store(&form{media: f.Media, gv: gv, as: f.As, bytes: b})
	return s.AppendWatchEvent(dst, k, typ, rec, f)
}

// AppendWatchAny appends an event with any other object: a Status behind Error, or a Table. The object must have been
// given its kind (Table) or be one that EncodeAny knows.
func (s *Schema) AppendWatchAny(dst []byte, typ string, obj runtime.Object, media Media, gv schema.GroupVersion) ([]byte, error) {
	b, err := s.EncodeAny(obj, media, gv)
	if err != nil {
		return dst, err
	}
	if media == JSON {
		dst = append(dst, `{"type":"`+typ+`","object":`...)
		dst = append(dst, b[:len(b)-1]...) // without the line end
		return append(dst, "}\n"...), nil
	}
	return append(appendFrameHead(dst, typ, len(b)), b...), nil
}

// appendFrameHead writes a protobuf event up to the object, whose length is n.
func appendFrameHead(dst []byte, typ string, n int) []byte {
	inner := 1 + uvarintLen(uint64(n)) + n // RawExtension.raw
	event := stringFieldLen(typ) + 1 + uvarintLen(uint64(inner)) + inner
	dst = binary.BigEndian.AppendUint32(dst, uint32(event))
	dst = appendStringField(dst, 1, typ)
	dst = append(dst, 2<<3|lengthDelimited)
	dst = binary.AppendUvarint(dst, uint64(inner))
	dst = append(dst, 1<<3|lengthDelimited)
	return binary.AppendUvarint(dst, uint64(n))
}
