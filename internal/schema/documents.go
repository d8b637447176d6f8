package schema

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/schema/openapi"
)

// OpenAPIV3Index is the answer to /openapi/v3 (JSON), for the built-in kinds and those of c, which may be nil.
func (s *Schema) OpenAPIV3Index(c *Custom) ([]byte, error) {
	more := map[string]string{}
	for gv, rows := range c.byGroupVersion() {
		more["apis/"+gv.String()] = fingerprint(rows)
	}
	return openapi.V3Index(more, s.documented)
}

// OpenAPIV3 returns the document of a path such as "apis/apps/v1"; its hash is also its ETag.
func (s *Schema) OpenAPIV3(c *Custom, path string) (Document, bool) {
	if gz, hash, ok := openapi.V3(path); ok && s.documented(path) {
		return Made(gz, hash), true
	}
	return c.v3(path)
}

// OpenAPIV2 returns the swagger document, as JSON or as gnostic's protobuf
// (application/com.github.proto-openapi.spec.v2@v1.0+protobuf).
func (s *Schema) OpenAPIV2(c *Custom, protobuf bool) (Document, error) {
	switch {
	case len(c.Kinds()) > 0:
		return c.v2(s, protobuf), nil
	case s.optional != nil:
		return s.optionalV2(protobuf), nil
	}
	gz, hash, err := openapi.V2(protobuf)
	if err != nil {
		return Document{}, fmt.Errorf("schema: %w", err)
	}
	return Made(gz, hash), nil
}

// Made is a document that is there already, compressed.
func Made(gz []byte, hash string) Document {
	return Document{hash, func() ([]byte, error) { return gz, nil }}
}

// Gunzip inflates a document for a client that does not accept gzip.
func (s *Schema) Gunzip(gz []byte) ([]byte, error) { return openapi.Gunzip(gz) }

// OpenAPIV3Protobuf turns a document of OpenAPIV3 into gnostic's protobuf.
func (s *Schema) OpenAPIV3Protobuf(d Document) ([]byte, error) {
	gz, err := d.Gzip()
	if err != nil {
		return nil, err
	}
	doc, err := openapi.Gunzip(gz)
	if err != nil {
		return nil, err
	}
	return openapi.Protobuf(doc)
}

// documented says whether the embedded document of a path describes something that is served: those of optional versions may not.
func (s *Schema) documented(path string) bool {
	name, ok := strings.CutPrefix(path, "apis/")
	gv, err := schema.ParseGroupVersion(name)
	if !ok || err != nil || gv.Group == "" {
		return true // of a group, or of no API
	}
	return len(s.builtin().kinds[gv]) > 0
}
