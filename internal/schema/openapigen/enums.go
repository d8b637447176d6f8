package main

import (
	"k8s.io/kube-openapi/pkg/validation/spec"
	generated "k8s.io/kubernetes/pkg/generated/openapi"
)

// enums gives fields of enumerated types their lists of values. The documents in the module are written with the feature
// off, every server has it on: the definitions that are compiled into a kube-apiserver hold the lists, and descriptions
// that tell the values' meanings.
func enums(definitions map[string]any) {
	compiled := generated.GetOpenAPIDefinitions(func(string) spec.Ref { return spec.Ref{} })
	for name, def := range definitions {
		own, ok := def.(map[string]any)
		if c, known := compiled[name]; ok && known {
			overlay(own, &c.Schema)
		}
	}
}

// overlay writes a compiled schema's enumerations, its own and those below it, into the same schema of a document.
func overlay(doc map[string]any, from *spec.Schema) {
	if len(from.Enum) > 0 {
		doc["enum"] = from.Enum
		if from.Description != "" {
			doc["description"] = from.Description
		}
	}
	below := func(in map[string]any, name string, s *spec.Schema) {
		if child, ok := in[name].(map[string]any); ok && s != nil {
			overlay(child, s)
		}
	}
	if from.Items != nil {
		below(doc, "items", from.Items.Schema)
	}
	if from.AdditionalProperties != nil {
		below(doc, "additionalProperties", from.AdditionalProperties.Schema)
	}
	if properties, ok := doc["properties"].(map[string]any); ok {
		for name := range from.Properties {
			property := from.Properties[name]
			below(properties, name, &property)
		}
	}
}
