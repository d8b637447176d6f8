# Reviews and other virtual resources.
POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews

{"spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}
---
POST /apis/authorization.k8s.io/v1/subjectaccessreviews

{"spec":{"user":"nobody","resourceAttributes":{"verb":"get","resource":"pods","namespace":"default"}}}
---
POST /apis/authorization.k8s.io/v1/subjectaccessreviews

{"spec":{}}
---
POST /apis/authorization.k8s.io/v1/namespaces/default/localsubjectaccessreviews

{"spec":{"user":"nobody","resourceAttributes":{"verb":"get","resource":"pods","namespace":"other"}}}
---
POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews

{"spec":{"namespace":"default"}}
---
POST /apis/authentication.k8s.io/v1/selfsubjectreviews

{}
---
POST /apis/authentication.k8s.io/v1/tokenreviews

{"spec":{"token":"nonsense"}}
---
POST /apis/authentication.k8s.io/v1/tokenreviews

{"spec":{}}
---
GET /apis/authorization.k8s.io/v1/selfsubjectaccessreviews
---
DELETE /apis/authentication.k8s.io/v1/tokenreviews
---
GET /healthz
---
GET /livez
---
GET /readyz
---
GET /livez/ping
---
GET /livez/nonsense
---
GET /livez?exclude=nonsense
---
GET /healthz?verbose
---
GET /openid/v1/jwks
Accept: application/jwk-set+json
Impersonate-User: nobody
---
GET /.well-known/openid-configuration
Impersonate-User: nobody
---
GET /
---
POST /version

{}
---
GET /openapi/v2/nonsense
---
GET /openapi/v3/nonsense
---
GET /logs
---
GET /debug/pprof/nonsense
---
GET //api/v1/namespaces
---
GET /api/v1/
---
GET /api/v1/namespaces/
---
GET /api/
---
GET /apis/
