package schema

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/controller/openapi/builder"
	"k8s.io/kube-openapi/pkg/spec3"

	"gantry.dev/gantry/internal/schema/openapi"
	"gantry.dev/gantry/internal/store"
)

// numbered is the definition of lamps under another name.
func numbered(i int) string {
	return strings.NewReplacer("lamp", fmt.Sprintf("lamp%d", i), "Lamp", fmt.Sprintf("Lamp%d", i), "uid: u", fmt.Sprintf("uid: u%d", i)).Replace(lamps)
}

// TestCustomV3EqualsUpstream: the document joined of parts says what upstream's merge of whole documents says, with one kind
// and with several.
func TestCustomV3EqualsUpstream(t *testing.T) {
	s := newSchema(t)
	for _, n := range []int{1, 3} {
		var recs []*store.Record
		var docs []*spec3.OpenAPI
		for i := range n {
			rec := defined(t, s, numbered(i), 2)
			crd, err := s.readDefinition(rec.Body)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := builder.BuildOpenAPIV3(crd, "v1", builder.Options{IncludeSelectableFields: true})
			if err != nil {
				t.Fatal(err)
			}
			recs, docs = append(recs, rec), append(docs, doc)
		}
		all, err := builder.MergeSpecsV3(docs...)
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		doc, ok := s.OpenAPIV3(customOf(t, s, nil, recs...), "apis/example.com/v1")
		if !ok {
			t.Fatal("no document")
		}
		gz, err := doc.Gzip()
		if err != nil {
			t.Fatal(err)
		}
		got, err := openapi.Gunzip(gz)
		if err != nil {
			t.Fatal(err)
		}
		sameDocument(t, fmt.Sprintf("%d kinds", n), got, want)
		if _, err := s.OpenAPIV3Protobuf(doc); err != nil {
			t.Error(err)
		}
	}
}

// BenchmarkOpenAPIOfOne is what one more definition costs beside 200 others whose parts are made.
func BenchmarkOpenAPIOfOne(b *testing.B) {
	s := newSchema(b)
	var recs []*store.Record
	for i := range 200 {
		recs = append(recs, defined(b, s, numbered(i), 2))
	}
	gzip := func(d Document, err error) {
		if err == nil {
			_, err = d.Gzip()
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	for name, document := range map[string]func(c *Custom){
		"v3": func(c *Custom) {
			d, _ := s.OpenAPIV3(c, "apis/example.com/v1")
			gzip(d, nil)
		},
		"v2":          func(c *Custom) { gzip(s.OpenAPIV2(c, false)) },
		"v2-protobuf": func(c *Custom) { gzip(s.OpenAPIV2(c, true)) },
	} {
		b.Run(name, func(b *testing.B) {
			c := customOf(b, s, nil, recs...)
			document(c)
			n := 1000
			for b.Loop() {
				b.StopTimer()
				n++
				more := defined(b, s, numbered(n), 2)
				b.StartTimer()
				document(customOf(b, s, c, append(recs, more)...))
			}
		})
	}
}

// TestPrepareOpenAPI: the parts of every served version are made ahead, and none when it is to stop.
func TestPrepareOpenAPI(t *testing.T) {
	s := newSchema(t)
	c := customOf(t, s, nil, defined(t, s, lamps, 2))
	made := func() (n int) {
		for _, k := range c.Kinds() {
			for _, parts := range []*sync.Map{&k.custom.def.laws.parts3, &k.custom.def.laws.swaggers} {
				if _, ok := parts.Load(k.custom.version); ok {
					n++
				}
			}
		}
		return n
	}
	c.PrepareOpenAPI(func() bool { return false })
	if n := made(); n != 0 {
		t.Errorf("%d parts were made although it was to stop", n)
	}
	c.PrepareOpenAPI(func() bool { return true })
	if n := made(); n != 4 {
		t.Errorf("%d parts are made of two versions, want 4", n)
	}
	var none *Custom
	none.PrepareOpenAPI(func() bool { return true })
}
