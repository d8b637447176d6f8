package schema

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/controller/openapi/builder"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kube-openapi/pkg/spec3"

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
		gz, err := build()
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
		plain, err := all.MarshalJSON()
		if err != nil {
			return nil, fmt.Errorf("schema: OpenAPI of %s: %w", gv, err)
		}
		return openapi.Gzip(plain)
	}), true
}

// v2 is the swagger document of the built-in kinds and these.
func (c *Custom) v2(protobuf bool) Document {
	name := "v2"
	if protobuf {
		name = "v2 protobuf"
	}
	return c.docs.document(name, openapi.Hash([]byte(name+fingerprint(c.rows))), func() ([]byte, error) {
		more := make([]*openapi.Addition, len(c.rows))
		for i, k := range c.rows {
			var err error
			if more[i], err = k.swagger(); err != nil {
				return nil, err
			}
		}
		return openapi.MergeV2(more, protobuf)
	})
}

// swagger is what the row adds to the swagger document. It is kept with what else was compiled for the definition.
func (k *Kind) swagger() (*openapi.Addition, error) {
	l := k.custom.def.laws
	if a, ok := l.swaggers.Load(k.custom.version); ok {
		return a.(*openapi.Addition), nil
	}
	crd, err := l.definition()
	if err != nil {
		return nil, err
	}
	doc, err := builder.BuildOpenAPIV2(crd, k.custom.version, builder.Options{V2: true, IncludeSelectableFields: true})
	if err != nil {
		return nil, fmt.Errorf("schema: OpenAPI of %s: %w", crd.Name, err)
	}
	group := strings.Split(k.Resource.Group, ".")
	slices.Reverse(group)
	model := strings.Join(group, ".") + "." + k.custom.version + "." // as upstream names the models of custom kinds
	a, err := openapi.NewAddition(doc, func(part, name string) bool {
		switch part {
		case "definitions":
			return name == model+k.Kind || name == model+k.ListKind
		case "paths":
			return strings.Contains(name+"/", "/"+k.Resource.Name+"/")
		}
		return false
	})
	if err != nil {
		return nil, fmt.Errorf("schema: OpenAPI of %s: %w", crd.Name, err)
	}
	l.swaggers.Store(k.custom.version, a)
	return a, nil
}
