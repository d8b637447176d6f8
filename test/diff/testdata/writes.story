# Creation, update, patches, dry run.
POST /api/v1/namespaces

{"metadata":{"name":"diff-writes","labels":{"a":"b"}}}
---
POST /api/v1/namespaces/diff-writes/configmaps

{"metadata":{"name":"a","labels":{"x":"y"}},"data":{"k":"v"}}
---
POST /api/v1/namespaces/diff-writes/configmaps

{"metadata":{"name":"b","labels":{"x":"y"}},"data":{"k":"v"}}
---
POST /api/v1/namespaces/diff-writes/configmaps

{"metadata":{"name":"b"}}
---
POST /api/v1/namespaces/diff-writes/configmaps?dryRun=All

{"metadata":{"name":"dry"}}
---
GET /api/v1/namespaces/diff-writes/configmaps/dry
---
POST /api/v1/namespaces/diff-writes/configmaps?pretty=true

{"metadata":{"name":"pretty","namespace":"diff-writes"},"immutable":true,"data":{"a":"1"}}
---
PUT /api/v1/namespaces/diff-writes/configmaps/pretty

{"metadata":{"name":"pretty"},"immutable":true,"data":{"a":"2"}}
---
GET /api/v1/namespaces/diff-writes/configmaps/b
$rv = metadata.resourceVersion
$uid = metadata.uid
---
PUT /api/v1/namespaces/diff-writes/configmaps/b

{"metadata":{"name":"b","resourceVersion":"${rv}"},"data":{"k":"w"}}
---
PUT /api/v1/namespaces/diff-writes/configmaps/b

{"metadata":{"name":"b","resourceVersion":"${rv}"},"data":{"k":"z"}}
---
PUT /api/v1/namespaces/diff-writes/configmaps/b?fieldManager=other

{"metadata":{"name":"b","uid":"${uid}"},"data":{"k":"z"}}
---
PUT /api/v1/namespaces/diff-writes/configmaps/b?fieldManager=other

{"metadata":{"name":"b"},"data":{"k":"z"}}
---
PATCH /api/v1/namespaces/diff-writes/configmaps/b?fieldManager=merge
Content-Type: application/merge-patch+json

{"data":{"k":null,"m":"1"},"metadata":{"labels":{"n":"o"}}}
---
PATCH /api/v1/namespaces/diff-writes/configmaps/b?fieldManager=json
Content-Type: application/json-patch+json

[{"op":"test","path":"/data/m","value":"1"},{"op":"replace","path":"/data/m","value":"2"},{"op":"add","path":"/data/n","value":"3"}]
---
PATCH /api/v1/namespaces/diff-writes/configmaps/b
Content-Type: application/json-patch+json

[{"op":"test","path":"/data/m","value":"1"}]
---
PATCH /api/v1/namespaces/diff-writes/configmaps/b
Content-Type: application/json-patch+json

[{"op":"remove","path":"/data/none"}]
---
PATCH /api/v1/namespaces/diff-writes/configmaps/b
Content-Type: application/json-patch+json

{"op":"remove"}
---
PATCH /api/v1/namespaces/diff-writes/configmaps/b
Content-Type: application/json-patch+json

[{"op":"nonsense","path":"/data/a"}]
---
PATCH /api/v1/namespaces/diff-writes/configmaps/b
Content-Type: application/merge-patch+json

[]
---
PATCH /api/v1/namespaces/diff-writes/configmaps/b
Content-Type: application/merge-patch+json

{"data":{"a":1}}
---
PATCH /api/v1/namespaces/diff-writes/configmaps/b
Content-Type: application/merge-patch+json

{"metadata":{"name":"c"}}
---
PATCH /api/v1/namespaces/diff-writes/configmaps/b
Content-Type: application/merge-patch+json

{"metadata":{"resourceVersion":"1"},"data":{"q":"r"}}
---
PATCH /api/v1/namespaces/diff-writes/configmaps/b
Content-Type: application/strategic-merge-patch+json

{"data":{"a":"s"}}
---
PATCH /api/v1/namespaces/diff-writes/configmaps/b?fieldValidation=Strict
Content-Type: application/strategic-merge-patch+json

{"nonsense":1}
---
PATCH /api/v1/namespaces/diff-writes/configmaps/b
Content-Type: application/strategic-merge-patch+json

{"nonsense":1}
---
PATCH /api/v1/namespaces/diff-writes/configmaps/b
Content-Type: application/strategic-merge-patch+json

nonsense
---
PATCH /api/v1/namespaces/diff-writes/configmaps/b?force=true
Content-Type: application/merge-patch+json

{}
---
PATCH /api/v1/namespaces/diff-writes/configmaps/b?dryRun=All
Content-Type: application/merge-patch+json

{"data":{"dry":"run"}}
---
POST /api/v1/namespaces/diff-writes/serviceaccounts

{"metadata":{"name":"own"},"automountServiceAccountToken":false}
---
POST /api/v1/namespaces/diff-writes/pods

{"metadata":{"name":"p","labels":{"app":"p"}},"spec":{"schedulerName":"none","serviceAccountName":"own","containers":[{"name":"a","image":"one","env":[{"name":"A","value":"1"}]},{"name":"b","image":"two:3","livenessProbe":{"httpGet":{"path":"/","port":80}}}],"tolerations":[{"key":"x","operator":"Exists"}],"volumes":[{"name":"v","configMap":{"name":"a"}},{"name":"h","hostPath":{"path":"/x"}}]}}
---
GET /api/v1/namespaces/diff-writes/pods/p/status
---
PATCH /api/v1/namespaces/diff-writes/pods/p
Content-Type: application/strategic-merge-patch+json

{"spec":{"containers":[{"name":"a","image":"three"}]}}
---
PATCH /api/v1/namespaces/diff-writes/pods/p
Content-Type: application/strategic-merge-patch+json

{"spec":{"containers":[{"name":"a","env":[{"name":"A","value":"2"}]}]}}
---
PATCH /api/v1/namespaces/diff-writes/pods/p/status?fieldManager=kubelet
Content-Type: application/strategic-merge-patch+json

{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}],"podIP":"10.1.1.1","podIPs":[{"ip":"10.1.1.1"}]},"spec":{"nodeName":"ignored"}}
---
PATCH /api/v1/namespaces/diff-writes/pods/p/status?fieldManager=kubelet
Content-Type: application/strategic-merge-patch+json

{"status":{"$setElementOrder/conditions":[{"type":"Ready"}],"conditions":[{"type":"Ready","status":"False"}]}}
---
PATCH /api/v1/namespaces/diff-writes/pods/p/ephemeralcontainers
Content-Type: application/strategic-merge-patch+json

{"spec":{"ephemeralContainers":[{"name":"debug","image":"busybox"}]}}
---
PATCH /api/v1/namespaces/diff-writes/pods/p/resize
Content-Type: application/strategic-merge-patch+json

{"spec":{"containers":[{"name":"a","resources":{"requests":{"cpu":"100m"}}}]}}
---
POST /api/v1/namespaces/diff-writes/pods/p/eviction?dryRun=All

{"metadata":{"name":"p"}}
---
POST /apis/apps/v1/namespaces/diff-writes/deployments

{"metadata":{"name":"d"},"spec":{"paused":true,"replicas":0,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"a","image":"b"}]}}}}
---
GET /apis/apps/v1/namespaces/diff-writes/deployments/d/scale
---
PUT /apis/apps/v1/namespaces/diff-writes/deployments/d/scale

{"metadata":{"name":"d","namespace":"diff-writes"},"spec":{"replicas":0}}
---
PATCH /apis/apps/v1/namespaces/diff-writes/deployments/d/scale
Content-Type: application/merge-patch+json

{"spec":{"replicas":-2}}
---
POST /api/v1/namespaces/diff-writes/services

{"metadata":{"name":"s"},"spec":{"selector":{"a":"b"},"ports":[{"port":80}]}}
---
POST /api/v1/namespaces/diff-writes/services

{"metadata":{"name":"np"},"spec":{"type":"NodePort","selector":{"a":"b"},"ports":[{"name":"a","port":80,"targetPort":"http"},{"name":"b","port":81,"appProtocol":"http"}]}}
---
POST /api/v1/namespaces/diff-writes/services

{"metadata":{"name":"headless"},"spec":{"clusterIP":"None","selector":{"a":"b"},"ports":[{"port":80}]}}
---
POST /api/v1/namespaces/diff-writes/services

{"metadata":{"name":"external"},"spec":{"type":"ExternalName","externalName":"example.com"}}
---
POST /api/v1/namespaces/diff-writes/secrets

{"metadata":{"name":"s"},"stringData":{"a":"b"}}
---
POST /api/v1/namespaces/diff-writes/endpoints

{"metadata":{"name":"e"},"subsets":[{"addresses":[{"ip":"10.9.9.9"}],"ports":[{"port":80}]}]}
---
POST /apis/rbac.authorization.k8s.io/v1/namespaces/diff-writes/roles

{"metadata":{"name":"r"},"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}]}
---
POST /apis/coordination.k8s.io/v1/namespaces/diff-writes/leases

{"metadata":{"name":"l"},"spec":{"holderIdentity":"me","leaseDurationSeconds":15}}
---
PUT /apis/coordination.k8s.io/v1/namespaces/diff-writes/leases/made-by-update

{"metadata":{"name":"made-by-update"},"spec":{"holderIdentity":"me","leaseDurationSeconds":15}}
---
POST /apis/policy/v1/namespaces/diff-writes/poddisruptionbudgets

{"metadata":{"name":"b"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"zz":"b"}}}}
---
POST /apis/discovery.k8s.io/v1/namespaces/diff-writes/endpointslices

{"metadata":{"name":"e"},"addressType":"IPv4","endpoints":[{"addresses":["10.9.9.9"]}],"ports":[{"port":80}]}
---
POST /apis/scheduling.k8s.io/v1/priorityclasses

{"metadata":{"name":"diff-writes"},"value":5}
---
POST /apis/events.k8s.io/v1/namespaces/diff-writes/events

{"metadata":{"name":"e"},"reason":"R","action":"A","type":"Normal","eventTime":"2026-01-01T00:00:00.000000Z","reportingController":"c","reportingInstance":"i","regarding":{"kind":"Pod","name":"p","namespace":"diff-writes"}}
---
GET /api/v1/namespaces/diff-writes/events/e
---
PUT /api/v1/namespaces/diff-writes/finalize

{"metadata":{"name":"diff-writes"}}
