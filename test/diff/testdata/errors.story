# Bad requests of every sort, and what upstream says to them.
POST /api/v1/namespaces

{"metadata":{"name":"diff-errors"}}
---
GET /nonsense
---
GET /api/v2
---
GET /api/v1/nonsense
---
GET /apis/nonsense
---
GET /apis/apps/v9
---
GET /apis/apps/v1/nonsense
---
GET /api/v1/namespaces/diff-errors/configmaps/none
---
GET /apis/apps/v1/namespaces/diff-errors/deployments/none
---
GET /apis/apps/v1/namespaces/diff-errors/deployments/none/status
---
GET /apis/apps/v1/namespaces/diff-errors/deployments/none/scale
---
GET /apis/apps/v1/namespaces/diff-errors/deployments/none/nonsense
---
GET /api/v1/namespaces/nowhere
---
GET /api/v1/namespaces/nowhere/configmaps
---
GET /api/v1/namespaces/nowhere/configmaps/none
---
GET /api/v1/configmaps/none
---
GET /api/v1/namespaces/diff-errors/nodes
---
POST /api/v1/namespaces/nowhere/configmaps

{"metadata":{"name":"a"}}
---
POST /api/v1/namespaces/diff-errors/configmaps

---
POST /api/v1/namespaces/diff-errors/configmaps

{
---
POST /api/v1/namespaces/diff-errors/configmaps

[]
---
POST /api/v1/namespaces/diff-errors/configmaps

"text"
---
POST /api/v1/namespaces/diff-errors/configmaps

null
---
POST /api/v1/namespaces/diff-errors/configmaps

{}
---
POST /api/v1/namespaces/diff-errors/configmaps

{"metadata":{"name":"UPPER"}}
---
POST /api/v1/namespaces/diff-errors/configmaps

{"metadata":{"name":"a","namespace":"other"}}
---
POST /api/v1/namespaces/diff-errors/configmaps

{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}
---
POST /api/v1/namespaces/diff-errors/configmaps

{"apiVersion":"v9","kind":"ConfigMap","metadata":{"name":"a"}}
---
POST /api/v1/namespaces/diff-errors/configmaps

{"apiVersion":"nonsense/v1","kind":"Nonsense","metadata":{"name":"a"}}
---
POST /api/v1/namespaces/diff-errors/configmaps

{"metadata":{"name":"a"},"data":{"a":1}}
---
POST /api/v1/namespaces/diff-errors/configmaps

{"metadata":{"name":"a"},"data":[]}
---
POST /api/v1/namespaces/diff-errors/configmaps

{"metadata":{"name":"a"},"data":{"a/b":"x"},"binaryData":{"k":"not base64!"}}
---
POST /api/v1/namespaces/diff-errors/configmaps

{"metadata":{"name":"a"},"data":{"a/b":"x"}}
---
POST /api/v1/namespaces/diff-errors/configmaps

{"metadata":{"name":"a","labels":{"a b":"c d"},"annotations":{"":"x"}}}
---
POST /api/v1/namespaces/diff-errors/configmaps

{"metadata":{"name":"a","resourceVersion":"5"}}
---
POST /api/v1/namespaces/diff-errors/configmaps

{"metadata":{"name":"a","finalizers":["bad finalizer"],"ownerReferences":[{"kind":"Pod"}]}}
---
POST /api/v1/namespaces/diff-errors/configmaps/a

{"metadata":{"name":"a"}}
---
POST /api/v1/namespaces/diff-errors/configmaps
Content-Type: text/plain

hello
---
POST /api/v1/namespaces/diff-errors/configmaps
Content-Type: application/yaml

metadata: {name: yam
---
POST /api/v1/namespaces/diff-errors/configmaps
Content-Type: application/vnd.kubernetes.protobuf

not protobuf
---
POST /api/v1/namespaces/diff-errors/configmaps
Content-Type: application/json;charset=nonsense

{"metadata":{"name":"charset"}}
---
POST /api/v1/namespaces/diff-errors/configmaps?fieldValidation=Strict

{"metadata":{"name":"strict","nonsense":1},"data":{"a":"1","a":"2"},"more":{}}
---
POST /api/v1/namespaces/diff-errors/configmaps?fieldValidation=Warn

{"metadata":{"name":"warn","nonsense":1},"data":{"a":"1","a":"2"},"more":{}}
---
POST /api/v1/namespaces/diff-errors/configmaps?fieldValidation=Ignore

{"metadata":{"name":"ignore","nonsense":1},"data":{"a":"1","a":"2"},"more":{}}
---
POST /api/v1/namespaces/diff-errors/configmaps?fieldValidation=Nonsense

{"metadata":{"name":"a"}}
---
POST /api/v1/namespaces/diff-errors/configmaps?dryRun=Some

{"metadata":{"name":"a"}}
---
POST /api/v1/namespaces/diff-errors/configmaps?fieldManager=%01bad

{"metadata":{"name":"a"}}
---
POST /api/v1/namespaces/diff-errors/configmaps?fieldManager=0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789

{"metadata":{"name":"a"}}
---
POST /api/v1/namespaces/diff-errors/configmaps?timeout=nonsense

{"metadata":{"name":"a"}}
---
PUT /api/v1/namespaces/diff-errors/configmaps

{"metadata":{"name":"a"}}
---
PUT /api/v1/namespaces/diff-errors/configmaps/a

{"metadata":{"name":"a"}}
---
PUT /api/v1/namespaces/diff-errors/configmaps/warn

{"metadata":{"name":"other"}}
---
PUT /api/v1/namespaces/diff-errors/configmaps/warn

{"metadata":{"name":"warn","resourceVersion":"1"}}
---
PUT /api/v1/namespaces/diff-errors/configmaps/warn

{"metadata":{"name":"warn","resourceVersion":"nonsense"}}
---
PUT /api/v1/namespaces/diff-errors/configmaps/warn

{"metadata":{"name":"warn","uid":"11111111-2222-3333-4444-555555555555"}}
---
PATCH /api/v1/namespaces/diff-errors/configmaps/warn

{}
---
PATCH /api/v1/namespaces/diff-errors/configmaps/none
Content-Type: application/merge-patch+json

{}
---
PATCH /api/v1/namespaces/diff-errors/configmaps
Content-Type: application/merge-patch+json

{}
---
DELETE /api/v1/namespaces/diff-errors/configmaps/none
---
DELETE /api/v1/configmaps
---
DELETE /api/v1/namespaces/diff-errors/configmaps/warn

{"nonsense
---
DELETE /api/v1/namespaces/diff-errors/configmaps/warn?gracePeriodSeconds=nonsense
---
DELETE /api/v1/namespaces/diff-errors/configmaps/warn?propagationPolicy=Nonsense
---
DELETE /api/v1/namespaces/diff-errors/configmaps/warn

{"preconditions":{"uid":"11111111-2222-3333-4444-555555555555"}}
---
DELETE /api/v1/namespaces/diff-errors/configmaps/warn

{"preconditions":{"resourceVersion":"1"}}
---
DELETE /api/v1/namespaces/diff-errors/configmaps/warn

{"propagationPolicy":"Background","orphanDependents":true}
---
OPTIONS /api/v1/namespaces/diff-errors/configmaps
---
TRACE /api/v1/namespaces/diff-errors/configmaps
---
POST /api/v1/namespaces/diff-errors/pods

{"metadata":{"name":"bad"},"spec":{"serviceAccountName":"none","containers":[]}}
---
POST /api/v1/namespaces/diff-errors/serviceaccounts

{"metadata":{"name":"own"},"automountServiceAccountToken":false}
---
POST /api/v1/namespaces/diff-errors/pods

{"metadata":{"name":"bad"},"spec":{"serviceAccountName":"own","containers":[]}}
---
POST /api/v1/namespaces/diff-errors/pods

{"metadata":{"name":"bad"},"spec":{"serviceAccountName":"own","containers":[{"name":"A B","image":"","ports":[{"containerPort":99999,"protocol":"X"}],"resources":{"requests":{"cpu":"2"},"limits":{"cpu":"1"}}}],"restartPolicy":"Sometimes","dnsPolicy":"X"}}
---
POST /api/v1/namespaces/diff-errors/pods

{"metadata":{"name":"bad"},"spec":{"serviceAccountName":"own","containers":[{"name":"a","image":"b","resources":{"requests":{"cpu":"many"}}}]}}
---
POST /apis/apps/v1/namespaces/diff-errors/deployments

{"metadata":{"name":"bad"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"c"}},"spec":{"containers":[{"name":"a","image":"b"}]}}}}
---
POST /apis/apps/v1/namespaces/diff-errors/deployments

{"metadata":{"name":"bad"},"spec":{"replicas":-1,"selector":{},"template":{"spec":{"containers":[{"name":"a","image":"b"}]}}}}
---
POST /api/v1/namespaces/diff-errors/services

{"metadata":{"name":"bad"},"spec":{"type":"Nonsense","ports":[{"port":0}]}}
---
POST /api/v1/namespaces/diff-errors/services

{"metadata":{"name":"bad"},"spec":{"clusterIP":"1.2.3.4","ports":[{"port":80}]}}
---
POST /api/v1/namespaces/diff-errors/pods/none/eviction

{"metadata":{"name":"none"}}
---
POST /api/v1/namespaces/diff-errors/pods/none/binding

{"metadata":{"name":"none"},"target":{"kind":"Node","name":"n"}}
---
POST /api/v1/namespaces/diff-errors/serviceaccounts/own/token

{"spec":{"expirationSeconds":1}}
---
POST /api/v1/namespaces/diff-errors/serviceaccounts/none/token

{"spec":{}}
---
GET /api/v1/namespaces/diff-errors/pods/none/log
---
GET /api/v1/namespaces/diff-errors/pods/none/exec?command=ls
---
POST /apis/rbac.authorization.k8s.io/v1/namespaces/diff-errors/roles

{"metadata":{"name":"bad"},"rules":[{"verbs":[],"resources":["pods"]}]}
---
POST /apis/rbac.authorization.k8s.io/v1/namespaces/diff-errors/rolebindings

{"metadata":{"name":"bad"},"roleRef":{"kind":"Nonsense","name":"x"},"subjects":[{"kind":"User"}]}
---
POST /api/v1/namespaces/diff-errors/secrets

{"metadata":{"name":"bad"},"type":"kubernetes.io/tls","data":{"tls.crt":"YQ=="}}
---
POST /api/v1/namespaces/diff-errors/events

{"metadata":{"name":"bad"},"involvedObject":{"kind":"Pod","namespace":"other"}}
---
POST /apis/coordination.k8s.io/v1/namespaces/diff-errors/leases

{"metadata":{"name":"bad"},"spec":{"leaseDurationSeconds":-1}}
---
POST /api/v1/nodes

{"metadata":{"name":"bad node"}}
---
GET /api/v1/namespaces/diff-errors/configmaps?labelSelector=,,
---
GET /api/v1/namespaces/diff-errors/configmaps?labelSelector=a%20in%20(
---
GET /api/v1/namespaces/diff-errors/configmaps?fieldSelector=data.a%3D1
---
GET /api/v1/namespaces/diff-errors/pods?fieldSelector=spec.nonsense%3D1
---
GET /api/v1/namespaces/diff-errors/pods?fieldSelector=nonsense
---
GET /api/v1/namespaces/diff-errors/configmaps?limit=nonsense
---
GET /api/v1/namespaces/diff-errors/secrets?limit=-1
---
GET /api/v1/namespaces/diff-errors/configmaps?continue=nonsense
---
GET /api/v1/namespaces/diff-errors/configmaps?continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6NSwic3RhcnQiOiIifQ
---
GET /api/v1/namespaces/diff-errors/configmaps?resourceVersion=nonsense
---
GET /api/v1/namespaces/diff-errors/configmaps?resourceVersion=-1
---
GET /api/v1/namespaces/diff-errors/configmaps?resourceVersionMatch=Exact
---
GET /api/v1/namespaces/diff-errors/configmaps?resourceVersion=0&resourceVersionMatch=Exact
---
GET /api/v1/namespaces/diff-errors/configmaps?resourceVersion=0&resourceVersionMatch=Nonsense
---
GET /api/v1/namespaces/diff-errors/configmaps?resourceVersion=5&continue=x
---
GET /api/v1/namespaces/diff-errors/configmaps?resourceVersionMatch=NotOlderThan&resourceVersion=1&continue=x
---
GET /api/v1/namespaces/diff-errors/configmaps?sendInitialEvents=true
---
GET /api/v1/namespaces/diff-errors/configmaps?watch=1&sendInitialEvents=true
---
GET /api/v1/namespaces/diff-errors/configmaps?watch=1&sendInitialEvents=true&resourceVersionMatch=Exact&resourceVersion=1
---
GET /api/v1/namespaces/diff-errors/configmaps?watch=1&resourceVersionMatch=NotOlderThan
---
GET /api/v1/namespaces/diff-errors/secrets?watch=nonsense&timeoutSeconds=1
---
GET /api/v1/namespaces/diff-errors/configmaps?watch=1&resourceVersion=nonsense
---
GET /api/v1/namespaces/diff-errors/configmaps?watch=1&timeoutSeconds=nonsense
---
GET /api/v1/namespaces/diff-errors/configmaps/warn?resourceVersion=nonsense
---
GET /api/v1/namespaces/diff-errors/configmaps?resourceVersion=999999999
---
GET /api/v1/namespaces/diff-errors/configmaps
Accept: image/png
---
GET /api/v1/namespaces/diff-errors/configmaps
Accept: application/json;as=Nonsense;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-errors/configmaps
Accept: application/json;as=Table;g=meta.k8s.io;v=v9
---
GET /api/v1/namespaces/diff-errors/configmaps?watch=1&timeoutSeconds=1
Accept: application/yaml
---
GET /api/v1/namespaces/diff-errors/configmaps
Impersonate-User: nobody
---
GET /api/v1/namespaces/diff-errors/secrets/none
Impersonate-User: nobody
---
POST /api/v1/namespaces/diff-errors/configmaps
Impersonate-User: nobody

{"metadata":{"name":"a"}}
---
GET /api/v1/nodes
Impersonate-User: nobody
---
GET /apis/apps/v1/namespaces/diff-errors/deployments/a/scale
Impersonate-User: nobody
---
GET /metrics
Impersonate-User: nobody
---
GET /api/v1/namespaces
Impersonate-Group: a
---
DELETE /api/v1/namespaces/kube-system
---
DELETE /api/v1/namespaces/default
---
GET /api/v1/namespaces/diff-errors/secrets?fieldSelector=,,%3D
---
GET /api/v1/namespaces/diff-errors/secrets?labelSelector=%00
---
GET /api/v1/namespaces/diff-errors/secrets?continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTUsInN0YXJ0IjoieCJ9
---
PATCH /api/v1/namespaces/diff-errors/configmaps/warn
Content-Type: application/strategic-merge-patch+json

null
---
PATCH /api/v1/namespaces/diff-errors/configmaps/warn
Content-Type: application/strategic-merge-patch+json

{"metadata":{"$setElementOrder/finalizers":1,"finalizers":["a.b/c"]}}
---
POST /api/v1/namespaces/diff-errors/configmaps?fieldManager=rv0

{"metadata":{"name":"rv0","resourceVersion":"0"}}
