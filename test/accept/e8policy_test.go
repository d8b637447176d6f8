package accept

import (
	"fmt"
	"strings"
)

// unpolicy removes a policy of the test with its binding.
func (w *world) unpolicy(kind, name string) {
	for _, what := range []string{"admissionpolicybinding", "admissionpolicy"} {
		if out, err := w.tryKubectl("", "delete", "--ignore-not-found", kind+what, w.ns+"-"+name); err != nil {
			w.Log(out, err)
		}
	}
}

// policy applies a policy for the test's namespace with its binding, both in YAML's flow style, and removes them after
// the test.
func (w *world) policy(kind, name, spec, binding string) {
	w.Helper()
	w.apply(fmt.Sprintf(`
apiVersion: admissionregistration.k8s.io/v1
kind: %[1]sAdmissionPolicy
metadata: {name: %[2]s-%[3]s}
spec: {%[4]s}
---
apiVersion: admissionregistration.k8s.io/v1
kind: %[1]sAdmissionPolicyBinding
metadata: {name: %[2]s-%[3]s}
spec: {policyName: %[2]s-%[3]s, matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %[2]s}}}%[5]s}
`, kind, w.ns, name, spec, binding))
	w.Cleanup(func() { w.unpolicy(strings.ToLower(kind), name) })
}

const onDeployments = "matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}]}"

func policiesRefuse(w *world) {
	w.k("create", "configmap", "limits", "--from-literal=max=3")
	w.policy("Validating", "replicas", onDeployments+`, paramKind: {apiVersion: v1, kind: ConfigMap},
  variables: [{name: max, expression: "int(params.data.max)"}],
  validations: [{expression: "object.spec.replicas <= variables.max", messageExpression: "'at most ' + string(variables.max) + ' replicas in ' + namespaceObject.metadata.name", reason: Forbidden}]`,
		`, paramRef: {name: limits, parameterNotFoundAction: Deny}, validationActions: [Deny]`)
	w.refused([]string{"ValidatingAdmissionPolicy '" + w.ns + "-replicas' with binding '" + w.ns + "-replicas' denied request: at most 3 replicas in " + w.ns},
		"create", "deployment", "many", "--image=web:1", "--replicas=4")
	w.k("create", "deployment", "many", "--image=web:1", "--replicas=0")
	w.refused([]string{"at most 3 replicas"}, "patch", "deployment", "many", "-p", `{"spec":{"replicas":9}}`)
	// Parameters are read when they are needed.
	w.k("patch", "configmap", "limits", "-p", `{"data":{"max":"0"}}`)
	w.refused([]string{"at most 0 replicas"}, "patch", "deployment", "many", "-p", `{"spec":{"replicas":1}}`)
	w.k("delete", "configmap", "limits")
	w.refused([]string{"no params found for policy binding with `Deny` parameterNotFoundAction"}, "patch", "deployment", "many", "-p", `{"spec":{"paused":true}}`)
	w.unpolicy("validating", "replicas")
	w.k("patch", "deployment", "many", "-p", `{"spec":{"paused":true}}`)

	// A warning does not refuse, and an expression may ask about permissions.
	w.policy("Validating", "advice", onDeployments+`, failurePolicy: Ignore,
  validations: [{expression: "has(object.metadata.annotations) && 'owner' in object.metadata.annotations", message: name an owner}]`, `, validationActions: [Warn, Audit]`)
	w.policy("Validating", "may", onDeployments+`, matchConditions: [{name: named, expression: "object.metadata.name == 'asks'"}],
  validations: [{expression: "authorizer.serviceAccount('`+w.ns+`', 'default').group('apps').resource('deployments').namespace('`+w.ns+`').check('create').allowed()", message: the account may not}]`,
		`, validationActions: [Deny]`)
	body := `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"NAME"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"web:1"}]}}}}`
	path := "/apis/apps/v1/namespaces/" + w.ns + "/deployments"
	a := w.call("POST", path, strings.Replace(body, "NAME", "warned", 1)).is(w, 201)
	if got := a.header.Get("Warning"); want(got, "Validation failed for ValidatingAdmissionPolicy", "name an owner") != nil {
		w.Errorf("warning %q", got)
	}
	w.call("POST", path, strings.Replace(body, "NAME", "asks", 1)).is(w, 422, "the account may not", `"reason":"Invalid"`)
	w.k("delete", "deployment", "many", "warned")

	// What cannot be right by the types is said in the status.
	w.policy("Validating", "typo", onDeployments+`, matchConditions: [{name: never, expression: "false"}], validations: [{expression: "object.spec.replica > 1"}]`, `, validationActions: [Deny]`)
	w.eventually("the status names the misspelt field", func() error {
		return want(w.field("validatingadmissionpolicy/"+w.ns+"-typo", ".status.typeChecking"), "spec.validations[0].expression", "undefined field 'replica'")
	})

	// An expression that does not compile is refused with its place.
	bad := "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {name: bad}, spec: {" + onDeployments + ", validations: [{expression: 'object.spec.replicas <'}]}}"
	if _, err := w.tryKubectl(bad, "apply", "-f", "-"); err == nil || want(err.Error(), "spec.validations[0].expression", "compilation failed") != nil {
		w.Errorf("got %v", err)
	}
}

func policiesChange(w *world) {
	w.policy("Mutating", "sidecar", onDeployments+`, reinvocationPolicy: IfNeeded, failurePolicy: Fail,
  matchConditions: [{name: once, expression: "!object.spec.template.spec.containers.exists(c, c.name == 'side')"}],
  mutations: [{patchType: ApplyConfiguration, applyConfiguration: {expression: "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: 'side', image: 'busybox:1'}]}}}}"}}]`, "")
	w.policy("Mutating", "count", onDeployments+`, reinvocationPolicy: IfNeeded, failurePolicy: Fail,
  variables: [{name: size, expression: "object.spec.template.spec.containers.size()"}],
  mutations: [{patchType: JSONPatch, jsonPatch: {expression: "[JSONPatch{op: 'add', path: '/metadata/annotations', value: {'containers': string(variables.size)}}]"}}]`, "")
	w.k("create", "deployment", "made", "--image=web:1", "--replicas=0")
	if got := w.field("deployment/made", ".spec.template.spec.containers[*].name"); want(got, "web", "side") != nil {
		w.Errorf("containers %s", got)
	}
	if got := w.field("deployment/made", ".metadata.annotations.containers"); got != "2" {
		w.Errorf("%s containers were counted", got)
	}
	w.k("delete", "deployment", "made")
}
