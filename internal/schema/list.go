package schema

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// ListMeta is the metadata of a LIST.
type ListMeta struct {
	Rev       api.Revision
	Continue  string
	Remaining *int64
}

// listBuffer is how much of a LIST is gathered before it is written: a few dozen objects a system call.
const listBuffer = 64 << 10

// WriteList writes a whole LIST: header, items, trailer, through one buffer of bounded size.
func (s *Schema) WriteList(w io.Writer, k *Kind, recs []*store.Record, f Form, lm ListMeta) error {
	f.InList = true
	if err := s.convertAhead(k, recs); err != nil {
		return err
	}
	size := 0
	if f.Media == Protobuf { // every length stands before what it measures
		for i, rec := range recs {
			if i%touchAhead == 0 {
				touch(recs[i:], f.Media)
			}
			n, err := s.ItemSize(k, rec, f)
			if err != nil {
				return err
			}
			size += n
		}
	}
	buf := make([]byte, 0, listBuffer+listBuffer/4)
	buf, err := s.AppendListHeader(buf, k, f, lm, size)
	if err != nil {
		return err
	}
	for i, rec := range recs {
		if i%touchAhead == 0 {
			touch(recs[i:], f.Media)
		}
		if buf, err = s.AppendListItem(buf, k, rec, f, i == 0); err != nil {
			return err
		}
		if len(buf) >= listBuffer {
			if _, err := w.Write(buf); err != nil {
				return err
			}
			buf = buf[:0]
		}
	}
	if len(recs) == 0 && f.Media == JSON && f.As == PartialMeta { // upstream's list of no metadata is none
		_, err = w.Write(append(bytes.TrimSuffix(buf, []byte("[")), "null}\n"...))
		return err
	}
	_, err = w.Write(s.AppendListTrailer(buf, f))
	return err
}

// ItemSize is the number of bytes that AppendListItem will write for the record. Only protobuf needs it.
func (s *Schema) ItemSize(k *Kind, rec *store.Record, f Form) (int, error) {
	sp, err := s.proto(k, rec, f)
	if err != nil {
		return 0, err
	}
	n := sp.size()
	return 1 + uvarintLen(uint64(n)) + n, nil
}

// AppendListHeader appends what stands before the items. items is the sum of their ItemSize; JSON ignores it.
func (s *Schema) AppendListHeader(dst []byte, k *Kind, f Form, lm ListMeta, items int) ([]byte, error) {
	gvk := f.servedGVK(k, true)
	if f.Media == Protobuf {
		meta := metav1.ListMeta{ResourceVersion: lm.rev(), Continue: lm.Continue, RemainingItemCount: lm.Remaining}
		raw, err := meta.Marshal()
		if err != nil {
			return dst, fmt.Errorf("schema: list of %s: %w", k.Resource, err)
		}
		dst = appendEnvelopeHead(dst, gvk, 1+uvarintLen(uint64(len(raw)))+len(raw)+items)
		dst = append(dst, tagMetadata)
		dst = binary.AppendUvarint(dst, uint64(len(raw)))
		return append(dst, raw...), nil
	}
	dst = append(dst, '{')
	dst = append(dst, jsonHead(gvk)...)
	dst = append(dst, `"metadata":{`...)
	sep := ""
	if rev := lm.rev(); rev != "" {
		dst = append(dst, `"resourceVersion":"`+rev+`"`...)
		sep = ","
	}
	if lm.Continue != "" || k.custom != nil && f.As == Object { // upstream's unstructured lists always say it
		token, err := json.Marshal(lm.Continue)
		if err != nil {
			return dst, fmt.Errorf("schema: continue token: %w", err)
		}
		dst = append(append(dst, sep+`"continue":`...), token...)
		sep = ","
	}
	if lm.Remaining != nil {
		dst = strconv.AppendInt(append(dst, sep+`"remainingItemCount":`...), *lm.Remaining, 10)
	}
	return append(dst, `},"items":[`...), nil
}

func (lm ListMeta) rev() string {
	if lm.Rev == 0 {
		return ""
	}
	return RevisionString(lm.Rev)
}

// AppendListItem appends one item; first says that no other stands before it.
func (s *Schema) AppendListItem(dst []byte, k *Kind, rec *store.Record, f Form, first bool) ([]byte, error) {
	f.InList = true
	if f.Media == JSON && !first {
		dst = append(dst, ',')
	}
	return s.AppendObject(dst, k, rec, f)
}

// AppendListTrailer appends what stands behind the items.
func (s *Schema) AppendListTrailer(dst []byte, f Form) []byte {
	if f.Media == Protobuf {
		return append(dst, envelopeTail...)
	}
	return append(dst, "]}\n"...)
}
