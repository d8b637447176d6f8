package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"k8s.io/kube-openapi/pkg/spec3"
)

// Part is what one kind adds to the v3 document of its group and version: entries of the kind itself, compressed, and those
// that every kind may bring (ObjectMeta and the like), of which the document holds one.
type Part struct {
	paths, schemas Piece // each entry with a comma before it
	shared         map[string]json.RawMessage
	version, info  json.RawMessage
}

// NewPart cuts a kind's own document into parts. own tells the schemas that no other kind of the group and version has.
func NewPart(doc *spec3.OpenAPI, own func(schema string) bool) (*Part, error) {
	p := &Part{shared: map[string]json.RawMessage{}}
	var err error
	if p.version, err = json.Marshal(doc.Version); err != nil {
		return nil, fmt.Errorf("openapi: v3 version: %w", err)
	}
	if p.info, err = doc.Info.MarshalJSON(); err != nil {
		return nil, fmt.Errorf("openapi: v3 info: %w", err)
	}
	var text []byte
	for _, name := range slices.Sorted(maps.Keys(doc.Paths.Paths)) {
		entry, err := doc.Paths.Paths[name].MarshalJSON()
		if err != nil {
			return nil, fmt.Errorf("openapi: v3 path %s: %w", name, err)
		}
		text = appendEntry(text, name, entry)
	}
	if p.paths, err = NewPiece(text); err != nil {
		return nil, err
	}
	text = text[:0]
	for _, name := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
		entry, err := doc.Components.Schemas[name].MarshalJSON()
		if err != nil {
			return nil, fmt.Errorf("openapi: v3 schema %s: %w", name, err)
		}
		if own(name) {
			text = appendEntry(text, name, entry)
		} else {
			p.shared[name] = entry
		}
	}
	p.schemas, err = NewPiece(text)
	return p, err
}

// sharedKept bounds the texts that are shared; the models that all custom kinds refer to are about ten.
const sharedKept = 64

// Shared holds the texts that many parts have in common. Its zero value is ready.
type Shared struct {
	mu    sync.Mutex
	texts map[string]json.RawMessage
}

// Share makes p keep what it has in common with known, which it adds to: a thousand parts hold ObjectMeta once.
func (p *Part) Share(known *Shared) {
	known.mu.Lock()
	defer known.mu.Unlock()
	if known.texts == nil {
		known.texts = map[string]json.RawMessage{}
	}
	for name, text := range p.shared {
		if have, ok := known.texts[name]; ok && bytes.Equal(have, text) {
			p.shared[name] = have
		} else if !ok && len(known.texts) < sharedKept {
			known.texts[name] = text
		}
	}
}

// MergeV3 is the document of a group and version, compressed. There is at least one part.
func MergeV3(parts []*Part) ([]byte, error) {
	shared := map[string]json.RawMessage{}
	for _, p := range parts {
		maps.Copy(shared, p.shared)
	}
	text := []byte(`{"openapi":`)
	text = append(append(text, parts[0].version...), `,"info":`...)
	text = append(append(text, parts[0].info...), `,"paths":{`...)
	pieces := make([]Piece, 0, 2*len(parts)+5)
	add := func(text []byte) error {
		p, err := NewPiece(text)
		pieces = append(pieces, p)
		return err
	}
	if err := add(text); err != nil {
		return nil, err
	}
	first := true
	for _, p := range parts {
		if p.paths.size == 0 {
			continue
		}
		if first { // the first entry has no comma before it
			plain, err := Gunzip(Join([]Piece{p.paths}))
			if err != nil {
				return nil, err
			}
			if err := add(plain[1:]); err != nil {
				return nil, err
			}
			first = false
			continue
		}
		pieces = append(pieces, p.paths)
	}
	text = []byte(`},"components":{"schemas":{`)
	names := slices.Sorted(maps.Keys(shared))
	var entries []byte
	for _, name := range names {
		entries = appendEntry(entries, name, shared[name])
	}
	// Every kind refers to ObjectMeta, so that something shared is always there to stand first.
	if err := add(append(text, bytes.TrimPrefix(entries, []byte{','})...)); err != nil {
		return nil, err
	}
	for _, p := range parts {
		pieces = append(pieces, p.schemas)
	}
	if err := add([]byte(`}}}`)); err != nil {
		return nil, err
	}
	return Join(pieces), nil
}
