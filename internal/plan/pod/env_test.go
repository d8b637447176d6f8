package pod

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

func parse[T any](t *testing.T, text string) *T {
	t.Helper()
	out := new(T)
	if err := yaml.UnmarshalStrict([]byte(text), out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestExpand(t *testing.T) {
	known := func(name string) (string, bool) { return "<" + name + ">", name == "A" || name == "B" }
	for in, want := range map[string]string{
		"": "", "plain": "plain", "$(A)": "<A>", "x$(A)y$(B)z": "x<A>y<B>z", "$(C)": "$(C)", "$$(A)": "$(A)", "$$$(A)": "$<A>",
		"$(A": "$(A", "$": "$", "a$b": "a$b", "$A": "$A", "$()": "$()", "100$": "100$",
	} {
		if got := Expand(in, known); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzExpand(f *testing.F) {
	f.Add("x$(A)$$(")
	f.Fuzz(func(t *testing.T, s string) {
		// Without a dollar there is nothing to expand, and what is not known stays.
		got := Expand(s, func(string) (string, bool) { return "", false })
		if !strings.Contains(s, "$$") && got != s {
			t.Errorf("%q became %q", s, got)
		}
	})
}

func TestEnv(t *testing.T) {
	p := parse[corev1.Pod](t, `
metadata: {name: web, namespace: shop, uid: u1, labels: {app: web}}
spec: {nodeName: n1, serviceAccountName: sa}
`)
	c := parse[corev1.Container](t, `
name: c
resources: {limits: {cpu: 1500m, memory: 64Mi}}
envFrom:
- {prefix: P_, configMapRef: {name: cm}}
- {secretRef: {name: none, optional: true}}
env:
- {name: PLAIN, value: "$(P_a) $(WEB_SERVICE_HOST) $(NONE)"}
- {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
- {name: LABEL, valueFrom: {fieldRef: {fieldPath: "metadata.labels['app']"}}}
- {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
- {name: MEM, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
- {name: DISK, valueFrom: {resourceFieldRef: {resource: limits.ephemeral-storage}}}
- {name: SECRET, valueFrom: {secretKeyRef: {name: s, key: k}}}
- {name: ABSENT, valueFrom: {configMapKeyRef: {name: cm, key: zzz, optional: true}}}
- {name: WEB_PORT, value: own}
`)
	in := EnvInput{
		Pod: p, Container: c,
		ConfigMaps: map[string]*corev1.ConfigMap{"cm": {Data: map[string]string{"a": "1"}}},
		Secrets:    map[string]*corev1.Secret{"s": {Data: map[string][]byte{"k": []byte("v")}}},
		Services: []*corev1.Service{
			{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"}, Spec: corev1.ServiceSpec{ClusterIP: "10.0.0.7", Ports: []corev1.ServicePort{{Name: "http-x", Port: 80}}}},
			{ObjectMeta: metav1.ObjectMeta{Namespace: "other", Name: "else"}, Spec: corev1.ServiceSpec{ClusterIP: "10.0.0.8", Ports: []corev1.ServicePort{{Port: 80}}}},
			{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "headless"}, Spec: corev1.ServiceSpec{ClusterIP: "None", Ports: []corev1.ServicePort{{Port: 80}}}},
			{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "kubernetes"}, Spec: corev1.ServiceSpec{ClusterIP: "10.0.0.1", Ports: []corev1.ServicePort{{Name: "https", Port: 443}}}},
		},
		Node: Facts{PodIPs: []string{"10.1.0.2"}, Allocatable: corev1.ResourceList{corev1.ResourceEphemeralStorage: resource.MustParse("5")}},
	}
	got, err := Env(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"P_a=1", "PLAIN=1 10.0.0.7 $(NONE)", "IP=10.1.0.2", "LABEL=web", "CPU=2", "MEM=64", "DISK=5", "SECRET=v", "WEB_PORT=own",
		"WEB_SERVICE_HOST=10.0.0.7", "WEB_SERVICE_PORT=80", "WEB_SERVICE_PORT_HTTP_X=80", "WEB_PORT_80_TCP=tcp://10.0.0.7:80",
		"WEB_PORT_80_TCP_ADDR=10.0.0.7", "KUBERNETES_SERVICE_HOST=10.0.0.1", "KUBERNETES_SERVICE_PORT_HTTPS=443",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	for _, e := range got {
		if strings.HasPrefix(e, "ELSE_") || strings.HasPrefix(e, "HEADLESS_") || strings.HasPrefix(e, "ABSENT=") {
			t.Errorf("%q should not be there", e)
		}
	}
	off := false
	p.Spec.EnableServiceLinks = &off
	got, err = Env(in)
	if err != nil || slices.Contains(got, "WEB_SERVICE_HOST=10.0.0.7") || !slices.Contains(got, "KUBERNETES_SERVICE_HOST=10.0.0.1") {
		t.Errorf("without service links: %q %v", got, err)
	}
}

func TestEnvErrors(t *testing.T) {
	p := parse[corev1.Pod](t, `metadata: {name: web, namespace: shop}`)
	for text, want := range map[string]string{
		`{env: [{name: A, valueFrom: {configMapKeyRef: {name: none, key: k}}}]}`: `configmap "none" not found`,
		`{env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: none}}}]}`:    `couldn't find key none in Secret shop/s`,
		`{envFrom: [{secretRef: {name: none}}]}`:                                 `secret "none" not found`,
		`{env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.what}}}]}`:      `unsupported fieldPath: spec.what`,
	} {
		_, err := Env(EnvInput{Pod: p, Container: parse[corev1.Container](t, text), Secrets: map[string]*corev1.Secret{"s": {}}})
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}
