package schema

import (
	"encoding/json"
	"fmt"
	"strings"

	"k8s.io/kube-openapi/pkg/validation/spec"

	"gantry.dev/gantry/internal/schema/openapi"
)

// Swagger is what another server adds to the swagger document.
type Swagger struct {
	// Hash names the document that it was read from.
	Hash     string
	addition *openapi.Addition
}

// ReadSwagger reads the swagger document of another server. Of its paths those below one of its group and version are
// taken, "/apis/GROUP/VERSION/"; of its definitions all that the own document does not have.
func ReadSwagger(doc []byte, group, version string) (*Swagger, error) {
	var parsed spec.Swagger
	if err := json.Unmarshal(doc, &parsed); err != nil {
		return nil, fmt.Errorf("schema: OpenAPI of %s/%s: %w", group, version, err)
	}
	root := "/apis/" + group + "/" + version + "/"
	if parsed.Paths != nil {
		for path := range parsed.Paths.Paths {
			if !strings.HasPrefix(path+"/", root) {
				delete(parsed.Paths.Paths, path)
			}
		}
	}
	a, err := openapi.NewAddition(&parsed, func(part, _ string) bool { return part == "paths" })
	if err != nil {
		return nil, fmt.Errorf("schema: OpenAPI of %s/%s: %w", group, version, err)
	}
	return &Swagger{openapi.Hash(doc), a}, nil
}

// OpenAPIV2With is OpenAPIV2 with what other servers add. It is made anew whenever it is asked for: callers keep it by its hash.
func (s *Schema) OpenAPIV2With(c *Custom, protobuf bool, more []*Swagger) (Document, error) {
	own, err := s.OpenAPIV2(c, protobuf)
	if err != nil || len(more) == 0 {
		return own, err
	}
	hash := own.Hash
	for _, m := range more {
		hash += " " + m.Hash
	}
	return Document{openapi.Hash([]byte(hash)), func() ([]byte, error) {
		all, err := s.additions(c)
		if err != nil {
			return nil, err
		}
		for _, m := range more {
			all = append(all, m.addition)
		}
		return openapi.MergeV2(all, protobuf)
	}}, nil
}
