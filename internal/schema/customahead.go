package schema

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kjson "sigs.k8s.io/json"

	"gantry.dev/gantry/internal/store"
)

// aheadBatch bounds the objects of one conversion call: enough that a list takes few calls, few enough for an answer of
// some megabytes.
const aheadBatch = 200

// convertAhead has a webhook convert the records of a list that are not remembered in the row's version, many at a time, so
// that what makes their forms finds them converted.
func (s *Schema) convertAhead(k *Kind, recs []*store.Record) error {
	if k.remote == nil {
		return nil
	}
	read, err := k.custom.def.laws.forReading()
	if err != nil || read.webhook == nil {
		return err
	}
	for batch := range slices.Chunk(recs, aheadBatch) {
		if err := s.convertBatch(k, read.webhook, batch); err != nil {
			return err
		}
	}
	return nil
}

func (s *Schema) convertBatch(k *Kind, w *conversionWebhook, recs []*store.Record) error {
	var in []*unstructured.Unstructured
	var of []*store.Record
	for _, rec := range recs {
		version, doc, err := splitStored(rec.Body)
		if err != nil {
			return fmt.Errorf("schema: %s: %w", rec.Key, err)
		}
		if version == k.custom.version || memoOf(rec).customForm(k, JSON, Object) != nil {
			continue
		}
		u := &unstructured.Unstructured{}
		if err := kjson.UnmarshalCaseSensitivePreserveInts(doc, &u.Object); err != nil {
			return fmt.Errorf("schema: decoding %s: %w", rec.Key, err)
		}
		u.SetGroupVersionKind(schema.GroupVersionKind{Group: k.Resource.Group, Version: version, Kind: k.Kind})
		if _, err := k.coerce(u, coercion{stored: true}); err != nil {
			return fmt.Errorf("schema: %s: %w", rec.Key, err)
		}
		if err := k.defaults(u); err != nil {
			return err
		}
		in, of = append(in, u), append(of, rec)
	}
	if len(in) == 0 {
		return nil
	}
	out, err := k.callWebhook(w, in, k.GVK("").GroupVersion())
	if err != nil {
		return fmt.Errorf("conversion webhook for %v failed: %w", in[0].GroupVersionKind(), err)
	}
	for i, u := range out {
		if _, err := k.coerce(u, coercion{}); err != nil {
			return fmt.Errorf("schema: %s: %w", of[i].Key, err)
		}
		doc, err := appendDocument(nil, u.Object)
		if err != nil {
			return fmt.Errorf("schema: encoding %s: %w", of[i].Key, err)
		}
		s.keepCustomForm(memoOf(of[i]), k, JSON, Object, doc)
	}
	return nil
}
