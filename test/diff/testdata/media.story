# What bodies may be: their types, CBOR, depth, size.
POST /api/v1/namespaces

{"metadata":{"name":"diff-media"}}
---
POST /api/v1/namespaces/diff-media/configmaps

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/cbor
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/cbor
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/cbor-seq
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/cbor-seq
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/cbor, application/json
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/cbor, application/json
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/json;q=0.1, application/cbor
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/json;q=0.1, application/cbor
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/cbor;as=Table;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/cbor;as=Table;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/apply-patch+cbor
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/apply-patch+cbor
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: */*
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: */*
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/*
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/*
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: text/*
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: text/*
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: text/html
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: text/html
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: text/plain
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: text/plain
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: 
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: 
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/json;stream=watch
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/json;stream=watch
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/json;charset=utf-8
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/json;charset=utf-8
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/yaml;q=0
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/yaml;q=0
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/json;q=0,application/yaml
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/json;q=0,application/yaml
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/json;pretty=1
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/json;pretty=1
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/json;q=x
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/json;q=x
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/JSON
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/JSON
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/json;as=Table;v=v1beta1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/json;as=Table;v=v1beta1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/json;as=Table;v=v2;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/json;as=Table;v=v2;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/json;as=PartialObjectMetadata;v=v1beta1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/json;as=PartialObjectMetadata;v=v1beta1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/json;as=Nonsense;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/json;as=Nonsense;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/json;as=Table
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/json;as=Table
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/json;as=Table;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/json;as=Table;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/yaml;as=Table;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/yaml;as=Table;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: application/json;profile=x
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: application/json;profile=x
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: nonsense
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: nonsense
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: ,
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: ,
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: a/b/c
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: a/b/c
---
GET /api/v1/namespaces/diff-media/configmaps/a
Accept: ;
---
GET /api/v1/namespaces/diff-media/configmaps
Accept: ;
---
GET /api/v1/namespaces/diff-media/configmaps?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Da&resourceVersion=0
Accept: application/cbor
---
GET /api/v1/namespaces/diff-media/configmaps?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Da&resourceVersion=0
Accept: application/cbor-seq
---
GET /api/v1/namespaces/diff-media/configmaps?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Da&resourceVersion=0
Accept: application/json;stream=watch
---
GET /api/v1/namespaces/diff-media/configmaps?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Da&resourceVersion=0
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Da&resourceVersion=0
Accept: application/json;as=Table;v=v1;g=meta.k8s.io,application/json
---
GET /api/v1/namespaces/diff-media/configmaps?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Da&resourceVersion=0
Accept: application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-media/configmaps?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Da&resourceVersion=0
Accept: application/yaml
---
GET /api/v1/namespaces/diff-media/configmaps?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Da&resourceVersion=0
Accept: text/plain
---
GET /api/v1/namespaces/diff-media/configmaps?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Da&resourceVersion=0
Accept: application/vnd.kubernetes.protobuf;stream=nonsense
---
GET /api/v1/namespaces/diff-media/configmaps?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Da&resourceVersion=0
Accept: application/json;stream=nonsense
---
POST /api/v1/namespaces/diff-media/configmaps
Content-Type: application/cbor

${hex d9d9f7a1686d65746164617461a1646e616d656163}
---
PUT /api/v1/namespaces/diff-media/configmaps/a
Content-Type: application/cbor

${hex d9d9f7a1686d65746164617461a1646e616d656163}
---
POST /api/v1/namespaces/diff-media/configmaps
Content-Type: application/cbor-seq

${hex d9d9f7a1686d65746164617461a1646e616d656163}
---
PUT /api/v1/namespaces/diff-media/configmaps/a
Content-Type: application/cbor-seq

${hex d9d9f7a1686d65746164617461a1646e616d656163}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?fieldManager=x
Content-Type: application/apply-patch+cbor

${hex d9d9f7a1686d65746164617461a1646e616d656163}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a
Content-Type: application/cbor

${hex d9d9f7a1686d65746164617461a1646e616d656163}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a
Content-Type: application/cbor

${hex d9d9f7a1686d65746164617461a1646e616d656163}
---
DELETE /api/v1/namespaces/diff-media/configmaps
Content-Type: application/cbor

${hex d9d9f7a1686d65746164617461a1646e616d656163}
---
GET /apis
Accept: application/cbor
---
GET /api/v1
Accept: application/cbor
---
GET /version
Accept: application/cbor
---
GET /openapi/v2
Accept: application/cbor
---
GET /openapi/v3/version
Accept: application/cbor
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: text/plain

{"metadata":{"name":"t"}}
---
PUT /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: text/plain

{"metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: text/plain

{"metadata":{"labels":{"a":"b"}}}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: text/plain

{"kind":"DeleteOptions","apiVersion":"v1"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/json; charset=utf-8

{"metadata":{"name":"t"}}
---
PUT /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json; charset=utf-8

{"metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json; charset=utf-8

{"metadata":{"labels":{"a":"b"}}}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json; charset=utf-8

{"kind":"DeleteOptions","apiVersion":"v1"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/json;charset=latin1

{"metadata":{"name":"t"}}
---
PUT /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json;charset=latin1

{"metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json;charset=latin1

{"metadata":{"labels":{"a":"b"}}}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json;charset=latin1

{"kind":"DeleteOptions","apiVersion":"v1"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: APPLICATION/JSON

{"metadata":{"name":"t"}}
---
PUT /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: APPLICATION/JSON

{"metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: APPLICATION/JSON

{"metadata":{"labels":{"a":"b"}}}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: APPLICATION/JSON

{"kind":"DeleteOptions","apiVersion":"v1"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/json,application/yaml

{"metadata":{"name":"t"}}
---
PUT /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json,application/yaml

{"metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json,application/yaml

{"metadata":{"labels":{"a":"b"}}}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json,application/yaml

{"kind":"DeleteOptions","apiVersion":"v1"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/x-www-form-urlencoded

{"metadata":{"name":"t"}}
---
PUT /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/x-www-form-urlencoded

{"metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/x-www-form-urlencoded

{"metadata":{"labels":{"a":"b"}}}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/x-www-form-urlencoded

{"kind":"DeleteOptions","apiVersion":"v1"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/octet-stream

{"metadata":{"name":"t"}}
---
PUT /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/octet-stream

{"metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/octet-stream

{"metadata":{"labels":{"a":"b"}}}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/octet-stream

{"kind":"DeleteOptions","apiVersion":"v1"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

{"metadata":{"name":"t"}}
---
PUT /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/yaml

{"metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/yaml

{"metadata":{"labels":{"a":"b"}}}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/yaml

{"kind":"DeleteOptions","apiVersion":"v1"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/vnd.kubernetes.protobuf

{"metadata":{"name":"t"}}
---
PUT /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/vnd.kubernetes.protobuf

{"metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/vnd.kubernetes.protobuf

{"metadata":{"labels":{"a":"b"}}}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/vnd.kubernetes.protobuf

{"kind":"DeleteOptions","apiVersion":"v1"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: nonsense

{"metadata":{"name":"t"}}
---
PUT /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: nonsense

{"metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: nonsense

{"metadata":{"labels":{"a":"b"}}}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: nonsense

{"kind":"DeleteOptions","apiVersion":"v1"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/

{"metadata":{"name":"t"}}
---
PUT /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/

{"metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/

{"metadata":{"labels":{"a":"b"}}}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/

{"kind":"DeleteOptions","apiVersion":"v1"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: /

{"metadata":{"name":"t"}}
---
PUT /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: /

{"metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: /

{"metadata":{"labels":{"a":"b"}}}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: /

{"kind":"DeleteOptions","apiVersion":"v1"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/json;

{"metadata":{"name":"t"}}
---
PUT /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json;

{"metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json;

{"metadata":{"labels":{"a":"b"}}}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json;

{"kind":"DeleteOptions","apiVersion":"v1"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/json; =

{"metadata":{"name":"t"}}
---
PUT /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json; =

{"metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json; =

{"metadata":{"labels":{"a":"b"}}}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json; =

{"kind":"DeleteOptions","apiVersion":"v1"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: multipart/form-data; boundary=x

{"metadata":{"name":"t"}}
---
PUT /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: multipart/form-data; boundary=x

{"metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: multipart/form-data; boundary=x

{"metadata":{"labels":{"a":"b"}}}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: multipart/form-data; boundary=x

{"kind":"DeleteOptions","apiVersion":"v1"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"name":"t"}}
---
PUT /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"a":"b"}}}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/merge-patch+json

{"kind":"DeleteOptions","apiVersion":"v1"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: */*

{"metadata":{"name":"t"}}
---
PUT /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: */*

{"metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: */*

{"metadata":{"labels":{"a":"b"}}}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: */*

{"kind":"DeleteOptions","apiVersion":"v1"}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/merge-patch+json; charset=utf-8

{"metadata":{"labels":{"a":"b"}}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/Merge-Patch+JSON

{"metadata":{"labels":{"a":"b"}}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/merge-patch+json

metadata: {labels: {a: b}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/strategic-merge-patch+json

metadata: {labels: {a: b}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json-patch+json

- {op: add, path: /data/x, value: y}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All&fieldValidation=Ignore

{"metadata":{"name":"deep"},"x":${repeat 10 [}$${repeat 10 ]}$}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All&fieldValidation=Strict

{"metadata":{"name":"deep"},"x":${repeat 10 [}$${repeat 10 ]}$}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"name":"deep"},"x":${repeat 10 [}$${repeat 10 ]}$}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/strategic-merge-patch+json

{"metadata":{"name":"deep"},"x":${repeat 10 [}$${repeat 10 ]}$}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json-patch+json

[{"op":"add","path":"/data/k","value":${repeat 10 [}$${repeat 10 ]}$}]
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

metadata: {name: deep}
x: ${repeat 10 [}$${repeat 10 ]}$
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All&fieldManager=x&force=true
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: ConfigMap
metadata: {name: a}
x: ${repeat 10 [}$${repeat 10 ]}$
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

${repeat 10 [}$
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All&fieldManager=x
Content-Type: application/apply-patch+yaml

${repeat 10 [}$
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All&fieldValidation=Ignore

{"metadata":{"name":"deep"},"x":${repeat 1000 [}$${repeat 1000 ]}$}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All&fieldValidation=Strict

{"metadata":{"name":"deep"},"x":${repeat 1000 [}$${repeat 1000 ]}$}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"name":"deep"},"x":${repeat 1000 [}$${repeat 1000 ]}$}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/strategic-merge-patch+json

{"metadata":{"name":"deep"},"x":${repeat 1000 [}$${repeat 1000 ]}$}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json-patch+json

[{"op":"add","path":"/data/k","value":${repeat 1000 [}$${repeat 1000 ]}$}]
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

metadata: {name: deep}
x: ${repeat 1000 [}$${repeat 1000 ]}$
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All&fieldManager=x&force=true
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: ConfigMap
metadata: {name: a}
x: ${repeat 1000 [}$${repeat 1000 ]}$
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

${repeat 1000 [}$
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All&fieldManager=x
Content-Type: application/apply-patch+yaml

${repeat 1000 [}$
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All&fieldValidation=Ignore

{"metadata":{"name":"deep"},"x":${repeat 9990 [}$${repeat 9990 ]}$}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All&fieldValidation=Strict

{"metadata":{"name":"deep"},"x":${repeat 9990 [}$${repeat 9990 ]}$}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"name":"deep"},"x":${repeat 9990 [}$${repeat 9990 ]}$}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/strategic-merge-patch+json

{"metadata":{"name":"deep"},"x":${repeat 9990 [}$${repeat 9990 ]}$}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json-patch+json

[{"op":"add","path":"/data/k","value":${repeat 9990 [}$${repeat 9990 ]}$}]
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

metadata: {name: deep}
x: ${repeat 9990 [}$${repeat 9990 ]}$
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All&fieldManager=x&force=true
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: ConfigMap
metadata: {name: a}
x: ${repeat 9990 [}$${repeat 9990 ]}$
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

${repeat 9990 [}$
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All&fieldManager=x
Content-Type: application/apply-patch+yaml

${repeat 9990 [}$
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All&fieldValidation=Ignore

{"metadata":{"name":"deep"},"x":${repeat 10001 [}$${repeat 10001 ]}$}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All&fieldValidation=Strict

{"metadata":{"name":"deep"},"x":${repeat 10001 [}$${repeat 10001 ]}$}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"name":"deep"},"x":${repeat 10001 [}$${repeat 10001 ]}$}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/strategic-merge-patch+json

{"metadata":{"name":"deep"},"x":${repeat 10001 [}$${repeat 10001 ]}$}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json-patch+json

[{"op":"add","path":"/data/k","value":${repeat 10001 [}$${repeat 10001 ]}$}]
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

metadata: {name: deep}
x: ${repeat 10001 [}$${repeat 10001 ]}$
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All&fieldManager=x&force=true
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: ConfigMap
metadata: {name: a}
x: ${repeat 10001 [}$${repeat 10001 ]}$
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

${repeat 10001 [}$
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All&fieldManager=x
Content-Type: application/apply-patch+yaml

${repeat 10001 [}$
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All&fieldValidation=Ignore

{"metadata":{"name":"deep"},"x":${repeat 50000 [}$${repeat 50000 ]}$}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All&fieldValidation=Strict

{"metadata":{"name":"deep"},"x":${repeat 50000 [}$${repeat 50000 ]}$}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"name":"deep"},"x":${repeat 50000 [}$${repeat 50000 ]}$}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/strategic-merge-patch+json

{"metadata":{"name":"deep"},"x":${repeat 50000 [}$${repeat 50000 ]}$}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json-patch+json

[{"op":"add","path":"/data/k","value":${repeat 50000 [}$${repeat 50000 ]}$}]
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

metadata: {name: deep}
x: ${repeat 50000 [}$${repeat 50000 ]}$
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All&fieldManager=x&force=true
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: ConfigMap
metadata: {name: a}
x: ${repeat 50000 [}$${repeat 50000 ]}$
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

${repeat 50000 [}$
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All&fieldManager=x
Content-Type: application/apply-patch+yaml

${repeat 50000 [}$
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

a: &a [x,x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]
g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]
h: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g,*g]
i: &i [*h,*h,*h,*h,*h,*h,*h,*h,*h,*h]
metadata: {name: bomb}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All&fieldManager=x&force=true
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: ConfigMap
a: &a [x,x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]
g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]
h: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g,*g]
i: &i [*h,*h,*h,*h,*h,*h,*h,*h,*h,*h]
metadata: {name: a}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

metadata: {name: two}
--- 
metadata: {name: three}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

metadata: {name: tab}
data:
	k: v
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

metadata: {name: one}
data: {k: yes, n: 1, e: ~}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

metadata: {name: dup, name: dup}
data: {k: v, k: w}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All&fieldValidation=Strict
Content-Type: application/yaml

metadata: {name: dup, name: dup}
data: {k: v, k: w}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

metadata: {name: anchored, labels: &l {a: b}}
data: *l
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

metadata: {name: merged}
data: {<<: {a: b}, c: d}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

%YAML 1.1
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

metadata: {name: bin}
binaryData: {k: !!binary aGVsbG8=}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

? [a]
: b
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

"text"
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

null
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

null
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

[]
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

"text"
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

1
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":null}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":{"name":null}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":{"name":"n"},"data":null}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":{"name":"n"}}{"metadata":{"name":"n"}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":{"name":"n"}} trailing
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":{"name":"n"},}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":{"name":"n\u0000"}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":{"name":"n","labels":{"a":"\ud800"}}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":{"name":"n"},"data":{"k":"${hex ff}"}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

${hex efbbbf}{"metadata":{"name":"n"}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"Metadata":{"Name":"n"}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":{"NAME":"n"}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":{"name":"n"},"data":{"k":1e400}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":{"name":"n"},"immutable":"true"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":{"name":"n","generation":1.5}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":{"name":"n","generation":99999999999999999999}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":{"name":"n","generation":1e3}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"apiVersion":"v1","kind":"List","items":[]}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"apiVersion":1,"kind":"ConfigMap"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"apiVersion":"","kind":"ConfigMap","metadata":{"name":"n"}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"apiVersion":"v1","kind":"","metadata":{"name":"n"}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"apiVersion":"a/b/c","kind":"ConfigMap","metadata":{"name":"n"}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"apiVersion":"v1","kind":"configmap","metadata":{"name":"n"}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"kind":["ConfigMap"]}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":{"name":"big"},"data":{"k":"${repeat 1048577 x}$"}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

metadata: {name: big}
data: {k: "${repeat 1048577 x}$"}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"${repeat 1048577 x}$"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All&fieldManager=x
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {k: "${repeat 1048577 x}$"}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All

{"kind":"DeleteOptions","apiVersion":"v1","x":"${repeat 1048577 x}$"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":{"name":"big"},"data":{"k":"${repeat 3145000 x}$"}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

metadata: {name: big}
data: {k: "${repeat 3145000 x}$"}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"${repeat 3145000 x}$"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All&fieldManager=x
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {k: "${repeat 3145000 x}$"}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All

{"kind":"DeleteOptions","apiVersion":"v1","x":"${repeat 3145000 x}$"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":{"name":"big"},"data":{"k":"${repeat 3145729 x}$"}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

metadata: {name: big}
data: {k: "${repeat 3145729 x}$"}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"${repeat 3145729 x}$"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All&fieldManager=x
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {k: "${repeat 3145729 x}$"}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All

{"kind":"DeleteOptions","apiVersion":"v1","x":"${repeat 3145729 x}$"}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All

{"metadata":{"name":"big"},"data":{"k":"${repeat 5000000 x}$"}}
---
POST /api/v1/namespaces/diff-media/configmaps?dryRun=All
Content-Type: application/yaml

metadata: {name: big}
data: {k: "${repeat 5000000 x}$"}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"${repeat 5000000 x}$"}}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All&fieldManager=x
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {k: "${repeat 5000000 x}$"}
---
DELETE /api/v1/namespaces/diff-media/configmaps/a?dryRun=All

{"kind":"DeleteOptions","apiVersion":"v1","x":"${repeat 5000000 x}$"}
---
PATCH /api/v1/namespaces/diff-media/configmaps/a?dryRun=All
Content-Type: application/json-patch+json

[${repeat 10001 {"op":"test","path":"/data/k","value":"v"},}${"op":"test","path":"/data/k","value":"v"}]
