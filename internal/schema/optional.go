package schema

import (
	"encoding/json"
	"fmt"
	"strings"

	"k8s.io/kube-openapi/pkg/validation/spec"

	"gantry.dev/gantry/internal/schema/openapi"
)

// optionalSwagger is the part of the swagger document about kinds that are served only if they are asked for: the embedded
// document is without them.
type optionalSwagger struct {
	addition func() (*openapi.Addition, error)
	docs     openAPI
}

// optionalAddition is what the optional kinds that are served add to the swagger document.
func (s *Schema) optionalAddition() (*openapi.Addition, error) {
	doc, err := openapi.Optional()
	if err != nil {
		return nil, err
	}
	var parsed spec.Swagger
	if err := json.Unmarshal(doc, &parsed); err != nil {
		return nil, fmt.Errorf("schema: OpenAPI of optional kinds: %w", err)
	}
	for path := range parsed.Paths.Paths {
		if !s.servesPath(path) {
			delete(parsed.Paths.Paths, path)
		}
	}
	return openapi.NewAddition(&parsed, func(string, string) bool { return true })
}

// servesPath says whether a path of the swagger document, /apis/GROUP/VERSION/[watch/][namespaces/{namespace}/]RESOURCE..., is of a
// kind that is served, or of a version that has one.
func (s *Schema) servesPath(path string) bool {
	parts := strings.Split(strings.Trim(strings.TrimPrefix(path, "/apis/"), "/"), "/")
	if len(parts) < 2 {
		return false
	}
	group, version, rest := parts[0], parts[1], parts[2:]
	if len(rest) > 0 && rest[0] == "watch" {
		rest = rest[1:]
	}
	if len(rest) > 2 && rest[0] == "namespaces" {
		rest = rest[2:]
	}
	return len(rest) == 0 || s.Lookup(group, version, rest[0]) != nil
}

// additions are what the optional kinds and those of c, which may be nil, add to the swagger document.
func (s *Schema) additions(c *Custom) ([]*openapi.Addition, error) {
	all, err := c.swaggers()
	if err != nil || s.optional == nil {
		return all, err
	}
	a, err := s.optional.addition()
	if err != nil {
		return nil, err
	}
	return append([]*openapi.Addition{a}, all...), nil
}

// optionalV2 is the swagger document of all built-in kinds where some are optional.
func (s *Schema) optionalV2(protobuf bool) Document {
	name := "optional"
	if protobuf {
		name = "optional protobuf"
	}
	_, base, _ := openapi.V2(protobuf) // without it, nothing is made either
	return s.optional.docs.document(name, openapi.Hash([]byte(name+base)), func() ([]byte, error) {
		more, err := s.additions(nil)
		if err != nil {
			return nil, err
		}
		return openapi.MergeV2(more, protobuf)
	})
}
