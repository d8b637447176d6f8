package diff

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// hookServer is a webhook server that one of the two calls. It answers by its path and keeps what it was asked.
type hookServer struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string // "PATH BODY"
}

// answers of the hook server: the response of a review without its uid.
var hookAnswers = map[string]string{
	"/allow":   `{"allowed":true,"warnings":["looked at"],"auditAnnotations":{"k":"v"}}`,
	"/deny":    `{"allowed":false}`,
	"/teapot":  `{"allowed":false,"status":{"message":"short and stout","reason":"Teapot","code":418}}`,
	"/reason":  `{"allowed":false,"status":{"reason":"Forbidden"}}`,
	"/patch":   `{"allowed":true,"patchType":"JSONPatch","patch":"` + base64.StdEncoding.EncodeToString([]byte(`[{"op":"add","path":"/metadata/labels","value":{"patched":"yes"}}]`)) + `"}`,
	"/break":   `{"allowed":true,"patchType":"JSONPatch","patch":"` + base64.StdEncoding.EncodeToString([]byte(`[{"op":"add","path":"/metadata/labels","value":{"not a key":"x"}}]`)) + `"}`,
	"/nowhere": `{"allowed":true,"patchType":"JSONPatch","patch":"` + base64.StdEncoding.EncodeToString([]byte(`[{"op":"remove","path":"/nowhere"}]`)) + `"}`,
	"/mistype": `{"allowed":true,"patchType":"JSONPatch","patch":"` + base64.StdEncoding.EncodeToString([]byte(`[{"op":"add","path":"/data","value":7}]`)) + `"}`,
	"/untyped": `{"allowed":true,"patch":"W10="}`,
	"/merge":   `{"allowed":true,"patchType":"Merge","patch":"` + base64.StdEncoding.EncodeToString([]byte(`[{"op":"remove","path":"/data"}]`)) + `"}`,
}

func newHookServer(t *testing.T, s *server) *hookServer {
	h := &hookServer{}
	h.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		h.mu.Lock()
		h.asked = append(h.asked, r.URL.Path+" "+string(body))
		h.mu.Unlock()
		var review struct {
			Kind       string `json:"kind"`
			APIVersion string `json:"apiVersion"`
			Request    struct {
				UID string `json:"uid"`
			} `json:"request"`
		}
		_ = json.Unmarshal(body, &review) // a review without uid gets an answer without
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/text":
			w.Header().Set("Content-Type", "text/plain")
			fmt.Fprint(w, "hello")
		case "/500":
			http.Error(w, "out of order", http.StatusInternalServerError)
		case "/404":
			http.NotFound(w, r)
		case "/empty":
			fmt.Fprintf(w, `{"kind":%q,"apiVersion":%q}`, review.Kind, review.APIVersion)
		case "/other":
			fmt.Fprintf(w, `{"kind":%q,"apiVersion":%q,"response":{"uid":"other","allowed":true}}`, review.Kind, review.APIVersion)
		default:
			fmt.Fprintf(w, `{"kind":%q,"apiVersion":%q,"response":{"uid":%q,%s}`, review.Kind, review.APIVersion, review.Request.UID, hookAnswers[r.URL.Path][1:])
		}
	}))
	t.Cleanup(h.Close)
	s.vars["hook"] = h.URL
	s.vars["ca"] = base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: h.Certificate().Raw}))
	return h
}

// take returns what was asked since, made comparable, in the order of text: validating webhooks are asked at once.
func (h *hookServer) take(s *server) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []string
	for _, a := range h.asked {
		path, body, _ := strings.Cut(a, " ")
		var v map[string]any
		if err := json.Unmarshal([]byte(body), &v); err != nil {
			out = append(out, path+" "+body)
			continue
		}
		if rq, ok := v["request"].(map[string]any); ok {
			if who, _ := rq["userInfo"].(map[string]any); controller(who["username"]) {
				continue
			}
			rq["userInfo"] = "each server's own administrator"
		}
		b, err := json.MarshalIndent(s.mask("", v), "", "  ")
		if err != nil {
			b = []byte(err.Error())
		}
		out = append(out, path+" "+s.own(string(b)))
	}
	h.asked = nil
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// controller says that a write is by one of Gantry's own parts; the peer runs without controllers.
func controller(username any) bool {
	name, _ := username.(string)
	return name == "system:apiserver" || strings.HasPrefix(name, "system:kube-")
}

// TestHooks plays testdata/hooks.txt: requests as in stories, some of which are rules. kube-apiserver needs a while until
// a rule is in force; a block "PROBE STATUS METHOD PATH" asks both until they answer so. What webhooks were asked must be
// the same as well.
func TestHooks(t *testing.T) {
	steps := readStory(t, "testdata/hooks.txt")
	peer, gantry := both(t)
	allowed := readKnown(t)
	atPeer, atGantry := newHookServer(t, peer), newHookServer(t, gantry)
	for i, r := range steps {
		at := fmt.Sprintf("testdata/hooks.txt:%d", r.line)
		if r.method == "PROBE" {
			probe(t, at, r, peer, gantry)
			atPeer.take(peer)
			atGantry.take(gantry)
			continue
		}
		label := "hooks " + r.method + " " + r.path
		t.Run(fmt.Sprintf("%d %s %s", i, r.method, r.path), func(t *testing.T) {
			defer func() { // also when compare has skipped the rest
				atPeer.take(peer)
				atGantry.take(gantry)
			}()
			compare(t, allowed, label, peer, gantry, r, at)
			reason, known := allowed.reason(label)
			if a, b := atPeer.take(peer), atGantry.take(gantry); a != b && known {
				t.Skip("known difference: " + reason)
			} else if a != b {
				t.Errorf("%s: webhooks were asked\n--- by kube-apiserver\n+++ by gantry\n%s", at, unified(a, b))
			}
		})
	}
}

// probe asks until both servers answer with a status.
func probe(t *testing.T, at string, r request, servers ...*server) {
	t.Helper()
	status, rest, _ := strings.Cut(r.path, " ")
	r.method, r.path, _ = strings.Cut(rest, " ")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for _, s := range servers {
		for {
			a, err := s.ask(ctx, r)
			if err != nil {
				t.Fatalf("%s: %s: %v", at, s.name, err)
			}
			if fmt.Sprint(a.status) == status {
				break
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				t.Fatalf("%s: %s goes on answering %d %.300s", at, s.name, a.status, a.body)
			}
		}
	}
}
