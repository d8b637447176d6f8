package schema

import "gantry.dev/gantry/internal/schema/openapi"

// OpenAPIV3Index is the answer to /openapi/v3 (JSON).
func (s *Schema) OpenAPIV3Index() ([]byte, error) { return openapi.V3Index() }

// OpenAPIV3 returns the document of a path such as "apis/apps/v1", compressed with gzip, and its hash, which is also
// its ETag.
func (s *Schema) OpenAPIV3(path string) (gz []byte, hash string, ok bool) { return openapi.V3(path) }

// OpenAPIV2 returns the swagger document, compressed with gzip, as JSON or as gnostic's protobuf
// (application/com.github.proto-openapi.spec.v2@v1.0+protobuf), and its hash.
func (s *Schema) OpenAPIV2(protobuf bool) (gz []byte, hash string, err error) {
	return openapi.V2(protobuf)
}

// Gunzip inflates a document for a client that does not accept gzip.
func (s *Schema) Gunzip(gz []byte) ([]byte, error) { return openapi.Gunzip(gz) }
