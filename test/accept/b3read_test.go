package accept

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
)

func selectors(w *world) {
	for i, tier := range []string{"one", "two", "three"} {
		w.k("create", "configmap", fmt.Sprintf("sel-%d", i))
		w.k("label", "configmap", fmt.Sprintf("sel-%d", i), "tier="+tier, "set=sel")
	}
	for selector, names := range map[string]string{
		"tier=one": "sel-0", "tier in (one,two)": "sel-0 sel-1", "tier notin (one),set": "sel-1 sel-2", "tier!=two,set=sel": "sel-0 sel-2",
		"set,!tier": "", "tier": "sel-0 sel-1 sel-2",
	} {
		if got := w.k("get", "configmaps", "-l", selector, "-o", "jsonpath={.items[*].metadata.name}"); got != names {
			w.Errorf("%s selects %q, want %q", selector, got, names)
		}
	}
	if got := w.k("get", "configmaps", "--field-selector=metadata.name!=sel-1,metadata.namespace="+w.ns, "-l", "set=sel", "-o", "jsonpath={.items[*].metadata.name}"); got != "sel-0 sel-2" {
		w.Errorf("field selectors select %q", got)
	}
	w.refused([]string{"is not a known field selector"}, "get", "configmaps", "--field-selector=data.a=1")
	w.call("GET", "configmaps?labelSelector=,,", "").is(w, 400, "BadRequest")
	w.k("delete", "configmaps", "-l", "set=sel")
	if got := w.field("configmaps -l set=sel", ".items"); got != "[]" {
		w.Errorf("a collection was deleted but for %s", got)
	}
}

func pages(w *world) {
	const items = 10
	for i := range items {
		w.call("POST", "configmaps", configMap(fmt.Sprintf("page-%02d", i), "", `,"labels":{"set":"page"}`)).is(w, 201)
	}
	c, ctx := w.client(), w.Context()
	opts := metav1.ListOptions{Limit: 4, LabelSelector: "set=page"}
	var names []string
	rev := ""
	for page := 0; ; page++ {
		list, err := c.CoreV1().ConfigMaps(w.ns).List(ctx, opts)
		if err != nil {
			w.Fatal(err)
		}
		if rev != "" && list.ResourceVersion != rev {
			w.Errorf("page %d is of revision %s, the first was of %s", page, list.ResourceVersion, rev)
		}
		rev = list.ResourceVersion
		for i := range list.Items {
			names = append(names, list.Items[i].Name)
		}
		if opts.Continue = list.Continue; opts.Continue == "" {
			break
		}
		// What is made meanwhile belongs to none of the pages.
		w.call("POST", "configmaps", configMap(fmt.Sprintf("page-%02d-late", page), "", `,"labels":{"set":"page"}`)).is(w, 201)
	}
	if len(names) != items || names[items-1] != "page-09" {
		w.Errorf("the pages hold %v", names)
	}
	w.call("GET", "configmaps?limit=2", "").is(w, 200, `"continue":"`, `"remainingItemCount":`)
	w.call("GET", "configmaps?limit=2&continue=nonsense", "").is(w, 400, "continue")
	w.k("delete", "configmaps", "-l", "set=page")
}

func revisions(w *world) {
	made := w.call("POST", "configmaps", configMap("rev", `"a":"1"`, "")).is(w, 201)
	first := w.object(made).ResourceVersion
	w.k("patch", "configmap", "rev", "-p", `{"data":{"a":"2"}}`)
	list := "configmaps?fieldSelector=metadata.name%3Drev"
	w.call("GET", list+"&resourceVersion=0", "").is(w, 200, `"a":"`)
	w.call("GET", list+"&resourceVersion="+first+"&resourceVersionMatch=NotOlderThan", "").is(w, 200, `"a":"2"`)
	w.call("GET", list+"&resourceVersion="+first+"&resourceVersionMatch=Exact", "").is(w, 200, `"a":"1"`)
	w.call("GET", list+"&resourceVersionMatch=Exact", "").is(w, 422, "resourceVersionMatch")
	w.call("GET", list+"&resourceVersion=99999999999", "").is(w, 504, "Too large resource version")
	w.call("GET", list+"&resourceVersion=nonsense", "").is(w, 400, "nvalid")
	w.call("PUT", "configmaps/rev", configMap("rev", `"a":"3"`, `,"resourceVersion":"`+first+`"`)).is(w, 409, "the object has been modified")
	w.call("PUT", "configmaps/rev", configMap("rev", `"a":"3"`, "")).is(w, 200, `"a":"3"`) // without one, the last wins
	now := w.object(w.call("GET", "configmaps/rev", "")).ResourceVersion
	w.call("DELETE", "configmaps/rev", `{"preconditions":{"resourceVersion":"`+first+`"}}`).is(w, 409, "the ResourceVersion in the precondition")
	w.call("DELETE", "configmaps/rev", `{"preconditions":{"resourceVersion":"`+now+`"}}`).is(w, 200)
}

// object is the metadata of an answer.
func (w *world) object(a answer) metav1.ObjectMeta {
	w.Helper()
	var o metav1.PartialObjectMetadata
	if err := json.Unmarshal([]byte(a.body), &o); err != nil {
		w.Fatalf("%.300s: %v", a.body, err)
	}
	return o.ObjectMeta
}

// seen is the next event of a watch: "ADDED name value".
func seen(ctx context.Context, i watch.Interface) (string, error) {
	select {
	case ev, ok := <-i.ResultChan():
		if !ok {
			return "", errors.New("the watch has ended")
		}
		switch o := ev.Object.(type) {
		case *corev1.ConfigMap:
			return strings.TrimSpace(fmt.Sprintf("%s %s %s", ev.Type, o.Name, o.Data["a"])), nil
		case *metav1.Status:
			return fmt.Sprintf("%s %s %d", ev.Type, o.Reason, o.Code), nil
		default:
			return string(ev.Type), nil
		}
	case <-ctx.Done():
		return "", errors.New("no event came")
	}
}

// sees wants exactly these events, in their order.
func (w *world) sees(i watch.Interface, events ...string) {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), patience)
	defer cancel()
	for _, e := range events {
		if got, err := seen(ctx, i); err != nil || got != e {
			w.Fatalf("the watch tells %q %v, want %q", got, err, e)
		}
	}
}

func watches(w *world) {
	c, ctx := w.client().CoreV1().ConfigMaps(w.ns), w.Context()
	open := func(o metav1.ListOptions) watch.Interface {
		w.Helper()
		i, err := c.Watch(ctx, o)
		if err != nil {
			w.Fatal(err)
		}
		w.Cleanup(i.Stop)
		return i
	}
	list, err := c.List(ctx, metav1.ListOptions{})
	if err != nil {
		w.Fatal(err)
	}
	set := func(name, value string) {
		w.k("patch", "configmap", name, "-p", `{"data":{"a":"`+value+`"}}`)
	}
	live := open(metav1.ListOptions{ResourceVersion: list.ResourceVersion})
	mid := w.object(w.call("POST", "configmaps", configMap("watched", `"a":"1"`, `,"labels":{"in":"yes"}`))).ResourceVersion
	chosen := open(metav1.ListOptions{ResourceVersion: mid, LabelSelector: "in=yes"})
	set("watched", "2")
	w.k("label", "configmap", "watched", "in-")
	set("watched", "3")
	w.k("label", "configmap", "watched", "in=yes")
	w.k("delete", "configmap", "watched")
	w.sees(live, "ADDED watched 1", "MODIFIED watched 2", "MODIFIED watched 2", "MODIFIED watched 3", "MODIFIED watched 3", "DELETED watched 3")
	// Through a selector an object comes and goes.
	w.sees(chosen, "MODIFIED watched 2", "DELETED watched 2", "ADDED watched 3", "DELETED watched 3")
	// One that resumes sees what it missed, no more and no less.
	w.sees(open(metav1.ListOptions{ResourceVersion: mid}), "MODIFIED watched 2", "MODIFIED watched 2", "MODIFIED watched 3", "MODIFIED watched 3", "DELETED watched 3")

	// A list as a watch: what there is, a bookmark that says so, then changes; and resuming from the bookmark.
	w.call("POST", "configmaps", configMap("there", `"a":"1"`, "")).is(w, 201)
	yes := true
	stream := open(metav1.ListOptions{SendInitialEvents: &yes, AllowWatchBookmarks: true, FieldSelector: "metadata.name=there", ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan})
	w.sees(stream, "ADDED there 1")
	ev, ok := <-stream.ResultChan()
	mark, _ := ev.Object.(*corev1.ConfigMap)
	if !ok || ev.Type != watch.Bookmark || mark == nil || mark.Annotations[metav1.InitialEventsAnnotationKey] != "true" {
		w.Fatalf("after the first events: %v", ev)
	}
	set("there", "2")
	w.sees(stream, "MODIFIED there 2")
	w.sees(open(metav1.ListOptions{ResourceVersion: mark.ResourceVersion, FieldSelector: "metadata.name=there"}), "MODIFIED there 2")
	// A watch on nothing that changes is told how far it has come before its time is over.
	seconds := int64(3)
	quiet := open(metav1.ListOptions{ResourceVersion: mark.ResourceVersion, FieldSelector: "metadata.name=nothing", AllowWatchBookmarks: true, TimeoutSeconds: &seconds})
	set("there", "3")
	w.sees(quiet, "BOOKMARK")
	// What cannot be resumed says so.
	w.call("GET", "configmaps?watch=true&resourceVersion=99999999999&timeoutSeconds=1", "").is(w, 504, "Too large resource version")
	w.k("delete", "configmap", "there")
}

func mediaTypes(w *world) {
	const proto = "application/vnd.kubernetes.protobuf"
	a := w.call("POST", "configmaps", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: media}\ndata: {a: from yaml}\n", "Content-Type: application/yaml", "Accept: application/yaml")
	a.is(w, 201, "a: from yaml", "kind: ConfigMap")
	for accept, word := range map[string]string{
		"application/json": `"kind":"ConfigMap"`, "application/yaml": "kind: ConfigMap", proto: "k8s\x00",
		"application/json;as=Table;g=meta.k8s.io;v=v1":                 `"columnDefinitions"`,
		"application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1": `"kind":"PartialObjectMetadata"`,
		"text/html, */*;q=0.1":                                         `"kind":"ConfigMap"`,
	} {
		got := w.call("GET", "configmaps/media", "", "Accept: "+accept).is(w, 200, word)
		if mt, _, _ := strings.Cut(accept, ";"); !strings.Contains(accept, "*/*") && !strings.HasPrefix(got.header.Get("Content-Type"), mt) {
			w.Errorf("%s was answered as %s", accept, got.header.Get("Content-Type"))
		}
	}
	// What was read as protobuf can be written as such.
	b := w.call("GET", "configmaps/media", "", "Accept: "+proto)
	w.call("PUT", "configmaps/media", b.body, "Content-Type: "+proto).is(w, 200, "from yaml")
	w.call("GET", "configmaps/media", "", "Accept: text/html").is(w, 406, "NotAcceptable")
	w.call("POST", "configmaps", "a,b", "Content-Type: text/csv").is(w, 415, "UnsupportedMediaType")
	w.call("POST", "configmaps", "{", "Content-Type: application/json").is(w, 400)

	// client-go in protobuf, watch included.
	conf := w.config()
	conf.ContentType = proto
	c, err := kubernetes.NewForConfig(conf)
	if err != nil {
		w.Fatal(err)
	}
	cms, ctx := c.CoreV1().ConfigMaps(w.ns), w.Context()
	i, err := cms.Watch(ctx, metav1.ListOptions{FieldSelector: "metadata.name=binary"})
	if err != nil {
		w.Fatal(err)
	}
	defer i.Stop()
	if _, err := cms.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "binary"}, Data: map[string]string{"a": "1"}}, metav1.CreateOptions{}); err != nil {
		w.Fatal(err)
	}
	w.sees(i, "ADDED binary 1")
	list, err := cms.List(ctx, metav1.ListOptions{})
	if err != nil || len(list.Items) < 3 || list.Items[0].Name != "binary" {
		w.Errorf("the list in protobuf is %v %v", list, err)
	}
	w.k("delete", "configmap", "media", "binary")
}

func discoveries(w *world) {
	w.call("GET", "/api", "").is(w, 200, `"versions":["v1"]`)
	w.call("GET", "/apis", "").is(w, 200, `"name":"apps"`, `"preferredVersion"`)
	w.call("GET", "/api/v1", "").is(w, 200, `"name":"pods/eviction"`, `"shortNames":["po"]`)
	w.call("GET", "/apis/apps/v1", "").is(w, 200, `"name":"deployments/scale"`, `"group":"autoscaling"`)
	w.call("GET", "/apis", "", "Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList").is(w, 200, "APIGroupDiscoveryList", `"singularResource":"deployment"`)
	for _, path := range []string{"/healthz", "/livez", "/readyz", "/version"} {
		w.call("GET", path, "").is(w, 200)
	}
	w.call("GET", "/apis/nothing.example/v1", "").is(w, 404)
	groups, resources, err := w.client().Discovery().ServerGroupsAndResources()
	if err != nil || len(groups) < 8 || len(resources) < 8 {
		w.Errorf("client-go discovers %d groups, %d lists: %v", len(groups), len(resources), err)
	}
}

func openAPI(w *world) {
	index := w.call("GET", "/openapi/v3", "").is(w, 200, `"apis/apps/v1"`, `"serverRelativeURL"`)
	var paths struct {
		Paths map[string]struct {
			URL string `json:"serverRelativeURL"`
		} `json:"paths"`
	}
	if err := json.Unmarshal([]byte(index.body), &paths); err != nil {
		w.Fatal(err)
	}
	for _, gv := range []string{"api/v1", "apis/apps/v1", "apis/rbac.authorization.k8s.io/v1", "apis/policy/v1"} {
		doc := w.call("GET", paths.Paths[gv].URL, "").is(w, 200, `"openapi":"3.0.0"`, `"x-kubernetes-group-version-kind"`)
		if !json.Valid([]byte(doc.body)) {
			w.Errorf("the document of %s is damaged", gv)
		}
		if tag := doc.header.Get("Etag"); tag == "" {
			w.Errorf("the document of %s has no ETag", gv)
		} else if again := w.call("GET", paths.Paths[gv].URL, "", "If-None-Match: "+tag); again.status != http.StatusNotModified {
			w.Errorf("asked again, the document of %s comes with %d", gv, again.status)
		}
	}
	// kubectl's validation: on the client by OpenAPI, on the server by fieldValidation.
	bad := strings.Replace(webManifest, "replicas:", "replicaz:", 1)
	w.refused([]string{`unknown field "spec.replicaz"`}, "apply", "--dry-run=server", "-f", w.file("bad.yaml", bad))
	w.call("POST", "configmaps?fieldValidation=Strict", `{"metadata":{"name":"odd"},"datta":{}}`).is(w, 400, "strict decoding error", "datta")
	warned := w.call("POST", "configmaps?fieldValidation=Warn&dryRun=All", `{"metadata":{"name":"odd"},"datta":{}}`).is(w, 201)
	if err := want(warned.header.Get("Warning"), "datta"); err != nil {
		w.Error(err)
	}
}
