package schema

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/printers"
	printersinternal "k8s.io/kubernetes/pkg/printers/internalversion"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/store"
)

var update = flag.Bool("update", false, "write golden files anew")

// TestTablesEqualUpstream prints random objects of every kind and compares with upstream's printing of the list.
func TestTablesEqualUpstream(t *testing.T) {
	s := newSchema(t)
	gen := printers.NewTableGenerator().With(printersinternal.AddHandlers)
	for _, k := range storedKinds(s) {
		t.Run(k.Resource.String(), func(t *testing.T) {
			recs := randomRecords(t, s, k, 23, 6)
			list, err := s.scheme.New(schema.GroupVersionKind{Group: k.Resource.Group, Version: runtime.APIVersionInternal, Kind: k.ListKind})
			if err != nil {
				t.Fatal(err)
			}
			var items []runtime.Object
			for _, rec := range recs {
				obj, err := s.Internal(k, rec)
				if err != nil {
					t.Fatal(err)
				}
				items = append(items, obj)
			}
			if err := meta.SetList(list, items); err != nil {
				t.Fatal(err)
			}
			var want *metav1.Table
			switch {
			case k.columns != nil:
				want, err = k.columns.ConvertToTable(context.Background(), list, nil)
			case k.plain:
				want, err = rest.NewDefaultTableConvertor(k.GroupResource()).ConvertToTable(context.Background(), list, nil)
			default:
				want, err = gen.GenerateTable(list, printers.GenerateOptions{Wide: true})
			}
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.Table(context.Background(), k, recs, Form{Version: k.Versions[0]}, nil, &ListMeta{Rev: 9})
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got.ColumnDefinitions, want.ColumnDefinitions) || len(got.Rows) != len(want.Rows) || got.ResourceVersion != "9" {
				t.Fatalf("columns or number of rows differ: %d, %d", len(got.Rows), len(want.Rows))
			}
			for i := range got.Rows {
				if !reflect.DeepEqual(got.Rows[i].Cells, want.Rows[i].Cells) {
					t.Errorf("row %d: %v, want %v", i, got.Rows[i].Cells, want.Rows[i].Cells)
				}
			}
		})
	}
}

func TestTableIncludesObject(t *testing.T) {
	s, k := pods(t)
	recs := []*store.Record{podRecord(t, s, k)}
	for include, want := range map[metav1.IncludeObjectPolicy]string{
		"":                     `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"web-6d4cf56db6-abcde"`,
		metav1.IncludeMetadata: `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1"`,
		metav1.IncludeObject:   `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-6d4cf56db6-abcde"`,
		metav1.IncludeNone:     `null`,
	} {
		table, err := s.Table(context.Background(), k, recs, Form{Version: "v1"}, &metav1.TableOptions{IncludeObject: include}, nil)
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.EncodeAny(table, JSON, metav1.SchemeGroupVersion)
		if err != nil || !strings.HasPrefix(string(b), `{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"123456"}`) {
			t.Fatalf("%s, %v", b, err)
		}
		var doc struct {
			Rows []struct{ Object json.RawMessage }
		}
		if err := json.Unmarshal(b, &doc); err != nil {
			t.Fatal(err)
		}
		if got := string(doc.Rows[0].Object); !strings.HasPrefix(got, want) && !(want == "null" && got == "") {
			t.Errorf("include %q: got %s", include, got)
		}
	}
	if _, err := s.Table(context.Background(), k, recs, Form{Version: "v1"}, &metav1.TableOptions{IncludeObject: "x"}, nil); code(err) != 400 {
		t.Errorf("unknown includeObject: %v", err)
	}
}

// TestTableGolden shows what kubectl get prints for an ordinary object of the kinds that people look at most.
func TestTableGolden(t *testing.T) {
	s := newSchema(t)
	in, err := os.ReadFile("testdata/tables.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, doc := range strings.Split(string(in), "\n---\n") {
		var head metav1.PartialObjectMetadata
		if err := yaml.Unmarshal([]byte(doc), &head); err != nil {
			t.Fatal(err)
		}
		k := s.KindFor(head.GroupVersionKind())
		internal, _, err := s.DecodeRequest(k, "", head.GroupVersionKind().Version, "application/yaml", []byte(doc), Strict)
		if err != nil {
			t.Fatal(err)
		}
		body, _, err := s.Encode(k, internal)
		if err != nil {
			t.Fatal(err)
		}
		table, err := s.Table(context.Background(), k, []*store.Record{{Rev: 1, Body: body}}, Form{Version: k.Versions[0]}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "-- %s --\n", k.Resource)
		for i, c := range table.ColumnDefinitions {
			wide := ""
			if c.Priority > 0 {
				wide = " (wide)"
			}
			fmt.Fprintf(&out, "%s%s: %v\n", c.Name, wide, table.Rows[0].Cells[i])
		}
	}
	const golden = "testdata/tables.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
