# Server-side apply: the cases of upstream's integration tests (test/integration/apiserver/apply).
POST /api/v1/namespaces

{"metadata":{"name":"diff-owners"}}
---
PATCH /api/v1/namespaces/diff-owners/pods/p?fieldManager=apply_test
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}
---
PATCH /api/v1/namespaces/diff-owners/pods/p?fieldManager=apply_test
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}
---
GET /api/v1/namespaces/diff-owners/pods/p
$rv1 = metadata.resourceVersion
$t1 = metadata.managedFields.0.time
---
PATCH /api/v1/namespaces/diff-owners/pods/p?fieldManager=apply_test
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}
---
GET /api/v1/namespaces/diff-owners/pods/p
---
PATCH /api/v1/namespaces/diff-owners/pods/p
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"a":"b"}}}
---
PATCH /api/v1/namespaces/diff-owners/pods/p?fieldManager=apply_test
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}
---
PATCH /api/v1/namespaces/diff-owners/pods/p
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"a":"b"}}}
---
GET /api/v1/namespaces/diff-owners/pods/p
---
PATCH /api/v1/namespaces/diff-owners/pods/uid?fieldManager=apply_test
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"uid","uid":"88e00824-7f0e-11e8-94a1-c8d3ffb15800"},"spec":{"containers":[{"name":"c","image":"i"}]}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/d?fieldManager=apply_test
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","labels":{"app":"nginx"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/d
Content-Type: application/merge-patch+json

{"spec":{"replicas":5}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/d?fieldManager=apply_test
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","labels":{"app":"nginx"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/d?fieldManager=apply_test&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","labels":{"app":"nginx"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/d?fieldManager=updater0
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"x0":"1"}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/d?fieldManager=updater1
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"x1":"1"}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/d?fieldManager=updater2
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"x2":"1"}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/d?fieldManager=updater3
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"x3":"1"}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/d?fieldManager=updater4
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"x4":"1"}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/d?fieldManager=updater5
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"x5":"1"}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/d?fieldManager=updater6
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"x6":"1"}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/d?fieldManager=updater7
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"x7":"1"}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/d?fieldManager=updater8
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"x8":"1"}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/d?fieldManager=updater9
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"x9":"1"}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/d?fieldManager=updater10
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"x10":"1"}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/d?fieldManager=updater11
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"x11":"1"}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/d?fieldManager=updater12
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"x12":"1"}}}
---
GET /apis/apps/v1/namespaces/diff-owners/deployments/d
---
PATCH /api/v1/namespaces/diff-owners/configmaps/cm?fieldManager=apply_test
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cm","labels":{"test-label":"test"}},"data":{"key":"value"}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/cm
Content-Type: application/merge-patch+json

{"data":{"new-key":"value"}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/cm?fieldManager=updater
Content-Type: application/merge-patch+json

{"data":{"key":"new value"}}
---
GET /api/v1/namespaces/diff-owners/configmaps/cm
---
PATCH /api/v1/namespaces/diff-owners/configmaps/cm
Content-Type: application/merge-patch+json

{"metadata":{"managedFields":[{}]}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/cm?fieldManager=apply_test
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cm"},"data":{"key":"v2"}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/cm?fieldManager=apply_test&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cm"},"data":{"key":"v2"}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/cm
Content-Type: application/json-patch+json

[{"op":"replace","path":"/metadata/managedFields","value":[{}]}]
---
PATCH /api/v1/namespaces/diff-owners/configmaps/cm
Content-Type: application/merge-patch+json

{"metadata":{"managedFields":null}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/cm
Content-Type: application/merge-patch+json

{"metadata":{"managedFields":[{"manager":"apply_test","operation":"Apply","apiVersion":"v1","time":"2010-10-10T0:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{"f:test-label":{}}}}}]}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/cm
Content-Type: application/merge-patch+json

{"metadata":{"managedFields":[{"manager":"apply_test","operation":"Apply","apiVersion":"v1","time":"2010-10-10T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:data":{"f:key":{}}}},{"manager":"apply_test","operation":"Apply","apiVersion":"v1"}]}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/cm
Content-Type: application/merge-patch+json

{"metadata":{"managedFields":[{"operation":"Apply","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:data":{"f:key":{}}}}]}}
---
GET /api/v1/namespaces/diff-owners/configmaps/cm
---
PATCH /api/v1/namespaces/diff-owners/configmaps/e?fieldManager=apply_test
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"e"}}
---
GET /api/v1/namespaces/diff-owners/configmaps/e
---
PATCH /api/v1/namespaces/diff-owners/configmaps/e?fieldManager=apply_test
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"e","managedFields":[{"manager":"x","operation":"Apply","apiVersion":"v1"}]}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/e?fieldManager=apply_test
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"e","managedFields":[]}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/e
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"e"}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/ports?fieldManager=apply_test
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"ports","labels":{"app":"nginx"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest","ports":[{"containerPort":80,"protocol":"TCP"}]}]}}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/ports?fieldManager=apply_test
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"ports","labels":{"app":"nginx"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/ports?fieldManager=apply_test
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"ports","labels":{"app":"nginx"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest","ports":[{"containerPort":80},{"containerPort":80,"protocol":"UDP"}]}]}}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/ports?fieldManager=apply_test
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"ports","labels":{"app":"nginx"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest","ports":[{"containerPort":80},{"containerPort":80}]}]}}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/ports?fieldManager=other
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"ports","labels":{"app":"nginx"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest","ports":[{"containerPort":80,"name":"a"},{"containerPort":81,"name":"b"}]}]}}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/ports?fieldManager=other&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"ports","labels":{"app":"nginx"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest","ports":[{"containerPort":80,"name":"a"},{"containerPort":81,"name":"b"}]}]}}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/ports?fieldManager=apply_test
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"ports","labels":{"app":"nginx"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/ports?fieldManager=apply_test
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"ports","resourceVersion":"1"},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}
---
POST /apis/autoscaling/v1/namespaces/diff-owners/horizontalpodautoscalers?fieldManager=v1

{"metadata":{"name":"h"},"spec":{"maxReplicas":3,"targetCPUUtilizationPercentage":50,"scaleTargetRef":{"kind":"Deployment","name":"d","apiVersion":"apps/v1"}}}
---
GET /apis/autoscaling/v2/namespaces/diff-owners/horizontalpodautoscalers/h
---
PATCH /apis/autoscaling/v2/namespaces/diff-owners/horizontalpodautoscalers/h?fieldManager=two
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"h"},"spec":{"maxReplicas":5,"scaleTargetRef":{"kind":"Deployment","name":"d","apiVersion":"apps/v1"},"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":60}}}]}}
---
PATCH /apis/autoscaling/v2/namespaces/diff-owners/horizontalpodautoscalers/h?fieldManager=two&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"h"},"spec":{"maxReplicas":5,"scaleTargetRef":{"kind":"Deployment","name":"d","apiVersion":"apps/v1"}}}
---
PATCH /apis/autoscaling/v1/namespaces/diff-owners/horizontalpodautoscalers/h?fieldManager=two
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v1","kind":"HorizontalPodAutoscaler","metadata":{"name":"h"},"spec":{"maxReplicas":6,"scaleTargetRef":{"kind":"Deployment","name":"d","apiVersion":"apps/v1"}}}
---
PATCH /apis/autoscaling/v1/namespaces/diff-owners/horizontalpodautoscalers/h?fieldManager=three
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"h"},"spec":{"maxReplicas":6}}
---
GET /apis/autoscaling/v1/namespaces/diff-owners/horizontalpodautoscalers/h
---
POST /apis/apps/v1/namespaces/diff-owners/deployments?fieldManager=kubectl-client-side-apply

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"csa","labels":{"app":"nginx"},"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"csa\",\"labels\":{\"app\":\"nginx\"}},\"spec\":{\"replicas\":3,\"selector\":{\"matchLabels\":{\"app\":\"nginx\"}},\"template\":{\"metadata\":{\"labels\":{\"app\":\"nginx\"}},\"spec\":{\"containers\":[{\"name\":\"nginx\",\"image\":\"nginx:latest\"}]}}}}"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/csa?fieldManager=kubectl
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"csa","labels":{"app":"nginx"}},"spec":{"replicas":4,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}
---
GET /apis/apps/v1/namespaces/diff-owners/deployments/csa
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/csa?fieldManager=kubectl
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"csa","labels":{"app":"nginx"}},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:2"}]}}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/csa?fieldManager=other
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"csa","labels":{"app":"nginx"}},"spec":{"replicas":6,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}
---
GET /apis/apps/v1/namespaces/diff-owners/deployments/csa
---
POST /apis/apps/v1/namespaces/diff-owners/deployments?fieldManager=kubectl-client-side-apply

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"csb","labels":{"app":"nginx"},"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{bad"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/csb?fieldManager=kubectl
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"csb","labels":{"app":"nginx"}},"spec":{"replicas":4,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}
---
GET /apis/apps/v1/namespaces/diff-owners/deployments/csb
$rvb = metadata.resourceVersion
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/csb
Content-Type: application/json-patch+json

[{"op":"replace","path":"/metadata/managedFields","value":[{"manager":"kubectl","operation":"Apply","apiVersion":"apps/v1","time":"2020-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:replicas":{}}}}]},{"op":"replace","path":"/metadata/resourceVersion","value":"${rvb}"}]
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/csb
Content-Type: application/json-patch+json

[{"op":"replace","path":"/metadata/managedFields","value":[]},{"op":"replace","path":"/metadata/resourceVersion","value":"1"}]
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/own?fieldManager=one
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"own","labels":{"app":"nginx"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/own?fieldManager=two
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"own","labels":{"app":"nginx"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/own?fieldManager=one
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"own"},"spec":{"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}
---
GET /apis/apps/v1/namespaces/diff-owners/deployments/own
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/own?fieldManager=two
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"own"}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/own?fieldManager=one
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"own"}}
---
GET /apis/apps/v1/namespaces/diff-owners/deployments/own
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/own/scale?fieldManager=scaler&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"own","namespace":"diff-owners"},"spec":{"replicas":7}}
---
PUT /apis/apps/v1/namespaces/diff-owners/deployments/own/scale?fieldManager=updater

{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"own","namespace":"diff-owners"},"spec":{"replicas":8}}
---
GET /apis/apps/v1/namespaces/diff-owners/deployments/own
---
GET /apis/apps/v1/namespaces/diff-owners/deployments/own/scale
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/own?fieldManager=one
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"own","labels":{"app":"nginx"}},"spec":{"replicas":9,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/own/status?fieldManager=st
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"own"},"spec":{"replicas":99},"status":{"replicas":1}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/own?fieldManager=one&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"own","labels":{"app":"nginx"}},"spec":{"replicas":8,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}},"status":{"replicas":5}}
---
GET /apis/apps/v1/namespaces/diff-owners/deployments/own
---
PUT /apis/apps/v1/namespaces/diff-owners/deployments/own/status?fieldManager=up

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"own","labels":{"app":"nginx"}},"spec":{"replicas":99,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}},"status":{"replicas":3,"conditions":[{"type":"Available","status":"True","reason":"r","message":"m"}]}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/own/status?fieldManager=st
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"own"},"status":{"conditions":[{"type":"Available","status":"False"}]}}
---
PATCH /apis/apps/v1/namespaces/diff-owners/deployments/own/status?fieldManager=st&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"own","labels":{"z":"z"},"finalizers":["a.example.com/f"]},"status":{"conditions":[{"type":"Available","status":"False"}]}}
---
GET /apis/apps/v1/namespaces/diff-owners/deployments/own
---
PATCH /api/v1/namespaces/diff-owners/services/s?fieldManager=one
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"selector":{"a":"b"},"ports":[{"name":"a","port":80},{"name":"b","port":81,"protocol":"UDP"}]}}
---
PATCH /api/v1/namespaces/diff-owners/services/s?fieldManager=two
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"ports":[{"name":"c","port":82}],"type":"NodePort"}}
---
PATCH /api/v1/namespaces/diff-owners/services/s?fieldManager=two&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"ports":[{"name":"c","port":82}],"type":"NodePort"}}
---
PATCH /api/v1/namespaces/diff-owners/services/s?fieldManager=one
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"selector":{"a":"b"},"ports":[{"name":"x","port":80}]}}
---
GET /api/v1/namespaces/diff-owners/services/s
---
PATCH /api/v1/namespaces/diff-owners/services/s/status?fieldManager=lb
Content-Type: application/merge-patch+json

{"status":{"loadBalancer":{"ingress":[{"ip":"1.2.3.4"}]}}}
---
PATCH /api/v1/namespaces/diff-owners/services/s/status?fieldManager=lb2
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"status":{"loadBalancer":{"ingress":[{"ip":"4.3.2.1"}]}}}
---
PATCH /api/v1/namespaces/diff-owners/pods/q?fieldManager=one
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"q"},"spec":{"nodeSelector":{"a":"b"},"containers":[{"name":"c","image":"i","env":[{"name":"A","value":"1"},{"name":"B","value":"2"}],"resources":{"requests":{"cpu":"100m"}}}]}}
---
PATCH /api/v1/namespaces/diff-owners/pods/q?fieldManager=two
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"q"},"spec":{"nodeSelector":{"c":"d"},"containers":[{"name":"c","env":[{"name":"A","value":"2"},{"name":"C","value":"3"}]}]}}
---
PATCH /api/v1/namespaces/diff-owners/pods/q?fieldManager=two
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"q"},"spec":{"containers":[{"name":"c","image":"j"}]}}
---
PATCH /api/v1/namespaces/diff-owners/pods/q?fieldManager=two&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"q"},"spec":{"containers":[{"name":"c","image":"j"}]}}
---
GET /api/v1/namespaces/diff-owners/pods/q
---
PATCH /api/v1/namespaces/diff-owners/pods/q?fieldManager=two&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"q"},"spec":{"containers":[{"name":"c","image":null}]}}
---
PATCH /api/v1/namespaces/diff-owners/pods/q/ephemeralcontainers?fieldManager=dbg
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"q"},"spec":{"ephemeralContainers":[{"name":"dbg","image":"x"}]}}
---
PATCH /api/v1/namespaces/diff-owners/pods/q/resize?fieldManager=rs
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"q"},"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"200m"}}}]}}
---
PATCH /api/v1/namespaces/diff-owners/pods/q/resize?fieldManager=rs&force=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"q"},"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"200m"}}}]}}
---
PATCH /api/v1/namespaces/diff-owners/pods/q/status?fieldManager=st
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Pod","metadata":{"name":"q"},"status":{"conditions":[{"type":"X","status":"True"}],"podIPs":[{"ip":"1.1.1.1"}]}}
---
GET /api/v1/namespaces/diff-owners/pods/q
---
PATCH /api/v1/namespaces/diff-owners/pods/q/binding?fieldManager=b
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Binding","metadata":{"name":"q"},"target":{"name":"n"}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/g?fieldManager=m
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"x-"}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/g?fieldManager=m
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"other"}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/g?fieldManager=m
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Secret","metadata":{"name":"g"}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/g?fieldManager=m
Content-Type: application/apply-patch+yaml

{"apiVersion":"v2","kind":"ConfigMap","metadata":{"name":"g"}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/g?fieldManager=m
Content-Type: application/apply-patch+yaml

{"kind":"ConfigMap","metadata":{"name":"g"}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/g?fieldManager=m
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","metadata":{"name":"g"}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/g?fieldManager=m
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"g","namespace":"default"}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/g?fieldManager=m
Content-Type: application/apply-patch+yaml


---
PATCH /api/v1/namespaces/diff-owners/configmaps/g?fieldManager=m
Content-Type: application/apply-patch+yaml

null
---
PATCH /api/v1/namespaces/diff-owners/configmaps/g?fieldManager=m
Content-Type: application/apply-patch+yaml

[]
---
PATCH /api/v1/namespaces/diff-owners/configmaps/g?fieldManager=m
Content-Type: application/apply-patch+yaml

a: b: c
---
PATCH /api/v1/namespaces/nowhere/configmaps/g?fieldManager=m
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"g"}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/dry?fieldManager=m&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"dry"}}
---
GET /api/v1/namespaces/diff-owners/configmaps/dry
---
PATCH /api/v1/namespaces/diff-owners/configmaps/im?fieldManager=m
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"im","finalizers":["a.example.com/f"]},"immutable":true,"data":{"a":"b"}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/im?fieldManager=m
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"im","finalizers":["a.example.com/f"]},"immutable":true,"data":{"a":"c"}}
---
DELETE /api/v1/namespaces/diff-owners/configmaps/im
---
PATCH /api/v1/namespaces/diff-owners/configmaps/im?fieldManager=m
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"im","finalizers":["a.example.com/f","a.example.com/g"]},"immutable":true,"data":{"a":"b"}}
---
PATCH /api/v1/namespaces/diff-owners/configmaps/im?fieldManager=m
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"im"},"immutable":true,"data":{"a":"b"}}
---
GET /api/v1/namespaces/diff-owners/configmaps/im
---
PATCH /api/v1/namespaces/diff-owners?fieldManager=m
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"diff-owners","labels":{"k":"v"}}}
---
PATCH /api/v1/namespaces/diff-owners/status?fieldManager=m
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"diff-owners"},"status":{"conditions":[{"type":"X","status":"True"}]}}
