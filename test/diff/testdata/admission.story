# Built-in admission: the same refusals, defaults and warnings. Objects that informers must see first are made early.
POST /api/v1/namespaces

{"metadata":{"name":"diff-admission","labels":{}}}
---
POST /api/v1/namespaces

{"metadata":{"name":"diff-limits","labels":{}}}
---
POST /api/v1/namespaces

{"metadata":{"name":"diff-restricted","labels":{"pod-security.kubernetes.io/enforce":"restricted","pod-security.kubernetes.io/warn":"baseline","pod-security.kubernetes.io/enforce-version":"v1.30"}}}
---
POST /api/v1/namespaces

{"metadata":{"name":"diff-bogus","labels":{"pod-security.kubernetes.io/enforce":"bogus"}}}
---
POST /api/v1/namespaces/diff-admission/serviceaccounts

{"metadata":{"name":"robot"},"automountServiceAccountToken":false,"imagePullSecrets":[{"name":"pull"}]}
---
POST /api/v1/namespaces/diff-limits/serviceaccounts

{"metadata":{"name":"robot"},"automountServiceAccountToken":false,"imagePullSecrets":[{"name":"pull"}]}
---
POST /api/v1/namespaces/diff-restricted/serviceaccounts

{"metadata":{"name":"robot"},"automountServiceAccountToken":false,"imagePullSecrets":[{"name":"pull"}]}
---
POST /api/v1/namespaces/diff-admission/serviceaccounts

{"metadata":{"name":"strict","annotations":{"kubernetes.io/enforce-mountable-secrets":"true"}},"automountServiceAccountToken":false,"secrets":[{"name":"ok"}]}
---
POST /apis/storage.k8s.io/v1/storageclasses

{"metadata":{"name":"diff-fast","annotations":{"storageclass.kubernetes.io/is-default-class":"true"}},"provisioner":"example.com/x"}
---
POST /apis/storage.k8s.io/v1/storageclasses

{"metadata":{"name":"diff-slow"},"provisioner":"example.com/x"}
---
POST /apis/node.k8s.io/v1/runtimeclasses

{"metadata":{"name":"diff-heavy"},"handler":"h","overhead":{"podFixed":{"cpu":"250m"}},"scheduling":{"nodeSelector":{"a":"b"},"tolerations":[{"key":"k","operator":"Exists"}]}}
---
POST /apis/scheduling.k8s.io/v1/priorityclasses

{"metadata":{"name":"diff-usual"},"value":10,"globalDefault":true}
---
POST /apis/scheduling.k8s.io/v1/priorityclasses

{"metadata":{"name":"diff-urgent"},"value":1000,"preemptionPolicy":"Never"}
---
POST /apis/networking.k8s.io/v1/ingressclasses

{"metadata":{"name":"diff-front","annotations":{"ingressclass.kubernetes.io/is-default-class":"true"}},"spec":{"controller":"example.com/x"}}
---
POST /api/v1/namespaces/diff-limits/limitranges

{"metadata":{"name":"l"},"spec":{"limits":[{"type":"Container","default":{"cpu":"500m","memory":"64Mi"},"defaultRequest":{"cpu":"200m"},"max":{"cpu":"1"},"min":{"cpu":"100m"},"maxLimitRequestRatio":{"cpu":"4"}},{"type":"Pod","max":{"memory":"1Gi"}},{"type":"PersistentVolumeClaim","max":{"storage":"2Gi"}}]}}
---
POST /api/v1/nodes

{"metadata":{"name":"diff-n1","labels":{"topology.kubernetes.io/zone":"z1","topology.kubernetes.io/region":"r1"}},"spec":{"unschedulable":true}}
---
POST /apis/scheduling.k8s.io/v1/priorityclasses

{"metadata":{"name":"diff-second"},"value":11,"globalDefault":true}
---
PATCH /apis/scheduling.k8s.io/v1/priorityclasses/diff-urgent
Content-Type: application/merge-patch+json

{"globalDefault":true}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"usual"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}]}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"urgent"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}],"priorityClassName":"diff-urgent"}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"number"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}],"priority":7}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"policy"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}],"priorityClassName":"diff-urgent","preemptionPolicy":"PreemptLowerPriority"}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"ghost"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}],"priorityClassName":"ghost"}}
---
PUT /api/v1/namespaces/diff-admission/pods/usual

{"metadata":{"name":"usual","labels":{"a":"b"}},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}]}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"nobody"},"spec":{"schedulerName":"nobody","serviceAccountName":"ghost","containers":[{"name":"c","image":"i"}]}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"generateName":"gen-"},"spec":{"schedulerName":"nobody","serviceAccountName":"ghost","containers":[{"name":"c","image":"i"}]}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"s1"},"spec":{"schedulerName":"nobody","serviceAccountName":"strict","containers":[{"name":"c","image":"i"}],"volumes":[{"name":"v","secret":{"secretName":"ok"}}]}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"s2"},"spec":{"schedulerName":"nobody","serviceAccountName":"strict","containers":[{"name":"c","image":"i"}],"volumes":[{"name":"v","secret":{"secretName":"bad"}}]}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"s3"},"spec":{"schedulerName":"nobody","serviceAccountName":"strict","containers":[{"name":"c","image":"i","env":[{"name":"E","valueFrom":{"secretKeyRef":{"name":"bad","key":"k"}}}]}]}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"s4"},"spec":{"schedulerName":"nobody","serviceAccountName":"strict","containers":[{"name":"c","image":"i"}],"initContainers":[{"name":"c0","image":"i","envFrom":[{"secretRef":{"name":"bad"}}]}]}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"s5"},"spec":{"schedulerName":"nobody","serviceAccountName":"strict","containers":[{"name":"c","image":"i"}],"imagePullSecrets":[{"name":"bad"}]}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"s6","annotations":{"kubernetes.io/config.mirror":"x"}},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}]}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"r1"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}],"runtimeClassName":"diff-heavy"}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"r2"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}],"runtimeClassName":"ghost"}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"r3"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}],"overhead":{"cpu":"1"}}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"r4"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}],"runtimeClassName":"diff-heavy","overhead":{"cpu":"1"}}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"r5"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}],"runtimeClassName":"diff-heavy","nodeSelector":{"a":"z"}}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"r6"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}],"runtimeClassName":"diff-heavy","nodeSelector":{"c":"d"},"tolerations":[{"key":"k","operator":"Equal","value":"v"}]}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"t1"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}],"tolerations":[{"operator":"Exists"}]}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"t2","labels":{"topology.kubernetes.io/zone":"mine"}},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}],"nodeName":"diff-n1"}}
---
POST /api/v1/namespaces/diff-admission/pods/usual/binding

{"apiVersion":"v1","kind":"Binding","metadata":{"name":"usual"},"target":{"kind":"Node","name":"diff-n1"}}
---
GET /api/v1/namespaces/diff-admission/pods/usual
---
POST /api/v1/namespaces/diff-limits/pods

{"metadata":{"name":"d1"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}]}}
---
POST /api/v1/namespaces/diff-limits/pods

{"metadata":{"name":"d2"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"200m"},"limits":{"cpu":"2"}}}]}}
---
POST /api/v1/namespaces/diff-limits/pods

{"metadata":{"name":"d3"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"50m"},"limits":{"cpu":"100m"}}}]}}
---
POST /api/v1/namespaces/diff-limits/pods

{"metadata":{"name":"d4"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"100m"},"limits":{"cpu":"1"}}}]}}
---
POST /api/v1/namespaces/diff-limits/pods

{"metadata":{"name":"d5"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i","resources":{"requests":{"memory":"2Gi"},"limits":{"memory":"2Gi"}}}]}}
---
POST /api/v1/namespaces/diff-limits/pods

{"metadata":{"name":"d6"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}],"initContainers":[{"name":"i","image":"i","resources":{"limits":{"cpu":"3"}}}]}}
---
POST /api/v1/namespaces/diff-limits/persistentvolumeclaims

{"metadata":{"name":"huge"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"3Gi"}}}}
---
POST /api/v1/namespaces/diff-limits/persistentvolumeclaims

{"metadata":{"name":"fine"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"2Gi"}}}}
---
PATCH /api/v1/namespaces/diff-limits/pods/d1/resize
Content-Type: application/strategic-merge-patch+json

{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"2"},"limits":{"cpu":"2"}}}]}}
---
POST /api/v1/namespaces/diff-admission/persistentvolumeclaims

{"metadata":{"name":"a"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}
---
POST /api/v1/namespaces/diff-admission/persistentvolumeclaims

{"metadata":{"name":"b"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}},"storageClassName":""}}
---
POST /api/v1/namespaces/diff-admission/persistentvolumeclaims

{"metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}},"storageClassName":"diff-slow"}}
---
PATCH /api/v1/namespaces/diff-admission/persistentvolumeclaims/a
Content-Type: application/merge-patch+json

{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}
---
PATCH /api/v1/namespaces/diff-admission/persistentvolumeclaims/a/status
Content-Type: application/merge-patch+json

{"status":{"phase":"Bound"}}
---
PATCH /api/v1/namespaces/diff-admission/persistentvolumeclaims/a
Content-Type: application/merge-patch+json

{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}
---
POST /api/v1/persistentvolumes

{"metadata":{"name":"diff-pv"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"hostPath":{"path":"/x"}}}
---
POST /apis/storage.k8s.io/v1/volumeattributesclasses

{"metadata":{"name":"diff-vac"},"driverName":"d","parameters":{"a":"b"}}
---
POST /apis/networking.k8s.io/v1/namespaces/diff-admission/ingresses

{"metadata":{"name":"plain"},"spec":{"defaultBackend":{"service":{"name":"s","port":{"number":80}}}}}
---
POST /apis/networking.k8s.io/v1/namespaces/diff-admission/ingresses

{"metadata":{"name":"old","annotations":{"kubernetes.io/ingress.class":"x"}},"spec":{"defaultBackend":{"service":{"name":"s","port":{"number":80}}}}}
---
POST /api/v1/namespaces/diff-restricted/pods

{"metadata":{"name":"bad"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}]}}
---
POST /api/v1/namespaces/diff-restricted/pods

{"metadata":{"name":"worse"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i","securityContext":{"privileged":true}}]}}
---
POST /api/v1/namespaces/diff-restricted/pods

{"metadata":{"name":"good"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i","securityContext":{"allowPrivilegeEscalation":false,"runAsNonRoot":true,"capabilities":{"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"}}}]}}
---
POST /apis/apps/v1/namespaces/diff-restricted/deployments

{"metadata":{"name":"d"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i","securityContext":{"privileged":true}}]}}}}
---
POST /apis/batch/v1/namespaces/diff-restricted/cronjobs

{"metadata":{"name":"c"},"spec":{"suspend":true,"schedule":"1 1 1 1 1","jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i","securityContext":{"privileged":true}}]}}}}}}
---
PATCH /api/v1/namespaces/diff-restricted/pods/good
Content-Type: application/strategic-merge-patch+json

{"spec":{"containers":[{"name":"c","image":"j"}]}}
---
PATCH /api/v1/namespaces/diff-restricted/pods/good/ephemeralcontainers
Content-Type: application/strategic-merge-patch+json

{"spec":{"ephemeralContainers":[{"name":"e","image":"i","securityContext":{"privileged":true}}]}}
---
PATCH /api/v1/namespaces/diff-admission?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"restricted"}}}
---
PATCH /api/v1/namespaces/diff-admission
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"x","pod-security.kubernetes.io/warn-version":"y"}}}
---
POST /api/v1/namespaces/diff-admission/resourcequotas

{"metadata":{"name":"q"},"spec":{"hard":{"pods":"20","requests.cpu":"500m","count/configmaps":"1","services.loadbalancers":"0","services.nodeports":"1","diff-fast.storageclass.storage.k8s.io/requests.storage":"3Gi"}}}
---
PATCH /api/v1/namespaces/diff-admission/resourcequotas/q/status
Content-Type: application/merge-patch+json

{"status":{"hard":{"pods":"20","requests.cpu":"500m","count/configmaps":"1","services.loadbalancers":"0","services.nodeports":"1","diff-fast.storageclass.storage.k8s.io/requests.storage":"3Gi"},"used":{"pods":"9","requests.cpu":"0","count/configmaps":"1","services.loadbalancers":"0","services.nodeports":"0","diff-fast.storageclass.storage.k8s.io/requests.storage":"1Gi"}}}
---
GET /api/v1/namespaces/diff-admission/pods/urgent
---
GET /api/v1/namespaces/diff-admission/pods/t1
---
GET /api/v1/namespaces/diff-admission/pods/t2
---
GET /api/v1/namespaces/diff-admission/pods/r1
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"q1"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i"}]}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"q2"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"600m"}}}]}}
---
POST /api/v1/namespaces/diff-admission/pods

{"metadata":{"name":"q3"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"100m"}}}],"initContainers":[{"name":"i","image":"i"}]}}
---
POST /api/v1/namespaces/diff-admission/configmaps

{"metadata":{"name":"over"}}
---
POST /api/v1/namespaces/diff-admission/configmaps?dryRun=All

{"metadata":{"name":"over"}}
---
POST /api/v1/namespaces/diff-admission/services

{"metadata":{"name":"lb"},"spec":{"type":"LoadBalancer","ports":[{"name":"p0","port":80}]}}
---
POST /api/v1/namespaces/diff-admission/services

{"metadata":{"name":"np"},"spec":{"type":"NodePort","ports":[{"name":"p0","port":80},{"name":"p1","port":81}]}}
---
POST /api/v1/namespaces/diff-admission/persistentvolumeclaims

{"metadata":{"name":"more"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"4Gi"}}}}
---
POST /api/v1/namespaces/diff-admission/resourcequotas

{"metadata":{"name":"wrong"},"spec":{"hard":{"pods":"1"},"scopes":["BestEffort","NotBestEffort"]}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests

{"metadata":{"name":"diff-root"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlHbk1Gc0NBUUF3S0RFWE1CVUdBMVVFQ2d3T2MzbHpkR1Z0T20xaGMzUmxjbk14RFRBTEJnTlZCQU1NQkhKdgpiM1F3S2pBRkJnTXJaWEFESVFBbis3Vlp3NC9CRjljeXB3TEg2cldkelQ4c1Y0RVE1dm9LZGFsUjZPbHBCYUFBCk1BVUdBeXRsY0FOQkFMSjhQdWhDRmZDZjNuSDdJbXYwMzdPWFZHQWdacmowR1VlWVRGSi8wZ2hNd01OZ1pWdFQKVEt4QWdkZUFlZEdobWQzY1hQaE5pL29Dc3BrZ05iN2pBZ2c9Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=","signerName":"kubernetes.io/kube-apiserver-client","usages":["client auth"]}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests?fieldValidation=Strict

{"metadata":{"name":"diff-jane"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlHY01GQUNBUUF3SFRFTU1Bb0dBMVVFQ2d3RFpHVjJNUTB3Q3dZRFZRUUREQVJxWVc1bE1Db3dCUVlESzJWdwpBeUVBSi91MVdjT1B3UmZYTXFjQ3grcTFuYzAvTEZlQkVPYjZDbldwVWVqcGFRV2dBREFGQmdNclpYQURRUUJrCmRJZlUwT0VmWG9tYnN4T1RqUHhDc3E3ZGJkcnFGTU91cXlGWWdPOEpKaU5LdjVGWkRBckhEbi9IdFVMaDdhSWQKK3R2YStqNkNOWEw0MUVVaXlORUkKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"kubernetes.io/kube-apiserver-client","usages":["client auth"]}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests

{"metadata":{"name":"diff-broken"},"spec":{"request":"YQ==","signerName":"kubernetes.io/kube-apiserver-client","usages":["client auth"]}}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterroles

{"metadata":{"name":"diff-approver"},"rules":[{"apiGroups":["certificates.k8s.io"],"resources":["certificatesigningrequests","certificatesigningrequests/approval","certificatesigningrequests/status"],"verbs":["*"]}]}
---
POST /apis/rbac.authorization.k8s.io/v1/clusterrolebindings

{"metadata":{"name":"diff-approver"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"diff-approver"},"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"ann"}]}
---
GET /api/v1/namespaces/diff-admission
---
GET /api/v1/namespaces/diff-admission/serviceaccounts/robot
---
GET /api/v1/namespaces/diff-admission/pods/s1
---
PATCH /apis/certificates.k8s.io/v1/certificatesigningrequests/diff-jane/approval
Content-Type: application/merge-patch+json
Impersonate-User: ann

{"status":{"conditions":[{"type":"Approved","status":"True","reason":"r","message":"m"}]}}
---
PATCH /apis/certificates.k8s.io/v1/certificatesigningrequests/diff-jane/status
Content-Type: application/merge-patch+json
Impersonate-User: ann

{"status":{"conditions":[{"type":"Failed","status":"True"}]}}
---
PATCH /apis/certificates.k8s.io/v1/certificatesigningrequests/diff-jane/approval
Content-Type: application/merge-patch+json

{"status":{"conditions":[{"type":"Approved","status":"True","reason":"r","message":"m"}]}}
---
POST /api/v1/nodes
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"name":"diff-n2"}}
---
POST /api/v1/nodes
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"name":"diff-n1","labels":{"node-restriction.kubernetes.io/a":"b","my.k8s.io/c":"d"}}}
---
PATCH /api/v1/nodes/diff-n1
Content-Type: application/merge-patch+json
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"labels":{"node-role.kubernetes.io/x":"","topology.kubernetes.io/zone":"z2"}}}
---
PATCH /api/v1/nodes/diff-n1
Content-Type: application/merge-patch+json
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"spec":{"taints":[{"key":"mine","effect":"NoSchedule"}]}}
---
PATCH /api/v1/nodes/diff-n1
Content-Type: application/merge-patch+json
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"x","uid":"y"}]}}
---
DELETE /api/v1/nodes/diff-n1
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes
---
GET /api/v1/nodes/other
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes
---
GET /api/v1/nodes
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes
---
GET /api/v1/namespaces/diff-admission/pods
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes
---
GET /api/v1/namespaces/diff-admission/pods/urgent
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes
---
GET /api/v1/namespaces/diff-admission/secrets
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes
---
GET /api/v1/namespaces/diff-admission/secrets/s
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes
---
GET /api/v1/namespaces/diff-admission/configmaps/s
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes
---
POST /api/v1/namespaces/diff-admission/pods
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"name":"n0"},"spec":{"schedulerName":"nobody","serviceAccountName":"robot","containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"1m"}}}]}}
---
POST /api/v1/namespaces/diff-admission/pods
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"name":"n1","annotations":{"kubernetes.io/config.mirror":"x"}},"spec":{"nodeName":"diff-n1","containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"1m"}}}]}}
---
POST /api/v1/namespaces/diff-admission/pods
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"name":"n2","annotations":{"kubernetes.io/config.mirror":"x"},"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"diff-n1","uid":"wrong","controller":true}]},"spec":{"nodeName":"diff-n1","containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"1m"}}}]}}
---
POST /api/v1/namespaces/diff-admission/pods
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"name":"n3","annotations":{"kubernetes.io/config.mirror":"x"},"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"diff-n1","uid":"wrong","controller":false}]},"spec":{"nodeName":"diff-n1","containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"1m"}}}]}}
---
POST /api/v1/namespaces/diff-admission/pods
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"name":"n4","annotations":{"kubernetes.io/config.mirror":"x"},"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"diff-n1","uid":"wrong","controller":true,"blockOwnerDeletion":true}]},"spec":{"nodeName":"diff-n1","containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"1m"}}}]}}
---
DELETE /api/v1/namespaces/diff-admission/pods/urgent
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes
---
PATCH /api/v1/namespaces/diff-admission/pods/urgent/status
Content-Type: application/merge-patch+json
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"status":{"phase":"Running"}}
---
PATCH /api/v1/namespaces/diff-admission/pods/t2/status
Content-Type: application/merge-patch+json
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"labels":{"x":"y"}}}
---
POST /api/v1/namespaces/diff-admission/pods/urgent/eviction
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"urgent"}}
---
PATCH /api/v1/namespaces/diff-admission/pods/t2
Content-Type: application/merge-patch+json
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"labels":{"x":"y"}}}
---
POST /api/v1/namespaces/diff-admission/pods/t2/binding
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"apiVersion":"v1","kind":"Binding","metadata":{"name":"t2"},"target":{"kind":"Node","name":"x"}}
---
GET /api/v1/namespaces/diff-admission/pods/t2
$t2 = metadata.uid
---
POST /api/v1/namespaces/diff-admission/serviceaccounts/robot/token
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["a"]}}
---
POST /api/v1/namespaces/diff-admission/serviceaccounts/robot/token
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["a"],"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"t2","uid":""}}}
---
POST /api/v1/namespaces/diff-admission/serviceaccounts/robot/token
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["a"],"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"t2","uid":"x"}}}
---
POST /api/v1/namespaces/diff-admission/serviceaccounts/robot/token
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["a"],"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"t2","uid":"${t2}"}}}
---
POST /api/v1/namespaces/diff-admission/serviceaccounts/robot/token
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["a","b"],"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"t2","uid":"${t2}"}}}
---
POST /apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"name":"diff-n2"}}
---
POST /apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"name":"diff-n1"}}
---
GET /apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/diff-n2
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes
---
GET /apis/coordination.k8s.io/v1/namespaces/kube-system/leases/diff-n1
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes
---
POST /apis/storage.k8s.io/v1/csinodes
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"name":"diff-n2"},"spec":{"drivers":[]}}
---
POST /apis/storage.k8s.io/v1/csinodes
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"name":"diff-n1"},"spec":{"drivers":[]}}
---
GET /apis/storage.k8s.io/v1/csinodes/diff-n2
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes
---
GET /apis/storage.k8s.io/v1/volumeattachments
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes
---
GET /apis/storage.k8s.io/v1/volumeattachments/x
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes
---
POST /apis/resource.k8s.io/v1/resourceslices
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"name":"diff-s2"},"spec":{"driver":"d.example.com","nodeName":"diff-n2","pool":{"name":"p","generation":1,"resourceSliceCount":1},"devices":[]}}
---
GET /apis/resource.k8s.io/v1/resourceslices
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes
---
GET /apis/resource.k8s.io/v1/resourceslices/none
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"name":"diff-node"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlHME1HZ0NBUUF3TlRFVk1CTUdBMVVFQ2d3TWMzbHpkR1Z0T201dlpHVnpNUnd3R2dZRFZRUUREQk56ZVhOMApaVzA2Ym05a1pUcGthV1ptTFc0eU1Db3dCUVlESzJWd0F5RUFKL3UxV2NPUHdSZlhNcWNDeCtxMW5jMC9MRmVCCkVPYjZDbldwVWVqcGFRV2dBREFGQmdNclpYQURRUUQydUZSR0sxZ2M2N2lYLzRUQ3dmNFovVjNhbXZJVTA3dzkKTi9obVQxSy84RmxMV2RNTnlqZ2g0YzdLQUpEenk3dTRRbVBRZ1llY2NyNFZGT2FsZGZBSAotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K","signerName":"kubernetes.io/kubelet-serving","usages":["client auth"]}}
---
PATCH /api/v1/namespaces/diff-admission/persistentvolumeclaims/a
Content-Type: application/merge-patch+json
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"labels":{"a":"b"}}}
---
DELETE /api/v1/namespaces/default
---
DELETE /api/v1/namespaces/kube-public
---
POST /api/v1/namespaces/nowhere/configmaps

{"metadata":{"name":"x"}}
---
POST /apis/authorization.k8s.io/v1/namespaces/nowhere/localsubjectaccessreviews

{"apiVersion":"authorization.k8s.io/v1","kind":"LocalSubjectAccessReview","metadata":{"namespace":"nowhere"},"spec":{"user":"x","resourceAttributes":{"verb":"get","resource":"pods","namespace":"nowhere"}}}
---
GET /api/v1/nodes/diff-n1
$nuid = metadata.uid
---
POST /api/v1/namespaces/diff-admission/pods
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"name":"mirror","annotations":{"kubernetes.io/config.mirror":"x"},"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"diff-n1","uid":"${nuid}","controller":true}]},"spec":{"nodeName":"diff-n1","containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"1m"}}}]}}
---
POST /api/v1/namespaces/diff-admission/pods
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"metadata":{"name":"mirror2","annotations":{"kubernetes.io/config.mirror":"x"},"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"diff-n1","uid":"${nuid}","controller":true}]},"spec":{"nodeName":"diff-n1","volumes":[{"name":"v","configMap":{"name":"c"}}],"containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"1m"}}}]}}
---
PATCH /api/v1/namespaces/diff-admission/pods/t2/status
Content-Type: application/merge-patch+json
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"status":{"phase":"Running","podIP":"10.1.2.3","podIPs":[{"ip":"10.1.2.3"}]}}
---
GET /api/v1/namespaces/diff-admission/pods/t2
$t2 = metadata.uid
---
POST /api/v1/namespaces/diff-admission/pods
Impersonate-User: ann

{"metadata":{"name":"x"},"spec":{"containers":[{"name":"c","image":"i"}]}}
---
POST /api/v1/namespaces/diff-admission/pods/t2/eviction
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes

{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"t2"}}
---
DELETE /api/v1/namespaces/diff-admission/pods/mirror?gracePeriodSeconds=0
Impersonate-User: system:node:diff-n1
Impersonate-Group: system:nodes
---
PATCH /api/v1/namespaces/diff-limits/pods/applied?fieldManager=a
Content-Type: application/apply-patch+yaml

{apiVersion: v1, kind: Pod, metadata: {name: applied}, spec: {schedulerName: nobody, serviceAccountName: robot, containers: [{name: c, image: i}]}}
---
PATCH /api/v1/namespaces/diff-restricted/pods/applied?fieldManager=a
Content-Type: application/apply-patch+yaml

{apiVersion: v1, kind: Pod, metadata: {name: applied}, spec: {schedulerName: nobody, serviceAccountName: robot, containers: [{name: c, image: i}]}}
---
PUT /api/v1/namespaces/diff-limits/persistentvolumeclaims/fine

{"metadata":{"name":"fine"},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"diff-fast","resources":{"requests":{"storage":"3Gi"}}}}
---
PATCH /api/v1/namespaces/diff-limits?dryRun=All
Content-Type: application/merge-patch+json

{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"baseline","pod-security.kubernetes.io/audit":"restricted"}}}
---
POST /apis/scheduling.k8s.io/v1/priorityclasses

{"metadata":{"name":"system-mine"},"value":5}
---
POST /apis/scheduling.k8s.io/v1/priorityclasses

{"metadata":{"name":"diff-toohigh"},"value":2000000000}
---
DELETE /apis/scheduling.k8s.io/v1/priorityclasses/system-node-critical
