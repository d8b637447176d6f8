package schema

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/controller/openapi/builder"
	"k8s.io/apimachinery/pkg/runtime/schema"

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
		parts := make([]*openapi.Part, len(rows))
		for i, k := range rows {
			var err error
			if parts[i], err = k.part(); err != nil {
				return nil, err
			}
		}
		return openapi.MergeV3(parts)
	}), true
}

// v2 is the swagger document of the built-in kinds and these.
func (c *Custom) v2(s *Schema, protobuf bool) Document {
	name := "v2"
	if protobuf {
		name = "v2 protobuf"
	}
	return c.docs.document(name, openapi.Hash([]byte(name+fingerprint(c.rows))), func() ([]byte, error) {
		more, err := s.additions(c)
		if err != nil {
			return nil, err
		}
		return openapi.MergeV2(more, protobuf)
	})
}

// swaggers are what the rows add to the swagger document.
func (c *Custom) swaggers() ([]*openapi.Addition, error) {
	if c == nil {
		return nil, nil
	}
	out := make([]*openapi.Addition, len(c.rows))
	for i, k := range c.rows {
		var err error
		if out[i], err = k.swagger(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// swagger is what the row adds to the swagger document. It is kept with what else was compiled for the definition.
func (k *Kind) swagger() (*openapi.Addition, error) {
	return once(&k.custom.def.laws.swaggers, k.custom.version, k.makeSwagger)
}

// part is what the row adds to the v3 document of its group and version. It is kept too, so that a new definition costs its
// own part and a copy of the others.
func (k *Kind) part() (*openapi.Part, error) {
	return once(&k.custom.def.laws.parts3, k.custom.version, k.makePart)
}

// once makes a part at its first use, also if several want it at the same time.
func once[T any](parts *sync.Map, version string, build func() (T, error)) (T, error) {
	p, ok := parts.Load(version)
	if !ok {
		p, _ = parts.LoadOrStore(version, sync.OnceValues(build))
	}
	return p.(func() (T, error))()
}

// PrepareOpenAPI makes the parts of which the documents of the table's kinds are joined, those that are not there yet, for
// as long as on says so. What cannot be made is left to those who ask for it: they get the error.
func (c *Custom) PrepareOpenAPI(on func() bool) {
	for _, k := range c.Kinds() {
		if !on() {
			return
		}
		_, _ = k.part()
		if a, err := k.swagger(); err == nil {
			a.Prepare()
		}
	}
}

func (k *Kind) makePart() (*openapi.Part, error) {
	l := k.custom.def.laws
	crd, err := l.definition()
	if err != nil {
		return nil, err
	}
	doc, err := builder.BuildOpenAPIV3(crd, k.custom.version, builder.Options{IncludeSelectableFields: true})
	if err != nil {
		return nil, fmt.Errorf("schema: OpenAPI of %s: %w", crd.Name, err)
	}
	model := k.modelPrefix()
	p, err := openapi.NewPart(doc, func(name string) bool { return name == model+k.Kind || name == model+k.ListKind })
	if err != nil {
		return nil, fmt.Errorf("schema: OpenAPI of %s: %w", crd.Name, err)
	}
	p.Share(&l.schema.models)
	return p, nil
}

// modelPrefix is what the names of a custom kind's models begin with, as upstream's.
func (k *Kind) modelPrefix() string {
	group := strings.Split(k.Resource.Group, ".")
	slices.Reverse(group)
	return strings.Join(group, ".") + "." + k.custom.version + "."
}

func (k *Kind) makeSwagger() (*openapi.Addition, error) {
	crd, err := k.custom.def.laws.definition()
	if err != nil {
		return nil, err
	}
	doc, err := builder.BuildOpenAPIV2(crd, k.custom.version, builder.Options{V2: true, IncludeSelectableFields: true})
	if err != nil {
		return nil, fmt.Errorf("schema: OpenAPI of %s: %w", crd.Name, err)
	}
	model := k.modelPrefix()
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
	return a, nil
}
