package openapi

import (
	"fmt"
	"slices"
	"strings"

	smd "sigs.k8s.io/structured-merge-diff/v6/schema"
)

// Types is the embedded form of the type descriptions: structured-merge-diff's schema of all types that the served
// kinds reach, and the type of each kind. It mirrors the library's types, whose embedded pointers encoding/json
// cannot tell apart, and whose YAML takes a hundred times as long to read.
type Types struct {
	Kinds []KindType
	Types []TypeDef
}

// KindType names the type of a kind.
type KindType struct{ Group, Version, Kind, Type string }

// TypeDef is a named type.
type TypeDef struct {
	Name string `json:"n"`
	Atom
}

// Atom says what a value may be. More than one may be set.
type Atom struct {
	Scalar string `json:"s,omitempty"`
	List   *List  `json:"l,omitempty"`
	Map    *Map   `json:"m,omitempty"`
}

// TypeRef is a named or an inlined type.
type TypeRef struct {
	Named        string `json:"n,omitempty"`
	Inlined      *Atom  `json:"i,omitempty"`
	Relationship string `json:"r,omitempty"`
}

// List describes list values.
type List struct {
	Element      TypeRef  `json:"e"`
	Relationship string   `json:"r,omitempty"`
	Keys         []string `json:"k,omitempty"`
}

// Map describes maps and structs.
type Map struct {
	Fields       []Field  `json:"f,omitempty"`
	Element      *TypeRef `json:"e,omitempty"`
	Relationship string   `json:"r,omitempty"`
}

// Field is a field of a struct.
type Field struct {
	Name    string  `json:"n"`
	Type    TypeRef `json:"t"`
	Default any     `json:"d,omitempty"`
}

// FromLibrary mirrors a type of the library. It refuses what the mirror has no place for.
func FromLibrary(t smd.TypeDef) (TypeDef, error) {
	a, err := fromAtom(t.Atom)
	if err != nil {
		return TypeDef{}, fmt.Errorf("openapi: type %s: %w", t.Name, err)
	}
	return TypeDef{Name: t.Name, Atom: a}, nil
}

func fromAtom(a smd.Atom) (out Atom, err error) {
	if a.Scalar != nil {
		out.Scalar = string(*a.Scalar)
	}
	if a.List != nil {
		out.List = &List{Relationship: string(a.List.ElementRelationship), Keys: a.List.Keys}
		if out.List.Element, err = fromRef(a.List.ElementType); err != nil {
			return out, err
		}
	}
	if a.Map == nil {
		return out, nil
	}
	if len(a.Map.Unions) > 0 {
		return out, fmt.Errorf("unions have no mirror")
	}
	out.Map = &Map{Relationship: string(a.Map.ElementRelationship)}
	if el := a.Map.ElementType; el.NamedType != nil || el.Inlined != (smd.Atom{}) || el.ElementRelationship != nil {
		ref, err := fromRef(el)
		if err != nil {
			return out, err
		}
		out.Map.Element = &ref
	}
	for _, f := range a.Map.Fields {
		ref, err := fromRef(f.Type)
		if err != nil {
			return out, err
		}
		out.Map.Fields = append(out.Map.Fields, Field{Name: f.Name, Type: ref, Default: f.Default})
	}
	// The library reads fields out of a Go map; sorted, the same types give the same file.
	slices.SortFunc(out.Map.Fields, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

func fromRef(r smd.TypeRef) (out TypeRef, err error) {
	if r.ElementRelationship != nil {
		out.Relationship = string(*r.ElementRelationship)
	}
	if r.NamedType != nil {
		out.Named = *r.NamedType
		return out, nil
	}
	a, err := fromAtom(r.Inlined)
	out.Inlined = &a
	return out, err
}

// ToLibrary is the way back.
func (t TypeDef) ToLibrary() smd.TypeDef { return smd.TypeDef{Name: t.Name, Atom: t.Atom.library()} }

func (a Atom) library() (out smd.Atom) {
	if a.Scalar != "" {
		sc := smd.Scalar(a.Scalar)
		out.Scalar = &sc
	}
	if a.List != nil {
		out.List = &smd.List{ElementType: a.List.Element.library(), ElementRelationship: smd.ElementRelationship(a.List.Relationship), Keys: a.List.Keys}
	}
	if a.Map != nil {
		out.Map = &smd.Map{ElementRelationship: smd.ElementRelationship(a.Map.Relationship)}
		if a.Map.Element != nil {
			out.Map.ElementType = a.Map.Element.library()
		}
		for _, f := range a.Map.Fields {
			out.Map.Fields = append(out.Map.Fields, smd.StructField{Name: f.Name, Type: f.Type.library(), Default: number(f.Default)})
		}
	}
	return out
}

func (r TypeRef) library() (out smd.TypeRef) {
	if r.Relationship != "" {
		rel := smd.ElementRelationship(r.Relationship)
		out.ElementRelationship = &rel
	}
	if r.Named != "" {
		name := r.Named
		out.NamedType = &name
	} else if r.Inlined != nil {
		out.Inlined = r.Inlined.library()
	}
	return out
}

// number gives whole numbers back the type that JSON took from them: a default is compared with what the object says.
func number(v any) any {
	if f, ok := v.(float64); ok && f == float64(int64(f)) {
		return int64(f)
	}
	return v
}
