# Names: generated ones, their collisions and limits.
POST /api/v1/namespaces

{"metadata":{"name":"diff-names"}}
---
POST /api/v1/namespaces/diff-names/configmaps

{"metadata":{"generateName":""}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"${repeat 253 a}$"}}
---
POST /api/v1/namespaces?dryRun=All

{"metadata":{"name":"${repeat 253 a}$"}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All

{"metadata":{"name":"${repeat 253 a}$"}}
---
POST /api/v1/namespaces/diff-names/services?dryRun=All

{"metadata":{"name":"${repeat 253 a}$"},"spec":{"ports":[{"port":1}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"${repeat 254 a}$"}}
---
POST /api/v1/namespaces?dryRun=All

{"metadata":{"name":"${repeat 254 a}$"}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All

{"metadata":{"name":"${repeat 254 a}$"}}
---
POST /api/v1/namespaces/diff-names/services?dryRun=All

{"metadata":{"name":"${repeat 254 a}$"},"spec":{"ports":[{"port":1}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"a.b"}}
---
POST /api/v1/namespaces?dryRun=All

{"metadata":{"name":"a.b"}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All

{"metadata":{"name":"a.b"}}
---
POST /api/v1/namespaces/diff-names/services?dryRun=All

{"metadata":{"name":"a.b"},"spec":{"ports":[{"port":1}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"a..b"}}
---
POST /api/v1/namespaces?dryRun=All

{"metadata":{"name":"a..b"}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All

{"metadata":{"name":"a..b"}}
---
POST /api/v1/namespaces/diff-names/services?dryRun=All

{"metadata":{"name":"a..b"},"spec":{"ports":[{"port":1}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"-a"}}
---
POST /api/v1/namespaces?dryRun=All

{"metadata":{"name":"-a"}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All

{"metadata":{"name":"-a"}}
---
POST /api/v1/namespaces/diff-names/services?dryRun=All

{"metadata":{"name":"-a"},"spec":{"ports":[{"port":1}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"a-"}}
---
POST /api/v1/namespaces?dryRun=All

{"metadata":{"name":"a-"}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All

{"metadata":{"name":"a-"}}
---
POST /api/v1/namespaces/diff-names/services?dryRun=All

{"metadata":{"name":"a-"},"spec":{"ports":[{"port":1}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"A"}}
---
POST /api/v1/namespaces?dryRun=All

{"metadata":{"name":"A"}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All

{"metadata":{"name":"A"}}
---
POST /api/v1/namespaces/diff-names/services?dryRun=All

{"metadata":{"name":"A"},"spec":{"ports":[{"port":1}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"a_b"}}
---
POST /api/v1/namespaces?dryRun=All

{"metadata":{"name":"a_b"}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All

{"metadata":{"name":"a_b"}}
---
POST /api/v1/namespaces/diff-names/services?dryRun=All

{"metadata":{"name":"a_b"},"spec":{"ports":[{"port":1}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"a/b"}}
---
POST /api/v1/namespaces?dryRun=All

{"metadata":{"name":"a/b"}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All

{"metadata":{"name":"a/b"}}
---
POST /api/v1/namespaces/diff-names/services?dryRun=All

{"metadata":{"name":"a/b"},"spec":{"ports":[{"port":1}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"a%b"}}
---
POST /api/v1/namespaces?dryRun=All

{"metadata":{"name":"a%b"}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All

{"metadata":{"name":"a%b"}}
---
POST /api/v1/namespaces/diff-names/services?dryRun=All

{"metadata":{"name":"a%b"},"spec":{"ports":[{"port":1}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"."}}
---
POST /api/v1/namespaces?dryRun=All

{"metadata":{"name":"."}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All

{"metadata":{"name":"."}}
---
POST /api/v1/namespaces/diff-names/services?dryRun=All

{"metadata":{"name":"."},"spec":{"ports":[{"port":1}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":".."}}
---
POST /api/v1/namespaces?dryRun=All

{"metadata":{"name":".."}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All

{"metadata":{"name":".."}}
---
POST /api/v1/namespaces/diff-names/services?dryRun=All

{"metadata":{"name":".."},"spec":{"ports":[{"port":1}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"ä"}}
---
POST /api/v1/namespaces?dryRun=All

{"metadata":{"name":"ä"}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All

{"metadata":{"name":"ä"}}
---
POST /api/v1/namespaces/diff-names/services?dryRun=All

{"metadata":{"name":"ä"},"spec":{"ports":[{"port":1}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"a b"}}
---
POST /api/v1/namespaces?dryRun=All

{"metadata":{"name":"a b"}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All

{"metadata":{"name":"a b"}}
---
POST /api/v1/namespaces/diff-names/services?dryRun=All

{"metadata":{"name":"a b"},"spec":{"ports":[{"port":1}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"1"}}
---
POST /api/v1/namespaces?dryRun=All

{"metadata":{"name":"1"}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All

{"metadata":{"name":"1"}}
---
POST /api/v1/namespaces/diff-names/services?dryRun=All

{"metadata":{"name":"1"},"spec":{"ports":[{"port":1}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"${repeat 64 a}$.${repeat 64 b}$"}}
---
POST /api/v1/namespaces?dryRun=All

{"metadata":{"name":"${repeat 64 a}$.${repeat 64 b}$"}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All

{"metadata":{"name":"${repeat 64 a}$.${repeat 64 b}$"}}
---
POST /api/v1/namespaces/diff-names/services?dryRun=All

{"metadata":{"name":"${repeat 64 a}$.${repeat 64 b}$"},"spec":{"ports":[{"port":1}]}}
---
POST /api/v1/namespaces/diff-names/configmaps

{"metadata":{"name":"both","generateName":"gen-"}}
---
POST /api/v1/namespaces/diff-names/configmaps

{"metadata":{"name":"both","generateName":"gen-"}}
---
POST /api/v1/namespaces/diff-names/configmaps

{"metadata":{"name":"noname","generateName":5}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both

{"metadata":{"name":"both","generateName":"other-"}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both

{"metadata":{"name":"","generateName":"other-"}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both

{"metadata":{"name":"another"}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both

{"metadata":{"name":"both","namespace":"other"}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both

{"metadata":{"name":"both","namespace":""}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both

{"metadata":{"name":"both","uid":"7"}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both

{"metadata":{"name":"both","creationTimestamp":"2001-01-01T00:00:00Z","deletionTimestamp":"2001-01-01T00:00:00Z","deletionGracePeriodSeconds":5,"generation":7,"selfLink":"x"}}
---
POST /api/v1/namespaces/diff-names/configmaps

{"metadata":{"name":"stamped","uid":"7","creationTimestamp":"2001-01-01T00:00:00Z","deletionTimestamp":"2001-01-01T00:00:00Z","deletionGracePeriodSeconds":5,"generation":7,"selfLink":"x"}}
---
POST /api/v1/namespaces/diff-names/configmaps

{"metadata":{"name":"other","namespace":"elsewhere"}}
---
POST /api/v1/nodes?dryRun=All

{"metadata":{"name":"n","namespace":"x"}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","labels":{"a/b/c":"d"}}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","labels":{"a/b/c":"d"}}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"a/b/c":"d"}}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","labels":{"":"d"}}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","labels":{"":"d"}}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"":"d"}}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","labels":{"a":"-"}}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","labels":{"a":"-"}}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"a":"-"}}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","labels":{"a":"${repeat 64 x}$"}}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","labels":{"a":"${repeat 64 x}$"}}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"a":"${repeat 64 x}$"}}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","labels":{"${repeat 254 x}$/a":"x"}}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","labels":{"${repeat 254 x}$/a":"x"}}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"${repeat 254 x}$/a":"x"}}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","annotations":{"A_b/c":"d"}}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","annotations":{"A_b/c":"d"}}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"A_b/c":"d"}}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","annotations":{"a":"${repeat 262145 x}$"}}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","annotations":{"a":"${repeat 262145 x}$"}}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"${repeat 262145 x}$"}}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","annotations":{"a b":"c"}}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","annotations":{"a b":"c"}}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a b":"c"}}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","finalizers":["x"]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","finalizers":["x"]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":["x"]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","finalizers":["a/b","a/b"]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","finalizers":["a/b","a/b"]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":["a/b","a/b"]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","finalizers":["foregroundDeletion","orphan"]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","finalizers":["foregroundDeletion","orphan"]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":["foregroundDeletion","orphan"]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","finalizers":["kubernetes"]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","finalizers":["kubernetes"]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":["kubernetes"]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","finalizers":[""]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","finalizers":[""]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":[""]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","ownerReferences":[{}]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","ownerReferences":[{}]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"ownerReferences":[{}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u"},{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u"}]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u"},{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u"}]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u"},{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u"}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u","controller":true},{"apiVersion":"v1","kind":"Pod","name":"q","uid":"v","controller":true}]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u","controller":true},{"apiVersion":"v1","kind":"Pod","name":"q","uid":"v","controller":true}]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u","controller":true},{"apiVersion":"v1","kind":"Pod","name":"q","uid":"v","controller":true}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","ownerReferences":[{"apiVersion":"v1","kind":"Event","name":"p","uid":"u"}]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","ownerReferences":[{"apiVersion":"v1","kind":"Event","name":"p","uid":"u"}]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Event","name":"p","uid":"u"}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","ownerReferences":[{"apiVersion":"a/b/c","kind":"Pod","name":"p","uid":"u"}]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","ownerReferences":[{"apiVersion":"a/b/c","kind":"Pod","name":"p","uid":"u"}]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"ownerReferences":[{"apiVersion":"a/b/c","kind":"Pod","name":"p","uid":"u"}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","managedFields":[{}]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","managedFields":[{}]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"managedFields":[{}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","managedFields":[{"manager":"m","operation":"Nonsense"}]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","managedFields":[{"manager":"m","operation":"Nonsense"}]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"managedFields":[{"manager":"m","operation":"Nonsense"}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","managedFields":[{"manager":"m","operation":"Update","fieldsType":"x"}]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","managedFields":[{"manager":"m","operation":"Update","fieldsType":"x"}]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"managedFields":[{"manager":"m","operation":"Update","fieldsType":"x"}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","managedFields":[{"manager":"m","operation":"Apply","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:data":{}}}]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","managedFields":[{"manager":"m","operation":"Apply","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:data":{}}}]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"managedFields":[{"manager":"m","operation":"Apply","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:data":{}}}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","managedFields":[{"manager":"m","operation":"Update","apiVersion":"v9","fieldsType":"FieldsV1","fieldsV1":{"f:data":{}}}]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","managedFields":[{"manager":"m","operation":"Update","apiVersion":"v9","fieldsType":"FieldsV1","fieldsV1":{"f:data":{}}}]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"managedFields":[{"manager":"m","operation":"Update","apiVersion":"v9","fieldsType":"FieldsV1","fieldsV1":{"f:data":{}}}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","managedFields":[{"manager":"m","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"bad":{}}}]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","managedFields":[{"manager":"m","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"bad":{}}}]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"managedFields":[{"manager":"m","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"bad":{}}}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","managedFields":[{"manager":"m","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":7}]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","managedFields":[{"manager":"m","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":7}]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"managedFields":[{"manager":"m","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":7}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","managedFields":[{"manager":"${repeat 129 m}$","operation":"Update","apiVersion":"v1"}]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","managedFields":[{"manager":"${repeat 129 m}$","operation":"Update","apiVersion":"v1"}]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"managedFields":[{"manager":"${repeat 129 m}$","operation":"Update","apiVersion":"v1"}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","managedFields":[{"manager":"m","operation":"Update","apiVersion":"v1","subresource":"${repeat 257 s}$"}]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","managedFields":[{"manager":"m","operation":"Update","apiVersion":"v1","subresource":"${repeat 257 s}$"}]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"managedFields":[{"manager":"m","operation":"Update","apiVersion":"v1","subresource":"${repeat 257 s}$"}]}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","managedFields":null}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","managedFields":null}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"managedFields":null}}
---
POST /api/v1/namespaces/diff-names/configmaps?dryRun=All

{"metadata":{"name":"m","managedFields":[]}}
---
PUT /api/v1/namespaces/diff-names/configmaps/both?dryRun=All

{"metadata":{"name":"both","managedFields":[]}}
---
PATCH /api/v1/namespaces/diff-names/configmaps/both?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"managedFields":[]}}
