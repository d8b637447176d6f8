# Methods that nobody has, conditions and ranges: on resources, discovery, OpenAPI, health and what else there is.
POST /api/v1/namespaces

{"metadata":{"name":"diff-doors"}}
---
POST /api/v1/namespaces/diff-doors/configmaps

{"metadata":{"name":"a"}}
---
HEAD /api
---
OPTIONS /api
---
POST /api

{}
---
PUT /api

{}
---
PATCH /api
Content-Type: application/merge-patch+json

{}
---
DELETE /api
---
TRACE /api
---
PROPFIND /api
---
HEAD /api/v1
---
OPTIONS /api/v1
---
POST /api/v1

{}
---
PUT /api/v1

{}
---
PATCH /api/v1
Content-Type: application/merge-patch+json

{}
---
DELETE /api/v1
---
TRACE /api/v1
---
PROPFIND /api/v1
---
HEAD /apis
---
POST /apis

{}
---
DELETE /apis
---
HEAD /apis/apps
---
OPTIONS /apis/apps
---
POST /apis/apps

{}
---
PUT /apis/apps

{}
---
PATCH /apis/apps
Content-Type: application/merge-patch+json

{}
---
DELETE /apis/apps
---
TRACE /apis/apps
---
PROPFIND /apis/apps
---
HEAD /apis/apps/v1
---
OPTIONS /apis/apps/v1
---
POST /apis/apps/v1

{}
---
PUT /apis/apps/v1

{}
---
PATCH /apis/apps/v1
Content-Type: application/merge-patch+json

{}
---
DELETE /apis/apps/v1
---
TRACE /apis/apps/v1
---
PROPFIND /apis/apps/v1
---
HEAD /version
---
OPTIONS /version
---
POST /version

{}
---
PUT /version

{}
---
PATCH /version
Content-Type: application/merge-patch+json

{}
---
DELETE /version
---
TRACE /version
---
PROPFIND /version
---
HEAD /version/
---
OPTIONS /version/
---
POST /version/

{}
---
PUT /version/

{}
---
PATCH /version/
Content-Type: application/merge-patch+json

{}
---
DELETE /version/
---
TRACE /version/
---
PROPFIND /version/
---
OPTIONS /healthz
---
POST /healthz

{}
---
PUT /healthz

{}
---
PATCH /healthz
Content-Type: application/merge-patch+json

{}
---
DELETE /healthz
---
TRACE /healthz
---
PROPFIND /healthz
---
OPTIONS /livez
---
POST /livez

{}
---
PUT /livez

{}
---
PATCH /livez
Content-Type: application/merge-patch+json

{}
---
DELETE /livez
---
TRACE /livez
---
PROPFIND /livez
---
OPTIONS /readyz
---
POST /readyz

{}
---
PUT /readyz

{}
---
PATCH /readyz
Content-Type: application/merge-patch+json

{}
---
DELETE /readyz
---
TRACE /readyz
---
PROPFIND /readyz
---
HEAD /livez/ping
---
OPTIONS /livez/ping
---
POST /livez/ping

{}
---
PUT /livez/ping

{}
---
PATCH /livez/ping
Content-Type: application/merge-patch+json

{}
---
DELETE /livez/ping
---
TRACE /livez/ping
---
PROPFIND /livez/ping
---
HEAD /openapi/v2
---
OPTIONS /openapi/v2
---
POST /openapi/v2

{}
---
PUT /openapi/v2

{}
---
PATCH /openapi/v2
Content-Type: application/merge-patch+json

{}
---
DELETE /openapi/v2
---
TRACE /openapi/v2
---
PROPFIND /openapi/v2
---
HEAD /openapi/v3
---
POST /openapi/v3

{}
---
DELETE /openapi/v3
---
HEAD /openapi/v3/version
---
OPTIONS /openapi/v3/version
---
POST /openapi/v3/version

{}
---
PUT /openapi/v3/version

{}
---
PATCH /openapi/v3/version
Content-Type: application/merge-patch+json

{}
---
DELETE /openapi/v3/version
---
TRACE /openapi/v3/version
---
PROPFIND /openapi/v3/version
---
HEAD /openid/v1/jwks
---
OPTIONS /openid/v1/jwks
---
POST /openid/v1/jwks

{}
---
PUT /openid/v1/jwks

{}
---
PATCH /openid/v1/jwks
Content-Type: application/merge-patch+json

{}
---
DELETE /openid/v1/jwks
---
TRACE /openid/v1/jwks
---
PROPFIND /openid/v1/jwks
---
HEAD /.well-known/openid-configuration
---
OPTIONS /.well-known/openid-configuration
---
POST /.well-known/openid-configuration

{}
---
PUT /.well-known/openid-configuration

{}
---
PATCH /.well-known/openid-configuration
Content-Type: application/merge-patch+json

{}
---
DELETE /.well-known/openid-configuration
---
TRACE /.well-known/openid-configuration
---
PROPFIND /.well-known/openid-configuration
---
HEAD /api/v1/namespaces
---
OPTIONS /api/v1/namespaces
---
POST /api/v1/namespaces

{}
---
PUT /api/v1/namespaces

{}
---
PATCH /api/v1/namespaces
Content-Type: application/merge-patch+json

{}
---
DELETE /api/v1/namespaces
---
TRACE /api/v1/namespaces
---
PROPFIND /api/v1/namespaces
---
HEAD /api/v1/namespaces/diff-doors
---
OPTIONS /api/v1/namespaces/diff-doors
---
POST /api/v1/namespaces/diff-doors

{}
---
PUT /api/v1/namespaces/diff-doors

{}
---
PATCH /api/v1/namespaces/diff-doors
Content-Type: application/merge-patch+json

{}
---
TRACE /api/v1/namespaces/diff-doors
---
PROPFIND /api/v1/namespaces/diff-doors
---
HEAD /api/v1/namespaces/diff-doors/status
---
OPTIONS /api/v1/namespaces/diff-doors/status
---
POST /api/v1/namespaces/diff-doors/status

{}
---
PUT /api/v1/namespaces/diff-doors/status

{}
---
PATCH /api/v1/namespaces/diff-doors/status
Content-Type: application/merge-patch+json

{}
---
DELETE /api/v1/namespaces/diff-doors/status
---
TRACE /api/v1/namespaces/diff-doors/status
---
PROPFIND /api/v1/namespaces/diff-doors/status
---
HEAD /api/v1/namespaces/diff-doors/configmaps
---
OPTIONS /api/v1/namespaces/diff-doors/configmaps
---
POST /api/v1/namespaces/diff-doors/configmaps

{}
---
PUT /api/v1/namespaces/diff-doors/configmaps

{}
---
PATCH /api/v1/namespaces/diff-doors/configmaps
Content-Type: application/merge-patch+json

{}
---
TRACE /api/v1/namespaces/diff-doors/configmaps
---
PROPFIND /api/v1/namespaces/diff-doors/configmaps
---
HEAD /api/v1/namespaces/diff-doors/configmaps/a
---
OPTIONS /api/v1/namespaces/diff-doors/configmaps/a
---
POST /api/v1/namespaces/diff-doors/configmaps/a

{}
---
PUT /api/v1/namespaces/diff-doors/configmaps/a

{}
---
PATCH /api/v1/namespaces/diff-doors/configmaps/a
Content-Type: application/merge-patch+json

{}
---
TRACE /api/v1/namespaces/diff-doors/configmaps/a
---
PROPFIND /api/v1/namespaces/diff-doors/configmaps/a
---
HEAD /api/v1/namespaces/diff-doors/configmaps/a/status
---
OPTIONS /api/v1/namespaces/diff-doors/configmaps/a/status
---
POST /api/v1/namespaces/diff-doors/configmaps/a/status

{}
---
PUT /api/v1/namespaces/diff-doors/configmaps/a/status

{}
---
PATCH /api/v1/namespaces/diff-doors/configmaps/a/status
Content-Type: application/merge-patch+json

{}
---
DELETE /api/v1/namespaces/diff-doors/configmaps/a/status
---
TRACE /api/v1/namespaces/diff-doors/configmaps/a/status
---
PROPFIND /api/v1/namespaces/diff-doors/configmaps/a/status
---
HEAD /api/v1/namespaces/diff-doors/pods/none/status
---
OPTIONS /api/v1/namespaces/diff-doors/pods/none/status
---
POST /api/v1/namespaces/diff-doors/pods/none/status

{}
---
PUT /api/v1/namespaces/diff-doors/pods/none/status

{}
---
PATCH /api/v1/namespaces/diff-doors/pods/none/status
Content-Type: application/merge-patch+json

{}
---
DELETE /api/v1/namespaces/diff-doors/pods/none/status
---
TRACE /api/v1/namespaces/diff-doors/pods/none/status
---
PROPFIND /api/v1/namespaces/diff-doors/pods/none/status
---
HEAD /api/v1/namespaces/diff-doors/pods/none/log
---
OPTIONS /api/v1/namespaces/diff-doors/pods/none/log
---
POST /api/v1/namespaces/diff-doors/pods/none/log

{}
---
PUT /api/v1/namespaces/diff-doors/pods/none/log

{}
---
PATCH /api/v1/namespaces/diff-doors/pods/none/log
Content-Type: application/merge-patch+json

{}
---
DELETE /api/v1/namespaces/diff-doors/pods/none/log
---
TRACE /api/v1/namespaces/diff-doors/pods/none/log
---
PROPFIND /api/v1/namespaces/diff-doors/pods/none/log
---
HEAD /api/v1/namespaces/diff-doors/pods/none/binding
---
OPTIONS /api/v1/namespaces/diff-doors/pods/none/binding
---
POST /api/v1/namespaces/diff-doors/pods/none/binding

{}
---
PUT /api/v1/namespaces/diff-doors/pods/none/binding

{}
---
PATCH /api/v1/namespaces/diff-doors/pods/none/binding
Content-Type: application/merge-patch+json

{}
---
DELETE /api/v1/namespaces/diff-doors/pods/none/binding
---
TRACE /api/v1/namespaces/diff-doors/pods/none/binding
---
PROPFIND /api/v1/namespaces/diff-doors/pods/none/binding
---
HEAD /api/v1/namespaces/diff-doors/pods/none/eviction
---
OPTIONS /api/v1/namespaces/diff-doors/pods/none/eviction
---
POST /api/v1/namespaces/diff-doors/pods/none/eviction

{}
---
PUT /api/v1/namespaces/diff-doors/pods/none/eviction

{}
---
PATCH /api/v1/namespaces/diff-doors/pods/none/eviction
Content-Type: application/merge-patch+json

{}
---
DELETE /api/v1/namespaces/diff-doors/pods/none/eviction
---
TRACE /api/v1/namespaces/diff-doors/pods/none/eviction
---
PROPFIND /api/v1/namespaces/diff-doors/pods/none/eviction
---
HEAD /api/v1/namespaces/diff-doors/pods/none/ephemeralcontainers
---
OPTIONS /api/v1/namespaces/diff-doors/pods/none/ephemeralcontainers
---
POST /api/v1/namespaces/diff-doors/pods/none/ephemeralcontainers

{}
---
PUT /api/v1/namespaces/diff-doors/pods/none/ephemeralcontainers

{}
---
PATCH /api/v1/namespaces/diff-doors/pods/none/ephemeralcontainers
Content-Type: application/merge-patch+json

{}
---
DELETE /api/v1/namespaces/diff-doors/pods/none/ephemeralcontainers
---
TRACE /api/v1/namespaces/diff-doors/pods/none/ephemeralcontainers
---
PROPFIND /api/v1/namespaces/diff-doors/pods/none/ephemeralcontainers
---
HEAD /api/v1/namespaces/diff-doors/pods/none/resize
---
OPTIONS /api/v1/namespaces/diff-doors/pods/none/resize
---
POST /api/v1/namespaces/diff-doors/pods/none/resize

{}
---
PUT /api/v1/namespaces/diff-doors/pods/none/resize

{}
---
PATCH /api/v1/namespaces/diff-doors/pods/none/resize
Content-Type: application/merge-patch+json

{}
---
DELETE /api/v1/namespaces/diff-doors/pods/none/resize
---
TRACE /api/v1/namespaces/diff-doors/pods/none/resize
---
PROPFIND /api/v1/namespaces/diff-doors/pods/none/resize
---
HEAD /api/v1/namespaces/diff-doors/pods/none/proxy
---
OPTIONS /api/v1/namespaces/diff-doors/pods/none/proxy
---
POST /api/v1/namespaces/diff-doors/pods/none/proxy

{}
---
PUT /api/v1/namespaces/diff-doors/pods/none/proxy

{}
---
PATCH /api/v1/namespaces/diff-doors/pods/none/proxy
Content-Type: application/merge-patch+json

{}
---
DELETE /api/v1/namespaces/diff-doors/pods/none/proxy
---
TRACE /api/v1/namespaces/diff-doors/pods/none/proxy
---
PROPFIND /api/v1/namespaces/diff-doors/pods/none/proxy
---
HEAD /api/v1/namespaces/diff-doors/serviceaccounts/default/token
---
OPTIONS /api/v1/namespaces/diff-doors/serviceaccounts/default/token
---
POST /api/v1/namespaces/diff-doors/serviceaccounts/default/token

{}
---
PUT /api/v1/namespaces/diff-doors/serviceaccounts/default/token

{}
---
PATCH /api/v1/namespaces/diff-doors/serviceaccounts/default/token
Content-Type: application/merge-patch+json

{}
---
DELETE /api/v1/namespaces/diff-doors/serviceaccounts/default/token
---
TRACE /api/v1/namespaces/diff-doors/serviceaccounts/default/token
---
PROPFIND /api/v1/namespaces/diff-doors/serviceaccounts/default/token
---
HEAD /apis/apps/v1/namespaces/diff-doors/deployments/none/scale
---
OPTIONS /apis/apps/v1/namespaces/diff-doors/deployments/none/scale
---
POST /apis/apps/v1/namespaces/diff-doors/deployments/none/scale

{}
---
PUT /apis/apps/v1/namespaces/diff-doors/deployments/none/scale

{}
---
PATCH /apis/apps/v1/namespaces/diff-doors/deployments/none/scale
Content-Type: application/merge-patch+json

{}
---
DELETE /apis/apps/v1/namespaces/diff-doors/deployments/none/scale
---
TRACE /apis/apps/v1/namespaces/diff-doors/deployments/none/scale
---
PROPFIND /apis/apps/v1/namespaces/diff-doors/deployments/none/scale
---
HEAD /apis/authorization.k8s.io/v1/selfsubjectaccessreviews
---
OPTIONS /apis/authorization.k8s.io/v1/selfsubjectaccessreviews
---
POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews

{}
---
PUT /apis/authorization.k8s.io/v1/selfsubjectaccessreviews

{}
---
PATCH /apis/authorization.k8s.io/v1/selfsubjectaccessreviews
Content-Type: application/merge-patch+json

{}
---
DELETE /apis/authorization.k8s.io/v1/selfsubjectaccessreviews
---
TRACE /apis/authorization.k8s.io/v1/selfsubjectaccessreviews
---
PROPFIND /apis/authorization.k8s.io/v1/selfsubjectaccessreviews
---
HEAD /apis/certificates.k8s.io/v1/certificatesigningrequests/none/approval
---
OPTIONS /apis/certificates.k8s.io/v1/certificatesigningrequests/none/approval
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests/none/approval

{}
---
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/none/approval

{}
---
PATCH /apis/certificates.k8s.io/v1/certificatesigningrequests/none/approval
Content-Type: application/merge-patch+json

{}
---
DELETE /apis/certificates.k8s.io/v1/certificatesigningrequests/none/approval
---
TRACE /apis/certificates.k8s.io/v1/certificatesigningrequests/none/approval
---
PROPFIND /apis/certificates.k8s.io/v1/certificatesigningrequests/none/approval
---
HEAD /api/v1/watch/namespaces
---
OPTIONS /api/v1/watch/namespaces
---
POST /api/v1/watch/namespaces

{}
---
PUT /api/v1/watch/namespaces

{}
---
PATCH /api/v1/watch/namespaces
Content-Type: application/merge-patch+json

{}
---
DELETE /api/v1/watch/namespaces
---
TRACE /api/v1/watch/namespaces
---
PROPFIND /api/v1/watch/namespaces
---
HEAD /nonsense
---
OPTIONS /nonsense
---
POST /nonsense

{}
---
PUT /nonsense

{}
---
PATCH /nonsense
Content-Type: application/merge-patch+json

{}
---
DELETE /nonsense
---
TRACE /nonsense
---
PROPFIND /nonsense
---
HEAD /apis/nonsense/v1/x
---
OPTIONS /apis/nonsense/v1/x
---
POST /apis/nonsense/v1/x

{}
---
PUT /apis/nonsense/v1/x

{}
---
PATCH /apis/nonsense/v1/x
Content-Type: application/merge-patch+json

{}
---
DELETE /apis/nonsense/v1/x
---
TRACE /apis/nonsense/v1/x
---
PROPFIND /apis/nonsense/v1/x
---
HEAD /api/v1/bindings
---
OPTIONS /api/v1/bindings
---
POST /api/v1/bindings

{}
---
PUT /api/v1/bindings

{}
---
PATCH /api/v1/bindings
Content-Type: application/merge-patch+json

{}
---
DELETE /api/v1/bindings
---
TRACE /api/v1/bindings
---
PROPFIND /api/v1/bindings
---
HEAD /api/v1/namespaces/diff-doors/bindings
---
OPTIONS /api/v1/namespaces/diff-doors/bindings
---
POST /api/v1/namespaces/diff-doors/bindings

{}
---
PUT /api/v1/namespaces/diff-doors/bindings

{}
---
PATCH /api/v1/namespaces/diff-doors/bindings
Content-Type: application/merge-patch+json

{}
---
DELETE /api/v1/namespaces/diff-doors/bindings
---
TRACE /api/v1/namespaces/diff-doors/bindings
---
PROPFIND /api/v1/namespaces/diff-doors/bindings
---
GET /api
If-None-Match: *
---
GET /api
If-None-Match: "nonsense"
---
GET /api
If-None-Match: nonsense
---
GET /api
If-Match: "nonsense"
---
GET /api
If-Match: *
---
GET /api
If-Modified-Since: Mon, 02 Jan 2006 15:04:05 GMT
---
GET /api
If-Unmodified-Since: Mon, 02 Jan 2006 15:04:05 GMT
---
GET /api
Range: bytes=0-9
---
GET /api
Range: bytes=99999999-
---
GET /api
Range: lines=1-2
---
GET /api
Expect: nonsense
---
GET /api
If-None-Match: *
Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList
---
GET /api/v1
If-None-Match: *
---
GET /api/v1
If-None-Match: "nonsense"
---
GET /api/v1
If-None-Match: nonsense
---
GET /api/v1
If-Match: "nonsense"
---
GET /api/v1
If-Match: *
---
GET /api/v1
If-Modified-Since: Mon, 02 Jan 2006 15:04:05 GMT
---
GET /api/v1
If-Unmodified-Since: Mon, 02 Jan 2006 15:04:05 GMT
---
GET /api/v1
Range: bytes=0-9
---
GET /api/v1
Range: bytes=99999999-
---
GET /api/v1
Range: lines=1-2
---
GET /api/v1
Expect: nonsense
---
GET /api/v1
If-None-Match: *
Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList
---
GET /apis/apps
If-None-Match: *
---
GET /apis/apps
If-None-Match: "nonsense"
---
GET /apis/apps
If-None-Match: nonsense
---
GET /apis/apps
If-Match: "nonsense"
---
GET /apis/apps
If-Match: *
---
GET /apis/apps
If-Modified-Since: Mon, 02 Jan 2006 15:04:05 GMT
---
GET /apis/apps
If-Unmodified-Since: Mon, 02 Jan 2006 15:04:05 GMT
---
GET /apis/apps
Range: bytes=0-9
---
GET /apis/apps
Range: bytes=99999999-
---
GET /apis/apps
Range: lines=1-2
---
GET /apis/apps
Expect: nonsense
---
GET /apis/apps
If-None-Match: *
Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList
---
GET /openapi/v3
If-None-Match: *
---
GET /openapi/v3
If-Match: "nonsense"
---
GET /openapi/v3
If-Match: *
---
GET /openapi/v3
Range: bytes=0-9
---
GET /openapi/v3
Range: bytes=99999999-
---
GET /openapi/v3
Range: lines=1-2
---
GET /openapi/v3
If-None-Match: *
Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList
---
GET /openapi/v3/version
If-None-Match: *
---
GET /openapi/v3/version
If-None-Match: "nonsense"
---
GET /openapi/v3/version
If-None-Match: nonsense
---
GET /openapi/v3/version
If-Match: "nonsense"
---
GET /openapi/v3/version
If-Match: *
---
GET /openapi/v3/version
Range: bytes=0-9
---
GET /openapi/v3/version
Range: bytes=99999999-
---
GET /openapi/v3/version
Range: lines=1-2
---
GET /openapi/v3/version
Expect: nonsense
---
GET /openapi/v3/version
If-None-Match: *
Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList
---
GET /openapi/v2
If-None-Match: *
---
GET /openapi/v2
If-Match: "nonsense"
---
GET /openapi/v2
If-Match: *
---
GET /openapi/v2
If-None-Match: *
Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList
---
GET /healthz
If-None-Match: *
---
GET /healthz
If-None-Match: "nonsense"
---
GET /healthz
If-None-Match: nonsense
---
GET /healthz
If-Match: "nonsense"
---
GET /healthz
If-Match: *
---
GET /healthz
If-Modified-Since: Mon, 02 Jan 2006 15:04:05 GMT
---
GET /healthz
If-Unmodified-Since: Mon, 02 Jan 2006 15:04:05 GMT
---
GET /healthz
Range: bytes=0-9
---
GET /healthz
Range: bytes=99999999-
---
GET /healthz
Range: lines=1-2
---
GET /healthz
Expect: nonsense
---
GET /healthz
If-None-Match: *
Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList
---
GET /api/v1/namespaces/diff-doors/configmaps/a
If-None-Match: *
---
GET /api/v1/namespaces/diff-doors/configmaps/a
If-None-Match: "nonsense"
---
GET /api/v1/namespaces/diff-doors/configmaps/a
If-None-Match: nonsense
---
GET /api/v1/namespaces/diff-doors/configmaps/a
If-Match: "nonsense"
---
GET /api/v1/namespaces/diff-doors/configmaps/a
If-Match: *
---
GET /api/v1/namespaces/diff-doors/configmaps/a
If-Modified-Since: Mon, 02 Jan 2006 15:04:05 GMT
---
GET /api/v1/namespaces/diff-doors/configmaps/a
If-Unmodified-Since: Mon, 02 Jan 2006 15:04:05 GMT
---
GET /api/v1/namespaces/diff-doors/configmaps/a
Range: bytes=0-9
---
GET /api/v1/namespaces/diff-doors/configmaps/a
Range: bytes=99999999-
---
GET /api/v1/namespaces/diff-doors/configmaps/a
Range: lines=1-2
---
GET /api/v1/namespaces/diff-doors/configmaps/a
Expect: nonsense
---
GET /api/v1/namespaces/diff-doors/configmaps/a
If-None-Match: *
Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList
---
GET /openid/v1/jwks
If-None-Match: *
Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList
---
GET /.well-known/openid-configuration
If-None-Match: *
Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList
---
GET /openapi/v3/version?hash=nonsense
---
GET /openapi/v3/version?hash=
---
GET /openapi/v3/
---
GET /openapi/v3/apis
---
GET /openapi/v3/api/v1/
---
GET /openapi/v3/apis/apps
---
GET /openapi/v3/apis/apps/v9
---
GET /openapi
---
GET /openapi/v2/
---
GET /swagger.json
---
GET /openapi/v1
---
GET /healthz/
---
GET /healthz/nonsense
---
GET /livez/ping?verbose
---
GET /readyz/ping
---
GET /livez?exclude=ping&exclude=log
---
GET /livez/
---
GET /readyz/nonsense
---
GET /healthz/ping/x
---
GET /livezz
---
GET /api//v1
---
GET /api/v1//namespaces
---
GET /./api
---
GET /api/v1/../v1
---
GET /api/v1/namespaces/%2e%2e
---
GET /api/v1/namespaces/a%2Fb
---
GET /api/v1/namespaces/a/b/c/d/e
---
GET /apis/apps/v1/namespaces/a/deployments/b/c/d
---
GET /apis//v1
---
GET /apis/apps//deployments
---
GET /api/v1/namespaces/diff-doors//
---
GET /API/v1
---
GET /api/v1/Namespaces
---
GET /api/v1/namespaces/diff-doors/ConfigMaps
---
GET /api/v1/namespaces/diff-doors/configmap
---
GET /api/v1/namespaces/diff-doors/cm
---
GET /api/v1?x=y
---
GET /api/v1/namespaces/diff-doors/configmaps/a/
---
GET /api/v1/namespaces/diff-doors/configmaps/a/b
---
GET /api/v1/namespaces/diff-doors/namespaces
---
GET /api/v1/nodes/x/namespaces
---
GET /api/v1/namespaces/diff-doors/configmaps/%00
---
GET /api/v1/namespaces/diff-doors/configmaps/..
---
GET /api/v1/namespaces/diff-doors/configmaps/a%20b
---
GET /api/v1/namespaces/diff-doors/configmaps/A
---
GET /api/v1/namespaces/DIFF/configmaps
---
GET /apis/apps/v1beta1/deployments
---
GET /apis/extensions/v1beta1/ingresses
---
GET /apis/batch/v1beta1
---
GET /apis/policy/v1beta1/podsecuritypolicies
---
GET /api/v1/proxy/nodes/x
---
GET /api/v1/redirect/x
---
GET /api/v1/watch/nonsense
---
GET /api/v1/watch/nodes/none?timeoutSeconds=1
---
GET /favicon.ico
---
GET /ui
---
GET /logs/x
---
GET /debug
---
GET /statusz
---
GET /api/v1/namespaces/diff-doors/finalize
---
GET /api/v1/namespaces/diff-doors/status
---
GET /api/v1/namespaces/none/status
---
GET /api/v1/nodes/none/proxy/x
---
GET /api/v1/nodes/none/proxy
---
GET /api/v1/namespaces/diff-doors/services/none/proxy
---
GET /api/v1/namespaces/diff-doors/services/none:x/proxy/y
---
GET /api/v1/namespaces/diff-doors/pods/none/proxy/y
---
GET /api/v1/namespaces/diff-doors/pods/none/portforward
---
GET /api/v1/namespaces/diff-doors/pods/none/attach
