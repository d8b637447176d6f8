package accept

import (
	"fmt"
	"strings"
	"testing"
)

// E4: writes, their options and their refusals.
func TestE4(t *testing.T) {
	w := newWorld(t)
	for _, v := range []verb{
		{"generateName", generatedNames}, {"dry run", dryRuns}, {"field validation", fieldValidations}, {"warnings", warnings},
		{"preconditions", preconditions}, {"update creates", updateCreates}, {"propagation", propagations}, {"collections", collections},
		{"options", writeOptions}, {"apply", applies}, {"bindings", legacyBinding},
	} {
		t.Run(v.name, func(t *testing.T) { v.test(w.sub(t)) })
	}
}

func generatedNames(w *world) {
	a := w.call("POST", "configmaps", `{"metadata":{"generateName":"gen-"}}`).is(w, 201)
	if name := w.object(a).Name; len(name) != len("gen-")+5 {
		w.Errorf("the name is %q", name)
	}
	a = w.call("POST", "configmaps", `{"metadata":{"generateName":"`+strings.Repeat("g", 80)+`"}}`).is(w, 201)
	if name := w.object(a).Name; len(name) != 63 {
		w.Errorf("a long base gives %q", name)
	}
	w.call("POST", "configmaps", `{"metadata":{}}`).is(w, 422, "name or generateName is required")
	w.call("POST", "configmaps", `{"metadata":{"generateName":"Bad_"}}`).is(w, 422, "metadata.generateName")
}

// dryRuns answer as if, and change nothing.
func dryRuns(w *world) {
	w.call("POST", "configmaps?dryRun=All", configMap("dry", "", "")).is(w, 201, `"uid":"`)
	w.call("GET", "configmaps/dry", "").is(w, 404)
	w.call("POST", "configmaps", configMap("dry", `"a":"1"`, "")).is(w, 201)
	w.call("POST", "configmaps?dryRun=All", configMap("dry", "", "")).is(w, 409, "AlreadyExists")
	w.call("PUT", "configmaps/dry?dryRun=All", configMap("dry", `"a":"2"`, "")).is(w, 200, `"a":"2"`)
	w.call("PATCH", "configmaps/dry?dryRun=All", `{"data":{"a":"3"}}`, "Content-Type: application/merge-patch+json").is(w, 200, `"a":"3"`)
	w.call("PATCH", "configmaps/dry?dryRun=All&fieldManager=m", `{"apiVersion":"v1","kind":"ConfigMap","data":{"b":"4"}}`, "Content-Type: application/apply-patch+yaml").is(w, 200, `"b":"4"`)
	w.call("DELETE", "configmaps/dry?dryRun=All", "").is(w, 200)
	w.call("DELETE", "configmaps?dryRun=All", "").is(w, 200, `"name":"dry"`)
	w.call("GET", "configmaps/dry", "").is(w, 200, `"data":{"a":"1"}`)
	w.call("POST", "configmaps?dryRun=Some", configMap("x", "", "")).is(w, 422, `Unsupported value: [\"Some\"]: supported values: \"All\"`)
	w.call("POST", "services?dryRun=All", `{"metadata":{"name":"dry"},"spec":{"ports":[{"port":80}]}}`).is(w, 201, `"clusterIP":"`)
	w.call("GET", "services/dry", "").is(w, 404)
}

func fieldValidations(w *world) {
	odd := `{"metadata":{"name":"odd"},"odd":1,"data":{"a":"1","a":"2"}}`
	w.call("POST", "configmaps?fieldValidation=Strict", odd).is(w, 400, `unknown field \"odd\"`, `duplicate field \"data.a\"`)
	a := w.call("POST", "configmaps?fieldValidation=Warn", odd).is(w, 201)
	if err := want(strings.Join(a.header["Warning"], " "), `299 - "unknown field \"odd\""`, `duplicate field \"data.a\"`); err != nil {
		w.Error(err)
	}
	a = w.call("PUT", "configmaps/odd?fieldValidation=Ignore", odd).is(w, 200)
	if len(a.header["Warning"]) > 0 {
		w.Errorf("ignored fields warn: %q", a.header["Warning"])
	}
	w.call("PATCH", "configmaps/odd?fieldValidation=Strict", `{"odd":1}`, "Content-Type: application/strategic-merge-patch+json").is(w, 422, `unknown field \"odd\"`)
	w.call("POST", "configmaps?fieldValidation=Nonsense", odd).is(w, 422, "fieldValidation")
}

func warnings(w *world) {
	for path, text := range map[string]string{
		"/api/v1/namespaces/" + w.ns + "/endpoints": "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
		"/api/v1/componentstatuses":                 "v1 ComponentStatus is deprecated in v1.19+",
	} {
		if got := strings.Join(w.call("GET", path, "").header["Warning"], " "); !strings.Contains(got, text) {
			w.Errorf("%s warns %q, want %q", path, got, text)
		}
	}
	a := w.call("POST", "pods?dryRun=All", `{"metadata":{"name":"old"},"spec":{"containers":[{"name":"c","image":"b"}],"nodeSelector":{"beta.kubernetes.io/os":"linux"}}}`).is(w, 201)
	if err := want(strings.Join(a.header["Warning"], " "), `deprecated since v1.14; use`, "kubernetes.io/os"); err != nil {
		w.Error(err)
	}
}

// preconditions are uid and resourceVersion, of writes and of deletes.
func preconditions(w *world) {
	first := w.object(w.call("POST", "configmaps", configMap("pre", "", "")).is(w, 201))
	w.call("PUT", "configmaps/pre", configMap("pre", `"a":"1"`, fmt.Sprintf(`,"resourceVersion":%q`, first.ResourceVersion))).is(w, 200)
	stale := w.call("PUT", "configmaps/pre", configMap("pre", `"a":"2"`, fmt.Sprintf(`,"resourceVersion":%q`, first.ResourceVersion)))
	stale.is(w, 409, `"reason":"Conflict"`, "the object has been modified; please apply your changes to the latest version and try again")
	w.call("PUT", "configmaps/pre", configMap("pre", "", `,"uid":"00000000-0000-0000-0000-000000000000"`)).is(w, 409, "Precondition failed: UID in precondition")
	w.call("PATCH", "configmaps/pre", fmt.Sprintf(`{"metadata":{"resourceVersion":%q}}`, first.ResourceVersion), "Content-Type: application/merge-patch+json").is(w, 409, "Conflict")
	w.call("DELETE", "configmaps/pre", fmt.Sprintf(`{"preconditions":{"resourceVersion":%q}}`, first.ResourceVersion)).is(w, 409, "the ResourceVersion in the precondition")
	w.call("DELETE", "configmaps/pre", `{"preconditions":{"uid":"x"}}`).is(w, 409, "the UID in the precondition")
	w.call("DELETE", "configmaps/pre", fmt.Sprintf(`{"preconditions":{"uid":%q}}`, first.UID)).is(w, 200, `"status":"Success"`, fmt.Sprintf(`"uid":%q`, first.UID))
}

// updateCreates where upstream's strategy says so: leases and RBAC objects do, most do not.
func updateCreates(w *world) {
	w.call("PUT", "/apis/coordination.k8s.io/v1/namespaces/"+w.ns+"/leases/made", `{"metadata":{"name":"made"}}`).is(w, 201)
	w.call("PUT", "/apis/rbac.authorization.k8s.io/v1/namespaces/"+w.ns+"/roles/made", `{"metadata":{"name":"made"}}`).is(w, 201)
	w.call("PUT", "configmaps/made", configMap("made", "", "")).is(w, 404, "NotFound")
	w.call("PUT", "/apis/apps/v1/namespaces/"+w.ns+"/deployments/made", `{"metadata":{"name":"made"}}`).is(w, 404)
}

// propagations are written into finalizers, for the garbage collector.
func propagations(w *world) {
	base := "/apis/apps/v1/namespaces/" + w.ns + "/deployments"
	deploy := func(name string) {
		w.Helper()
		w.call("POST", base, `{"metadata":{"name":"`+name+`"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"`+name+`"}},"template":{"metadata":{"labels":{"a":"`+name+`"}},"spec":{"containers":[{"name":"c","image":"b"}]}}}}`).is(w, 201)
	}
	deploy("orphans")
	w.eventually("a replica set", func() error {
		return want(w.k("get", "rs", "-l", "a=orphans", "-o", "name"), "replicaset")
	})
	w.call("DELETE", base+"/orphans?propagationPolicy=Orphan&dryRun=All", "").is(w, 200, `"finalizers":["orphan"]`)
	w.call("DELETE", base+"/orphans?propagationPolicy=Orphan", "").is(w, 200)
	w.eventually("the end of the deployment", func() error { return gone(w.call("GET", base+"/orphans", "")) })
	if got := w.k("get", "rs", "-l", "a=orphans", "-o", "jsonpath={.items[*].metadata.ownerReferences}"); got != "" {
		w.Errorf("the orphan still has owners: %s", got)
	}
	w.k("delete", "rs", "-l", "a=orphans")
	deploy("foreground")
	w.call("DELETE", base+"/foreground?propagationPolicy=Foreground", "").is(w, 200)
	w.eventually("the end of the deployment", func() error { return gone(w.call("GET", base+"/foreground", "")) })
	w.call("DELETE", base+"/nothing?propagationPolicy=Nonsense", "").is(w, 422, "propagationPolicy")
	w.call("DELETE", base+"/nothing?propagationPolicy=Orphan&orphanDependents=true", "").is(w, 422, "orphanDependents and deletionPropagation cannot be both set")
}

// gone is content with a 404.
func gone(a answer) error {
	if a.status != 404 {
		return fmt.Errorf("it is still there: %d %.200s", a.status, a.body)
	}
	return nil
}

func collections(w *world) {
	w.named("coll-a", "coll-b", "other-a")
	w.call("DELETE", "configmaps?labelSelector=set%3Dcoll&limit=1", "").is(w, 200, `"kind":"ConfigMapList"`, `"resourceVersion":"`, "coll-a")
	w.call("GET", "configmaps?labelSelector=set%3Dcoll", "").is(w, 200, "coll-b")
	w.call("DELETE", "configmaps?fieldSelector=metadata.name%3Dcoll-b", "").is(w, 200, "coll-b")
	w.call("GET", "configmaps?labelSelector=set+in+(coll,other)", "").is(w, 200, "other-a")
	w.call("DELETE", "/api/v1/configmaps", "").is(w, 405)
	w.call("DELETE", "/api/v1/namespaces", "").is(w, 405)
}

func writeOptions(w *world) {
	body := configMap("opt", `"a":"1"`, "")
	w.call("POST", "configmaps?fieldManager="+strings.Repeat("m", 129), body).is(w, 422, "fieldManager", "may not be more than 128 bytes")
	w.call("POST", "configmaps?fieldManager=%01bad", body).is(w, 422, "invalid character U+0001 (at position 0)")
	w.call("POST", "configmaps?fieldManager=mine", body).is(w, 201, `"manager":"mine"`)
	w.call("PATCH", "configmaps/opt?force=true", `{}`, "Content-Type: application/merge-patch+json").is(w, 422, "may not be specified for non-apply patch")
	w.call("PATCH", "configmaps/opt", `{}`, "Content-Type: application/apply-patch+yaml").is(w, 422, "is required for apply patch")
	w.call("PATCH", "configmaps/opt", `{}`, "Content-Type: application/nonsense").is(w, 415)
	w.call("DELETE", "configmaps/opt?gracePeriodSeconds=x", "").is(w, 400, "invalid syntax")
	w.call("POST", "configmaps", `{"kind":"Secret","apiVersion":"v1","metadata":{"name":"x"}}`).is(w, 400, "cannot be handled as a ConfigMap")
	w.call("POST", "configmaps", configMap("x", "", `,"namespace":"elsewhere"`)).is(w, 400, "the namespace of the provided object does not match the namespace sent on the request")
	w.call("PUT", "configmaps/opt", configMap("other", "", "")).is(w, 400, "the name of the object (other) does not match the name on the URL (opt)")
	w.call("PUT", "configmaps", body).is(w, 405)
}

func applies(w *world) {
	apply := func(manager, query, body string) answer {
		w.Helper()
		return w.call("PATCH", "configmaps/applied?fieldManager="+manager+query, `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"applied"},`+body+`}`, "Content-Type: application/apply-patch+yaml")
	}
	apply("one", "", `"data":{"a":"1"}`).is(w, 201, `"operation":"Apply"`)
	apply("two", "", `"data":{"a":"2"}`).is(w, 409, `"reason":"FieldManagerConflict"`, `conflict with \"one\": .data.a`)
	apply("two", "&force=true", `"data":{"a":"2"}`).is(w, 200, `"a":"2"`)
	apply("two", "", `"data":{}`).is(w, 200)
	if got := w.field("configmap/applied", ".data"); got != "" {
		w.Errorf("what nobody applies any more is still there: %s", got)
	}
	apply("one", "", `"nonsense":1`).is(w, 500, "field not declared in schema")
}

// legacyBinding is the older way to bind a pod.
func legacyBinding(w *world) {
	w.call("POST", "pods", `{"metadata":{"name":"bound"},"spec":{"schedulerName":"nobody","containers":[{"name":"c","image":"b"}]}}`).is(w, 201)
	w.call("POST", "bindings", `{"metadata":{"name":"bound"},"target":{"kind":"Node","name":"e4-nowhere"}}`).is(w, 201, `"status":"Success"`)
	if got := w.field("pod/bound", ".spec.nodeName"); got != "e4-nowhere" {
		w.Errorf("the pod is bound to %q", got)
	}
	w.call("POST", "bindings", `{"metadata":{"name":"bound"},"target":{"kind":"Node","name":"other"}}`).is(w, 409, "already assigned to node")
	w.k("delete", "pod", "bound", "--force", "--grace-period=0")
}
