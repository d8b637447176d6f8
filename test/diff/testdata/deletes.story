# Deletes: finalizers, grace, preconditions, propagation.
POST /api/v1/namespaces

{"metadata":{"name":"diff-deletes"}}
---
POST /api/v1/namespaces/diff-deletes/configmaps

{"metadata":{"name":"a"}}
---
GET /api/v1/namespaces/diff-deletes/configmaps/a
$uid = metadata.uid
$rv = metadata.resourceVersion
---
DELETE /api/v1/namespaces/diff-deletes/configmaps/a?dryRun=All
---
DELETE /api/v1/namespaces/diff-deletes/configmaps/a

{"preconditions":{"uid":"${uid}","resourceVersion":"${rv}"}}
---
POST /api/v1/namespaces/diff-deletes/configmaps

{"metadata":{"name":"f","finalizers":["example.com/hold"]}}
---
DELETE /api/v1/namespaces/diff-deletes/configmaps/f
---
DELETE /api/v1/namespaces/diff-deletes/configmaps/f
---
PUT /api/v1/namespaces/diff-deletes/configmaps/f

{"metadata":{"name":"f","finalizers":["example.com/hold","example.com/more"]}}
---
PATCH /api/v1/namespaces/diff-deletes/configmaps/f
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
GET /api/v1/namespaces/diff-deletes/configmaps/f
---
POST /api/v1/namespaces/diff-deletes/configmaps

{"metadata":{"name":"g"}}
---
DELETE /api/v1/namespaces/diff-deletes/configmaps/g

{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Foreground"}
---
POST /api/v1/namespaces/diff-deletes/secrets

{"metadata":{"name":"h"}}
---
DELETE /api/v1/namespaces/diff-deletes/secrets/h?gracePeriodSeconds=5
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
POST /api/v1/namespaces/diff-deletes/serviceaccounts

{"metadata":{"name":"own"},"automountServiceAccountToken":false}
---
POST /api/v1/namespaces/diff-deletes/pods

{"metadata":{"name":"p"},"spec":{"schedulerName":"none","serviceAccountName":"own","containers":[{"name":"a","image":"one"}]}}
---
DELETE /api/v1/namespaces/diff-deletes/pods/p?dryRun=All
---
DELETE /api/v1/namespaces/diff-deletes/pods/p
---
POST /api/v1/namespaces/diff-deletes/pods

{"metadata":{"name":"q"},"spec":{"schedulerName":"none","serviceAccountName":"own","nodeName":"somewhere","containers":[{"name":"a","image":"one"}]}}
---
DELETE /api/v1/namespaces/diff-deletes/pods/q

{"gracePeriodSeconds":20}
---
DELETE /api/v1/namespaces/diff-deletes/pods/q

{"gracePeriodSeconds":10}
---
DELETE /api/v1/namespaces/diff-deletes/pods/q?gracePeriodSeconds=0
---
GET /api/v1/namespaces/diff-deletes/pods/q
---
POST /api/v1/namespaces/diff-deletes/configmaps

{"metadata":{"name":"x1","labels":{"set":"x"}}}
---
POST /api/v1/namespaces/diff-deletes/configmaps

{"metadata":{"name":"x2","labels":{"set":"x"}}}
---
DELETE /api/v1/namespaces/diff-deletes/configmaps?labelSelector=set%3Dx&dryRun=All
---
DELETE /api/v1/namespaces/diff-deletes/configmaps?labelSelector=set%3Dx
---
DELETE /api/v1/namespaces/diff-deletes/configmaps?labelSelector=set%3Dx
---
DELETE /api/v1/namespaces/diff-deletes/configmaps/gone

{"kind":"Nonsense","apiVersion":"v1"}
---
DELETE /api/v1/namespaces/diff-deletes/configmaps/gone
Content-Type: text/plain

hello
