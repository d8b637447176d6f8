package schema

import (
	"context"
	"fmt"
	"slices"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/printers"
	printersinternal "k8s.io/kubernetes/pkg/printers/internalversion"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// printersOnce holds upstream's table printers, built at the first table: they cost a few hundred reflected handlers.
type printersOnce struct {
	once sync.Once
	gen  *printers.HumanReadableGenerator
}

func (p *printersOnce) get() *printers.HumanReadableGenerator {
	p.once.Do(func() { p.gen = printers.NewTableGenerator().With(printersinternal.AddHandlers) })
	return p.gen
}

// Table prints records as kubectl shows them. f.MetaVersion is the version of meta.k8s.io that the client asked for,
// f.Version that of objects which opts wants included. lm is the list's metadata; nil prints a single object, whose
// revision the table then carries. Rows hold ages, so that tables are not kept.
func (s *Schema) Table(ctx context.Context, k *Kind, recs []*store.Record, f Form, opts *metav1.TableOptions, lm *ListMeta) (*metav1.Table, error) {
	if opts == nil {
		opts = &metav1.TableOptions{}
	}
	out, err := s.tableHead(ctx, k, f, opts)
	if err != nil {
		return nil, err
	}
	switch {
	case lm != nil:
		out.ListMeta = metav1.ListMeta{ResourceVersion: lm.rev(), Continue: lm.Continue, RemainingItemCount: lm.Remaining}
	case len(recs) == 1:
		out.ResourceVersion = RevisionString(recs[0].Rev)
	}
	if k.printOrder != nil {
		if recs, err = s.inPrintOrder(k, recs); err != nil {
			return nil, err
		}
	}
	if err := s.convertAhead(k, recs); err != nil {
		return nil, err
	}
	for _, rec := range recs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := s.addRows(ctx, out, k, rec, f, opts); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// TableBookmark is the table of a bookmark: one row for an empty object, so that its metadata can say that the initial
// events have ended.
func (s *Schema) TableBookmark(ctx context.Context, k *Kind, rev api.Revision, initialEnd bool, f Form, opts *metav1.TableOptions) (*metav1.Table, error) {
	m := metav1.PartialObjectMetadata{}
	o := *opts
	if initialEnd {
		m.Annotations = map[string]string{metav1.InitialEventsAnnotationKey: "true"}
		o.IncludeObject = metav1.IncludeMetadata
	}
	var body []byte
	var err error
	if k.custom != nil {
		body, err = encodeJSON(&m)
	} else {
		body, err = marshal(&m) // metadata is the first field of every kind
	}
	if err != nil {
		return nil, fmt.Errorf("schema: bookmark of %s: %w", k.Resource, err)
	}
	return s.Table(ctx, k, []*store.Record{{Rev: rev, Body: body}}, f, &o, nil)
}

// inPrintOrder sorts records for a table of a kind that is not printed by name.
func (s *Schema) inPrintOrder(k *Kind, recs []*store.Record) ([]*store.Record, error) {
	typed := make(map[*store.Record]runtime.Object, len(recs))
	for _, rec := range recs {
		obj, err := s.Typed(k, rec)
		if err != nil {
			return nil, err
		}
		typed[rec] = obj
	}
	return slices.SortedStableFunc(slices.Values(recs), func(a, b *store.Record) int {
		return k.printOrder(typed[a], typed[b])
	}), nil
}

// tableHead makes the table of an empty list: kind and columns.
func (s *Schema) tableHead(ctx context.Context, k *Kind, f Form, opts *metav1.TableOptions) (*metav1.Table, error) {
	switch opts.IncludeObject {
	case "", metav1.IncludeNone, metav1.IncludeMetadata, metav1.IncludeObject:
	default:
		return nil, apierrors.NewBadRequest(fmt.Sprintf("unrecognized includeObject value: %q", opts.IncludeObject))
	}
	if k.custom != nil {
		return k.customTableHead(ctx, f, opts)
	}
	list, err := s.scheme.New(schema.GroupVersionKind{Group: k.Resource.Group, Version: runtime.APIVersionInternal, Kind: k.ListKind})
	if err != nil {
		return nil, fmt.Errorf("schema: list of %s: %w", k.Resource, err)
	}
	out, err := s.print(ctx, k, list, opts)
	if err != nil {
		return nil, fmt.Errorf("schema: columns of %s: %w", k.Resource, err)
	}
	out.SetGroupVersionKind(schema.GroupVersionKind{Group: metav1.GroupName, Version: metaVersion(f), Kind: "Table"})
	if out.Rows == nil {
		out.Rows = []metav1.TableRow{}
	}
	return out, nil
}

func metaVersion(f Form) string {
	if f.MetaVersion == "" {
		return "v1"
	}
	return f.MetaVersion
}

func (s *Schema) print(ctx context.Context, k *Kind, obj runtime.Object, opts *metav1.TableOptions) (*metav1.Table, error) {
	if k.columns != nil {
		return k.columns.ConvertToTable(ctx, obj, opts)
	}
	if k.plain {
		return rest.NewDefaultTableConvertor(k.GroupResource()).ConvertToTable(ctx, obj, opts)
	}
	return s.printers.get().GenerateTable(obj, printers.GenerateOptions{NoHeaders: opts.NoHeaders, Wide: true})
}

func (s *Schema) addRows(ctx context.Context, out *metav1.Table, k *Kind, rec *store.Record, f Form, opts *metav1.TableOptions) error {
	if k.custom != nil {
		return s.addCustomRows(ctx, out, k, rec, f, opts)
	}
	internal, err := s.Internal(k, rec)
	if err != nil {
		return err
	}
	part, err := s.print(ctx, k, internal, &metav1.TableOptions{NoHeaders: true})
	if err != nil {
		return fmt.Errorf("schema: printing %s: %w", rec.Key, err)
	}
	return s.addParts(out, part.Rows, internal, k.GVK(f.Version), f, opts)
}

// addParts adds the rows of an object, with what the client wants of it.
func (s *Schema) addParts(out *metav1.Table, rows []metav1.TableRow, internal runtime.Object, gvk schema.GroupVersionKind, f Form, opts *metav1.TableOptions) error {
	for _, row := range rows {
		switch opts.IncludeObject {
		case metav1.IncludeNone:
			row.Object = runtime.RawExtension{}
		case metav1.IncludeObject:
			obj, err := s.convert(internal, gvk.GroupVersion())
			if err != nil {
				return err
			}
			obj.GetObjectKind().SetGroupVersionKind(gvk)
			row.Object = runtime.RawExtension{Object: obj}
		default:
			m, err := metaOf(internal)
			if err != nil {
				return err
			}
			p := meta.AsPartialObjectMetadata(m)
			p.SetGroupVersionKind(schema.GroupVersionKind{Group: metav1.GroupName, Version: metaVersion(f), Kind: "PartialObjectMetadata"})
			row.Object = runtime.RawExtension{Object: p}
		}
		out.Rows = append(out.Rows, row)
	}
	return nil
}
