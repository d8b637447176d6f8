package schema

import (
	"context"
	"fmt"
	"sync"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/rest"

	"gantry.dev/gantry/internal/store"
)

// printer is the table of one version, parsed at its first use.
type printer struct {
	once  sync.Once
	table rest.TableConvertor
	err   error
}

// columnsOf makes the table of the row's version by its additionalPrinterColumns.
func (k *Kind) columnsOf() (rest.TableConvertor, error) {
	l := k.custom.def.laws
	got, _ := l.compiled().printed.LoadOrStore(k.custom.version, &printer{})
	p := got.(*printer)
	p.once.Do(func() {
		crd, err := l.definition()
		if err != nil {
			p.err = err
			return
		}
		cols := []apiextensionsv1.CustomResourceColumnDefinition{{Name: "Age", Type: "date",
			Description: metav1.ObjectMeta{}.SwaggerDoc()["creationTimestamp"], JSONPath: ".metadata.creationTimestamp"}}
		for _, v := range crd.Spec.Versions {
			if v.Name == k.custom.version && len(v.AdditionalPrinterColumns) > 0 {
				cols = v.AdditionalPrinterColumns
			}
		}
		// With its error comes a table without the columns that cannot be parsed; validation let none through.
		p.table, _ = tableconvertor.New(cols)
	})
	return p.table, p.err
}

// customTableHead makes the table of an empty list.
func (k *Kind) customTableHead(ctx context.Context, f Form, opts *metav1.TableOptions) (*metav1.Table, error) {
	cols, err := k.columnsOf()
	if err != nil {
		return nil, err
	}
	out, err := cols.ConvertToTable(ctx, &unstructured.UnstructuredList{Object: map[string]any{}}, opts)
	if err != nil {
		return nil, fmt.Errorf("schema: columns of %s: %w", k.Resource, err)
	}
	out.SetGroupVersionKind(schema.GroupVersionKind{Group: metav1.GroupName, Version: metaVersion(f), Kind: "Table"})
	if out.Rows == nil {
		out.Rows = []metav1.TableRow{}
	}
	return out, nil
}

// addCustomRows prints one record.
func (s *Schema) addCustomRows(ctx context.Context, out *metav1.Table, k *Kind, rec *store.Record, f Form, opts *metav1.TableOptions) error {
	u, err := s.customObject(k, rec)
	if err != nil {
		return err
	}
	cols, err := k.columnsOf()
	if err != nil {
		return err
	}
	part, err := cols.ConvertToTable(ctx, u, &metav1.TableOptions{NoHeaders: true})
	if err != nil {
		return fmt.Errorf("schema: printing %s: %w", rec.Key, err)
	}
	for _, row := range part.Rows {
		switch opts.IncludeObject {
		case metav1.IncludeNone:
			row.Object = runtime.RawExtension{}
		case metav1.IncludeObject:
			row.Object = runtime.RawExtension{Object: u}
		default:
			p := meta.AsPartialObjectMetadata(u)
			p.SetGroupVersionKind(schema.GroupVersionKind{Group: metav1.GroupName, Version: metaVersion(f), Kind: "PartialObjectMetadata"})
			row.Object = runtime.RawExtension{Object: p}
		}
		out.Rows = append(out.Rows, row)
	}
	return nil
}
