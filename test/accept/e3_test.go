package accept

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/websocket"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/rest"
)

// E3: lists and watches in all their forms.
func TestE3(t *testing.T) {
	w := newWorld(t)
	for _, v := range []verb{
		{"resourceVersionMatch", versionMatch}, {"refusals", listRefusals}, {"pages", pageTokens}, {"fields", fieldLabels},
		{"streaming list", streamingList}, {"selectors of a watch", selectedWatch}, {"tables", watchedTables}, {"metadata", watchedMetadata},
		{"WebSocket", watchedSocket}, {"old history", oldHistory},
	} {
		t.Run(v.name, func(t *testing.T) { v.test(w.sub(t)) })
	}
}

// named makes config maps and returns the revision of the last.
func (w *world) named(names ...string) (revision string) {
	w.Helper()
	for _, name := range names {
		revision = w.object(w.call("POST", "configmaps", configMap(name, "", `,"labels":{"set":"`+strings.Split(name, "-")[0]+`"}`)).is(w, 201)).ResourceVersion
	}
	return revision
}

func versionMatch(w *world) {
	old := w.named("match-a")
	w.named("match-b")
	list := "configmaps?labelSelector=set%3Dmatch&"
	count := func(query string, n int) {
		w.Helper()
		a := w.call("GET", list+query, "").is(w, 200)
		if got := strings.Count(a.body, `"name":"match-`); got != n {
			w.Errorf("%s lists %d, want %d", query, got, n)
		}
	}
	count("resourceVersion="+old+"&resourceVersionMatch=Exact", 1)
	count("resourceVersion="+old+"&resourceVersionMatch=NotOlderThan", 2)
	count("resourceVersion="+old, 2)
	count("resourceVersion="+old+"&limit=500", 1)
	count("resourceVersion=0&resourceVersionMatch=NotOlderThan", 2)
	count("resourceVersion=0", 2)
	if rv := w.listed(list + "resourceVersion=" + old + "&resourceVersionMatch=Exact"); rv != old {
		w.Errorf("an exact list is of %s, want %s", rv, old)
	}
}

// listed is the revision of a list.
func (w *world) listed(path string) string {
	w.Helper()
	var l struct{ Metadata metav1.ListMeta }
	if err := json.Unmarshal([]byte(w.call("GET", path, "").is(w, 200).body), &l); err != nil {
		w.Fatal(err)
	}
	return l.Metadata.ResourceVersion
}

func listRefusals(w *world) {
	for query, want := range map[string][]string{
		"resourceVersionMatch=Exact":                                       {"422", "resourceVersionMatch is forbidden unless resourceVersion is provided"},
		"resourceVersion=0&resourceVersionMatch=Exact":                     {"422", `resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"`},
		"resourceVersion=1&resourceVersionMatch=Odd":                       {"422", `Unsupported value: \"Odd\"`},
		"resourceVersion=1&resourceVersionMatch=Exact&continue=x":          {"422", "resourceVersionMatch is forbidden when continue is provided"},
		"sendInitialEvents=true":                                           {"422", "sendInitialEvents is forbidden for list"},
		"watch=1&sendInitialEvents=true":                                   {"422", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"},
		"watch=1&resourceVersionMatch=NotOlderThan":                        {"422", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"},
		"resourceVersion=x":                                                {"400", "invalid resource version"},
		"limit=x":                                                          {"400", "invalid syntax"},
		"continue=x":                                                       {"400", "invalid continue token"},
		"labelSelector=,,":                                                 {"400", "found ',', expected"},
		"fieldSelector=spec.a%3Db":                                         {"400", "is not a known field selector"},
		"resourceVersion=100000000":                                        {"504", "ResourceVersionTooLarge", `"reason":"Timeout"`, `"retryAfterSeconds":1`},
		"watch=1&resourceVersion=100000000":                                {"504", "ResourceVersionTooLarge"},
		"resourceVersion=100000000&resourceVersionMatch=Exact&timeout=10s": {"504", "Too large resource version"},
	} {
		a := w.call("GET", "configmaps?"+query, "")
		if want[0] != fmt.Sprint(a.status) {
			w.Errorf("%s: %d, want %s", query, a.status, want[0])
		}
		a.is(w, a.status, want[1:]...)
	}
}

func pageTokens(w *world) {
	w.named("page-a", "page-b", "page-c")
	first := w.call("GET", "configmaps?labelSelector=set%3Dpage&limit=1", "").is(w, 200, "page-a", `"continue":"`)
	if strings.Contains(first.body, "remainingItemCount") {
		w.Error("a filtered list counts what it has not looked at")
	}
	var l struct{ Metadata metav1.ListMeta }
	if err := json.Unmarshal([]byte(first.body), &l); err != nil {
		w.Fatal(err)
	}
	w.call("GET", "configmaps?labelSelector=set%3Dpage&limit=5&continue="+l.Metadata.Continue, "").is(w, 200, "page-b", "page-c")
	w.call("GET", "configmaps?continue="+l.Metadata.Continue+"&resourceVersion=1", "").is(w, 400, "specifying resource version is not allowed when using continue")
	w.call("GET", "/api/v1/configmaps?limit=1", "").is(w, 200, `"remainingItemCount":`)
}

// fieldLabels are what selectors of each kind may name.
func fieldLabels(w *world) {
	for path, words := range map[string]string{
		"/api/v1/pods?fieldSelector=spec.nodeName%3Dnone,status.phase!%3DRunning":                   "",
		"/api/v1/events?fieldSelector=involvedObject.kind%3DPod,reason%3Dx,type%3DNormal":           "",
		"/api/v1/nodes?fieldSelector=spec.unschedulable%3Dtrue":                                     "",
		"/api/v1/secrets?fieldSelector=type%3Dx":                                                    "",
		"/api/v1/services?fieldSelector=spec.type%3DNodePort,spec.clusterIP%3DNone":                 "",
		"/api/v1/replicationcontrollers?fieldSelector=status.replicas%3D7":                          "",
		"/apis/batch/v1/jobs?fieldSelector=status.successful%3D7":                                   "",
		"/apis/certificates.k8s.io/v1/certificatesigningrequests?fieldSelector=spec.signerName%3Dx": "",
		"/apis/resource.k8s.io/v1/resourceslices?fieldSelector=spec.nodeName%3Dx,spec.driver%3Dy":   "",
		"/api/v1/namespaces?fieldSelector=status.phase%3DTerminating,metadata.name%3Dx":             "",
		"/api/v1/pods?fieldSelector=spec.x%3Dy":                                                     "field label not supported: spec.x",
		"/apis/apps/v1/deployments?fieldSelector=spec.replicas%3D1":                                 `\"spec.replicas\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"`,
		"/api/v1/namespaces?fieldSelector=name%3Dx":                                                 "field label not supported: name",
		"/apis/batch/v1/jobs?fieldSelector=spec.x%3Dy":                                              `field label \"spec.x\" not supported for Job`,
		"/apis/resource.k8s.io/v1/resourceslices?fieldSelector=spec.x%3Dy":                          "field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: spec.x",
	} {
		if words == "" {
			w.call("GET", path, "").is(w, 200, `"items":[]`)
		} else {
			w.call("GET", path, "").is(w, 400, words)
		}
	}
}

// streamingList is a watch that begins with the state and says where that ends: what informers do since 1.35.
func streamingList(w *world) {
	w.named("stream-a", "stream-b")
	yes := true
	i, err := w.client().CoreV1().ConfigMaps(w.ns).Watch(w.Context(), metav1.ListOptions{LabelSelector: "set=stream",
		SendInitialEvents: &yes, ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan, AllowWatchBookmarks: true})
	if err != nil {
		w.Fatal(err)
	}
	defer i.Stop()
	for _, name := range []string{"stream-a", "stream-b"} {
		if got, err := seen(w.Context(), i); err != nil || !strings.HasPrefix(got, "ADDED "+name) {
			w.Fatalf("%q, %v, want ADDED %s", got, err, name)
		}
	}
	ev := <-i.ResultChan()
	if o, ok := ev.Object.(metav1.Object); ev.Type != watch.Bookmark || !ok || o.GetAnnotations()[metav1.InitialEventsAnnotationKey] != "true" || o.GetResourceVersion() == "" {
		w.Fatalf("the end of the initial events is %v", ev)
	}
	w.named("stream-c")
	if got, err := seen(w.Context(), i); err != nil || !strings.HasPrefix(got, "ADDED stream-c") {
		w.Errorf("%q, %v", got, err)
	}
}

// selectedWatch sees objects come and go as they start and stop to match.
func selectedWatch(w *world) {
	rev := w.named("come-a")
	i, err := w.client().CoreV1().ConfigMaps(w.ns).Watch(w.Context(), metav1.ListOptions{LabelSelector: "shown=yes", ResourceVersion: rev})
	if err != nil {
		w.Fatal(err)
	}
	defer i.Stop()
	w.k("label", "configmap", "come-a", "shown=yes")
	w.k("annotate", "configmap", "come-a", "a=b")
	w.k("label", "configmap", "come-a", "shown=no", "--overwrite")
	w.k("label", "configmap", "come-a", "shown=yes", "--overwrite")
	w.k("delete", "configmap", "come-a")
	for _, want := range []string{"ADDED", "MODIFIED", "DELETED", "ADDED", "DELETED"} {
		if got, err := seen(w.Context(), i); err != nil || !strings.HasPrefix(got, want+" come-a") {
			w.Errorf("%q, %v, want %s", got, err, want)
		}
	}
}

const table = "Accept: application/json;as=Table;g=meta.k8s.io;v=v1"

// watchedTables are what kubectl get -w reads.
func watchedTables(w *world) {
	w.named("table-a")
	a := w.call("GET", "configmaps?watch=1&timeoutSeconds=1&labelSelector=set%3Dtable&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true", "", table)
	lines := strings.Split(strings.TrimSpace(a.body), "\n")
	if len(lines) < 2 || want(lines[0], `"type":"ADDED"`, `"kind":"Table"`, `"columnDefinitions":[{`, "table-a") != nil ||
		want(lines[1], `"type":"BOOKMARK"`, `"kind":"Table"`, `"k8s.io/initial-events-end":"true"`) != nil {
		w.Errorf("a watch of tables:\n%s", a.body)
	}
	w.call("GET", "configmaps?includeObject=Nonsense", "", table).is(w, 400, "must be 'Metadata', 'Object', 'None', or empty")
	w.call("GET", "configmaps/table-a?includeObject=Object", "", table).is(w, 200, `"object":{"kind":"ConfigMap","apiVersion":"v1"`)
}

// watchedMetadata is what metadata informers read.
func watchedMetadata(w *world) {
	w.call("POST", "configmaps", configMap("partial", `"secret":"yes"`, "")).is(w, 201)
	for path, words := range map[string][]string{
		"configmaps/partial": {`"kind":"PartialObjectMetadata"`}, "configmaps?fieldSelector=metadata.name%3Dpartial": {`"kind":"PartialObjectMetadataList"`},
		"configmaps?fieldSelector=metadata.name%3Dpartial&watch=1&timeoutSeconds=1": {`"type":"ADDED"`, `"kind":"PartialObjectMetadata"`},
	} {
		as := "PartialObjectMetadata"
		if strings.Contains(words[0], "List") {
			as = "PartialObjectMetadataList"
		}
		a := w.call("GET", path, "", "Accept: application/json;as="+as+";g=meta.k8s.io;v=v1").is(w, 200, words...)
		if strings.Contains(a.body, `"secret":"yes"`) {
			w.Errorf("%s shows more than metadata: %s", path, a.body)
		}
	}
}

func watchedSocket(w *world) {
	tlsConfig, err := rest.TLSConfigFor(w.config())
	if err != nil {
		w.Fatal(err)
	}
	c, err := websocket.NewConfig(strings.Replace(w.url("configmaps?watch=1&labelSelector=set%3Dsocket"), "https", "wss", 1), "https://"+w.listen)
	if err != nil {
		w.Fatal(err)
	}
	tlsConfig.NextProtos = []string{"http/1.1"}
	c.TlsConfig = tlsConfig
	ws, err := websocket.DialConfig(c)
	if err != nil {
		w.Fatal(err)
	}
	defer ws.Close()
	w.named("socket-a", "socket-b")
	for _, name := range []string{"socket-a", "socket-b"} {
		var message string
		if err := websocket.Message.Receive(ws, &message); err != nil {
			w.Fatal(err)
		}
		if err := want(message, `"type":"ADDED"`, `"name":"`+name+`"`); err != nil || strings.Count(message, `"type":`) != 1 {
			w.Errorf("a message: %v", err)
		}
	}
}

// oldHistory is refused as an event of the stream, so that clients list again.
func oldHistory(w *world) {
	a := w.call("GET", "configmaps?watch=1&resourceVersion=1&timeoutSeconds=1", "")
	if a.status != 200 || strings.Contains(a.body, `"type":"ERROR"`) && want(a.body, `"reason":"Expired"`, `"code":410`) != nil {
		w.Errorf("a watch from long ago: %d %.300s", a.status, a.body)
	}
}
