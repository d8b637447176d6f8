package accept

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"gantry.dev/gantry/internal/driver/host"
)

const (
	// hostileMemory bounds the server's memory through everything that is sent here: bodies are at most 3 MiB, and a
	// decoder takes some tens of times that, for as many requests as run at once.
	hostileMemory = 1 << 30
	// lingerers are connections that take their time.
	lingerers = 200
	mebibyte  = 1 << 20
)

// E14: malformed, huge, deeply nested and slow requests get their proper 4xx, cost bounded memory, and leave the server
// well.
func TestE14(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16514")
	server := in.start(t, "server", "--listen", in.listen)
	w := &world{t, in, "default"}
	w.call("POST", "configmaps", configMap("target", `"a":"b"`, "")).is(w, 201)
	slow := w.linger()
	for _, step := range []struct {
		name string
		test func(*world)
	}{
		{"bodies", hostileBodies}, {"patches", hostilePatches}, {"queries", hostileQueries}, {"paths", hostilePaths},
		{"headers", hostileHeaders}, {"many at once", hostileCrowd}, {"requests taken back", takenBack}, {"not TLS", notTLS},
	} {
		t.Run(step.name, func(t *testing.T) {
			w := w.sub(t)
			step.test(w)
			w.isWell()
		})
	}
	t.Run("slow clients", func(t *testing.T) { slow(w.sub(t)); w.sub(t).isWell() })
	peak, err := host.PeakOf(server.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("memory at most %d MiB", peak/mebibyte)
	if peak > hostileMemory {
		t.Errorf("the server has had %d MiB of memory, want at most %d", peak/mebibyte, hostileMemory/mebibyte)
	}
	if b, err := os.ReadFile(filepath.Join(in.dir, "gantry.log")); err != nil || strings.Contains(string(b), "panicked") {
		t.Errorf("the log (%v): %.4000s", err, b)
	}
}

// isWell wants the server to answer as ever.
func (w *world) isWell() {
	w.Helper()
	w.call("GET", "/readyz", "").is(w, 200)
	w.call("GET", "configmaps/target", "").is(w, 200, `"a":"b"`)
}

// is4xx wants a Status of a client's error.
func (a answer) is4xx(w *world, what string) {
	w.Helper()
	var st struct {
		Kind, Status, Message string
		Code                  int
	}
	err := json.Unmarshal([]byte(a.body), &st)
	if a.status < 400 || a.status >= 500 || err != nil || st.Kind != "Status" || st.Status != "Failure" || st.Code != a.status || st.Message == "" {
		w.Errorf("%s: %d %.500s, want a Status with a code of 4xx (%v)", what, a.status, a.body, err)
	}
}

// nested is a document that is deeper than any that is meant.
func nested(opening, closing string) string {
	const deep = 500_000
	return strings.Repeat(opening, deep) + strings.Repeat(closing, deep)
}

// bomb is YAML that grows by a factor of ten with each of its lines.
func bomb() string {
	var b strings.Builder
	b.WriteString("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bomb}\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n")
	for i := range 12 {
		a := fmt.Sprintf("*a%d", i)
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i+1, i+1, strings.Join([]string{a, a, a, a, a, a, a, a, a, a}, ","))
	}
	return b.String()
}

func hostileBodies(w *world) {
	const jsonType, yamlType, protobuf = "Content-Type: application/json", "Content-Type: application/yaml", "Content-Type: application/vnd.kubernetes.protobuf"
	huge := strings.Repeat("x", 3*mebibyte)
	for _, c := range []struct {
		name, media, body string
		code              int
	}{
		{"nothing", jsonType, " ", 400}, {"half an object", jsonType, `{"metadata":{"name":`, 400}, {"an array", jsonType, "[1,2]", 400}, {"a number", jsonType, "1e999999", 400},
		{"no text", jsonType, "\xff\xfe\x00", 400}, {"no UTF-8", jsonType, "{\"metadata\":{\"name\":\"\xff\"}}", 422},
		{"nested arrays", jsonType, `{"data":` + nested("[", "]") + "}", 400}, {"nested objects", jsonType, nested(`{"a":`, "}"), 400},
		{"an endless number", jsonType, `{"metadata":{"generation":` + strings.Repeat("9", mebibyte) + "}}", 400},
		{"many fields", jsonType, `{"metadata":{"name":"many"},` + strings.Repeat(`"f":1,`, 100_000) + `"g":1}`, 201},
		{"a huge string", jsonType, `{"metadata":{"name":"huge"},"data":{"a":"` + huge + `"}}`, 413},
		{"more than a ConfigMap holds", jsonType, `{"metadata":{"name":"big"},"data":{"a":"` + huge[:2*mebibyte] + `"}}`, 422},
		{"a bomb", yamlType, bomb(), 400}, {"nested YAML", yamlType, "a: " + nested("[", "]"), 400}, {"nested YAML maps", yamlType, nested("{a: ", "}"), 400},
		{"YAML of tabs", yamlType, "\t\t: x", 400}, {"an anchor on itself", yamlType, "a: &a [*a]", 400}, {"a huge YAML", yamlType, huge + huge, 413},
		{"no envelope", protobuf, "nonsense", 400}, {"an empty envelope", protobuf, "k8s\x00", 400}, {"a length of all", protobuf, "k8s\x00\x0a\xff\xff\xff\xff\x0f", 400},
		{"nested groups", protobuf, "k8s\x00" + strings.Repeat("\x0b", mebibyte), 400}, {"nested messages", protobuf, "k8s\x00" + strings.Repeat("\x0a\x80\x80\x40", 100_000), 400},
		{"no type", "Content-Type: image/png", "x", 415}, {"a type of nonsense", "Content-Type: ;;;", "{}", 415},
	} {
		for path, method := range map[string]string{"configmaps?dryRun=All": "POST", "configmaps/target?dryRun=All": "PUT"} {
			a := w.call(method, path, c.body, c.media)
			if c.code == 201 && a.status < 300 {
				continue
			}
			if a.is4xx(w, method+" of "+c.name); method == "POST" && a.status != c.code {
				w.Errorf("%s: %d %.300s, want %d", c.name, a.status, a.body, c.code)
			}
		}
	}
	// Without a length in front, a body is counted as it comes.
	a, err := call(w.Context(), w.config(), "POST", w.url("configmaps"), huge+huge, "Content-Type: application/json", "Transfer-Encoding: chunked")
	if err == nil {
		a.is(w, 413, "RequestEntityTooLarge")
	}
	for _, body := range []string{"{", "[]", `{"gracePeriodSeconds":"x"}`, `{"preconditions":{"uid":5}}`, nested("[", "]")} {
		w.call("DELETE", "configmaps/none", body).is4xx(w, "DELETE with "+body[:min(len(body), 40)])
	}
}

func hostilePatches(w *world) {
	const j, m, s, a = "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"
	var doubling strings.Builder // the value grows by a factor of two with each operation
	doubling.WriteString(`[{"op":"add","path":"/data/x0","value":"` + strings.Repeat("x", 1000) + `"}`)
	for i := range 40 {
		fmt.Fprintf(&doubling, `,{"op":"copy","from":"/data","path":"/metadata/annotations"},{"op":"copy","from":"/metadata","path":"/data/x%d"}`, i)
	}
	doubling.WriteString("]")
	for _, c := range []struct{ name, media, body string }{
		{"nothing", j, " "}, {"nothing", m, " "}, {"nothing", s, " "}, {"nothing", a, " "},
		{"an object", j, "{}"}, {"an array", m, "[]"}, {"an array", s, "[]"}, {"an array", a, "[]"},
		{"an unknown operation", j, `[{"op":"x","path":"/a"}]`}, {"a path of nonsense", j, `[{"op":"add","path":"nonsense","value":1}]`},
		{"a path that is not there", j, `[{"op":"remove","path":"/a/b/c"}]`}, {"a move into itself", j, `[{"op":"move","from":"/metadata","path":"/metadata/labels"}]`},
		{"an index beyond", j, `[{"op":"add","path":"/metadata/finalizers/99999999999","value":"x"}]`},
		{"too many operations", j, "[" + strings.Repeat(`{"op":"test","path":"/a"},`, 10_001) + `{"op":"test","path":"/a"}]`},
		{"doubling", j, doubling.String()}, {"nested", j, nested("[", "]")}, {"nested", m, `{"data":` + nested(`{"a":`, "}") + "}"}, {"nested", s, `{"metadata":{"labels":` + nested("[", "]") + "}}"},
		{"nested", a, "a: " + nested("[", "]")}, {"a bomb", a, bomb()}, {"another kind", a, "{apiVersion: v1, kind: Secret, metadata: {name: target}}"},
		{"a wrong type", m, `{"data":[1]}`}, {"a wrong type", s, `{"data":{"a":{"b":1}}}`}, {"directives of nonsense", s, `{"$patch":"nonsense"}`}, {"an order of nonsense", s, `{"metadata":{"$setElementOrder/finalizers":1,"finalizers":["a.b/c"]}}`},
		{"another name", m, `{"metadata":{"name":"other"}}`}, {"a huge one", m, `{"data":{"a":"` + strings.Repeat("x", 3*mebibyte) + `"}}`}, {"an unknown type", "application/nonsense", "{}"},
	} {
		w.call("PATCH", "configmaps/target?fieldManager=e14", c.body, "Content-Type: "+c.media).is4xx(w, c.media+" of "+c.name)
	}
}

func hostileQueries(w *world) {
	long := strings.Repeat("a", 60_000)
	for _, q := range []string{
		"labelSelector=,,", "labelSelector=a+in+(", "labelSelector=" + strings.Repeat("(", 10_000), "labelSelector=" + long + "%3D" + long, "labelSelector=a%3Db%3Dc",
		"fieldSelector=nonsense", "fieldSelector=a%3Db", "fieldSelector=metadata.name%3D%5C",
		"continue=nonsense", "continue=" + long, "continue=e30", "continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiIuLi8uLi9zZWNyZXRzIn0",
		"resourceVersion=x", "resourceVersion=99999999999999999999", "resourceVersion=-1", "limit=x", "limit=99999999999999999999", "timeoutSeconds=x",
		"resourceVersionMatch=x", "resourceVersion=0&resourceVersionMatch=Exact", "sendInitialEvents=true",
	} {
		w.call("GET", "configmaps?"+q, "").is4xx(w, "?"+q[:min(len(q), 80)])
	}
	for _, q := range []string{"dryRun=x", "fieldValidation=x", "fieldManager=%00", "fieldManager=" + long, "timeout=x"} {
		w.call("POST", "configmaps?"+q, configMap("q", "", "")).is4xx(w, "?"+q[:min(len(q), 80)])
	}
}

func hostilePaths(w *world) {
	for _, path := range []string{
		"/api/v1/namespaces/default/configmaps/" + strings.Repeat("x", 100_000), "/api/v1/namespaces/" + strings.Repeat("a/", 10_000), "/api/v1/namespaces/default/configmaps/%2e%2e%2f%2e%2e%2fsecrets",
		"/api/v1/namespaces/default/configmaps/%00", "/api/v1/namespaces/default/configmaps/%ff%fe", "/api/v1/namespaces/default/../../secrets/x", "/apis/../api/v1/pods/x",
		"/apis/" + strings.Repeat("x", 100_000) + "/v1/things", "/clusters/../default/api", "/clusters/%00/api/v1/pods", "/openapi/v3/../../etc/passwd", "/api/v1/namespaces/default/pods/none/proxy/../../../x",
	} {
		if a := w.call("GET", path, ""); a.status < 300 || a.status >= 500 {
			w.Errorf("%.80s: %d %.200s", path, a.status, a.body)
		}
	}
}

func hostileHeaders(w *world) {
	for _, h := range []string{
		"Accept: " + strings.Repeat("application/json;as=x,", 2000), "Accept: ;;;", "Impersonate-User: \xff", "Impersonate-Extra-%zz: x", "Authorization: Bearer " + strings.Repeat("x", 100_000), "Authorization: Bearer a.b.c",
		"Authorization: Basic bm9uc2Vuc2U=", "If-None-Match: " + strings.Repeat(`"x",`, 10_000),
	} {
		if a := w.call("GET", "configmaps/target", "", h); a.status >= 500 {
			w.Errorf("%.60s: %d %.300s", h, a.status, a.body)
		}
	}
	// More than a header may have: refused, or cut off before it is all there.
	if a, err := call(w.Context(), w.config(), "GET", w.url("configmaps/target"), "", "X-Long: "+strings.Repeat("x", 8*mebibyte)); err == nil && a.status != 431 {
		w.Errorf("a header of 8 MiB: %d", a.status)
	}
}

// hostileCrowd sends what is expensive to refuse from many clients at once.
func hostileCrowd(w *world) {
	const clients = 32
	bodies := []struct{ media, body string }{{"application/yaml", bomb()}, {"application/json", `{"data":` + nested("[", "]") + "}"}, {"application/json", strings.Repeat("[", 3*mebibyte-1)}, {"application/yaml", "a: " + nested("[", "]")}}
	cfg, url := w.config(), w.url("configmaps")
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			for _, b := range bodies {
				a, err := call(w.Context(), cfg, "POST", url, b.body, "Content-Type: "+b.media)
				if err != nil || a.status < 400 || a.status >= 500 {
					w.Errorf("client %d: %d %.200s %v", i, a.status, a.body, err)
				}
			}
		})
	}
	wg.Wait()
}

// takenBack opens requests and gives them up at once, as in the attack that is known as rapid reset.
func takenBack(w *world) {
	client, err := rest.HTTPClientFor(w.config())
	if err != nil {
		w.Fatal(err)
	}
	url := w.url("configmaps?watch=1")
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 100 {
				ctx, cancel := context.WithCancel(w.Context())
				req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
				if err != nil {
					w.Error(err)
				}
				go cancel()
				if res, err := client.Do(req); err == nil {
					_, _ = io.Copy(io.Discard, res.Body) // it ends with its context
					res.Body.Close()
				}
			}
		})
	}
	wg.Wait()
}

// notTLS speaks HTTP, and nothing at all, where TLS is spoken.
func notTLS(w *world) {
	for _, say := range []string{"GET / HTTP/1.1\r\nHost: x\r\n\r\n", strings.Repeat("\x00", 1000), "\x16\x03\x01\xff\xff"} {
		conn, err := net.Dial("tcp", w.listen)
		if err != nil {
			w.Fatal(err)
		}
		if _, err := io.WriteString(conn, say); err != nil {
			w.Error(err)
		}
		if strings.HasPrefix(say, "GET") {
			if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
				w.Error(err)
			}
			if b, err := io.ReadAll(conn); want(string(b), "400") != nil {
				w.Errorf("plain HTTP got %q %v", b, err)
			}
		}
		conn.Close()
	}
}

// linger opens connections that say a little and then nothing, and returns what waits until the server has had enough.
func (w *world) linger() func(*world) {
	w.Helper()
	cfg, err := clientcmd.BuildConfigFromFlags("", filepath.Join(w.dir, "kubeconfig"))
	if err != nil {
		w.Fatal(err)
	}
	conf, err := rest.TLSConfigFor(cfg)
	if err != nil {
		w.Fatal(err)
	}
	conf.NextProtos = []string{"http/1.1"}
	conf.ServerName = "localhost"
	conns := make([]net.Conn, lingerers)
	for i := range conns {
		c, err := tls.Dial("tcp", w.listen, conf)
		if err != nil {
			w.Fatal(err)
		}
		w.Cleanup(func() { c.Close() })
		if _, err := io.WriteString(c, "GET /api/v1/namespaces HTTP/1.1\r\nHost: x\r\nX-Slow: "); err != nil {
			w.Fatal(err)
		}
		conns[i] = c
	}
	return func(w *world) {
		for i, c := range conns {
			if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
				w.Fatal(err)
			}
			if _, err := io.ReadAll(c); err != nil && os.IsTimeout(err) {
				w.Fatalf("connection %d is still open", i)
			}
		}
	}
}
