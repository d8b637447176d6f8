package registry

import (
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"

	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// filter decides by metadata which records a list or watch shows.
type filter struct {
	law    *schema.Schema
	kind   *schema.Kind
	labels labels.Selector // nil: all
	fields fields.Selector // nil: all
	name   string          // the only name that fields lets through, if it names one
}

func newFilter(law *schema.Schema, k *schema.Kind, o ListOptions) *filter {
	f := &filter{law: law, kind: k}
	if o.Labels != nil && !o.Labels.Empty() {
		f.labels = o.Labels
	}
	if o.Fields != nil && !o.Fields.Empty() {
		f.fields = o.Fields
		f.name, _ = o.Fields.RequiresExactMatch("metadata.name")
	}
	return f
}

func (f *filter) all() bool { return f.labels == nil && f.fields == nil }

func (f *filter) match(rec *store.Record) bool {
	if f.all() {
		return true
	}
	if f.name != "" && rec.Key.Name != f.name {
		return false
	}
	m, err := f.law.Meta(f.kind, rec)
	if err != nil {
		return true // what cannot be read is shown, and its reader gets the error
	}
	return (f.labels == nil || f.labels.Matches(labels.Set(m.Labels))) && (f.fields == nil || f.fields.Matches(m.Fields))
}
