# Admission plugins that are off by default, told what testdata/admission.yaml says; StorageObjectInUseProtection is off.
POST /api/v1/namespaces

{"metadata": {"name": "strict"}}
---
POST /api/v1/namespaces

{"metadata": {"name": "strict-listed"}}
---
POST /api/v1/namespaces

{"metadata": {"name": "strict-exempt"}}
---
POST /api/v1/namespaces

{"metadata": {"name": "strict-said", "annotations": {"scheduler.alpha.kubernetes.io/node-selector": "tier=web", "scheduler.alpha.kubernetes.io/defaultTolerations": "[{\"key\":\"own\",\"operator\":\"Exists\"}]", "scheduler.alpha.kubernetes.io/tolerationsWhitelist": "[{\"key\":\"own\",\"operator\":\"Exists\"},{\"operator\":\"Exists\",\"effect\":\"NoExecute\"}]"}}}
---
POST /api/v1/namespaces

{"metadata": {"name": "strict-broken", "annotations": {"scheduler.alpha.kubernetes.io/defaultTolerations": "{"}}}
---
POST /api/v1/namespaces

{"metadata": {"name": "strict-selector", "annotations": {"scheduler.alpha.kubernetes.io/node-selector": "this is none"}}}
---
POST /apis/node.k8s.io/v1/runtimeclasses

{"metadata": {"name": "strict-sandbox"}, "handler": "h"}
---
POST /apis/scheduling.k8s.io/v1/priorityclasses

{"metadata": {"name": "strict-urgent"}, "value": 1000}
---
POST /api/v1/namespaces/strict-listed/pods?dryRun=All
Until: 201

{"metadata": {"name": "probe"}, "spec": {"priorityClassName": "", "runtimeClassName": "strict-sandbox", "containers": [{"name": "c", "image": "i"}]}}
---
POST /api/v1/namespaces/strict/pods

{"metadata": {"name": "p1"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent"}]}}
---
POST /api/v1/namespaces/strict/pods

{"metadata": {"name": "p2"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent"}], "nodeSelector": {"disk": "tape"}}}
---
POST /api/v1/namespaces/strict/pods

{"metadata": {"name": "p3"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent"}], "nodeSelector": {"zone": "b"}}}
---
POST /api/v1/namespaces/strict-listed/pods

{"metadata": {"name": "p4"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent"}], "nodeSelector": {"zone": "a"}}}
---
POST /api/v1/namespaces/strict-listed/pods

{"metadata": {"name": "p5"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent"}], "nodeSelector": {"zone": "b"}}}
---
POST /api/v1/namespaces/strict-listed/pods

{"metadata": {"name": "p6"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent"}], "nodeSelector": {"x": "y"}}}
---
POST /api/v1/namespaces/strict-said/pods

{"metadata": {"name": "p7"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent"}]}}
---
POST /api/v1/namespaces/strict-said/pods

{"metadata": {"name": "p8"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent"}], "nodeSelector": {"tier": "db"}}}
---
POST /api/v1/namespaces/strict-said/pods

{"metadata": {"name": "p9"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent"}], "tolerations": [{"key": "dedicated", "operator": "Exists"}]}}
---
POST /api/v1/namespaces/strict-broken/pods

{"metadata": {"name": "p10"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent"}]}}
---
POST /api/v1/namespaces/strict-selector/pods

{"metadata": {"name": "p11"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent"}]}}
---
POST /api/v1/namespaces/strict/pods

{"metadata": {"name": "p12"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent"}], "tolerations": [{"key": "other", "operator": "Exists"}]}}
---
POST /api/v1/namespaces/strict/pods

{"metadata": {"name": "p13"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent"}], "tolerations": [{"key": "dedicated", "operator": "Equal", "value": "x"}]}}
---
POST /api/v1/namespaces/strict/pods

{"metadata": {"name": "p14"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent", "resources": {"requests": {"cpu": "1"}}}]}}
---
POST /api/v1/namespaces/strict/pods

{"metadata": {"name": "p15"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent", "resources": {"limits": {"example.com/gpu": "1"}}}]}}
---
POST /api/v1/namespaces/strict/pods

{"metadata": {"name": "p16"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent"}], "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "zone", "labelSelector": {}}]}}}}
---
POST /api/v1/namespaces/strict/pods

{"metadata": {"name": "p17"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent", "securityContext": {"privileged": true}}]}}
---
POST /api/v1/namespaces/strict-exempt/pods

{"metadata": {"name": "p18"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent", "securityContext": {"privileged": true}}]}}
---
POST /api/v1/namespaces/strict/pods

{"metadata": {"name": "p19"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent", "securityContext": {"privileged": true}}], "runtimeClassName": "strict-sandbox"}}
---
POST /api/v1/namespaces/strict/pods

{"metadata": {"name": "p20"}, "spec": {"automountServiceAccountToken": false, "containers": [{"name": "c", "image": "i", "imagePullPolicy": "IfNotPresent"}], "priorityClassName": "strict-urgent"}}
---
POST /api/v1/namespaces/strict/resourcequotas

{"metadata": {"name": "urgent"}, "spec": {"hard": {"pods": "1"}, "scopeSelector": {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["strict-urgent"]}]}}}
---
POST /api/v1/namespaces/strict/services

{"metadata": {"name": "lb"}, "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}}
---
POST /api/v1/namespaces/strict/services

{"metadata": {"name": "ext"}, "spec": {"externalIPs": ["1.2.3.4"], "ports": [{"port": 80}]}}
---
POST /api/v1/namespaces/strict/services

{"metadata": {"name": "plain"}, "spec": {"clusterIP": "None", "ports": [{"port": 80}]}}
---
PATCH /api/v1/namespaces/strict/services/plain
Content-Type: application/merge-patch+json

{"spec": {"externalIPs": ["1.2.3.4"]}}
---
PATCH /api/v1/namespaces/strict/pods/p1
Content-Type: application/strategic-merge-patch+json

{"spec": {"containers": [{"name": "c", "image": "new", "imagePullPolicy": "Always"}]}}
---
PATCH /api/v1/namespaces/strict/pods/p1
Content-Type: application/merge-patch+json

{"metadata": {"labels": {"a": "b"}}}
---
POST /api/v1/namespaces/strict-new/configmaps?dryRun=All

{"metadata": {"name": "a"}}
---
POST /api/v1/namespaces/strict-new/configmaps

{"metadata": {"name": "a"}}
---
GET /api/v1/namespaces/strict-new

---
GET /api/v1/namespaces/strict-gone/configmaps/a

---
DELETE /api/v1/namespaces/strict-gone/configmaps/a

---
POST /api/v1/namespaces/Bad_Name/configmaps

{"metadata": {"name": "a"}}
---
POST /apis/rbac.authorization.k8s.io/v1/namespaces/strict/roles

{"metadata": {"name": "some"}, "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["create", "update", "patch", "get"]}, {"apiGroups": [""], "resources": ["secrets"], "verbs": ["create", "patch", "delete"]}, {"apiGroups": ["apps"], "resources": ["deployments/finalizers"], "verbs": ["update"]}]}
---
POST /apis/rbac.authorization.k8s.io/v1/namespaces/strict/rolebindings

{"metadata": {"name": "some"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "some"}, "subjects": [{"kind": "User", "name": "anna"}]}
---
POST /api/v1/namespaces/strict/configmaps
Until: 201
Impersonate-User: anna

{"metadata": {"name": "own"}}
---
POST /api/v1/namespaces/strict/configmaps
Impersonate-User: anna

{"metadata": {"name": "o1", "ownerReferences": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "o", "uid": "u"}]}}
---
POST /api/v1/namespaces/strict/configmaps
Impersonate-User: anna

{"metadata": {"name": "o2", "ownerReferences": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "o", "uid": "u", "blockOwnerDeletion": true}]}}
---
POST /api/v1/namespaces/strict/configmaps
Impersonate-User: anna

{"metadata": {"name": "o3", "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "o", "uid": "u", "blockOwnerDeletion": true}]}}
---
POST /api/v1/namespaces/strict/configmaps
Impersonate-User: anna

{"metadata": {"name": "o4", "ownerReferences": [{"apiVersion": "apps/v1", "kind": "Ghost", "name": "o", "uid": "u", "blockOwnerDeletion": true}]}}
---
POST /api/v1/namespaces/strict/configmaps
Impersonate-User: anna

{"metadata": {"name": "o5", "ownerReferences": [{"apiVersion": "apps/v9", "kind": "Deployment", "name": "o", "uid": "u", "blockOwnerDeletion": true}]}}
---
POST /api/v1/namespaces/strict/configmaps
Impersonate-User: anna

{"metadata": {"name": "o6", "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": "o", "uid": "u", "blockOwnerDeletion": true}]}}
---
POST /api/v1/namespaces/strict/configmaps
Impersonate-User: anna

{"metadata": {"name": "o7", "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "o", "uid": "u", "blockOwnerDeletion": false}]}}
---
PATCH /api/v1/namespaces/strict/configmaps/own
Content-Type: application/merge-patch+json
Impersonate-User: anna

{"metadata": {"ownerReferences": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "o", "uid": "u"}]}}
---
PATCH /api/v1/namespaces/strict/configmaps/o2
Content-Type: application/merge-patch+json
Impersonate-User: anna

{"metadata": {"labels": {"a": "b"}}}
---
POST /api/v1/namespaces/strict/secrets
Impersonate-User: anna

{"metadata": {"name": "s"}}
---
PATCH /api/v1/namespaces/strict/secrets/s
Content-Type: application/merge-patch+json
Impersonate-User: anna

{"metadata": {"ownerReferences": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "o", "uid": "u"}]}}
---
PATCH /api/v1/namespaces/strict/secrets/s
Content-Type: application/merge-patch+json
Impersonate-User: anna

{"metadata": {"ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "o", "uid": "u", "blockOwnerDeletion": true}]}}
---
POST /api/v1/namespaces/strict/persistentvolumeclaims

{"metadata": {"name": "c"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}
