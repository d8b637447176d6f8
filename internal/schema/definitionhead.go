package schema

import (
	"encoding/binary"
	"errors"
	"fmt"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"gantry.dev/gantry/internal/store"
)

// The fields of a stored CustomResourceDefinition on the way to its schemas.
const (
	fieldSpec     = 2 // of a definition
	fieldVersions = 7 // of its spec
	fieldSchema   = 4 // of a version
)

var errBroken = errors.New("broken protobuf")

// asHead marks the form that keeps a head.
const asHead As = 255

// Head returns a definition without the schemas of its versions: what decides about names and conditions, a twentieth of
// the whole in memory. It is shared by all readers of the record and must not be changed.
func (s *Schema) Head(rec *store.Record) (*apiextensionsv1.CustomResourceDefinition, error) {
	memo := memoOf(rec)
	for f := memo.forms.Load(); f != nil; f = f.next {
		if f.as == asHead {
			memo.asForms.touch()
			return f.value.(*apiextensionsv1.CustomResourceDefinition), nil
		}
	}
	body, err := withoutSchemas(rec.Body)
	if err != nil {
		return nil, fmt.Errorf("schema: decoding %s: %w", rec.Key, err)
	}
	obj, err := s.decodeTyped(s.Kind(Definitions), &store.Record{Key: rec.Key, Rev: rec.Rev, Body: body})
	if err != nil {
		return nil, err
	}
	crd := obj.(*apiextensionsv1.CustomResourceDefinition)
	s.addForm(memo, &form{as: asHead, value: crd, cost: typedCost * len(body)})
	return crd, nil
}

// withoutSchemas cuts the schemas out of a stored definition.
func withoutSchemas(body []byte) ([]byte, error) {
	return rewrite(body, fieldSpec, func(spec []byte) ([]byte, error) {
		return rewrite(spec, fieldVersions, func(version []byte) ([]byte, error) {
			return rewrite(version, fieldSchema, nil)
		})
	})
}

// rewrite copies a protobuf message with one of its fields, a message too, edited; without an edit, it is left out.
func rewrite(msg []byte, field uint64, edit func([]byte) ([]byte, error)) ([]byte, error) {
	out := make([]byte, 0, len(msg))
	for at := 0; at < len(msg); {
		tag, n := binary.Uvarint(msg[at:])
		if n <= 0 {
			return nil, errBroken
		}
		end := at + n
		var value []byte
		switch tag & 7 {
		case 0: // varint
			_, w := binary.Uvarint(msg[end:])
			if w <= 0 {
				return nil, errBroken
			}
			end += w
		case 1:
			end += 8
		case 5:
			end += 4
		case lengthDelimited:
			size, w := binary.Uvarint(msg[end:])
			if w <= 0 || size > uint64(len(msg)-end-w) {
				return nil, errBroken
			}
			value = msg[end+w : end+w+int(size)]
			end += w + int(size)
		default:
			return nil, errBroken
		}
		if end > len(msg) {
			return nil, errBroken
		}
		switch {
		case tag>>3 != field || value == nil:
			out = append(out, msg[at:end]...)
		case edit != nil:
			inner, err := edit(value)
			if err != nil {
				return nil, err
			}
			out = append(out, msg[at:at+n]...)
			out = binary.AppendUvarint(out, uint64(len(inner)))
			out = append(out, inner...)
		}
		at = end
	}
	return out, nil
}
