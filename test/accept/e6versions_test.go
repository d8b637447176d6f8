package accept

import (
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// twoVersions is a definition with two versions: v1 says host and port in one text, v2 apart.
func twoVersions(group, storage, conversion string) string {
	return strings.NewReplacer("GROUP", group, "V1STORED", yes(storage == "v1"), "V2STORED", yes(storage == "v2"), "CONVERSION", conversion).Replace(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: places.GROUP}
spec:
  group: GROUP
  scope: Namespaced
  names: {plural: places, singular: place, kind: Place}
  conversion: CONVERSION
  versions:
  - name: v1
    served: true
    storage: V1STORED
    deprecated: true
    schema: {openAPIV3Schema: {type: object, properties: {hostPort: {type: string}, status: {type: object, x-kubernetes-preserve-unknown-fields: true}}}}
    subresources: {status: {}}
    additionalPrinterColumns: [{name: HostPort, type: string, jsonPath: .hostPort}]
  - name: v2
    served: true
    storage: V2STORED
    schema: {openAPIV3Schema: {type: object, properties: {host: {type: string}, port: {type: string}, status: {type: object, x-kubernetes-preserve-unknown-fields: true}}}}
    subresources: {status: {}}
    selectableFields: [{jsonPath: .host}]
    additionalPrinterColumns: [{name: Host, type: string, jsonPath: .host}, {name: Port, type: string, jsonPath: .port}]
`)
}

func yes(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// converter is a conversion webhook of Places. While broken is set, it refuses.
type converter struct {
	*httptest.Server
	calls  atomic.Int64
	broken atomic.Bool
}

func newConverter(t *testing.T) *converter {
	c := &converter{}
	c.Server = httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		c.calls.Add(1)
		var review apiextensionsv1.ConversionReview
		if err := json.NewDecoder(r.Body).Decode(&review); err != nil {
			http.Error(rw, err.Error(), http.StatusBadRequest)
			return
		}
		review.Response = &apiextensionsv1.ConversionResponse{UID: review.Request.UID, Result: metav1.Status{Status: metav1.StatusSuccess}}
		if c.broken.Load() {
			review.Response.Result = metav1.Status{Status: metav1.StatusFailure, Message: "the converter is on holiday"}
		}
		for _, o := range review.Request.Objects {
			u := &unstructured.Unstructured{}
			if err := u.UnmarshalJSON(o.Raw); err != nil {
				http.Error(rw, err.Error(), http.StatusBadRequest)
				return
			}
			convertPlace(u, review.Request.DesiredAPIVersion)
			review.Response.ConvertedObjects = append(review.Response.ConvertedObjects, runtime.RawExtension{Object: u})
		}
		review.Request = nil
		rw.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(rw).Encode(&review); err != nil {
			t.Log(err)
		}
	}))
	t.Cleanup(c.Close)
	return c
}

func convertPlace(u *unstructured.Unstructured, to string) {
	if strings.HasSuffix(to, "/v2") {
		text, _, _ := unstructured.NestedString(u.Object, "hostPort")
		u.Object["host"], u.Object["port"], _ = strings.Cut(text, ":")
		delete(u.Object, "hostPort")
	} else {
		host, _, _ := unstructured.NestedString(u.Object, "host")
		port, _, _ := unstructured.NestedString(u.Object, "port")
		u.Object["hostPort"] = host + ":" + port
		delete(u.Object, "host")
		delete(u.Object, "port")
	}
	u.SetAPIVersion(to)
}

// conversion is the definition's word for the converter.
func (c *converter) conversion() string {
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate().Raw})
	b, err := json.Marshal(map[string]any{"strategy": "Webhook", "webhook": map[string]any{
		"conversionReviewVersions": []string{"v1"}, "clientConfig": map[string]any{"url": c.URL, "caBundle": ca}}})
	if err != nil {
		panic(err)
	}
	return string(b)
}

// TestE6Versions: one kind in several versions, which differ in name only, or are converted by a webhook.
func TestE6Versions(t *testing.T) {
	w := newWorld(t)
	t.Run("none", func(t *testing.T) { versionsByName(w.sub(t)) })
	t.Run("webhook", func(t *testing.T) { versionsByWebhook(w.sub(t), newConverter(t)) })
}

func versionsByName(w *world) {
	w.define(twoVersions("none.example.com", "v1", "{strategy: None}"), "places.none.example.com")
	at := func(version string) string {
		return "/apis/none.example.com/" + version + "/namespaces/" + w.ns + "/places"
	}
	w.call("POST", at("v1"), `{"apiVersion":"none.example.com/v1","kind":"Place","metadata":{"name":"a"},"hostPort":"h:1"}`).is(w, 201, `"hostPort":"h:1"`)
	a := w.call("GET", at("v2")+"/a", "").is(w, 200, `"apiVersion":"none.example.com/v2"`)
	if strings.Contains(a.body, `"hostPort":"`) {
		w.Errorf("v2 knows no hostPort: %s", a.body)
	}
	if warned := w.call("GET", at("v1")+"/a", "").header.Get("Warning"); want(warned, "none.example.com/v1 Place is deprecated; use none.example.com/v2 Place") != nil {
		w.Errorf("warning %q", warned)
	}
	w.apply(twoVersions("none.example.com", "v2", "{strategy: None}"))
	if got := w.field("crd/places.none.example.com", ".status.storedVersions"); got != `["v1","v2"]` {
		w.Errorf("stored versions %s", got)
	}
	w.call("GET", at("v1")+"/a", "").is(w, 200, `"hostPort":"h:1"`) // still as it was stored
	w.call("POST", at("v2"), `{"apiVersion":"none.example.com/v2","kind":"Place","metadata":{"name":"b"},"host":"h"}`).is(w, 201)
	w.call("GET", at("v2")+"?fieldSelector=host%3Dh", "").is(w, 200, `"name":"b"`)
	w.refused([]string{"storedVersions"}, "patch", "crd", "places.none.example.com", "--type=json", "-p", `[{"op":"remove","path":"/spec/versions/0"}]`)
}

func versionsByWebhook(w *world, c *converter) {
	w.define(twoVersions("hook.example.com", "v1", c.conversion()), "places.hook.example.com")
	at := func(version string) string {
		return "/apis/hook.example.com/" + version + "/namespaces/" + w.ns + "/places"
	}
	w.call("POST", at("v1"), `{"apiVersion":"hook.example.com/v1","kind":"Place","metadata":{"name":"a","labels":{"x":"y"}},"hostPort":"h:1"}`).is(w, 201, `"hostPort":"h:1"`)
	w.call("GET", at("v2")+"/a", "").is(w, 200, `"host":"h"`, `"port":"1"`, `"x":"y"`)
	w.call("POST", at("v2"), `{"apiVersion":"hook.example.com/v2","kind":"Place","metadata":{"name":"b"},"host":"g","port":"2"}`).is(w, 201, `"host":"g"`)
	w.call("GET", at("v1"), "").is(w, 200, `"hostPort":"h:1"`, `"hostPort":"g:2"`)
	w.call("GET", at("v2"), "").is(w, 200, `"host":"h"`, `"host":"g"`)
	w.call("PATCH", at("v2")+"/b", `{"port":"3"}`, "Content-Type: application/merge-patch+json").is(w, 200, `"port":"3"`)
	w.call("PATCH", at("v2")+"/b/status", `{"status":{"seen":true}}`, "Content-Type: application/merge-patch+json").is(w, 200, `"seen":true`, `"port":"3"`)
	w.call("GET", at("v1")+"/b", "").is(w, 200, `"hostPort":"g:3"`, `"seen":true`)
	w.call("PATCH", at("v1")+"/b?fieldManager=one&force=true", `{"apiVersion":"hook.example.com/v1","kind":"Place","metadata":{"name":"b"},"hostPort":"g:4"}`, "Content-Type: application/apply-patch+yaml").is(w, 200, `"hostPort":"g:4"`)
	w.call("PATCH", at("v2")+"/b?fieldManager=two", `{"apiVersion":"hook.example.com/v2","kind":"Place","metadata":{"name":"b"},"port":"5"}`, "Content-Type: application/apply-patch+yaml").is(w, 409, "conflict")
	w.call("GET", at("v2")+"?fieldSelector=host%3Dg", "").is(w, 200, `"name":"b"`)
	if err := want(w.k("get", "places.v2.hook.example.com"), "HOST", "PORT", "g", "4"); err != nil {
		w.Error(err)
	}
	if c.calls.Load() == 0 {
		w.Error("the webhook was never called")
	}
	c.broken.Store(true)
	w.call("POST", at("v2"), `{"apiVersion":"hook.example.com/v2","kind":"Place","metadata":{"name":"c"},"host":"g","port":"2"}`).is(w, 500, "conversion webhook", "the converter is on holiday")
	w.call("GET", at("v1")+"/a", "").is(w, 200, `"hostPort":"h:1"`)
	c.broken.Store(false)
	w.k("delete", "crd", "places.hook.example.com", "--timeout=30s")
}
