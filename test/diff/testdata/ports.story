# Node ports and addresses of Services: asked for, taken, shared, given back.
POST /api/v1/namespaces

{"metadata":{"name":"diff-ports"}}
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":80}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30001,"name":"a"},{"port":80,"nodePort":30001,"name":"b"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30001,"name":"a"},{"port":81,"nodePort":30001,"name":"b"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30001,"name":"a"},{"port":81,"protocol":"UDP","nodePort":30001,"name":"b"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30001,"name":"a"},{"port":80,"protocol":"UDP","name":"b"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"},{"port":80,"protocol":"UDP","nodePort":30001,"name":"b"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"},{"port":80,"protocol":"UDP","name":"b"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a","nodePort":30002},{"port":80,"protocol":"UDP","name":"b","nodePort":30003}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"ClusterIP","ports":[{"port":80,"nodePort":30001}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","allocateLoadBalancerNodePorts":false,"ports":[{"port":80,"nodePort":30001},{"port":81,"name":"x"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","allocateLoadBalancerNodePorts":false,"ports":[{"port":80,"nodePort":30001,"name":"y"},{"port":81,"name":"x"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30005,"ports":[{"port":80}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":5,"ports":[{"port":80}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30005,"ports":[{"port":80,"nodePort":30005}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","ports":[{"port":80}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","healthCheckNodePort":30005,"ports":[{"port":80}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"ExternalName","externalName":"x.y","ports":[{"port":80,"nodePort":30001}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"clusterIP":"10.43.0.0","ports":[{"port":80}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"clusterIP":"10.43.255.255","ports":[{"port":80}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"clusterIP":"10.43.0.1","ports":[{"port":80}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"clusterIP":"10.43.9.009","ports":[{"port":80}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"clusterIP":"nonsense","ports":[{"port":80}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"ports":[]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"holder"},"spec":{"type":"NodePort","clusterIP":"10.43.77.7","ports":[{"port":80,"nodePort":30010}]}}
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30010}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","clusterIP":"10.43.77.7","ports":[{"port":80}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30010,"ports":[{"port":80}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"ClusterIP"}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"NodePort"}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"LoadBalancer"}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"LoadBalancer","allocateLoadBalancerNodePorts":false}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"ClusterIP","ports":[{"port":80,"name":"a","nodePort":30007}]}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"},{"port":81,"name":"b","nodePort":30001}]}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"NodePort","ports":[{"port":80,"name":"a","nodePort":30010}]}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"NodePort","ports":[{"port":80,"name":"a","nodePort":30007},{"port":81,"name":"b","nodePort":30007}]}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Cluster"}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30006}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"ExternalName","externalName":"a.b","externalTrafficPolicy":null}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"clusterIP":"10.43.1.2"}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"NodePort","ports":[{"port":81,"name":"other"}]}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30005,"ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"ClusterIP"}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30005,"ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"NodePort"}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30005,"ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"LoadBalancer"}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30005,"ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"LoadBalancer","allocateLoadBalancerNodePorts":false}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30005,"ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"ClusterIP","ports":[{"port":80,"name":"a","nodePort":30007}]}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30005,"ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"},{"port":81,"name":"b","nodePort":30001}]}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30005,"ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"NodePort","ports":[{"port":80,"name":"a","nodePort":30010}]}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30005,"ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"NodePort","ports":[{"port":80,"name":"a","nodePort":30007},{"port":81,"name":"b","nodePort":30007}]}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30005,"ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Cluster"}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30005,"ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30006}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30005,"ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"ExternalName","externalName":"a.b","externalTrafficPolicy":null}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30005,"ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"clusterIP":"10.43.1.2"}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30005,"ports":[{"port":80,"nodePort":30001,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"NodePort","ports":[{"port":81,"name":"other"}]}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"ports":[{"port":80,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"ClusterIP"}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"ports":[{"port":80,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"NodePort"}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"ports":[{"port":80,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"LoadBalancer"}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"ports":[{"port":80,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"LoadBalancer","allocateLoadBalancerNodePorts":false}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"ports":[{"port":80,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"ClusterIP","ports":[{"port":80,"name":"a","nodePort":30007}]}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"ports":[{"port":80,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"},{"port":81,"name":"b","nodePort":30001}]}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"ports":[{"port":80,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"NodePort","ports":[{"port":80,"name":"a","nodePort":30010}]}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"ports":[{"port":80,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"NodePort","ports":[{"port":80,"name":"a","nodePort":30007},{"port":81,"name":"b","nodePort":30007}]}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"ports":[{"port":80,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Cluster"}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"ports":[{"port":80,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30006}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"ports":[{"port":80,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"ExternalName","externalName":"a.b","externalTrafficPolicy":null}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"ports":[{"port":80,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"clusterIP":"10.43.1.2"}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
POST /api/v1/namespaces/diff-ports/services

{"metadata":{"name":"a"},"spec":{"ports":[{"port":80,"name":"a"}]}}
---
PATCH /api/v1/namespaces/diff-ports/services/a
Content-Type: application/merge-patch+json

{"spec":{"type":"NodePort","ports":[{"port":81,"name":"other"}]}}
---
PUT /api/v1/namespaces/diff-ports/services/a

{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"a"}]}}
---
DELETE /api/v1/namespaces/diff-ports/services/a
---
PUT /api/v1/namespaces/diff-ports/services/made

{"metadata":{"name":"made"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30020}]}}
---
GET /api/v1/namespaces/diff-ports/services/made?pretty=true
---
DELETE /api/v1/namespaces/diff-ports
