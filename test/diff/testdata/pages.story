# Lists in pages and at revisions, watches from them: every combination of their parameters.
POST /api/v1/namespaces

{"metadata":{"name":"diff-pages"}}
---
POST /api/v1/namespaces/diff-pages/configmaps

{"metadata":{"name":"a","labels":{"n":"odd"}},"data":{"k":"a"}}
---
POST /api/v1/namespaces/diff-pages/configmaps

{"metadata":{"name":"b","labels":{"n":"even"}},"data":{"k":"b"}}
---
POST /api/v1/namespaces/diff-pages/configmaps

{"metadata":{"name":"c","labels":{"n":"odd"}},"data":{"k":"c"}}
---
POST /api/v1/namespaces/diff-pages/configmaps

{"metadata":{"name":"d","labels":{"n":"even"}},"data":{"k":"d"}}
---
POST /api/v1/namespaces/diff-pages/configmaps

{"metadata":{"name":"e","labels":{"n":"odd"}},"data":{"k":"e"}}
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2
$c1 = metadata.continue
$rv = metadata.resourceVersion
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=${c1}
$c2 = metadata.continue
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=${c2}
---
GET /api/v1/namespaces/diff-pages/configmaps?continue=${c1}
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=${c1}&resourceVersion=${rv}
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=${c1}&resourceVersion=0
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=${c1}&resourceVersionMatch=Exact&resourceVersion=${rv}
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=${c1}&resourceVersionMatch=NotOlderThan
---
GET /api/v1/namespaces/diff-pages/secrets?limit=2&continue=${c1}
---
GET /api/v1/namespaces/default/configmaps?limit=2&continue=${c1}
---
GET /api/v1/configmaps?limit=1&continue=${c1}&fieldSelector=metadata.namespace%3Ddiff-pages
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=${c1}&labelSelector=n%3Dodd
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=1&labelSelector=n%3Deven
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=1&fieldSelector=metadata.name%3Dc
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=0
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=5
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=500
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2
Accept: application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2
Accept: application/yaml
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhIn0
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjIiLCJydiI6MSwic3RhcnQiOiJhIn0
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MCwic3RhcnQiOiJhIn0
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTEsInN0YXJ0IjoiY1x1MDAwMCJ9
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6NSwic3RhcnQiOiIuLi94In0
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6OTk5OTk5OTk5LCJzdGFydCI6ImEifQ
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=eyJydiI6NX0
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6IngiLCJzdGFydCI6ImEifQ
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=WzFd
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=InRleHQi
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=!!!
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=e30
---
DELETE /api/v1/namespaces/diff-pages/configmaps/a
---
POST /api/v1/namespaces/diff-pages/configmaps

{"metadata":{"name":"bb"}}
---
GET /api/v1/namespaces/diff-pages/configmaps?limit=2&continue=${c1}
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=${rv}
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=${rv}&resourceVersionMatch=Exact
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=${rv}&resourceVersionMatch=NotOlderThan
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=0
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=0&resourceVersionMatch=NotOlderThan
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=0&resourceVersionMatch=Exact
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersionMatch=Exact
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersionMatch=NotOlderThan
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=&resourceVersionMatch=Exact
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersionMatch=
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=1&resourceVersionMatch=exact
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=${rv}&limit=2
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=${rv}&limit=2&resourceVersionMatch=Exact
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=0&limit=2
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=0&limit=2&resourceVersionMatch=NotOlderThan
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=01
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=+1
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=1.0
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=99999999999999999999
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=-5&resourceVersionMatch=Exact
---
GET /api/v1/namespaces/diff-pages/configmaps?sendInitialEvents=false
---
GET /api/v1/namespaces/diff-pages/configmaps?sendInitialEvents=true&resourceVersionMatch=NotOlderThan
---
GET /api/v1/namespaces/diff-pages/configmaps?allowWatchBookmarks=true
---
GET /api/v1/namespaces/diff-pages/configmaps?timeoutSeconds=5
---
GET /api/v1/namespaces/diff-pages/configmaps?timeoutSeconds=-1
---
GET /api/v1/namespaces/diff-pages/configmaps?timeoutSeconds=x
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=false
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=0
---
GET /api/v1/namespaces/diff-pages/configmaps?shardSelector=x
---
GET /api/v1/namespaces/diff-pages/configmaps?resourceVersion=999999999&timeoutSeconds=1
---
GET /api/v1/namespaces/diff-pages/configmaps/b?
---
GET /api/v1/namespaces/diff-pages/configmaps/b?resourceVersion=0
---
GET /api/v1/namespaces/diff-pages/configmaps/b?resourceVersion=${rv}
---
GET /api/v1/namespaces/diff-pages/configmaps/b?resourceVersion=nonsense
---
GET /api/v1/namespaces/diff-pages/configmaps/b?resourceVersion=-1
---
GET /api/v1/namespaces/diff-pages/configmaps/b?resourceVersion=0&resourceVersionMatch=Exact
---
GET /api/v1/namespaces/diff-pages/configmaps/b?resourceVersion=${rv}&resourceVersionMatch=Exact
---
GET /api/v1/namespaces/diff-pages/configmaps/b?limit=1&continue=x&labelSelector=((&fieldSelector=x%3D%3D&nonsense=1
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&resourceVersionMatch=Exact
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${rv}&resourceVersionMatch=NotOlderThan
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&sendInitialEvents=false
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=Exact
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&sendInitialEvents=true
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&sendInitialEvents=x
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=0&allowWatchBookmarks=true
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=${rv}
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&resourceVersion=${rv}
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&labelSelector=n%3Deven
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&limit=1
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&continue=x
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${rv}
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${rv}&labelSelector=n%3Dodd
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${rv}&fieldSelector=metadata.name%3Da
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&resourceVersion=999999999
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&resourceVersion=1&allowWatchBookmarks=x
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&fieldSelector=a%3Db
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&labelSelector=((
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&resourceVersion=99999999999999999999
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${rv}
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${rv}&includeObject=Object
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${rv}&includeObject=None
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${rv}&includeObject=x
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${rv}
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${rv}
Accept: application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1
Accept: application/yaml
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1
Accept: application/cbor
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1
Accept: text/html
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1
Accept: application/json;stream=watch
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1
Accept: application/json, */*
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=1&timeoutSeconds=1
Accept: application/json;as=Nonsense;g=meta.k8s.io;v=v1
---
GET /api/v1/watch/namespaces/diff-pages/configmaps?timeoutSeconds=1&resourceVersion=${rv}
---
GET /api/v1/watch/namespaces/diff-pages?timeoutSeconds=1
---
GET /api/v1/watch/namespaces/none/configmaps/x?timeoutSeconds=1
---
POST /api/v1/watch/namespaces/diff-pages/configmaps

{}
---
GET /api/v1/watch/nonsense?timeoutSeconds=1
---
GET /api/v1/watch
---
GET /apis/apps/v1/watch/deployments?timeoutSeconds=1&fieldSelector=metadata.namespace%3Ddiff-pages
---
GET /api/v1/namespaces/diff-pages/configmaps?watch=true&timeoutSeconds=0&resourceVersion=1&resourceVersionMatch=Exact
---
GET /api/v1/namespaces/diff-pages/pods?fieldSelector=spec.nodeName%3Dxyz
---
GET /api/v1/namespaces/diff-pages/pods?fieldSelector=spec.restartPolicy%3Dxyz
---
GET /api/v1/namespaces/diff-pages/pods?fieldSelector=spec.schedulerName%3Dxyz
---
GET /api/v1/namespaces/diff-pages/pods?fieldSelector=spec.serviceAccountName%3Dxyz
---
GET /api/v1/namespaces/diff-pages/pods?fieldSelector=spec.hostNetwork%3Dxyz
---
GET /api/v1/namespaces/diff-pages/pods?fieldSelector=status.phase%3Dxyz
---
GET /api/v1/namespaces/diff-pages/pods?fieldSelector=status.podIP%3Dxyz
---
GET /api/v1/namespaces/diff-pages/pods?fieldSelector=status.podIPs%3Dxyz
---
GET /api/v1/namespaces/diff-pages/pods?fieldSelector=status.nominatedNodeName%3Dxyz
---
GET /api/v1/namespaces/diff-pages/pods?fieldSelector=metadata.uid%3Dxyz
---
GET /api/v1/namespaces/diff-pages/pods?fieldSelector=spec.nodeName!%3Dxyz,metadata.name%3D%3Dnone
---
GET /api/v1/nodes?fieldSelector=spec.unschedulable%3Dxyz
---
GET /api/v1/nodes?fieldSelector=spec.unschedulable!%3Dxyz,metadata.name%3D%3Dnone
---
GET /api/v1/namespaces?fieldSelector=status.phase%3Dxyz
---
GET /api/v1/namespaces?fieldSelector=status.phase!%3Dxyz,metadata.name%3D%3Dnone
---
GET /api/v1/namespaces/diff-pages/events?fieldSelector=involvedObject.kind%3Dxyz
---
GET /api/v1/namespaces/diff-pages/events?fieldSelector=involvedObject.namespace%3Dxyz
---
GET /api/v1/namespaces/diff-pages/events?fieldSelector=involvedObject.name%3Dxyz
---
GET /api/v1/namespaces/diff-pages/events?fieldSelector=involvedObject.uid%3Dxyz
---
GET /api/v1/namespaces/diff-pages/events?fieldSelector=involvedObject.apiVersion%3Dxyz
---
GET /api/v1/namespaces/diff-pages/events?fieldSelector=involvedObject.resourceVersion%3Dxyz
---
GET /api/v1/namespaces/diff-pages/events?fieldSelector=involvedObject.fieldPath%3Dxyz
---
GET /api/v1/namespaces/diff-pages/events?fieldSelector=reason%3Dxyz
---
GET /api/v1/namespaces/diff-pages/events?fieldSelector=reportingComponent%3Dxyz
---
GET /api/v1/namespaces/diff-pages/events?fieldSelector=source%3Dxyz
---
GET /api/v1/namespaces/diff-pages/events?fieldSelector=type%3Dxyz
---
GET /api/v1/namespaces/diff-pages/events?fieldSelector=involvedObject.kind!%3Dxyz,metadata.name%3D%3Dnone
---
GET /api/v1/namespaces/diff-pages/replicationcontrollers?fieldSelector=status.replicas%3Dxyz
---
GET /api/v1/namespaces/diff-pages/replicationcontrollers?fieldSelector=status.replicas!%3Dxyz,metadata.name%3D%3Dnone
---
GET /api/v1/namespaces/diff-pages/secrets?fieldSelector=type%3Dxyz
---
GET /api/v1/namespaces/diff-pages/secrets?fieldSelector=type!%3Dxyz,metadata.name%3D%3Dnone
---
GET /api/v1/namespaces/diff-pages/services?fieldSelector=spec.clusterIP%3Dxyz
---
GET /api/v1/namespaces/diff-pages/services?fieldSelector=spec.type%3Dxyz
---
GET /api/v1/namespaces/diff-pages/services?fieldSelector=spec.clusterIP!%3Dxyz,metadata.name%3D%3Dnone
---
GET /api/v1/persistentvolumes?fieldSelector=name%3Dxyz
---
GET /api/v1/persistentvolumes?fieldSelector=status.phase%3Dxyz
---
GET /api/v1/persistentvolumes?fieldSelector=name!%3Dxyz,metadata.name%3D%3Dnone
---
GET /api/v1/namespaces/diff-pages/persistentvolumeclaims?fieldSelector=name%3Dxyz
---
GET /api/v1/namespaces/diff-pages/persistentvolumeclaims?fieldSelector=status.phase%3Dxyz
---
GET /api/v1/namespaces/diff-pages/persistentvolumeclaims?fieldSelector=name!%3Dxyz,metadata.name%3D%3Dnone
---
GET /api/v1/namespaces/diff-pages/serviceaccounts?fieldSelector=name%3Dxyz
---
GET /api/v1/namespaces/diff-pages/serviceaccounts?fieldSelector=name!%3Dxyz,metadata.name%3D%3Dnone
---
GET /api/v1/namespaces/diff-pages/resourcequotas?fieldSelector=x%3Dxyz
---
GET /api/v1/namespaces/diff-pages/resourcequotas?fieldSelector=x!%3Dxyz,metadata.name%3D%3Dnone
---
GET /api/v1/namespaces/diff-pages/configmaps?fieldSelector=name%3Dxyz
---
GET /api/v1/namespaces/diff-pages/configmaps?fieldSelector=name!%3Dxyz,metadata.name%3D%3Dnone
---
GET /apis/apps/v1/namespaces/diff-pages/deployments?fieldSelector=status.replicas%3Dxyz
---
GET /apis/apps/v1/namespaces/diff-pages/replicasets?fieldSelector=status.replicas%3Dxyz
---
GET /apis/batch/v1/namespaces/diff-pages/jobs?fieldSelector=status.successful%3Dxyz
---
GET /apis/events.k8s.io/v1/namespaces/diff-pages/events?fieldSelector=regarding.kind%3Dxyz
---
GET /apis/events.k8s.io/v1/namespaces/diff-pages/events?fieldSelector=reportingController%3Dxyz
---
GET /apis/certificates.k8s.io/v1/certificatesigningrequests?fieldSelector=spec.signerName%3Dxyz
---
GET /apis/resource.k8s.io/v1/resourceslices?fieldSelector=spec.nodeName%3Dxyz
---
GET /apis/resource.k8s.io/v1/resourceslices?fieldSelector=spec.driver%3Dxyz
---
GET /apis/networking.k8s.io/v1/ipaddresses?fieldSelector=spec.parentRef%3Dxyz
---
GET /apis/storage.k8s.io/v1/storageclasses?fieldSelector=provisioner%3Dxyz
---
GET /apis/coordination.k8s.io/v1/leases?fieldSelector=spec.holderIdentity%3Dxyz
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldSelector=spec.group%3Dxyz
---
GET /apis/policy/v1/poddisruptionbudgets?fieldSelector=x%3Dxyz
---
GET /apis/networking.k8s.io/v1/ingresses?fieldSelector=x%3Dxyz
---
GET /apis/autoscaling/v1/horizontalpodautoscalers?fieldSelector=x%3Dxyz
---
GET /apis/discovery.k8s.io/v1/endpointslices?fieldSelector=x%3Dxyz
---
GET /apis/rbac.authorization.k8s.io/v1/clusterroles?fieldSelector=x%3Dxyz
---
GET /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations?fieldSelector=x%3Dxyz
---
GET /apis/node.k8s.io/v1/runtimeclasses?fieldSelector=handler%3Dxyz
---
GET /apis/certificates.k8s.io/v1beta1/clustertrustbundles?fieldSelector=spec.signerName%3Dxyz
---
GET /api/v1/configmaps?fieldSelector=metadata.namespace%3Ddiff-pages,metadata.name%3Dc
---
GET /api/v1/namespaces/diff-pages/configmaps?fieldSelector=metadata.namespace%3Dother
---
GET /api/v1/namespaces/diff-pages/configmaps/b?fieldSelector=metadata.name%3Dz
---
GET /api/v1/namespaces/diff-pages/configmaps?fieldSelector=metadata.name%3Da,metadata.name%3Db
---
GET /api/v1/namespaces/diff-pages/configmaps?fieldSelector=metadata.name
---
GET /api/v1/namespaces/diff-pages/configmaps?fieldSelector=metadata.name%3Da%5C,b
---
GET /api/v1/namespaces/diff-pages/configmaps?labelSelector=n
---
GET /api/v1/namespaces/diff-pages/configmaps?labelSelector=!n
---
GET /api/v1/namespaces/diff-pages/configmaps?labelSelector=n%20notin%20(odd)
---
GET /api/v1/namespaces/diff-pages/configmaps?labelSelector=n%3E1
---
GET /api/v1/namespaces/diff-pages/configmaps?labelSelector=n%20gt%201
---
GET /api/v1/namespaces/diff-pages/configmaps?labelSelector=a/b/c%3Dd
---
GET /api/v1/namespaces/diff-pages/configmaps?labelSelector=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx%3D1
---
GET /api/v1/namespaces/diff-pages/configmaps?labelSelector=n%3Dodd,n%3Deven
---
DELETE /api/v1/namespaces/diff-pages
