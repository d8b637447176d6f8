package accept

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"k8s.io/client-go/rest"
)

// cronTabs is the example of upstream's documentation, with what else a version can say, in a group of its own.
func cronTabs(group string) string {
	return strings.ReplaceAll(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: crontabs.GROUP}
spec:
  group: GROUP
  scope: Namespaced
  names: {plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct], categories: [all, timers]}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            x-kubernetes-validations:
            - {rule: "self.minReplicas <= self.replicas", message: "replicas should be at least minReplicas"}
            - {rule: "!has(oldSelf.image) || self.image == oldSelf.image", message: "image is immutable"}
            properties:
              cronSpec: {type: string, description: "when it runs", pattern: '^(\d+|\*)(/\d+)?(\s+(\d+|\*)(/\d+)?){4}$'}
              image: {type: string, default: busybox}
              color: {type: string, maxLength: 10}
              minReplicas: {type: integer, default: 0}
              replicas: {type: integer, default: 1}
              free: {type: object, x-kubernetes-preserve-unknown-fields: true}
              port: {x-kubernetes-int-or-string: true}
              parts:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items: {type: object, required: [name], properties: {name: {type: string}, size: {type: integer}}}
          status:
            type: object
            properties: {replicas: {type: integer}, selector: {type: string}}
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas, labelSelectorPath: .status.selector}
    selectableFields: [{jsonPath: .spec.color}]
    additionalPrinterColumns:
    - {name: Spec, type: string, jsonPath: .spec.cronSpec}
    - {name: Replicas, type: integer, jsonPath: .spec.replicas}
    - {name: Image, type: string, jsonPath: .spec.image, priority: 1}
`, "GROUP", group)
}

// define makes definitions, waits until they are served, and removes them with the test.
func (w *world) define(manifest string, names ...string) {
	w.Helper()
	w.apply(manifest)
	for _, name := range names {
		w.Cleanup(func() {
			if _, err := w.tryKubectl("", "delete", "crd", name, "--ignore-not-found", "--timeout=30s"); err != nil {
				w.Error(err)
			}
		})
		w.ready("condition=Established", "crd/"+name)
	}
}

// TestE6CustomResources: kinds that users define.
func TestE6CustomResources(t *testing.T) {
	w := newWorld(t)
	w.define(cronTabs("e6.example.com"), "crontabs.e6.example.com")
	for _, line := range []struct {
		name string
		run  func(*world)
	}{
		{"kubectl", customKubectl}, {"schema", customSchema}, {"apply", customApply}, {"subresources", customSubresources},
		{"reading", customReading}, {"owners", customOwners}, {"rules", customRules},
	} {
		t.Run(line.name, func(t *testing.T) { line.run(w.sub(t)) })
	}
}

func tab(name, spec string) string {
	return fmt.Sprintf("{apiVersion: e6.example.com/v1, kind: CronTab, metadata: {name: %q}, spec: {%s}}", name, spec)
}

// tabs is the path of the kind's objects in the world's namespace.
func (w *world) tabs(name string) string {
	return "/apis/e6.example.com/v1/namespaces/" + w.ns + "/crontabs" + name
}

func customKubectl(w *world) {
	w.apply(tab("mine", `cronSpec: "* * * * */5", color: blue`))
	if err := want(w.k("get", "ct", "mine"), "NAME", "SPEC", "REPLICAS", "* * * * */5"); err != nil {
		w.Error(err)
	}
	if err := want(w.k("get", "ct", "-o", "wide"), "IMAGE", "busybox"); err != nil {
		w.Error(err)
	}
	for _, what := range []string{"all", "timers", "crontab", "crontabs.e6.example.com", "crontabs.v1.e6.example.com"} {
		if err := want(w.k("get", what), "mine"); err != nil {
			w.Errorf("get %s: %v", what, err)
		}
	}
	if err := want(w.k("explain", "crontab.spec"), "cronSpec", "when it runs", "e6.example.com"); err != nil {
		w.Error(err)
	}
	if err := want(w.k("describe", "ct", "mine"), "Cron Spec:", "busybox"); err != nil {
		w.Error(err)
	}
	w.apply(tab("mine", `cronSpec: "* * * * */6"`)) // three-way: color goes, defaults stay
	if got := w.field("ct/mine", ".spec"); want(got, `*/6`, `"replicas":1`) != nil || strings.Contains(got, "color") {
		w.Errorf("after an apply: %s", got)
	}
	w.k("label", "ct", "mine", "a=b")
	if err := want(w.k("get", "ct", "-l", "a=b", "-o", "name"), "crontab.e6.example.com/mine"); err != nil {
		w.Error(err)
	}
	w.k("delete", "ct", "mine")
	if out, err := w.try("api-resources", "--api-group=e6.example.com", "-o", "wide"); err != nil || want(out, "crontabs", "ct", "CronTab", "create,update", "all,timers") != nil {
		w.Errorf("%v: %s", err, out)
	}
}

func customSchema(w *world) {
	a := w.call("POST", w.tabs(""), `{"apiVersion":"e6.example.com/v1","kind":"CronTab","metadata":{"name":"s","labels":{"a":"b"}},"spec":{"nope":1,"free":{"x":{"y":[1]}},"port":"http"},"more":2}`)
	a.is(w, 201, `"image":"busybox"`, `"free":{"x":{"y":[1]}}`, `"generation":1`)
	if strings.Contains(a.body, "nope") || strings.Contains(a.body, "more") {
		w.Errorf("unknown fields were kept: %s", a.body)
	}
	w.call("POST", w.tabs("?fieldValidation=Strict"), `{"apiVersion":"e6.example.com/v1","kind":"CronTab","metadata":{"name":"t","odd":1},"spec":{"nope":1,"color":"a","color":"b"}}`).
		is(w, 400, `unknown field \"spec.nope\"`, `unknown field \"metadata.odd\"`, `duplicate field \"spec.color\"`)
	for name, c := range map[string]struct {
		spec  string
		words []string
	}{
		"pattern":    {`"cronSpec":"daily"`, []string{"spec.cronSpec", "should match"}},
		"type":       {`"replicas":"two"`, []string{"spec.replicas", "must be of type integer"}},
		"length":     {`"color":"ultramarine-blue"`, []string{"spec.color", "may not be more than 10"}},
		"CEL":        {`"minReplicas":3`, []string{"replicas should be at least minReplicas"}},
		"duplicates": {`"parts":[{"name":"a"},{"name":"a"}]`, []string{"spec.parts[1]", "Duplicate value"}},
		"required":   {`"parts":[{"size":1}]`, []string{"spec.parts[0].name", "Required value"}},
		"number":     {`"replicas":1.5`, []string{"spec.replicas"}},
	} {
		w.call("POST", w.tabs(""), `{"apiVersion":"e6.example.com/v1","kind":"CronTab","metadata":{"name":"bad-`+strings.ToLower(name)+`"},"spec":{`+c.spec+`}}`).is(w, 422, append(c.words, `"reason":"Invalid"`)...)
	}
	w.call("PATCH", w.tabs("/s"), `{"spec":{"image":"other"}}`, "Content-Type: application/merge-patch+json").is(w, 422, "image is immutable")
	w.call("PATCH", w.tabs("/s"), `{"spec":{"color":"red"}}`, "Content-Type: application/strategic-merge-patch+json").is(w, 415, "application/merge-patch+json")
	w.call("PATCH", w.tabs("/s"), `[{"op":"replace","path":"/spec/replicas","value":4}]`, "Content-Type: application/json-patch+json").is(w, 200, `"replicas":4`, `"generation":2`)
	w.call("PUT", w.tabs("/s"), `{"apiVersion":"e6.example.com/v1","kind":"CronTab","metadata":{"name":"s"}}`).is(w, 422, "metadata.resourceVersion", "must be specified for an update")
	w.call("POST", w.tabs(""), `{"apiVersion":"e6.example.com/v2","kind":"CronTab","metadata":{"name":"u"}}`).is(w, 400, "does not match the expected API version")
	w.call("POST", w.tabs(""), `{"apiVersion":"e6.example.com/v1","metadata":{"name":"u"}}`).is(w, 400, "Kind")
	w.call("POST", w.tabs(""), `{"apiVersion":"e6.example.com/v1","kind":"Other","metadata":{"name":"u"}}`).is(w, 422, "kind", "must be CronTab")
	w.call("POST", w.tabs("?dryRun=All"), `{"apiVersion":"e6.example.com/v1","kind":"CronTab","metadata":{"generateName":"dry-"}}`).is(w, 201, `"uid"`)
	w.call("GET", w.tabs("/s"), "", "Accept: application/vnd.kubernetes.protobuf").is(w, 406)
	w.call("GET", w.tabs("/s"), "", "Accept: application/vnd.kubernetes.protobuf,application/json").is(w, 200, `"kind":"CronTab"`)
	w.call("GET", w.tabs("/s"), "", "Accept: application/yaml").is(w, 200, "kind: CronTab")
	w.call("GET", w.tabs(""), "").is(w, 200, `"kind":"CronTabList"`, `"items":[{"kind":"CronTab"`)
	w.call("DELETE", w.tabs(""), "").is(w, 200, `"kind":"CronTabList"`)
	w.call("GET", w.tabs("/s"), "").is(w, 404, `"kind":"crontabs"`)
}

func customApply(w *world) {
	apply := func(manager, spec string) answer {
		return w.call("PATCH", w.tabs("/joint?fieldManager="+manager), tab("joint", spec), "Content-Type: application/apply-patch+yaml")
	}
	apply("one", "color: red, parts: [{name: a, size: 1}]").is(w, 201, `"manager":"one"`, `"f:parts":{"k:{\"name\":\"a\"}"`)
	apply("two", "parts: [{name: b, size: 2}]").is(w, 200, `{"name":"a","size":1},{"name":"b","size":2}`)
	apply("two", "color: blue").is(w, 409, `conflict with \"one\"`, ".spec.color")
	apply("one", "parts: [{name: a, size: 1}]").is(w, 200)
	apply("two", "color: blue").is(w, 200, `"color":"blue"`)
	if got := w.field("ct/joint", ".spec.parts"); got != `[{"name":"a","size":1}]` {
		w.Errorf("who gives a part up keeps it: %s", got)
	}
	apply("two", "nope: 1").is(w, 500, "field not declared in schema")
}

func customSubresources(w *world) {
	w.apply(tab("scaled", "replicas: 2"))
	w.call("PATCH", w.tabs("/scaled"), `{"status":{"replicas":7}}`, "Content-Type: application/merge-patch+json").is(w, 200)
	if got := w.field("ct/scaled", ".status"); got != "" {
		w.Errorf("a write of the object wrote its status: %s", got)
	}
	w.call("PATCH", w.tabs("/scaled/status"), `{"status":{"replicas":1,"selector":"app=x"},"spec":{"replicas":9}}`, "Content-Type: application/merge-patch+json").is(w, 200, `"selector":"app=x"`, `"replicas":2`)
	w.call("PATCH", w.tabs("/scaled/status"), `{"status":{"replicas":"many"}}`, "Content-Type: application/merge-patch+json").is(w, 422, "status.replicas")
	w.call("GET", w.tabs("/scaled/scale"), "").is(w, 200, `"kind":"Scale"`, `"spec":{"replicas":2}`, `"selector":"app=x"`)
	w.k("scale", "ct", "scaled", "--replicas=5", "--current-replicas=2")
	if got := w.field("ct/scaled", ".spec.replicas"); got != "5" {
		w.Errorf("scaled to %s, want 5", got)
	}
	w.call("PUT", w.tabs("/scaled/scale"), `{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"scaled"},"spec":{"replicas":-1}}`).is(w, 422, "spec.replicas")
	w.call("GET", w.tabs("/scaled/nothing"), "").is(w, 404)
}

func customReading(w *world) {
	ctx, cancel := context.WithTimeout(w.Context(), patience)
	defer cancel()
	events := w.lines(ctx, w.tabs("?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&fieldSelector=spec.color%3Dgreen"))
	if err := want(events(), `"BOOKMARK"`, `"kind":"CronTab"`, `"k8s.io/initial-events-end":"true"`); err != nil {
		w.Error(err)
	}
	w.apply(tab("leaf", "color: green"))
	w.call("POST", w.tabs(""), `{"apiVersion":"e6.example.com/v1","kind":"CronTab","metadata":{"name":"sky"},"spec":{"color":"blue"}}`).is(w, 201)
	if got := w.k("get", "ct", "--field-selector=spec.color=green", "-o", "name"); got != "crontab.e6.example.com/leaf" {
		w.Errorf("green: %s", got)
	}
	w.refused([]string{"field label not supported: spec.image"}, "get", "ct", "--field-selector=spec.image=x")
	w.call("PATCH", w.tabs("/leaf"), `{"spec":{"color":"brown"}}`, "Content-Type: application/merge-patch+json").is(w, 200)
	for _, word := range []string{`"type":"ADDED"`, `"type":"DELETED"`} {
		if err := want(events(), word, `"name":"leaf"`); err != nil {
			w.Error(err)
		}
	}
	meta := "Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
	if a := w.call("GET", w.tabs("/sky"), "", meta).is(w, 200, `"kind":"PartialObjectMetadata"`, `"name":"sky"`); strings.Contains(a.body, "blue") {
		w.Errorf("metadata with a spec: %s", a.body)
	}
	w.call("GET", w.tabs(""), "", "Accept: application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1").is(w, 200, "PartialObjectMetadataList", "sky")
	w.call("GET", w.tabs("?includeObject=Object"), "", "Accept: application/json;as=Table;g=meta.k8s.io;v=v1").is(w, 200, `"kind":"Table"`, `"name":"Spec"`, `"color":"blue"`)
	w.call("GET", w.tabs("?limit=1"), "").is(w, 200, `"continue"`)
	w.call("GET", "/apis/e6.example.com/v1/crontabs", "").is(w, 200, `"name":"sky"`)
}

// lines reads a watch line by line.
func (w *world) lines(ctx context.Context, path string) func() string {
	w.Helper()
	client, err := rest.HTTPClientFor(w.config())
	if err != nil {
		w.Fatal(err)
	}
	req, err := http.NewRequestWithContext(ctx, "GET", w.url(path), nil)
	if err != nil {
		w.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { resp.Body.Close() })
	dec := json.NewDecoder(resp.Body)
	return func() string {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			w.Fatalf("%s: %v", path, err)
		}
		return string(raw)
	}
}

func customOwners(w *world) {
	w.apply(tab("parent", ""))
	uid := w.field("ct/parent", ".metadata.uid")
	ref := `"ownerReferences":[{"apiVersion":"e6.example.com/v1","kind":"CronTab","name":"parent","uid":"` + uid + `","blockOwnerDeletion":true}]`
	w.call("POST", "configmaps", configMap("built-in-child", "", ","+ref)).is(w, 201)
	w.call("POST", w.tabs(""), `{"apiVersion":"e6.example.com/v1","kind":"CronTab","metadata":{"name":"child",`+ref+`}}`).is(w, 201)
	w.call("POST", w.tabs(""), `{"apiVersion":"e6.example.com/v1","kind":"CronTab","metadata":{"name":"orphan","ownerReferences":[{"apiVersion":"e6.example.com/v1","kind":"CronTab","name":"nobody","uid":"no-such-uid"}]}}`).is(w, 201)
	w.k("wait", "--for=delete", "ct/orphan", "--timeout=30s")
	w.k("delete", "ct", "parent", "--cascade=foreground", "--timeout=30s")
	w.call("GET", "configmaps/built-in-child", "").is(w, 404)
	w.call("GET", w.tabs("/child"), "").is(w, 404)
	w.apply(tab("parent", ""))
	w.call("POST", w.tabs(""), strings.ReplaceAll(`{"apiVersion":"e6.example.com/v1","kind":"CronTab","metadata":{"name":"kept",`+ref+`}}`, uid, w.field("ct/parent", ".metadata.uid"))).is(w, 201)
	w.k("delete", "ct", "parent", "--cascade=orphan", "--timeout=30s")
	if got := w.field("ct/kept", ".metadata.ownerReferences"); got != "" {
		w.Errorf("an orphan still has %s", got)
	}

	w.k("create", "namespace", w.ns+"-ending")
	w.call("POST", "/apis/e6.example.com/v1/namespaces/"+w.ns+"-ending/crontabs", `{"apiVersion":"e6.example.com/v1","kind":"CronTab","metadata":{"name":"inside"}}`).is(w, 201)
	w.k("delete", "namespace", w.ns+"-ending", "--timeout=60s")
}

// customRules: quota, RBAC and gantry's own verbs know custom kinds as they know others.
func customRules(w *world) {
	w.k("delete", "ct", "--all")
	w.k("create", "quota", "tabs", "--hard=count/crontabs.e6.example.com=1")
	w.eventually("the count of the quota", func() error {
		return want(w.field("quota/tabs", ".status.hard"), "count/crontabs.e6.example.com")
	})
	w.apply(tab("first", ""))
	w.call("POST", w.tabs(""), `{"apiVersion":"e6.example.com/v1","kind":"CronTab","metadata":{"name":"second"}}`).is(w, 403, "exceeded quota", "count/crontabs.e6.example.com=1")
	w.k("delete", "quota", "tabs")

	w.k("create", "serviceaccount", "reader")
	token := w.k("create", "token", "reader")
	as := func(verb string) (string, error) {
		return w.tryKubectl("", "--kubeconfig="+w.withToken(token), "-n", w.ns, verb, "ct", "first")
	}
	if out, err := as("get"); err == nil {
		w.Errorf("nobody allowed this: %s", out)
	}
	w.k("create", "role", "reader", "--verb=get,list", "--resource=crontabs.e6.example.com")
	w.k("create", "rolebinding", "reader", "--role=reader", "--serviceaccount="+w.ns+":reader")
	w.eventually("the reader's permission", func() error { _, err := as("get"); return err })
	if out, err := as("delete"); err == nil {
		w.Errorf("nobody allowed this: %s", out)
	}
	if out, err := w.gantry("explain", "ct/first", "-n", w.ns); err != nil || want(out, "CronTab", "first") != nil {
		w.Errorf("gantry explain: %v: %s", err, out)
	}
}

// TestE6Definitions: what becomes of definitions themselves.
func TestE6Definitions(t *testing.T) {
	w := newWorld(t)
	for _, line := range []struct {
		name string
		run  func(*world)
	}{{"live", definitionLive}, {"names", definitionNames}, {"refused", definitionRefused}, {"end", definitionEnd}, {"change", definitionChange}} {
		t.Run(line.name, func(t *testing.T) { line.run(w.sub(t)) })
	}
}

// widgets is a small cluster-scoped definition.
func widgets(group, plural, kind, more string) string {
	return fmt.Sprintf(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: %[2]s.%[1]s}
spec:
  group: %[1]s
  scope: Cluster
  names: {plural: %[2]s, kind: %[3]s}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {a: {type: string}%[4]s}}}}}}]
---
`, group, plural, kind, more)
}

// definitionLive: discovery and OpenAPI follow at once, with new ETags.
func definitionLive(w *world) {
	aggregated := "Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
	before := w.call("GET", "/apis", "", aggregated).header.Get("ETag")
	v2 := w.call("GET", "/openapi/v2", "").header.Get("ETag")
	w.define(widgets("live.example.com", "widgets", "Widget", ""), "widgets.live.example.com")
	a := w.call("GET", "/apis", "", aggregated).is(w, 200, `"name":"live.example.com"`, `"resource":"widgets"`)
	if after := a.header.Get("ETag"); after == before || after == "" {
		w.Errorf("the ETag of discovery is still %s", after)
	}
	w.call("GET", "/apis", "", aggregated, "If-None-Match: "+a.header.Get("ETag")).is(w, 304)
	w.call("GET", "/apis", "").is(w, 200, `"live.example.com/v1"`)
	w.call("GET", "/apis/live.example.com", "").is(w, 200, `"preferredVersion"`)
	w.call("GET", "/apis/live.example.com/v1", "").is(w, 200, `"name":"widgets"`, `"kind":"Widget"`, `"storageVersionHash"`)
	w.call("GET", "/openapi/v3", "").is(w, 200, `apis/live.example.com/v1?hash=`)
	w.call("GET", "/openapi/v3/apis/live.example.com/v1", "").is(w, 200, "com.example.live.v1.Widget")
	doc := w.call("GET", "/openapi/v2", "").is(w, 200, "com.example.live.v1.Widget", "io.k8s.api.core.v1.Pod")
	if doc.header.Get("ETag") == v2 {
		w.Error("the ETag of OpenAPI v2 has not changed")
	}
	w.call("POST", "/apis/live.example.com/v1/widgets", `{"apiVersion":"live.example.com/v1","kind":"Widget","metadata":{"name":"a"}}`).is(w, 201)
	w.call("GET", "/apis/live.example.com/v1/namespaces/default/widgets", "").is(w, 404)
	w.k("delete", "crd", "widgets.live.example.com", "--timeout=30s")
	w.call("GET", "/apis/live.example.com", "").is(w, 404)
	w.call("GET", "/apis/live.example.com/v1/widgets", "").is(w, 404)
}

func definitionNames(w *world) {
	w.define(widgets("names.example.com", "ones", "Same", ""), "ones.names.example.com")
	w.apply(widgets("names.example.com", "twos", "Same", ""))
	w.ready("condition=NamesAccepted=false", "crd/twos.names.example.com")
	if got := w.field("crd/twos.names.example.com", `.status.conditions[?(@.type=="NamesAccepted")]`); want(got, "Conflict", `\"SameList\" is already in use`) != nil {
		w.Errorf("two definitions of one kind: %s", got)
	}
	w.call("GET", "/apis/names.example.com/v1/twos", "").is(w, 404)
	w.k("delete", "crd", "ones.names.example.com", "--timeout=30s")
	w.ready("condition=Established", "crd/twos.names.example.com")
	w.k("delete", "crd", "twos.names.example.com", "--timeout=30s")
}

func definitionRefused(w *world) {
	for _, c := range []struct {
		manifest string
		words    []string
	}{
		{strings.Replace(widgets("bad.example.com", "widgets", "Widget", ""), "name: widgets.bad", "name: gadgets.bad", 1), []string{"metadata.name", "must be spec.names.plural"}},
		{widgets("bad.example.com", "widgets", "Widget", ", b: {description: untyped}"), []string{"properties[b].type", "must not be empty for specified object fields"}},
		{widgets("bad.example.com", "widgets", "Widget", `, b: {type: string, x-kubernetes-validations: [{rule: "self.nope"}]}`), []string{"compilation failed"}},
		{widgets("bad.example.com", "widgets", "Widget", `, b: {type: array, items: {type: array, items: {type: string, x-kubernetes-validations: [{rule: "self.matches('a+')"}]}}}`), []string{"exceeds budget"}},
		{widgets("bad.example.com", "widgets", "Widget", `, b: {type: integer, default: x}`), []string{"default", "must be of type integer"}},
		{widgets("gadgets.k8s.io", "gadgets", "Gadget", ""), []string{"api-approved.kubernetes.io"}},
	} {
		if _, err := w.tryKubectl(c.manifest, "create", "-f", "-"); err == nil {
			w.Errorf("not refused, want %q", c.words)
			w.k("delete", "-f", "-")
		} else if err := want(err.Error(), c.words...); err != nil {
			w.Error(err)
		}
	}
}

// definitionEnd: objects go with their definition, those with finalizers first have their way.
func definitionEnd(w *world) {
	w.define(widgets("end.example.com", "widgets", "Widget", ""), "widgets.end.example.com")
	make := func(name, meta string) answer {
		return w.call("POST", "/apis/end.example.com/v1/widgets", `{"apiVersion":"end.example.com/v1","kind":"Widget","metadata":{"name":"`+name+`"`+meta+`}}`)
	}
	make("easy", "").is(w, 201)
	make("held", `,"finalizers":["example.com/hold"]`).is(w, 201)
	w.k("delete", "crd", "widgets.end.example.com", "--wait=false")
	w.eventually("the end of what nobody holds", func() error {
		if a := w.call("GET", "/apis/end.example.com/v1/widgets/easy", ""); a.status != 404 {
			return errStill
		}
		return nil
	})
	make("late", "").is(w, 403, "create not allowed while custom resource definition is terminating")
	w.call("GET", "/apis/end.example.com/v1", "").is(w, 200, `"verbs":["delete","deletecollection","get","list","watch"]`)
	if got := w.field("crd/widgets.end.example.com", ".metadata.finalizers"); want(got, "customresourcecleanup.apiextensions.k8s.io") != nil {
		w.Errorf("finalizers: %s", got)
	}
	w.call("PATCH", "/apis/end.example.com/v1/widgets/held", `{"metadata":{"finalizers":null}}`, "Content-Type: application/merge-patch+json").is(w, 200)
	w.k("wait", "--for=delete", "crd/widgets.end.example.com", "--timeout=30s")
}

// definitionChange: a changed schema counts for old objects at once.
func definitionChange(w *world) {
	const path = "/apis/change.example.com/v1/widgets/old"
	w.define(widgets("change.example.com", "widgets", "Widget", ""), "widgets.change.example.com")
	w.call("POST", strings.TrimSuffix(path, "/old"), `{"apiVersion":"change.example.com/v1","kind":"Widget","metadata":{"name":"old"},"spec":{"a":"too long"}}`).is(w, 201)
	w.apply(widgets("change.example.com", "widgets", "Widget", ", b: {type: string, default: new}, c: {type: string}"))
	w.call("GET", path, "").is(w, 200, `"b":"new"`)
	w.apply(strings.Replace(widgets("change.example.com", "widgets", "Widget", ", c: {type: string}"), "a: {type: string}", "a: {type: string, maxLength: 3}", 1))
	patch := "Content-Type: application/merge-patch+json"
	w.call("PATCH", path, `{"spec":{"c":"else"}}`, patch).is(w, 200) // what has not changed is not judged anew
	w.call("PATCH", path, `{"spec":{"a":"longer still"}}`, patch).is(w, 422, "spec.a")
	if got := w.field("crd/widgets.change.example.com", ".metadata.generation"); got != "3" {
		w.Errorf("generation %s, want 3", got)
	}
}
