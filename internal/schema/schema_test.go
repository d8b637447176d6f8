package schema

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

func newSchema(tb testing.TB) *Schema {
	tb.Helper()
	s, err := New()
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

const podYAML = `apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: default
  labels: {app: web}
spec:
  containers:
  - name: web
    image: nginx
    ports: [{containerPort: 80}]
`

func TestPodFromRequestToBytes(t *testing.T) {
	s := newSchema(t)
	k := s.Kind(api.Resource{Name: "pods"})
	obj, warn, err := s.DecodeRequest(k, "", "v1", "application/yaml", []byte(podYAML), Strict)
	if err != nil || len(warn) > 0 {
		t.Fatal(err, warn)
	}
	body, memo, err := s.Encode(k, obj)
	if err != nil {
		t.Fatal(err)
	}
	rec := &store.Record{Key: api.Key{Resource: k.Resource, Cluster: api.Host, Namespace: "default", Name: "web"}, Rev: 42, Body: body}
	rec.Memo.Store(memo)
	typed, err := s.Typed(k, rec)
	if err != nil {
		t.Fatal(err)
	}
	if p := typed.(*corev1.Pod); p.ResourceVersion != "42" || p.Spec.RestartPolicy != corev1.RestartPolicyAlways {
		t.Fatalf("typed pod: resourceVersion %q, restartPolicy %q", p.ResourceVersion, p.Spec.RestartPolicy)
	}
	got, err := s.AppendObject(nil, k, rec, Form{Version: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(got), `{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"42","name":"web"`) {
		t.Fatalf("got %s", got)
	}
}
