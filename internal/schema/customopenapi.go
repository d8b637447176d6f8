package schema

import (
	"fmt"
	"strings"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/controller/openapi/builder"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kube-openapi/pkg/spec3"
	"k8s.io/kube-openapi/pkg/validation/spec"

	"gantry.dev/gantry/internal/schema/openapi"
)

// Document is an OpenAPI document. Its hash is known before it is made: an index names a thousand of them, and most are
// never asked for.
type Document struct {
	Hash string
	make func() ([]byte, error)
}

// Gzip is the document, compressed.
func (d Document) Gzip() ([]byte, error) { return d.make() }

// openAPI holds the documents of a table of custom kinds that have been asked for.
type openAPI struct {
	mu   sync.Mutex
	made map[string][]byte // by path, or by what else names a document
}

func (o *openAPI) document(name, hash string, build func() ([]byte, error)) Document {
	return Document{hash, func() ([]byte, error) {
		o.mu.Lock()
		defer o.mu.Unlock()
		if gz, ok := o.made[name]; ok {
			return gz, nil
		}
		plain, err := build()
		if err != nil {
			return nil, err
		}
		gz, err := openapi.Gzip(plain)
		if err != nil {
			return nil, err
		}
		if o.made == nil {
			o.made = map[string][]byte{}
		}
		o.made[name] = gz
		return gz, nil
	}}
}

// fingerprint names all that the documents of rows are made from: the specifications of their definitions.
func fingerprint(rows []*Kind) string {
	var b strings.Builder
	for _, k := range rows {
		d := k.custom.def
		fmt.Fprintf(&b, "%s %d %s\n", d.uid, d.generation, k.custom.version)
	}
	return openapi.Hash([]byte(b.String()))
}

// byGroupVersion lists the rows of every group and version.
func (c *Custom) byGroupVersion() map[schema.GroupVersion][]*Kind {
	out := map[schema.GroupVersion][]*Kind{}
	for _, k := range c.Kinds() {
		gv := k.GVK("").GroupVersion()
		out[gv] = append(out[gv], k)
	}
	return out
}

// v3 is the document of the custom kinds of a group and version; ok is false if there are none.
func (c *Custom) v3(path string) (Document, bool) {
	name, ok := strings.CutPrefix(path, "apis/")
	if !ok || c == nil {
		return Document{}, false
	}
	gv, err := schema.ParseGroupVersion(name)
	if err != nil {
		return Document{}, false
	}
	rows := c.byGroupVersion()[gv]
	if len(rows) == 0 {
		return Document{}, false
	}
	return c.docs.document(path, fingerprint(rows), func() ([]byte, error) {
		var specs []*spec3.OpenAPI
		for _, k := range rows {
			l := k.custom.def.laws
			crd, err := l.schema.readDefinition(l.body)
			if err != nil {
				return nil, err
			}
			doc, err := builder.BuildOpenAPIV3(crd, k.custom.version, builder.Options{IncludeSelectableFields: true})
			if err != nil {
				return nil, fmt.Errorf("schema: OpenAPI of %s: %w", crd.Name, err)
			}
			specs = append(specs, doc)
		}
		all, err := builder.MergeSpecsV3(specs...)
		if err != nil {
			return nil, fmt.Errorf("schema: OpenAPI of %s: %w", gv, err)
		}
		return all.MarshalJSON()
	}), true
}

// v2 is the swagger document of the built-in kinds and these.
func (c *Custom) v2(protobuf bool) Document {
	name := "v2"
	if protobuf {
		name = "v2 protobuf"
	}
	return c.docs.document(name, openapi.Hash([]byte(name+fingerprint(c.rows))), func() ([]byte, error) {
		own, err := c.swagger()
		if err != nil {
			return nil, err
		}
		return openapi.MergeV2(own, protobuf)
	})
}

// swagger describes the custom kinds alone: what their documents share with the built-in ones is left out.
func (c *Custom) swagger() (*spec.Swagger, error) {
	out := &spec.Swagger{SwaggerProps: spec.SwaggerProps{Swagger: "2.0", Info: &spec.Info{}, Definitions: spec.Definitions{},
		Parameters: map[string]spec.Parameter{}, Paths: &spec.Paths{Paths: map[string]spec.PathItem{}}}}
	for _, k := range c.rows {
		l := k.custom.def.laws
		crd, err := l.schema.readDefinition(l.body)
		if err != nil {
			return nil, err
		}
		doc, err := builder.BuildOpenAPIV2(crd, k.custom.version, builder.Options{V2: true, IncludeSelectableFields: true})
		if err != nil {
			return nil, fmt.Errorf("schema: OpenAPI of %s: %w", crd.Name, err)
		}
		for name, def := range doc.Definitions {
			out.Definitions[name] = def
		}
		for name, p := range doc.Parameters {
			out.Parameters[name] = p
		}
		for path, item := range doc.Paths.Paths {
			out.Paths.Paths[path] = item
		}
	}
	return out, nil
}
