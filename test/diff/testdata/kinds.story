# One valid object of every kind: create, read, print, change, delete.
---
POST /api/v1/namespaces

{"metadata": {"name": "diff-kinds"}}
---
POST /api/v1/namespaces/diff-kinds/configmaps?dryRun=All&fieldValidation=Strict

{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "row"}, "data": {"a": "b"}}
---
POST /api/v1/namespaces/diff-kinds/configmaps

{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "row"}, "data": {"a": "b"}}
---
GET /api/v1/namespaces/diff-kinds/configmaps/row
---
GET /api/v1/namespaces/diff-kinds/configmaps/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-kinds/configmaps?fieldSelector=metadata.name%3Drow
---
PATCH /api/v1/namespaces/diff-kinds/configmaps/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /api/v1/namespaces/diff-kinds/configmaps/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /api/v1/namespaces/diff-kinds/configmaps/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /api/v1/namespaces/diff-kinds/configmaps

{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /api/v1/namespaces/diff-kinds/configmaps

{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "bad-one"}}
---
GET /api/v1/namespaces/diff-kinds/configmaps?fieldSelector=spec.x%3Dy
---
DELETE /api/v1/namespaces/diff-kinds/configmaps/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /api/v1/namespaces/diff-kinds/configmaps/row
---
POST /api/v1/namespaces/diff-kinds/endpoints?dryRun=All&fieldValidation=Strict

{"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "row"}, "subsets": [{"addresses": [{"ip": "10.1.2.3"}], "ports": [{"port": 80}]}]}
---
POST /api/v1/namespaces/diff-kinds/endpoints

{"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "row"}, "subsets": [{"addresses": [{"ip": "10.1.2.3"}], "ports": [{"port": 80}]}]}
---
GET /api/v1/namespaces/diff-kinds/endpoints/row
---
GET /api/v1/namespaces/diff-kinds/endpoints/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-kinds/endpoints?fieldSelector=metadata.name%3Drow
---
PATCH /api/v1/namespaces/diff-kinds/endpoints/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /api/v1/namespaces/diff-kinds/endpoints/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /api/v1/namespaces/diff-kinds/endpoints/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /api/v1/namespaces/diff-kinds/endpoints

{"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /api/v1/namespaces/diff-kinds/endpoints

{"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "bad-one"}}
---
GET /api/v1/namespaces/diff-kinds/endpoints?fieldSelector=spec.x%3Dy
---
DELETE /api/v1/namespaces/diff-kinds/endpoints/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /api/v1/namespaces/diff-kinds/endpoints/row
---
POST /api/v1/namespaces/diff-kinds/events?dryRun=All&fieldValidation=Strict

{"apiVersion": "v1", "kind": "Event", "metadata": {"name": "row", "namespace": "diff-kinds"}, "involvedObject": {"kind": "Pod", "name": "web", "namespace": "diff-kinds"}, "reason": "Tested", "message": "a row", "type": "Normal"}
---
POST /api/v1/namespaces/diff-kinds/events

{"apiVersion": "v1", "kind": "Event", "metadata": {"name": "row", "namespace": "diff-kinds"}, "involvedObject": {"kind": "Pod", "name": "web", "namespace": "diff-kinds"}, "reason": "Tested", "message": "a row", "type": "Normal"}
---
GET /api/v1/namespaces/diff-kinds/events/row
---
GET /api/v1/namespaces/diff-kinds/events/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-kinds/events?fieldSelector=metadata.name%3Drow
---
PATCH /api/v1/namespaces/diff-kinds/events/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /api/v1/namespaces/diff-kinds/events/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "Event", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /api/v1/namespaces/diff-kinds/events/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "Event", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /api/v1/namespaces/diff-kinds/events

{"apiVersion": "v1", "kind": "Event", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /api/v1/namespaces/diff-kinds/events

{"apiVersion": "v1", "kind": "Event", "metadata": {"name": "bad-one"}}
---
GET /api/v1/namespaces/diff-kinds/events?fieldSelector=spec.x%3Dy
---
DELETE /api/v1/namespaces/diff-kinds/events/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /api/v1/namespaces/diff-kinds/events/row
---
POST /apis/events.k8s.io/v1/namespaces/diff-kinds/events?dryRun=All&fieldValidation=Strict

{"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"name": "row", "namespace": "diff-kinds"}, "eventTime": "2026-01-01T00:00:00.000000Z", "reportingController": "example.org/tester", "reportingInstance": "one", "action": "Testing", "reason": "Tested", "regarding": {"kind": "Pod", "name": "web", "namespace": "diff-kinds"}, "type": "Normal"}
---
POST /apis/events.k8s.io/v1/namespaces/diff-kinds/events

{"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"name": "row", "namespace": "diff-kinds"}, "eventTime": "2026-01-01T00:00:00.000000Z", "reportingController": "example.org/tester", "reportingInstance": "one", "action": "Testing", "reason": "Tested", "regarding": {"kind": "Pod", "name": "web", "namespace": "diff-kinds"}, "type": "Normal"}
---
GET /apis/events.k8s.io/v1/namespaces/diff-kinds/events/row
---
GET /apis/events.k8s.io/v1/namespaces/diff-kinds/events/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/events.k8s.io/v1/namespaces/diff-kinds/events?fieldSelector=metadata.name%3Drow
---
PATCH /apis/events.k8s.io/v1/namespaces/diff-kinds/events/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/events.k8s.io/v1/namespaces/diff-kinds/events/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/events.k8s.io/v1/namespaces/diff-kinds/events/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/events.k8s.io/v1/namespaces/diff-kinds/events

{"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/events.k8s.io/v1/namespaces/diff-kinds/events

{"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"name": "bad-one"}}
---
GET /apis/events.k8s.io/v1/namespaces/diff-kinds/events?fieldSelector=spec.x%3Dy
---
DELETE /apis/events.k8s.io/v1/namespaces/diff-kinds/events/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/events.k8s.io/v1/namespaces/diff-kinds/events/row
---
POST /api/v1/namespaces/diff-kinds/limitranges?dryRun=All&fieldValidation=Strict

{"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "row"}, "spec": {"limits": [{"type": "Container", "max": {"cpu": "2"}}]}}
---
POST /api/v1/namespaces/diff-kinds/limitranges

{"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "row"}, "spec": {"limits": [{"type": "Container", "max": {"cpu": "2"}}]}}
---
GET /api/v1/namespaces/diff-kinds/limitranges/row
---
GET /api/v1/namespaces/diff-kinds/limitranges/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-kinds/limitranges?fieldSelector=metadata.name%3Drow
---
PATCH /api/v1/namespaces/diff-kinds/limitranges/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /api/v1/namespaces/diff-kinds/limitranges/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /api/v1/namespaces/diff-kinds/limitranges/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /api/v1/namespaces/diff-kinds/limitranges

{"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /api/v1/namespaces/diff-kinds/limitranges

{"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "bad-one"}}
---
GET /api/v1/namespaces/diff-kinds/limitranges?fieldSelector=spec.x%3Dy
---
DELETE /api/v1/namespaces/diff-kinds/limitranges/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /api/v1/namespaces/diff-kinds/limitranges/row
---
POST /api/v1/nodes?dryRun=All&fieldValidation=Strict

{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "row"}, "spec": {"podCIDR": "10.9.0.0/24"}}
---
POST /api/v1/nodes

{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "row"}, "spec": {"podCIDR": "10.9.0.0/24"}}
---
GET /api/v1/nodes/row
---
GET /api/v1/nodes/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/nodes?fieldSelector=metadata.name%3Drow
---
GET /api/v1/nodes/row/status
---
PATCH /api/v1/nodes/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /api/v1/nodes/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /api/v1/nodes/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /api/v1/nodes/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /api/v1/nodes

{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /api/v1/nodes

{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "bad-one"}}
---
GET /api/v1/nodes?fieldSelector=spec.x%3Dy
---
DELETE /api/v1/nodes/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /api/v1/nodes/row
---
POST /api/v1/namespaces/diff-kinds/persistentvolumeclaims?dryRun=All&fieldValidation=Strict

{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "row"}, "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "", "resources": {"requests": {"storage": "1Gi"}}}}
---
POST /api/v1/namespaces/diff-kinds/persistentvolumeclaims

{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "row"}, "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "", "resources": {"requests": {"storage": "1Gi"}}}}
---
GET /api/v1/namespaces/diff-kinds/persistentvolumeclaims/row
---
GET /api/v1/namespaces/diff-kinds/persistentvolumeclaims/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-kinds/persistentvolumeclaims?fieldSelector=metadata.name%3Drow
---
GET /api/v1/namespaces/diff-kinds/persistentvolumeclaims/row/status
---
PATCH /api/v1/namespaces/diff-kinds/persistentvolumeclaims/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /api/v1/namespaces/diff-kinds/persistentvolumeclaims/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /api/v1/namespaces/diff-kinds/persistentvolumeclaims/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /api/v1/namespaces/diff-kinds/persistentvolumeclaims/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /api/v1/namespaces/diff-kinds/persistentvolumeclaims

{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /api/v1/namespaces/diff-kinds/persistentvolumeclaims

{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "bad-one"}}
---
GET /api/v1/namespaces/diff-kinds/persistentvolumeclaims?fieldSelector=spec.x%3Dy
---
DELETE /api/v1/namespaces/diff-kinds/persistentvolumeclaims/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /api/v1/namespaces/diff-kinds/persistentvolumeclaims/row
---
POST /api/v1/persistentvolumes?dryRun=All&fieldValidation=Strict

{"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "row"}, "spec": {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/tmp/row"}}}
---
POST /api/v1/persistentvolumes

{"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "row"}, "spec": {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/tmp/row"}}}
---
GET /api/v1/persistentvolumes/row
---
GET /api/v1/persistentvolumes/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/persistentvolumes?fieldSelector=metadata.name%3Drow
---
GET /api/v1/persistentvolumes/row/status
---
PATCH /api/v1/persistentvolumes/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /api/v1/persistentvolumes/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /api/v1/persistentvolumes/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /api/v1/persistentvolumes/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /api/v1/persistentvolumes

{"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /api/v1/persistentvolumes

{"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "bad-one"}}
---
GET /api/v1/persistentvolumes?fieldSelector=spec.x%3Dy
---
DELETE /api/v1/persistentvolumes/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /api/v1/persistentvolumes/row
---
POST /api/v1/namespaces/diff-kinds/pods?dryRun=All&fieldValidation=Strict

{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "row"}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}}
---
POST /api/v1/namespaces/diff-kinds/pods

{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "row"}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}}
---
GET /api/v1/namespaces/diff-kinds/pods/row
---
GET /api/v1/namespaces/diff-kinds/pods/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-kinds/pods?fieldSelector=metadata.name%3Drow
---
GET /api/v1/namespaces/diff-kinds/pods/row/ephemeralcontainers
---
GET /api/v1/namespaces/diff-kinds/pods/row/resize
---
GET /api/v1/namespaces/diff-kinds/pods/row/status
---
PATCH /api/v1/namespaces/diff-kinds/pods/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /api/v1/namespaces/diff-kinds/pods/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /api/v1/namespaces/diff-kinds/pods/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /api/v1/namespaces/diff-kinds/pods/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /api/v1/namespaces/diff-kinds/pods

{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /api/v1/namespaces/diff-kinds/pods

{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "bad-one"}}
---
GET /api/v1/namespaces/diff-kinds/pods?fieldSelector=spec.x%3Dy
---
DELETE /api/v1/namespaces/diff-kinds/pods/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /api/v1/namespaces/diff-kinds/pods/row
---
POST /api/v1/namespaces/diff-kinds/podtemplates?dryRun=All&fieldValidation=Strict

{"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "row"}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}}}
---
POST /api/v1/namespaces/diff-kinds/podtemplates

{"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "row"}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}}}
---
GET /api/v1/namespaces/diff-kinds/podtemplates/row
---
GET /api/v1/namespaces/diff-kinds/podtemplates/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-kinds/podtemplates?fieldSelector=metadata.name%3Drow
---
PATCH /api/v1/namespaces/diff-kinds/podtemplates/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /api/v1/namespaces/diff-kinds/podtemplates/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /api/v1/namespaces/diff-kinds/podtemplates/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /api/v1/namespaces/diff-kinds/podtemplates

{"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /api/v1/namespaces/diff-kinds/podtemplates

{"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "bad-one"}}
---
GET /api/v1/namespaces/diff-kinds/podtemplates?fieldSelector=spec.x%3Dy
---
DELETE /api/v1/namespaces/diff-kinds/podtemplates/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /api/v1/namespaces/diff-kinds/podtemplates/row
---
POST /api/v1/namespaces/diff-kinds/replicationcontrollers?dryRun=All&fieldValidation=Strict

{"apiVersion": "v1", "kind": "ReplicationController", "metadata": {"name": "row"}, "spec": {"replicas": 0, "selector": {"a": "b"}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}}}}
---
POST /api/v1/namespaces/diff-kinds/replicationcontrollers

{"apiVersion": "v1", "kind": "ReplicationController", "metadata": {"name": "row"}, "spec": {"replicas": 0, "selector": {"a": "b"}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}}}}
---
GET /api/v1/namespaces/diff-kinds/replicationcontrollers/row
---
GET /api/v1/namespaces/diff-kinds/replicationcontrollers/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-kinds/replicationcontrollers?fieldSelector=metadata.name%3Drow
---
GET /api/v1/namespaces/diff-kinds/replicationcontrollers/row/scale
---
GET /api/v1/namespaces/diff-kinds/replicationcontrollers/row/status
---
PATCH /api/v1/namespaces/diff-kinds/replicationcontrollers/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /api/v1/namespaces/diff-kinds/replicationcontrollers/row/scale?fieldManager=s
Content-Type: application/merge-patch+json

{"spec":{"replicas":2}}
---
GET /api/v1/namespaces/diff-kinds/replicationcontrollers/row
---
PATCH /api/v1/namespaces/diff-kinds/replicationcontrollers/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /api/v1/namespaces/diff-kinds/replicationcontrollers/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "ReplicationController", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /api/v1/namespaces/diff-kinds/replicationcontrollers/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "ReplicationController", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /api/v1/namespaces/diff-kinds/replicationcontrollers

{"apiVersion": "v1", "kind": "ReplicationController", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /api/v1/namespaces/diff-kinds/replicationcontrollers

{"apiVersion": "v1", "kind": "ReplicationController", "metadata": {"name": "bad-one"}}
---
GET /api/v1/namespaces/diff-kinds/replicationcontrollers?fieldSelector=spec.x%3Dy
---
DELETE /api/v1/namespaces/diff-kinds/replicationcontrollers/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /api/v1/namespaces/diff-kinds/replicationcontrollers/row
---
POST /api/v1/namespaces/diff-kinds/resourcequotas?dryRun=All&fieldValidation=Strict

{"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "row"}, "spec": {"hard": {"count/bananas.example.org": "3"}}}
---
POST /api/v1/namespaces/diff-kinds/resourcequotas

{"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "row"}, "spec": {"hard": {"count/bananas.example.org": "3"}}}
---
GET /api/v1/namespaces/diff-kinds/resourcequotas/row
---
GET /api/v1/namespaces/diff-kinds/resourcequotas/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-kinds/resourcequotas?fieldSelector=metadata.name%3Drow
---
GET /api/v1/namespaces/diff-kinds/resourcequotas/row/status
---
PATCH /api/v1/namespaces/diff-kinds/resourcequotas/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /api/v1/namespaces/diff-kinds/resourcequotas/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /api/v1/namespaces/diff-kinds/resourcequotas/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /api/v1/namespaces/diff-kinds/resourcequotas/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /api/v1/namespaces/diff-kinds/resourcequotas

{"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /api/v1/namespaces/diff-kinds/resourcequotas

{"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "bad-one"}}
---
GET /api/v1/namespaces/diff-kinds/resourcequotas?fieldSelector=spec.x%3Dy
---
DELETE /api/v1/namespaces/diff-kinds/resourcequotas/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /api/v1/namespaces/diff-kinds/resourcequotas/row
---
POST /api/v1/namespaces/diff-kinds/secrets?dryRun=All&fieldValidation=Strict

{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "row"}, "stringData": {"a": "b"}}
---
POST /api/v1/namespaces/diff-kinds/secrets

{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "row"}, "stringData": {"a": "b"}}
---
GET /api/v1/namespaces/diff-kinds/secrets/row
---
GET /api/v1/namespaces/diff-kinds/secrets/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-kinds/secrets?fieldSelector=metadata.name%3Drow
---
PATCH /api/v1/namespaces/diff-kinds/secrets/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /api/v1/namespaces/diff-kinds/secrets/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /api/v1/namespaces/diff-kinds/secrets/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /api/v1/namespaces/diff-kinds/secrets

{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /api/v1/namespaces/diff-kinds/secrets

{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "bad-one"}}
---
GET /api/v1/namespaces/diff-kinds/secrets?fieldSelector=spec.x%3Dy
---
DELETE /api/v1/namespaces/diff-kinds/secrets/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /api/v1/namespaces/diff-kinds/secrets/row
---
POST /api/v1/namespaces/diff-kinds/serviceaccounts?dryRun=All&fieldValidation=Strict

{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "row"}}
---
POST /api/v1/namespaces/diff-kinds/serviceaccounts

{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "row"}}
---
GET /api/v1/namespaces/diff-kinds/serviceaccounts/row
---
GET /api/v1/namespaces/diff-kinds/serviceaccounts/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-kinds/serviceaccounts?fieldSelector=metadata.name%3Drow
---
PATCH /api/v1/namespaces/diff-kinds/serviceaccounts/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /api/v1/namespaces/diff-kinds/serviceaccounts/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /api/v1/namespaces/diff-kinds/serviceaccounts/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /api/v1/namespaces/diff-kinds/serviceaccounts

{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /api/v1/namespaces/diff-kinds/serviceaccounts

{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "bad-one"}}
---
GET /api/v1/namespaces/diff-kinds/serviceaccounts?fieldSelector=spec.x%3Dy
---
DELETE /api/v1/namespaces/diff-kinds/serviceaccounts/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /api/v1/namespaces/diff-kinds/serviceaccounts/row
---
POST /api/v1/namespaces/diff-kinds/services?dryRun=All&fieldValidation=Strict

{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "row"}, "spec": {"selector": {"a": "b"}, "ports": [{"port": 80}]}}
---
POST /api/v1/namespaces/diff-kinds/services

{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "row"}, "spec": {"selector": {"a": "b"}, "ports": [{"port": 80}]}}
---
GET /api/v1/namespaces/diff-kinds/services/row
---
GET /api/v1/namespaces/diff-kinds/services/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /api/v1/namespaces/diff-kinds/services?fieldSelector=metadata.name%3Drow
---
GET /api/v1/namespaces/diff-kinds/services/row/status
---
PATCH /api/v1/namespaces/diff-kinds/services/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /api/v1/namespaces/diff-kinds/services/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /api/v1/namespaces/diff-kinds/services/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /api/v1/namespaces/diff-kinds/services/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /api/v1/namespaces/diff-kinds/services

{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /api/v1/namespaces/diff-kinds/services

{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "bad-one"}}
---
GET /api/v1/namespaces/diff-kinds/services?fieldSelector=spec.x%3Dy
---
DELETE /api/v1/namespaces/diff-kinds/services/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /api/v1/namespaces/diff-kinds/services/row
---
POST /apis/apps/v1/namespaces/diff-kinds/controllerrevisions?dryRun=All&fieldValidation=Strict

{"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": {"name": "row"}, "revision": 1, "data": {"a": "b"}}
---
POST /apis/apps/v1/namespaces/diff-kinds/controllerrevisions

{"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": {"name": "row"}, "revision": 1, "data": {"a": "b"}}
---
GET /apis/apps/v1/namespaces/diff-kinds/controllerrevisions/row
---
GET /apis/apps/v1/namespaces/diff-kinds/controllerrevisions/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/apps/v1/namespaces/diff-kinds/controllerrevisions?fieldSelector=metadata.name%3Drow
---
PATCH /apis/apps/v1/namespaces/diff-kinds/controllerrevisions/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/apps/v1/namespaces/diff-kinds/controllerrevisions/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/apps/v1/namespaces/diff-kinds/controllerrevisions/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/apps/v1/namespaces/diff-kinds/controllerrevisions

{"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/apps/v1/namespaces/diff-kinds/controllerrevisions

{"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": {"name": "bad-one"}}
---
GET /apis/apps/v1/namespaces/diff-kinds/controllerrevisions?fieldSelector=spec.x%3Dy
---
DELETE /apis/apps/v1/namespaces/diff-kinds/controllerrevisions/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/apps/v1/namespaces/diff-kinds/controllerrevisions/row
---
POST /apis/apps/v1/namespaces/diff-kinds/daemonsets?dryRun=All&fieldValidation=Strict

{"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "row"}, "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}}}}
---
POST /apis/apps/v1/namespaces/diff-kinds/daemonsets

{"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "row"}, "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}}}}
---
GET /apis/apps/v1/namespaces/diff-kinds/daemonsets/row
---
GET /apis/apps/v1/namespaces/diff-kinds/daemonsets/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/apps/v1/namespaces/diff-kinds/daemonsets?fieldSelector=metadata.name%3Drow
---
GET /apis/apps/v1/namespaces/diff-kinds/daemonsets/row/status
---
PATCH /apis/apps/v1/namespaces/diff-kinds/daemonsets/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/apps/v1/namespaces/diff-kinds/daemonsets/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/apps/v1/namespaces/diff-kinds/daemonsets/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/apps/v1/namespaces/diff-kinds/daemonsets/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/apps/v1/namespaces/diff-kinds/daemonsets

{"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/apps/v1/namespaces/diff-kinds/daemonsets

{"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "bad-one"}}
---
GET /apis/apps/v1/namespaces/diff-kinds/daemonsets?fieldSelector=spec.x%3Dy
---
DELETE /apis/apps/v1/namespaces/diff-kinds/daemonsets/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/apps/v1/namespaces/diff-kinds/daemonsets/row
---
POST /apis/apps/v1/namespaces/diff-kinds/deployments?dryRun=All&fieldValidation=Strict

{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "row"}, "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}}}}
---
POST /apis/apps/v1/namespaces/diff-kinds/deployments

{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "row"}, "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}}}}
---
GET /apis/apps/v1/namespaces/diff-kinds/deployments/row
---
GET /apis/apps/v1/namespaces/diff-kinds/deployments/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/apps/v1/namespaces/diff-kinds/deployments?fieldSelector=metadata.name%3Drow
---
GET /apis/apps/v1/namespaces/diff-kinds/deployments/row/scale
---
GET /apis/apps/v1/namespaces/diff-kinds/deployments/row/status
---
PATCH /apis/apps/v1/namespaces/diff-kinds/deployments/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/apps/v1/namespaces/diff-kinds/deployments/row/scale?fieldManager=s
Content-Type: application/merge-patch+json

{"spec":{"replicas":2}}
---
GET /apis/apps/v1/namespaces/diff-kinds/deployments/row
---
PATCH /apis/apps/v1/namespaces/diff-kinds/deployments/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/apps/v1/namespaces/diff-kinds/deployments/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/apps/v1/namespaces/diff-kinds/deployments/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/apps/v1/namespaces/diff-kinds/deployments

{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/apps/v1/namespaces/diff-kinds/deployments

{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "bad-one"}}
---
GET /apis/apps/v1/namespaces/diff-kinds/deployments?fieldSelector=spec.x%3Dy
---
DELETE /apis/apps/v1/namespaces/diff-kinds/deployments/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/apps/v1/namespaces/diff-kinds/deployments/row
---
POST /apis/apps/v1/namespaces/diff-kinds/replicasets?dryRun=All&fieldValidation=Strict

{"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "row"}, "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}}}}
---
POST /apis/apps/v1/namespaces/diff-kinds/replicasets

{"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "row"}, "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}}}}
---
GET /apis/apps/v1/namespaces/diff-kinds/replicasets/row
---
GET /apis/apps/v1/namespaces/diff-kinds/replicasets/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/apps/v1/namespaces/diff-kinds/replicasets?fieldSelector=metadata.name%3Drow
---
GET /apis/apps/v1/namespaces/diff-kinds/replicasets/row/scale
---
GET /apis/apps/v1/namespaces/diff-kinds/replicasets/row/status
---
PATCH /apis/apps/v1/namespaces/diff-kinds/replicasets/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/apps/v1/namespaces/diff-kinds/replicasets/row/scale?fieldManager=s
Content-Type: application/merge-patch+json

{"spec":{"replicas":2}}
---
GET /apis/apps/v1/namespaces/diff-kinds/replicasets/row
---
PATCH /apis/apps/v1/namespaces/diff-kinds/replicasets/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/apps/v1/namespaces/diff-kinds/replicasets/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/apps/v1/namespaces/diff-kinds/replicasets/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/apps/v1/namespaces/diff-kinds/replicasets

{"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/apps/v1/namespaces/diff-kinds/replicasets

{"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "bad-one"}}
---
GET /apis/apps/v1/namespaces/diff-kinds/replicasets?fieldSelector=spec.x%3Dy
---
DELETE /apis/apps/v1/namespaces/diff-kinds/replicasets/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/apps/v1/namespaces/diff-kinds/replicasets/row
---
POST /apis/apps/v1/namespaces/diff-kinds/statefulsets?dryRun=All&fieldValidation=Strict

{"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "row"}, "spec": {"serviceName": "row", "selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}}, "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}]}}
---
POST /apis/apps/v1/namespaces/diff-kinds/statefulsets

{"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "row"}, "spec": {"serviceName": "row", "selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}}, "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}]}}
---
GET /apis/apps/v1/namespaces/diff-kinds/statefulsets/row
---
GET /apis/apps/v1/namespaces/diff-kinds/statefulsets/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/apps/v1/namespaces/diff-kinds/statefulsets?fieldSelector=metadata.name%3Drow
---
GET /apis/apps/v1/namespaces/diff-kinds/statefulsets/row/scale
---
GET /apis/apps/v1/namespaces/diff-kinds/statefulsets/row/status
---
PATCH /apis/apps/v1/namespaces/diff-kinds/statefulsets/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/apps/v1/namespaces/diff-kinds/statefulsets/row/scale?fieldManager=s
Content-Type: application/merge-patch+json

{"spec":{"replicas":2}}
---
GET /apis/apps/v1/namespaces/diff-kinds/statefulsets/row
---
PATCH /apis/apps/v1/namespaces/diff-kinds/statefulsets/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/apps/v1/namespaces/diff-kinds/statefulsets/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/apps/v1/namespaces/diff-kinds/statefulsets/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/apps/v1/namespaces/diff-kinds/statefulsets

{"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/apps/v1/namespaces/diff-kinds/statefulsets

{"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "bad-one"}}
---
GET /apis/apps/v1/namespaces/diff-kinds/statefulsets?fieldSelector=spec.x%3Dy
---
DELETE /apis/apps/v1/namespaces/diff-kinds/statefulsets/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/apps/v1/namespaces/diff-kinds/statefulsets/row
---
POST /apis/autoscaling/v2/namespaces/diff-kinds/horizontalpodautoscalers?dryRun=All&fieldValidation=Strict

{"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "row"}, "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}, "maxReplicas": 3, "metrics": [{"type": "Resource", "resource": {"name": "memory", "target": {"type": "Utilization", "averageUtilization": 60}}}]}}
---
POST /apis/autoscaling/v2/namespaces/diff-kinds/horizontalpodautoscalers

{"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "row"}, "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}, "maxReplicas": 3, "metrics": [{"type": "Resource", "resource": {"name": "memory", "target": {"type": "Utilization", "averageUtilization": 60}}}]}}
---
GET /apis/autoscaling/v2/namespaces/diff-kinds/horizontalpodautoscalers/row
---
GET /apis/autoscaling/v2/namespaces/diff-kinds/horizontalpodautoscalers/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/autoscaling/v2/namespaces/diff-kinds/horizontalpodautoscalers?fieldSelector=metadata.name%3Drow
---
GET /apis/autoscaling/v2/namespaces/diff-kinds/horizontalpodautoscalers/row/status
---
PATCH /apis/autoscaling/v2/namespaces/diff-kinds/horizontalpodautoscalers/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/autoscaling/v2/namespaces/diff-kinds/horizontalpodautoscalers/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/autoscaling/v2/namespaces/diff-kinds/horizontalpodautoscalers/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/autoscaling/v2/namespaces/diff-kinds/horizontalpodautoscalers/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/autoscaling/v2/namespaces/diff-kinds/horizontalpodautoscalers

{"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/autoscaling/v2/namespaces/diff-kinds/horizontalpodautoscalers

{"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "bad-one"}}
---
GET /apis/autoscaling/v2/namespaces/diff-kinds/horizontalpodautoscalers?fieldSelector=spec.x%3Dy
---
DELETE /apis/autoscaling/v2/namespaces/diff-kinds/horizontalpodautoscalers/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/autoscaling/v2/namespaces/diff-kinds/horizontalpodautoscalers/row
---
POST /apis/autoscaling/v1/namespaces/diff-kinds/horizontalpodautoscalers?dryRun=All&fieldValidation=Strict

{"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "older"}, "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}, "maxReplicas": 3, "targetCPUUtilizationPercentage": 50}}
---
POST /apis/autoscaling/v1/namespaces/diff-kinds/horizontalpodautoscalers

{"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "older"}, "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}, "maxReplicas": 3, "targetCPUUtilizationPercentage": 50}}
---
GET /apis/autoscaling/v1/namespaces/diff-kinds/horizontalpodautoscalers/older
---
GET /apis/autoscaling/v1/namespaces/diff-kinds/horizontalpodautoscalers/older
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/autoscaling/v1/namespaces/diff-kinds/horizontalpodautoscalers?fieldSelector=metadata.name%3Dolder
---
GET /apis/autoscaling/v1/namespaces/diff-kinds/horizontalpodautoscalers/older/status
---
PATCH /apis/autoscaling/v1/namespaces/diff-kinds/horizontalpodautoscalers/older/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/autoscaling/v1/namespaces/diff-kinds/horizontalpodautoscalers/older?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/autoscaling/v1/namespaces/diff-kinds/horizontalpodautoscalers/older?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "older", "labels": {"l": "2"}}}
---
PATCH /apis/autoscaling/v1/namespaces/diff-kinds/horizontalpodautoscalers/older?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "older", "labels": {"l": "2"}}}
---
POST /apis/autoscaling/v1/namespaces/diff-kinds/horizontalpodautoscalers

{"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/autoscaling/v1/namespaces/diff-kinds/horizontalpodautoscalers

{"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "bad-one"}}
---
GET /apis/autoscaling/v1/namespaces/diff-kinds/horizontalpodautoscalers?fieldSelector=spec.x%3Dy
---
DELETE /apis/autoscaling/v1/namespaces/diff-kinds/horizontalpodautoscalers/older?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/autoscaling/v1/namespaces/diff-kinds/horizontalpodautoscalers/older
---
POST /apis/batch/v1/namespaces/diff-kinds/cronjobs?dryRun=All&fieldValidation=Strict

{"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "row"}, "spec": {"schedule": "0 0 * * *", "jobTemplate": {"spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}}}}}
---
POST /apis/batch/v1/namespaces/diff-kinds/cronjobs

{"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "row"}, "spec": {"schedule": "0 0 * * *", "jobTemplate": {"spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}}}}}
---
GET /apis/batch/v1/namespaces/diff-kinds/cronjobs/row
---
GET /apis/batch/v1/namespaces/diff-kinds/cronjobs/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/batch/v1/namespaces/diff-kinds/cronjobs?fieldSelector=metadata.name%3Drow
---
GET /apis/batch/v1/namespaces/diff-kinds/cronjobs/row/status
---
PATCH /apis/batch/v1/namespaces/diff-kinds/cronjobs/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/batch/v1/namespaces/diff-kinds/cronjobs/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/batch/v1/namespaces/diff-kinds/cronjobs/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/batch/v1/namespaces/diff-kinds/cronjobs/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/batch/v1/namespaces/diff-kinds/cronjobs

{"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/batch/v1/namespaces/diff-kinds/cronjobs

{"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "bad-one"}}
---
GET /apis/batch/v1/namespaces/diff-kinds/cronjobs?fieldSelector=spec.x%3Dy
---
DELETE /apis/batch/v1/namespaces/diff-kinds/cronjobs/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/batch/v1/namespaces/diff-kinds/cronjobs/row
---
POST /apis/batch/v1/namespaces/diff-kinds/jobs?dryRun=All&fieldValidation=Strict

{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "row"}, "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}}}
---
POST /apis/batch/v1/namespaces/diff-kinds/jobs

{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "row"}, "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}}}
---
GET /apis/batch/v1/namespaces/diff-kinds/jobs/row
---
GET /apis/batch/v1/namespaces/diff-kinds/jobs/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/batch/v1/namespaces/diff-kinds/jobs?fieldSelector=metadata.name%3Drow
---
GET /apis/batch/v1/namespaces/diff-kinds/jobs/row/status
---
PATCH /apis/batch/v1/namespaces/diff-kinds/jobs/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/batch/v1/namespaces/diff-kinds/jobs/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/batch/v1/namespaces/diff-kinds/jobs/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/batch/v1/namespaces/diff-kinds/jobs/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/batch/v1/namespaces/diff-kinds/jobs

{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/batch/v1/namespaces/diff-kinds/jobs

{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "bad-one"}}
---
GET /apis/batch/v1/namespaces/diff-kinds/jobs?fieldSelector=spec.x%3Dy
---
DELETE /apis/batch/v1/namespaces/diff-kinds/jobs/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/batch/v1/namespaces/diff-kinds/jobs/row
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All&fieldValidation=Strict

{"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": "row"}, "spec": {"signerName": "example.org/signer", "usages": ["client auth"], "request": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlJQ2FEQ0NBVkFDQVFBd0l6RVFNQTRHQTFVRUF3d0hjMjl0Wlc5dVpURVBNQTBHQTFVRUNnd0djR1Z2Y0d4bApNSUlCSWpBTkJna3Foa2lHOXcwQkFRRUZBQU9DQVE4QU1JSUJDZ0tDQVFFQXJYMUJpUEJERHpZbUtKYXQ1dmZXCnY5cVh0bS90bUNWM1hidlk0Ny84cVRRc2JPMFJsTlZQSS9Od21oNm1VOFlybnlBcUNpMC9rbGNJS0JUbURCQXcKWWdCdk1NbmxwenNPWEVvNEZmc1RSNHkrMWRRcDdmKzM0UWdFWC9OQllaQTh2MFVnblNEMVpnTXQvOGNDM2JNTwpYb1drWHpwMzVBNlhSMVpWOW1yT1FGVGlPVDYzU0lhZEhlOGhMRkdYRitjTXJDVGVzYVFUV2RxbmorcVNVcTVFCnRkRDYyVEloWHZpeTRKQjl4azU5aHVhS0lyOFJDSFRDNCtGdnBPc3g2OXVZK0hoY0lzYSs0ZEtFaEUrU2ZiUTQKYnlXSEovQktXOWxUWnFLTFdheW8zK3lvT3ZacUxmK2dRelBNMnlGakUvSTFMcS83R3B4ekdkQ05lT204blduYwpBd0lEQVFBQm9BQXdEUVlKS29aSWh2Y05BUUVMQlFBRGdnRUJBRDFsRUMzaTA5RS9PZGo1bkljRjMwekZGa3J4ClZaWWc4aWxhd1d4UlY3b3BpSTFUSHVCazFRUkx5SFhWY2o5TnlvRi9HQzNvSHVZMWtHMUtzQnJ6VGVjaXZiOW4KcDVHUytvRHZMNVpobnlneWk4TTAyYmRqM3hHSWROL3lUYm1HN2NJRXo2VVRUbWJLZStjR0N1eUFGRzd3VGVMVQpZTUV6REdHanB4NnBTTTgwSjZjZ0lHT0tDRHBoc3lBUEp0RWw0L2xYcGxSZkhxWHJmbjFjR3FpRzl5alBmV2p3CnZsVjdiRUN4U0FHWEtGbGJVeWtKd3Q0c1RQM291Z1VHR1NvNnpLTFdhSmpuMlhkQjBJRVZwK1NxT29KUncrcHUKVVE5NmorUnNEMFFod0daenRlQzBVNVNlMFJpdXp3RWNoQ3YyTWkrODB5OUJSZWY5TUU5SHVGc3NSSms9Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo="}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests

{"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": "row"}, "spec": {"signerName": "example.org/signer", "usages": ["client auth"], "request": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlJQ2FEQ0NBVkFDQVFBd0l6RVFNQTRHQTFVRUF3d0hjMjl0Wlc5dVpURVBNQTBHQTFVRUNnd0djR1Z2Y0d4bApNSUlCSWpBTkJna3Foa2lHOXcwQkFRRUZBQU9DQVE4QU1JSUJDZ0tDQVFFQXJYMUJpUEJERHpZbUtKYXQ1dmZXCnY5cVh0bS90bUNWM1hidlk0Ny84cVRRc2JPMFJsTlZQSS9Od21oNm1VOFlybnlBcUNpMC9rbGNJS0JUbURCQXcKWWdCdk1NbmxwenNPWEVvNEZmc1RSNHkrMWRRcDdmKzM0UWdFWC9OQllaQTh2MFVnblNEMVpnTXQvOGNDM2JNTwpYb1drWHpwMzVBNlhSMVpWOW1yT1FGVGlPVDYzU0lhZEhlOGhMRkdYRitjTXJDVGVzYVFUV2RxbmorcVNVcTVFCnRkRDYyVEloWHZpeTRKQjl4azU5aHVhS0lyOFJDSFRDNCtGdnBPc3g2OXVZK0hoY0lzYSs0ZEtFaEUrU2ZiUTQKYnlXSEovQktXOWxUWnFLTFdheW8zK3lvT3ZacUxmK2dRelBNMnlGakUvSTFMcS83R3B4ekdkQ05lT204blduYwpBd0lEQVFBQm9BQXdEUVlKS29aSWh2Y05BUUVMQlFBRGdnRUJBRDFsRUMzaTA5RS9PZGo1bkljRjMwekZGa3J4ClZaWWc4aWxhd1d4UlY3b3BpSTFUSHVCazFRUkx5SFhWY2o5TnlvRi9HQzNvSHVZMWtHMUtzQnJ6VGVjaXZiOW4KcDVHUytvRHZMNVpobnlneWk4TTAyYmRqM3hHSWROL3lUYm1HN2NJRXo2VVRUbWJLZStjR0N1eUFGRzd3VGVMVQpZTUV6REdHanB4NnBTTTgwSjZjZ0lHT0tDRHBoc3lBUEp0RWw0L2xYcGxSZkhxWHJmbjFjR3FpRzl5alBmV2p3CnZsVjdiRUN4U0FHWEtGbGJVeWtKd3Q0c1RQM291Z1VHR1NvNnpLTFdhSmpuMlhkQjBJRVZwK1NxT29KUncrcHUKVVE5NmorUnNEMFFod0daenRlQzBVNVNlMFJpdXp3RWNoQ3YyTWkrODB5OUJSZWY5TUU5SHVGc3NSSms9Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo="}}
---
GET /apis/certificates.k8s.io/v1/certificatesigningrequests/row
---
GET /apis/certificates.k8s.io/v1/certificatesigningrequests/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/certificates.k8s.io/v1/certificatesigningrequests?fieldSelector=metadata.name%3Drow
---
GET /apis/certificates.k8s.io/v1/certificatesigningrequests/row/approval
---
GET /apis/certificates.k8s.io/v1/certificatesigningrequests/row/status
---
PATCH /apis/certificates.k8s.io/v1/certificatesigningrequests/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/certificates.k8s.io/v1/certificatesigningrequests/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/certificates.k8s.io/v1/certificatesigningrequests/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/certificates.k8s.io/v1/certificatesigningrequests/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests

{"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests

{"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": "bad-one"}}
---
GET /apis/certificates.k8s.io/v1/certificatesigningrequests?fieldSelector=spec.x%3Dy
---
DELETE /apis/certificates.k8s.io/v1/certificatesigningrequests/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/certificates.k8s.io/v1/certificatesigningrequests/row
---
POST /apis/networking.k8s.io/v1/ingressclasses?dryRun=All&fieldValidation=Strict

{"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "row"}, "spec": {"controller": "example.org/ingress"}}
---
POST /apis/networking.k8s.io/v1/ingressclasses

{"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "row"}, "spec": {"controller": "example.org/ingress"}}
---
GET /apis/networking.k8s.io/v1/ingressclasses/row
---
GET /apis/networking.k8s.io/v1/ingressclasses/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/networking.k8s.io/v1/ingressclasses?fieldSelector=metadata.name%3Drow
---
PATCH /apis/networking.k8s.io/v1/ingressclasses/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/networking.k8s.io/v1/ingressclasses/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/networking.k8s.io/v1/ingressclasses/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/networking.k8s.io/v1/ingressclasses

{"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/networking.k8s.io/v1/ingressclasses

{"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "bad-one"}}
---
GET /apis/networking.k8s.io/v1/ingressclasses?fieldSelector=spec.x%3Dy
---
DELETE /apis/networking.k8s.io/v1/ingressclasses/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/networking.k8s.io/v1/ingressclasses/row
---
POST /apis/networking.k8s.io/v1/namespaces/diff-kinds/ingresses?dryRun=All&fieldValidation=Strict

{"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "row"}, "spec": {"rules": [{"host": "row.example.org", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}]}}]}}
---
POST /apis/networking.k8s.io/v1/namespaces/diff-kinds/ingresses

{"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "row"}, "spec": {"rules": [{"host": "row.example.org", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}]}}]}}
---
GET /apis/networking.k8s.io/v1/namespaces/diff-kinds/ingresses/row
---
GET /apis/networking.k8s.io/v1/namespaces/diff-kinds/ingresses/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/networking.k8s.io/v1/namespaces/diff-kinds/ingresses?fieldSelector=metadata.name%3Drow
---
GET /apis/networking.k8s.io/v1/namespaces/diff-kinds/ingresses/row/status
---
PATCH /apis/networking.k8s.io/v1/namespaces/diff-kinds/ingresses/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/networking.k8s.io/v1/namespaces/diff-kinds/ingresses/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/networking.k8s.io/v1/namespaces/diff-kinds/ingresses/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/networking.k8s.io/v1/namespaces/diff-kinds/ingresses/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/networking.k8s.io/v1/namespaces/diff-kinds/ingresses

{"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/networking.k8s.io/v1/namespaces/diff-kinds/ingresses

{"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "bad-one"}}
---
GET /apis/networking.k8s.io/v1/namespaces/diff-kinds/ingresses?fieldSelector=spec.x%3Dy
---
DELETE /apis/networking.k8s.io/v1/namespaces/diff-kinds/ingresses/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/networking.k8s.io/v1/namespaces/diff-kinds/ingresses/row
---
POST /apis/networking.k8s.io/v1/ipaddresses?dryRun=All&fieldValidation=Strict

{"apiVersion": "networking.k8s.io/v1", "kind": "IPAddress", "metadata": {"name": "192.168.7.7"}, "spec": {"parentRef": {"resource": "services", "namespace": "default", "name": "other"}}}
---
POST /apis/networking.k8s.io/v1/ipaddresses

{"apiVersion": "networking.k8s.io/v1", "kind": "IPAddress", "metadata": {"name": "192.168.7.7"}, "spec": {"parentRef": {"resource": "services", "namespace": "default", "name": "other"}}}
---
GET /apis/networking.k8s.io/v1/ipaddresses/192.168.7.7
---
GET /apis/networking.k8s.io/v1/ipaddresses/192.168.7.7
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/networking.k8s.io/v1/ipaddresses?fieldSelector=metadata.name%3D192.168.7.7
---
PATCH /apis/networking.k8s.io/v1/ipaddresses/192.168.7.7?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/networking.k8s.io/v1/ipaddresses/192.168.7.7?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "networking.k8s.io/v1", "kind": "IPAddress", "metadata": {"name": "192.168.7.7", "labels": {"l": "2"}}}
---
PATCH /apis/networking.k8s.io/v1/ipaddresses/192.168.7.7?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "networking.k8s.io/v1", "kind": "IPAddress", "metadata": {"name": "192.168.7.7", "labels": {"l": "2"}}}
---
POST /apis/networking.k8s.io/v1/ipaddresses

{"apiVersion": "networking.k8s.io/v1", "kind": "IPAddress", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/networking.k8s.io/v1/ipaddresses

{"apiVersion": "networking.k8s.io/v1", "kind": "IPAddress", "metadata": {"name": "bad-one"}}
---
GET /apis/networking.k8s.io/v1/ipaddresses?fieldSelector=spec.x%3Dy
---
DELETE /apis/networking.k8s.io/v1/ipaddresses/192.168.7.7?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/networking.k8s.io/v1/ipaddresses/192.168.7.7
---
POST /apis/networking.k8s.io/v1/namespaces/diff-kinds/networkpolicies?dryRun=All&fieldValidation=Strict

{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "row"}, "spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}
---
POST /apis/networking.k8s.io/v1/namespaces/diff-kinds/networkpolicies

{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "row"}, "spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}
---
GET /apis/networking.k8s.io/v1/namespaces/diff-kinds/networkpolicies/row
---
GET /apis/networking.k8s.io/v1/namespaces/diff-kinds/networkpolicies/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/networking.k8s.io/v1/namespaces/diff-kinds/networkpolicies?fieldSelector=metadata.name%3Drow
---
PATCH /apis/networking.k8s.io/v1/namespaces/diff-kinds/networkpolicies/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/networking.k8s.io/v1/namespaces/diff-kinds/networkpolicies/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/networking.k8s.io/v1/namespaces/diff-kinds/networkpolicies/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/networking.k8s.io/v1/namespaces/diff-kinds/networkpolicies

{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/networking.k8s.io/v1/namespaces/diff-kinds/networkpolicies

{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "bad-one"}}
---
GET /apis/networking.k8s.io/v1/namespaces/diff-kinds/networkpolicies?fieldSelector=spec.x%3Dy
---
DELETE /apis/networking.k8s.io/v1/namespaces/diff-kinds/networkpolicies/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/networking.k8s.io/v1/namespaces/diff-kinds/networkpolicies/row
---
POST /apis/networking.k8s.io/v1/servicecidrs?dryRun=All&fieldValidation=Strict

{"apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": {"name": "row"}, "spec": {"cidrs": ["10.44.0.0/16"]}}
---
POST /apis/networking.k8s.io/v1/servicecidrs

{"apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": {"name": "row"}, "spec": {"cidrs": ["10.44.0.0/16"]}}
---
GET /apis/networking.k8s.io/v1/servicecidrs/row
---
GET /apis/networking.k8s.io/v1/servicecidrs/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/networking.k8s.io/v1/servicecidrs?fieldSelector=metadata.name%3Drow
---
GET /apis/networking.k8s.io/v1/servicecidrs/row/status
---
PATCH /apis/networking.k8s.io/v1/servicecidrs/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/networking.k8s.io/v1/servicecidrs/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/networking.k8s.io/v1/servicecidrs/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/networking.k8s.io/v1/servicecidrs/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/networking.k8s.io/v1/servicecidrs

{"apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/networking.k8s.io/v1/servicecidrs

{"apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": {"name": "bad-one"}}
---
GET /apis/networking.k8s.io/v1/servicecidrs?fieldSelector=spec.x%3Dy
---
DELETE /apis/networking.k8s.io/v1/servicecidrs/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/networking.k8s.io/v1/servicecidrs/row
---
POST /apis/policy/v1/namespaces/diff-kinds/poddisruptionbudgets?dryRun=All&fieldValidation=Strict

{"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "row"}, "spec": {"minAvailable": 1, "selector": {"matchLabels": {"a": "b"}}}}
---
POST /apis/policy/v1/namespaces/diff-kinds/poddisruptionbudgets

{"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "row"}, "spec": {"minAvailable": 1, "selector": {"matchLabels": {"a": "b"}}}}
---
GET /apis/policy/v1/namespaces/diff-kinds/poddisruptionbudgets/row
---
GET /apis/policy/v1/namespaces/diff-kinds/poddisruptionbudgets/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/policy/v1/namespaces/diff-kinds/poddisruptionbudgets?fieldSelector=metadata.name%3Drow
---
GET /apis/policy/v1/namespaces/diff-kinds/poddisruptionbudgets/row/status
---
PATCH /apis/policy/v1/namespaces/diff-kinds/poddisruptionbudgets/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/policy/v1/namespaces/diff-kinds/poddisruptionbudgets/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/policy/v1/namespaces/diff-kinds/poddisruptionbudgets/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/policy/v1/namespaces/diff-kinds/poddisruptionbudgets/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/policy/v1/namespaces/diff-kinds/poddisruptionbudgets

{"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/policy/v1/namespaces/diff-kinds/poddisruptionbudgets

{"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "bad-one"}}
---
GET /apis/policy/v1/namespaces/diff-kinds/poddisruptionbudgets?fieldSelector=spec.x%3Dy
---
DELETE /apis/policy/v1/namespaces/diff-kinds/poddisruptionbudgets/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/policy/v1/namespaces/diff-kinds/poddisruptionbudgets/row
---
POST /apis/rbac.authorization.k8s.io/v1/clusterrolebindings?dryRun=All&fieldValidation=Strict

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "row"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}, "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "someone"}]}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterrolebindings

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "row"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}, "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "someone"}]}
---
GET /apis/rbac.authorization.k8s.io/v1/clusterrolebindings/row
---
GET /apis/rbac.authorization.k8s.io/v1/clusterrolebindings/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/rbac.authorization.k8s.io/v1/clusterrolebindings?fieldSelector=metadata.name%3Drow
---
PATCH /apis/rbac.authorization.k8s.io/v1/clusterrolebindings/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/rbac.authorization.k8s.io/v1/clusterrolebindings/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/rbac.authorization.k8s.io/v1/clusterrolebindings/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterrolebindings

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterrolebindings

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "bad-one"}}
---
GET /apis/rbac.authorization.k8s.io/v1/clusterrolebindings?fieldSelector=spec.x%3Dy
---
DELETE /apis/rbac.authorization.k8s.io/v1/clusterrolebindings/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/rbac.authorization.k8s.io/v1/clusterrolebindings/row
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All&fieldValidation=Strict

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "row"}, "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "row"}, "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}
---
GET /apis/rbac.authorization.k8s.io/v1/clusterroles/row
---
GET /apis/rbac.authorization.k8s.io/v1/clusterroles/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/rbac.authorization.k8s.io/v1/clusterroles?fieldSelector=metadata.name%3Drow
---
PATCH /apis/rbac.authorization.k8s.io/v1/clusterroles/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/rbac.authorization.k8s.io/v1/clusterroles/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/rbac.authorization.k8s.io/v1/clusterroles/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "bad-one"}}
---
GET /apis/rbac.authorization.k8s.io/v1/clusterroles?fieldSelector=spec.x%3Dy
---
DELETE /apis/rbac.authorization.k8s.io/v1/clusterroles/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/rbac.authorization.k8s.io/v1/clusterroles/row
---
POST /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/rolebindings?dryRun=All&fieldValidation=Strict

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "row"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}, "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "someone"}]}
---
POST /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/rolebindings

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "row"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}, "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "someone"}]}
---
GET /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/rolebindings/row
---
GET /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/rolebindings/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/rolebindings?fieldSelector=metadata.name%3Drow
---
PATCH /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/rolebindings/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/rolebindings/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/rolebindings/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/rolebindings

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/rolebindings

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "bad-one"}}
---
GET /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/rolebindings?fieldSelector=spec.x%3Dy
---
DELETE /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/rolebindings/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/rolebindings/row
---
POST /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/roles?dryRun=All&fieldValidation=Strict

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "row"}, "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}
---
POST /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/roles

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "row"}, "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}
---
GET /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/roles/row
---
GET /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/roles/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/roles?fieldSelector=metadata.name%3Drow
---
PATCH /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/roles/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/roles/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/roles/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/roles

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/roles

{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "bad-one"}}
---
GET /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/roles?fieldSelector=spec.x%3Dy
---
DELETE /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/roles/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/rbac.authorization.k8s.io/v1/namespaces/diff-kinds/roles/row
---
POST /apis/storage.k8s.io/v1/csidrivers?dryRun=All&fieldValidation=Strict

{"apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "metadata": {"name": "row.example.org"}, "spec": {"attachRequired": false}}
---
POST /apis/storage.k8s.io/v1/csidrivers

{"apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "metadata": {"name": "row.example.org"}, "spec": {"attachRequired": false}}
---
GET /apis/storage.k8s.io/v1/csidrivers/row.example.org
---
GET /apis/storage.k8s.io/v1/csidrivers/row.example.org
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/storage.k8s.io/v1/csidrivers?fieldSelector=metadata.name%3Drow.example.org
---
PATCH /apis/storage.k8s.io/v1/csidrivers/row.example.org?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/storage.k8s.io/v1/csidrivers/row.example.org?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "metadata": {"name": "row.example.org", "labels": {"l": "2"}}}
---
PATCH /apis/storage.k8s.io/v1/csidrivers/row.example.org?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "metadata": {"name": "row.example.org", "labels": {"l": "2"}}}
---
POST /apis/storage.k8s.io/v1/csidrivers

{"apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/storage.k8s.io/v1/csidrivers

{"apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "metadata": {"name": "bad-one"}}
---
GET /apis/storage.k8s.io/v1/csidrivers?fieldSelector=spec.x%3Dy
---
DELETE /apis/storage.k8s.io/v1/csidrivers/row.example.org?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/storage.k8s.io/v1/csidrivers/row.example.org
---
POST /apis/storage.k8s.io/v1/csinodes?dryRun=All&fieldValidation=Strict

{"apiVersion": "storage.k8s.io/v1", "kind": "CSINode", "metadata": {"name": "row"}, "spec": {"drivers": [{"name": "row.example.org", "nodeID": "n1"}]}}
---
POST /apis/storage.k8s.io/v1/csinodes

{"apiVersion": "storage.k8s.io/v1", "kind": "CSINode", "metadata": {"name": "row"}, "spec": {"drivers": [{"name": "row.example.org", "nodeID": "n1"}]}}
---
GET /apis/storage.k8s.io/v1/csinodes/row
---
GET /apis/storage.k8s.io/v1/csinodes/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/storage.k8s.io/v1/csinodes?fieldSelector=metadata.name%3Drow
---
PATCH /apis/storage.k8s.io/v1/csinodes/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/storage.k8s.io/v1/csinodes/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "storage.k8s.io/v1", "kind": "CSINode", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/storage.k8s.io/v1/csinodes/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "storage.k8s.io/v1", "kind": "CSINode", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/storage.k8s.io/v1/csinodes

{"apiVersion": "storage.k8s.io/v1", "kind": "CSINode", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/storage.k8s.io/v1/csinodes

{"apiVersion": "storage.k8s.io/v1", "kind": "CSINode", "metadata": {"name": "bad-one"}}
---
GET /apis/storage.k8s.io/v1/csinodes?fieldSelector=spec.x%3Dy
---
DELETE /apis/storage.k8s.io/v1/csinodes/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/storage.k8s.io/v1/csinodes/row
---
POST /apis/storage.k8s.io/v1/namespaces/diff-kinds/csistoragecapacities?dryRun=All&fieldValidation=Strict

{"apiVersion": "storage.k8s.io/v1", "kind": "CSIStorageCapacity", "metadata": {"name": "row"}, "storageClassName": "row", "capacity": "1Gi"}
---
POST /apis/storage.k8s.io/v1/namespaces/diff-kinds/csistoragecapacities

{"apiVersion": "storage.k8s.io/v1", "kind": "CSIStorageCapacity", "metadata": {"name": "row"}, "storageClassName": "row", "capacity": "1Gi"}
---
GET /apis/storage.k8s.io/v1/namespaces/diff-kinds/csistoragecapacities/row
---
GET /apis/storage.k8s.io/v1/namespaces/diff-kinds/csistoragecapacities/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/storage.k8s.io/v1/namespaces/diff-kinds/csistoragecapacities?fieldSelector=metadata.name%3Drow
---
PATCH /apis/storage.k8s.io/v1/namespaces/diff-kinds/csistoragecapacities/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/storage.k8s.io/v1/namespaces/diff-kinds/csistoragecapacities/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "storage.k8s.io/v1", "kind": "CSIStorageCapacity", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/storage.k8s.io/v1/namespaces/diff-kinds/csistoragecapacities/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "storage.k8s.io/v1", "kind": "CSIStorageCapacity", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/storage.k8s.io/v1/namespaces/diff-kinds/csistoragecapacities

{"apiVersion": "storage.k8s.io/v1", "kind": "CSIStorageCapacity", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/storage.k8s.io/v1/namespaces/diff-kinds/csistoragecapacities

{"apiVersion": "storage.k8s.io/v1", "kind": "CSIStorageCapacity", "metadata": {"name": "bad-one"}}
---
GET /apis/storage.k8s.io/v1/namespaces/diff-kinds/csistoragecapacities?fieldSelector=spec.x%3Dy
---
DELETE /apis/storage.k8s.io/v1/namespaces/diff-kinds/csistoragecapacities/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/storage.k8s.io/v1/namespaces/diff-kinds/csistoragecapacities/row
---
POST /apis/storage.k8s.io/v1/storageclasses?dryRun=All&fieldValidation=Strict

{"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "row"}, "provisioner": "row.example.org"}
---
POST /apis/storage.k8s.io/v1/storageclasses

{"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "row"}, "provisioner": "row.example.org"}
---
GET /apis/storage.k8s.io/v1/storageclasses/row
---
GET /apis/storage.k8s.io/v1/storageclasses/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/storage.k8s.io/v1/storageclasses?fieldSelector=metadata.name%3Drow
---
PATCH /apis/storage.k8s.io/v1/storageclasses/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/storage.k8s.io/v1/storageclasses/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/storage.k8s.io/v1/storageclasses/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/storage.k8s.io/v1/storageclasses

{"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/storage.k8s.io/v1/storageclasses

{"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "bad-one"}}
---
GET /apis/storage.k8s.io/v1/storageclasses?fieldSelector=spec.x%3Dy
---
DELETE /apis/storage.k8s.io/v1/storageclasses/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/storage.k8s.io/v1/storageclasses/row
---
POST /apis/storage.k8s.io/v1/volumeattachments?dryRun=All&fieldValidation=Strict

{"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttachment", "metadata": {"name": "row"}, "spec": {"attacher": "row.example.org", "nodeName": "n1", "source": {"persistentVolumeName": "pv"}}}
---
POST /apis/storage.k8s.io/v1/volumeattachments

{"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttachment", "metadata": {"name": "row"}, "spec": {"attacher": "row.example.org", "nodeName": "n1", "source": {"persistentVolumeName": "pv"}}}
---
GET /apis/storage.k8s.io/v1/volumeattachments/row
---
GET /apis/storage.k8s.io/v1/volumeattachments/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/storage.k8s.io/v1/volumeattachments?fieldSelector=metadata.name%3Drow
---
GET /apis/storage.k8s.io/v1/volumeattachments/row/status
---
PATCH /apis/storage.k8s.io/v1/volumeattachments/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/storage.k8s.io/v1/volumeattachments/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/storage.k8s.io/v1/volumeattachments/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttachment", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/storage.k8s.io/v1/volumeattachments/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttachment", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/storage.k8s.io/v1/volumeattachments

{"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttachment", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/storage.k8s.io/v1/volumeattachments

{"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttachment", "metadata": {"name": "bad-one"}}
---
GET /apis/storage.k8s.io/v1/volumeattachments?fieldSelector=spec.x%3Dy
---
DELETE /apis/storage.k8s.io/v1/volumeattachments/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/storage.k8s.io/v1/volumeattachments/row
---
POST /apis/storage.k8s.io/v1/volumeattributesclasses?dryRun=All&fieldValidation=Strict

{"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttributesClass", "metadata": {"name": "row"}, "driverName": "row.example.org", "parameters": {"iops": "100"}}
---
POST /apis/storage.k8s.io/v1/volumeattributesclasses

{"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttributesClass", "metadata": {"name": "row"}, "driverName": "row.example.org", "parameters": {"iops": "100"}}
---
GET /apis/storage.k8s.io/v1/volumeattributesclasses/row
---
GET /apis/storage.k8s.io/v1/volumeattributesclasses/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/storage.k8s.io/v1/volumeattributesclasses?fieldSelector=metadata.name%3Drow
---
PATCH /apis/storage.k8s.io/v1/volumeattributesclasses/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/storage.k8s.io/v1/volumeattributesclasses/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttributesClass", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/storage.k8s.io/v1/volumeattributesclasses/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttributesClass", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/storage.k8s.io/v1/volumeattributesclasses

{"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttributesClass", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/storage.k8s.io/v1/volumeattributesclasses

{"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttributesClass", "metadata": {"name": "bad-one"}}
---
GET /apis/storage.k8s.io/v1/volumeattributesclasses?fieldSelector=spec.x%3Dy
---
DELETE /apis/storage.k8s.io/v1/volumeattributesclasses/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/storage.k8s.io/v1/volumeattributesclasses/row
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies?dryRun=All&fieldValidation=Strict

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicy", "metadata": {"name": "row"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": ["example.org"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["bananas"]}]}, "reinvocationPolicy": "Never", "mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{metadata: Object.metadata{labels: Object.metadata.labels{a: 'b'}}}"}}]}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicy", "metadata": {"name": "row"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": ["example.org"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["bananas"]}]}, "reinvocationPolicy": "Never", "mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{metadata: Object.metadata{labels: Object.metadata.labels{a: 'b'}}}"}}]}}
---
GET /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies/row
---
GET /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies?fieldSelector=metadata.name%3Drow
---
PATCH /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicy", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicy", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicy", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicy", "metadata": {"name": "bad-one"}}
---
GET /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies?fieldSelector=spec.x%3Dy
---
DELETE /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies/row
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings?dryRun=All&fieldValidation=Strict

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicyBinding", "metadata": {"name": "row"}, "spec": {"policyName": "none"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicyBinding", "metadata": {"name": "row"}, "spec": {"policyName": "none"}}
---
GET /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings/row
---
GET /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings?fieldSelector=metadata.name%3Drow
---
PATCH /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicyBinding", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicyBinding", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicyBinding", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicyBinding", "metadata": {"name": "bad-one"}}
---
GET /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings?fieldSelector=spec.x%3Dy
---
DELETE /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings/row
---
POST /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations?dryRun=All&fieldValidation=Strict

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration", "metadata": {"name": "row"}, "webhooks": [{"name": "row.example.org", "sideEffects": "None", "admissionReviewVersions": ["v1"], "clientConfig": {"url": "https://127.0.0.1:1/"}, "rules": [{"apiGroups": ["example.org"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["bananas"]}]}]}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration", "metadata": {"name": "row"}, "webhooks": [{"name": "row.example.org", "sideEffects": "None", "admissionReviewVersions": ["v1"], "clientConfig": {"url": "https://127.0.0.1:1/"}, "rules": [{"apiGroups": ["example.org"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["bananas"]}]}]}
---
GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/row
---
GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations?fieldSelector=metadata.name%3Drow
---
PATCH /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration", "metadata": {"name": "bad-one"}}
---
GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations?fieldSelector=spec.x%3Dy
---
DELETE /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/row
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies?dryRun=All&fieldValidation=Strict

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "row"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": ["example.org"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["bananas"]}]}, "validations": [{"expression": "true"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "row"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": ["example.org"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["bananas"]}]}, "validations": [{"expression": "true"}]}}
---
GET /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/row
---
GET /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies?fieldSelector=metadata.name%3Drow
---
GET /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/row/status
---
PATCH /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "bad-one"}}
---
GET /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies?fieldSelector=spec.x%3Dy
---
DELETE /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/row
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings?dryRun=All&fieldValidation=Strict

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "row"}, "spec": {"policyName": "none", "validationActions": ["Deny"]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "row"}, "spec": {"policyName": "none", "validationActions": ["Deny"]}}
---
GET /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/row
---
GET /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings?fieldSelector=metadata.name%3Drow
---
PATCH /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "bad-one"}}
---
GET /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings?fieldSelector=spec.x%3Dy
---
DELETE /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/row
---
POST /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations?dryRun=All&fieldValidation=Strict

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "row"}, "webhooks": [{"name": "row.example.org", "sideEffects": "None", "admissionReviewVersions": ["v1"], "clientConfig": {"url": "https://127.0.0.1:1/"}, "rules": [{"apiGroups": ["example.org"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["bananas"]}]}]}
---
POST /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "row"}, "webhooks": [{"name": "row.example.org", "sideEffects": "None", "admissionReviewVersions": ["v1"], "clientConfig": {"url": "https://127.0.0.1:1/"}, "rules": [{"apiGroups": ["example.org"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["bananas"]}]}]}
---
GET /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/row
---
GET /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations?fieldSelector=metadata.name%3Drow
---
PATCH /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations

{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "bad-one"}}
---
GET /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations?fieldSelector=spec.x%3Dy
---
DELETE /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/row
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All&fieldValidation=Strict

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "bananas.example.org"}, "spec": {"group": "example.org", "scope": "Namespaced", "names": {"plural": "bananas", "singular": "banana", "kind": "Banana"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}}}]}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "bananas.example.org"}, "spec": {"group": "example.org", "scope": "Namespaced", "names": {"plural": "bananas", "singular": "banana", "kind": "Banana"}, "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}}}]}}
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/bananas.example.org
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/bananas.example.org
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldSelector=metadata.name%3Dbananas.example.org
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/bananas.example.org/status
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/bananas.example.org/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/bananas.example.org?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/bananas.example.org?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "bananas.example.org", "labels": {"l": "2"}}}
---
PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/bananas.example.org?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "bananas.example.org", "labels": {"l": "2"}}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "bad-one"}}
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldSelector=spec.x%3Dy
---
DELETE /apis/apiextensions.k8s.io/v1/customresourcedefinitions/bananas.example.org?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/bananas.example.org
---
POST /apis/apiregistration.k8s.io/v1/apiservices?dryRun=All&fieldValidation=Strict

{"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "v1.row.example.org"}, "spec": {"group": "row.example.org", "version": "v1", "groupPriorityMinimum": 100, "versionPriority": 100, "service": {"namespace": "default", "name": "row"}}}
---
POST /apis/apiregistration.k8s.io/v1/apiservices

{"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "v1.row.example.org"}, "spec": {"group": "row.example.org", "version": "v1", "groupPriorityMinimum": 100, "versionPriority": 100, "service": {"namespace": "default", "name": "row"}}}
---
GET /apis/apiregistration.k8s.io/v1/apiservices/v1.row.example.org
---
GET /apis/apiregistration.k8s.io/v1/apiservices/v1.row.example.org
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/apiregistration.k8s.io/v1/apiservices?fieldSelector=metadata.name%3Dv1.row.example.org
---
GET /apis/apiregistration.k8s.io/v1/apiservices/v1.row.example.org/status
---
PATCH /apis/apiregistration.k8s.io/v1/apiservices/v1.row.example.org/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/apiregistration.k8s.io/v1/apiservices/v1.row.example.org?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/apiregistration.k8s.io/v1/apiservices/v1.row.example.org?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "v1.row.example.org", "labels": {"l": "2"}}}
---
PATCH /apis/apiregistration.k8s.io/v1/apiservices/v1.row.example.org?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "v1.row.example.org", "labels": {"l": "2"}}}
---
POST /apis/apiregistration.k8s.io/v1/apiservices

{"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/apiregistration.k8s.io/v1/apiservices

{"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "bad-one"}}
---
GET /apis/apiregistration.k8s.io/v1/apiservices?fieldSelector=spec.x%3Dy
---
DELETE /apis/apiregistration.k8s.io/v1/apiservices/v1.row.example.org?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/apiregistration.k8s.io/v1/apiservices/v1.row.example.org
---
POST /apis/scheduling.k8s.io/v1/priorityclasses?dryRun=All&fieldValidation=Strict

{"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "row"}, "value": 7}
---
POST /apis/scheduling.k8s.io/v1/priorityclasses

{"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "row"}, "value": 7}
---
GET /apis/scheduling.k8s.io/v1/priorityclasses/row
---
GET /apis/scheduling.k8s.io/v1/priorityclasses/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/scheduling.k8s.io/v1/priorityclasses?fieldSelector=metadata.name%3Drow
---
PATCH /apis/scheduling.k8s.io/v1/priorityclasses/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/scheduling.k8s.io/v1/priorityclasses/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/scheduling.k8s.io/v1/priorityclasses/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/scheduling.k8s.io/v1/priorityclasses

{"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/scheduling.k8s.io/v1/priorityclasses

{"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "bad-one"}}
---
GET /apis/scheduling.k8s.io/v1/priorityclasses?fieldSelector=spec.x%3Dy
---
DELETE /apis/scheduling.k8s.io/v1/priorityclasses/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/scheduling.k8s.io/v1/priorityclasses/row
---
POST /apis/coordination.k8s.io/v1/namespaces/diff-kinds/leases?dryRun=All&fieldValidation=Strict

{"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "row"}, "spec": {"holderIdentity": "me"}}
---
POST /apis/coordination.k8s.io/v1/namespaces/diff-kinds/leases

{"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "row"}, "spec": {"holderIdentity": "me"}}
---
GET /apis/coordination.k8s.io/v1/namespaces/diff-kinds/leases/row
---
GET /apis/coordination.k8s.io/v1/namespaces/diff-kinds/leases/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/coordination.k8s.io/v1/namespaces/diff-kinds/leases?fieldSelector=metadata.name%3Drow
---
PATCH /apis/coordination.k8s.io/v1/namespaces/diff-kinds/leases/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/coordination.k8s.io/v1/namespaces/diff-kinds/leases/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/coordination.k8s.io/v1/namespaces/diff-kinds/leases/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/coordination.k8s.io/v1/namespaces/diff-kinds/leases

{"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/coordination.k8s.io/v1/namespaces/diff-kinds/leases

{"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "bad-one"}}
---
GET /apis/coordination.k8s.io/v1/namespaces/diff-kinds/leases?fieldSelector=spec.x%3Dy
---
DELETE /apis/coordination.k8s.io/v1/namespaces/diff-kinds/leases/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/coordination.k8s.io/v1/namespaces/diff-kinds/leases/row
---
POST /apis/node.k8s.io/v1/runtimeclasses?dryRun=All&fieldValidation=Strict

{"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "row"}, "handler": "runc"}
---
POST /apis/node.k8s.io/v1/runtimeclasses

{"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "row"}, "handler": "runc"}
---
GET /apis/node.k8s.io/v1/runtimeclasses/row
---
GET /apis/node.k8s.io/v1/runtimeclasses/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/node.k8s.io/v1/runtimeclasses?fieldSelector=metadata.name%3Drow
---
PATCH /apis/node.k8s.io/v1/runtimeclasses/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/node.k8s.io/v1/runtimeclasses/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/node.k8s.io/v1/runtimeclasses/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/node.k8s.io/v1/runtimeclasses

{"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/node.k8s.io/v1/runtimeclasses

{"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "bad-one"}}
---
GET /apis/node.k8s.io/v1/runtimeclasses?fieldSelector=spec.x%3Dy
---
DELETE /apis/node.k8s.io/v1/runtimeclasses/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/node.k8s.io/v1/runtimeclasses/row
---
POST /apis/discovery.k8s.io/v1/namespaces/diff-kinds/endpointslices?dryRun=All&fieldValidation=Strict

{"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": {"name": "row"}, "addressType": "IPv4", "endpoints": [{"addresses": ["10.1.2.3"]}]}
---
POST /apis/discovery.k8s.io/v1/namespaces/diff-kinds/endpointslices

{"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": {"name": "row"}, "addressType": "IPv4", "endpoints": [{"addresses": ["10.1.2.3"]}]}
---
GET /apis/discovery.k8s.io/v1/namespaces/diff-kinds/endpointslices/row
---
GET /apis/discovery.k8s.io/v1/namespaces/diff-kinds/endpointslices/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/discovery.k8s.io/v1/namespaces/diff-kinds/endpointslices?fieldSelector=metadata.name%3Drow
---
PATCH /apis/discovery.k8s.io/v1/namespaces/diff-kinds/endpointslices/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/discovery.k8s.io/v1/namespaces/diff-kinds/endpointslices/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/discovery.k8s.io/v1/namespaces/diff-kinds/endpointslices/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/discovery.k8s.io/v1/namespaces/diff-kinds/endpointslices

{"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/discovery.k8s.io/v1/namespaces/diff-kinds/endpointslices

{"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": {"name": "bad-one"}}
---
GET /apis/discovery.k8s.io/v1/namespaces/diff-kinds/endpointslices?fieldSelector=spec.x%3Dy
---
DELETE /apis/discovery.k8s.io/v1/namespaces/diff-kinds/endpointslices/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/discovery.k8s.io/v1/namespaces/diff-kinds/endpointslices/row
---
POST /apis/resource.k8s.io/v1/deviceclasses?dryRun=All&fieldValidation=Strict

{"apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": "row"}, "spec": {"selectors": [{"cel": {"expression": "device.driver == 'row.example.org'"}}]}}
---
POST /apis/resource.k8s.io/v1/deviceclasses

{"apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": "row"}, "spec": {"selectors": [{"cel": {"expression": "device.driver == 'row.example.org'"}}]}}
---
GET /apis/resource.k8s.io/v1/deviceclasses/row
---
GET /apis/resource.k8s.io/v1/deviceclasses/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/resource.k8s.io/v1/deviceclasses?fieldSelector=metadata.name%3Drow
---
PATCH /apis/resource.k8s.io/v1/deviceclasses/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/resource.k8s.io/v1/deviceclasses/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/resource.k8s.io/v1/deviceclasses/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/resource.k8s.io/v1/deviceclasses

{"apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/resource.k8s.io/v1/deviceclasses

{"apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": "bad-one"}}
---
GET /apis/resource.k8s.io/v1/deviceclasses?fieldSelector=spec.x%3Dy
---
DELETE /apis/resource.k8s.io/v1/deviceclasses/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/resource.k8s.io/v1/deviceclasses/row
---
POST /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaims?dryRun=All&fieldValidation=Strict

{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": {"name": "row"}, "spec": {"devices": {"requests": [{"name": "r", "exactly": {"deviceClassName": "row"}}]}}}
---
POST /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaims

{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": {"name": "row"}, "spec": {"devices": {"requests": [{"name": "r", "exactly": {"deviceClassName": "row"}}]}}}
---
GET /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaims/row
---
GET /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaims/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaims?fieldSelector=metadata.name%3Drow
---
GET /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaims/row/status
---
PATCH /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaims/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaims/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaims/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaims/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaims

{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaims

{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": {"name": "bad-one"}}
---
GET /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaims?fieldSelector=spec.x%3Dy
---
DELETE /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaims/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaims/row
---
POST /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaimtemplates?dryRun=All&fieldValidation=Strict

{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaimTemplate", "metadata": {"name": "row"}, "spec": {"spec": {"devices": {"requests": [{"name": "r", "exactly": {"deviceClassName": "row"}}]}}}}
---
POST /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaimtemplates

{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaimTemplate", "metadata": {"name": "row"}, "spec": {"spec": {"devices": {"requests": [{"name": "r", "exactly": {"deviceClassName": "row"}}]}}}}
---
GET /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaimtemplates/row
---
GET /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaimtemplates/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaimtemplates?fieldSelector=metadata.name%3Drow
---
PATCH /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaimtemplates/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaimtemplates/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaimTemplate", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaimtemplates/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaimTemplate", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaimtemplates

{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaimTemplate", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaimtemplates

{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaimTemplate", "metadata": {"name": "bad-one"}}
---
GET /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaimtemplates?fieldSelector=spec.x%3Dy
---
DELETE /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaimtemplates/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/resource.k8s.io/v1/namespaces/diff-kinds/resourceclaimtemplates/row
---
POST /apis/resource.k8s.io/v1/resourceslices?dryRun=All&fieldValidation=Strict

{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice", "metadata": {"name": "row"}, "spec": {"driver": "row.example.org", "nodeName": "n1", "pool": {"name": "p", "generation": 1, "resourceSliceCount": 1}, "devices": [{"name": "d"}]}}
---
POST /apis/resource.k8s.io/v1/resourceslices

{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice", "metadata": {"name": "row"}, "spec": {"driver": "row.example.org", "nodeName": "n1", "pool": {"name": "p", "generation": 1, "resourceSliceCount": 1}, "devices": [{"name": "d"}]}}
---
GET /apis/resource.k8s.io/v1/resourceslices/row
---
GET /apis/resource.k8s.io/v1/resourceslices/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/resource.k8s.io/v1/resourceslices?fieldSelector=metadata.name%3Drow
---
PATCH /apis/resource.k8s.io/v1/resourceslices/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/resource.k8s.io/v1/resourceslices/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/resource.k8s.io/v1/resourceslices/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/resource.k8s.io/v1/resourceslices

{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/resource.k8s.io/v1/resourceslices

{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice", "metadata": {"name": "bad-one"}}
---
GET /apis/resource.k8s.io/v1/resourceslices?fieldSelector=spec.x%3Dy
---
DELETE /apis/resource.k8s.io/v1/resourceslices/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/resource.k8s.io/v1/resourceslices/row
---
POST /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas?dryRun=All&fieldValidation=Strict

{"apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": "FlowSchema", "metadata": {"name": "row"}, "spec": {"priorityLevelConfiguration": {"name": "exempt"}, "matchingPrecedence": 5}}
---
POST /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas

{"apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": "FlowSchema", "metadata": {"name": "row"}, "spec": {"priorityLevelConfiguration": {"name": "exempt"}, "matchingPrecedence": 5}}
---
GET /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/row
---
GET /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas?fieldSelector=metadata.name%3Drow
---
GET /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/row/status
---
PATCH /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": "FlowSchema", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": "FlowSchema", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas

{"apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": "FlowSchema", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas

{"apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": "FlowSchema", "metadata": {"name": "bad-one"}}
---
GET /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas?fieldSelector=spec.x%3Dy
---
DELETE /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/row
---
POST /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations?dryRun=All&fieldValidation=Strict

{"apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": "PriorityLevelConfiguration", "metadata": {"name": "row"}, "spec": {"type": "Limited", "limited": {"nominalConcurrencyShares": 1, "limitResponse": {"type": "Reject"}}}}
---
POST /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations

{"apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": "PriorityLevelConfiguration", "metadata": {"name": "row"}, "spec": {"type": "Limited", "limited": {"nominalConcurrencyShares": 1, "limitResponse": {"type": "Reject"}}}}
---
GET /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/row
---
GET /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/row
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
GET /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations?fieldSelector=metadata.name%3Drow
---
GET /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/row/status
---
PATCH /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/row/status?fieldManager=s
Content-Type: application/merge-patch+json

{"metadata":{"annotations":{"a":"b"}},"status":{"conditions":[{"type":"Odd","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Odd","message":"odd"}]}}
---
PATCH /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/row?fieldManager=m
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"l":"1"}},"spec":{"nonsense":1}}
---
PATCH /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/row?fieldManager=a
Content-Type: application/apply-patch+yaml

{"apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": "PriorityLevelConfiguration", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
PATCH /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/row?fieldManager=a&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": "PriorityLevelConfiguration", "metadata": {"name": "row", "labels": {"l": "2"}}}
---
POST /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations

{"apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": "PriorityLevelConfiguration", "metadata": {"name": "Bad_Name", "generateName": "x"}, "spec": {"replicas": "x"}}
---
POST /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations

{"apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": "PriorityLevelConfiguration", "metadata": {"name": "bad-one"}}
---
GET /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations?fieldSelector=spec.x%3Dy
---
DELETE /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/row?propagationPolicy=Background&gracePeriodSeconds=0
---
GET /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/row
