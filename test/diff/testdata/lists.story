# Lists, pages, watches, selectors, tables.
POST /api/v1/namespaces

{"metadata":{"name":"diff-lists"}}
---
POST /api/v1/namespaces/diff-lists/secrets

{"metadata":{"name":"a","labels":{"n":"1","odd":"true"}},"type":"example.com/one"}
---
POST /api/v1/namespaces/diff-lists/secrets

{"metadata":{"name":"b","labels":{"n":"2"}},"data":{"x":"eQ=="}}
---
POST /api/v1/namespaces/diff-lists/secrets

{"metadata":{"name":"c","labels":{"n":"3","odd":"true"}}}
---
GET /api/v1/namespaces/diff-lists/secrets
$rv = metadata.resourceVersion
---
GET /api/v1/namespaces/diff-lists/secrets?labelSelector=odd
---
GET /api/v1/namespaces/diff-lists/secrets?labelSelector=n%20in%20(1,2),!odd
---
GET /api/v1/namespaces/diff-lists/secrets?fieldSelector=type%3Dexample.com/one
---
GET /api/v1/namespaces/diff-lists/secrets?fieldSelector=metadata.name!%3Da
---
GET /api/v1/namespaces/diff-lists/secrets?limit=2
$token = metadata.continue
---
GET /api/v1/namespaces/diff-lists/secrets?limit=2&continue=${token}
---
GET /api/v1/namespaces/diff-lists/secrets?limit=2&labelSelector=odd
---
GET /api/v1/namespaces/diff-lists/secrets?limit=10
---
GET /api/v1/namespaces/diff-lists/secrets?resourceVersion=0
---
GET /api/v1/namespaces/diff-lists/secrets?resourceVersion=${rv}&resourceVersionMatch=Exact
---
GET /api/v1/namespaces/diff-lists/secrets?resourceVersion=${rv}&resourceVersionMatch=NotOlderThan&limit=1
---
GET /api/v1/namespaces/diff-lists/secrets
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-lists/secrets?includeObject=None
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-lists/secrets?includeObject=Object
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-lists/secrets?includeObject=Nonsense
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-lists/secrets/a
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-lists/secrets/a
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-lists/secrets
Accept: application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-lists/secrets
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-lists/secrets/a
Accept: application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-lists/secrets/a
Accept: application/yaml
---
GET /api/v1/namespaces/diff-lists/secrets/none
Accept: application/yaml
---
GET /api/v1/namespaces/diff-lists/secrets/none
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-lists/secrets?watch=1&timeoutSeconds=1&resourceVersion=0
---
GET /api/v1/namespaces/diff-lists/secrets?watch=1&timeoutSeconds=1&resourceVersion=${rv}
---
GET /api/v1/namespaces/diff-lists/secrets?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Da
---
GET /api/v1/namespaces/diff-lists/secrets?watch=1&timeoutSeconds=1&resourceVersion=0
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-lists/secrets?watch=1&timeoutSeconds=1&resourceVersion=0
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-lists/secrets?watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true
---
GET /api/v1/watch/namespaces/diff-lists/secrets?timeoutSeconds=1
---
GET /api/v1/watch/namespaces/diff-lists/secrets/a?timeoutSeconds=1
---
GET /api/v1/namespaces/diff-lists/secrets/a?watch=1&timeoutSeconds=1
---
GET /api/v1/namespaces/diff-lists/secrets?watch=1&resourceVersion=1&timeoutSeconds=1
---
PATCH /api/v1/namespaces/diff-lists/secrets/a
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"odd":null}}}
---
DELETE /api/v1/namespaces/diff-lists/secrets/c
---
GET /api/v1/namespaces/diff-lists/secrets?watch=1&timeoutSeconds=1&resourceVersion=${rv}&labelSelector=odd
---
GET /api/v1/namespaces/diff-lists/secrets?watch=1&timeoutSeconds=1&resourceVersion=${rv}
---
GET /api/v1/namespaces/diff-lists/secrets?resourceVersion=${rv}&resourceVersionMatch=Exact
---
HEAD /api/v1/namespaces/diff-lists/secrets/a
---
GET /api/v1/namespaces/diff-lists/pods
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/apps/v1/namespaces/diff-lists/deployments
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/apps/v1/namespaces/diff-lists/replicasets
Accept: application/json;as=Table;g=meta.k8s.io;v=v1beta1
---
GET /api/v1/namespaces/diff-lists/services
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/nodes
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-lists/events
Accept: application/json;as=Table;g=meta.k8s.io;v=v1,application/json
---
GET /apis/batch/v1/namespaces/diff-lists/jobs
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/batch/v1/namespaces/diff-lists/cronjobs
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/apps/v1/namespaces/diff-lists/statefulsets
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/apps/v1/namespaces/diff-lists/daemonsets
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/networking.k8s.io/v1/namespaces/diff-lists/ingresses
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/autoscaling/v2/namespaces/diff-lists/horizontalpodautoscalers
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/persistentvolumes
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/storage.k8s.io/v1/storageclasses
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/scheduling.k8s.io/v1/priorityclasses?fieldSelector=metadata.name%3Dsystem-node-critical
---
GET /api/v1/namespaces/diff-lists/resourcequotas
---
GET /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations
---
GET /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/catch-all
---
GET /apis/rbac.authorization.k8s.io/v1/clusterroles/cluster-admin
---
GET /apis/networking.k8s.io/v1/servicecidrs/kubernetes
---
GET /apis/apiregistration.k8s.io/v1/apiservices/v1.apps
---
GET /apis/apiregistration.k8s.io/v1/apiservices
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication
