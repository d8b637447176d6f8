package eviction

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

func TestOverLimit(t *testing.T) {
	const mib = 1 << 20
	for name, c := range map[string]struct {
		spec    string
		w       Written
		bounded bool
		want    Signal
		words   string
	}{
		"no bound":                {spec: `{containers: [{name: a}], volumes: [{name: v, emptyDir: {}}]}`, w: Written{Total: 1 << 40}},
		"within":                  {spec: `{containers: [{name: a, resources: {limits: {ephemeral-storage: 5Mi}}}]}`, w: Written{Total: 5 * mib}, bounded: true},
		"the pod":                 {spec: `{containers: [{name: a, resources: {limits: {ephemeral-storage: 5Mi}}}, {name: b, resources: {limits: {ephemeral-storage: 1Mi}}}]}`, w: Written{Total: 7 * mib}, bounded: true, want: PodLimit, words: "total limit of containers 6Mi. "},
		"a container":             {spec: `{containers: [{name: a, resources: {limits: {ephemeral-storage: 5Mi}}}, {name: b, resources: {limits: {ephemeral-storage: 1Mi}}}]}`, w: Written{Total: 2 * mib, Containers: map[string]int64{"b": 2 * mib}}, bounded: true, want: ContainerLimit, words: `Container b exceeded its local ephemeral storage limit "1Mi". `},
		"a volume":                {spec: `{containers: [{name: a}], volumes: [{name: v, emptyDir: {sizeLimit: 1Mi}}]}`, w: Written{Volumes: map[string]int64{"v": 2 * mib}}, bounded: true, want: EmptyDirLimit, words: `EmptyDir volume "v" exceeds the limit "1Mi". `},
		"an init container alone": {spec: `{initContainers: [{name: i, resources: {limits: {ephemeral-storage: 9Mi}}}], containers: [{name: a, resources: {limits: {ephemeral-storage: 5Mi}}}]}`, w: Written{Total: 8 * mib}, bounded: true},
	} {
		p := &corev1.Pod{}
		if err := yaml.UnmarshalStrict([]byte(c.spec), &p.Spec); err != nil {
			t.Fatal(err)
		}
		if got := Bounded(p); got != c.bounded {
			t.Errorf("%s: bounded %v", name, got)
		}
		if got, message := OverLimit(p, c.w); got != c.want || !strings.Contains(message, c.words) {
			t.Errorf("%s: %q, %q; want %q, %q", name, got, message, c.want, c.words)
		}
	}
}
