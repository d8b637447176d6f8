// Package openapi holds the OpenAPI documents of the served kinds and the type descriptions that field managers merge
// by. All are made at development time from the pinned k8s.io/kubernetes module (see openapigen), compressed, and
// embedded; the package only hands them out. It knows no kinds: what is served was decided when it was generated.
package openapi

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"strings"

	openapi_v3 "github.com/google/gnostic-models/openapiv3"
	"google.golang.org/protobuf/proto"
)

//go:generate go run gantry.dev/gantry/internal/schema/openapigen

//go:embed all:data
var data embed.FS

// The embedded files: v3 documents lie in a directory of their own, one per group and version.
const (
	dirV3     = "data/v3"
	fileV2    = "data/v2.json.gz"
	fileV2PB  = "data/v2.pb.gz"
	fileTypes = "data/types.json.gz"
	// fileOptional is a swagger document of the optional kinds alone.
	fileOptional = "data/optional.json.gz"
)

// V3Index is the answer to /openapi/v3: the documents and their hashes, by path ("api/v1", "apis/apps/v1"), of those that are
// served. more adds the hashes of documents that are not embedded.
func V3Index(more map[string]string, served func(path string) bool) ([]byte, error) {
	type entry struct {
		URL string `json:"serverRelativeURL"`
	}
	index := struct {
		Paths map[string]entry `json:"paths"`
	}{map[string]entry{}}
	for path, hash := range more {
		index.Paths[path] = entry{"/openapi/v3/" + path + "?hash=" + hash}
	}
	files, err := fs.ReadDir(data, dirV3)
	if err != nil {
		return nil, fmt.Errorf("openapi: no documents embedded: %w", err)
	}
	for _, f := range files {
		path := pathOf(f.Name())
		if !served(path) {
			continue
		}
		_, hash, _ := V3(path)
		index.Paths[path] = entry{"/openapi/v3/" + path + "?hash=" + hash}
	}
	return json.Marshal(index)
}

// V3 returns the document of a path, compressed with gzip, and its hash; ok is false if there is none.
func V3(path string) (gz []byte, hash string, ok bool) {
	gz, err := data.ReadFile(dirV3 + "/" + fileOf(path))
	if err != nil {
		return nil, "", false
	}
	return gz, Hash(gz), true
}

// V2 returns the swagger document, compressed with gzip: JSON, or gnostic's protobuf.
func V2(protobuf bool) (gz []byte, hash string, err error) {
	name := fileV2
	if protobuf {
		name = fileV2PB
	}
	if gz, err = data.ReadFile(name); err != nil {
		return nil, "", fmt.Errorf("openapi: no document embedded: %w", err)
	}
	return gz, Hash(gz), nil
}

// Optional returns the swagger document of the optional kinds: definitions and paths.
func Optional() ([]byte, error) {
	gz, err := data.ReadFile(fileOptional)
	if err != nil {
		return nil, fmt.Errorf("openapi: no document embedded: %w", err)
	}
	return Gunzip(gz)
}

// File returns an embedded file by its name below data, for the test that compares it with its source.
func File(name string) ([]byte, error) { return data.ReadFile("data/" + name) }

// Hash names a document's content, for the index and for ETag.
func Hash(b []byte) string {
	h := fnv.New128a()
	_, _ = h.Write(b) // a hash never fails
	return strings.ToUpper(hex.EncodeToString(h.Sum(nil)))
}

// fileOf turns "apis/apps/v1" into the name of its file, pathOf back.
func fileOf(path string) string { return strings.ReplaceAll(path, "/", "__") + ".json.gz" }
func pathOf(file string) string {
	return strings.ReplaceAll(strings.TrimSuffix(file, ".json.gz"), "__", "/")
}

// Gunzip inflates a document for clients that do not accept gzip.
func Gunzip(gz []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(gz))
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	return out, nil
}

// Protobuf turns a v3 document from JSON into gnostic's protobuf form
// (application/com.github.proto-openapi.spec.v3.v1.0+protobuf).
func Protobuf(doc []byte) ([]byte, error) {
	parsed, err := openapi_v3.ParseDocument(doc)
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	out, err := proto.Marshal(parsed)
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	return out, nil
}
