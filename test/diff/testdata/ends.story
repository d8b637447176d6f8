# Deletes: collections, dry runs, preconditions, propagation, bodies and parameters.
POST /api/v1/namespaces

{"metadata":{"name":"diff-ends"}}
---
POST /api/v1/namespaces/diff-ends/configmaps

{"metadata":{"name":"a","labels":{"n":"a"}}}
---
POST /api/v1/namespaces/diff-ends/configmaps

{"metadata":{"name":"b","labels":{"n":"b"}}}
---
POST /api/v1/namespaces/diff-ends/configmaps

{"metadata":{"name":"c","labels":{"n":"c"}}}
---
POST /api/v1/namespaces/diff-ends/configmaps

{"metadata":{"name":"d","labels":{"n":"d"}}}
---
POST /api/v1/namespaces/diff-ends/configmaps

{"metadata":{"name":"e","labels":{"n":"e"}}}
---
POST /api/v1/namespaces/diff-ends/configmaps

{"metadata":{"name":"f","labels":{"n":"f"}}}
---
DELETE /api/v1/namespaces/diff-ends/configmaps?labelSelector=n%3Da&dryRun=All
---
DELETE /api/v1/namespaces/diff-ends/configmaps?fieldSelector=metadata.name%3Da&dryRun=All
---
DELETE /api/v1/namespaces/diff-ends/configmaps?limit=2&dryRun=All
---
DELETE /api/v1/namespaces/diff-ends/configmaps?labelSelector=((
---
DELETE /api/v1/namespaces/diff-ends/configmaps?fieldSelector=x%3Dy
---
DELETE /api/v1/namespaces/diff-ends/configmaps?resourceVersion=5
---
DELETE /api/v1/namespaces/diff-ends/configmaps?resourceVersionMatch=Exact
---
DELETE /api/v1/namespaces/diff-ends/configmaps?resourceVersion=0&dryRun=All
---
DELETE /api/v1/namespaces/diff-ends/configmaps?dryRun=Some
---
DELETE /api/v1/namespaces/diff-ends/configmaps?propagationPolicy=x
---
DELETE /api/v1/namespaces/diff-ends/configmaps?gracePeriodSeconds=x
---
DELETE /api/v1/namespaces/diff-ends/configmaps?gracePeriodSeconds=-1&dryRun=All
---
DELETE /api/v1/namespaces/diff-ends/configmaps?orphanDependents=true&propagationPolicy=Orphan
---
DELETE /api/v1/namespaces/diff-ends/configmaps?continue=x
---
DELETE /api/v1/namespaces/diff-ends/configmaps?watch=1
---
DELETE /api/v1/namespaces/diff-ends/configmaps?timeout=x
---
DELETE /api/v1/namespaces/diff-ends/configmaps?pretty=true&dryRun=All&labelSelector=n%3Da
---
DELETE /api/v1/namespaces/diff-ends/configmaps

{"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"],"preconditions":{"uid":"x"}}
---
DELETE /api/v1/namespaces/diff-ends/configmaps

{"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"resourceVersion":"1"}}
---
DELETE /api/v1/namespaces/diff-ends/configmaps

{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"x"}
---
DELETE /api/v1/namespaces/diff-ends/configmaps

{"kind":"Pod","apiVersion":"v1"}
---
DELETE /api/v1/namespaces/diff-ends/configmaps

{
---
DELETE /api/v1/namespaces/diff-ends/configmaps

[]
---
DELETE /api/v1/namespaces/diff-ends/configmaps?dryRun=All

{"kind":"DeleteOptions","apiVersion":"meta.k8s.io/v1","gracePeriodSeconds":5}
---
DELETE /api/v1/namespaces/diff-ends/configmaps?dryRun=All

{"gracePeriodSeconds":5,"unknown":1}
---
DELETE /api/v1/namespaces/diff-ends/configmaps?fieldSelector=metadata.name%3Db&propagationPolicy=Foreground
---
DELETE /api/v1/namespaces/diff-ends/configmaps?labelSelector=n%20in%20(b,c)
---
DELETE /api/v1/namespaces/diff-ends/configmaps?fieldSelector=metadata.name%3Dd

{"propagationPolicy":"Orphan"}
---
DELETE /api/v1/namespaces/diff-ends/configmaps?limit=1
---
GET /api/v1/namespaces/diff-ends/configmaps
Accept: application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1
---
POST /api/v1/namespaces/diff-ends/configmaps

{"metadata":{"name":"x","labels":{"n":"x"},"finalizers":["a.example.com/f"]}}
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x?dryRun=All
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x?dryRun=All&propagationPolicy=Foreground
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x?dryRun=All&propagationPolicy=Orphan
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x?dryRun=All&orphanDependents=true
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x?dryRun=All&orphanDependents=false
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x?orphanDependents=true&propagationPolicy=Background
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x?dryRun=All

{"propagationPolicy":"Background"}
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x?propagationPolicy=Foreground

{"dryRun":["All"]}
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x

{"dryRun":["All"],"preconditions":{"uid":"nonsense"}}
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x

{"dryRun":["All"],"preconditions":{"resourceVersion":"1"}}
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x

{"preconditions":{"uid":""}}
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x

{"apiVersion":"v1","kind":"DeleteOptions","dryRun":["All","All"]}
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x

{"apiVersion":"v2","kind":"DeleteOptions"}
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x

{"apiVersion":"apps/v1","kind":"DeleteOptions","dryRun":["All"]}
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x

{"apiVersion":"v1","kind":"ConfigMap"}
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x

"x"
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x

{"gracePeriodSeconds":"x"}
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x

{"orphanDependents":true,"propagationPolicy":"Orphan"}
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x?gracePeriodSeconds=0&dryRun=All
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x?gracePeriodSeconds=-1&dryRun=All
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x?ignoreStoreReadErrorWithClusterBreakingPotential=true
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x?ignoreStoreReadErrorWithClusterBreakingPotential=true&dryRun=All
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x?propagationPolicy=Foreground
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x?propagationPolicy=Orphan
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x?propagationPolicy=Background
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x
Content-Type: application/yaml

dryRun: [All]
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x
Content-Type: text/plain

x
---
DELETE /api/v1/namespaces/diff-ends/configmaps/x?dryRun=All
Content-Type: application/merge-patch+json

{}
---
PATCH /api/v1/namespaces/diff-ends/configmaps/x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":["a.example.com/f","b.example.com/g"]}}
---
PATCH /api/v1/namespaces/diff-ends/configmaps/x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":[]}}
---
GET /api/v1/namespaces/diff-ends/configmaps/x
---
POST /apis/apps/v1/namespaces/diff-ends/deployments

{"metadata":{"name":"o"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/deployments/o
---
GET /apis/apps/v1/namespaces/diff-ends/deployments/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/apps/v1/namespaces/diff-ends/deployments/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/deployments/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/apps/v1/namespaces/diff-ends/deployments

{"metadata":{"name":"o"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/deployments/o?propagationPolicy=Foreground
---
GET /apis/apps/v1/namespaces/diff-ends/deployments/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/apps/v1/namespaces/diff-ends/deployments/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/deployments/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/apps/v1/namespaces/diff-ends/deployments

{"metadata":{"name":"o"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/deployments/o?propagationPolicy=Orphan
---
GET /apis/apps/v1/namespaces/diff-ends/deployments/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/apps/v1/namespaces/diff-ends/deployments/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/deployments/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/apps/v1/namespaces/diff-ends/deployments

{"metadata":{"name":"o"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/deployments/o?propagationPolicy=Background
---
GET /apis/apps/v1/namespaces/diff-ends/deployments/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/apps/v1/namespaces/diff-ends/deployments/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/deployments/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/apps/v1/namespaces/diff-ends/deployments

{"metadata":{"name":"o"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/deployments/o?orphanDependents=true
---
GET /apis/apps/v1/namespaces/diff-ends/deployments/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/apps/v1/namespaces/diff-ends/deployments/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/deployments/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/apps/v1/namespaces/diff-ends/deployments

{"metadata":{"name":"o"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/deployments/o?orphanDependents=false
---
GET /apis/apps/v1/namespaces/diff-ends/deployments/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/apps/v1/namespaces/diff-ends/deployments/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/deployments/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/apps/v1/namespaces/diff-ends/deployments

{"metadata":{"name":"o"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/deployments/o?dryRun=All
---
GET /apis/apps/v1/namespaces/diff-ends/deployments/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/apps/v1/namespaces/diff-ends/deployments/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/deployments/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/apps/v1/namespaces/diff-ends/replicasets

{"metadata":{"name":"o"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/replicasets/o
---
GET /apis/apps/v1/namespaces/diff-ends/replicasets/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/apps/v1/namespaces/diff-ends/replicasets/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/replicasets/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/apps/v1/namespaces/diff-ends/replicasets

{"metadata":{"name":"o"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/replicasets/o?propagationPolicy=Foreground
---
GET /apis/apps/v1/namespaces/diff-ends/replicasets/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/apps/v1/namespaces/diff-ends/replicasets/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/replicasets/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/apps/v1/namespaces/diff-ends/replicasets

{"metadata":{"name":"o"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/replicasets/o?propagationPolicy=Orphan
---
GET /apis/apps/v1/namespaces/diff-ends/replicasets/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/apps/v1/namespaces/diff-ends/replicasets/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/replicasets/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/apps/v1/namespaces/diff-ends/replicasets

{"metadata":{"name":"o"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/replicasets/o?propagationPolicy=Background
---
GET /apis/apps/v1/namespaces/diff-ends/replicasets/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/apps/v1/namespaces/diff-ends/replicasets/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/replicasets/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/apps/v1/namespaces/diff-ends/replicasets

{"metadata":{"name":"o"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/replicasets/o?orphanDependents=true
---
GET /apis/apps/v1/namespaces/diff-ends/replicasets/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/apps/v1/namespaces/diff-ends/replicasets/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/replicasets/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/apps/v1/namespaces/diff-ends/replicasets

{"metadata":{"name":"o"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/replicasets/o?orphanDependents=false
---
GET /apis/apps/v1/namespaces/diff-ends/replicasets/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/apps/v1/namespaces/diff-ends/replicasets/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/replicasets/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/apps/v1/namespaces/diff-ends/replicasets

{"metadata":{"name":"o"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/replicasets/o?dryRun=All
---
GET /apis/apps/v1/namespaces/diff-ends/replicasets/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/apps/v1/namespaces/diff-ends/replicasets/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/apps/v1/namespaces/diff-ends/replicasets/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/batch/v1/namespaces/diff-ends/jobs

{"metadata":{"name":"o"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/batch/v1/namespaces/diff-ends/jobs/o
---
GET /apis/batch/v1/namespaces/diff-ends/jobs/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/batch/v1/namespaces/diff-ends/jobs/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/batch/v1/namespaces/diff-ends/jobs/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/batch/v1/namespaces/diff-ends/jobs

{"metadata":{"name":"o"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/batch/v1/namespaces/diff-ends/jobs/o?propagationPolicy=Foreground
---
GET /apis/batch/v1/namespaces/diff-ends/jobs/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/batch/v1/namespaces/diff-ends/jobs/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/batch/v1/namespaces/diff-ends/jobs/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/batch/v1/namespaces/diff-ends/jobs

{"metadata":{"name":"o"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/batch/v1/namespaces/diff-ends/jobs/o?propagationPolicy=Orphan
---
GET /apis/batch/v1/namespaces/diff-ends/jobs/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/batch/v1/namespaces/diff-ends/jobs/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/batch/v1/namespaces/diff-ends/jobs/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/batch/v1/namespaces/diff-ends/jobs

{"metadata":{"name":"o"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/batch/v1/namespaces/diff-ends/jobs/o?propagationPolicy=Background
---
GET /apis/batch/v1/namespaces/diff-ends/jobs/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/batch/v1/namespaces/diff-ends/jobs/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/batch/v1/namespaces/diff-ends/jobs/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/batch/v1/namespaces/diff-ends/jobs

{"metadata":{"name":"o"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/batch/v1/namespaces/diff-ends/jobs/o?orphanDependents=true
---
GET /apis/batch/v1/namespaces/diff-ends/jobs/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/batch/v1/namespaces/diff-ends/jobs/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/batch/v1/namespaces/diff-ends/jobs/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/batch/v1/namespaces/diff-ends/jobs

{"metadata":{"name":"o"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/batch/v1/namespaces/diff-ends/jobs/o?orphanDependents=false
---
GET /apis/batch/v1/namespaces/diff-ends/jobs/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/batch/v1/namespaces/diff-ends/jobs/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/batch/v1/namespaces/diff-ends/jobs/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /apis/batch/v1/namespaces/diff-ends/jobs

{"metadata":{"name":"o"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /apis/batch/v1/namespaces/diff-ends/jobs/o?dryRun=All
---
GET /apis/batch/v1/namespaces/diff-ends/jobs/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /apis/batch/v1/namespaces/diff-ends/jobs/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/batch/v1/namespaces/diff-ends/jobs/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/replicationcontrollers

{"metadata":{"name":"o"},"spec":{"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /api/v1/namespaces/diff-ends/replicationcontrollers/o
---
GET /api/v1/namespaces/diff-ends/replicationcontrollers/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/replicationcontrollers/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/replicationcontrollers/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/replicationcontrollers

{"metadata":{"name":"o"},"spec":{"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /api/v1/namespaces/diff-ends/replicationcontrollers/o?propagationPolicy=Foreground
---
GET /api/v1/namespaces/diff-ends/replicationcontrollers/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/replicationcontrollers/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/replicationcontrollers/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/replicationcontrollers

{"metadata":{"name":"o"},"spec":{"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /api/v1/namespaces/diff-ends/replicationcontrollers/o?propagationPolicy=Orphan
---
GET /api/v1/namespaces/diff-ends/replicationcontrollers/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/replicationcontrollers/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/replicationcontrollers/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/replicationcontrollers

{"metadata":{"name":"o"},"spec":{"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /api/v1/namespaces/diff-ends/replicationcontrollers/o?propagationPolicy=Background
---
GET /api/v1/namespaces/diff-ends/replicationcontrollers/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/replicationcontrollers/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/replicationcontrollers/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/replicationcontrollers

{"metadata":{"name":"o"},"spec":{"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /api/v1/namespaces/diff-ends/replicationcontrollers/o?orphanDependents=true
---
GET /api/v1/namespaces/diff-ends/replicationcontrollers/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/replicationcontrollers/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/replicationcontrollers/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/replicationcontrollers

{"metadata":{"name":"o"},"spec":{"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /api/v1/namespaces/diff-ends/replicationcontrollers/o?orphanDependents=false
---
GET /api/v1/namespaces/diff-ends/replicationcontrollers/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/replicationcontrollers/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/replicationcontrollers/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/replicationcontrollers

{"metadata":{"name":"o"},"spec":{"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
DELETE /api/v1/namespaces/diff-ends/replicationcontrollers/o?dryRun=All
---
GET /api/v1/namespaces/diff-ends/replicationcontrollers/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/replicationcontrollers/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/replicationcontrollers/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/pods

{"metadata":{"name":"o"},"spec":{"containers":[{"name":"c","image":"i"}]}}
---
DELETE /api/v1/namespaces/diff-ends/pods/o
---
GET /api/v1/namespaces/diff-ends/pods/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/pods/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/pods/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/pods

{"metadata":{"name":"o"},"spec":{"containers":[{"name":"c","image":"i"}]}}
---
DELETE /api/v1/namespaces/diff-ends/pods/o?propagationPolicy=Foreground
---
GET /api/v1/namespaces/diff-ends/pods/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/pods/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/pods/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/pods

{"metadata":{"name":"o"},"spec":{"containers":[{"name":"c","image":"i"}]}}
---
DELETE /api/v1/namespaces/diff-ends/pods/o?propagationPolicy=Orphan
---
GET /api/v1/namespaces/diff-ends/pods/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/pods/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/pods/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/pods

{"metadata":{"name":"o"},"spec":{"containers":[{"name":"c","image":"i"}]}}
---
DELETE /api/v1/namespaces/diff-ends/pods/o?propagationPolicy=Background
---
GET /api/v1/namespaces/diff-ends/pods/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/pods/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/pods/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/pods

{"metadata":{"name":"o"},"spec":{"containers":[{"name":"c","image":"i"}]}}
---
DELETE /api/v1/namespaces/diff-ends/pods/o?orphanDependents=true
---
GET /api/v1/namespaces/diff-ends/pods/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/pods/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/pods/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/pods

{"metadata":{"name":"o"},"spec":{"containers":[{"name":"c","image":"i"}]}}
---
DELETE /api/v1/namespaces/diff-ends/pods/o?orphanDependents=false
---
GET /api/v1/namespaces/diff-ends/pods/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/pods/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/pods/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/pods

{"metadata":{"name":"o"},"spec":{"containers":[{"name":"c","image":"i"}]}}
---
DELETE /api/v1/namespaces/diff-ends/pods/o?dryRun=All
---
GET /api/v1/namespaces/diff-ends/pods/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/pods/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/pods/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/services

{"metadata":{"name":"o"},"spec":{"ports":[{"port":80}]}}
---
DELETE /api/v1/namespaces/diff-ends/services/o
---
GET /api/v1/namespaces/diff-ends/services/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/services/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/services/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/services

{"metadata":{"name":"o"},"spec":{"ports":[{"port":80}]}}
---
DELETE /api/v1/namespaces/diff-ends/services/o?propagationPolicy=Foreground
---
GET /api/v1/namespaces/diff-ends/services/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/services/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/services/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/services

{"metadata":{"name":"o"},"spec":{"ports":[{"port":80}]}}
---
DELETE /api/v1/namespaces/diff-ends/services/o?propagationPolicy=Orphan
---
GET /api/v1/namespaces/diff-ends/services/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/services/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/services/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/services

{"metadata":{"name":"o"},"spec":{"ports":[{"port":80}]}}
---
DELETE /api/v1/namespaces/diff-ends/services/o?propagationPolicy=Background
---
GET /api/v1/namespaces/diff-ends/services/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/services/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/services/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/services

{"metadata":{"name":"o"},"spec":{"ports":[{"port":80}]}}
---
DELETE /api/v1/namespaces/diff-ends/services/o?orphanDependents=true
---
GET /api/v1/namespaces/diff-ends/services/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/services/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/services/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/services

{"metadata":{"name":"o"},"spec":{"ports":[{"port":80}]}}
---
DELETE /api/v1/namespaces/diff-ends/services/o?orphanDependents=false
---
GET /api/v1/namespaces/diff-ends/services/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/services/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/services/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/services

{"metadata":{"name":"o"},"spec":{"ports":[{"port":80}]}}
---
DELETE /api/v1/namespaces/diff-ends/services/o?dryRun=All
---
GET /api/v1/namespaces/diff-ends/services/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/services/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/services/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/persistentvolumeclaims

{"metadata":{"name":"o"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}
---
DELETE /api/v1/namespaces/diff-ends/persistentvolumeclaims/o
---
GET /api/v1/namespaces/diff-ends/persistentvolumeclaims/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/persistentvolumeclaims/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/persistentvolumeclaims/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/persistentvolumeclaims

{"metadata":{"name":"o"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}
---
DELETE /api/v1/namespaces/diff-ends/persistentvolumeclaims/o?propagationPolicy=Foreground
---
GET /api/v1/namespaces/diff-ends/persistentvolumeclaims/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/persistentvolumeclaims/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/persistentvolumeclaims/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/persistentvolumeclaims

{"metadata":{"name":"o"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}
---
DELETE /api/v1/namespaces/diff-ends/persistentvolumeclaims/o?propagationPolicy=Orphan
---
GET /api/v1/namespaces/diff-ends/persistentvolumeclaims/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/persistentvolumeclaims/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/persistentvolumeclaims/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/persistentvolumeclaims

{"metadata":{"name":"o"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}
---
DELETE /api/v1/namespaces/diff-ends/persistentvolumeclaims/o?propagationPolicy=Background
---
GET /api/v1/namespaces/diff-ends/persistentvolumeclaims/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/persistentvolumeclaims/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/persistentvolumeclaims/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/persistentvolumeclaims

{"metadata":{"name":"o"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}
---
DELETE /api/v1/namespaces/diff-ends/persistentvolumeclaims/o?orphanDependents=true
---
GET /api/v1/namespaces/diff-ends/persistentvolumeclaims/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/persistentvolumeclaims/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/persistentvolumeclaims/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/persistentvolumeclaims

{"metadata":{"name":"o"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}
---
DELETE /api/v1/namespaces/diff-ends/persistentvolumeclaims/o?orphanDependents=false
---
GET /api/v1/namespaces/diff-ends/persistentvolumeclaims/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/persistentvolumeclaims/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/persistentvolumeclaims/o?propagationPolicy=Background&gracePeriodSeconds=0
---
POST /api/v1/namespaces/diff-ends/persistentvolumeclaims

{"metadata":{"name":"o"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}
---
DELETE /api/v1/namespaces/diff-ends/persistentvolumeclaims/o?dryRun=All
---
GET /api/v1/namespaces/diff-ends/persistentvolumeclaims/o
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-ends/persistentvolumeclaims/o
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-ends/persistentvolumeclaims/o?propagationPolicy=Background&gracePeriodSeconds=0
---
DELETE /apis/batch/v1/namespaces/diff-ends/jobs
---
DELETE /apis/batch/v1/namespaces/diff-ends/jobs?propagationPolicy=Background
---
DELETE /api/v1/namespaces
---
DELETE /api/v1/namespaces/diff-ends/services?labelSelector=x%3Dy
---
DELETE /api/v1/namespaces/diff-ends/pods?gracePeriodSeconds=0
---
DELETE /api/v1/namespaces/diff-ends/events
---
DELETE /api/v1/events
---
DELETE /apis/scheduling.k8s.io/v1/priorityclasses/system-node-critical
---
DELETE /api/v1/namespaces/diff-ends?dryRun=All
---
DELETE /api/v1/namespaces/diff-ends

{"preconditions":{"uid":"x"}}
---
DELETE /api/v1/namespaces/diff-ends

{"preconditions":{"resourceVersion":"x"}}
---
DELETE /api/v1/namespaces/diff-ends
