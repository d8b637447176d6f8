package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"k8s.io/kube-openapi/pkg/schemaconv"
	"k8s.io/kube-openapi/pkg/validation/spec"
	smd "sigs.k8s.io/structured-merge-diff/v6/schema"

	"gantry.dev/gantry/internal/schema/openapi"
)

// types makes the descriptions that field managers merge by, with the library and from the documents that
// kube-apiserver makes its own from.
func (g *generator) types() error {
	models := map[string]*spec.Schema{}
	for name, raw := range g.schemas {
		m := &spec.Schema{}
		if err := json.Unmarshal(raw, m); err != nil {
			return fmt.Errorf("schema %s: %w", name, err)
		}
		models[name] = m
	}
	all, err := schemaconv.ToSchemaFromOpenAPI(models, false)
	if err != nil {
		return fmt.Errorf("types: %w", err)
	}
	out := openapi.Types{Kinds: g.kindTypes(models)}
	for _, def := range reachable(all, out.Kinds) {
		mirror, err := openapi.FromLibrary(def)
		if err != nil {
			return err
		}
		out.Types = append(out.Types, mirror)
	}
	g.out["types.json"], err = json.Marshal(out)
	return err
}

// kindTypes names the type of every kind that a request may carry: the rows', and their subresources'.
func (g *generator) kindTypes(models map[string]*spec.Schema) []openapi.KindType {
	var out []openapi.KindType
	for name, m := range models {
		var gvks []struct{ Group, Version, Kind string }
		if err := m.Extensions.GetObject("x-kubernetes-group-version-kind", &gvks); err != nil {
			continue
		}
		for _, gvk := range gvks {
			if gvk.Kind == "DeleteOptions" || gvk.Kind == "WatchEvent" || strings.HasSuffix(gvk.Kind, "List") {
				continue // of every group, owned by nobody
			}
			out = append(out, openapi.KindType{Group: gvk.Group, Version: gvk.Version, Kind: gvk.Kind, Type: name})
		}
	}
	slices.SortFunc(out, func(a, b openapi.KindType) int {
		return strings.Compare(a.Group+"/"+a.Version+"/"+a.Kind, b.Group+"/"+b.Version+"/"+b.Kind)
	})
	return out
}

// reachable keeps the types that the kinds reach, in the order of their names.
func reachable(all *smd.Schema, kinds []openapi.KindType) []smd.TypeDef {
	byName := map[string]int{}
	for i := range all.Types {
		byName[all.Types[i].Name] = i
	}
	kept := map[string]bool{}
	var ref func(r smd.TypeRef)
	atom := func(a smd.Atom) {
		if a.Map != nil {
			for _, f := range a.Map.Fields {
				ref(f.Type)
			}
			ref(a.Map.ElementType)
		}
		if a.List != nil {
			ref(a.List.ElementType)
		}
	}
	ref = func(r smd.TypeRef) {
		if r.NamedType == nil {
			atom(r.Inlined)
			return
		}
		i, ok := byName[*r.NamedType]
		if !ok || kept[*r.NamedType] {
			return
		}
		kept[*r.NamedType] = true
		atom(all.Types[i].Atom)
	}
	for _, k := range kinds {
		ref(smd.TypeRef{NamedType: &k.Type})
	}
	var names []string
	for n := range kept {
		names = append(names, n)
	}
	slices.Sort(names)
	out := make([]smd.TypeDef, 0, len(names))
	for _, n := range names {
		out = append(out, all.Types[byName[n]])
	}
	return out
}
