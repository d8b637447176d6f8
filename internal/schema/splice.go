package schema

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"strconv"

	"gantry.dev/gantry/internal/api"
)

// Protobuf tags that the splice knows. Metadata is field 1 of every API object, resourceVersion field 6 of metadata.
const (
	tagMetadata        = 1<<3 | 2
	tagResourceVersion = 6<<3 | 2
	lengthDelimited    = 2
)

var errNotObject = errors.New("stored form does not begin with metadata")

// metadataOf returns the encoded ObjectMeta of a stored form.
func metadataOf(body []byte) ([]byte, error) {
	if len(body) < 2 || body[0] != tagMetadata {
		return nil, errNotObject
	}
	n, w := binary.Uvarint(body[1:])
	if w <= 0 || n > uint64(len(body)-1-w) {
		return nil, errNotObject
	}
	return body[1+w : 1+w+int(n)], nil
}

// protoSplice is a stored form cut at the place of its revision: head, the new field, tail. Only the length of
// metadata changes.
type protoSplice struct {
	before []byte // of metadata
	rev    revision
	after  []byte // of metadata
	rest   []byte // behind metadata
}

// revision is a revision in decimal, without a string of its own on the heap.
type revision struct {
	digits [20]byte // the longest uint64
	n      int
}

func revisionOf(rev api.Revision) (r revision) {
	if rev != 0 {
		r.n = len(strconv.AppendUint(r.digits[:0], uint64(rev), 10))
	}
	return r
}

// cutProto finds the place. The encoder writes ObjectMeta's fields in order and writes empty strings too, so that
// field 6 is found behind five short fields; where it is not, the revision goes to the end of metadata, which decoders
// take as well (the last one counts).
func cutProto(body []byte, rev api.Revision, metaOnly bool) (protoSplice, error) {
	meta, err := metadataOf(body)
	if err != nil {
		return protoSplice{}, err
	}
	sp := protoSplice{before: meta, rev: revisionOf(rev)}
	if !metaOnly {
		sp.rest = body[1+uvarintLen(uint64(len(meta)))+len(meta):]
	}
	for at := 0; at < len(meta); {
		tag := meta[at]
		n, w := binary.Uvarint(meta[at+1:])
		if tag&7 != lengthDelimited || w <= 0 || n > uint64(len(meta)-at-1-w) {
			break
		}
		end := at + 1 + w + int(n)
		if tag == tagResourceVersion {
			sp.before, sp.after = meta[:at], meta[end:]
			break
		}
		if tag > tagResourceVersion {
			sp.before, sp.after = meta[:at], meta[at:]
			break
		}
		at = end
	}
	return sp, nil
}

// metaLen is the length of the new metadata, size that of the whole object.
func (p *protoSplice) metaLen() int {
	return len(p.before) + 1 + uvarintLen(uint64(p.rev.n)) + p.rev.n + len(p.after)
}

func (p *protoSplice) size() int {
	n := p.metaLen()
	return 1 + uvarintLen(uint64(n)) + n + len(p.rest)
}

func (p *protoSplice) append(dst []byte) []byte {
	dst = append(dst, tagMetadata)
	dst = binary.AppendUvarint(dst, uint64(p.metaLen()))
	dst = append(dst, p.before...)
	dst = append(dst, tagResourceVersion)
	dst = binary.AppendUvarint(dst, uint64(p.rev.n))
	dst = append(dst, p.rev.digits[:p.rev.n]...)
	dst = append(dst, p.after...)
	return append(dst, p.rest...)
}

func uvarintLen(v uint64) int { return (bits.Len64(v|1) + 6) / 7 }

const jsonMetadata = `{"metadata":{`

// appendJSON writes a JSON object without kind and revision as it is served: head (`"kind":...,` or nothing) first,
// the revision as metadata's first field.
func appendJSON(dst, body []byte, head string, rev api.Revision) ([]byte, error) {
	if len(body) <= len(jsonMetadata) || string(body[:len(jsonMetadata)]) != jsonMetadata {
		return dst, fmt.Errorf("schema: JSON form does not begin with metadata: %.40q", body)
	}
	dst = append(dst, '{')
	dst = append(dst, head...)
	dst = append(dst, jsonMetadata[1:]...)
	rest := body[len(jsonMetadata):]
	if rev != 0 {
		dst = append(dst, `"resourceVersion":"`...)
		dst = strconv.AppendUint(dst, uint64(rev), 10)
		dst = append(dst, '"')
		if rest[0] != '}' {
			dst = append(dst, ',')
		}
	}
	return append(dst, rest...), nil
}
