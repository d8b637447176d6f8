# Definitions and their objects in detail: what is refused of a schema, each constraint, rules in CEL, transitions, ratcheting, changes in use.
POST /api/v1/namespaces

{"metadata": {"name": "diff-rich"}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b1s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b1s", "kind": "B1"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b2s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b2s", "kind": "B2"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "string"}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b3s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b3s", "kind": "B3"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"metadata": {"type": "object", "properties": {"labels": {"type": "object"}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b4s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b4s", "kind": "B4"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"metadata": {"type": "object", "properties": {"name": {"type": "string", "maxLength": 5}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b5s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b5s", "kind": "B5"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "array"}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b6s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b6s", "kind": "B6"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "map"}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b7s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b7s", "kind": "B7"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "object", "properties": {"k": {"type": "string"}}}, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"]}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b8s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b8s", "kind": "B8"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "object", "properties": {"k": {"type": "string"}}}, "x-kubernetes-list-type": "set"}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b9s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b9s", "kind": "B9"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "string", "default": 7}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b10s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b10s", "kind": "B10"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "object", "default": {"x": 1}, "properties": {"y": {"type": "integer"}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b11s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b11s", "kind": "B11"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "string", "pattern": "("}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b12s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b12s", "kind": "B12"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "string", "x-kubernetes-int-or-string": true}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b13s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b13s", "kind": "B13"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "object", "additionalProperties": {"type": "string"}, "properties": {"x": {"type": "string"}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b14s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b14s", "kind": "B14"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"anyOf": [{"type": "string"}, {"type": "integer"}]}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b15s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b15s", "kind": "B15"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "string", "not": {"default": "x"}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b16s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b16s", "kind": "B16"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "string", "x-kubernetes-validations": [{"rule": "self.size() > "}]}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b17s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b17s", "kind": "B17"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "string", "x-kubernetes-validations": [{"rule": "self"}]}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b18s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b18s", "kind": "B18"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "string", "x-kubernetes-validations": [{"rule": "self.nope == 1"}]}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b19s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b19s", "kind": "B19"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}, "x-kubernetes-validations": [{"rule": "self.all(x, x.all(y, self.all(z, z.all(q, q == y))))"}]}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b20s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b20s", "kind": "B20"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "string", "x-kubernetes-validations": [{"rule": "self == oldSelf", "optionalOldSelf": true}]}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b21s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b21s", "kind": "B21"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string", "x-kubernetes-validations": [{"rule": "self == oldSelf"}]}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b22s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b22s", "kind": "B22"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "string", "x-kubernetes-validations": [{"rule": "true", "reason": "Nope"}]}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b23s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b23s", "kind": "B23"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "object", "properties": {"x": {"type": "string"}}, "x-kubernetes-validations": [{"rule": "true", "fieldPath": ".y"}, {"rule": "true", "fieldPath": "x"}, {"rule": "true", "fieldPath": ".x[0]"}]}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b24s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b24s", "kind": "B24"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "string", "x-kubernetes-validations": [{"rule": "true", "message": "a\nb"}, {"rule": "true", "messageExpression": "1"}, {"rule": "", "message": "x"}, {"rule": "true", "message": " "}]}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b25s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b25s", "kind": "B25"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "object", "x-kubernetes-embedded-resource": true}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b26s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b26s", "kind": "B26"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "object", "x-kubernetes-preserve-unknown-fields": false}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b27s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b27s", "kind": "B27"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "string", "format": "nothing-known"}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b28s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b28s", "kind": "B28"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "string", "enum": ["a", "a"]}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b29s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b29s", "kind": "B29"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "integer", "minimum": 5, "maximum": 3}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b30s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b30s", "kind": "B30"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"$ref": "#/x"}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b31s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b31s", "kind": "B31"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}, "uniqueItems": true}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b32s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b32s", "kind": "B32"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "string", "nullable": true, "default": null}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b33s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b33s", "kind": "B33"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "banana"}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b34s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b34s", "kind": "B34"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "string", "x-kubernetes-validations": [{"rule": "self.matches('(')"}]}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b35s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b35s", "kind": "B35"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "object", "x-kubernetes-map-type": "weird"}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "b36s.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "b36s", "kind": "B36"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "atomic", "x-kubernetes-validations": [{"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}, {"rule": "self.all(x, self.all(y, x == y))"}]}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "other.x"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Galaxy", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "edits", "kind": "lower case", "shortNames": ["UP"], "singular": "Sing", "listKind": "edit list", "categories": ["No Good"]}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": []}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}}, {"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "v1", "served": true, "storage": false, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "V1!", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "v1", "served": true, "storage": true}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}, "deprecationWarning": "x"}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}, "deprecated": true, "deprecationWarning": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}, "additionalPrinterColumns": [{"name": "", "type": "float", "format": "y", "jsonPath": "{.x"}]}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}, "selectableFields": [{"jsonPath": ".spec.a"}, {"jsonPath": ".spec.a"}, {"jsonPath": ".spec.b"}, {"jsonPath": ".metadata.name"}, {"jsonPath": "spec"}]}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}, "subresources": {"scale": {"specReplicasPath": "spec.a", "statusReplicasPath": ".spec.b", "labelSelectorPath": "x"}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}}], "conversion": {"strategy": "Webhook"}}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}}], "conversion": {"strategy": "Webhook", "webhook": {"clientConfig": {"url": "http://x", "service": {"name": "a", "namespace": "b"}}, "conversionReviewVersions": ["v7"]}}}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}}], "conversion": {"strategy": "Magic"}}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}}], "conversion": {"strategy": "None", "webhook": {"conversionReviewVersions": ["v1"]}}}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}}], "preserveUnknownFields": true}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.rich.example.com"}, "spec": {"group": "nodots", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.x.k8s.io"}, "spec": {"group": "x.k8s.io", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "edits.x.k8s.io", "annotations": {"api-approved.kubernetes.io": "nonsense"}}, "spec": {"group": "x.k8s.io", "scope": "Namespaced", "names": {"plural": "edits", "kind": "Edit"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "things.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "things", "kind": "Thing"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"imm": {"type": "string", "maxLength": 10, "x-kubernetes-validations": [{"rule": "self == oldSelf", "message": "imm is immutable"}]}, "opt": {"type": "string", "maxLength": 10, "x-kubernetes-validations": [{"rule": "!oldSelf.hasValue() || oldSelf.value() != 'final' || self == 'final'", "optionalOldSelf": true, "message": "final is final"}]}, "req": {"type": "object", "properties": {"x": {"type": "string"}, "y": {"type": "string"}}, "x-kubernetes-validations": [{"rule": "has(self.x) != has(self.y)", "reason": "FieldValueRequired", "fieldPath": ".x", "message": "one of x and y"}, {"rule": "!has(self.x) || self.x != 'dup'", "reason": "FieldValueDuplicate"}, {"rule": "!has(self.y) || self.y != 'no'", "reason": "FieldValueForbidden", "messageExpression": "'no ' + self.y"}, {"rule": "!has(self.y) || self.y != 'boom'", "messageExpression": "self.x", "message": "fallback"}]}, "num": {"type": "integer", "minimum": 1, "maximum": 10, "multipleOf": 2}, "f": {"type": "number", "format": "float", "exclusiveMinimum": true, "minimum": 0}, "s": {"type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[a-z]*$"}, "e": {"type": "string", "enum": ["a", "b"]}, "d": {"type": "string", "format": "duration"}, "ip": {"type": "string", "format": "ipv4"}, "by": {"type": "string", "format": "byte"}, "u": {"type": "string", "format": "uuid"}, "i32": {"type": "integer", "format": "int32"}, "l": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3, "x-kubernetes-list-type": "set"}, "m": {"type": "array", "items": {"type": "object", "required": ["k"], "properties": {"k": {"type": "string"}, "v": {"type": "integer", "default": 7}}}, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"]}, "mp": {"type": "object", "additionalProperties": {"type": "integer", "x-kubernetes-validations": [{"rule": "self < 100"}]}, "maxProperties": 2}, "any": {"x-kubernetes-preserve-unknown-fields": true}, "emb": {"type": "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true}, "n": {"type": "string", "nullable": true, "default": "d"}, "io": {"x-kubernetes-int-or-string": true, "allOf": [{"anyOf": [{"type": "integer"}, {"type": "string"}]}, {"pattern": "^[0-9]+%$"}]}, "all": {"type": "integer", "allOf": [{"minimum": 3}, {"maximum": 5}], "not": {"enum": [4]}}, "one": {"type": "string", "oneOf": [{"pattern": "^a"}, {"pattern": "b$"}]}, "def_": {"type": "object", "default": {}, "properties": {"in": {"type": "object", "default": {"x": 1}, "properties": {"x": {"type": "integer"}, "y": {"type": "integer", "default": 2}}}}}}, "x-kubernetes-validations": [{"rule": "!has(self.num) || !has(self.i32) || self.num <= self.i32", "message": "num over i32"}]}, "status": {"type": "object", "properties": {"phase": {"type": "string", "enum": ["On", "Off"]}, "count": {"type": "integer"}}}}}}, "subresources": {"status": {}}, "selectableFields": [{"jsonPath": ".spec.e"}, {"jsonPath": ".spec.num"}], "additionalPrinterColumns": [{"name": "E", "type": "string", "jsonPath": ".spec.e"}, {"name": "N", "type": "integer", "jsonPath": ".spec.num"}, {"name": "When", "type": "date", "jsonPath": ".metadata.creationTimestamp"}, {"name": "B", "type": "boolean", "jsonPath": ".spec.any"}, {"name": "F", "type": "number", "jsonPath": ".spec.f", "priority": 1}]}]}}
---
GET /apis/rich.example.com/v1/namespaces/diff-rich/things
Until: 200

---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t1"}, "spec": {}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t2"}, "spec": {"num": 3}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t3"}, "spec": {"num": 0}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t4"}, "spec": {"num": 12}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t5"}, "spec": {"num": "x"}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t6"}, "spec": {"num": 2.0}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t7"}, "spec": {"num": 2.5}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t8"}, "spec": {"f": 0}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t9"}, "spec": {"f": -1}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t10"}, "spec": {"s": "A"}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t11"}, "spec": {"s": "abcdef"}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t12"}, "spec": {"e": "c"}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t13"}, "spec": {"d": "1x"}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t14"}, "spec": {"d": "5m"}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t15"}, "spec": {"ip": "1.2.3"}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t16"}, "spec": {"by": "!"}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t17"}, "spec": {"u": "x"}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t18"}, "spec": {"i32": 99999999999}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t19"}, "spec": {"l": []}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t20"}, "spec": {"l": ["a", "a"]}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t21"}, "spec": {"l": ["a", "b", "c", "d"]}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t22"}, "spec": {"m": [{"k": "a"}, {"k": "a"}]}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t23"}, "spec": {"m": [{"v": 1}]}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t24"}, "spec": {"m": [{"k": "a"}]}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t25"}, "spec": {"mp": {"a": 1, "b": 2, "c": 3}}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t26"}, "spec": {"mp": {"a": 1000}}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t27"}, "spec": {"mp": {"a": "x"}}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t28"}, "spec": {"any": {"x": [1, {"y": null}]}}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t29"}, "spec": {"emb": {"x": 1}}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t30"}, "spec": {"emb": {"apiVersion": "v1", "kind": "X", "metadata": {"name": "UP PER", "labels": {"bad key": "v"}, "unknown": 1}, "y": 2}}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t31"}, "spec": {"n": null}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t32"}, "spec": {"io": "5%"}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t33"}, "spec": {"io": "x"}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t34"}, "spec": {"io": 7}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t35"}, "spec": {"io": 1.5}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t36"}, "spec": {"io": true}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t37"}, "spec": {"all": 2}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t38"}, "spec": {"all": 4}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t39"}, "spec": {"all": 5}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t40"}, "spec": {"one": "ab"}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t41"}, "spec": {"one": "ax"}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t42"}, "spec": {"one": "x"}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t43"}, "spec": {"def_": {"in": {"y": 5}}}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t44"}, "spec": {"unknown": 1, "req": {"x": "1", "zzz": 2}}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t45"}, "spec": {"req": {}}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t46"}, "spec": {"req": {"x": "1", "y": "2"}}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t47"}, "spec": {"req": {"x": "dup"}}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t48"}, "spec": {"req": {"y": "no"}}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t49"}, "spec": {"req": {"y": "boom"}}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t50"}, "spec": {"num": 4, "i32": 2}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t51"}, "spec": null}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t52"}, "spec": "text"}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t53"}, "spec": []}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things?fieldValidation=Strict

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t54"}, "spec": {"unknown": 1}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things?fieldValidation=Warn

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "t55"}, "spec": {"unknown": 1}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "Bad_Name"}, "spec": {}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "lab"}, "spec": {}, "status": {"phase": "Bogus"}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "meta", "labels": {"a": 1}, "finalizers": ["x"]}, "spec": {}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "meta", "labels": {"bad key": "x"}}, "spec": {}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "meta", "annotations": 7, "creationTimestamp": "nonsense"}, "spec": {}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "meta2", "unknownmeta": 7, "ownerReferences": [{"apiVersion": "v1"}]}, "spec": {}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"kind": "Thing", "metadata": {"name": "x"}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "metadata": {"name": "x"}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Other", "metadata": {"name": "x"}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{not json
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things
Content-Type: application/yaml

apiVersion: rich.example.com/v1
kind: Thing
metadata: {name: yam}
spec: {num: 4}

---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things
Content-Type: application/yaml

apiVersion: rich.example.com/v1
kind: Thing
metadata: {name: yam2}
spec: {num: 4, num: 6}

---
POST /apis/rich.example.com/v1/namespaces/diff-rich/things

{"apiVersion": "rich.example.com/v1", "kind": "Thing", "metadata": {"name": "tr"}, "spec": {"imm": "a", "opt": "x", "req": {"x": "1"}, "m": [{"k": "a"}], "l": ["p"]}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/tr
Content-Type: application/merge-patch+json

{"spec": {"imm": "b"}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/tr
Content-Type: application/merge-patch+json

{"spec": {"imm": "a"}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/tr
Content-Type: application/merge-patch+json

{"spec": {"imm": null}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/tr
Content-Type: application/merge-patch+json

{"spec": {"imm": "c"}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/tr
Content-Type: application/merge-patch+json

{"spec": {"opt": "final"}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/tr
Content-Type: application/merge-patch+json

{"spec": {"opt": "x"}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/tr
Content-Type: application/merge-patch+json

{"spec": {"opt": null}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/tr
Content-Type: application/merge-patch+json

{"spec": {"req": {"x": "dup"}}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/tr
Content-Type: application/merge-patch+json

{"status": {"phase": "On"}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/tr
Content-Type: application/merge-patch+json

{"metadata": {"generation": 99}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/tr
Content-Type: application/merge-patch+json

{"spec": {"l": ["p", "p"]}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/tr/status
Content-Type: application/merge-patch+json

{"status": {"phase": "On", "count": 1, "zzz": 2}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/tr/status
Content-Type: application/merge-patch+json

{"status": {"phase": "Bogus"}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/tr/status
Content-Type: application/merge-patch+json

{"spec": {"imm": "zzz"}, "metadata": {"labels": {"via": "status"}}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/tr/status
Content-Type: application/merge-patch+json

{"spec": "text"}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/tr
Content-Type: application/json-patch+json

[{"op": "replace", "path": "/spec/num", "value": 11}, {"op": "test", "path": "/spec/opt", "value": "q"}]
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/tr
Content-Type: application/strategic-merge-patch+json

{"spec": {}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/applied?fieldManager=me
Content-Type: application/apply-patch+yaml

apiVersion: rich.example.com/v1
kind: Thing
metadata: {name: applied}
spec: {m: [{k: a}, {k: b, v: 1}], l: [x]}

---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/applied?fieldManager=you
Content-Type: application/apply-patch+yaml

apiVersion: rich.example.com/v1
kind: Thing
metadata: {name: applied}
spec: {m: [{k: a, v: 2}], l: [q]}

---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/applied?fieldManager=you&force=true
Content-Type: application/apply-patch+yaml

apiVersion: rich.example.com/v1
kind: Thing
metadata: {name: applied}
spec: {m: [{k: a, v: 2}], l: [q]}

---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/things/applied?fieldManager=me
Content-Type: application/apply-patch+yaml

apiVersion: rich.example.com/v1
kind: Thing
metadata: {name: applied}
spec: {num: 3, m: [{k: a}, {k: a}]}

---
GET /apis/rich.example.com/v1/namespaces/diff-rich/things?fieldSelector=spec.e%3Da

---
GET /apis/rich.example.com/v1/namespaces/diff-rich/things?fieldSelector=spec.e!%3Da

---
GET /apis/rich.example.com/v1/namespaces/diff-rich/things?fieldSelector=spec.num%3D4

---
GET /apis/rich.example.com/v1/namespaces/diff-rich/things?fieldSelector=spec.s%3Dab

---
GET /apis/rich.example.com/v1/namespaces/diff-rich/things?fieldSelector=metadata.name%3Dtr

---
GET /apis/rich.example.com/v1/namespaces/diff-rich/things?fieldSelector=spec.e%3D

---
GET /apis/rich.example.com/v1/namespaces/diff-rich/things
Accept: application/json;as=Table;g=meta.k8s.io;v=v1

---
GET /apis/rich.example.com/v1/namespaces/diff-rich/things?limit=2

---
GET /apis/rich.example.com/v1/things?labelSelector=via%3Dstatus

---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.rich.example.com

---
DELETE /apis/rich.example.com/v1/namespaces/diff-rich/things?fieldSelector=spec.e%3Da

---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "rats.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "rats", "kind": "Rat"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}, "n": {"type": "integer"}, "l": {"type": "array", "items": {"type": "string"}}, "m": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"], "items": {"type": "object", "required": ["k"], "properties": {"k": {"type": "string"}, "v": {"type": "string"}}}}, "o": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}, "q": {"type": "object", "properties": {"may": {"type": "string"}}}}}}}}}]}}
---
GET /apis/rich.example.com/v1/namespaces/diff-rich/rats
Until: 200

---
POST /apis/rich.example.com/v1/namespaces/diff-rich/rats

{"apiVersion": "rich.example.com/v1", "kind": "Rat", "metadata": {"name": "old"}, "spec": {"a": "LONG", "n": 50, "l": ["x", "y"], "m": [{"k": "1", "v": "BAD"}, {"k": "2", "v": "BAD"}], "o": {"z": 1}}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/rats

{"apiVersion": "rich.example.com/v1", "kind": "Rat", "metadata": {"name": "old2"}, "spec": {"q": {"may": "x"}}}
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com
Content-Type: application/merge-patch+json

{"spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "rats", "kind": "Rat"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string", "maxLength": 2, "default": "zz"}, "n": {"type": "integer", "maximum": 10}, "l": {"type": "array", "maxItems": 1, "items": {"type": "string", "enum": ["q"]}}, "m": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"], "items": {"type": "object", "required": ["k"], "properties": {"k": {"type": "string"}, "v": {"type": "string", "x-kubernetes-validations": [{"rule": "self != 'BAD'", "message": "v is bad"}]}}}}, "o": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}, "q": {"type": "object", "required": ["must"], "properties": {"must": {"type": "string"}, "may": {"type": "string"}}}, "fresh": {"type": "string", "default": "new"}, "need": {"type": "string"}}, "x-kubernetes-validations": [{"rule": "has(self.need)", "message": "need is needed"}]}}}}}]}}
---
POST /apis/rich.example.com/v1/namespaces/diff-rich/rats?dryRun=All
Until: 422

{"apiVersion": "rich.example.com/v1", "kind": "Rat", "metadata": {"name": "probe"}, "spec": {"n": 11, "need": "x"}}
---
GET /apis/rich.example.com/v1/namespaces/diff-rich/rats/old

---
GET /apis/rich.example.com/v1/namespaces/diff-rich/rats

---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/rats/old
Content-Type: application/merge-patch+json

{"metadata": {"labels": {"x": "y"}}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/rats/old
Content-Type: application/merge-patch+json

{"spec": {"need": "x"}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/rats/old
Content-Type: application/merge-patch+json

{"spec": {"n": 51}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/rats/old
Content-Type: application/merge-patch+json

{"spec": {"n": 9}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/rats/old
Content-Type: application/merge-patch+json

{"spec": {"a": "OTHER"}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/rats/old
Content-Type: application/merge-patch+json

{"spec": {"l": ["x", "z"]}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/rats/old
Content-Type: application/merge-patch+json

{"spec": {"l": ["y", "x"]}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/rats/old
Content-Type: application/merge-patch+json

{"spec": {"m": [{"k": "1", "v": "BAD"}, {"k": "3", "v": "BAD"}]}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/rats/old
Content-Type: application/merge-patch+json

{"spec": {"m": [{"k": "2", "v": "BAD"}]}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/rats/old
Content-Type: application/merge-patch+json

{"spec": {"o": {"z": 2}}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/rats/old2
Content-Type: application/merge-patch+json

{"spec": {"need": "1"}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/rats/old2
Content-Type: application/merge-patch+json

{"spec": {"q": {"may": "y"}}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/rats/old2
Content-Type: application/merge-patch+json

{"spec": {"q": {"must": "y"}}}
---
PATCH /apis/rich.example.com/v1/namespaces/diff-rich/rats/old2
Content-Type: application/merge-patch+json

{"spec": {"q": {"must": null}}}
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com
Content-Type: application/merge-patch+json

{"spec": {"scope": "Cluster"}}
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com
Content-Type: application/merge-patch+json

{"spec": {"group": "other.example.com"}}
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com
Content-Type: application/merge-patch+json

{"spec": {"names": {"plural": "mice"}}}
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com
Content-Type: application/merge-patch+json

{"spec": {"names": {"kind": "Mouse"}}}
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com
Content-Type: application/merge-patch+json

{"spec": {"names": {"kind": "Rat", "shortNames": ["ra"], "listKind": "Rats"}}}
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com
Until: status.acceptedNames.listKind=Rats

---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com
Content-Type: application/merge-patch+json

{"status": {"storedVersions": ["v9"]}}
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com
Content-Type: application/merge-patch+json

{"spec": {"versions": []}}
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com/status
Content-Type: application/merge-patch+json

{"status": {"storedVersions": []}}
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com/status
Content-Type: application/merge-patch+json

{"status": {"storedVersions": ["v9"]}}
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com
Content-Type: application/json-patch+json

[{"op": "replace", "path": "/spec/versions/0/name", "value": "v2"}]
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com/status
Content-Type: application/merge-patch+json

{"status": {"storedVersions": ["v1"]}}
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com
Content-Type: application/json-patch+json

[{"op": "replace", "path": "/spec/versions/0/name", "value": "v2"}]
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com
Content-Type: application/json-patch+json

[{"op": "add", "path": "/spec/versions/-", "value": {"name": "v2", "served": true, "storage": false, "deprecated": true, "deprecationWarning": "v2 is old", "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}}}]
---
GET /apis/rich.example.com/v2
Until: 200

---
GET /apis/rich.example.com/v2/namespaces/diff-rich/rats/old

---
GET /apis/rich.example.com/v2/namespaces/diff-rich/rats

---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com
Content-Type: application/json-patch+json

[{"op": "replace", "path": "/spec/versions/0/storage", "value": false}, {"op": "replace", "path": "/spec/versions/1/storage", "value": true}]
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com
Content-Type: application/json-patch+json

[{"op": "remove", "path": "/spec/versions/0"}]
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com

---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "twins.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Namespaced", "names": {"plural": "twins", "kind": "Thing", "shortNames": ["th"]}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]}}
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/twins.rich.example.com
Until: status.conditions.1.type=Established

---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata": {"name": "globes.rich.example.com"}, "spec": {"group": "rich.example.com", "scope": "Cluster", "names": {"plural": "globes", "kind": "Globe"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"replicas": {"type": "integer"}, "a": {"type": "string"}}}}}}, "subresources": {"scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas", "labelSelectorPath": ".status.selector"}}}]}}
---
GET /apis/rich.example.com/v1/globes
Until: 200

---
POST /apis/rich.example.com/v1/globes

{"apiVersion": "rich.example.com/v1", "kind": "Globe", "metadata": {"name": "gx", "namespace": "x"}, "spec": {}}
---
POST /apis/rich.example.com/v1/globes

{"apiVersion": "rich.example.com/v1", "kind": "Globe", "metadata": {"name": "g", "finalizers": ["example.com/hold"]}, "spec": {"replicas": 2}, "status": {"replicas": 1, "selector": "a=b"}}
---
GET /apis/rich.example.com/v1/globes/gx/scale

---
GET /apis/rich.example.com/v1/globes/g/scale

---
GET /apis/rich.example.com/v1/globes/g/status

---
GET /apis/rich.example.com/v1/namespaces/diff-rich/globes

---
PUT /apis/rich.example.com/v1/globes/g/scale

{"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "g"}, "spec": {"replicas": 5}}
---
PUT /apis/rich.example.com/v1/globes/g/scale

{"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "g"}, "spec": {"replicas": -5}}
---
DELETE /apis/rich.example.com/v1/globes/g

---
DELETE /apis/rich.example.com/v1/globes/g

---
PATCH /apis/rich.example.com/v1/globes/g
Content-Type: application/merge-patch+json

{"metadata": {"finalizers": ["example.com/hold", "new"]}}
---
PATCH /apis/rich.example.com/v1/globes/g
Content-Type: application/merge-patch+json

{"metadata": {"finalizers": null}}
---
GET /apis/rich.example.com/v1/globes/g

---
DELETE /apis/apiextensions.k8s.io/v1/customresourcedefinitions/twins.rich.example.com

---
DELETE /apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.rich.example.com

---
DELETE /apis/apiextensions.k8s.io/v1/customresourcedefinitions/rats.rich.example.com

---
DELETE /apis/apiextensions.k8s.io/v1/customresourcedefinitions/globes.rich.example.com

---
GET /apis/rich.example.com/v1/namespaces/diff-rich/things
Until: 404

