# Policies at work: each policy is for objects with its name in a label. Upstream takes policies up in the background: two markers tell when.
POST /api/v1/namespaces

{"metadata": {"name": "diff-policy", "labels": {"policed": "yes", "tier": "gold"}}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "limits", "labels": {"for": "all"}}, "data": {"max": "3"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "stricter", "labels": {"for": "all"}}, "data": {"max": "2"}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-plain"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "plain"}}}, "validations": [{"expression": "!has(object.data.bad)"}, {"expression": "!has(object.data.worse)", "message": "worse than bad"}, {"expression": "!has(object.data.worst)", "messageExpression": "'not ' + object.data.worst", "message": "unused", "reason": "Forbidden"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-plain"}, "spec": {"policyName": "diff-plain", "validationActions": ["Deny"]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-reasons"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "reasons"}}}, "validations": [{"expression": "!has(object.data.a)", "reason": "Unauthorized"}, {"expression": "!has(object.data.b)", "reason": "RequestEntityTooLarge", "message": "too large"}, {"expression": "!has(object.data.c)", "reason": "Invalid"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-reasons"}, "spec": {"policyName": "diff-reasons", "validationActions": ["Deny"]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-warn"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "warn"}}}, "validations": [{"expression": "!has(object.data.bad)", "message": "careful"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-warn"}, "spec": {"policyName": "diff-warn", "validationActions": ["Warn", "Audit"]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-conditions"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "conditions"}}}, "validations": [{"expression": "false"}], "matchConditions": [{"name": "named", "expression": "object.metadata.name.startsWith('hit')"}, {"name": "not-dry", "expression": "!request.dryRun"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-conditions"}, "spec": {"policyName": "diff-conditions", "validationActions": ["Deny"]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-badcondition"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "badcondition"}}}, "validations": [{"expression": "true"}], "matchConditions": [{"name": "broken", "expression": "object.data.none == 'x'"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-badcondition"}, "spec": {"policyName": "diff-badcondition", "validationActions": ["Deny"]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-badconditionignored"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "badconditionignored"}}}, "validations": [{"expression": "false"}], "matchConditions": [{"name": "broken", "expression": "object.data.none == 'x'"}], "failurePolicy": "Ignore"}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-badconditionignored"}, "spec": {"policyName": "diff-badconditionignored", "validationActions": ["Deny"]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-runtime"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "runtime"}}}, "validations": [{"expression": "object.data.none == 'x'"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-runtime"}, "spec": {"policyName": "diff-runtime", "validationActions": ["Deny"]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-runtimeignored"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "runtimeignored"}}}, "validations": [{"expression": "object.data.none == 'x'"}, {"expression": "!has(object.data.bad)"}], "failurePolicy": "Ignore"}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-runtimeignored"}, "spec": {"policyName": "diff-runtimeignored", "validationActions": ["Deny"]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-variables"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "variables"}}}, "validations": [{"expression": "variables.n < 3 && variables.twice < 4", "messageExpression": "'n is ' + string(variables.n) + ', twice ' + string(variables.twice)"}], "variables": [{"name": "n", "expression": "size(object.data)"}, {"name": "twice", "expression": "variables.n * 2"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-variables"}, "spec": {"policyName": "diff-variables", "validationActions": ["Deny"]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-brokenvariable"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "brokenvariable"}}}, "validations": [{"expression": "variables.n < 3"}], "variables": [{"name": "n", "expression": "int(object.data.n)"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-brokenvariable"}, "spec": {"policyName": "diff-brokenvariable", "validationActions": ["Deny"]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-messages"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "messages"}}}, "validations": [{"expression": "!('long' in object.data)", "messageExpression": "object.data.long + object.data.long", "message": "fallback"}, {"expression": "!('lines' in object.data)", "messageExpression": "'a\\nb'", "message": "fallback lines"}, {"expression": "!('empty' in object.data)", "messageExpression": "''", "message": "fallback empty"}, {"expression": "!('error' in object.data)", "messageExpression": "object.data.nothing", "message": "fallback error"}, {"expression": "!('bare' in object.data)", "messageExpression": "object.data.nothing"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-messages"}, "spec": {"policyName": "diff-messages", "validationActions": ["Deny"]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-context"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "context"}}}, "validations": [{"expression": "namespaceObject.metadata.labels.tier == 'gold'"}, {"expression": "request.operation == 'CREATE' || oldObject.data.k == object.data.k", "message": "k may not change"}, {"expression": "authorizer.group('').resource('pods').namespace('diff-policy').check('list').allowed()"}, {"expression": "authorizer.path('/healthz').check('get').reason() == 'x'", "messageExpression": "request.userInfo.username + ' ' + request.resource.resource + ' ' + request.name + ' ' + request.namespace"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-context"}, "spec": {"policyName": "diff-context", "validationActions": ["Deny"]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-byname"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "byname"}}}, "validations": [{"expression": "size(object.data) < int(params.data.max)", "messageExpression": "'at most ' + params.data.max + ' by ' + params.metadata.name"}], "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-byname"}, "spec": {"policyName": "diff-byname", "validationActions": ["Deny"], "paramRef": {"name": "limits", "namespace": "diff-policy", "parameterNotFoundAction": "Deny"}}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-samens"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "samens"}}}, "validations": [{"expression": "size(object.data) < int(params.data.max)", "messageExpression": "'at most ' + params.data.max + ' by ' + params.metadata.name"}], "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-samens"}, "spec": {"policyName": "diff-samens", "validationActions": ["Deny"], "paramRef": {"name": "limits", "parameterNotFoundAction": "Deny"}}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-gone"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "gone"}}}, "validations": [{"expression": "size(object.data) < int(params.data.max)", "messageExpression": "'at most ' + params.data.max + ' by ' + params.metadata.name"}], "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-gone"}, "spec": {"policyName": "diff-gone", "validationActions": ["Deny"], "paramRef": {"name": "nowhere", "parameterNotFoundAction": "Deny"}}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-gonefine"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "gonefine"}}}, "validations": [{"expression": "size(object.data) < int(params.data.max)", "messageExpression": "'at most ' + params.data.max + ' by ' + params.metadata.name"}], "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-gonefine"}, "spec": {"policyName": "diff-gonefine", "validationActions": ["Deny"], "paramRef": {"name": "nowhere", "parameterNotFoundAction": "Allow"}}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-bylabels"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "bylabels"}}}, "validations": [{"expression": "size(object.data) < int(params.data.max)", "messageExpression": "'at most ' + params.data.max + ' by ' + params.metadata.name"}], "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-bylabels"}, "spec": {"policyName": "diff-bylabels", "validationActions": ["Deny"], "paramRef": {"selector": {"matchLabels": {"for": "all"}}, "parameterNotFoundAction": "Deny"}}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-nolabels"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "nolabels"}}}, "validations": [{"expression": "size(object.data) < int(params.data.max)", "messageExpression": "'at most ' + params.data.max + ' by ' + params.metadata.name"}], "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-nolabels"}, "spec": {"policyName": "diff-nolabels", "validationActions": ["Deny"], "paramRef": {"selector": {"matchLabels": {"for": "none"}}, "parameterNotFoundAction": "Deny"}}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-noref"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "noref"}}}, "validations": [{"expression": "size(object.data) < int(params.data.max)", "messageExpression": "'at most ' + params.data.max + ' by ' + params.metadata.name"}], "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-noref"}, "spec": {"policyName": "diff-noref", "validationActions": ["Deny"]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-nokind"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "nokind"}}}, "validations": [{"expression": "size(object.data) < int(params.data.max)", "messageExpression": "'at most ' + params.data.max + ' by ' + params.metadata.name"}], "paramKind": {"apiVersion": "example.com/v1", "kind": "Ghost"}}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-nokind"}, "spec": {"policyName": "diff-nokind", "validationActions": ["Deny"], "paramRef": {"name": "limits", "parameterNotFoundAction": "Deny"}}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-audited"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "audited"}}}, "validations": [{"expression": "true"}], "auditAnnotations": [{"key": "seen", "valueExpression": "'name ' + object.metadata.name"}, {"key": "not", "valueExpression": "null"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-audited"}, "spec": {"policyName": "diff-audited", "validationActions": ["Audit"]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-badaudit"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "badaudit"}}}, "validations": [{"expression": "true"}], "auditAnnotations": [{"key": "seen", "valueExpression": "object.data.none"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-badaudit"}, "spec": {"policyName": "diff-badaudit", "validationActions": ["Deny"]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-deletes"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["DELETE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "deletes"}}}, "validations": [{"expression": "oldObject.data.keep != 'yes'", "message": "kept"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-deletes"}, "spec": {"policyName": "diff-deletes", "validationActions": ["Deny"]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-costly"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "costly"}}}, "validations": [{"expression": "object.data.map(a, object.data.map(b, object.data.map(c, a+b+c))).size() > 0"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-costly"}, "spec": {"policyName": "diff-costly", "validationActions": ["Deny"]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-status"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["deployments", "deployments/scale"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "status"}}}, "validations": [{"expression": "!has(object.spec.paused)"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-status"}, "spec": {"policyName": "diff-status", "validationActions": ["Deny"]}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

{"metadata": {"name": "diff-m-apply"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "m-apply"}}}, "mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{metadata: Object.metadata{labels: {'added': 'yes'}}, data: {'k': 'v', 'n': object.metadata.name}}"}}], "reinvocationPolicy": "Never"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

{"metadata": {"name": "diff-m-apply"}, "spec": {"policyName": "diff-m-apply"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

{"metadata": {"name": "diff-m-json"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "m-json"}}}, "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": "[JSONPatch{op: 'add', path: '/data/' + jsonpatch.escapeKey('a/b'), value: 'x'}, JSONPatch{op: 'test', path: '/data/k', value: 'v'}, JSONPatch{op: 'remove', path: '/data/k'}]"}}], "reinvocationPolicy": "Never"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

{"metadata": {"name": "diff-m-json"}, "spec": {"policyName": "diff-m-json"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

{"metadata": {"name": "diff-m-two"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "m-two"}}}, "mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{data: {'one': string(size(object.data))}}"}}, {"patchType": "JSONPatch", "jsonPatch": {"expression": "[JSONPatch{op: 'add', path: '/data/two', value: string(size(object.data))}]"}}], "reinvocationPolicy": "Never"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

{"metadata": {"name": "diff-m-two"}, "spec": {"policyName": "diff-m-two"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

{"metadata": {"name": "diff-m-error"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "m-error"}}}, "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": "[JSONPatch{op: 'remove', path: '/data/nothing'}]"}}], "reinvocationPolicy": "Never"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

{"metadata": {"name": "diff-m-error"}, "spec": {"policyName": "diff-m-error"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

{"metadata": {"name": "diff-m-runtime"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "m-runtime"}}}, "mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{data: {'x': object.data.none}}"}}], "reinvocationPolicy": "Never"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

{"metadata": {"name": "diff-m-runtime"}, "spec": {"policyName": "diff-m-runtime"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

{"metadata": {"name": "diff-m-ignored"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "m-ignored"}}}, "mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{data: {'x': object.data.none}}"}}], "reinvocationPolicy": "Never", "failurePolicy": "Ignore"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

{"metadata": {"name": "diff-m-ignored"}, "spec": {"policyName": "diff-m-ignored"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

{"metadata": {"name": "diff-m-params"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "m-params"}}}, "mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{data: {'max': params.data.max}}"}}], "reinvocationPolicy": "Never", "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

{"metadata": {"name": "diff-m-params"}, "spec": {"policyName": "diff-m-params", "paramRef": {"name": "limits", "namespace": "diff-policy", "parameterNotFoundAction": "Deny"}}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

{"metadata": {"name": "diff-m-gone"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "m-gone"}}}, "mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{data: {'max': params.data.max}}"}}], "reinvocationPolicy": "Never", "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

{"metadata": {"name": "diff-m-gone"}, "spec": {"policyName": "diff-m-gone", "paramRef": {"name": "nowhere", "namespace": "diff-policy", "parameterNotFoundAction": "Deny"}}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

{"metadata": {"name": "diff-m-condition"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "m-condition"}}}, "mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{data: {'hit': 'yes'}}"}}], "reinvocationPolicy": "Never", "matchConditions": [{"name": "named", "expression": "object.metadata.name == 'hit'"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

{"metadata": {"name": "diff-m-condition"}, "spec": {"policyName": "diff-m-condition"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

{"metadata": {"name": "diff-m-variable"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "m-variable"}}}, "mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{data: {'v': variables.v}}"}}], "reinvocationPolicy": "Never", "variables": [{"name": "v", "expression": "object.metadata.name + '!'"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

{"metadata": {"name": "diff-m-variable"}, "spec": {"policyName": "diff-m-variable"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

{"metadata": {"name": "diff-m-list"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["deployments"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "m-list"}}}, "mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [Object.spec.template.spec.containers.item{name: 'side', image: 's'}]}}}}"}}], "reinvocationPolicy": "Never"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

{"metadata": {"name": "diff-m-list"}, "spec": {"policyName": "diff-m-list"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

{"metadata": {"name": "diff-m-name"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "m-name"}}}, "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": "[JSONPatch{op: 'replace', path: '/metadata/name', value: 'other'}]"}}], "reinvocationPolicy": "Never"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

{"metadata": {"name": "diff-m-name"}, "spec": {"policyName": "diff-m-name"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

{"metadata": {"name": "diff-m-type"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "m-type"}}}, "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": "[JSONPatch{op: 'replace', path: '/data', value: 7}]"}}], "reinvocationPolicy": "Never"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

{"metadata": {"name": "diff-m-type"}, "spec": {"policyName": "diff-m-type"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

{"metadata": {"name": "diff-m-null"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "m-null"}}}, "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": "object.metadata.name == 'x' ? [JSONPatch{op: 'add', path: '/data/z', value: dyn(null)}] : []"}}], "reinvocationPolicy": "Never"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

{"metadata": {"name": "diff-m-null"}, "spec": {"policyName": "diff-m-null"}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

{"metadata": {"name": "diff-marker"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "marker"}}}, "validations": [{"expression": "false"}]}}
---
POST /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

{"metadata": {"name": "diff-marker"}, "spec": {"policyName": "diff-marker", "validationActions": ["Deny"]}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

{"metadata": {"name": "diff-m-marker"}, "spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}], "namespaceSelector": {"matchLabels": {"policed": "yes"}}, "objectSelector": {"matchLabels": {"p": "m-marker"}}}, "mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{data: {'marked': 'yes'}}"}}], "reinvocationPolicy": "Never"}}
---
POST /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

{"metadata": {"name": "diff-m-marker"}, "spec": {"policyName": "diff-m-marker"}}
---
POST /api/v1/namespaces/diff-policy/configmaps?dryRun=All
Until: 422

{"metadata": {"name": "marker", "labels": {"p": "marker"}}}
---
POST /api/v1/namespaces/diff-policy/configmaps?dryRun=All
Until: data.marked=yes

{"metadata": {"name": "marker", "labels": {"p": "m-marker"}}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "plain-0", "labels": {"p": "plain"}}, "data": {}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "plain-1bad", "labels": {"p": "plain"}}, "data": {"bad": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "plain-1worse", "labels": {"p": "plain"}}, "data": {"worse": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "plain-1worst", "labels": {"p": "plain"}}, "data": {"worst": "done"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "plain-3badwo", "labels": {"p": "plain"}}, "data": {"bad": "1", "worse": "1", "worst": "x"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "r", "labels": {"p": "reasons"}}, "data": {"a": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "r", "labels": {"p": "reasons"}}, "data": {"b": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "r", "labels": {"p": "reasons"}}, "data": {"c": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "r", "labels": {"p": "reasons"}}, "data": {"a": "1", "c": "2"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "w", "labels": {"p": "warn"}}, "data": {"bad": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "w2", "labels": {"p": "warn"}}, "data": {"ok": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "miss", "labels": {"p": "conditions"}}, "data": {}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "hit", "labels": {"p": "conditions"}}, "data": {}}
---
POST /api/v1/namespaces/diff-policy/configmaps?dryRun=All

{"metadata": {"name": "hit", "labels": {"p": "conditions"}}, "data": {}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "bc", "labels": {"p": "badcondition"}}, "data": {}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "bci", "labels": {"p": "badconditionignored"}}, "data": {}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "rt", "labels": {"p": "runtime"}}, "data": {}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "rt", "labels": {"p": "runtime"}}, "data": {"none": "x"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "rt2", "labels": {"p": "runtime"}}, "data": {"none": "y"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "rti", "labels": {"p": "runtimeignored"}}, "data": {}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "rti2", "labels": {"p": "runtimeignored"}}, "data": {"bad": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "v", "labels": {"p": "variables"}}, "data": {"a": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "v2", "labels": {"p": "variables"}}, "data": {"a": "1", "b": "2"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "v3", "labels": {"p": "variables"}}, "data": {"a": "1", "b": "2", "c": "3"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "bv", "labels": {"p": "brokenvariable"}}, "data": {"n": "x"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "bv", "labels": {"p": "brokenvariable"}}, "data": {"n": "7"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "bv", "labels": {"p": "brokenvariable"}}, "data": {"n": "2"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m", "labels": {"p": "messages"}}, "data": {"lines": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m", "labels": {"p": "messages"}}, "data": {"empty": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m", "labels": {"p": "messages"}}, "data": {"error": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m", "labels": {"p": "messages"}}, "data": {"bare": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m", "labels": {"p": "messages"}}, "data": {"long": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "c", "labels": {"p": "context"}}, "data": {"k": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "byname", "labels": {"p": "byname"}}, "data": {"a": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "byname2", "labels": {"p": "byname"}}, "data": {"a": "1", "b": "2"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "byname3", "labels": {"p": "byname"}}, "data": {"a": "1", "b": "2", "c": "3"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "samens", "labels": {"p": "samens"}}, "data": {"a": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "samens2", "labels": {"p": "samens"}}, "data": {"a": "1", "b": "2"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "samens3", "labels": {"p": "samens"}}, "data": {"a": "1", "b": "2", "c": "3"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "gone", "labels": {"p": "gone"}}, "data": {"a": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "gone2", "labels": {"p": "gone"}}, "data": {"a": "1", "b": "2"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "gone3", "labels": {"p": "gone"}}, "data": {"a": "1", "b": "2", "c": "3"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "gonefine", "labels": {"p": "gonefine"}}, "data": {"a": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "gonefine2", "labels": {"p": "gonefine"}}, "data": {"a": "1", "b": "2"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "gonefine3", "labels": {"p": "gonefine"}}, "data": {"a": "1", "b": "2", "c": "3"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "bylabels", "labels": {"p": "bylabels"}}, "data": {"a": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "bylabels2", "labels": {"p": "bylabels"}}, "data": {"a": "1", "b": "2"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "nolabels", "labels": {"p": "nolabels"}}, "data": {"a": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "nolabels2", "labels": {"p": "nolabels"}}, "data": {"a": "1", "b": "2"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "nolabels3", "labels": {"p": "nolabels"}}, "data": {"a": "1", "b": "2", "c": "3"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "noref", "labels": {"p": "noref"}}, "data": {"a": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "noref2", "labels": {"p": "noref"}}, "data": {"a": "1", "b": "2"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "noref3", "labels": {"p": "noref"}}, "data": {"a": "1", "b": "2", "c": "3"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "nokind", "labels": {"p": "nokind"}}, "data": {"a": "1"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "nokind2", "labels": {"p": "nokind"}}, "data": {"a": "1", "b": "2"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "nokind3", "labels": {"p": "nokind"}}, "data": {"a": "1", "b": "2", "c": "3"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "au", "labels": {"p": "audited"}}, "data": {}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "ba", "labels": {"p": "badaudit"}}, "data": {}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "d", "labels": {"p": "deletes"}}, "data": {"keep": "yes"}}
---
DELETE /api/v1/namespaces/diff-policy/configmaps/d

---
PUT /api/v1/namespaces/diff-policy/configmaps/d

{"metadata": {"name": "d", "labels": {"p": "deletes"}}, "data": {"keep": "no"}}
---
DELETE /api/v1/namespaces/diff-policy/configmaps/d

---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "co", "labels": {"p": "costly"}}, "data": {"0": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "1": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "2": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "3": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "4": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "5": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "6": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "7": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "8": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "9": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "10": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "11": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "12": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "13": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "14": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "15": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "16": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "17": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "18": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "19": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "20": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "21": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "22": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "23": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "24": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "25": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "26": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "27": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "28": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "29": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "30": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "31": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "32": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "33": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "34": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "35": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "36": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "37": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "38": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "39": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "40": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "41": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "42": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "43": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "44": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "45": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "46": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "47": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "48": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "49": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "50": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "51": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "52": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "53": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "54": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "55": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "56": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "57": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "58": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "59": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "60": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "61": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "62": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "63": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "64": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "65": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "66": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "67": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "68": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "69": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "70": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "71": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "72": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "73": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "74": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "75": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "76": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "77": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "78": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "79": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "80": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "81": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "82": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "83": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "84": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "85": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "86": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "87": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "88": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "89": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "90": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "91": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "92": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "93": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "94": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "95": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "96": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "97": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "98": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "99": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "100": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "101": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "102": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "103": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "104": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "105": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "106": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "107": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "108": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "109": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "110": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "111": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "112": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "113": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "114": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "115": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "116": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "117": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "118": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "119": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "120": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "121": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "122": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "123": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "124": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "125": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "126": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "127": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "128": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "129": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "130": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "131": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "132": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "133": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "134": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "135": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "136": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "137": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "138": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "139": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "140": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "141": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "142": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "143": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "144": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "145": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "146": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "147": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "148": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "149": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "150": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "151": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "152": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "153": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "154": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "155": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "156": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "157": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "158": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "159": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "160": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "161": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "162": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "163": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "164": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "165": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "166": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "167": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "168": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "169": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "170": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "171": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "172": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "173": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "174": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "175": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "176": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "177": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "178": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "179": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "180": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "181": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "182": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "183": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "184": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "185": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "186": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "187": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "188": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "189": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "190": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "191": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "192": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "193": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "194": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "195": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "196": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "197": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "198": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "199": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "200": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "201": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "202": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "203": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "204": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "205": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "206": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "207": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "208": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "209": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "210": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "211": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "212": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "213": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "214": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "215": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "216": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "217": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "218": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "219": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "220": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "221": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "222": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "223": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "224": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "225": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "226": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "227": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "228": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "229": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "230": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "231": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "232": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "233": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "234": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "235": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "236": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "237": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "238": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "239": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "240": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "241": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "242": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "243": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "244": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "245": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "246": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "247": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "248": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "249": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "250": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "251": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "252": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "253": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "254": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "255": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "256": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "257": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "258": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "259": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "260": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "261": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "262": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "263": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "264": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "265": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "266": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "267": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "268": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "269": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "270": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "271": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "272": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "273": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "274": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "275": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "276": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "277": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "278": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "279": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "280": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "281": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "282": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "283": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "284": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "285": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "286": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "287": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "288": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "289": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "290": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "291": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "292": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "293": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "294": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "295": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "296": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "297": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "298": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "299": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}}
---
POST /apis/apps/v1/namespaces/diff-policy/deployments

{"metadata": {"name": "st", "labels": {"p": "status"}}, "spec": {"replicas": 0, "selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}}}
---
PATCH /apis/apps/v1/namespaces/diff-policy/deployments/st
Content-Type: application/merge-patch+json

{"spec": {"paused": true}}
---
PATCH /apis/apps/v1/namespaces/diff-policy/deployments/st/scale
Content-Type: application/merge-patch+json

{"spec": {"replicas": 1}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m-apply", "labels": {"p": "m-apply"}}, "data": {"k": "v"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m-json", "labels": {"p": "m-json"}}, "data": {"k": "v"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m-two", "labels": {"p": "m-two"}}, "data": {"k": "v"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m-error", "labels": {"p": "m-error"}}, "data": {"k": "v"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m-runtime", "labels": {"p": "m-runtime"}}, "data": {"k": "v"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m-ignored", "labels": {"p": "m-ignored"}}, "data": {"k": "v"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m-params", "labels": {"p": "m-params"}}, "data": {"k": "v"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m-gone", "labels": {"p": "m-gone"}}, "data": {"k": "v"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m-condition", "labels": {"p": "m-condition"}}, "data": {"k": "v"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m-variable", "labels": {"p": "m-variable"}}, "data": {"k": "v"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m-name", "labels": {"p": "m-name"}}, "data": {"k": "v"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m-type", "labels": {"p": "m-type"}}, "data": {"k": "v"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m-null", "labels": {"p": "m-null"}}, "data": {"k": "v"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "hit", "labels": {"p": "m-condition"}}, "data": {"k": "v"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "x", "labels": {"p": "m-null"}}, "data": {"k": "v"}}
---
POST /api/v1/namespaces/diff-policy/configmaps

{"metadata": {"name": "m-nodata", "labels": {"p": "m-json"}}}
---
POST /apis/apps/v1/namespaces/diff-policy/deployments

{"metadata": {"name": "ml", "labels": {"p": "m-list"}}, "spec": {"replicas": 0, "selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}}}
---
PATCH /api/v1/namespaces/diff-policy/configmaps/m-apply
Content-Type: application/merge-patch+json

{"data": {"k": null, "z": "1"}}
---
PATCH /api/v1/namespaces/diff-policy/configmaps/applied?fieldManager=me
Content-Type: application/apply-patch+yaml

{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"applied","labels":{"p":"m-apply"}},"data":{"q":"1"}}
---
GET /api/v1/namespaces/diff-policy/configmaps/m-apply

---
DELETE /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies

---
DELETE /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings

---
DELETE /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies

---
DELETE /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings

