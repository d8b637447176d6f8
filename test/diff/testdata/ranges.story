# Ranges of service addresses, addresses, and families.
POST /api/v1/namespaces

{"metadata":{"name":"diff-ranges"}}
---
GET /apis/networking.k8s.io/v1/servicecidrs/kubernetes
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
POST /apis/networking.k8s.io/v1/servicecidrs

{"metadata":{"name":"diff-bad"},"spec":{"cidrs":["10.200.0.1/24"]}}
---
POST /apis/networking.k8s.io/v1/servicecidrs

{"metadata":{"name":"diff-two"},"spec":{"cidrs":["10.200.0.0/24","10.201.0.0/24"]}}
---
POST /api/v1/namespaces/diff-ranges/services

{"metadata":{"name":"outside"},"spec":{"clusterIP":"10.201.0.9","ports":[{"port":80}]}}
---
POST /api/v1/namespaces/diff-ranges/services

{"metadata":{"name":"six"},"spec":{"ipFamilies":["IPv6"],"ports":[{"port":80}]}}
---
POST /api/v1/namespaces/diff-ranges/services

{"metadata":{"name":"six"},"spec":{"clusterIP":"fd00::1","ports":[{"port":80}]}}
---
POST /api/v1/namespaces/diff-ranges/services

{"metadata":{"name":"both"},"spec":{"ipFamilyPolicy":"RequireDualStack","ports":[{"port":80}]}}
---
POST /api/v1/namespaces/diff-ranges/services

{"metadata":{"name":"prefers"},"spec":{"ipFamilyPolicy":"PreferDualStack","ports":[{"port":80}]}}
---
POST /api/v1/namespaces/diff-ranges/services

{"metadata":{"name":"two"},"spec":{"ipFamilies":["IPv4","IPv6"],"ports":[{"port":80}]}}
---
POST /api/v1/namespaces/diff-ranges/services

{"metadata":{"name":"bare"},"spec":{"clusterIP":"None","ports":[{"port":80}]}}
---
PATCH /api/v1/namespaces/diff-ranges/services/prefers
Content-Type: application/merge-patch+json

{"spec":{"ipFamilyPolicy":"RequireDualStack"}}
---
PATCH /api/v1/namespaces/diff-ranges/services/prefers
Content-Type: application/merge-patch+json

{"spec":{"ipFamilyPolicy":"SingleStack"}}
---
PATCH /api/v1/namespaces/diff-ranges/services/prefers
Content-Type: application/merge-patch+json

{"spec":{"type":"ExternalName","externalName":"example.com","clusterIP":"","clusterIPs":null}}
---
POST /apis/networking.k8s.io/v1/ipaddresses

{"metadata":{"name":"192.168.1.5"},"spec":{"parentRef":{"group":"example.com","resource":"things","name":"a"}}}
---
POST /apis/networking.k8s.io/v1/ipaddresses

{"metadata":{"name":"192.168.001.5"},"spec":{"parentRef":{"resource":"services","name":"a"}}}
---
GET /apis/networking.k8s.io/v1/ipaddresses/192.168.1.5
Accept: application/json;as=Table;g=meta.k8s.io;v=v1
---
DELETE /apis/networking.k8s.io/v1/ipaddresses/192.168.1.5
---
DELETE /api/v1/namespaces/diff-ranges
