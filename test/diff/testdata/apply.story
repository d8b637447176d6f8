# Server-side apply: ownership, conflicts, force.
POST /api/v1/namespaces

{"metadata":{"name":"diff-apply"}}
---
PATCH /api/v1/namespaces/diff-apply/configmaps/a?fieldManager=one
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"1","own":"x"}}
---
PATCH /api/v1/namespaces/diff-apply/configmaps/a?fieldManager=two
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: ConfigMap
metadata: {name: a, labels: {l: m}}
data: {k: "2"}
---
PATCH /api/v1/namespaces/diff-apply/configmaps/a?fieldManager=two&force=true
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: ConfigMap
metadata: {name: a, labels: {l: m}}
data: {k: "2"}
---
PATCH /api/v1/namespaces/diff-apply/configmaps/a?fieldManager=one
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {}
---
PATCH /api/v1/namespaces/diff-apply/configmaps/a?fieldManager=three
Content-Type: application/merge-patch+json

{"data":{"k":"3"}}
---
PATCH /api/v1/namespaces/diff-apply/configmaps/a?fieldManager=two
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"4"}}
---
PATCH /api/v1/namespaces/diff-apply/configmaps/a
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-apply/configmaps/a?fieldManager=one
Content-Type: application/apply-patch+yaml

{"kind":"ConfigMap","metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-apply/configmaps/a?fieldManager=one
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","managedFields":[{"manager":"x"}]}}
---
PATCH /api/v1/namespaces/diff-apply/configmaps/a?fieldManager=one
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"}}
---
PATCH /api/v1/namespaces/diff-apply/configmaps/a?fieldManager=one
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}
---
PATCH /api/v1/namespaces/diff-apply/configmaps/a?fieldManager=one
Content-Type: application/apply-patch+yaml

a: [
---
PATCH /api/v1/namespaces/diff-apply/configmaps/a?fieldManager=one&fieldValidation=Strict
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {k: "9", k: "9"}
---
PATCH /api/v1/namespaces/diff-apply/configmaps/a?fieldManager=one
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: ConfigMap
metadata: {name: a}
nonsense: 1
---
PATCH /apis/apps/v1/namespaces/diff-apply/statefulsets/d?fieldManager=one
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: StatefulSet
metadata: {name: d}
spec:
  replicas: 0
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      containers:
      - {name: c, image: i, ports: [{containerPort: 80}], env: [{name: A, value: "1"}]}
---
PATCH /apis/apps/v1/namespaces/diff-apply/statefulsets/d?fieldManager=two
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: StatefulSet
metadata: {name: d}
spec:
  template:
    spec:
      containers:
      - {name: c, env: [{name: B, value: "2"}]}
      - {name: side, image: j}
---
PATCH /apis/apps/v1/namespaces/diff-apply/statefulsets/d?fieldManager=two
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: StatefulSet
metadata: {name: d}
spec:
  replicas: 3
  template:
    spec:
      containers:
      - {name: c, image: k, env: [{name: A, value: "3"}]}
---
PATCH /apis/apps/v1/namespaces/diff-apply/statefulsets/d?fieldManager=two
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: StatefulSet
metadata: {name: d}
spec: {}
---
PATCH /apis/apps/v1/namespaces/diff-apply/statefulsets/d/scale?fieldManager=scaler&force=true
Content-Type: application/apply-patch+yaml

apiVersion: autoscaling/v1
kind: Scale
metadata: {name: d}
spec: {replicas: 0}
---
PATCH /apis/apps/v1/namespaces/diff-apply/statefulsets/d/status?fieldManager=watcher
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: StatefulSet
metadata: {name: d}
status: {conditions: [{type: Mine, status: "True", reason: R, message: M}]}
---
PATCH /apis/apps/v1/namespaces/diff-apply/statefulsets/d?fieldManager=one
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: StatefulSet
metadata: {name: d}
spec:
  template:
    spec:
      containers:
      - {name: c, ports: [{containerPort: 80}, {containerPort: 80}]}
---
PATCH /api/v1/namespaces/diff-apply/services/s?fieldManager=one
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: Service
metadata: {name: s}
spec: {selector: {a: b}, ports: [{port: 80, name: a}, {port: 80, protocol: UDP, name: b}]}
---
PATCH /api/v1/namespaces/diff-apply/services/s?fieldManager=one&dryRun=All
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: Service
metadata: {name: s}
spec: {selector: {a: b}, ports: [{port: 81, name: a}]}
---
PATCH /api/v1/namespaces/diff-apply/configmaps/b?fieldManager=one
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b","uid":"11111111-2222-3333-4444-555555555555"}}
---
PATCH /api/v1/namespaces/diff-apply/configmaps/b?fieldManager=one
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b","resourceVersion":"7"}}
---
PATCH /api/v1/namespaces/diff-apply/podtemplates/t?fieldManager=one
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: PodTemplate
metadata: {name: t}
template:
  metadata: {labels: {a: b}}
  spec:
    containers:
    - {name: c, image: i, ports: [{containerPort: 80}], env: [{name: A, value: "1"}]}
---
PATCH /api/v1/namespaces/diff-apply/podtemplates/t?fieldManager=two
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: PodTemplate
metadata: {name: t}
template:
  spec:
    containers:
    - {name: c, env: [{name: B, value: "2"}]}
    - {name: side, image: j}
---
PATCH /api/v1/namespaces/diff-apply/podtemplates/t?fieldManager=two
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: PodTemplate
metadata: {name: t}
template:
  spec:
    containers:
    - {name: c, image: k, env: [{name: A, value: "3"}]}
---
PATCH /api/v1/namespaces/diff-apply/podtemplates/t?fieldManager=two
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: PodTemplate
metadata: {name: t}
template: {}
---
PATCH /api/v1/namespaces/diff-apply/podtemplates/t?fieldManager=one
Content-Type: application/apply-patch+yaml

apiVersion: v1
kind: PodTemplate
metadata: {name: t}
template:
  spec:
    containers:
    - {name: c, ports: [{containerPort: 80}, {containerPort: 80}]}
