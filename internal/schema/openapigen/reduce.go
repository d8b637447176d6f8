package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	"google.golang.org/protobuf/proto"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
)

type generator struct {
	// served is the table with all that can be turned on, released the one without.
	served, released *schema.Schema
	spec             string // directory of the module's documents
	out              map[string][]byte
	// schemas gathers the definitions that are left in any v3 document, by name.
	schemas map[string]json.RawMessage
}

// document is what v2 and v3 have in common, read with order of keys lost: JSON objects have none.
type document map[string]any

// moduleDir asks the go command where a module lies.
func moduleDir(module string) (string, error) {
	out, err := exec.Command("go", "list", "-mod=mod", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return "", fmt.Errorf("finding module %s: %w", module, err)
	}
	return strings.TrimSpace(string(out)), nil
}

// compress is gzip at its best level, with nothing in it that changes from run to run.
func compress(b []byte) ([]byte, error) {
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

func load(path string) (document, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	d := document{}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	if err := dec.Decode(&d); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	served(map[string]any(d))
	if info, ok := d["info"].(map[string]any); ok {
		info["version"] = servedVersion
	}
	return d, nil
}

// servedVersion is what a kube-apiserver says in its documents; those in the module say "unversioned".
const servedVersion = "1.36"

// served takes out of a document what only servers with every feature on can do: CBOR is off by default.
func served(v any) any {
	cbor := func(media string) bool {
		return strings.Contains(media, "cbor") && strings.HasPrefix(media, "application/")
	}
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			if cbor(k) {
				delete(v, k)
				continue
			}
			v[k] = served(v[k])
		}
	case []any:
		for i := range v {
			v[i] = served(v[i])
		}
		return slices.DeleteFunc(v, func(e any) bool {
			text, ok := e.(string)
			return ok && cbor(text)
		})
	}
	return v
}

// keepPath reports whether a URL template belongs to something that the table serves.
func (g *generator) keepPath(path string) bool {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	var group, version string
	switch {
	case path == "/version/" || path == "/api/" || path == "/apis/" || path == "/openid/v1/jwks/" || path == "/.well-known/openid-configuration/":
		return true
	case len(parts) >= 2 && parts[0] == "api":
		version, parts = parts[1], parts[2:]
	case len(parts) == 2 && parts[0] == "apis":
		return g.servesGroup(parts[1])
	case len(parts) >= 3 && parts[0] == "apis":
		group, version, parts = parts[1], parts[2], parts[3:]
	default:
		return false
	}
	if !g.servesVersion(group, version) {
		return false
	}
	if len(parts) == 0 {
		return true // the version's own discovery
	}
	if parts[0] == "watch" {
		parts = parts[1:]
	}
	if len(parts) > 2 && parts[0] == "namespaces" && g.served.Kind(api.Resource{Name: "namespaces"}).Sub(parts[2]) == nil {
		parts = parts[2:]
	}
	k := g.served.Lookup(group, version, parts[0])
	return k != nil && (len(parts) < 3 || k.Sub(parts[2]) != nil)
}

func (g *generator) servesGroup(group string) bool {
	for _, gv := range g.served.GroupVersions() {
		if gv.Group == group {
			return true
		}
	}
	return false
}

func (g *generator) servesVersion(group, version string) bool {
	for _, gv := range g.served.GroupVersions() {
		if gv.Group == group && gv.Version == version {
			return true
		}
	}
	return false
}

// patchDefinition is in every swagger document, though its operations describe their bodies without it.
const patchDefinition = "io.k8s.apimachinery.pkg.apis.meta.v1.Patch"

// reduce removes paths that are not served, then everything that nothing refers to any more. parts are what may be referred
// to, by the beginning of the references.
func (g *generator) reduce(d document, parts map[string]map[string]any) {
	paths, _ := d["paths"].(map[string]any)
	for p := range paths {
		if !g.keepPath(p) {
			delete(paths, p)
		}
	}
	reached := map[string]bool{}
	var walk func(v any)
	reach := func(ref string) {
		if reached[ref] {
			return
		}
		reached[ref] = true
		for prefix, entries := range parts {
			if name, ok := strings.CutPrefix(ref, prefix); ok {
				walk(entries[name])
			}
		}
	}
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				reach(ref)
			}
			for _, child := range v {
				walk(child)
			}
		case []any:
			for _, child := range v {
				walk(child)
			}
		}
	}
	walk(paths)
	if _, ok := d["swagger"]; ok {
		reach(refDefinitions + patchDefinition)
	}
	for prefix, entries := range parts {
		for name := range entries {
			if !reached[prefix+name] {
				delete(entries, name)
			}
		}
	}
}

// How references into the parts of a document begin.
const (
	refSchemas     = "#/components/schemas/"
	refDefinitions = "#/definitions/"
	refParameters  = "#/parameters/"
)

// v3 makes one document per served group and version, and those of the groups themselves.
func (g *generator) v3() error {
	g.schemas = map[string]json.RawMessage{}
	paths := []string{"api", "apis", "version", "openid/v1/jwks", ".well-known/openid-configuration"}
	for _, gv := range g.served.GroupVersions() {
		if gv.Group == "" {
			paths = append(paths, "api/"+gv.Version)
			continue
		}
		paths = append(paths, "apis/"+gv.Group, "apis/"+gv.String())
	}
	for _, p := range paths {
		d, err := load(g.spec + "/v3/" + strings.ReplaceAll(p, "/", "__") + "_openapi.json")
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return err
		}
		components, _ := d["components"].(map[string]any)
		schemas, _ := components["schemas"].(map[string]any)
		enums(schemas)
		g.reduce(d, map[string]map[string]any{refSchemas: schemas})
		for name, def := range schemas {
			if g.schemas[name], err = json.Marshal(def); err != nil {
				return err
			}
		}
		b, err := json.Marshal(d)
		if err != nil {
			return err
		}
		g.out["v3/"+strings.ReplaceAll(p, "/", "__")+".json"] = b
	}
	return nil
}

// v2 makes the swagger document as it is released, in JSON and in the protobuf form that kubectl and helm ask for, and what
// optional kinds add to it.
func (g *generator) v2() error {
	d, err := g.swagger(g.released)
	if err != nil {
		return err
	}
	if g.out["v2.json"], err = json.Marshal(d); err != nil {
		return err
	}
	if err := g.optional(d); err != nil {
		return err
	}
	parsed, err := openapi_v2.ParseDocument(g.out["v2.json"])
	if err != nil {
		return fmt.Errorf("swagger to protobuf: %w", err)
	}
	g.out["v2.pb"], err = proto.MarshalOptions{Deterministic: true}.Marshal(parsed)
	return err
}

// swagger is the document of what a table serves.
func (g *generator) swagger(table *schema.Schema) (document, error) {
	d, err := load(g.spec + "/swagger.json")
	if err != nil {
		return nil, err
	}
	definitions, _ := d["definitions"].(map[string]any)
	enums(definitions)
	parameters, _ := d["parameters"].(map[string]any)
	all := *g
	all.served = table
	all.reduce(d, map[string]map[string]any{refDefinitions: definitions, refParameters: parameters})
	return d, nil
}

// optional makes the document of what the full table has beyond the released one.
func (g *generator) optional(released document) error {
	d, err := g.swagger(g.served)
	if err != nil {
		return err
	}
	for _, part := range []string{"definitions", "parameters", "paths"} {
		had, _ := released[part].(map[string]any)
		has, _ := d[part].(map[string]any)
		for name := range had {
			delete(has, name)
		}
	}
	g.out["optional.json"], err = json.Marshal(map[string]any{"definitions": d["definitions"], "parameters": d["parameters"], "paths": d["paths"]})
	return err
}
