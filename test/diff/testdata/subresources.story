# Every subresource: who may write what of it, in which forms, and what is wrong with the rest.
POST /api/v1/namespaces

{"metadata":{"name":"diff-subs"}}
---
# status of Deployment
POST /apis/apps/v1/namespaces/diff-subs/deployments

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"replicas":3,"readyReplicas":1,"observedGeneration":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/deployments/x/status

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"replicas":3,"readyReplicas":1,"observedGeneration":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/deployments/x/status?dryRun=All&fieldManager=dry

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x"},"spec":{},"status":{"replicas":3,"readyReplicas":1,"observedGeneration":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/deployments/x/status

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x"},"status":{"replicas":-1}}
---
PUT /apis/apps/v1/namespaces/diff-subs/deployments/x/status

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"other"},"status":{"replicas":3,"readyReplicas":1,"observedGeneration":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/deployments/x/status

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x","resourceVersion":"1"},"status":{"replicas":3,"readyReplicas":1,"observedGeneration":2}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/deployments/x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"replicas":3,"readyReplicas":1,"observedGeneration":2}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/deployments/x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"replicas":-1}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/deployments/x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /apis/apps/v1/namespaces/diff-subs/deployments/x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x"},"status":{"replicas":3,"readyReplicas":1,"observedGeneration":2}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/deployments/x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"replicas":3,"readyReplicas":1,"observedGeneration":2}}
---
GET /apis/apps/v1/namespaces/diff-subs/deployments/x/status
---
GET /apis/apps/v1/namespaces/diff-subs/deployments/x
---
PUT /apis/apps/v1/namespaces/diff-subs/deployments/x

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{}}
---
POST /apis/apps/v1/namespaces/diff-subs/deployments/x/status

{}
---
DELETE /apis/apps/v1/namespaces/diff-subs/deployments/x/status
---
GET /apis/apps/v1/namespaces/diff-subs/deployments/x/status/more
---
GET /apis/apps/v1/namespaces/diff-subs/deployments/x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /apis/apps/v1/namespaces/diff-subs/deployments/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /apis/apps/v1/namespaces/diff-subs/deployments/none/status

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"none"}}
---
DELETE /apis/apps/v1/namespaces/diff-subs/deployments/x?propagationPolicy=Orphan
---
PATCH /apis/apps/v1/namespaces/diff-subs/deployments/x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/apps/v1/namespaces/diff-subs/deployments/x
---
# status of ReplicaSet
POST /apis/apps/v1/namespaces/diff-subs/replicasets

{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"x"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"replicas":3,"readyReplicas":1}}
---
PUT /apis/apps/v1/namespaces/diff-subs/replicasets/x/status

{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"replicas":3,"readyReplicas":1}}
---
PUT /apis/apps/v1/namespaces/diff-subs/replicasets/x/status?dryRun=All&fieldManager=dry

{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"x"},"spec":{},"status":{"replicas":3,"readyReplicas":1}}
---
PUT /apis/apps/v1/namespaces/diff-subs/replicasets/x/status

{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"x"},"status":{"replicas":1,"readyReplicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/replicasets/x/status

{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"other"},"status":{"replicas":3,"readyReplicas":1}}
---
PUT /apis/apps/v1/namespaces/diff-subs/replicasets/x/status

{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"x","resourceVersion":"1"},"status":{"replicas":3,"readyReplicas":1}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/replicasets/x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"replicas":3,"readyReplicas":1}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/replicasets/x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"replicas":1,"readyReplicas":2}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/replicasets/x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /apis/apps/v1/namespaces/diff-subs/replicasets/x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"x"},"status":{"replicas":3,"readyReplicas":1}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/replicasets/x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"x"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"replicas":3,"readyReplicas":1}}
---
GET /apis/apps/v1/namespaces/diff-subs/replicasets/x/status
---
GET /apis/apps/v1/namespaces/diff-subs/replicasets/x
---
PUT /apis/apps/v1/namespaces/diff-subs/replicasets/x

{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"x"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{}}
---
POST /apis/apps/v1/namespaces/diff-subs/replicasets/x/status

{}
---
DELETE /apis/apps/v1/namespaces/diff-subs/replicasets/x/status
---
GET /apis/apps/v1/namespaces/diff-subs/replicasets/x/status/more
---
GET /apis/apps/v1/namespaces/diff-subs/replicasets/x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /apis/apps/v1/namespaces/diff-subs/replicasets/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /apis/apps/v1/namespaces/diff-subs/replicasets/none/status

{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"none"}}
---
DELETE /apis/apps/v1/namespaces/diff-subs/replicasets/x?propagationPolicy=Orphan
---
PATCH /apis/apps/v1/namespaces/diff-subs/replicasets/x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/apps/v1/namespaces/diff-subs/replicasets/x
---
# status of StatefulSet
POST /apis/apps/v1/namespaces/diff-subs/statefulsets

{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"x"},"spec":{"replicas":1,"serviceName":"s","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"replicas":3,"readyReplicas":1}}
---
PUT /apis/apps/v1/namespaces/diff-subs/statefulsets/x/status

{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"replicas":1,"serviceName":"s","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"replicas":3,"readyReplicas":1}}
---
PUT /apis/apps/v1/namespaces/diff-subs/statefulsets/x/status?dryRun=All&fieldManager=dry

{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"x"},"spec":{},"status":{"replicas":3,"readyReplicas":1}}
---
PUT /apis/apps/v1/namespaces/diff-subs/statefulsets/x/status

{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"x"},"status":{"replicas":1,"readyReplicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/statefulsets/x/status

{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"other"},"status":{"replicas":3,"readyReplicas":1}}
---
PUT /apis/apps/v1/namespaces/diff-subs/statefulsets/x/status

{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"x","resourceVersion":"1"},"status":{"replicas":3,"readyReplicas":1}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/statefulsets/x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"replicas":3,"readyReplicas":1}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/statefulsets/x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"replicas":1,"readyReplicas":2}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/statefulsets/x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /apis/apps/v1/namespaces/diff-subs/statefulsets/x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"x"},"status":{"replicas":3,"readyReplicas":1}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/statefulsets/x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"x"},"spec":{"replicas":1,"serviceName":"s","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"replicas":3,"readyReplicas":1}}
---
GET /apis/apps/v1/namespaces/diff-subs/statefulsets/x/status
---
GET /apis/apps/v1/namespaces/diff-subs/statefulsets/x
---
PUT /apis/apps/v1/namespaces/diff-subs/statefulsets/x

{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"x"},"spec":{"replicas":1,"serviceName":"s","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{}}
---
POST /apis/apps/v1/namespaces/diff-subs/statefulsets/x/status

{}
---
DELETE /apis/apps/v1/namespaces/diff-subs/statefulsets/x/status
---
GET /apis/apps/v1/namespaces/diff-subs/statefulsets/x/status/more
---
GET /apis/apps/v1/namespaces/diff-subs/statefulsets/x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /apis/apps/v1/namespaces/diff-subs/statefulsets/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /apis/apps/v1/namespaces/diff-subs/statefulsets/none/status

{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"none"}}
---
DELETE /apis/apps/v1/namespaces/diff-subs/statefulsets/x?propagationPolicy=Orphan
---
PATCH /apis/apps/v1/namespaces/diff-subs/statefulsets/x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/apps/v1/namespaces/diff-subs/statefulsets/x
---
# status of DaemonSet
POST /apis/apps/v1/namespaces/diff-subs/daemonsets

{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"x"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"currentNumberScheduled":1,"desiredNumberScheduled":2,"numberMisscheduled":0,"numberReady":1}}
---
PUT /apis/apps/v1/namespaces/diff-subs/daemonsets/x/status

{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"currentNumberScheduled":1,"desiredNumberScheduled":2,"numberMisscheduled":0,"numberReady":1}}
---
PUT /apis/apps/v1/namespaces/diff-subs/daemonsets/x/status?dryRun=All&fieldManager=dry

{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"x"},"spec":{},"status":{"currentNumberScheduled":1,"desiredNumberScheduled":2,"numberMisscheduled":0,"numberReady":1}}
---
PUT /apis/apps/v1/namespaces/diff-subs/daemonsets/x/status

{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"x"},"status":{"currentNumberScheduled":-1}}
---
PUT /apis/apps/v1/namespaces/diff-subs/daemonsets/x/status

{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"other"},"status":{"currentNumberScheduled":1,"desiredNumberScheduled":2,"numberMisscheduled":0,"numberReady":1}}
---
PUT /apis/apps/v1/namespaces/diff-subs/daemonsets/x/status

{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"x","resourceVersion":"1"},"status":{"currentNumberScheduled":1,"desiredNumberScheduled":2,"numberMisscheduled":0,"numberReady":1}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/daemonsets/x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"currentNumberScheduled":1,"desiredNumberScheduled":2,"numberMisscheduled":0,"numberReady":1}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/daemonsets/x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"currentNumberScheduled":-1}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/daemonsets/x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /apis/apps/v1/namespaces/diff-subs/daemonsets/x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"x"},"status":{"currentNumberScheduled":1,"desiredNumberScheduled":2,"numberMisscheduled":0,"numberReady":1}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/daemonsets/x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"x"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"currentNumberScheduled":1,"desiredNumberScheduled":2,"numberMisscheduled":0,"numberReady":1}}
---
GET /apis/apps/v1/namespaces/diff-subs/daemonsets/x/status
---
GET /apis/apps/v1/namespaces/diff-subs/daemonsets/x
---
PUT /apis/apps/v1/namespaces/diff-subs/daemonsets/x

{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"x"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{}}
---
POST /apis/apps/v1/namespaces/diff-subs/daemonsets/x/status

{}
---
DELETE /apis/apps/v1/namespaces/diff-subs/daemonsets/x/status
---
GET /apis/apps/v1/namespaces/diff-subs/daemonsets/x/status/more
---
GET /apis/apps/v1/namespaces/diff-subs/daemonsets/x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /apis/apps/v1/namespaces/diff-subs/daemonsets/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /apis/apps/v1/namespaces/diff-subs/daemonsets/none/status

{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"none"}}
---
DELETE /apis/apps/v1/namespaces/diff-subs/daemonsets/x?propagationPolicy=Orphan
---
PATCH /apis/apps/v1/namespaces/diff-subs/daemonsets/x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/apps/v1/namespaces/diff-subs/daemonsets/x
---
# status of ReplicationController
POST /api/v1/namespaces/diff-subs/replicationcontrollers

{"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"x"},"spec":{"replicas":1,"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"replicas":3,"readyReplicas":1}}
---
PUT /api/v1/namespaces/diff-subs/replicationcontrollers/x/status

{"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"replicas":1,"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"replicas":3,"readyReplicas":1}}
---
PUT /api/v1/namespaces/diff-subs/replicationcontrollers/x/status?dryRun=All&fieldManager=dry

{"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"x"},"spec":{},"status":{"replicas":3,"readyReplicas":1}}
---
PUT /api/v1/namespaces/diff-subs/replicationcontrollers/x/status

{"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"x"},"status":{"replicas":1,"readyReplicas":2}}
---
PUT /api/v1/namespaces/diff-subs/replicationcontrollers/x/status

{"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"other"},"status":{"replicas":3,"readyReplicas":1}}
---
PUT /api/v1/namespaces/diff-subs/replicationcontrollers/x/status

{"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"x","resourceVersion":"1"},"status":{"replicas":3,"readyReplicas":1}}
---
PATCH /api/v1/namespaces/diff-subs/replicationcontrollers/x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"replicas":3,"readyReplicas":1}}
---
PATCH /api/v1/namespaces/diff-subs/replicationcontrollers/x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"replicas":1,"readyReplicas":2}}
---
PATCH /api/v1/namespaces/diff-subs/replicationcontrollers/x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /api/v1/namespaces/diff-subs/replicationcontrollers/x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"x"},"status":{"replicas":3,"readyReplicas":1}}
---
PATCH /api/v1/namespaces/diff-subs/replicationcontrollers/x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"x"},"spec":{"replicas":1,"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"replicas":3,"readyReplicas":1}}
---
GET /api/v1/namespaces/diff-subs/replicationcontrollers/x/status
---
GET /api/v1/namespaces/diff-subs/replicationcontrollers/x
---
PUT /api/v1/namespaces/diff-subs/replicationcontrollers/x

{"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"x"},"spec":{"replicas":1,"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{}}
---
POST /api/v1/namespaces/diff-subs/replicationcontrollers/x/status

{}
---
DELETE /api/v1/namespaces/diff-subs/replicationcontrollers/x/status
---
GET /api/v1/namespaces/diff-subs/replicationcontrollers/x/status/more
---
GET /api/v1/namespaces/diff-subs/replicationcontrollers/x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-subs/replicationcontrollers/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /api/v1/namespaces/diff-subs/replicationcontrollers/none/status

{"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"none"}}
---
DELETE /api/v1/namespaces/diff-subs/replicationcontrollers/x?propagationPolicy=Orphan
---
PATCH /api/v1/namespaces/diff-subs/replicationcontrollers/x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-subs/replicationcontrollers/x
---
# status of Job
POST /apis/batch/v1/namespaces/diff-subs/jobs

{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"x"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}},"status":{"active":1,"startTime":"2026-01-01T00:00:00Z"}}
---
PUT /apis/batch/v1/namespaces/diff-subs/jobs/x/status

{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}},"status":{"active":1,"startTime":"2026-01-01T00:00:00Z"}}
---
PUT /apis/batch/v1/namespaces/diff-subs/jobs/x/status?dryRun=All&fieldManager=dry

{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"x"},"spec":{},"status":{"active":1,"startTime":"2026-01-01T00:00:00Z"}}
---
PUT /apis/batch/v1/namespaces/diff-subs/jobs/x/status

{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"x"},"status":{"active":-1,"succeeded":1}}
---
PUT /apis/batch/v1/namespaces/diff-subs/jobs/x/status

{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"other"},"status":{"active":1,"startTime":"2026-01-01T00:00:00Z"}}
---
PUT /apis/batch/v1/namespaces/diff-subs/jobs/x/status

{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"x","resourceVersion":"1"},"status":{"active":1,"startTime":"2026-01-01T00:00:00Z"}}
---
PATCH /apis/batch/v1/namespaces/diff-subs/jobs/x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"active":1,"startTime":"2026-01-01T00:00:00Z"}}
---
PATCH /apis/batch/v1/namespaces/diff-subs/jobs/x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"active":-1,"succeeded":1}}
---
PATCH /apis/batch/v1/namespaces/diff-subs/jobs/x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /apis/batch/v1/namespaces/diff-subs/jobs/x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"x"},"status":{"active":1,"startTime":"2026-01-01T00:00:00Z"}}
---
PATCH /apis/batch/v1/namespaces/diff-subs/jobs/x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"x"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}},"status":{"active":1,"startTime":"2026-01-01T00:00:00Z"}}
---
GET /apis/batch/v1/namespaces/diff-subs/jobs/x/status
---
GET /apis/batch/v1/namespaces/diff-subs/jobs/x
---
PUT /apis/batch/v1/namespaces/diff-subs/jobs/x

{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"x"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}},"status":{}}
---
POST /apis/batch/v1/namespaces/diff-subs/jobs/x/status

{}
---
DELETE /apis/batch/v1/namespaces/diff-subs/jobs/x/status
---
GET /apis/batch/v1/namespaces/diff-subs/jobs/x/status/more
---
GET /apis/batch/v1/namespaces/diff-subs/jobs/x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /apis/batch/v1/namespaces/diff-subs/jobs/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /apis/batch/v1/namespaces/diff-subs/jobs/none/status

{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"none"}}
---
DELETE /apis/batch/v1/namespaces/diff-subs/jobs/x?propagationPolicy=Orphan
---
PATCH /apis/batch/v1/namespaces/diff-subs/jobs/x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/batch/v1/namespaces/diff-subs/jobs/x
---
# status of CronJob
POST /apis/batch/v1/namespaces/diff-subs/cronjobs

{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"x"},"spec":{"schedule":"* * * * *","jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}},"status":{"lastScheduleTime":"2026-01-01T00:00:00Z"}}
---
PUT /apis/batch/v1/namespaces/diff-subs/cronjobs/x/status

{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"schedule":"* * * * *","jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}},"status":{"lastScheduleTime":"2026-01-01T00:00:00Z"}}
---
PUT /apis/batch/v1/namespaces/diff-subs/cronjobs/x/status?dryRun=All&fieldManager=dry

{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"x"},"spec":{},"status":{"lastScheduleTime":"2026-01-01T00:00:00Z"}}
---
PUT /apis/batch/v1/namespaces/diff-subs/cronjobs/x/status

{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"x"},"status":{"active":[{"name":7}]}}
---
PUT /apis/batch/v1/namespaces/diff-subs/cronjobs/x/status

{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"other"},"status":{"lastScheduleTime":"2026-01-01T00:00:00Z"}}
---
PUT /apis/batch/v1/namespaces/diff-subs/cronjobs/x/status

{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"x","resourceVersion":"1"},"status":{"lastScheduleTime":"2026-01-01T00:00:00Z"}}
---
PATCH /apis/batch/v1/namespaces/diff-subs/cronjobs/x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"lastScheduleTime":"2026-01-01T00:00:00Z"}}
---
PATCH /apis/batch/v1/namespaces/diff-subs/cronjobs/x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"active":[{"name":7}]}}
---
PATCH /apis/batch/v1/namespaces/diff-subs/cronjobs/x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /apis/batch/v1/namespaces/diff-subs/cronjobs/x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"x"},"status":{"lastScheduleTime":"2026-01-01T00:00:00Z"}}
---
PATCH /apis/batch/v1/namespaces/diff-subs/cronjobs/x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"x"},"spec":{"schedule":"* * * * *","jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}},"status":{"lastScheduleTime":"2026-01-01T00:00:00Z"}}
---
GET /apis/batch/v1/namespaces/diff-subs/cronjobs/x/status
---
GET /apis/batch/v1/namespaces/diff-subs/cronjobs/x
---
PUT /apis/batch/v1/namespaces/diff-subs/cronjobs/x

{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"x"},"spec":{"schedule":"* * * * *","jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}},"status":{}}
---
POST /apis/batch/v1/namespaces/diff-subs/cronjobs/x/status

{}
---
DELETE /apis/batch/v1/namespaces/diff-subs/cronjobs/x/status
---
GET /apis/batch/v1/namespaces/diff-subs/cronjobs/x/status/more
---
GET /apis/batch/v1/namespaces/diff-subs/cronjobs/x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /apis/batch/v1/namespaces/diff-subs/cronjobs/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /apis/batch/v1/namespaces/diff-subs/cronjobs/none/status

{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"none"}}
---
DELETE /apis/batch/v1/namespaces/diff-subs/cronjobs/x?propagationPolicy=Orphan
---
PATCH /apis/batch/v1/namespaces/diff-subs/cronjobs/x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/batch/v1/namespaces/diff-subs/cronjobs/x
---
# status of PersistentVolumeClaim
POST /api/v1/namespaces/diff-subs/persistentvolumeclaims

{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"x"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}},"status":{"phase":"Bound","capacity":{"storage":"1Gi"}}}
---
PUT /api/v1/namespaces/diff-subs/persistentvolumeclaims/x/status

{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}},"status":{"phase":"Bound","capacity":{"storage":"1Gi"}}}
---
PUT /api/v1/namespaces/diff-subs/persistentvolumeclaims/x/status?dryRun=All&fieldManager=dry

{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"x"},"spec":{},"status":{"phase":"Bound","capacity":{"storage":"1Gi"}}}
---
PUT /api/v1/namespaces/diff-subs/persistentvolumeclaims/x/status

{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"x"},"status":{"phase":"Nonsense","capacity":{"storage":"-1"}}}
---
PUT /api/v1/namespaces/diff-subs/persistentvolumeclaims/x/status

{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"other"},"status":{"phase":"Bound","capacity":{"storage":"1Gi"}}}
---
PUT /api/v1/namespaces/diff-subs/persistentvolumeclaims/x/status

{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"x","resourceVersion":"1"},"status":{"phase":"Bound","capacity":{"storage":"1Gi"}}}
---
PATCH /api/v1/namespaces/diff-subs/persistentvolumeclaims/x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"phase":"Bound","capacity":{"storage":"1Gi"}}}
---
PATCH /api/v1/namespaces/diff-subs/persistentvolumeclaims/x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"phase":"Nonsense","capacity":{"storage":"-1"}}}
---
PATCH /api/v1/namespaces/diff-subs/persistentvolumeclaims/x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /api/v1/namespaces/diff-subs/persistentvolumeclaims/x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"x"},"status":{"phase":"Bound","capacity":{"storage":"1Gi"}}}
---
PATCH /api/v1/namespaces/diff-subs/persistentvolumeclaims/x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"x"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}},"status":{"phase":"Bound","capacity":{"storage":"1Gi"}}}
---
GET /api/v1/namespaces/diff-subs/persistentvolumeclaims/x/status
---
GET /api/v1/namespaces/diff-subs/persistentvolumeclaims/x
---
PUT /api/v1/namespaces/diff-subs/persistentvolumeclaims/x

{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"x"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}},"status":{}}
---
POST /api/v1/namespaces/diff-subs/persistentvolumeclaims/x/status

{}
---
DELETE /api/v1/namespaces/diff-subs/persistentvolumeclaims/x/status
---
GET /api/v1/namespaces/diff-subs/persistentvolumeclaims/x/status/more
---
GET /api/v1/namespaces/diff-subs/persistentvolumeclaims/x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-subs/persistentvolumeclaims/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /api/v1/namespaces/diff-subs/persistentvolumeclaims/none/status

{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"none"}}
---
DELETE /api/v1/namespaces/diff-subs/persistentvolumeclaims/x?propagationPolicy=Orphan
---
PATCH /api/v1/namespaces/diff-subs/persistentvolumeclaims/x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-subs/persistentvolumeclaims/x
---
# status of ResourceQuota
POST /api/v1/namespaces/diff-subs/resourcequotas

{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"x"},"spec":{"hard":{"secrets":"5000"}},"status":{"hard":{"secrets":"50"},"used":{"secrets":"1"}}}
---
PUT /api/v1/namespaces/diff-subs/resourcequotas/x/status

{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"hard":{"secrets":"5000"}},"status":{"hard":{"secrets":"50"},"used":{"secrets":"1"}}}
---
PUT /api/v1/namespaces/diff-subs/resourcequotas/x/status?dryRun=All&fieldManager=dry

{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"x"},"spec":{},"status":{"hard":{"secrets":"50"},"used":{"secrets":"1"}}}
---
PUT /api/v1/namespaces/diff-subs/resourcequotas/x/status

{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"x"},"status":{"hard":{"secrets":"-1"},"used":{"nonsense":"1"}}}
---
PUT /api/v1/namespaces/diff-subs/resourcequotas/x/status

{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"other"},"status":{"hard":{"secrets":"50"},"used":{"secrets":"1"}}}
---
PUT /api/v1/namespaces/diff-subs/resourcequotas/x/status

{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"x","resourceVersion":"1"},"status":{"hard":{"secrets":"50"},"used":{"secrets":"1"}}}
---
PATCH /api/v1/namespaces/diff-subs/resourcequotas/x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"hard":{"secrets":"50"},"used":{"secrets":"1"}}}
---
PATCH /api/v1/namespaces/diff-subs/resourcequotas/x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"hard":{"secrets":"-1"},"used":{"nonsense":"1"}}}
---
PATCH /api/v1/namespaces/diff-subs/resourcequotas/x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /api/v1/namespaces/diff-subs/resourcequotas/x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"x"},"status":{"hard":{"secrets":"50"},"used":{"secrets":"1"}}}
---
PATCH /api/v1/namespaces/diff-subs/resourcequotas/x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"x"},"spec":{"hard":{"secrets":"5000"}},"status":{"hard":{"secrets":"50"},"used":{"secrets":"1"}}}
---
GET /api/v1/namespaces/diff-subs/resourcequotas/x/status
---
GET /api/v1/namespaces/diff-subs/resourcequotas/x
---
PUT /api/v1/namespaces/diff-subs/resourcequotas/x

{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"x"},"spec":{"hard":{"secrets":"5000"}},"status":{}}
---
POST /api/v1/namespaces/diff-subs/resourcequotas/x/status

{}
---
DELETE /api/v1/namespaces/diff-subs/resourcequotas/x/status
---
GET /api/v1/namespaces/diff-subs/resourcequotas/x/status/more
---
GET /api/v1/namespaces/diff-subs/resourcequotas/x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-subs/resourcequotas/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /api/v1/namespaces/diff-subs/resourcequotas/none/status

{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"none"}}
---
DELETE /api/v1/namespaces/diff-subs/resourcequotas/x?propagationPolicy=Orphan
---
PATCH /api/v1/namespaces/diff-subs/resourcequotas/x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-subs/resourcequotas/x
---
# status of Service
POST /api/v1/namespaces/diff-subs/services

{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":{"type":"LoadBalancer","ports":[{"port":80}]},"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}
---
PUT /api/v1/namespaces/diff-subs/services/x/status

{"apiVersion":"v1","kind":"Service","metadata":{"name":"x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"type":"LoadBalancer","ports":[{"port":80}]},"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}
---
PUT /api/v1/namespaces/diff-subs/services/x/status?dryRun=All&fieldManager=dry

{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":{},"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}
---
PUT /api/v1/namespaces/diff-subs/services/x/status

{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"status":{"loadBalancer":{"ingress":[{"ip":"x","ports":[{"port":0,"protocol":"x"}]}]},"conditions":[{"type":"a b"}]}}
---
PUT /api/v1/namespaces/diff-subs/services/x/status

{"apiVersion":"v1","kind":"Service","metadata":{"name":"other"},"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}
---
PUT /api/v1/namespaces/diff-subs/services/x/status

{"apiVersion":"v1","kind":"Service","metadata":{"name":"x","resourceVersion":"1"},"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}
---
PATCH /api/v1/namespaces/diff-subs/services/x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}
---
PATCH /api/v1/namespaces/diff-subs/services/x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"loadBalancer":{"ingress":[{"ip":"x","ports":[{"port":0,"protocol":"x"}]}]},"conditions":[{"type":"a b"}]}}
---
PATCH /api/v1/namespaces/diff-subs/services/x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /api/v1/namespaces/diff-subs/services/x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}
---
PATCH /api/v1/namespaces/diff-subs/services/x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":{"type":"LoadBalancer","ports":[{"port":80}]},"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}
---
GET /api/v1/namespaces/diff-subs/services/x/status
---
GET /api/v1/namespaces/diff-subs/services/x
---
PUT /api/v1/namespaces/diff-subs/services/x

{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":{"type":"LoadBalancer","ports":[{"port":80}]},"status":{}}
---
POST /api/v1/namespaces/diff-subs/services/x/status

{}
---
DELETE /api/v1/namespaces/diff-subs/services/x/status
---
GET /api/v1/namespaces/diff-subs/services/x/status/more
---
GET /api/v1/namespaces/diff-subs/services/x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-subs/services/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /api/v1/namespaces/diff-subs/services/none/status

{"apiVersion":"v1","kind":"Service","metadata":{"name":"none"}}
---
DELETE /api/v1/namespaces/diff-subs/services/x?propagationPolicy=Orphan
---
PATCH /api/v1/namespaces/diff-subs/services/x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-subs/services/x
---
# status of PodDisruptionBudget
POST /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets

{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"x"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"a":"b"}}},"status":{"disruptionsAllowed":1,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1}}
---
PUT /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x/status

{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"minAvailable":1,"selector":{"matchLabels":{"a":"b"}}},"status":{"disruptionsAllowed":1,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1}}
---
PUT /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x/status?dryRun=All&fieldManager=dry

{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"x"},"spec":{},"status":{"disruptionsAllowed":1,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1}}
---
PUT /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x/status

{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"x"},"status":{"disruptionsAllowed":-1,"currentHealthy":-1,"desiredHealthy":1,"expectedPods":1}}
---
PUT /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x/status

{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"other"},"status":{"disruptionsAllowed":1,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1}}
---
PUT /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x/status

{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"x","resourceVersion":"1"},"status":{"disruptionsAllowed":1,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1}}
---
PATCH /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"disruptionsAllowed":1,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1}}
---
PATCH /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"disruptionsAllowed":-1,"currentHealthy":-1,"desiredHealthy":1,"expectedPods":1}}
---
PATCH /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"x"},"status":{"disruptionsAllowed":1,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1}}
---
PATCH /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"x"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"a":"b"}}},"status":{"disruptionsAllowed":1,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1}}
---
GET /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x/status
---
GET /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x
---
PUT /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x

{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"x"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"a":"b"}}},"status":{}}
---
POST /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x/status

{}
---
DELETE /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x/status
---
GET /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x/status/more
---
GET /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/none/status

{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"none"}}
---
DELETE /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x?propagationPolicy=Orphan
---
PATCH /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/x
---
# status of HorizontalPodAutoscaler
POST /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers

{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"x"},"spec":{"maxReplicas":3,"scaleTargetRef":{"kind":"Deployment","name":"a","apiVersion":"apps/v1"}},"status":{"currentReplicas":1,"desiredReplicas":2}}
---
PUT /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x/status

{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"maxReplicas":3,"scaleTargetRef":{"kind":"Deployment","name":"a","apiVersion":"apps/v1"}},"status":{"currentReplicas":1,"desiredReplicas":2}}
---
PUT /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x/status?dryRun=All&fieldManager=dry

{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"x"},"spec":{},"status":{"currentReplicas":1,"desiredReplicas":2}}
---
PUT /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x/status

{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"x"},"status":{"currentReplicas":-1,"desiredReplicas":2}}
---
PUT /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x/status

{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"other"},"status":{"currentReplicas":1,"desiredReplicas":2}}
---
PUT /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x/status

{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"x","resourceVersion":"1"},"status":{"currentReplicas":1,"desiredReplicas":2}}
---
PATCH /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"currentReplicas":1,"desiredReplicas":2}}
---
PATCH /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"currentReplicas":-1,"desiredReplicas":2}}
---
PATCH /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"x"},"status":{"currentReplicas":1,"desiredReplicas":2}}
---
PATCH /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"x"},"spec":{"maxReplicas":3,"scaleTargetRef":{"kind":"Deployment","name":"a","apiVersion":"apps/v1"}},"status":{"currentReplicas":1,"desiredReplicas":2}}
---
GET /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x/status
---
GET /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x
---
PUT /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x

{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"x"},"spec":{"maxReplicas":3,"scaleTargetRef":{"kind":"Deployment","name":"a","apiVersion":"apps/v1"}},"status":{}}
---
POST /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x/status

{}
---
DELETE /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x/status
---
GET /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x/status/more
---
GET /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/none/status

{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"none"}}
---
DELETE /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x?propagationPolicy=Orphan
---
PATCH /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/autoscaling/v2/namespaces/diff-subs/horizontalpodautoscalers/x
---
# status of Ingress
POST /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses

{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"x"},"spec":{"defaultBackend":{"service":{"name":"x","port":{"number":80}}}},"status":{"loadBalancer":{"ingress":[{"hostname":"a.example.com"}]}}}
---
PUT /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x/status

{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"defaultBackend":{"service":{"name":"x","port":{"number":80}}}},"status":{"loadBalancer":{"ingress":[{"hostname":"a.example.com"}]}}}
---
PUT /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x/status?dryRun=All&fieldManager=dry

{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"x"},"spec":{},"status":{"loadBalancer":{"ingress":[{"hostname":"a.example.com"}]}}}
---
PUT /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x/status

{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"x"},"status":{"loadBalancer":{"ingress":[{"hostname":"1.2.3.4","ip":"x"}]}}}
---
PUT /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x/status

{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"other"},"status":{"loadBalancer":{"ingress":[{"hostname":"a.example.com"}]}}}
---
PUT /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x/status

{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"x","resourceVersion":"1"},"status":{"loadBalancer":{"ingress":[{"hostname":"a.example.com"}]}}}
---
PATCH /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"loadBalancer":{"ingress":[{"hostname":"a.example.com"}]}}}
---
PATCH /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"loadBalancer":{"ingress":[{"hostname":"1.2.3.4","ip":"x"}]}}}
---
PATCH /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"x"},"status":{"loadBalancer":{"ingress":[{"hostname":"a.example.com"}]}}}
---
PATCH /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"x"},"spec":{"defaultBackend":{"service":{"name":"x","port":{"number":80}}}},"status":{"loadBalancer":{"ingress":[{"hostname":"a.example.com"}]}}}
---
GET /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x/status
---
GET /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x
---
PUT /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x

{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"x"},"spec":{"defaultBackend":{"service":{"name":"x","port":{"number":80}}}},"status":{}}
---
POST /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x/status

{}
---
DELETE /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x/status
---
GET /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x/status/more
---
GET /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/none/status

{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"none"}}
---
DELETE /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x?propagationPolicy=Orphan
---
PATCH /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/networking.k8s.io/v1/namespaces/diff-subs/ingresses/x
---
# status of Pod
POST /api/v1/namespaces/diff-subs/pods

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"containers":[{"name":"c","image":"i"}]},"status":{"phase":"Running","podIP":"10.0.0.7","podIPs":[{"ip":"10.0.0.7"}],"conditions":[{"type":"Ready","status":"True"}]}}
---
PUT /api/v1/namespaces/diff-subs/pods/x/status

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"containers":[{"name":"c","image":"i"}]},"status":{"phase":"Running","podIP":"10.0.0.7","podIPs":[{"ip":"10.0.0.7"}],"conditions":[{"type":"Ready","status":"True"}]}}
---
PUT /api/v1/namespaces/diff-subs/pods/x/status?dryRun=All&fieldManager=dry

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{},"status":{"phase":"Running","podIP":"10.0.0.7","podIPs":[{"ip":"10.0.0.7"}],"conditions":[{"type":"Ready","status":"True"}]}}
---
PUT /api/v1/namespaces/diff-subs/pods/x/status

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"status":{"phase":"Nonsense","podIP":"x","podIPs":[{"ip":"y"}],"qosClass":"Guaranteed"}}
---
PUT /api/v1/namespaces/diff-subs/pods/x/status

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"other"},"status":{"phase":"Running","podIP":"10.0.0.7","podIPs":[{"ip":"10.0.0.7"}],"conditions":[{"type":"Ready","status":"True"}]}}
---
PUT /api/v1/namespaces/diff-subs/pods/x/status

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x","resourceVersion":"1"},"status":{"phase":"Running","podIP":"10.0.0.7","podIPs":[{"ip":"10.0.0.7"}],"conditions":[{"type":"Ready","status":"True"}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"phase":"Running","podIP":"10.0.0.7","podIPs":[{"ip":"10.0.0.7"}],"conditions":[{"type":"Ready","status":"True"}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"phase":"Nonsense","podIP":"x","podIPs":[{"ip":"y"}],"qosClass":"Guaranteed"}}
---
PATCH /api/v1/namespaces/diff-subs/pods/x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /api/v1/namespaces/diff-subs/pods/x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"status":{"phase":"Running","podIP":"10.0.0.7","podIPs":[{"ip":"10.0.0.7"}],"conditions":[{"type":"Ready","status":"True"}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"containers":[{"name":"c","image":"i"}]},"status":{"phase":"Running","podIP":"10.0.0.7","podIPs":[{"ip":"10.0.0.7"}],"conditions":[{"type":"Ready","status":"True"}]}}
---
GET /api/v1/namespaces/diff-subs/pods/x/status
---
GET /api/v1/namespaces/diff-subs/pods/x
---
PUT /api/v1/namespaces/diff-subs/pods/x

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"containers":[{"name":"c","image":"i"}]},"status":{}}
---
POST /api/v1/namespaces/diff-subs/pods/x/status

{}
---
DELETE /api/v1/namespaces/diff-subs/pods/x/status
---
GET /api/v1/namespaces/diff-subs/pods/x/status/more
---
GET /api/v1/namespaces/diff-subs/pods/x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/diff-subs/pods/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /api/v1/namespaces/diff-subs/pods/none/status

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"none"}}
---
DELETE /api/v1/namespaces/diff-subs/pods/x?propagationPolicy=Orphan
---
PATCH /api/v1/namespaces/diff-subs/pods/x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/namespaces/diff-subs/pods/x
---
# status of Node
POST /api/v1/nodes

{"apiVersion":"v1","kind":"Node","metadata":{"name":"diff-subs-x"},"spec":{},"status":{"capacity":{"cpu":"1"},"conditions":[{"type":"Ready","status":"True"}],"addresses":[{"type":"InternalIP","address":"10.0.0.1"}]}}
---
PUT /api/v1/nodes/diff-subs-x/status

{"apiVersion":"v1","kind":"Node","metadata":{"name":"diff-subs-x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{},"status":{"capacity":{"cpu":"1"},"conditions":[{"type":"Ready","status":"True"}],"addresses":[{"type":"InternalIP","address":"10.0.0.1"}]}}
---
PUT /api/v1/nodes/diff-subs-x/status?dryRun=All&fieldManager=dry

{"apiVersion":"v1","kind":"Node","metadata":{"name":"diff-subs-x"},"spec":{},"status":{"capacity":{"cpu":"1"},"conditions":[{"type":"Ready","status":"True"}],"addresses":[{"type":"InternalIP","address":"10.0.0.1"}]}}
---
PUT /api/v1/nodes/diff-subs-x/status

{"apiVersion":"v1","kind":"Node","metadata":{"name":"diff-subs-x"},"status":{"capacity":{"cpu":"x"}}}
---
PUT /api/v1/nodes/diff-subs-x/status

{"apiVersion":"v1","kind":"Node","metadata":{"name":"other"},"status":{"capacity":{"cpu":"1"},"conditions":[{"type":"Ready","status":"True"}],"addresses":[{"type":"InternalIP","address":"10.0.0.1"}]}}
---
PUT /api/v1/nodes/diff-subs-x/status

{"apiVersion":"v1","kind":"Node","metadata":{"name":"diff-subs-x","resourceVersion":"1"},"status":{"capacity":{"cpu":"1"},"conditions":[{"type":"Ready","status":"True"}],"addresses":[{"type":"InternalIP","address":"10.0.0.1"}]}}
---
PATCH /api/v1/nodes/diff-subs-x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"capacity":{"cpu":"1"},"conditions":[{"type":"Ready","status":"True"}],"addresses":[{"type":"InternalIP","address":"10.0.0.1"}]}}
---
PATCH /api/v1/nodes/diff-subs-x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"capacity":{"cpu":"x"}}}
---
PATCH /api/v1/nodes/diff-subs-x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /api/v1/nodes/diff-subs-x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Node","metadata":{"name":"diff-subs-x"},"status":{"capacity":{"cpu":"1"},"conditions":[{"type":"Ready","status":"True"}],"addresses":[{"type":"InternalIP","address":"10.0.0.1"}]}}
---
PATCH /api/v1/nodes/diff-subs-x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Node","metadata":{"name":"diff-subs-x"},"spec":{},"status":{"capacity":{"cpu":"1"},"conditions":[{"type":"Ready","status":"True"}],"addresses":[{"type":"InternalIP","address":"10.0.0.1"}]}}
---
GET /api/v1/nodes/diff-subs-x/status
---
GET /api/v1/nodes/diff-subs-x
---
PUT /api/v1/nodes/diff-subs-x

{"apiVersion":"v1","kind":"Node","metadata":{"name":"diff-subs-x"},"spec":{},"status":{}}
---
POST /api/v1/nodes/diff-subs-x/status

{}
---
DELETE /api/v1/nodes/diff-subs-x/status
---
GET /api/v1/nodes/diff-subs-x/status/more
---
GET /api/v1/nodes/diff-subs-x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /api/v1/nodes/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /api/v1/nodes/none/status

{"apiVersion":"v1","kind":"Node","metadata":{"name":"none"}}
---
DELETE /api/v1/nodes/diff-subs-x?propagationPolicy=Orphan
---
PATCH /api/v1/nodes/diff-subs-x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/nodes/diff-subs-x
---
# status of Namespace
POST /api/v1/namespaces

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"diff-subs-x"},"spec":{},"status":{"phase":"Terminating"}}
---
PUT /api/v1/namespaces/diff-subs-x/status

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"diff-subs-x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{},"status":{"phase":"Terminating"}}
---
PUT /api/v1/namespaces/diff-subs-x/status?dryRun=All&fieldManager=dry

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"diff-subs-x"},"spec":{},"status":{"phase":"Terminating"}}
---
PUT /api/v1/namespaces/diff-subs-x/status

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"diff-subs-x"},"status":{"phase":"Nonsense"}}
---
PUT /api/v1/namespaces/diff-subs-x/status

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"other"},"status":{"phase":"Terminating"}}
---
PUT /api/v1/namespaces/diff-subs-x/status

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"diff-subs-x","resourceVersion":"1"},"status":{"phase":"Terminating"}}
---
PATCH /api/v1/namespaces/diff-subs-x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"phase":"Terminating"}}
---
PATCH /api/v1/namespaces/diff-subs-x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"phase":"Nonsense"}}
---
PATCH /api/v1/namespaces/diff-subs-x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /api/v1/namespaces/diff-subs-x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"diff-subs-x"},"status":{"phase":"Terminating"}}
---
PATCH /api/v1/namespaces/diff-subs-x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"diff-subs-x"},"spec":{},"status":{"phase":"Terminating"}}
---
GET /api/v1/namespaces/diff-subs-x/status
---
GET /api/v1/namespaces/diff-subs-x
---
PUT /api/v1/namespaces/diff-subs-x

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"diff-subs-x"},"spec":{},"status":{}}
---
POST /api/v1/namespaces/diff-subs-x/status

{}
---
DELETE /api/v1/namespaces/diff-subs-x/status
---
GET /api/v1/namespaces/diff-subs-x/status/more
---
GET /api/v1/namespaces/diff-subs-x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /api/v1/namespaces/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /api/v1/namespaces/none/status

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"none"}}
---
# status of PersistentVolume
POST /api/v1/persistentvolumes

{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"diff-subs-x"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"hostPath":{"path":"/x"}},"status":{"phase":"Available"}}
---
PUT /api/v1/persistentvolumes/diff-subs-x/status

{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"diff-subs-x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"hostPath":{"path":"/x"}},"status":{"phase":"Available"}}
---
PUT /api/v1/persistentvolumes/diff-subs-x/status?dryRun=All&fieldManager=dry

{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"diff-subs-x"},"spec":{},"status":{"phase":"Available"}}
---
PUT /api/v1/persistentvolumes/diff-subs-x/status

{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"diff-subs-x"},"status":{"phase":7}}
---
PUT /api/v1/persistentvolumes/diff-subs-x/status

{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"other"},"status":{"phase":"Available"}}
---
PUT /api/v1/persistentvolumes/diff-subs-x/status

{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"diff-subs-x","resourceVersion":"1"},"status":{"phase":"Available"}}
---
PATCH /api/v1/persistentvolumes/diff-subs-x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"phase":"Available"}}
---
PATCH /api/v1/persistentvolumes/diff-subs-x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"phase":7}}
---
PATCH /api/v1/persistentvolumes/diff-subs-x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /api/v1/persistentvolumes/diff-subs-x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"diff-subs-x"},"status":{"phase":"Available"}}
---
PATCH /api/v1/persistentvolumes/diff-subs-x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"diff-subs-x"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"hostPath":{"path":"/x"}},"status":{"phase":"Available"}}
---
GET /api/v1/persistentvolumes/diff-subs-x/status
---
GET /api/v1/persistentvolumes/diff-subs-x
---
PUT /api/v1/persistentvolumes/diff-subs-x

{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"diff-subs-x"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"hostPath":{"path":"/x"}},"status":{}}
---
POST /api/v1/persistentvolumes/diff-subs-x/status

{}
---
DELETE /api/v1/persistentvolumes/diff-subs-x/status
---
GET /api/v1/persistentvolumes/diff-subs-x/status/more
---
GET /api/v1/persistentvolumes/diff-subs-x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /api/v1/persistentvolumes/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /api/v1/persistentvolumes/none/status

{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"none"}}
---
DELETE /api/v1/persistentvolumes/diff-subs-x?propagationPolicy=Orphan
---
PATCH /api/v1/persistentvolumes/diff-subs-x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /api/v1/persistentvolumes/diff-subs-x
---
# status of VolumeAttachment
POST /apis/storage.k8s.io/v1/volumeattachments

{"apiVersion":"storage.k8s.io/v1","kind":"VolumeAttachment","metadata":{"name":"diff-subs-x"},"spec":{"attacher":"x.example.com","nodeName":"n","source":{"persistentVolumeName":"v"}},"status":{"attached":true,"attachmentMetadata":{"a":"b"}}}
---
PUT /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x/status

{"apiVersion":"storage.k8s.io/v1","kind":"VolumeAttachment","metadata":{"name":"diff-subs-x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"attacher":"x.example.com","nodeName":"n","source":{"persistentVolumeName":"v"}},"status":{"attached":true,"attachmentMetadata":{"a":"b"}}}
---
PUT /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x/status?dryRun=All&fieldManager=dry

{"apiVersion":"storage.k8s.io/v1","kind":"VolumeAttachment","metadata":{"name":"diff-subs-x"},"spec":{},"status":{"attached":true,"attachmentMetadata":{"a":"b"}}}
---
PUT /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x/status

{"apiVersion":"storage.k8s.io/v1","kind":"VolumeAttachment","metadata":{"name":"diff-subs-x"},"status":{"attachError":{"message":"m","errorCode":-1}}}
---
PUT /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x/status

{"apiVersion":"storage.k8s.io/v1","kind":"VolumeAttachment","metadata":{"name":"other"},"status":{"attached":true,"attachmentMetadata":{"a":"b"}}}
---
PUT /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x/status

{"apiVersion":"storage.k8s.io/v1","kind":"VolumeAttachment","metadata":{"name":"diff-subs-x","resourceVersion":"1"},"status":{"attached":true,"attachmentMetadata":{"a":"b"}}}
---
PATCH /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"attached":true,"attachmentMetadata":{"a":"b"}}}
---
PATCH /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"attachError":{"message":"m","errorCode":-1}}}
---
PATCH /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"storage.k8s.io/v1","kind":"VolumeAttachment","metadata":{"name":"diff-subs-x"},"status":{"attached":true,"attachmentMetadata":{"a":"b"}}}
---
PATCH /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"storage.k8s.io/v1","kind":"VolumeAttachment","metadata":{"name":"diff-subs-x"},"spec":{"attacher":"x.example.com","nodeName":"n","source":{"persistentVolumeName":"v"}},"status":{"attached":true,"attachmentMetadata":{"a":"b"}}}
---
GET /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x/status
---
GET /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x
---
PUT /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x

{"apiVersion":"storage.k8s.io/v1","kind":"VolumeAttachment","metadata":{"name":"diff-subs-x"},"spec":{"attacher":"x.example.com","nodeName":"n","source":{"persistentVolumeName":"v"}},"status":{}}
---
POST /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x/status

{}
---
DELETE /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x/status
---
GET /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x/status/more
---
GET /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /apis/storage.k8s.io/v1/volumeattachments/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /apis/storage.k8s.io/v1/volumeattachments/none/status

{"apiVersion":"storage.k8s.io/v1","kind":"VolumeAttachment","metadata":{"name":"none"}}
---
DELETE /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x?propagationPolicy=Orphan
---
PATCH /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/storage.k8s.io/v1/volumeattachments/diff-subs-x
---
# status of ResourceClaim
POST /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims

{"apiVersion":"resource.k8s.io/v1","kind":"ResourceClaim","metadata":{"name":"x"},"spec":{"devices":{"requests":[{"name":"r","exactly":{"deviceClassName":"c.example.com"}}]}},"status":{"reservedFor":[{"resource":"pods","name":"p","uid":"u"}]}}
---
PUT /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x/status

{"apiVersion":"resource.k8s.io/v1","kind":"ResourceClaim","metadata":{"name":"x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"devices":{"requests":[{"name":"r","exactly":{"deviceClassName":"c.example.com"}}]}},"status":{"reservedFor":[{"resource":"pods","name":"p","uid":"u"}]}}
---
PUT /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x/status?dryRun=All&fieldManager=dry

{"apiVersion":"resource.k8s.io/v1","kind":"ResourceClaim","metadata":{"name":"x"},"spec":{},"status":{"reservedFor":[{"resource":"pods","name":"p","uid":"u"}]}}
---
PUT /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x/status

{"apiVersion":"resource.k8s.io/v1","kind":"ResourceClaim","metadata":{"name":"x"},"status":{"allocation":{"devices":{"results":[{"request":"none","driver":"d","pool":"p","device":"x"}]}}}}
---
PUT /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x/status

{"apiVersion":"resource.k8s.io/v1","kind":"ResourceClaim","metadata":{"name":"other"},"status":{"reservedFor":[{"resource":"pods","name":"p","uid":"u"}]}}
---
PUT /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x/status

{"apiVersion":"resource.k8s.io/v1","kind":"ResourceClaim","metadata":{"name":"x","resourceVersion":"1"},"status":{"reservedFor":[{"resource":"pods","name":"p","uid":"u"}]}}
---
PATCH /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"reservedFor":[{"resource":"pods","name":"p","uid":"u"}]}}
---
PATCH /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"allocation":{"devices":{"results":[{"request":"none","driver":"d","pool":"p","device":"x"}]}}}}
---
PATCH /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"resource.k8s.io/v1","kind":"ResourceClaim","metadata":{"name":"x"},"status":{"reservedFor":[{"resource":"pods","name":"p","uid":"u"}]}}
---
PATCH /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"resource.k8s.io/v1","kind":"ResourceClaim","metadata":{"name":"x"},"spec":{"devices":{"requests":[{"name":"r","exactly":{"deviceClassName":"c.example.com"}}]}},"status":{"reservedFor":[{"resource":"pods","name":"p","uid":"u"}]}}
---
GET /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x/status
---
GET /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x
---
PUT /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x

{"apiVersion":"resource.k8s.io/v1","kind":"ResourceClaim","metadata":{"name":"x"},"spec":{"devices":{"requests":[{"name":"r","exactly":{"deviceClassName":"c.example.com"}}]}},"status":{}}
---
POST /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x/status

{}
---
DELETE /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x/status
---
GET /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x/status/more
---
GET /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/none/status

{"apiVersion":"resource.k8s.io/v1","kind":"ResourceClaim","metadata":{"name":"none"}}
---
DELETE /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x?propagationPolicy=Orphan
---
PATCH /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/resource.k8s.io/v1/namespaces/diff-subs/resourceclaims/x
---
# status of PriorityLevelConfiguration
POST /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations

{"apiVersion":"flowcontrol.apiserver.k8s.io/v1","kind":"PriorityLevelConfiguration","metadata":{"name":"diff-subs-x"},"spec":{"type":"Limited","limited":{"limitResponse":{"type":"Reject"}}},"status":{"conditions":[{"type":"x","status":"True"}]}}
---
PUT /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x/status

{"apiVersion":"flowcontrol.apiserver.k8s.io/v1","kind":"PriorityLevelConfiguration","metadata":{"name":"diff-subs-x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"type":"Limited","limited":{"limitResponse":{"type":"Reject"}}},"status":{"conditions":[{"type":"x","status":"True"}]}}
---
PUT /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x/status?dryRun=All&fieldManager=dry

{"apiVersion":"flowcontrol.apiserver.k8s.io/v1","kind":"PriorityLevelConfiguration","metadata":{"name":"diff-subs-x"},"spec":{},"status":{"conditions":[{"type":"x","status":"True"}]}}
---
PUT /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x/status

{"apiVersion":"flowcontrol.apiserver.k8s.io/v1","kind":"PriorityLevelConfiguration","metadata":{"name":"diff-subs-x"},"status":{"conditions":[{"type":"x","status":"Nonsense"},{"type":"x","status":"True"}]}}
---
PUT /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x/status

{"apiVersion":"flowcontrol.apiserver.k8s.io/v1","kind":"PriorityLevelConfiguration","metadata":{"name":"other"},"status":{"conditions":[{"type":"x","status":"True"}]}}
---
PUT /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x/status

{"apiVersion":"flowcontrol.apiserver.k8s.io/v1","kind":"PriorityLevelConfiguration","metadata":{"name":"diff-subs-x","resourceVersion":"1"},"status":{"conditions":[{"type":"x","status":"True"}]}}
---
PATCH /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"conditions":[{"type":"x","status":"True"}]}}
---
PATCH /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"conditions":[{"type":"x","status":"Nonsense"},{"type":"x","status":"True"}]}}
---
PATCH /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"flowcontrol.apiserver.k8s.io/v1","kind":"PriorityLevelConfiguration","metadata":{"name":"diff-subs-x"},"status":{"conditions":[{"type":"x","status":"True"}]}}
---
PATCH /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"flowcontrol.apiserver.k8s.io/v1","kind":"PriorityLevelConfiguration","metadata":{"name":"diff-subs-x"},"spec":{"type":"Limited","limited":{"limitResponse":{"type":"Reject"}}},"status":{"conditions":[{"type":"x","status":"True"}]}}
---
GET /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x/status
---
GET /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x
---
PUT /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x

{"apiVersion":"flowcontrol.apiserver.k8s.io/v1","kind":"PriorityLevelConfiguration","metadata":{"name":"diff-subs-x"},"spec":{"type":"Limited","limited":{"limitResponse":{"type":"Reject"}}},"status":{}}
---
POST /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x/status

{}
---
DELETE /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x/status
---
GET /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x/status/more
---
GET /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/none/status

{"apiVersion":"flowcontrol.apiserver.k8s.io/v1","kind":"PriorityLevelConfiguration","metadata":{"name":"none"}}
---
DELETE /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x?propagationPolicy=Orphan
---
PATCH /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/diff-subs-x
---
# status of ServiceCIDR
POST /apis/networking.k8s.io/v1/servicecidrs

{"apiVersion":"networking.k8s.io/v1","kind":"ServiceCIDR","metadata":{"name":"diff-subs-x"},"spec":{"cidrs":["10.222.0.0/24"]},"status":{"conditions":[{"type":"Ready","status":"False","reason":"x","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
---
PUT /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x/status

{"apiVersion":"networking.k8s.io/v1","kind":"ServiceCIDR","metadata":{"name":"diff-subs-x","labels":{"l":"1"},"finalizers":["a.example.com/f"]},"spec":{"cidrs":["10.222.0.0/24"]},"status":{"conditions":[{"type":"Ready","status":"False","reason":"x","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
---
PUT /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x/status?dryRun=All&fieldManager=dry

{"apiVersion":"networking.k8s.io/v1","kind":"ServiceCIDR","metadata":{"name":"diff-subs-x"},"spec":{},"status":{"conditions":[{"type":"Ready","status":"False","reason":"x","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
---
PUT /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x/status

{"apiVersion":"networking.k8s.io/v1","kind":"ServiceCIDR","metadata":{"name":"diff-subs-x"},"status":{"conditions":[{"type":"Ready","status":"x"}]}}
---
PUT /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x/status

{"apiVersion":"networking.k8s.io/v1","kind":"ServiceCIDR","metadata":{"name":"other"},"status":{"conditions":[{"type":"Ready","status":"False","reason":"x","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
---
PUT /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x/status

{"apiVersion":"networking.k8s.io/v1","kind":"ServiceCIDR","metadata":{"name":"diff-subs-x","resourceVersion":"1"},"status":{"conditions":[{"type":"Ready","status":"False","reason":"x","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
---
PATCH /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x/status
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"n":"1"}},"status":{"conditions":[{"type":"Ready","status":"False","reason":"x","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
---
PATCH /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x/status
Content-Type: application/strategic-merge-patch+json

{"status":{"conditions":[{"type":"Ready","status":"x"}]}}
---
PATCH /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x/status
Content-Type: application/json-patch+json

[{"op":"remove","path":"/status"}]
---
PATCH /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x/status?fieldManager=m1
Content-Type: application/apply-patch+yaml

{"apiVersion":"networking.k8s.io/v1","kind":"ServiceCIDR","metadata":{"name":"diff-subs-x"},"status":{"conditions":[{"type":"Ready","status":"False","reason":"x","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
---
PATCH /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x/status?fieldManager=m2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"networking.k8s.io/v1","kind":"ServiceCIDR","metadata":{"name":"diff-subs-x"},"spec":{"cidrs":["10.222.0.0/24"]},"status":{"conditions":[{"type":"Ready","status":"False","reason":"x","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
---
GET /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x/status
---
GET /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x
---
PUT /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x

{"apiVersion":"networking.k8s.io/v1","kind":"ServiceCIDR","metadata":{"name":"diff-subs-x"},"spec":{"cidrs":["10.222.0.0/24"]},"status":{}}
---
POST /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x/status

{}
---
DELETE /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x/status
---
GET /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x/status/more
---
GET /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x/status
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
PATCH /apis/networking.k8s.io/v1/servicecidrs/none/status
Content-Type: application/merge-patch+json

{}
---
PUT /apis/networking.k8s.io/v1/servicecidrs/none/status

{"apiVersion":"networking.k8s.io/v1","kind":"ServiceCIDR","metadata":{"name":"none"}}
---
DELETE /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x?propagationPolicy=Orphan
---
PATCH /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
DELETE /apis/networking.k8s.io/v1/servicecidrs/diff-subs-x
---
# scale of Deployment
POST /apis/apps/v1/namespaces/diff-subs/deployments

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"s"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
GET /apis/apps/v1/namespaces/diff-subs/deployments/s/scale
---
PUT /apis/apps/v1/namespaces/diff-subs/deployments/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s","namespace":"diff-subs"},"spec":{"replicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/deployments/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{}}
---
PUT /apis/apps/v1/namespaces/diff-subs/deployments/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"t"},"spec":{"replicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/deployments/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s","namespace":"other"},"spec":{"replicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/deployments/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s","uid":"nonsense"},"spec":{"replicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/deployments/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":-2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/deployments/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s","resourceVersion":"1"},"spec":{"replicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/deployments/s/scale?dryRun=All

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":7}}
---
PUT /apis/apps/v1/namespaces/diff-subs/deployments/s/scale

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"s"}}
---
PUT /apis/apps/v1/namespaces/diff-subs/deployments/s/scale

{"apiVersion":"apps/v1beta1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/deployments/s/scale

{}
---
PATCH /apis/apps/v1/namespaces/diff-subs/deployments/s/scale
Content-Type: application/merge-patch+json

{"spec":{"replicas":4}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/deployments/s/scale
Content-Type: application/merge-patch+json

{"spec":{"replicas":"four"}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/deployments/s/scale
Content-Type: application/strategic-merge-patch+json

{"spec":{"replicas":5},"status":{"replicas":9}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/deployments/s/scale
Content-Type: application/json-patch+json

[{"op":"replace","path":"/spec/replicas","value":6}]
---
PATCH /apis/apps/v1/namespaces/diff-subs/deployments/s/scale?fieldManager=ap
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":6}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/deployments/s/scale?fieldManager=ap2
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":8}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/deployments/s/scale?fieldManager=ap2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":8}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/deployments/s/scale?fieldValidation=Strict
Content-Type: application/merge-patch+json

{"spec":{"replica":4}}
---
GET /apis/apps/v1/namespaces/diff-subs/deployments/s
---
GET /apis/apps/v1/namespaces/diff-subs/deployments/s/scale
Accept: application/yaml
---
GET /apis/apps/v1/namespaces/diff-subs/deployments/s/scale
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/apps/v1/namespaces/diff-subs/deployments/s/scale
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
DELETE /apis/apps/v1/namespaces/diff-subs/deployments/s/scale
---
POST /apis/apps/v1/namespaces/diff-subs/deployments/s/scale

{}
---
GET /apis/apps/v1/namespaces/diff-subs/deployments/none/scale
---
PATCH /apis/apps/v1/namespaces/diff-subs/deployments/none/scale
Content-Type: application/merge-patch+json

{"spec":{"replicas":4}}
---
DELETE /apis/apps/v1/namespaces/diff-subs/deployments/s
---
# scale of ReplicaSet
POST /apis/apps/v1/namespaces/diff-subs/replicasets

{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"s"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
GET /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale
---
PUT /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s","namespace":"diff-subs"},"spec":{"replicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{}}
---
PUT /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"t"},"spec":{"replicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s","namespace":"other"},"spec":{"replicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s","uid":"nonsense"},"spec":{"replicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":-2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s","resourceVersion":"1"},"spec":{"replicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale?dryRun=All

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":7}}
---
PUT /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"s"}}
---
PUT /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale

{"apiVersion":"apps/v1beta1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale

{}
---
PATCH /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale
Content-Type: application/merge-patch+json

{"spec":{"replicas":4}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale
Content-Type: application/merge-patch+json

{"spec":{"replicas":"four"}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale
Content-Type: application/strategic-merge-patch+json

{"spec":{"replicas":5},"status":{"replicas":9}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale
Content-Type: application/json-patch+json

[{"op":"replace","path":"/spec/replicas","value":6}]
---
PATCH /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale?fieldManager=ap
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":6}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale?fieldManager=ap2
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":8}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale?fieldManager=ap2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":8}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale?fieldValidation=Strict
Content-Type: application/merge-patch+json

{"spec":{"replica":4}}
---
GET /apis/apps/v1/namespaces/diff-subs/replicasets/s
---
GET /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale
Accept: application/yaml
---
GET /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
DELETE /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale
---
POST /apis/apps/v1/namespaces/diff-subs/replicasets/s/scale

{}
---
GET /apis/apps/v1/namespaces/diff-subs/replicasets/none/scale
---
PATCH /apis/apps/v1/namespaces/diff-subs/replicasets/none/scale
Content-Type: application/merge-patch+json

{"spec":{"replicas":4}}
---
DELETE /apis/apps/v1/namespaces/diff-subs/replicasets/s
---
# scale of StatefulSet
POST /apis/apps/v1/namespaces/diff-subs/statefulsets

{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"s"},"spec":{"replicas":1,"serviceName":"s","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
GET /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale
---
PUT /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s","namespace":"diff-subs"},"spec":{"replicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{}}
---
PUT /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"t"},"spec":{"replicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s","namespace":"other"},"spec":{"replicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s","uid":"nonsense"},"spec":{"replicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":-2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s","resourceVersion":"1"},"spec":{"replicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale?dryRun=All

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":7}}
---
PUT /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"s"}}
---
PUT /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale

{"apiVersion":"apps/v1beta1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":2}}
---
PUT /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale

{}
---
PATCH /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale
Content-Type: application/merge-patch+json

{"spec":{"replicas":4}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale
Content-Type: application/merge-patch+json

{"spec":{"replicas":"four"}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale
Content-Type: application/strategic-merge-patch+json

{"spec":{"replicas":5},"status":{"replicas":9}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale
Content-Type: application/json-patch+json

[{"op":"replace","path":"/spec/replicas","value":6}]
---
PATCH /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale?fieldManager=ap
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":6}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale?fieldManager=ap2
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":8}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale?fieldManager=ap2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":8}}
---
PATCH /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale?fieldValidation=Strict
Content-Type: application/merge-patch+json

{"spec":{"replica":4}}
---
GET /apis/apps/v1/namespaces/diff-subs/statefulsets/s
---
GET /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale
Accept: application/yaml
---
GET /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
DELETE /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale
---
POST /apis/apps/v1/namespaces/diff-subs/statefulsets/s/scale

{}
---
GET /apis/apps/v1/namespaces/diff-subs/statefulsets/none/scale
---
PATCH /apis/apps/v1/namespaces/diff-subs/statefulsets/none/scale
Content-Type: application/merge-patch+json

{"spec":{"replicas":4}}
---
DELETE /apis/apps/v1/namespaces/diff-subs/statefulsets/s
---
# scale of ReplicationController
POST /api/v1/namespaces/diff-subs/replicationcontrollers

{"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"s"},"spec":{"replicas":1,"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
GET /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale
---
PUT /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s","namespace":"diff-subs"},"spec":{"replicas":2}}
---
PUT /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{}}
---
PUT /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"t"},"spec":{"replicas":2}}
---
PUT /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s","namespace":"other"},"spec":{"replicas":2}}
---
PUT /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s","uid":"nonsense"},"spec":{"replicas":2}}
---
PUT /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":-2}}
---
PUT /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s","resourceVersion":"1"},"spec":{"replicas":2}}
---
PUT /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale?dryRun=All

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":7}}
---
PUT /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"s"}}
---
PUT /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale

{"apiVersion":"apps/v1beta1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":2}}
---
PUT /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale

{}
---
PATCH /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale
Content-Type: application/merge-patch+json

{"spec":{"replicas":4}}
---
PATCH /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale
Content-Type: application/merge-patch+json

{"spec":{"replicas":"four"}}
---
PATCH /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale
Content-Type: application/strategic-merge-patch+json

{"spec":{"replicas":5},"status":{"replicas":9}}
---
PATCH /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale
Content-Type: application/json-patch+json

[{"op":"replace","path":"/spec/replicas","value":6}]
---
PATCH /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale?fieldManager=ap
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":6}}
---
PATCH /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale?fieldManager=ap2
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":8}}
---
PATCH /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale?fieldManager=ap2&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"s"},"spec":{"replicas":8}}
---
PATCH /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale?fieldValidation=Strict
Content-Type: application/merge-patch+json

{"spec":{"replica":4}}
---
GET /api/v1/namespaces/diff-subs/replicationcontrollers/s
---
GET /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale
Accept: application/yaml
---
GET /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale
Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1
---
DELETE /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale
---
POST /api/v1/namespaces/diff-subs/replicationcontrollers/s/scale

{}
---
GET /api/v1/namespaces/diff-subs/replicationcontrollers/none/scale
---
PATCH /api/v1/namespaces/diff-subs/replicationcontrollers/none/scale
Content-Type: application/merge-patch+json

{"spec":{"replicas":4}}
---
DELETE /api/v1/namespaces/diff-subs/replicationcontrollers/s
---
# pods
POST /api/v1/namespaces/diff-subs/pods

{"metadata":{"name":"p","labels":{"e":"p"}},"spec":{"terminationGracePeriodSeconds":0,"containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"100m","memory":"10Mi"},"limits":{"cpu":"200m"}}}]}}
---
POST /api/v1/namespaces/diff-subs/pods/p/binding

{}
---
POST /api/v1/namespaces/diff-subs/pods/p/binding

{"apiVersion":"v1","kind":"Binding","metadata":{"name":"p"},"target":{}}
---
POST /api/v1/namespaces/diff-subs/pods/p/binding

{"apiVersion":"v1","kind":"Binding","metadata":{"name":"p"},"target":{"kind":"Pod","name":"n"}}
---
POST /api/v1/namespaces/diff-subs/pods/p/binding

{"apiVersion":"v1","kind":"Binding","metadata":{"name":"p"},"target":{"kind":"Node","name":""}}
---
POST /api/v1/namespaces/diff-subs/pods/p/binding

{"apiVersion":"v1","kind":"Binding","metadata":{"name":"other"},"target":{"kind":"Node","name":"n"}}
---
POST /api/v1/namespaces/diff-subs/pods/p/binding

{"apiVersion":"v1","kind":"Binding","metadata":{"name":"p","uid":"nonsense"},"target":{"kind":"Node","name":"n"}}
---
POST /api/v1/namespaces/diff-subs/pods/p/binding

{"apiVersion":"v1","kind":"Binding","metadata":{"name":"p","namespace":"other"},"target":{"kind":"Node","name":"n"}}
---
POST /api/v1/namespaces/diff-subs/pods/p/binding

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"target":{"kind":"Node","name":"n"}}
---
POST /api/v1/namespaces/diff-subs/pods/p/binding?dryRun=All

{"apiVersion":"v1","kind":"Binding","metadata":{"name":"p"},"target":{"kind":"Node","name":"n"}}
---
POST /api/v1/namespaces/diff-subs/pods/p/binding

{"apiVersion":"v1","kind":"Binding","metadata":{"name":"p","annotations":{"k":"v"},"labels":{"l":"v"}},"target":{"kind":"Node","name":"n"}}
---
GET /api/v1/namespaces/diff-subs/pods/p
---
POST /api/v1/namespaces/diff-subs/pods/p/binding

{"apiVersion":"v1","kind":"Binding","metadata":{"name":"p"},"target":{"kind":"Node","name":"m"}}
---
POST /api/v1/namespaces/diff-subs/pods/p/binding

{"apiVersion":"v1","kind":"Binding","metadata":{"name":"p"},"target":{"kind":"Node","name":"n"}}
---
GET /api/v1/namespaces/diff-subs/pods/p/binding
---
PUT /api/v1/namespaces/diff-subs/pods/p/binding

{}
---
POST /api/v1/namespaces/diff-subs/pods

{"metadata":{"name":"q","labels":{"e":"q"}},"spec":{"terminationGracePeriodSeconds":0,"containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"100m","memory":"10Mi"},"limits":{"cpu":"200m"}}}],"schedulingGates":[{"name":"g.example.com/a"}]}}
---
POST /api/v1/namespaces/diff-subs/bindings

{"apiVersion":"v1","kind":"Binding","metadata":{"name":"q"},"target":{"kind":"Node","name":"n"}}
---
PATCH /api/v1/namespaces/diff-subs/pods/q
Content-Type: application/strategic-merge-patch+json

{"spec":{"schedulingGates":null}}
---
PATCH /api/v1/namespaces/diff-subs/pods/q
Content-Type: application/merge-patch+json

{"spec":{"schedulingGates":[]}}
---
POST /api/v1/namespaces/diff-subs/bindings

{"apiVersion":"v1","kind":"Binding","metadata":{"name":"q"},"target":{"name":"n"}}
---
POST /api/v1/namespaces/diff-subs/bindings

{"apiVersion":"v1","kind":"Binding","metadata":{"name":"none"},"target":{"name":"n"}}
---
GET /api/v1/namespaces/diff-subs/bindings
---
GET /api/v1/bindings
---
# ephemeral containers
PATCH /api/v1/namespaces/diff-subs/pods/p/ephemeralcontainers
Content-Type: application/strategic-merge-patch+json

{"spec":{"ephemeralContainers":[{"name":"e","image":"i"}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/ephemeralcontainers
Content-Type: application/strategic-merge-patch+json

{"spec":{"ephemeralContainers":[{"name":"c","image":"i"}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/ephemeralcontainers
Content-Type: application/strategic-merge-patch+json

{"spec":{"ephemeralContainers":[{"name":"f","image":"i","ports":[{"containerPort":80}]}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/ephemeralcontainers
Content-Type: application/strategic-merge-patch+json

{"spec":{"ephemeralContainers":[{"name":"f","image":"i","resources":{"limits":{"cpu":"1"}}}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/ephemeralcontainers
Content-Type: application/strategic-merge-patch+json

{"spec":{"ephemeralContainers":[{"name":"f","image":"i","targetContainerName":"none"}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/ephemeralcontainers
Content-Type: application/strategic-merge-patch+json

{"spec":{"ephemeralContainers":[{"name":"f"}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/ephemeralcontainers
Content-Type: application/strategic-merge-patch+json

{"spec":{"ephemeralContainers":[{"name":"g","image":"i","targetContainerName":"c","stdin":true,"tty":true}]},"metadata":{"labels":{"x":"y"}}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/ephemeralcontainers
Content-Type: application/strategic-merge-patch+json

{"spec":{"ephemeralContainers":[{"name":"e","image":"other"}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/ephemeralcontainers
Content-Type: application/strategic-merge-patch+json

{"spec":{"ephemeralContainers":[{"$patch":"delete","name":"e"}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/ephemeralcontainers
Content-Type: application/strategic-merge-patch+json

{"spec":{"containers":[{"name":"c","image":"z"}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/ephemeralcontainers
Content-Type: application/strategic-merge-patch+json

{"metadata":{"annotations":{"only":"meta"}}}
---
PUT /api/v1/namespaces/diff-subs/pods/p/ephemeralcontainers

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"ephemeralContainers":[{"name":"e","image":"i"}]}}
---
PUT /api/v1/namespaces/diff-subs/pods/p/ephemeralcontainers

{"apiVersion":"v1","kind":"EphemeralContainers","metadata":{"name":"p"},"ephemeralContainers":[{"name":"e","image":"i"}]}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/ephemeralcontainers?fieldManager=ap
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"ephemeralContainers":[{"name":"h","image":"i"}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p
Content-Type: application/strategic-merge-patch+json

{"spec":{"ephemeralContainers":[{"name":"viapod","image":"i"}]}}
---
POST /api/v1/namespaces/diff-subs/pods/p/ephemeralcontainers

{}
---
GET /api/v1/namespaces/diff-subs/pods/p/ephemeralcontainers
---
DELETE /api/v1/namespaces/diff-subs/pods/p/ephemeralcontainers
---
# resize
PATCH /api/v1/namespaces/diff-subs/pods/p/resize
Content-Type: application/strategic-merge-patch+json

{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"150m"}}}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/resize
Content-Type: application/strategic-merge-patch+json

{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"1500m"}}}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/resize
Content-Type: application/strategic-merge-patch+json

{"spec":{"containers":[{"name":"c","resources":{"limits":{"memory":"1Gi"}}}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/resize
Content-Type: application/strategic-merge-patch+json

{"spec":{"containers":[{"name":"c","resources":{"requests":{"memory":"20Mi"}}}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/resize
Content-Type: application/strategic-merge-patch+json

{"spec":{"containers":[{"name":"c","resources":{"requests":{"ephemeral-storage":"1Gi"}}}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/resize
Content-Type: application/strategic-merge-patch+json

{"spec":{"containers":[{"name":"c","image":"z"}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/resize
Content-Type: application/strategic-merge-patch+json

{"spec":{"containers":[{"name":"d","resources":{"requests":{"cpu":"1"}}}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/resize
Content-Type: application/strategic-merge-patch+json

{"metadata":{"labels":{"r":"1"}}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/resize
Content-Type: application/strategic-merge-patch+json

{"spec":{"containers":[{"name":"c","resizePolicy":[{"resourceName":"cpu","restartPolicy":"RestartContainer"}]}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/resize
Content-Type: application/strategic-merge-patch+json

{"status":{"phase":"Failed"}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/resize
Content-Type: application/strategic-merge-patch+json

{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"0"},"limits":{"cpu":"0"}}}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/resize
Content-Type: application/json-patch+json

[{"op":"remove","path":"/spec/containers/0/resources/requests"}]
---
PATCH /api/v1/namespaces/diff-subs/pods/p/resize?dryRun=All&fieldManager=x
Content-Type: application/strategic-merge-patch+json

{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"160m"}}}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p/resize?fieldManager=ap
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"170m"}}}]}}
---
PATCH /api/v1/namespaces/diff-subs/pods/p
Content-Type: application/strategic-merge-patch+json

{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"180m"}}}]}}
---
GET /api/v1/namespaces/diff-subs/pods/p/resize
---
POST /api/v1/namespaces/diff-subs/pods/p/resize

{}
---
# eviction
POST /api/v1/namespaces/diff-subs/pods

{"metadata":{"name":"e1","labels":{"e":"e1"}},"spec":{"terminationGracePeriodSeconds":0,"containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"100m","memory":"10Mi"},"limits":{"cpu":"200m"}}}]}}
---
POST /api/v1/namespaces/diff-subs/pods

{"metadata":{"name":"e2","labels":{"e":"e2"}},"spec":{"terminationGracePeriodSeconds":0,"containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"100m","memory":"10Mi"},"limits":{"cpu":"200m"}}}]}}
---
POST /api/v1/namespaces/diff-subs/pods

{"metadata":{"name":"e3","labels":{"e":"e3"}},"spec":{"terminationGracePeriodSeconds":0,"containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"100m","memory":"10Mi"},"limits":{"cpu":"200m"}}}]}}
---
POST /api/v1/namespaces/diff-subs/pods/e1/eviction

{}
---
POST /api/v1/namespaces/diff-subs/pods/e1/eviction

{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"other"}}
---
POST /api/v1/namespaces/diff-subs/pods/e1/eviction

{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"e1","namespace":"other"}}
---
POST /api/v1/namespaces/diff-subs/pods/e1/eviction

{"apiVersion":"policy/v1beta1","kind":"Eviction","metadata":{"name":"e1"}}
---
POST /api/v1/namespaces/diff-subs/pods/e1/eviction

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"e1"}}
---
POST /api/v1/namespaces/diff-subs/pods/e1/eviction

{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"e1"},"deleteOptions":{"dryRun":["All"]}}
---
POST /api/v1/namespaces/diff-subs/pods/e1/eviction

{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"e1"},"deleteOptions":{"dryRun":["Some"]}}
---
POST /api/v1/namespaces/diff-subs/pods/e1/eviction

{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"e1"},"deleteOptions":{"preconditions":{"uid":"x"}}}
---
POST /api/v1/namespaces/diff-subs/pods/e1/eviction

{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"e1"},"deleteOptions":{"preconditions":{"resourceVersion":"1"}}}
---
POST /api/v1/namespaces/diff-subs/pods/e1/eviction

{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"e1"},"deleteOptions":{"propagationPolicy":"Nonsense"}}
---
POST /api/v1/namespaces/diff-subs/pods/e1/eviction

{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"e1"},"deleteOptions":{"gracePeriodSeconds":-5}}
---
POST /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets

{"metadata":{"name":"b"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"e":"e2"}}}}
---
POST /api/v1/namespaces/diff-subs/pods/e2/eviction

{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"e2"}}
---
PATCH /api/v1/namespaces/diff-subs/pods/e2/status
Content-Type: application/merge-patch+json

{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}
---
POST /api/v1/namespaces/diff-subs/pods/e2/eviction

{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"e2"}}
---
PATCH /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/b/status
Content-Type: application/merge-patch+json

{"status":{"observedGeneration":1,"disruptionsAllowed":0,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1}}
---
POST /api/v1/namespaces/diff-subs/pods/e2/eviction

{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"e2"}}
---
POST /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets

{"metadata":{"name":"b2"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"e":"e2"}}}}
---
POST /api/v1/namespaces/diff-subs/pods/e2/eviction

{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"e2"}}
---
DELETE /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/b2
---
PATCH /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/b/status
Content-Type: application/merge-patch+json

{"status":{"disruptionsAllowed":1}}
---
POST /api/v1/namespaces/diff-subs/pods/e2/eviction?dryRun=All

{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"e2"}}
---
POST /api/v1/namespaces/diff-subs/pods/e2/eviction

{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"e2"}}
---
GET /apis/policy/v1/namespaces/diff-subs/poddisruptionbudgets/b
---
POST /api/v1/namespaces/diff-subs/pods/e3/eviction

{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"e3"},"deleteOptions":{"gracePeriodSeconds":0}}
---
POST /api/v1/namespaces/diff-subs/pods/none/eviction

{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"none"}}
---
GET /api/v1/namespaces/diff-subs/pods/e1/eviction
---
# tokens
POST /api/v1/namespaces/diff-subs/serviceaccounts/default/token

{}
---
POST /api/v1/namespaces/diff-subs/serviceaccounts/default/token

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}
---
POST /api/v1/namespaces/diff-subs/serviceaccounts/default/token

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","metadata":{"name":"other"},"spec":{}}
---
POST /api/v1/namespaces/diff-subs/serviceaccounts/default/token

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","metadata":{"name":"default","namespace":"x"},"spec":{}}
---
POST /api/v1/namespaces/diff-subs/serviceaccounts/default/token

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":5}}
---
POST /api/v1/namespaces/diff-subs/serviceaccounts/default/token

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":5000000000}}
---
POST /api/v1/namespaces/diff-subs/serviceaccounts/default/token

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["a","b"],"expirationSeconds":700}}
---
POST /api/v1/namespaces/diff-subs/serviceaccounts/default/token

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"none"}}}
---
POST /api/v1/namespaces/diff-subs/serviceaccounts/default/token

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"boundObjectRef":{"kind":"ConfigMap","apiVersion":"v1","name":"none"}}}
---
POST /api/v1/namespaces/diff-subs/serviceaccounts/default/token

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"p","uid":"x"}}}
---
POST /api/v1/namespaces/diff-subs/serviceaccounts/default/token

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"boundObjectRef":{"kind":"Node","apiVersion":"v1","name":"none"}}}
---
POST /api/v1/namespaces/diff-subs/serviceaccounts/default/token

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"boundObjectRef":{"kind":"Secret","apiVersion":"v1","name":"none"}}}
---
POST /api/v1/namespaces/diff-subs/serviceaccounts/default/token

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"p"}}}
---
POST /api/v1/namespaces/diff-subs/serviceaccounts/default/token

{"apiVersion":"v1","kind":"Pod"}
---
POST /api/v1/namespaces/diff-subs/serviceaccounts/default/token?dryRun=All

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}
---
GET /api/v1/namespaces/diff-subs/serviceaccounts/default/token
---
PUT /api/v1/namespaces/diff-subs/serviceaccounts/default/token

{}
---
POST /api/v1/namespaces/diff-subs/serviceaccounts/none/token

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}
---
# finalize
GET /api/v1/namespaces/diff-subs-x/finalize
---
PATCH /api/v1/namespaces/diff-subs-x/finalize
Content-Type: application/merge-patch+json

{}
---
POST /api/v1/namespaces/diff-subs-x/finalize

{}
---
PUT /api/v1/namespaces/diff-subs-x/finalize

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"other"},"spec":{"finalizers":[]}}
---
PUT /api/v1/namespaces/diff-subs-x/finalize

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"diff-subs-x","resourceVersion":"1"},"spec":{"finalizers":[]}}
---
PUT /api/v1/namespaces/diff-subs-x/finalize?dryRun=All

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"diff-subs-x"},"spec":{"finalizers":["kubernetes","a.example.com/x"]}}
---
PUT /api/v1/namespaces/diff-subs-x/finalize

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"diff-subs-x","labels":{"q":"r"}},"spec":{"finalizers":["a.example.com/x","bad finalizer"]}}
---
PUT /api/v1/namespaces/diff-subs-x/finalize

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"diff-subs-x"},"spec":{"finalizers":["a.example.com/x"]}}
---
PATCH /api/v1/namespaces/diff-subs-x
Content-Type: application/merge-patch+json

{"spec":{"finalizers":[]},"metadata":{"finalizers":["m.example.com/x"]}}
---
DELETE /api/v1/namespaces/diff-subs-x?dryRun=All
---
DELETE /api/v1/namespaces/diff-subs-x
---
POST /api/v1/namespaces/diff-subs-x/configmaps

{"metadata":{"name":"a"}}
---
PUT /api/v1/namespaces/diff-subs-x/finalize

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"diff-subs-x"},"spec":{}}
---
GET /api/v1/namespaces/diff-subs-x
---
PATCH /api/v1/namespaces/diff-subs-x
Content-Type: application/merge-patch+json

{"metadata":{"finalizers":null}}
---
GET /api/v1/namespaces/diff-subs-x
---
PUT /api/v1/namespaces/diff-subs-x/finalize

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"diff-subs-x"},"spec":{}}
