# Parameters: misspelt, empty, repeated and with bad values, on each verb.
POST /api/v1/namespaces

{"metadata":{"name":"diff-params"}}
---
POST /api/v1/namespaces/diff-params/configmaps

{"metadata":{"name":"a"}}
---
GET /api/v1/namespaces/diff-params/configmaps/a?x=y
---
GET /api/v1/namespaces/diff-params/configmaps?x=y
---
POST /api/v1/namespaces/diff-params/configmaps?x=y&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?x=y&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?x=y&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?x=y&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
GET /api/v1/namespaces/diff-params/configmaps/a?dryRun
---
GET /api/v1/namespaces/diff-params/configmaps?dryRun
---
POST /api/v1/namespaces/diff-params/configmaps?dryRun

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?dryRun

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?dryRun
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?dryRun
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
GET /api/v1/namespaces/diff-params/configmaps/a?dryRun=
---
GET /api/v1/namespaces/diff-params/configmaps?dryRun=
---
POST /api/v1/namespaces/diff-params/configmaps?dryRun=

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?dryRun=

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?dryRun=
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?dryRun=
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
GET /api/v1/namespaces/diff-params/configmaps/a?dryRun=all
---
GET /api/v1/namespaces/diff-params/configmaps?dryRun=all
---
POST /api/v1/namespaces/diff-params/configmaps?dryRun=all

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?dryRun=all

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?dryRun=all
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?dryRun=all
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?dryRun=all
---
DELETE /api/v1/namespaces/diff-params/configmaps?dryRun=all
---
GET /api/v1/namespaces/diff-params/configmaps/a?dryRun=All,All
---
GET /api/v1/namespaces/diff-params/configmaps?dryRun=All,All
---
POST /api/v1/namespaces/diff-params/configmaps?dryRun=All,All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?dryRun=All,All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?dryRun=All,All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?dryRun=All,All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?dryRun=All,All
---
DELETE /api/v1/namespaces/diff-params/configmaps?dryRun=All,All
---
GET /api/v1/namespaces/diff-params/configmaps/a?dryRun=All&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?dryRun=All&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?dryRun=All&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?dryRun=All&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?dryRun=All&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?dryRun=All&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?dryRun=All&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?dryRun=All&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?dryRun=All&dryRun=x
---
GET /api/v1/namespaces/diff-params/configmaps?dryRun=All&dryRun=x
---
POST /api/v1/namespaces/diff-params/configmaps?dryRun=All&dryRun=x

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?dryRun=All&dryRun=x

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?dryRun=All&dryRun=x
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?dryRun=All&dryRun=x
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?dryRun=All&dryRun=x
---
DELETE /api/v1/namespaces/diff-params/configmaps?dryRun=All&dryRun=x
---
GET /api/v1/namespaces/diff-params/configmaps/a?dryRun=true
---
GET /api/v1/namespaces/diff-params/configmaps?dryRun=true
---
POST /api/v1/namespaces/diff-params/configmaps?dryRun=true

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?dryRun=true

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?dryRun=true
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?dryRun=true
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?dryRun=true
---
DELETE /api/v1/namespaces/diff-params/configmaps?dryRun=true
---
GET /api/v1/namespaces/diff-params/configmaps/a?fieldmanager=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?fieldmanager=x&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?fieldmanager=x&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?fieldmanager=x&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldmanager=x&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldmanager=x&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?fieldmanager=x&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?fieldmanager=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?fieldManager=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?fieldManager=&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?fieldManager=&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?fieldManager=&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldManager=&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldManager=&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?fieldManager=&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?fieldManager=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?fieldManager=a&fieldManager=b&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?fieldManager=a&fieldManager=b&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?fieldManager=a&fieldManager=b&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?fieldManager=a&fieldManager=b&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldManager=a&fieldManager=b&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldManager=a&fieldManager=b&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?fieldManager=a&fieldManager=b&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?fieldManager=a&fieldManager=b&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?fieldValidation=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?fieldValidation=&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?fieldValidation=&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?fieldValidation=&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldValidation=&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldValidation=&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?fieldValidation=&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?fieldValidation=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?fieldValidation=Warn&fieldValidation=Strict&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?fieldValidation=Warn&fieldValidation=Strict&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?fieldValidation=Warn&fieldValidation=Strict&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?fieldValidation=Warn&fieldValidation=Strict&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldValidation=Warn&fieldValidation=Strict&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldValidation=Warn&fieldValidation=Strict&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?fieldValidation=Warn&fieldValidation=Strict&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?fieldValidation=Warn&fieldValidation=Strict&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?force&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?force&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?force&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?force&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?force&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?force&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?force&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?force&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?force=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?force=x&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?force=x&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?force=x&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?force=x&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?force=x&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?force=x&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?force=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?force=false&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?force=false&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?force=false&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?force=false&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?force=false&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?force=false&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?force=false&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?force=false&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?timeout=&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?timeout=&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?timeout=&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeout=&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeout=&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?timeout=&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?timeout=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?timeout=1&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?timeout=1&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?timeout=1&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeout=1&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeout=1&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?timeout=1&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?timeout=1&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?timeout=1s&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?timeout=1s&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?timeout=1s&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeout=1s&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeout=1s&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?timeout=1s&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?timeout=1s&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?timeout=-1s&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?timeout=-1s&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?timeout=-1s&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeout=-1s&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeout=-1s&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?timeout=-1s&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?timeout=-1s&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?timeout=0s&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?timeout=0s&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?timeout=0s&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeout=0s&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeout=0s&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?timeout=0s&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?timeout=0s&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?timeout=9999h&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?timeout=9999h&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?timeout=9999h&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeout=9999h&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeout=9999h&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?timeout=9999h&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?timeout=9999h&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?timeout=1s&timeout=x&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?timeout=1s&timeout=x&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?timeout=1s&timeout=x&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeout=1s&timeout=x&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeout=1s&timeout=x&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?timeout=1s&timeout=x&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?timeout=1s&timeout=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?pretty=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?pretty=x&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?pretty=x&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?pretty=x&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?pretty=x&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?pretty=x&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?pretty=x&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?pretty=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?pretty=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?pretty=&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?pretty=&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?pretty=&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?pretty=&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?pretty=&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?pretty=&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?pretty=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?orphanDependents&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?orphanDependents&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?orphanDependents&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?orphanDependents&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?orphanDependents&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?orphanDependents&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?orphanDependents&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?orphanDependents&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?orphanDependents=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?orphanDependents=x&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?orphanDependents=x&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?orphanDependents=x&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?orphanDependents=x&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?orphanDependents=x&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?orphanDependents=x&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?orphanDependents=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?orphanDependents=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?orphanDependents=&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?orphanDependents=&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?orphanDependents=&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?orphanDependents=&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?orphanDependents=&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?orphanDependents=&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?orphanDependents=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?propagationPolicy=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?propagationPolicy=&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?propagationPolicy=&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?propagationPolicy=&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?propagationPolicy=&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?propagationPolicy=&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?propagationPolicy=&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?propagationPolicy=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?propagationPolicy=orphan&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?propagationPolicy=orphan&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?propagationPolicy=orphan&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?propagationPolicy=orphan&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?propagationPolicy=orphan&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?propagationPolicy=orphan&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?propagationPolicy=orphan&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?propagationPolicy=orphan&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?gracePeriodSeconds=&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?gracePeriodSeconds=&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?gracePeriodSeconds=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=1.5&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?gracePeriodSeconds=1.5&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?gracePeriodSeconds=1.5&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=1.5&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=1.5&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=1.5&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=1.5&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?gracePeriodSeconds=1.5&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=99999999999999999999&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?gracePeriodSeconds=99999999999999999999&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?gracePeriodSeconds=99999999999999999999&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=99999999999999999999&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=99999999999999999999&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=99999999999999999999&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=99999999999999999999&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?gracePeriodSeconds=99999999999999999999&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=-5&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?gracePeriodSeconds=-5&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?gracePeriodSeconds=-5&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=-5&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=-5&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=-5&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?gracePeriodSeconds=-5&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?gracePeriodSeconds=-5&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?limit=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?limit=&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?limit=&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?limit=&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?limit=&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?limit=&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?limit=&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?limit=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?limit=1.5&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?limit=1.5&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?limit=1.5&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?limit=1.5&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?limit=1.5&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?limit=1.5&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?limit=1.5&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?limit=1.5&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?limit=-1&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?limit=-1&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?limit=-1&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?limit=-1&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?limit=-1&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?limit=-1&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?limit=-1&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?limit=-1&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?limit=99999999999999999999&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?limit=99999999999999999999&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?limit=99999999999999999999&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?limit=99999999999999999999&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?limit=99999999999999999999&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?limit=99999999999999999999&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?limit=99999999999999999999&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?limit=99999999999999999999&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?continue=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?continue=&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?continue=&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?continue=&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?continue=&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?continue=&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?continue=&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?continue=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?labelSelector=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?labelSelector=&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?labelSelector=&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?labelSelector=&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?labelSelector=&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?labelSelector=&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?labelSelector=&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?labelSelector=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?labelSelector=a%20b&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?labelSelector=a%20b&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?labelSelector=a%20b&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?labelSelector=a%20b&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?labelSelector=a%20b&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?labelSelector=a%20b&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?labelSelector=a%20b&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?labelSelector=a%20b&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?labelSelector=a%3Db&labelSelector=%28%28&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?labelSelector=a%3Db&labelSelector=%28%28&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?labelSelector=a%3Db&labelSelector=%28%28&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?labelSelector=a%3Db&labelSelector=%28%28&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?labelSelector=a%3Db&labelSelector=%28%28&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?labelSelector=a%3Db&labelSelector=%28%28&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?labelSelector=a%3Db&labelSelector=%28%28&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?labelSelector=a%3Db&labelSelector=%28%28&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?fieldSelector=&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?fieldSelector=&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?fieldSelector=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=metadata.name&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?fieldSelector=metadata.name&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?fieldSelector=metadata.name&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=metadata.name&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=metadata.name&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=metadata.name&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=metadata.name&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?fieldSelector=metadata.name&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=metadata.name%3D%3Da,metadata.namespace%21%3Dx&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?fieldSelector=metadata.name%3D%3Da,metadata.namespace%21%3Dx&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?fieldSelector=metadata.name%3D%3Da,metadata.namespace%21%3Dx&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=metadata.name%3D%3Da,metadata.namespace%21%3Dx&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=metadata.name%3D%3Da,metadata.namespace%21%3Dx&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=metadata.name%3D%3Da,metadata.namespace%21%3Dx&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=metadata.name%3D%3Da,metadata.namespace%21%3Dx&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?fieldSelector=metadata.name%3D%3Da,metadata.namespace%21%3Dx&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=metadata.labels%3Dx&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?fieldSelector=metadata.labels%3Dx&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?fieldSelector=metadata.labels%3Dx&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=metadata.labels%3Dx&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=metadata.labels%3Dx&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=metadata.labels%3Dx&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=metadata.labels%3Dx&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?fieldSelector=metadata.labels%3Dx&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=Metadata.Name%3Da&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?fieldSelector=Metadata.Name%3Da&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?fieldSelector=Metadata.Name%3Da&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=Metadata.Name%3Da&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=Metadata.Name%3Da&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=Metadata.Name%3Da&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?fieldSelector=Metadata.Name%3Da&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?fieldSelector=Metadata.Name%3Da&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?resourceVersion=%20&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?resourceVersion=%20&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?resourceVersion=%20&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?resourceVersion=%20&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?resourceVersion=%20&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?resourceVersion=%20&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?resourceVersion=%20&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?resourceVersion=%20&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?resourceVersion=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?resourceVersion=x&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?resourceVersion=x&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?resourceVersion=x&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?resourceVersion=x&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?resourceVersion=x&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?resourceVersion=x&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?resourceVersion=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?resourceVersionMatch=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?resourceVersionMatch=&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?resourceVersionMatch=&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?resourceVersionMatch=&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?resourceVersionMatch=&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?resourceVersionMatch=&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?resourceVersionMatch=&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?resourceVersionMatch=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?watch=false&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?watch=false&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?watch=false&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?watch=false&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?watch=false&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?watch=false&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?watch=false&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?watch=false&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?watch=0&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?watch=0&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?watch=0&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?watch=0&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?watch=0&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?watch=0&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?watch=0&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?watch=0&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?allowWatchBookmarks=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?allowWatchBookmarks=x&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?allowWatchBookmarks=x&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?allowWatchBookmarks=x&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?allowWatchBookmarks=x&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?allowWatchBookmarks=x&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?allowWatchBookmarks=x&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?allowWatchBookmarks=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?sendInitialEvents=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?sendInitialEvents=x&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?sendInitialEvents=x&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?sendInitialEvents=x&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?sendInitialEvents=x&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?sendInitialEvents=x&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?sendInitialEvents=x&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?sendInitialEvents=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?sendInitialEvents=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?sendInitialEvents=&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?sendInitialEvents=&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?sendInitialEvents=&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?sendInitialEvents=&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?sendInitialEvents=&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?sendInitialEvents=&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?sendInitialEvents=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?timeoutSeconds=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?timeoutSeconds=&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?timeoutSeconds=&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?timeoutSeconds=&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeoutSeconds=&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeoutSeconds=&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?timeoutSeconds=&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?timeoutSeconds=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?timeoutSeconds=1.5&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?timeoutSeconds=1.5&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?timeoutSeconds=1.5&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?timeoutSeconds=1.5&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeoutSeconds=1.5&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeoutSeconds=1.5&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?timeoutSeconds=1.5&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?timeoutSeconds=1.5&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?timeoutSeconds=-1&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?timeoutSeconds=-1&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?timeoutSeconds=-1&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?timeoutSeconds=-1&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeoutSeconds=-1&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?timeoutSeconds=-1&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?timeoutSeconds=-1&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?timeoutSeconds=-1&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?uid=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?uid=&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?uid=&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?uid=&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?uid=&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?uid=&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?uid=&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?uid=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?uid=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?uid=x&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?uid=x&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?uid=x&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?uid=x&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?uid=x&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?uid=x&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?uid=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?shardSelector=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?shardSelector=&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?shardSelector=&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?shardSelector=&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?shardSelector=&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?shardSelector=&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?shardSelector=&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?shardSelector=&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?%zz
---
GET /api/v1/namespaces/diff-params/configmaps?%zz
---
POST /api/v1/namespaces/diff-params/configmaps?%zz&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?%zz&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?%zz&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?%zz&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
GET /api/v1/namespaces/diff-params/configmaps/a?a;b=c
---
GET /api/v1/namespaces/diff-params/configmaps?a;b=c
---
POST /api/v1/namespaces/diff-params/configmaps?a;b=c&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?a;b=c&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?a;b=c&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?a;b=c&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
GET /api/v1/namespaces/diff-params/configmaps/a?=x
---
GET /api/v1/namespaces/diff-params/configmaps?=x
---
POST /api/v1/namespaces/diff-params/configmaps?=x&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?=x&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?=x&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?=x&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
GET /api/v1/namespaces/diff-params/configmaps/a?&&&
---
GET /api/v1/namespaces/diff-params/configmaps?&&&
---
POST /api/v1/namespaces/diff-params/configmaps?&&&&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?&&&&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?&&&&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?&&&&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
GET /api/v1/namespaces/diff-params/configmaps/a?dryRun=All&%00=1
---
GET /api/v1/namespaces/diff-params/configmaps?dryRun=All&%00=1
---
POST /api/v1/namespaces/diff-params/configmaps?dryRun=All&%00=1

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?dryRun=All&%00=1

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?dryRun=All&%00=1
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?dryRun=All&%00=1
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?dryRun=All&%00=1
---
DELETE /api/v1/namespaces/diff-params/configmaps?dryRun=All&%00=1
---
GET /api/v1/namespaces/diff-params/configmaps/a?includeObject=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?includeObject=x&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?includeObject=x&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?includeObject=x&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?includeObject=x&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?includeObject=x&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?includeObject=x&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?includeObject=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?export=true&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?export=true&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?export=true&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?export=true&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?export=true&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?export=true&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?export=true&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?export=true&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?exact=true&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?exact=true&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?exact=true&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?exact=true&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?exact=true&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?exact=true&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?exact=true&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?exact=true&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?includeUninitialized=true&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?includeUninitialized=true&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?includeUninitialized=true&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?includeUninitialized=true&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?includeUninitialized=true&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?includeUninitialized=true&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?includeUninitialized=true&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?includeUninitialized=true&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?cascade=true&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?cascade=true&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?cascade=true&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?cascade=true&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?cascade=true&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?cascade=true&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?cascade=true&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?cascade=true&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps/a?ignoreStoreReadErrorWithClusterBreakingPotential=x&dryRun=All
---
GET /api/v1/namespaces/diff-params/configmaps?ignoreStoreReadErrorWithClusterBreakingPotential=x&dryRun=All
---
POST /api/v1/namespaces/diff-params/configmaps?ignoreStoreReadErrorWithClusterBreakingPotential=x&dryRun=All

{"metadata":{"name":"p"}}
---
PUT /api/v1/namespaces/diff-params/configmaps/a?ignoreStoreReadErrorWithClusterBreakingPotential=x&dryRun=All

{"metadata":{"name":"a"},"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?ignoreStoreReadErrorWithClusterBreakingPotential=x&dryRun=All
Content-Type: application/merge-patch+json

{"data":{"k":"v"}}
---
PATCH /api/v1/namespaces/diff-params/configmaps/a?ignoreStoreReadErrorWithClusterBreakingPotential=x&dryRun=All
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"v"}}
---
DELETE /api/v1/namespaces/diff-params/configmaps/a?ignoreStoreReadErrorWithClusterBreakingPotential=x&dryRun=All
---
DELETE /api/v1/namespaces/diff-params/configmaps?ignoreStoreReadErrorWithClusterBreakingPotential=x&dryRun=All
