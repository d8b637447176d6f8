# Unknown and duplicate fields: by each directive, type of patch and content type, of a kind that is built in and of one that is defined.
POST /api/v1/namespaces

{"metadata":{"name":"diff-valid"}}
---
POST /apis/apps/v1/namespaces/diff-valid/deployments

{"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"replicas":1,"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
---
POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions

{"metadata":{"name":"widgets.valid.example.com"},"spec":{"group":"valid.example.com","names":{"plural":"widgets","kind":"Widget"},"scope":"Namespaced","versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"n":{"type":"integer"},"s":{"type":"string"},"ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["p"],"items":{"type":"object","required":["p"],"properties":{"p":{"type":"integer"},"q":{"type":"string"}}}},"free":{"type":"object","x-kubernetes-preserve-unknown-fields":true},"emb":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}}}}}},"subresources":{"status":{}}}]}}
---
GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions?watch=true&timeoutSeconds=2&fieldSelector=metadata.name%3Dnone
---
POST /apis/valid.example.com/v1/namespaces/diff-valid/widgets

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"n":1}}
---
POST /apis/apps/v1/namespaces/diff-valid/deployments?dryRun=All

{"metadata":{"name":"n","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"replicas":1,"replicas":2,"unknown1":"a","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"unknownPod":true,"containers":[{"name":"c","image":"i","imagePullPolicy":"Always","imagePullPolicy":"Never","unknownC":[1]}]}}},"top":{}}
---
PUT /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All

{"metadata":{"name":"d","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"replicas":1,"replicas":2,"unknown1":"a","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"unknownPod":true,"containers":[{"name":"c","image":"i","imagePullPolicy":"Always","imagePullPolicy":"Never","unknownC":[1]}]}}},"top":{}}
---
POST /apis/apps/v1/namespaces/diff-valid/deployments?dryRun=All
Content-Type: application/yaml

metadata:
  name: n
  unknownMeta: 1
  labels: {x: "1"}
spec:
  replicas: 1
  replicas: 2
  unknown1: a
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      unknownPod: true
      containers:
      - {name: c, image: i, imagePullPolicy: Always, imagePullPolicy: Never, unknownC: [1]}
top: {}
---
PUT /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All
Content-Type: application/yaml

metadata:
  name: d
  unknownMeta: 1
  labels: {x: "1"}
spec:
  replicas: 1
  replicas: 2
  unknown1: a
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      unknownPod: true
      containers:
      - {name: c, image: i, imagePullPolicy: Always, imagePullPolicy: Never, unknownC: [1]}
top: {}
---
POST /apis/valid.example.com/v1/namespaces/diff-valid/widgets?dryRun=All

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"n","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"n":1,"n":2,"u":{},"free":{"a":1,"a":2,"any":1},"emb":{"apiVersion":"v1","kind":"X","metadata":{"name":"e","bogus":1},"z":1},"ports":[{"p":1,"r":2}]},"top":1}
---
POST /apis/valid.example.com/v1/namespaces/diff-valid/widgets?dryRun=All
Content-Type: application/yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: n, unknownMeta: 1}
spec: {"n": 1, "n": 2, u: {}, free: {any: 1}, ports: [{p: 1, r: 2}]}
top: 1
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"y":"1","y":"2"},"unknownMeta":1},"spec":{"replicas":3,"replicas":4,"unknown1":1,"template":{"spec":{"containers":[{"name":"c","image":"j","unknownC":1}]}}},"top":1}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All
Content-Type: application/merge-patch+json

{"spec":{"unknown1":null,"replicas":"x"}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/status?dryRun=All
Content-Type: application/merge-patch+json

{"status":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/scale?dryRun=All
Content-Type: application/merge-patch+json

{"spec":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All
Content-Type: application/strategic-merge-patch+json

{"metadata":{"labels":{"y":"1","y":"2"},"unknownMeta":1},"spec":{"replicas":3,"replicas":4,"unknown1":1,"template":{"spec":{"containers":[{"name":"c","image":"j","unknownC":1}]}}},"top":1}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All
Content-Type: application/strategic-merge-patch+json

{"spec":{"unknown1":null,"replicas":"x"}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/status?dryRun=All
Content-Type: application/strategic-merge-patch+json

{"status":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/scale?dryRun=All
Content-Type: application/strategic-merge-patch+json

{"spec":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All
Content-Type: application/json-patch+json

[{"op":"add","path":"/spec/unknown1","value":1},{"op":"replace","path":"/spec/replicas","value":4,"value":5},{"op":"add","path":"/metadata/labels","value":{"y":"1","y":"2"}},{"op":"add","path":"/top","value":{}}]
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All
Content-Type: application/json-patch+json

[{"op":"add","path":"/spec/replicas","value":4,"extra":true}]
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
top: 1
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  unknown1: a
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  replicas: 3
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  unknown1: a
  unknown1: b
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
top: 1
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  unknown1: a
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  "n": 3
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  unknown1: a
  unknown1: b
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  ports: [{p: 1, r: 2}]
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  free: {a: 1, a: 2}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m
Content-Type: application/apply-patch+yaml

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"free":{"a":1,"a":2}}}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  emb: {apiVersion: v1, kind: X, metadata: {name: e, bogus: 1}, z: 1}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All
Content-Type: application/merge-patch+json

{"spec":{"free":{"a":{"b":1,"b":2}}}}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"y":"1","y":"2"},"unknownMeta":1},"spec":{"n":3,"n":4,"u":1,"ports":[{"p":1,"r":1}]},"top":1}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All
Content-Type: application/json-patch+json

[{"op":"add","path":"/spec/u","value":1},{"op":"replace","path":"/spec/n","value":4,"value":5},{"op":"add","path":"/top","value":{"a":1,"a":2}}]
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w/status?dryRun=All
Content-Type: application/merge-patch+json

{"status":{"x":1},"spec":{"u":1}}
---
PUT /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w/status?dryRun=All

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"w","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"n":1,"n":2,"u":{},"free":{"a":1,"a":2,"any":1},"emb":{"apiVersion":"v1","kind":"X","metadata":{"name":"e","bogus":1},"z":1},"ports":[{"p":1,"r":2}]},"top":1}
---
PUT /apis/apps/v1/namespaces/diff-valid/deployments/d/scale?dryRun=All

{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"d","namespace":"diff-valid","x":1},"spec":{"replicas":1,"replicas":2,"y":1}}
---
POST /api/v1/namespaces/diff-valid/pods/none/eviction?dryRun=All

{"metadata":{"name":"none","x":1},"deleteOptions":{"y":1,"gracePeriodSeconds":1,"gracePeriodSeconds":2}}
---
POST /api/v1/namespaces/diff-valid/pods/none/binding?dryRun=All

{"metadata":{"name":"none"},"target":{"name":"n","name":"m","z":1}}
---
POST /api/v1/namespaces/diff-valid/serviceaccounts/default/token?dryRun=All

{"spec":{"audiences":["a"],"x":1,"expirationSeconds":600,"expirationSeconds":700}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews?x=1

{"spec":{"resourceAttributes":{"verb":"get","verb":"list","resource":"pods","bad":1}},"y":1}
---
DELETE /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All

{"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"],"x":1,"gracePeriodSeconds":1,"gracePeriodSeconds":2}
---
POST /apis/apps/v1/namespaces/diff-valid/deployments?dryRun=All&fieldValidation=Ignore

{"metadata":{"name":"n","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"replicas":1,"replicas":2,"unknown1":"a","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"unknownPod":true,"containers":[{"name":"c","image":"i","imagePullPolicy":"Always","imagePullPolicy":"Never","unknownC":[1]}]}}},"top":{}}
---
PUT /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Ignore

{"metadata":{"name":"d","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"replicas":1,"replicas":2,"unknown1":"a","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"unknownPod":true,"containers":[{"name":"c","image":"i","imagePullPolicy":"Always","imagePullPolicy":"Never","unknownC":[1]}]}}},"top":{}}
---
POST /apis/apps/v1/namespaces/diff-valid/deployments?dryRun=All&fieldValidation=Ignore
Content-Type: application/yaml

metadata:
  name: n
  unknownMeta: 1
  labels: {x: "1"}
spec:
  replicas: 1
  replicas: 2
  unknown1: a
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      unknownPod: true
      containers:
      - {name: c, image: i, imagePullPolicy: Always, imagePullPolicy: Never, unknownC: [1]}
top: {}
---
PUT /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Ignore
Content-Type: application/yaml

metadata:
  name: d
  unknownMeta: 1
  labels: {x: "1"}
spec:
  replicas: 1
  replicas: 2
  unknown1: a
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      unknownPod: true
      containers:
      - {name: c, image: i, imagePullPolicy: Always, imagePullPolicy: Never, unknownC: [1]}
top: {}
---
POST /apis/valid.example.com/v1/namespaces/diff-valid/widgets?dryRun=All&fieldValidation=Ignore

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"n","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"n":1,"n":2,"u":{},"free":{"a":1,"a":2,"any":1},"emb":{"apiVersion":"v1","kind":"X","metadata":{"name":"e","bogus":1},"z":1},"ports":[{"p":1,"r":2}]},"top":1}
---
POST /apis/valid.example.com/v1/namespaces/diff-valid/widgets?dryRun=All&fieldValidation=Ignore
Content-Type: application/yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: n, unknownMeta: 1}
spec: {"n": 1, "n": 2, u: {}, free: {any: 1}, ports: [{p: 1, r: 2}]}
top: 1
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Ignore
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"y":"1","y":"2"},"unknownMeta":1},"spec":{"replicas":3,"replicas":4,"unknown1":1,"template":{"spec":{"containers":[{"name":"c","image":"j","unknownC":1}]}}},"top":1}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Ignore
Content-Type: application/merge-patch+json

{"spec":{"unknown1":null,"replicas":"x"}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/status?dryRun=All&fieldValidation=Ignore
Content-Type: application/merge-patch+json

{"status":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/scale?dryRun=All&fieldValidation=Ignore
Content-Type: application/merge-patch+json

{"spec":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Ignore
Content-Type: application/strategic-merge-patch+json

{"metadata":{"labels":{"y":"1","y":"2"},"unknownMeta":1},"spec":{"replicas":3,"replicas":4,"unknown1":1,"template":{"spec":{"containers":[{"name":"c","image":"j","unknownC":1}]}}},"top":1}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Ignore
Content-Type: application/strategic-merge-patch+json

{"spec":{"unknown1":null,"replicas":"x"}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/status?dryRun=All&fieldValidation=Ignore
Content-Type: application/strategic-merge-patch+json

{"status":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/scale?dryRun=All&fieldValidation=Ignore
Content-Type: application/strategic-merge-patch+json

{"spec":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Ignore
Content-Type: application/json-patch+json

[{"op":"add","path":"/spec/unknown1","value":1},{"op":"replace","path":"/spec/replicas","value":4,"value":5},{"op":"add","path":"/metadata/labels","value":{"y":"1","y":"2"}},{"op":"add","path":"/top","value":{}}]
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Ignore
Content-Type: application/json-patch+json

[{"op":"add","path":"/spec/replicas","value":4,"extra":true}]
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=Ignore
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
top: 1
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=Ignore
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  unknown1: a
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=Ignore
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  replicas: 3
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=Ignore
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  unknown1: a
  unknown1: b
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Ignore
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
top: 1
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Ignore
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  unknown1: a
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Ignore
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  "n": 3
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Ignore
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  unknown1: a
  unknown1: b
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Ignore
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  ports: [{p: 1, r: 2}]
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Ignore
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  free: {a: 1, a: 2}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Ignore
Content-Type: application/apply-patch+yaml

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"free":{"a":1,"a":2}}}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Ignore
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  emb: {apiVersion: v1, kind: X, metadata: {name: e, bogus: 1}, z: 1}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&fieldValidation=Ignore
Content-Type: application/merge-patch+json

{"spec":{"free":{"a":{"b":1,"b":2}}}}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&fieldValidation=Ignore
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"y":"1","y":"2"},"unknownMeta":1},"spec":{"n":3,"n":4,"u":1,"ports":[{"p":1,"r":1}]},"top":1}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&fieldValidation=Ignore
Content-Type: application/json-patch+json

[{"op":"add","path":"/spec/u","value":1},{"op":"replace","path":"/spec/n","value":4,"value":5},{"op":"add","path":"/top","value":{"a":1,"a":2}}]
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w/status?dryRun=All&fieldValidation=Ignore
Content-Type: application/merge-patch+json

{"status":{"x":1},"spec":{"u":1}}
---
PUT /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w/status?dryRun=All&fieldValidation=Ignore

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"w","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"n":1,"n":2,"u":{},"free":{"a":1,"a":2,"any":1},"emb":{"apiVersion":"v1","kind":"X","metadata":{"name":"e","bogus":1},"z":1},"ports":[{"p":1,"r":2}]},"top":1}
---
PUT /apis/apps/v1/namespaces/diff-valid/deployments/d/scale?dryRun=All&fieldValidation=Ignore

{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"d","namespace":"diff-valid","x":1},"spec":{"replicas":1,"replicas":2,"y":1}}
---
POST /api/v1/namespaces/diff-valid/pods/none/eviction?dryRun=All&fieldValidation=Ignore

{"metadata":{"name":"none","x":1},"deleteOptions":{"y":1,"gracePeriodSeconds":1,"gracePeriodSeconds":2}}
---
POST /api/v1/namespaces/diff-valid/pods/none/binding?dryRun=All&fieldValidation=Ignore

{"metadata":{"name":"none"},"target":{"name":"n","name":"m","z":1}}
---
POST /api/v1/namespaces/diff-valid/serviceaccounts/default/token?dryRun=All&fieldValidation=Ignore

{"spec":{"audiences":["a"],"x":1,"expirationSeconds":600,"expirationSeconds":700}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews?x=1&fieldValidation=Ignore

{"spec":{"resourceAttributes":{"verb":"get","verb":"list","resource":"pods","bad":1}},"y":1}
---
DELETE /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Ignore

{"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"],"x":1,"gracePeriodSeconds":1,"gracePeriodSeconds":2}
---
POST /apis/apps/v1/namespaces/diff-valid/deployments?dryRun=All&fieldValidation=Warn

{"metadata":{"name":"n","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"replicas":1,"replicas":2,"unknown1":"a","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"unknownPod":true,"containers":[{"name":"c","image":"i","imagePullPolicy":"Always","imagePullPolicy":"Never","unknownC":[1]}]}}},"top":{}}
---
PUT /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Warn

{"metadata":{"name":"d","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"replicas":1,"replicas":2,"unknown1":"a","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"unknownPod":true,"containers":[{"name":"c","image":"i","imagePullPolicy":"Always","imagePullPolicy":"Never","unknownC":[1]}]}}},"top":{}}
---
POST /apis/apps/v1/namespaces/diff-valid/deployments?dryRun=All&fieldValidation=Warn
Content-Type: application/yaml

metadata:
  name: n
  unknownMeta: 1
  labels: {x: "1"}
spec:
  replicas: 1
  replicas: 2
  unknown1: a
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      unknownPod: true
      containers:
      - {name: c, image: i, imagePullPolicy: Always, imagePullPolicy: Never, unknownC: [1]}
top: {}
---
PUT /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Warn
Content-Type: application/yaml

metadata:
  name: d
  unknownMeta: 1
  labels: {x: "1"}
spec:
  replicas: 1
  replicas: 2
  unknown1: a
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      unknownPod: true
      containers:
      - {name: c, image: i, imagePullPolicy: Always, imagePullPolicy: Never, unknownC: [1]}
top: {}
---
POST /apis/valid.example.com/v1/namespaces/diff-valid/widgets?dryRun=All&fieldValidation=Warn

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"n","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"n":1,"n":2,"u":{},"free":{"a":1,"a":2,"any":1},"emb":{"apiVersion":"v1","kind":"X","metadata":{"name":"e","bogus":1},"z":1},"ports":[{"p":1,"r":2}]},"top":1}
---
POST /apis/valid.example.com/v1/namespaces/diff-valid/widgets?dryRun=All&fieldValidation=Warn
Content-Type: application/yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: n, unknownMeta: 1}
spec: {"n": 1, "n": 2, u: {}, free: {any: 1}, ports: [{p: 1, r: 2}]}
top: 1
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Warn
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"y":"1","y":"2"},"unknownMeta":1},"spec":{"replicas":3,"replicas":4,"unknown1":1,"template":{"spec":{"containers":[{"name":"c","image":"j","unknownC":1}]}}},"top":1}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Warn
Content-Type: application/merge-patch+json

{"spec":{"unknown1":null,"replicas":"x"}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/status?dryRun=All&fieldValidation=Warn
Content-Type: application/merge-patch+json

{"status":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/scale?dryRun=All&fieldValidation=Warn
Content-Type: application/merge-patch+json

{"spec":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Warn
Content-Type: application/strategic-merge-patch+json

{"metadata":{"labels":{"y":"1","y":"2"},"unknownMeta":1},"spec":{"replicas":3,"replicas":4,"unknown1":1,"template":{"spec":{"containers":[{"name":"c","image":"j","unknownC":1}]}}},"top":1}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Warn
Content-Type: application/strategic-merge-patch+json

{"spec":{"unknown1":null,"replicas":"x"}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/status?dryRun=All&fieldValidation=Warn
Content-Type: application/strategic-merge-patch+json

{"status":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/scale?dryRun=All&fieldValidation=Warn
Content-Type: application/strategic-merge-patch+json

{"spec":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Warn
Content-Type: application/json-patch+json

[{"op":"add","path":"/spec/unknown1","value":1},{"op":"replace","path":"/spec/replicas","value":4,"value":5},{"op":"add","path":"/metadata/labels","value":{"y":"1","y":"2"}},{"op":"add","path":"/top","value":{}}]
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Warn
Content-Type: application/json-patch+json

[{"op":"add","path":"/spec/replicas","value":4,"extra":true}]
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=Warn
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
top: 1
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=Warn
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  unknown1: a
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=Warn
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  replicas: 3
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=Warn
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  unknown1: a
  unknown1: b
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Warn
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
top: 1
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Warn
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  unknown1: a
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Warn
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  "n": 3
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Warn
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  unknown1: a
  unknown1: b
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Warn
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  ports: [{p: 1, r: 2}]
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Warn
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  free: {a: 1, a: 2}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Warn
Content-Type: application/apply-patch+yaml

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"free":{"a":1,"a":2}}}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Warn
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  emb: {apiVersion: v1, kind: X, metadata: {name: e, bogus: 1}, z: 1}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&fieldValidation=Warn
Content-Type: application/merge-patch+json

{"spec":{"free":{"a":{"b":1,"b":2}}}}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&fieldValidation=Warn
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"y":"1","y":"2"},"unknownMeta":1},"spec":{"n":3,"n":4,"u":1,"ports":[{"p":1,"r":1}]},"top":1}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&fieldValidation=Warn
Content-Type: application/json-patch+json

[{"op":"add","path":"/spec/u","value":1},{"op":"replace","path":"/spec/n","value":4,"value":5},{"op":"add","path":"/top","value":{"a":1,"a":2}}]
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w/status?dryRun=All&fieldValidation=Warn
Content-Type: application/merge-patch+json

{"status":{"x":1},"spec":{"u":1}}
---
PUT /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w/status?dryRun=All&fieldValidation=Warn

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"w","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"n":1,"n":2,"u":{},"free":{"a":1,"a":2,"any":1},"emb":{"apiVersion":"v1","kind":"X","metadata":{"name":"e","bogus":1},"z":1},"ports":[{"p":1,"r":2}]},"top":1}
---
PUT /apis/apps/v1/namespaces/diff-valid/deployments/d/scale?dryRun=All&fieldValidation=Warn

{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"d","namespace":"diff-valid","x":1},"spec":{"replicas":1,"replicas":2,"y":1}}
---
POST /api/v1/namespaces/diff-valid/pods/none/eviction?dryRun=All&fieldValidation=Warn

{"metadata":{"name":"none","x":1},"deleteOptions":{"y":1,"gracePeriodSeconds":1,"gracePeriodSeconds":2}}
---
POST /api/v1/namespaces/diff-valid/pods/none/binding?dryRun=All&fieldValidation=Warn

{"metadata":{"name":"none"},"target":{"name":"n","name":"m","z":1}}
---
POST /api/v1/namespaces/diff-valid/serviceaccounts/default/token?dryRun=All&fieldValidation=Warn

{"spec":{"audiences":["a"],"x":1,"expirationSeconds":600,"expirationSeconds":700}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews?x=1&fieldValidation=Warn

{"spec":{"resourceAttributes":{"verb":"get","verb":"list","resource":"pods","bad":1}},"y":1}
---
DELETE /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Warn

{"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"],"x":1,"gracePeriodSeconds":1,"gracePeriodSeconds":2}
---
POST /apis/apps/v1/namespaces/diff-valid/deployments?dryRun=All&fieldValidation=Strict

{"metadata":{"name":"n","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"replicas":1,"replicas":2,"unknown1":"a","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"unknownPod":true,"containers":[{"name":"c","image":"i","imagePullPolicy":"Always","imagePullPolicy":"Never","unknownC":[1]}]}}},"top":{}}
---
PUT /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Strict

{"metadata":{"name":"d","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"replicas":1,"replicas":2,"unknown1":"a","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"unknownPod":true,"containers":[{"name":"c","image":"i","imagePullPolicy":"Always","imagePullPolicy":"Never","unknownC":[1]}]}}},"top":{}}
---
POST /apis/apps/v1/namespaces/diff-valid/deployments?dryRun=All&fieldValidation=Strict
Content-Type: application/yaml

metadata:
  name: n
  unknownMeta: 1
  labels: {x: "1"}
spec:
  replicas: 1
  replicas: 2
  unknown1: a
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      unknownPod: true
      containers:
      - {name: c, image: i, imagePullPolicy: Always, imagePullPolicy: Never, unknownC: [1]}
top: {}
---
PUT /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Strict
Content-Type: application/yaml

metadata:
  name: d
  unknownMeta: 1
  labels: {x: "1"}
spec:
  replicas: 1
  replicas: 2
  unknown1: a
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      unknownPod: true
      containers:
      - {name: c, image: i, imagePullPolicy: Always, imagePullPolicy: Never, unknownC: [1]}
top: {}
---
POST /apis/valid.example.com/v1/namespaces/diff-valid/widgets?dryRun=All&fieldValidation=Strict

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"n","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"n":1,"n":2,"u":{},"free":{"a":1,"a":2,"any":1},"emb":{"apiVersion":"v1","kind":"X","metadata":{"name":"e","bogus":1},"z":1},"ports":[{"p":1,"r":2}]},"top":1}
---
POST /apis/valid.example.com/v1/namespaces/diff-valid/widgets?dryRun=All&fieldValidation=Strict
Content-Type: application/yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: n, unknownMeta: 1}
spec: {"n": 1, "n": 2, u: {}, free: {any: 1}, ports: [{p: 1, r: 2}]}
top: 1
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Strict
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"y":"1","y":"2"},"unknownMeta":1},"spec":{"replicas":3,"replicas":4,"unknown1":1,"template":{"spec":{"containers":[{"name":"c","image":"j","unknownC":1}]}}},"top":1}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Strict
Content-Type: application/merge-patch+json

{"spec":{"unknown1":null,"replicas":"x"}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/status?dryRun=All&fieldValidation=Strict
Content-Type: application/merge-patch+json

{"status":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/scale?dryRun=All&fieldValidation=Strict
Content-Type: application/merge-patch+json

{"spec":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Strict
Content-Type: application/strategic-merge-patch+json

{"metadata":{"labels":{"y":"1","y":"2"},"unknownMeta":1},"spec":{"replicas":3,"replicas":4,"unknown1":1,"template":{"spec":{"containers":[{"name":"c","image":"j","unknownC":1}]}}},"top":1}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Strict
Content-Type: application/strategic-merge-patch+json

{"spec":{"unknown1":null,"replicas":"x"}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/status?dryRun=All&fieldValidation=Strict
Content-Type: application/strategic-merge-patch+json

{"status":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/scale?dryRun=All&fieldValidation=Strict
Content-Type: application/strategic-merge-patch+json

{"spec":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Strict
Content-Type: application/json-patch+json

[{"op":"add","path":"/spec/unknown1","value":1},{"op":"replace","path":"/spec/replicas","value":4,"value":5},{"op":"add","path":"/metadata/labels","value":{"y":"1","y":"2"}},{"op":"add","path":"/top","value":{}}]
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Strict
Content-Type: application/json-patch+json

[{"op":"add","path":"/spec/replicas","value":4,"extra":true}]
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=Strict
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
top: 1
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=Strict
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  unknown1: a
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=Strict
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  replicas: 3
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=Strict
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  unknown1: a
  unknown1: b
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Strict
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
top: 1
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Strict
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  unknown1: a
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Strict
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  "n": 3
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Strict
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  unknown1: a
  unknown1: b
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Strict
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  ports: [{p: 1, r: 2}]
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Strict
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  free: {a: 1, a: 2}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Strict
Content-Type: application/apply-patch+yaml

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"free":{"a":1,"a":2}}}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Strict
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  emb: {apiVersion: v1, kind: X, metadata: {name: e, bogus: 1}, z: 1}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&fieldValidation=Strict
Content-Type: application/merge-patch+json

{"spec":{"free":{"a":{"b":1,"b":2}}}}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&fieldValidation=Strict
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"y":"1","y":"2"},"unknownMeta":1},"spec":{"n":3,"n":4,"u":1,"ports":[{"p":1,"r":1}]},"top":1}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&fieldValidation=Strict
Content-Type: application/json-patch+json

[{"op":"add","path":"/spec/u","value":1},{"op":"replace","path":"/spec/n","value":4,"value":5},{"op":"add","path":"/top","value":{"a":1,"a":2}}]
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w/status?dryRun=All&fieldValidation=Strict
Content-Type: application/merge-patch+json

{"status":{"x":1},"spec":{"u":1}}
---
PUT /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w/status?dryRun=All&fieldValidation=Strict

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"w","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"n":1,"n":2,"u":{},"free":{"a":1,"a":2,"any":1},"emb":{"apiVersion":"v1","kind":"X","metadata":{"name":"e","bogus":1},"z":1},"ports":[{"p":1,"r":2}]},"top":1}
---
PUT /apis/apps/v1/namespaces/diff-valid/deployments/d/scale?dryRun=All&fieldValidation=Strict

{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"d","namespace":"diff-valid","x":1},"spec":{"replicas":1,"replicas":2,"y":1}}
---
POST /api/v1/namespaces/diff-valid/pods/none/eviction?dryRun=All&fieldValidation=Strict

{"metadata":{"name":"none","x":1},"deleteOptions":{"y":1,"gracePeriodSeconds":1,"gracePeriodSeconds":2}}
---
POST /api/v1/namespaces/diff-valid/pods/none/binding?dryRun=All&fieldValidation=Strict

{"metadata":{"name":"none"},"target":{"name":"n","name":"m","z":1}}
---
POST /api/v1/namespaces/diff-valid/serviceaccounts/default/token?dryRun=All&fieldValidation=Strict

{"spec":{"audiences":["a"],"x":1,"expirationSeconds":600,"expirationSeconds":700}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews?x=1&fieldValidation=Strict

{"spec":{"resourceAttributes":{"verb":"get","verb":"list","resource":"pods","bad":1}},"y":1}
---
DELETE /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Strict

{"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"],"x":1,"gracePeriodSeconds":1,"gracePeriodSeconds":2}
---
POST /apis/apps/v1/namespaces/diff-valid/deployments?dryRun=All&fieldValidation=strict

{"metadata":{"name":"n","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"replicas":1,"replicas":2,"unknown1":"a","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"unknownPod":true,"containers":[{"name":"c","image":"i","imagePullPolicy":"Always","imagePullPolicy":"Never","unknownC":[1]}]}}},"top":{}}
---
PUT /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=strict

{"metadata":{"name":"d","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"replicas":1,"replicas":2,"unknown1":"a","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"unknownPod":true,"containers":[{"name":"c","image":"i","imagePullPolicy":"Always","imagePullPolicy":"Never","unknownC":[1]}]}}},"top":{}}
---
POST /apis/apps/v1/namespaces/diff-valid/deployments?dryRun=All&fieldValidation=strict
Content-Type: application/yaml

metadata:
  name: n
  unknownMeta: 1
  labels: {x: "1"}
spec:
  replicas: 1
  replicas: 2
  unknown1: a
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      unknownPod: true
      containers:
      - {name: c, image: i, imagePullPolicy: Always, imagePullPolicy: Never, unknownC: [1]}
top: {}
---
PUT /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=strict
Content-Type: application/yaml

metadata:
  name: d
  unknownMeta: 1
  labels: {x: "1"}
spec:
  replicas: 1
  replicas: 2
  unknown1: a
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      unknownPod: true
      containers:
      - {name: c, image: i, imagePullPolicy: Always, imagePullPolicy: Never, unknownC: [1]}
top: {}
---
POST /apis/valid.example.com/v1/namespaces/diff-valid/widgets?dryRun=All&fieldValidation=strict

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"n","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"n":1,"n":2,"u":{},"free":{"a":1,"a":2,"any":1},"emb":{"apiVersion":"v1","kind":"X","metadata":{"name":"e","bogus":1},"z":1},"ports":[{"p":1,"r":2}]},"top":1}
---
POST /apis/valid.example.com/v1/namespaces/diff-valid/widgets?dryRun=All&fieldValidation=strict
Content-Type: application/yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: n, unknownMeta: 1}
spec: {"n": 1, "n": 2, u: {}, free: {any: 1}, ports: [{p: 1, r: 2}]}
top: 1
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=strict
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"y":"1","y":"2"},"unknownMeta":1},"spec":{"replicas":3,"replicas":4,"unknown1":1,"template":{"spec":{"containers":[{"name":"c","image":"j","unknownC":1}]}}},"top":1}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=strict
Content-Type: application/merge-patch+json

{"spec":{"unknown1":null,"replicas":"x"}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/status?dryRun=All&fieldValidation=strict
Content-Type: application/merge-patch+json

{"status":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/scale?dryRun=All&fieldValidation=strict
Content-Type: application/merge-patch+json

{"spec":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=strict
Content-Type: application/strategic-merge-patch+json

{"metadata":{"labels":{"y":"1","y":"2"},"unknownMeta":1},"spec":{"replicas":3,"replicas":4,"unknown1":1,"template":{"spec":{"containers":[{"name":"c","image":"j","unknownC":1}]}}},"top":1}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=strict
Content-Type: application/strategic-merge-patch+json

{"spec":{"unknown1":null,"replicas":"x"}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/status?dryRun=All&fieldValidation=strict
Content-Type: application/strategic-merge-patch+json

{"status":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/scale?dryRun=All&fieldValidation=strict
Content-Type: application/strategic-merge-patch+json

{"spec":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=strict
Content-Type: application/json-patch+json

[{"op":"add","path":"/spec/unknown1","value":1},{"op":"replace","path":"/spec/replicas","value":4,"value":5},{"op":"add","path":"/metadata/labels","value":{"y":"1","y":"2"}},{"op":"add","path":"/top","value":{}}]
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=strict
Content-Type: application/json-patch+json

[{"op":"add","path":"/spec/replicas","value":4,"extra":true}]
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=strict
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
top: 1
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=strict
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  unknown1: a
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=strict
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  replicas: 3
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=strict
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  unknown1: a
  unknown1: b
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=strict
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
top: 1
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=strict
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  unknown1: a
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=strict
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  "n": 3
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=strict
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  unknown1: a
  unknown1: b
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=strict
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  ports: [{p: 1, r: 2}]
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=strict
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  free: {a: 1, a: 2}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=strict
Content-Type: application/apply-patch+yaml

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"free":{"a":1,"a":2}}}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=strict
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  emb: {apiVersion: v1, kind: X, metadata: {name: e, bogus: 1}, z: 1}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&fieldValidation=strict
Content-Type: application/merge-patch+json

{"spec":{"free":{"a":{"b":1,"b":2}}}}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&fieldValidation=strict
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"y":"1","y":"2"},"unknownMeta":1},"spec":{"n":3,"n":4,"u":1,"ports":[{"p":1,"r":1}]},"top":1}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&fieldValidation=strict
Content-Type: application/json-patch+json

[{"op":"add","path":"/spec/u","value":1},{"op":"replace","path":"/spec/n","value":4,"value":5},{"op":"add","path":"/top","value":{"a":1,"a":2}}]
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w/status?dryRun=All&fieldValidation=strict
Content-Type: application/merge-patch+json

{"status":{"x":1},"spec":{"u":1}}
---
PUT /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w/status?dryRun=All&fieldValidation=strict

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"w","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"n":1,"n":2,"u":{},"free":{"a":1,"a":2,"any":1},"emb":{"apiVersion":"v1","kind":"X","metadata":{"name":"e","bogus":1},"z":1},"ports":[{"p":1,"r":2}]},"top":1}
---
PUT /apis/apps/v1/namespaces/diff-valid/deployments/d/scale?dryRun=All&fieldValidation=strict

{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"d","namespace":"diff-valid","x":1},"spec":{"replicas":1,"replicas":2,"y":1}}
---
POST /api/v1/namespaces/diff-valid/pods/none/eviction?dryRun=All&fieldValidation=strict

{"metadata":{"name":"none","x":1},"deleteOptions":{"y":1,"gracePeriodSeconds":1,"gracePeriodSeconds":2}}
---
POST /api/v1/namespaces/diff-valid/pods/none/binding?dryRun=All&fieldValidation=strict

{"metadata":{"name":"none"},"target":{"name":"n","name":"m","z":1}}
---
POST /api/v1/namespaces/diff-valid/serviceaccounts/default/token?dryRun=All&fieldValidation=strict

{"spec":{"audiences":["a"],"x":1,"expirationSeconds":600,"expirationSeconds":700}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews?x=1&fieldValidation=strict

{"spec":{"resourceAttributes":{"verb":"get","verb":"list","resource":"pods","bad":1}},"y":1}
---
DELETE /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=strict

{"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"],"x":1,"gracePeriodSeconds":1,"gracePeriodSeconds":2}
---
POST /apis/apps/v1/namespaces/diff-valid/deployments?dryRun=All&fieldValidation=Nonsense

{"metadata":{"name":"n","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"replicas":1,"replicas":2,"unknown1":"a","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"unknownPod":true,"containers":[{"name":"c","image":"i","imagePullPolicy":"Always","imagePullPolicy":"Never","unknownC":[1]}]}}},"top":{}}
---
PUT /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Nonsense

{"metadata":{"name":"d","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"replicas":1,"replicas":2,"unknown1":"a","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"unknownPod":true,"containers":[{"name":"c","image":"i","imagePullPolicy":"Always","imagePullPolicy":"Never","unknownC":[1]}]}}},"top":{}}
---
POST /apis/apps/v1/namespaces/diff-valid/deployments?dryRun=All&fieldValidation=Nonsense
Content-Type: application/yaml

metadata:
  name: n
  unknownMeta: 1
  labels: {x: "1"}
spec:
  replicas: 1
  replicas: 2
  unknown1: a
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      unknownPod: true
      containers:
      - {name: c, image: i, imagePullPolicy: Always, imagePullPolicy: Never, unknownC: [1]}
top: {}
---
PUT /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Nonsense
Content-Type: application/yaml

metadata:
  name: d
  unknownMeta: 1
  labels: {x: "1"}
spec:
  replicas: 1
  replicas: 2
  unknown1: a
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      unknownPod: true
      containers:
      - {name: c, image: i, imagePullPolicy: Always, imagePullPolicy: Never, unknownC: [1]}
top: {}
---
POST /apis/valid.example.com/v1/namespaces/diff-valid/widgets?dryRun=All&fieldValidation=Nonsense

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"n","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"n":1,"n":2,"u":{},"free":{"a":1,"a":2,"any":1},"emb":{"apiVersion":"v1","kind":"X","metadata":{"name":"e","bogus":1},"z":1},"ports":[{"p":1,"r":2}]},"top":1}
---
POST /apis/valid.example.com/v1/namespaces/diff-valid/widgets?dryRun=All&fieldValidation=Nonsense
Content-Type: application/yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: n, unknownMeta: 1}
spec: {"n": 1, "n": 2, u: {}, free: {any: 1}, ports: [{p: 1, r: 2}]}
top: 1
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Nonsense
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"y":"1","y":"2"},"unknownMeta":1},"spec":{"replicas":3,"replicas":4,"unknown1":1,"template":{"spec":{"containers":[{"name":"c","image":"j","unknownC":1}]}}},"top":1}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Nonsense
Content-Type: application/merge-patch+json

{"spec":{"unknown1":null,"replicas":"x"}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/status?dryRun=All&fieldValidation=Nonsense
Content-Type: application/merge-patch+json

{"status":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/scale?dryRun=All&fieldValidation=Nonsense
Content-Type: application/merge-patch+json

{"spec":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Nonsense
Content-Type: application/strategic-merge-patch+json

{"metadata":{"labels":{"y":"1","y":"2"},"unknownMeta":1},"spec":{"replicas":3,"replicas":4,"unknown1":1,"template":{"spec":{"containers":[{"name":"c","image":"j","unknownC":1}]}}},"top":1}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Nonsense
Content-Type: application/strategic-merge-patch+json

{"spec":{"unknown1":null,"replicas":"x"}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/status?dryRun=All&fieldValidation=Nonsense
Content-Type: application/strategic-merge-patch+json

{"status":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d/scale?dryRun=All&fieldValidation=Nonsense
Content-Type: application/strategic-merge-patch+json

{"spec":{"replicas":3,"replicas":4,"unknown1":1}}
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Nonsense
Content-Type: application/json-patch+json

[{"op":"add","path":"/spec/unknown1","value":1},{"op":"replace","path":"/spec/replicas","value":4,"value":5},{"op":"add","path":"/metadata/labels","value":{"y":"1","y":"2"}},{"op":"add","path":"/top","value":{}}]
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Nonsense
Content-Type: application/json-patch+json

[{"op":"add","path":"/spec/replicas","value":4,"extra":true}]
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=Nonsense
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
top: 1
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=Nonsense
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  unknown1: a
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=Nonsense
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  replicas: 3
---
PATCH /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&force=true&fieldManager=m&fieldValidation=Nonsense
Content-Type: application/apply-patch+yaml

apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  unknown1: a
  unknown1: b
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Nonsense
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
top: 1
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Nonsense
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  unknown1: a
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Nonsense
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  "n": 3
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Nonsense
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  unknown1: a
  unknown1: b
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Nonsense
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  ports: [{p: 1, r: 2}]
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Nonsense
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  free: {a: 1, a: 2}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Nonsense
Content-Type: application/apply-patch+yaml

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"free":{"a":1,"a":2}}}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&force=true&fieldManager=m&fieldValidation=Nonsense
Content-Type: application/apply-patch+yaml

apiVersion: valid.example.com/v1
kind: Widget
metadata: {name: w}
spec:
  "n": 2
  emb: {apiVersion: v1, kind: X, metadata: {name: e, bogus: 1}, z: 1}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&fieldValidation=Nonsense
Content-Type: application/merge-patch+json

{"spec":{"free":{"a":{"b":1,"b":2}}}}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&fieldValidation=Nonsense
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"y":"1","y":"2"},"unknownMeta":1},"spec":{"n":3,"n":4,"u":1,"ports":[{"p":1,"r":1}]},"top":1}
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w?dryRun=All&fieldValidation=Nonsense
Content-Type: application/json-patch+json

[{"op":"add","path":"/spec/u","value":1},{"op":"replace","path":"/spec/n","value":4,"value":5},{"op":"add","path":"/top","value":{"a":1,"a":2}}]
---
PATCH /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w/status?dryRun=All&fieldValidation=Nonsense
Content-Type: application/merge-patch+json

{"status":{"x":1},"spec":{"u":1}}
---
PUT /apis/valid.example.com/v1/namespaces/diff-valid/widgets/w/status?dryRun=All&fieldValidation=Nonsense

{"apiVersion":"valid.example.com/v1","kind":"Widget","metadata":{"name":"w","unknownMeta":1,"labels":{"x":"1","x":"2"}},"spec":{"n":1,"n":2,"u":{},"free":{"a":1,"a":2,"any":1},"emb":{"apiVersion":"v1","kind":"X","metadata":{"name":"e","bogus":1},"z":1},"ports":[{"p":1,"r":2}]},"top":1}
---
PUT /apis/apps/v1/namespaces/diff-valid/deployments/d/scale?dryRun=All&fieldValidation=Nonsense

{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"d","namespace":"diff-valid","x":1},"spec":{"replicas":1,"replicas":2,"y":1}}
---
POST /api/v1/namespaces/diff-valid/pods/none/eviction?dryRun=All&fieldValidation=Nonsense

{"metadata":{"name":"none","x":1},"deleteOptions":{"y":1,"gracePeriodSeconds":1,"gracePeriodSeconds":2}}
---
POST /api/v1/namespaces/diff-valid/pods/none/binding?dryRun=All&fieldValidation=Nonsense

{"metadata":{"name":"none"},"target":{"name":"n","name":"m","z":1}}
---
POST /api/v1/namespaces/diff-valid/serviceaccounts/default/token?dryRun=All&fieldValidation=Nonsense

{"spec":{"audiences":["a"],"x":1,"expirationSeconds":600,"expirationSeconds":700}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews?x=1&fieldValidation=Nonsense

{"spec":{"resourceAttributes":{"verb":"get","verb":"list","resource":"pods","bad":1}},"y":1}
---
DELETE /apis/apps/v1/namespaces/diff-valid/deployments/d?dryRun=All&fieldValidation=Nonsense

{"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"],"x":1,"gracePeriodSeconds":1,"gracePeriodSeconds":2}
---
POST /api/v1/namespaces/diff-valid/configmaps?dryRun=All

{"metadata":{"name":"many"},"u0":1,"u1":1,"u2":1,"u3":1,"u4":1,"u5":1,"u6":1,"u7":1,"u8":1,"u9":1,"u10":1,"u11":1,"u12":1,"u13":1,"u14":1,"u15":1,"u16":1,"u17":1,"u18":1,"u19":1,"u20":1,"u21":1,"u22":1,"u23":1,"u24":1,"u25":1,"u26":1,"u27":1,"u28":1,"u29":1,"u30":1,"u31":1,"u32":1,"u33":1,"u34":1,"u35":1,"u36":1,"u37":1,"u38":1,"u39":1,"u40":1,"u41":1,"u42":1,"u43":1,"u44":1,"u45":1,"u46":1,"u47":1,"u48":1,"u49":1,"u50":1,"u51":1,"u52":1,"u53":1,"u54":1,"u55":1,"u56":1,"u57":1,"u58":1,"u59":1,"u60":1,"u61":1,"u62":1,"u63":1,"u64":1,"u65":1,"u66":1,"u67":1,"u68":1,"u69":1,"u70":1,"u71":1,"u72":1,"u73":1,"u74":1,"u75":1,"u76":1,"u77":1,"u78":1,"u79":1,"u80":1,"u81":1,"u82":1,"u83":1,"u84":1,"u85":1,"u86":1,"u87":1,"u88":1,"u89":1,"u90":1,"u91":1,"u92":1,"u93":1,"u94":1,"u95":1,"u96":1,"u97":1,"u98":1,"u99":1,"u100":1,"u101":1,"u102":1,"u103":1,"u104":1,"u105":1,"u106":1,"u107":1,"u108":1,"u109":1,"u110":1,"u111":1,"u112":1,"u113":1,"u114":1,"u115":1,"u116":1,"u117":1,"u118":1,"u119":1,"u120":1,"u121":1,"u122":1,"u123":1,"u124":1,"u125":1,"u126":1,"u127":1,"u128":1,"u129":1,"u130":1,"u131":1,"u132":1,"u133":1,"u134":1,"u135":1,"u136":1,"u137":1,"u138":1,"u139":1,"u140":1,"u141":1,"u142":1,"u143":1,"u144":1,"u145":1,"u146":1,"u147":1,"u148":1,"u149":1}
---
POST /api/v1/namespaces/diff-valid/configmaps?dryRun=All&fieldValidation=Strict

{"metadata":{"name":"many"},"u0":1,"u1":1,"u2":1,"u3":1,"u4":1,"u5":1,"u6":1,"u7":1,"u8":1,"u9":1,"u10":1,"u11":1,"u12":1,"u13":1,"u14":1,"u15":1,"u16":1,"u17":1,"u18":1,"u19":1,"u20":1,"u21":1,"u22":1,"u23":1,"u24":1,"u25":1,"u26":1,"u27":1,"u28":1,"u29":1,"u30":1,"u31":1,"u32":1,"u33":1,"u34":1,"u35":1,"u36":1,"u37":1,"u38":1,"u39":1,"u40":1,"u41":1,"u42":1,"u43":1,"u44":1,"u45":1,"u46":1,"u47":1,"u48":1,"u49":1,"u50":1,"u51":1,"u52":1,"u53":1,"u54":1,"u55":1,"u56":1,"u57":1,"u58":1,"u59":1,"u60":1,"u61":1,"u62":1,"u63":1,"u64":1,"u65":1,"u66":1,"u67":1,"u68":1,"u69":1,"u70":1,"u71":1,"u72":1,"u73":1,"u74":1,"u75":1,"u76":1,"u77":1,"u78":1,"u79":1,"u80":1,"u81":1,"u82":1,"u83":1,"u84":1,"u85":1,"u86":1,"u87":1,"u88":1,"u89":1,"u90":1,"u91":1,"u92":1,"u93":1,"u94":1,"u95":1,"u96":1,"u97":1,"u98":1,"u99":1,"u100":1,"u101":1,"u102":1,"u103":1,"u104":1,"u105":1,"u106":1,"u107":1,"u108":1,"u109":1,"u110":1,"u111":1,"u112":1,"u113":1,"u114":1,"u115":1,"u116":1,"u117":1,"u118":1,"u119":1,"u120":1,"u121":1,"u122":1,"u123":1,"u124":1,"u125":1,"u126":1,"u127":1,"u128":1,"u129":1,"u130":1,"u131":1,"u132":1,"u133":1,"u134":1,"u135":1,"u136":1,"u137":1,"u138":1,"u139":1,"u140":1,"u141":1,"u142":1,"u143":1,"u144":1,"u145":1,"u146":1,"u147":1,"u148":1,"u149":1}
---
POST /api/v1/namespaces/diff-valid/configmaps?dryRun=All

{"metadata":{"name":"long"},"${repeat 3000 x}$":1,"quote\"d":1,"new\nline":2,"ünï":3}
---
POST /api/v1/namespaces/diff-valid/configmaps?dryRun=All

{"metadata":{"name":"cased"},"Data":{"a":"b"},"DATA":{"c":"d"}}
---
POST /api/v1/namespaces/diff-valid/configmaps?dryRun=All&fieldValidation=Strict

{"metadata":{"name":"cased","LABELS":{}},"Data":{"a":"b"}}
---
DELETE /apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.valid.example.com
