package openapi

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"sigs.k8s.io/structured-merge-diff/v6/typed"
)

// TypeConverter reads the embedded descriptions. It takes some milliseconds; do it once, off the start path.
func TypeConverter() (*Converter, error) {
	gz, err := data.ReadFile(fileTypes)
	if err != nil {
		return nil, fmt.Errorf("openapi: no types embedded: %w", err)
	}
	raw, err := Gunzip(gz)
	if err != nil {
		return nil, err
	}
	var t Types
	if err := json.Unmarshal(raw, &t); err != nil {
		return nil, fmt.Errorf("openapi: embedded types: %w", err)
	}
	parser := &typed.Parser{}
	for _, def := range t.Types {
		parser.Schema.Types = append(parser.Schema.Types, def.ToLibrary())
	}
	c := &Converter{types: make(map[schema.GroupVersionKind]typed.ParseableType, len(t.Kinds))}
	for _, k := range t.Kinds {
		c.types[schema.GroupVersionKind{Group: k.Group, Version: k.Version, Kind: k.Kind}] = parser.Type(k.Type)
	}
	return c, nil
}

// Converter looks types up by kind, as upstream's does.
type Converter struct {
	types map[schema.GroupVersionKind]typed.ParseableType
}

var _ managedfields.TypeConverter = (*Converter)(nil)

// Describe returns the type of a kind, false if there is no description of it.
func (c *Converter) Describe(gvk schema.GroupVersionKind) (typed.ParseableType, bool) {
	t, ok := c.types[gvk]
	return t, ok
}

// ObjectToTyped implements managedfields.TypeConverter.
func (c *Converter) ObjectToTyped(obj runtime.Object, opts ...typed.ValidationOptions) (*typed.TypedValue, error) {
	gvk := obj.GetObjectKind().GroupVersionKind()
	t, ok := c.types[gvk]
	if !ok {
		// The field manager drops owners in versions that nobody serves; it knows them by this error.
		return nil, runtime.NewNotRegisteredErrForKind("openapi", gvk)
	}
	if u, ok := obj.(*unstructured.Unstructured); ok {
		return t.FromUnstructured(u.UnstructuredContent(), opts...)
	}
	return t.FromStructured(obj, opts...)
}

// TypedToObject implements managedfields.TypeConverter.
func (c *Converter) TypedToObject(v *typed.TypedValue) (runtime.Object, error) {
	content, ok := v.AsValue().Unstructured().(map[string]any)
	if !ok {
		return nil, fmt.Errorf("failed to convert value to unstructured for type %T", v.AsValue().Unstructured())
	}
	return &unstructured.Unstructured{Object: content}, nil
}
