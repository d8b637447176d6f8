# Custom kinds: definitions, what is taken and refused of them, their objects, discovery, tables, patches, scale, versions, the end.
POST /api/v1/namespaces

{"metadata": {"name": "diff-custom"}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "crontabs.diff.example.com"}, "spec": {"group": "diff.example.com", "scope": "Namespaced", "names": {"plural": "crontabs", "kind": "CronTab", "singular": "crontab", "shortNames": ["ct"], "categories": ["all"]}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "x-kubernetes-validations": [{"rule": "self.minReplicas <= self.replicas", "message": "replicas should be at least minReplicas"}, {"rule": "!has(oldSelf.image) || self.image == oldSelf.image", "message": "image is immutable"}], "properties": {"cronSpec": {"type": "string", "pattern": "^(\\d+|\\*)$"}, "image": {"type": "string", "default": "busybox"}, "color": {"type": "string", "maxLength": 10, "enum": ["red", "green", "blue", "ultramarine-blue"]}, "minReplicas": {"type": "integer", "default": 0}, "replicas": {"type": "integer", "default": 1, "minimum": 0}, "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}, "port": {"x-kubernetes-int-or-string": true}, "when": {"type": "string", "format": "date-time"}, "ratio": {"type": "number"}, "nullable": {"type": "string", "nullable": true}, "tags": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}}, "parts": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"], "items": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "size": {"type": "integer"}}}}, "template": {"type": "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true}}}, "status": {"type": "object", "properties": {"replicas": {"type": "integer"}, "selector": {"type": "string"}}}}}}, "subresources": {"status": {}, "scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas", "labelSelectorPath": ".status.selector"}}, "selectableFields": [{"jsonPath": ".spec.color"}], "additionalPrinterColumns": [{"name": "Spec", "type": "string", "jsonPath": ".spec.cronSpec"}, {"name": "Replicas", "type": "integer", "jsonPath": ".spec.replicas", "description": "how many"}, {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}, {"name": "Image", "type": "string", "priority": 1, "jsonPath": ".spec.image"}]}, {"name": "v1beta1", "served": true, "storage": false, "deprecated": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"image": {"type": "string"}, "extra": {"type": "string", "default": "e"}}}}}}}, {"name": "v1alpha1", "served": false, "storage": false, "schema": {"openAPIV3Schema": {"type": "object"}}}]}}
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions?watch=true&timeoutSeconds=3&resourceVersion=0
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/crontabs.diff.example.com
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/crontabs.diff.example.com
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/crontabs.diff.example.com/status
---
GET /apis/diff.example.com
---
GET /apis/diff.example.com/v1
---
GET /apis/diff.example.com/v1beta1
---
GET /apis/diff.example.com/v1alpha1
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "a"}, "spec": {"cronSpec": "1", "color": "red", "free": {"x": [1, 1.5, {"y": null}]}, "port": "http", "when": "2020-01-01T00:00:00Z", "ratio": 0.5, "parts": [{"name": "p", "size": 1}], "tags": ["x"]}, "status": {"replicas": 3}}
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a/status
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a/scale
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a/nothing
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/none
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?includeObject=Object
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?includeObject=None
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs
Accept: application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Accept: application/vnd.kubernetes.protobuf
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Accept: application/vnd.kubernetes.protobuf,application/json
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs
Accept: application/vnd.kubernetes.protobuf
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Accept: text/plain
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?fieldSelector=spec.color%3Dred
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?fieldSelector=spec.color%3Dblue
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?fieldSelector=spec.color!%3Dred
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?fieldSelector=spec.image%3Dx
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?fieldSelector=metadata.name%3Da
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?fieldSelector=metadata.namespace%3Ddiff-custom
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?fieldSelector=nonsense
---
GET /apis/diff.example.com/v1/crontabs
---
GET /apis/diff.example.com/v1/crontabs/a
---
POST /apis/diff.example.com/v1/crontabs

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "z"}}
---
GET /apis/diff.example.com/v1beta1/namespaces/diff-custom/crontabs/a
---
GET /apis/diff.example.com/v1alpha1/namespaces/diff-custom/crontabs/a
---
GET /apis/diff.example.com/v1beta1/namespaces/diff-custom/crontabs
---
GET /apis/diff.example.com/v1beta1/namespaces/diff-custom/crontabs/a/status
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"nope": 1}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"nope": 1}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Ignore

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"nope": 1}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion":"diff.example.com/v1","kind":"CronTab","metadata":{"name":"b"},"spec":{"color":"red","color":"blue"}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All

{"apiVersion":"diff.example.com/v1","kind":"CronTab","metadata":{"name":"b"},"spec":{"color":"red","color":"blue"}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Ignore

{"apiVersion":"diff.example.com/v1","kind":"CronTab","metadata":{"name":"b"},"spec":{"color":"red","color":"blue"}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"replicas": "two"}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"color": "pink"}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"color": "ultramarine-blue"}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"cronSpec": "x"}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"replicas": -1}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"minReplicas": 3}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"tags": ["x", "x"]}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"parts": [{"name": "a"}, {"name": "a"}]}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"parts": [{"size": 1}]}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"replicas": 1.5}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"replicas": 9223372036854775807}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"when": "yesterday"}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"port": true}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"template": {"metadata": {"name": "x"}}}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"template": {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"a b": "c"}}}}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"template": {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": 1}}}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": []}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": null}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": null}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Ignore

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": null}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "B!"}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b", "labels": {"a b": "c"}}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b", "labels": {"a": 1}}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": []}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab"}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All

{"apiVersion": "diff.example.com/v1", "kind": "CronTab"}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Ignore

{"apiVersion": "diff.example.com/v1", "kind": "CronTab"}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "Other", "metadata": {"name": "b"}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v2", "kind": "CronTab", "metadata": {"name": "b"}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "v1", "kind": "CronTab", "metadata": {"name": "b"}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "metadata": {"name": "b"}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"kind": "CronTab", "metadata": {"name": "b"}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b", "namespace": "other"}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b", "ownerReferences": [{"name": "x"}]}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b", "finalizers": ["a b"]}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

[]
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

"x"
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict


---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"image": null, "nullable": null, "color": null}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"image": null, "nullable": null, "color": null}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Ignore

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b"}, "spec": {"image": null, "nullable": null, "color": null}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b", "odd": 1, "labels": {"a": "b"}}, "top": 1, "spec": {"nope": {"x": 1}, "free": {"y": 1}, "parts": [{"name": "x", "z": 1}]}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?dryRun=All&fieldValidation=Strict
Content-Type: application/yaml

apiVersion: diff.example.com/v1
kind: CronTab
metadata: {name: y}
spec:
  color: red
  color: blue
  nope: 1
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs
Content-Type: text/plain

x
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?fieldManager=rv

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "b", "resourceVersion": "1"}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "a"}}
---
PUT /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "a"}, "spec": {"color": "blue"}}
---
PUT /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/none

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "none"}}
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
$rv = metadata.resourceVersion
$uid = metadata.uid
---
PUT /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "a", "resourceVersion": "${rv}"}, "spec": {"color": "blue", "replicas": 2, "image": "busybox"}, "status": {"replicas": 9}}
---
PUT /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "a", "resourceVersion": "${rv}"}, "spec": {"color": "red"}}
---
PUT /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "c", "resourceVersion": "${rv}"}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Content-Type: application/merge-patch+json

{"spec": {"image": "other"}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Content-Type: application/merge-patch+json

{"spec": {"image": null}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Content-Type: application/merge-patch+json

{"spec": {"color": "red", "nope": 1}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a?fieldValidation=Strict
Content-Type: application/merge-patch+json

{"spec": {"color": "green", "nope": 1}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Content-Type: application/merge-patch+json

{"kind": "Other"}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Content-Type: application/merge-patch+json

{"kind": null}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Content-Type: application/merge-patch+json

{"apiVersion": "diff.example.com/v9", "spec": null}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Content-Type: application/merge-patch+json

[]
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Content-Type: application/merge-patch+json

{
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Content-Type: application/strategic-merge-patch+json

{"spec": {"color": "red"}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Content-Type: application/json

{"spec": {"color": "red"}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Content-Type: application/json-patch+json

[{"op": "replace", "path": "/spec/replicas", "value": 4}]
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Content-Type: application/json-patch+json

[{"op": "test", "path": "/spec/replicas", "value": 5}]
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Content-Type: application/json-patch+json

[{"op": "remove", "path": "/spec/none"}]
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/none
Content-Type: application/merge-patch+json

{"spec": {}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
Content-Type: application/merge-patch+json

{"metadata": {"labels": {"x": "y"}}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a/status
Content-Type: application/merge-patch+json

{"status": {"replicas": 1, "selector": "a=b"}, "spec": {"replicas": 9}, "metadata": {"labels": {"z": "z"}}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a/status
Content-Type: application/merge-patch+json

{"status": {"replicas": "x"}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a/status
Content-Type: application/merge-patch+json

{"status": null}
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a/scale
---
PUT /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a/scale

{"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "a"}, "spec": {"replicas": 7}}
---
PUT /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a/scale

{"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "a"}, "spec": {"replicas": -7}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a/scale
Content-Type: application/merge-patch+json

{"spec": {"replicas": 3}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a/scale
Content-Type: application/merge-patch+json

{"spec": {"replicas": "x"}}
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/none/scale
---
PUT /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a/scale

{"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "b"}, "spec": {"replicas": 7}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a/scale?fieldManager=s
Content-Type: application/apply-patch+yaml

{"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "a"}, "spec": {"replicas": 5}}
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/joint?fieldManager=one
Content-Type: application/apply-patch+yaml

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "joint"}, "spec": {"color": "red", "parts": [{"name": "a", "size": 1}], "tags": ["x"]}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/joint?fieldManager=two
Content-Type: application/apply-patch+yaml

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "joint"}, "spec": {"parts": [{"name": "b", "size": 2}], "tags": ["y"]}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/joint?fieldManager=two
Content-Type: application/apply-patch+yaml

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "joint"}, "spec": {"color": "blue"}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/joint?fieldManager=two&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "joint"}, "spec": {"color": "blue"}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/joint?fieldManager=one
Content-Type: application/apply-patch+yaml

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "joint"}, "spec": {"parts": [{"name": "a", "size": 1}]}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/joint?fieldManager=two
Content-Type: application/apply-patch+yaml

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "joint"}, "spec": {"nope": 1}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/joint?fieldManager=two&fieldValidation=Ignore
Content-Type: application/apply-patch+yaml

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "joint"}, "spec": {"nope": 1}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/joint?fieldManager=two
Content-Type: application/apply-patch+yaml

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "joint"}, "spec": {"parts": [{"size": 1}]}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/joint?fieldManager=two
Content-Type: application/apply-patch+yaml

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "joint"}, "spec": {"replicas": "x"}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/joint/status?fieldManager=two
Content-Type: application/apply-patch+yaml

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "joint"}, "status": {"replicas": 1}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/joint?fieldManager=three
Content-Type: application/apply-patch+yaml

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "joint"}, "spec": {"free": {"a": {"b": 1}}}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/joint?fieldManager=four
Content-Type: application/apply-patch+yaml

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "joint"}, "spec": {"free": {"a": {"c": 1}}}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/joint?fieldManager=two
Content-Type: application/apply-patch+yaml

{"apiVersion": "diff.example.com/v1beta1", "kind": "CronTab", "metadata": {"name": "joint"}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/joint?fieldManager=two
Content-Type: application/apply-patch+yaml

{"kind": "CronTab"}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/joint
Content-Type: application/apply-patch+yaml

{"apiVersion": "diff.example.com/v1", "kind": "CronTab"}
---
PATCH /apis/diff.example.com/v1beta1/namespaces/diff-custom/crontabs/joint?fieldManager=five
Content-Type: application/apply-patch+yaml

{"apiVersion": "diff.example.com/v1beta1", "kind": "CronTab", "metadata": {"name": "joint"}, "spec": {"image": "busybox"}}
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/joint
---
GET /apis/diff.example.com/v1beta1/namespaces/diff-custom/crontabs/joint
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "held", "finalizers": ["example.com/hold", "plain"]}, "spec": {}}
---
DELETE /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/held
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/held
Content-Type: application/merge-patch+json

{"spec": {"replicas": 3}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/held
Content-Type: application/merge-patch+json

{"metadata": {"finalizers": ["example.com/hold", "x.y/z"]}}
---
DELETE /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/held
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/held
Content-Type: application/merge-patch+json

{"metadata": {"finalizers": null}}
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/held
---
DELETE /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a?dryRun=All
---
DELETE /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a

{"preconditions": {"uid": "x"}}
---
DELETE /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
---
DELETE /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/a
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "last"}}
---
DELETE /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?labelSelector=a%3Db
---
DELETE /apis/diff.example.com/v1/namespaces/diff-custom/crontabs
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs
---
DELETE /apis/diff.example.com/v1/crontabs
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs?watch=true&timeoutSeconds=1&fieldSelector=spec.nonsense%3Dx
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Nowhere", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "other.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"description": "x"}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"type": "nonsense"}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"type": "string", "pattern": "("}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"type": "integer", "default": "x"}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"type": "array"}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"type": "array", "items": {}}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"type": "string", "nope": 1}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"$ref": "#/x"}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"type": "object", "additionalProperties": false}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "string"}}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"type": "string", "x-kubernetes-validations": [{"rule": "self.nope"}]}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"type": "string", "x-kubernetes-validations": [{"rule": ""}]}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"type": "string", "x-kubernetes-validations": [{"rule": "self == 'a'", "messageExpression": "1"}]}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"type": "array", "items": {"type": "array", "items": {"type": "string", "x-kubernetes-validations": [{"rule": "self.matches('a+')"}]}}}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"type": "array", "x-kubernetes-list-type": "map", "items": {"type": "object", "properties": {"n": {"type": "string"}}}}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "object"}}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"type": "string", "format": "nonsense"}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"anyOf": [{"type": "string"}]}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"x": {"type": "object", "x-kubernetes-embedded-resource": true}}}}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.x.k8s.io"}, "spec": {"group": "x.k8s.io", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A", "shortNames": ["A!"]}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "As.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "As", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A b"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {}}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": false, "schema": {"openAPIV3Schema": {"type": "object"}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}}}, {"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {}}}}], "preserveUnknownFields": true}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {}}}}], "conversion": {"strategy": "Webhook"}}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {}}}}], "conversion": {"strategy": "None", "webhook": {"conversionReviewVersions": ["v1"]}}}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {}}}}], "conversion": {"strategy": "Webhook", "webhook": {"conversionReviewVersions": ["v2"], "clientConfig": {"url": "http://x"}}}}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}}, "additionalPrinterColumns": [{"name": "x", "type": "nonsense", "jsonPath": "spec"}]}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}}, "selectableFields": [{"jsonPath": ".spec.none"}]}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.bad.example.com"}, "spec": {"group": "bad.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}}, "subresources": {"scale": {"specReplicasPath": "x", "statusReplicasPath": ".status"}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "bs.two.example.com"}, "spec": {"group": "two.example.com", "scope": "Cluster", "names": {"plural": "bs", "kind": "B", "shortNames": ["b"]}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {}}}}]}}
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions?watch=true&timeoutSeconds=3&resourceVersion=0
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "cs.two.example.com"}, "spec": {"group": "two.example.com", "scope": "Cluster", "names": {"plural": "cs", "kind": "B", "shortNames": ["b"]}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {}}}}]}}
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions?watch=true&timeoutSeconds=3&resourceVersion=0
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/cs.two.example.com
---
GET /apis/two.example.com/v1
---
GET /apis/two.example.com/v1/cs
---
GET /apis/two.example.com/v1/namespaces/default/bs
---
POST /apis/two.example.com/v1/bs

{"apiVersion": "two.example.com/v1", "kind": "B", "metadata": {"name": "x"}}
---
GET /apis/two.example.com/v1/bs
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/two.example.com/v1/bs/x/status
---
DELETE /apis/apiextensions.k8s.io/v1/customresourcedefinitions/bs.two.example.com
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions?watch=true&timeoutSeconds=3&resourceVersion=0
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/bs.two.example.com
---
GET /apis/two.example.com/v1/bs
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/cs.two.example.com
---
GET /apis/two.example.com/v1
---
DELETE /apis/apiextensions.k8s.io/v1/customresourcedefinitions/cs.two.example.com
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions?watch=true&timeoutSeconds=3&resourceVersion=0
---
GET /apis/two.example.com
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/crontabs.diff.example.com
Content-Type: application/merge-patch+json

{"spec": {"group": "other.example.com"}}
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/crontabs.diff.example.com
Content-Type: application/merge-patch+json

{"spec": {"scope": "Cluster"}}
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/crontabs.diff.example.com
Content-Type: application/merge-patch+json

{"status": {"storedVersions": ["v1", "v1beta1"]}}
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/crontabs.diff.example.com/status
Content-Type: application/merge-patch+json

{"status": {"storedVersions": []}}
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "held", "finalizers": ["example.com/hold"]}, "spec": {}}
---
DELETE /apis/apiextensions.k8s.io/v1/customresourcedefinitions/crontabs.diff.example.com
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions?watch=true&timeoutSeconds=3&resourceVersion=0
---
POST /apis/diff.example.com/v1/namespaces/diff-custom/crontabs

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "late"}}
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/late?fieldManager=x
Content-Type: application/apply-patch+yaml

{"apiVersion": "diff.example.com/v1", "kind": "CronTab", "metadata": {"name": "late"}}
---
GET /apis/diff.example.com/v1
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/held
---
PATCH /apis/diff.example.com/v1/namespaces/diff-custom/crontabs/held
Content-Type: application/merge-patch+json

{"metadata": {"finalizers": null}}
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions?watch=true&timeoutSeconds=3&resourceVersion=0
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions?watch=true&timeoutSeconds=3&resourceVersion=0
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/crontabs.diff.example.com
---
GET /apis/diff.example.com/v1/namespaces/diff-custom/crontabs
---
GET /apis/diff.example.com
