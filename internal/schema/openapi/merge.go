package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	"google.golang.org/protobuf/proto"
	"k8s.io/kube-openapi/pkg/validation/spec"
)

// The parts of a swagger document that kinds add to, in the order in which they are written.
var parts = [...]string{"definitions", "parameters", "paths"} //nolint:gochecknoglobals // never changed; Go has no constants of arrays

// base is the embedded swagger document, cut open where entries are added: cuts[i] ends within parts[i].
type base struct {
	cuts  [len(parts)]Piece
	end   Piece
	proto Piece
	has   [len(parts)]map[string]bool
}

// embedded cuts the embedded document open, at the first definition of a process that somebody asks about.
var embedded = sync.OnceValues(cutBase) //nolint:gochecknoglobals // has no state to share

func cutBase() (*base, error) {
	gz, _, err := V2(false)
	if err != nil {
		return nil, err
	}
	plain, err := Gunzip(gz)
	if err != nil {
		return nil, err
	}
	var top map[string]json.RawMessage
	if err := json.Unmarshal(plain, &top); err != nil {
		return nil, fmt.Errorf("openapi: embedded document: %w", err)
	}
	b := &base{}
	text := []byte{'{'}
	for i, part := range parts {
		var entries map[string]json.RawMessage
		if err := json.Unmarshal(top[part], &entries); err != nil || len(entries) == 0 {
			return nil, fmt.Errorf("openapi: embedded document: %d %s: %w", len(entries), part, err)
		}
		b.has[i] = map[string]bool{}
		for name := range entries {
			b.has[i][name] = true
		}
		object := bytes.TrimSpace(top[part])
		text = append(append(text, `"`+part+`":`...), object[:len(object)-1]...)
		if b.cuts[i], err = NewPiece(text); err != nil {
			return nil, err
		}
		text = []byte("},")
		delete(top, part)
	}
	rest, err := json.Marshal(top)
	if err != nil {
		return nil, fmt.Errorf("openapi: embedded document: %w", err)
	}
	if b.end, err = NewPiece(append(text, rest[1:]...)); err != nil {
		return nil, err
	}
	if gz, _, err = V2(true); err != nil {
		return nil, err
	}
	if plain, err = Gunzip(gz); err != nil {
		return nil, err
	}
	b.proto, err = NewPiece(plain)
	return b, err
}

// Addition is what one kind adds to the swagger document.
type Addition struct {
	own [len(parts)]Piece // entries of the kind itself, each with a comma before it
	// shared are entries that other kinds may add as well, and that the embedded document does not have.
	shared [len(parts)]map[string]json.RawMessage
	// protobuf is the whole in gnostic's form, made at its first use: its parser is slow.
	protobuf func() (Piece, error)
}

// NewAddition compresses what a kind's own document has beyond the embedded one. own tells the entries that no other kind has.
func NewAddition(doc *spec.Swagger, own func(part, name string) bool) (*Addition, error) {
	b, err := embedded()
	if err != nil {
		return nil, err
	}
	a := &Addition{}
	for i, entries := range []map[string]json.Marshaler{marshalers(doc.Definitions), marshalers(doc.Parameters), marshalers(doc.Paths.Paths)} {
		a.shared[i] = map[string]json.RawMessage{}
		var text []byte
		for _, name := range slices.Sorted(maps.Keys(entries)) {
			if b.has[i][name] {
				continue
			}
			entry, err := entries[name].MarshalJSON()
			if err != nil {
				return nil, fmt.Errorf("openapi: %s: %s: %w", parts[i], name, err)
			}
			if own(parts[i], name) {
				text = appendEntry(text, name, entry)
			} else {
				a.shared[i][name] = entry
			}
		}
		if a.own[i], err = NewPiece(text); err != nil {
			return nil, err
		}
	}
	a.protobuf = sync.OnceValues(a.makeProtobuf)
	return a, nil
}

func marshalers[T json.Marshaler](entries map[string]T) map[string]json.Marshaler {
	out := make(map[string]json.Marshaler, len(entries))
	for name, e := range entries {
		out[name] = e
	}
	return out
}

func appendEntry(text []byte, name string, value json.RawMessage) []byte {
	key, err := json.Marshal(name)
	if err != nil {
		panic(err) // a string always encodes
	}
	return append(append(append(append(text, ','), key...), ':'), value...)
}

// Prepare makes what is else made at its first use.
func (a *Addition) Prepare() { _, _ = a.protobuf() } // an error comes again to whoever asks

// makeProtobuf parses the addition as a document of its own, without what that has to have.
func (a *Addition) makeProtobuf() (Piece, error) {
	text := []byte(`{"swagger":"2.0","info":{"title":"Kubernetes","version":"v1"}`)
	for i, part := range parts {
		entries, err := a.entries(i)
		if err != nil {
			return Piece{}, err
		}
		text = append(text, `,"`+part+`":{`...)
		text = append(append(text, bytes.TrimPrefix(entries, []byte{','})...), '}')
	}
	parsed, err := openapi_v2.ParseDocument(append(text, '}'))
	if err != nil {
		return Piece{}, fmt.Errorf("openapi: swagger to protobuf: %w", err)
	}
	parsed.Swagger, parsed.Info = "", nil // those of the embedded document stand
	raw, err := proto.Marshal(parsed)
	if err != nil {
		return Piece{}, fmt.Errorf("openapi: %w", err)
	}
	return NewPiece(raw)
}

// entries are all entries of a part, each with a comma before it.
func (a *Addition) entries(i int) ([]byte, error) {
	text, err := Gunzip(Join(a.own[i : i+1]))
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(a.shared[i])) {
		text = appendEntry(text, name, a.shared[i][name])
	}
	return text, nil
}

// MergeV2 is the embedded swagger document with additions, compressed. Where both have an entry, the embedded one stands.
func MergeV2(more []*Addition, protobuf bool) ([]byte, error) {
	b, err := embedded()
	if err != nil {
		return nil, err
	}
	var all []Piece
	if protobuf { // one message behind the other is both of them, merged
		all = append(all, b.proto)
		for _, a := range more {
			p, err := a.protobuf()
			if err != nil {
				return nil, err
			}
			all = append(all, p)
		}
		return Join(all), nil
	}
	for i := range parts {
		all = append(all, b.cuts[i])
		shared := map[string]json.RawMessage{}
		for _, a := range more {
			all = append(all, a.own[i])
			maps.Copy(shared, a.shared[i])
		}
		var text []byte
		for _, name := range slices.Sorted(maps.Keys(shared)) {
			text = appendEntry(text, name, shared[name])
		}
		p, err := NewPiece(text)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return Join(append(all, b.end)), nil
}
