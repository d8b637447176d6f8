# Watches: combinations of their parameters; tables of defined kinds; reviews at fault.
POST /api/v1/namespaces

{"metadata":{"name":"diff-watches"}}
---
POST /api/v1/namespaces/diff-watches/configmaps

{"metadata":{"name":"a","labels":{"l":"a"}}}
---
POST /api/v1/namespaces/diff-watches/configmaps

{"metadata":{"name":"b","labels":{"l":"b"}}}
---
GET /api/v1/namespaces/diff-watches/configmaps
$wrv = metadata.resourceVersion
---
PATCH /api/v1/namespaces/diff-watches/configmaps/a
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"b"}}}
---
DELETE /api/v1/namespaces/diff-watches/configmaps/b
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${wrv}
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${wrv}&labelSelector=l%3Da
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${wrv}&labelSelector=l%3Db
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${wrv}&fieldSelector=metadata.name%3Db
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${wrv}&allowWatchBookmarks=true
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${wrv}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${wrv}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${wrv}&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${wrv}&resourceVersionMatch=Exact
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${wrv}&limit=1
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=0&limit=1
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&limit=1&continue=x
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&sendInitialEvents=true&allowWatchBookmarks=true&labelSelector=l%3Dnone&resourceVersionMatch=NotOlderThan
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&sendInitialEvents=
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&sendInitialEvents=x&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersionMatch=NotOlderThan&sendInitialEvents=true&resourceVersion=0
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersionMatch=NotOlderThan&sendInitialEvents=true&resourceVersion=x
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersionMatch=Nonsense&sendInitialEvents=true
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&includeObject=None
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&dryRun=All
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&pretty=true&resourceVersion=0
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=-1
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&labelSelector=((
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&fieldSelector=x%3Dy
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${wrv}
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=0
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${wrv}&labelSelector=l%3Da
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${wrv}&includeObject=Object
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${wrv}&includeObject=None
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${wrv}
Accept: application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=0
Accept: application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true
Accept: application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${wrv}&labelSelector=l%3Da
Accept: application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${wrv}&includeObject=Object
Accept: application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io
---
GET /api/v1/namespaces/diff-watches/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${wrv}&includeObject=None
Accept: application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io
---
POST /api/v1/namespaces/diff-watches/configmaps?watch=1

{"metadata":{"name":"posted"}}
---
DELETE /api/v1/namespaces/diff-watches/configmaps/posted?watch=1
---
GET /api/v1/namespaces/diff-watches/configmaps/a?watch=true&timeoutSeconds=1&resourceVersion=0
---
GET /api/v1/namespaces/diff-watches/configmaps/a?watch=false
---
GET /api/v1/namespaces/diff-watches/configmaps/none?watch=true&timeoutSeconds=1
---
GET /api/v1/watch/namespaces/diff-watches/configmaps/a?timeoutSeconds=1&fieldSelector=metadata.name%3Db&resourceVersion=0
---
GET /api/v1/watch/namespaces/diff-watches?timeoutSeconds=1
---
POST /api/v1/watch/namespaces/diff-watches/configmaps

{}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata":{"name":"gadgets.watches.example.com"},"spec":{"group":"watches.example.com","names":{"plural":"gadgets","kind":"Gadget","shortNames":["gg"],"categories":["all"]},"scope":"Namespaced","versions":[{"name":"v1","served":true,"storage":true,"additionalPrinterColumns":[{"name":"Str","type":"string","jsonPath":".spec.s"},{"name":"Int","type":"integer","jsonPath":".spec.i","priority":1},{"name":"Num","type":"number","jsonPath":".spec.n"},{"name":"Bool","type":"boolean","jsonPath":".spec.b"},{"name":"Date","type":"date","jsonPath":".spec.d"},{"name":"Arr","type":"string","jsonPath":".spec.list[*].x"},{"name":"First","type":"string","jsonPath":".spec.list[0].x"},{"name":"Obj","type":"string","jsonPath":".spec.o"},{"name":"Missing","type":"string","jsonPath":".spec.none"},{"name":"IntAsStr","type":"string","jsonPath":".spec.i"},{"name":"StrAsInt","type":"integer","jsonPath":".spec.s"},{"name":"Filter","type":"string","jsonPath":".spec.list[?(@.k==\"y\")].x"},{"name":"Name","type":"string","format":"name","description":"the name","jsonPath":".metadata.name"},{"name":"Lab","type":"string","jsonPath":".metadata.labels.a\\.b/c"},{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}],"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}},{"name":"v2","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}]}}
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions?watch=true&timeoutSeconds=2&fieldSelector=metadata.name%3Dnone
---
POST /apis/watches.example.com/v1/namespaces/diff-watches/gadgets

{"apiVersion":"watches.example.com/v1","kind":"Gadget","metadata":{"name":"full","labels":{"a.b/c":"lab"}},"spec":{"s":"text","i":7,"n":1.5,"b":true,"d":"2001-01-01T00:00:00Z","list":[{"x":"1","k":"y"},{"x":2,"k":"z"}],"o":{"a":{"b":1}}}}
---
POST /apis/watches.example.com/v1/namespaces/diff-watches/gadgets

{"apiVersion":"watches.example.com/v1","kind":"Gadget","metadata":{"name":"empty"},"spec":{}}
---
POST /apis/watches.example.com/v1/namespaces/diff-watches/gadgets

{"apiVersion":"watches.example.com/v1","kind":"Gadget","metadata":{"name":"odd"},"spec":{"s":5,"i":"7","n":"x","b":"true","d":"nonsense","list":"no","o":[1,"a",null]}}
---
POST /apis/watches.example.com/v1/namespaces/diff-watches/gadgets

{"apiVersion":"watches.example.com/v1","kind":"Gadget","metadata":{"name":"null"},"spec":{"s":null,"i":null,"list":[],"o":{}}}
---
GET /apis/watches.example.com/v1/namespaces/diff-watches/gadgets
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /apis/watches.example.com/v1/namespaces/diff-watches/gadgets/full
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /apis/watches.example.com/v1/namespaces/diff-watches/gadgets/odd
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /apis/watches.example.com/v1/namespaces/diff-watches/gadgets?includeObject=Object
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /apis/watches.example.com/v1/namespaces/diff-watches/gadgets?includeObject=None
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /apis/watches.example.com/v1/namespaces/diff-watches/gadgets?limit=2
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /apis/watches.example.com/v2/namespaces/diff-watches/gadgets
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /apis/watches.example.com/v1/gadgets
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /apis/watches.example.com/v1/namespaces/diff-watches/gadgets?watch=1&timeoutSeconds=1&resourceVersion=0
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /apis/watches.example.com/v1/namespaces/diff-watches/gadgets/none
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /apis/watches.example.com/v1/namespaces/diff-watches/gadgets?labelSelector=none
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /apis/watches.example.com/v1/namespaces/diff-watches/gadgets
Accept: application/json;as=Table;v=v1beta1;g=meta.k8s.io
---
GET /apis/watches.example.com/v1/namespaces/diff-watches/gadgets
Accept: application/yaml;as=Table;v=v1;g=meta.k8s.io
---
GET /apis/watches.example.com/v1/namespaces/diff-watches/gadgets
Accept: application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io
---
GET /apis/watches.example.com/v1/namespaces/diff-watches/gadgets/full
Accept: application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io
---
GET /apis/watches.example.com/v1/namespaces/diff-watches/gadgets
Accept: application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io
---
GET /apis/watches.example.com/v1/namespaces/diff-watches/gadgets
Accept: application/vnd.kubernetes.protobuf
---
GET /apis/watches.example.com/v1/namespaces/diff-watches/gadgets
Accept: application/cbor
---
GET /apis/watches.example.com/v1/namespaces/diff-watches/gadgets
Accept: text/plain
---
DELETE /apis/watches.example.com/v1/namespaces/diff-watches/gadgets
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
DELETE /apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.watches.example.com
---
POST /api/v1/namespaces/diff-watches/configmaps
Accept: application/json;as=Table;v=v1;g=meta.k8s.io

{"metadata":{"name":"t"}}
---
PUT /api/v1/namespaces/diff-watches/configmaps/t
Accept: application/json;as=Table;v=v1;g=meta.k8s.io

{"metadata":{"name":"t"},"data":{"a":"b"}}
---
PATCH /api/v1/namespaces/diff-watches/configmaps/t
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
Content-Type: application/merge-patch+json

{"data":{"c":"d"}}
---
DELETE /api/v1/namespaces/diff-watches/configmaps/t
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
DELETE /api/v1/namespaces/diff-watches/configmaps?labelSelector=none
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
POST /api/v1/namespaces/diff-watches/configmaps
Accept: application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io

{"metadata":{"name":"u"}}
---
POST /api/v1/namespaces/diff-watches/configmaps
Accept: application/json;as=Table;v=v1;g=meta.k8s.io

{"metadata":{"name":"u"}}
---
POST /api/v1/namespaces/diff-watches/configmaps
Accept: application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io

{"metadata":{"name":"v"}}
---
POST /apis/authorization.k8s.io/v1/subjectaccessreviews?x=1

{"spec":{}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews?x=1

{"spec":{}}
---
POST /apis/authorization.k8s.io/v1/namespaces/diff-watches/localsubjectaccessreviews?x=1

{"spec":{}}
---
POST /apis/authorization.k8s.io/v1/subjectaccessreviews?x=1

{"spec":{"user":"u","resourceAttributes":{"verb":"get"},"nonResourceAttributes":{"path":"/"}}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews?x=1

{"spec":{"user":"u","resourceAttributes":{"verb":"get"},"nonResourceAttributes":{"path":"/"}}}
---
POST /apis/authorization.k8s.io/v1/namespaces/diff-watches/localsubjectaccessreviews?x=1

{"spec":{"user":"u","resourceAttributes":{"verb":"get"},"nonResourceAttributes":{"path":"/"}}}
---
POST /apis/authorization.k8s.io/v1/subjectaccessreviews?x=1

{"spec":{"user":"u"}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews?x=1

{"spec":{"user":"u"}}
---
POST /apis/authorization.k8s.io/v1/namespaces/diff-watches/localsubjectaccessreviews?x=1

{"spec":{"user":"u"}}
---
POST /apis/authorization.k8s.io/v1/subjectaccessreviews?x=1

{"spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews?x=1

{"spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}
---
POST /apis/authorization.k8s.io/v1/namespaces/diff-watches/localsubjectaccessreviews?x=1

{"spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}
---
POST /apis/authorization.k8s.io/v1/subjectaccessreviews?x=1

{"spec":{"user":"u","resourceAttributes":{"verb":"list","resource":"pods","fieldSelector":{"rawSelector":"a=b","requirements":[{"key":"a","operator":"In","values":["b"]}]}}}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews?x=1

{"spec":{"user":"u","resourceAttributes":{"verb":"list","resource":"pods","fieldSelector":{"rawSelector":"a=b","requirements":[{"key":"a","operator":"In","values":["b"]}]}}}}
---
POST /apis/authorization.k8s.io/v1/namespaces/diff-watches/localsubjectaccessreviews?x=1

{"spec":{"user":"u","resourceAttributes":{"verb":"list","resource":"pods","fieldSelector":{"rawSelector":"a=b","requirements":[{"key":"a","operator":"In","values":["b"]}]}}}}
---
POST /apis/authorization.k8s.io/v1/subjectaccessreviews?x=1

{"spec":{"user":"u","resourceAttributes":{"verb":"list","resource":"pods","labelSelector":{"requirements":[{"key":"a","operator":"Nope"}]}}}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews?x=1

{"spec":{"user":"u","resourceAttributes":{"verb":"list","resource":"pods","labelSelector":{"requirements":[{"key":"a","operator":"Nope"}]}}}}
---
POST /apis/authorization.k8s.io/v1/namespaces/diff-watches/localsubjectaccessreviews?x=1

{"spec":{"user":"u","resourceAttributes":{"verb":"list","resource":"pods","labelSelector":{"requirements":[{"key":"a","operator":"Nope"}]}}}}
---
POST /apis/authorization.k8s.io/v1/subjectaccessreviews?x=1

{"metadata":{"name":"x"},"spec":{"user":"u","nonResourceAttributes":{"path":"/healthz","verb":"get"}}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews?x=1

{"metadata":{"name":"x"},"spec":{"user":"u","nonResourceAttributes":{"path":"/healthz","verb":"get"}}}
---
POST /apis/authorization.k8s.io/v1/namespaces/diff-watches/localsubjectaccessreviews?x=1

{"metadata":{"name":"x"},"spec":{"user":"u","nonResourceAttributes":{"path":"/healthz","verb":"get"}}}
---
POST /apis/authorization.k8s.io/v1/subjectaccessreviews?x=1

{"spec":{"user":"system:anonymous","groups":["system:unauthenticated"],"nonResourceAttributes":{"path":"/version","verb":"get"}}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews?x=1

{"spec":{"user":"system:anonymous","groups":["system:unauthenticated"],"nonResourceAttributes":{"path":"/version","verb":"get"}}}
---
POST /apis/authorization.k8s.io/v1/namespaces/diff-watches/localsubjectaccessreviews?x=1

{"spec":{"user":"system:anonymous","groups":["system:unauthenticated"],"nonResourceAttributes":{"path":"/version","verb":"get"}}}
---
POST /apis/authorization.k8s.io/v1/subjectaccessreviews?x=1

{"spec":{"groups":["system:masters"],"resourceAttributes":{"verb":"*","resource":"*","group":"*"}}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews?x=1

{"spec":{"groups":["system:masters"],"resourceAttributes":{"verb":"*","resource":"*","group":"*"}}}
---
POST /apis/authorization.k8s.io/v1/namespaces/diff-watches/localsubjectaccessreviews?x=1

{"spec":{"groups":["system:masters"],"resourceAttributes":{"verb":"*","resource":"*","group":"*"}}}
---
POST /apis/authorization.k8s.io/v1/subjectaccessreviews?x=1

{"spec":{"user":"u","resourceAttributes":{"verb":"list","resource":"pods","labelSelector":{"rawSelector":"(("}}}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews?x=1

{"spec":{"user":"u","resourceAttributes":{"verb":"list","resource":"pods","labelSelector":{"rawSelector":"(("}}}}
---
POST /apis/authorization.k8s.io/v1/namespaces/diff-watches/localsubjectaccessreviews?x=1

{"spec":{"user":"u","resourceAttributes":{"verb":"list","resource":"pods","labelSelector":{"rawSelector":"(("}}}}
---
POST /apis/authorization.k8s.io/v1/namespaces/diff-watches/localsubjectaccessreviews?x=1

{"spec":{"user":"u","resourceAttributes":{"verb":"get","resource":"pods","namespace":"other"}}}
---
POST /apis/authorization.k8s.io/v1/namespaces/diff-watches/localsubjectaccessreviews?x=1

{"metadata":{"namespace":"other"},"spec":{"user":"u","resourceAttributes":{"verb":"get","resource":"pods","namespace":"diff-watches"}}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews?dryRun=All&x=2

{}
---
POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews?dryRun=All&x=12

{"spec":{}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews?dryRun=All&x=31

{"spec":{"namespace":"none"}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews?dryRun=All&x=66

{"metadata":{"name":"x"},"spec":{"namespace":"diff-watches"}}
---
POST /apis/authentication.k8s.io/v1/tokenreviews?x=1

{}
---
POST /apis/authentication.k8s.io/v1/tokenreviews?x=1

{"spec":{"token":""}}
---
POST /apis/authentication.k8s.io/v1/tokenreviews?x=1

{"spec":{"token":"a.b.c"}}
---
POST /apis/authentication.k8s.io/v1/tokenreviews?x=1

{"spec":{"token":"${repeat 20000 x}$"}}
---
POST /apis/authentication.k8s.io/v1/tokenreviews?x=1

{"spec":{"token":"x","audiences":[""]}}
---
POST /apis/authentication.k8s.io/v1/tokenreviews?x=1

{"spec":{"token":"x","audiences":["a","b"]}}
---
POST /apis/authentication.k8s.io/v1/tokenreviews?x=1

{"spec":{"token":5}}
---
POST /apis/authentication.k8s.io/v1/selfsubjectreviews?x=1

{}
---
POST /apis/authentication.k8s.io/v1/selfsubjectreviews?x=1

{"metadata":{"name":"x"}}
---
POST /apis/authentication.k8s.io/v1/selfsubjectreviews?x=1

{"status":{"userInfo":{"username":"me"}}}
---
POST /api/v1/namespaces/diff-watches/serviceaccounts/default/token?x=1

{}
---
POST /api/v1/namespaces/diff-watches/serviceaccounts/default/token?x=1

{"spec":{"expirationSeconds":599}}
---
POST /api/v1/namespaces/diff-watches/serviceaccounts/default/token?x=1

{"spec":{"expirationSeconds":4294967297}}
---
POST /api/v1/namespaces/diff-watches/serviceaccounts/default/token?x=1

{"spec":{"audiences":[""]}}
---
POST /api/v1/namespaces/diff-watches/serviceaccounts/default/token?x=1

{"spec":{"boundObjectRef":{}}}
---
POST /api/v1/namespaces/diff-watches/serviceaccounts/default/token?x=1

{"spec":{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"none"}}}
---
POST /api/v1/namespaces/diff-watches/serviceaccounts/default/token?x=1

{"spec":{"boundObjectRef":{"kind":"Node","apiVersion":"v1","name":"none"}}}
---
POST /api/v1/namespaces/diff-watches/serviceaccounts/default/token?x=1

{"spec":{"boundObjectRef":{"kind":"Secret","apiVersion":"v1","name":"none","uid":"x"}}}
---
POST /api/v1/namespaces/diff-watches/serviceaccounts/default/token?x=1

{"spec":{"boundObjectRef":{"kind":"ConfigMap","apiVersion":"v1","name":"c"}}}
---
POST /api/v1/namespaces/diff-watches/serviceaccounts/default/token?x=1

{"metadata":{"name":"other"}}
---
POST /api/v1/namespaces/diff-watches/serviceaccounts/default/token?x=1

{"metadata":{"namespace":"other"}}
---
POST /api/v1/namespaces/diff-watches/serviceaccounts/default/token?x=1

{"spec":{"audiences":["a","a"]}}
---
POST /api/v1/namespaces/diff-watches/serviceaccounts/default/token?dryRun=All

{}
---
GET /api/v1/namespaces/diff-watches/serviceaccounts/default/token
---
POST /api/v1/namespaces/diff-watches/serviceaccounts/none/token

{}
