package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"

	"gantry.dev/gantry/internal/store"
)

// customMeta makes the Meta of an object, without selectable fields beyond metadata.
func (k *Kind) customMeta(obj map[string]any) (*Meta, error) {
	om := &metav1.ObjectMeta{}
	if err := metaOfCustom(obj, om); err != nil {
		return nil, err
	}
	return k.recordMeta(om), nil
}

// recordMeta is newMeta for custom kinds: what it makes does not depend on the row, which may be a foreign one.
func (k *Kind) recordMeta(om *metav1.ObjectMeta) *Meta {
	m := k.newMeta(om, nil)
	m.values.namespaced = om.Namespace != ""
	return m
}

// metaOfRecord is Meta for custom kinds. Selectable fields depend on the version and on the definition, so that they are
// kept apart from the rest, which depends on nothing but the record.
func (s *Schema) metaOfRecord(k *Kind, rec *store.Record) (*Meta, error) {
	memo := memoOf(rec)
	m := memo.meta.Load()
	if m == nil {
		om, err := storedMeta(rec.Body)
		if err != nil {
			return nil, fmt.Errorf("schema: decoding metadata of %s: %w", rec.Key, err)
		}
		m = s.alike.share(k.recordMeta(om))
		memo.meta.Store(m)
	}
	if len(k.custom.fields) == 0 {
		return m, nil
	}
	gv := k.GVK("").GroupVersion()
	for f := memo.forms.Load(); f != nil; f = f.next {
		if m, ok := f.value.(*Meta); ok && f.of == k.custom.def.laws && f.gv == gv {
			return m, nil
		}
	}
	set, err := s.customFields(k, rec)
	if err != nil {
		return nil, err
	}
	with := *m
	with.Fields = set
	s.addForm(memo, &form{gv: gv, of: k.custom.def.laws, value: &with, cost: selectableCost})
	return &with, nil
}

// selectableCost is about what a Meta with a few selectable fields takes.
const selectableCost = 512

// storedMeta decodes the metadata of a stored form; what follows it is not read.
func storedMeta(body []byte) (*metav1.ObjectMeta, error) {
	_, doc, err := splitStored(body)
	if err != nil {
		return nil, err
	}
	om := &metav1.ObjectMeta{}
	return om, json.NewDecoder(bytes.NewReader(doc[len(`{"metadata":`):])).Decode(om)
}

// customFields are all selectable fields of an object in the row's version.
func (s *Schema) customFields(k *Kind, rec *store.Record) (fields.Set, error) {
	u, err := s.customObject(k, rec)
	if err != nil {
		return nil, err
	}
	w, err := k.forWriting()
	if err != nil {
		return nil, err
	}
	_, set, err := w.main.GetAttrs(u)
	if err != nil {
		return nil, fmt.Errorf("schema: selectable fields of %s: %w", rec.Key, err)
	}
	return set, nil
}

// customSelector is FieldSelector for custom kinds.
func (k *Kind) customSelector(parsed fields.Selector) (fields.Selector, error) {
	out, err := parsed.Transform(func(label, value string) (string, string, error) {
		if label == "metadata.name" || label == "metadata.namespace" && k.Namespaced || slices.Contains(k.custom.fields, label) {
			return label, value, nil
		}
		return "", "", fmt.Errorf("field label not supported: %s", label)
	})
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	return out, nil
}
