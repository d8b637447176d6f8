package pod

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestSwap(t *testing.T) {
	const gib = 1 << 30
	for name, c := range map[string]struct {
		spec string
		want int64
	}{
		"a share":             {`containers: [{name: a, resources: {requests: {memory: 2Gi}}}]`, gib},
		"a limit above":       {`containers: [{name: a, resources: {requests: {memory: 4Gi}, limits: {memory: 5Gi}}}]`, 2 * gib},
		"no room to grow":     {`containers: [{name: a, resources: {requests: {memory: 2Gi}, limits: {memory: 2Gi}}}]`, 0},
		"nothing asked for":   {`containers: [{name: a}]`, 0},
		"only CPU":            {`containers: [{name: a, resources: {requests: {cpu: 1}}}]`, 0},
		"guaranteed":          {`containers: [{name: a, resources: {requests: {memory: 2Gi, cpu: 1}, limits: {memory: 2Gi, cpu: 1}}}]`, 0},
		"critical":            {`{priority: 2000000000, containers: [{name: a, resources: {requests: {memory: 2Gi}}}]}`, 0},
		"more than there is":  {`containers: [{name: a, resources: {requests: {memory: 20Gi}}}]`, 0},
		"two of one, no room": {`containers: [{name: a, resources: {requests: {memory: 2Gi}}}, {name: b, resources: {requests: {memory: 2Gi}, limits: {memory: 2Gi}}}]`, gib},
	} {
		if got := PodSwap(&corev1.Pod{Spec: *parse[corev1.PodSpec](t, c.spec)}, 16*gib, 8*gib); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
