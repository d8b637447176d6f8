package accept

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

// E5: the same objects in every content type.
func TestE5(t *testing.T) {
	w := newWorld(t)
	for _, v := range []verb{
		{"bodies", bodyTypes}, {"answers", answerTypes}, {"errors", errorTypes}, {"lists", listTypes}, {"refused", refusedTypes}, {"compression", compressed}, {"pretty", prettyPrinted},
	} {
		t.Run(v.name, func(t *testing.T) { v.test(w.sub(t)) })
	}
}

const protobufType = "application/vnd.kubernetes.protobuf"

// protobuf is an object as clients send it.
func (w *world) protobuf(o runtime.Object) string {
	w.Helper()
	info, ok := runtime.SerializerInfoForMediaType(scheme.Codecs.SupportedMediaTypes(), protobufType)
	if !ok {
		w.Fatal("no serializer for protobuf")
	}
	b, err := runtime.Encode(scheme.Codecs.EncoderForVersion(info.Serializer, corev1.SchemeGroupVersion), o)
	if err != nil {
		w.Fatal(err)
	}
	return string(b)
}

// decoded is an answer read by upstream's decoder.
func (w *world) decoded(a answer) runtime.Object {
	w.Helper()
	o, _, err := scheme.Codecs.UniversalDeserializer().Decode([]byte(a.body), nil, nil)
	if err != nil {
		w.Fatalf("%v: %.300q", err, a.body)
	}
	return o
}

func bodyTypes(w *world) {
	cm := &corev1.ConfigMap{Data: map[string]string{"a": "ü"}}
	for media, body := range map[string]string{
		"application/json": `{"metadata":{"name":"json"},"data":{"a":"ü"}}`, "application/json; charset=utf-8": `{"metadata":{"name":"charset"},"data":{"a":"ü"}}`,
		"application/yaml": "metadata: {name: yaml}\ndata: {a: ü}\n", protobufType: "",
	} {
		if media == protobufType {
			cm.Name = "protobuf"
			body = w.protobuf(cm)
		}
		w.call("POST", "configmaps", body, "Content-Type: "+media).is(w, 201, `"a":"ü"`)
	}
}

func answerTypes(w *world) {
	w.call("POST", "configmaps", configMap("answer", `"a":"1"`, "")).is(w, 201)
	a := w.call("GET", "configmaps/answer", "", "Accept: "+protobufType)
	if cm, ok := w.decoded(a).(*corev1.ConfigMap); !ok || cm.Data["a"] != "1" || cm.ResourceVersion == "" || a.header.Get("Content-Type") != protobufType {
		w.Errorf("protobuf: %s %v", a.header.Get("Content-Type"), cm)
	}
	a = w.call("GET", "configmaps/answer", "", "Accept: application/yaml")
	var o map[string]any
	if err := yaml.Unmarshal([]byte(a.body), &o); err != nil || o["kind"] != "ConfigMap" || a.header.Get("Content-Type") != "application/yaml" {
		w.Errorf("YAML: %v %.200s", err, a.body)
	}
	for accept, media := range map[string]string{
		"*/*": "application/json", "application/*": "application/json", "text/html,*/*;q=0.1": "application/json",
		"application/vnd.kubernetes.protobuf, */*":                                              protobufType,
		"application/json;as=Table;g=meta.k8s.io;v=v1,application/json":                         "application/json",
		"application/json;as=Nonsense;g=meta.k8s.io;v=v1,application/json":                      "application/json",
		"application/vnd.kubernetes.protobuf;as=Table;g=meta.k8s.io;v=v1beta9,application/json": "application/json",
	} {
		if got := w.call("GET", "configmaps/answer", "", "Accept: "+accept).header.Get("Content-Type"); got != media {
			w.Errorf("%s is answered as %s, want %s", accept, got, media)
		}
	}
}

// errorTypes are Status objects in the type that was asked for.
func errorTypes(w *world) {
	a := w.call("GET", "configmaps/none", "", "Accept: "+protobufType)
	if got := fmt.Sprint(w.decoded(a)); a.status != 404 || !strings.Contains(got, "NotFound") {
		w.Errorf("%d %s", a.status, got)
	}
	w.call("GET", "configmaps/none", "", "Accept: application/yaml").is(w, 404, "kind: Status", "reason: NotFound")
	w.call("GET", "configmaps/none", "", table).is(w, 404, `"kind":"Status"`)
}

func listTypes(w *world) {
	w.named("list-a", "list-b")
	a := w.call("GET", "configmaps?labelSelector=set%3Dlist", "", "Accept: "+protobufType)
	if l, ok := w.decoded(a).(*corev1.ConfigMapList); !ok || len(l.Items) != 2 || l.ResourceVersion == "" {
		w.Errorf("a list in protobuf: %v", l)
	}
	a = w.call("GET", "configmaps?labelSelector=set%3Dlist", "", "Accept: application/yaml").is(w, 200, "kind: ConfigMapList")
	var l corev1.ConfigMapList
	if err := yaml.Unmarshal([]byte(a.body), &l); err != nil || len(l.Items) != 2 {
		w.Errorf("a list in YAML: %v", err)
	}
	a = w.call("GET", "configmaps?labelSelector=set%3Dlist&watch=1&timeoutSeconds=1", "", "Accept: "+protobufType)
	if got := a.header.Get("Content-Type"); got != protobufType+";stream=watch" || strings.Count(a.body, "ADDED") != 2 {
		w.Errorf("a watch in protobuf: %s %d bytes", got, len(a.body))
	}
}

func refusedTypes(w *world) {
	w.call("POST", "configmaps", "x", "Content-Type: text/plain").is(w, 415, "UnsupportedMediaType")
	// CBOR is an alpha feature upstream, and off.
	w.call("POST", "configmaps", "\xa0", "Content-Type: application/cbor").is(w, 415)
	w.call("GET", "configmaps", "", "Accept: application/cbor").is(w, 406)
	w.call("GET", "configmaps", "", "Accept: text/html").is(w, 406, "NotAcceptable")
	w.call("GET", "configmaps?watch=1", "", "Accept: application/yaml").is(w, 406)
	w.call("POST", "configmaps", "k8s\x00\xff\xff", "Content-Type: "+protobufType).is(w, 400)
	w.call("POST", "configmaps", "{", "Content-Type: application/json").is(w, 400)
}

func compressed(w *world) {
	w.call("POST", "configmaps", configMap("big", `"a":"`+strings.Repeat("x", 200<<10)+`"`, "")).is(w, 201)
	a := w.call("GET", "configmaps/big", "", "Accept-Encoding: gzip")
	z, err := gzip.NewReader(strings.NewReader(a.body))
	if err != nil || a.header.Get("Content-Encoding") != "gzip" || len(a.body) > 20<<10 {
		w.Fatalf("%q, %d bytes, %v", a.header.Get("Content-Encoding"), len(a.body), err)
	}
	b, err := io.ReadAll(z)
	if err != nil || !json.Valid(b) {
		w.Errorf("what was compressed: %d bytes, %v", len(b), err)
	}
	if a := w.call("GET", "configmaps/big", "", "Accept-Encoding: identity"); a.header.Get("Content-Encoding") != "" {
		w.Errorf("compressed as %s although nobody asked", a.header.Get("Content-Encoding"))
	}
}

func prettyPrinted(w *world) {
	w.call("POST", "configmaps", configMap("pretty", "", "")).is(w, 201)
	plain := w.call("GET", "configmaps/pretty", "").body
	for _, a := range []answer{w.call("GET", "configmaps/pretty?pretty=true", ""), w.call("GET", "configmaps/pretty", "", "User-Agent: curl/8"), w.call("GET", "configmaps/pretty", "", "Accept: application/json;pretty=1")} {
		var short bytes.Buffer
		if err := json.Compact(&short, []byte(a.body)); err != nil || !strings.Contains(a.body, "\n  ") || short.String() != strings.TrimSpace(plain) {
			w.Errorf("%v: %.300s", err, a.body)
		}
	}
}
