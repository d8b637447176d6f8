package schema

import (
	"context"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	genericrequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/warning"
	"k8s.io/kubernetes/pkg/apis/core"
)

// tokenPod is a pod as admission leaves it, with the volume of its token.
func tokenPod(t *testing.T, s *Schema, k *Kind, name, token string, change func(*core.Pod)) *core.Pod {
	t.Helper()
	obj, _, err := s.DecodeRequest(k, "", "v1", "application/json", []byte(podJSON), Warn)
	if err != nil {
		t.Fatal(err)
	}
	pod := obj.(*core.Pod)
	pod.Name, pod.UID = name, "u"
	if token != "" {
		mode := int32(0o644)
		pod.Spec.Volumes = append(pod.Spec.Volumes, core.Volume{Name: token, VolumeSource: core.VolumeSource{Projected: &core.ProjectedVolumeSource{DefaultMode: &mode}}})
		pod.Spec.Containers[0].VolumeMounts = append(pod.Spec.Containers[0].VolumeMounts, core.VolumeMount{Name: token, MountPath: "/var/run/secrets/kubernetes.io/serviceaccount"})
	}
	if change != nil {
		change(pod)
	}
	return pod
}

// warned collects warnings.
type warned []string

func (w *warned) AddWarning(_, text string) { *w = append(*w, text) }

// TestPodsLikeSeenOnes creates pods after others: what is said of them must be what upstream says of each by itself.
func TestPodsLikeSeenOnes(t *testing.T) {
	s, k := pods(t)
	mount := func(p *core.Pod, at int) *core.VolumeMount { return &p.Spec.Containers[0].VolumeMounts[at] }
	changes := map[string]struct {
		name, token string
		change      func(*core.Pod)
		// like says that the pod must be taken for one that has been seen after the first.
		like bool
	}{
		"the same":                {"a", "kube-api-access-aaaaa", nil, true},
		"another name":            {"b", "kube-api-access-aaaaa", nil, true},
		"another token volume":    {"b", "kube-api-access-bb4b2", nil, true},
		"other labels":            {"b", "kube-api-access-aaaaa", func(p *core.Pod) { p.Labels = map[string]string{"x": "y"} }, true},
		"a bad label":             {"b", "kube-api-access-aaaaa", func(p *core.Pod) { p.Labels = map[string]string{"-": "y"} }, true},
		"a bad name":              {"B_", "kube-api-access-aaaaa", nil, true},
		"a name with dots":        {"b.c", "kube-api-access-aaaaa", nil, true},
		"a bad owner":             {"b", "kube-api-access-aaaaa", func(p *core.Pod) { p.OwnerReferences = []metav1.OwnerReference{{}} }, true},
		"a bad prefix of a name":  {"b.c", "kube-api-access-aaaaa", func(p *core.Pod) { p.GenerateName = "b." }, true},
		"a finalizer":             {"b", "kube-api-access-aaaaa", func(p *core.Pod) { p.Finalizers = []string{"orphan", "x"} }, true},
		"no token":                {"b", "", nil, false},
		"a bad token volume":      {"b", "kube-api-access-AAAAA", nil, false},
		"a mount of another name": {"b", "kube-api-access-aaaaa", func(p *core.Pod) { mount(p, 2).Name = "kube-api-access-bbbbb" }, false},
		"two token volumes": {"b", "kube-api-access-aaaaa", func(p *core.Pod) {
			p.Spec.Volumes = append(p.Spec.Volumes, core.Volume{Name: "kube-api-access-bbbbb", VolumeSource: core.VolumeSource{EmptyDir: &core.EmptyDirVolumeSource{}}})
		}, false},
		"the token volume twice": {"b", "kube-api-access-aaaaa", func(p *core.Pod) {
			p.Spec.Volumes = append(p.Spec.Volumes, p.Spec.Volumes[len(p.Spec.Volumes)-1])
		}, false},
		"no image":           {"b", "kube-api-access-aaaaa", func(p *core.Pod) { p.Spec.Containers[0].Image = "" }, false},
		"a deprecated label": {"b", "kube-api-access-aaaaa", func(p *core.Pod) { p.Spec.NodeSelector = map[string]string{"beta.kubernetes.io/os": "linux"} }, false},
		"annotations": {"b", "kube-api-access-aaaaa", func(p *core.Pod) {
			p.Annotations = map[string]string{"container.apparmor.security.beta.kubernetes.io/nobody": "x"}
		}, false},
		"a claim that is made for it": {strings.Repeat("b", 253), "kube-api-access-aaaaa", func(p *core.Pod) {
			p.Spec.Volumes = append(p.Spec.Volumes, core.Volume{Name: "e", VolumeSource: core.VolumeSource{Ephemeral: &core.EphemeralVolumeSource{VolumeClaimTemplate: &core.PersistentVolumeClaimTemplate{}}}})
		}, false},
	}
	said := func(st rest.RESTCreateStrategy, p *core.Pod) string {
		var warnings warned
		ctx := warning.WithWarningRecorder(genericrequest.WithNamespace(context.Background(), "default"), &warnings)
		p = p.DeepCopy()
		p.CreationTimestamp = metav1.NewTime(time.Unix(1700000000, 0))
		if err := rest.BeforeCreate(st, ctx, p); err != nil {
			return err.Error()
		}
		return strings.Join(warnings, "\n")
	}
	for name, c := range changes {
		k.seen = &seenPods{}
		create := func(p *core.Pod) (string, bool) {
			st := k.CreateStrategy().(*podCreate)
			got := said(st, p)
			return got, st.known
		}
		if first, known := create(tokenPod(t, s, k, "a", "kube-api-access-aaaaa", nil)); first != "" || known {
			t.Fatalf("the first pod: %q, known %v", first, known)
		}
		for range 2 { // also after one like it
			p := tokenPod(t, s, k, c.name, c.token, c.change)
			got, known := create(p)
			if want := said(k.Strategy, p); got != want {
				t.Errorf("%s: said\n%s\nwant\n%s", name, got, want)
			}
			if c.like && !known {
				t.Errorf("%s: it is not taken for one like the first", name)
			}
			if got != "" && !c.like && known {
				t.Errorf("%s: it is taken for one without fault", name)
			}
		}
	}
}

// TestSeenPodsAreForgotten fills the memory with others.
func TestSeenPodsAreForgotten(t *testing.T) {
	var s seenPods
	key := func(i int) (k podKey) { k[0], k[1], k[2] = byte(i), byte(i>>8), 1; return k }
	for i := range maxSeenPods {
		s.add(key(i))
	}
	s.add(key(maxSeenPods))
	if !s.has(key(0)) { // and young again
		t.Fatal("forgotten too early")
	}
	for i := range maxSeenPods {
		s.add(key(1 + maxSeenPods + i))
	}
	if !s.has(key(0)) || s.has(key(1)) || len(s.young)+len(s.old) > 2*maxSeenPods {
		t.Errorf("0 is kept: %v, 1 is kept: %v, together: %d", s.has(key(0)), s.has(key(1)), len(s.young)+len(s.old))
	}
}
