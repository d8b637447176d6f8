package openapi

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	"google.golang.org/protobuf/proto"
	"k8s.io/kube-openapi/pkg/validation/spec"
)

// Gzip compresses a document that is made at run time: fast rather than small, because somebody waits for it.
func Gzip(plain []byte) ([]byte, error) {
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	return buf.Bytes(), nil
}

// MergeV2 is the embedded swagger document with the paths, parameters and definitions of another one added to it. Where
// both have one, the embedded one stands. The embedded document is neither decoded nor encoded, only cut open.
func MergeV2(more *spec.Swagger, protobuf bool) ([]byte, error) {
	static, err := embeddedV2(false)
	if err != nil {
		return nil, err
	}
	var top map[string]json.RawMessage
	if err := json.Unmarshal(static, &top); err != nil {
		return nil, fmt.Errorf("openapi: embedded document: %w", err)
	}
	added := map[string]map[string]json.RawMessage{}
	for part, v := range map[string]any{"definitions": more.Definitions, "parameters": more.Parameters, "paths": more.Paths} {
		if added[part], err = missing(top[part], v); err != nil {
			return nil, fmt.Errorf("openapi: %s: %w", part, err)
		}
	}
	if protobuf {
		return mergeProtobuf(added)
	}
	for part, entries := range added {
		if top[part], err = insert(top[part], entries); err != nil {
			return nil, fmt.Errorf("openapi: %s: %w", part, err)
		}
	}
	return json.Marshal(top)
}

// embeddedV2 is the embedded document, inflated.
func embeddedV2(protobuf bool) ([]byte, error) {
	gz, _, err := V2(protobuf)
	if err != nil {
		return nil, err
	}
	return Gunzip(gz)
}

// missing are the entries of v that the JSON object does not have.
func missing(object json.RawMessage, v any) (map[string]json.RawMessage, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var out, there map[string]json.RawMessage
	if err := json.Unmarshal(raw, &out); err != nil {
		return nil, err
	}
	if len(object) > 0 {
		if err := json.Unmarshal(object, &there); err != nil {
			return nil, err
		}
	}
	for name := range out {
		if _, ok := there[name]; ok {
			delete(out, name)
		}
	}
	return out, nil
}

// insert adds entries at the end of a JSON object.
func insert(object json.RawMessage, entries map[string]json.RawMessage) (json.RawMessage, error) {
	if len(entries) == 0 {
		return object, nil
	}
	more, err := json.Marshal(entries)
	if err != nil {
		return nil, err
	}
	head := bytes.TrimSpace(object)
	if len(head) < 2 {
		return more, nil
	}
	head = head[:len(head)-1]
	out := make([]byte, 0, len(head)+len(more))
	out = append(out, head...)
	if len(head) > 1 {
		out = append(out, ',')
	}
	return append(out, more[1:]...), nil
}

// mergeProtobuf joins two documents as protobuf defines it: one behind the other.
func mergeProtobuf(added map[string]map[string]json.RawMessage) ([]byte, error) {
	static, err := embeddedV2(true)
	if err != nil {
		return nil, err
	}
	doc := map[string]any{"swagger": "2.0", "info": map[string]string{"title": "Kubernetes", "version": "v1"}}
	for part, entries := range added {
		doc[part] = entries
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	parsed, err := openapi_v2.ParseDocument(raw)
	if err != nil {
		return nil, fmt.Errorf("openapi: swagger to protobuf: %w", err)
	}
	parsed.Swagger, parsed.Info = "", nil // those of the embedded document stand
	more, err := proto.Marshal(parsed)
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	return append(static, more...), nil
}
