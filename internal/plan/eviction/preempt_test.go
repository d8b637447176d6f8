package eviction

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestPreempt chooses victims as kubelet's preemption does: CPU is short, then memory.
func TestPreempt(t *testing.T) {
	priority := func(n int32) *int32 { return &n }
	tenant := func(name string, qos corev1.PodQOSClass, asks ...int64) Tenant {
		return Tenant{Pod: &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: corev1.PodSpec{Priority: priority(0)}}, QOS: qos, Asks: asks}
	}
	best, small, large, sure := tenant("best", corev1.PodQOSBestEffort, 0, 0), tenant("small", corev1.PodQOSBurstable, 100, 100), tenant("large", corev1.PodQOSBurstable, 500, 50), tenant("sure", corev1.PodQOSGuaranteed, 1000, 1000)
	system := tenant("system", corev1.PodQOSBurstable, 900, 900)
	system.Pod.Spec.Priority = priority(2_000_000_000)
	static := tenant("static", corev1.PodQOSBurstable, 900, 900)
	static.Static, static.Pod.Spec.Priority = true, nil
	for _, c := range []struct {
		name   string
		others []Tenant
		short  []int64
		want   string
	}{
		{"the smallest that is enough", []Tenant{best, large, small, sure}, []int64{80, 0}, "small"},
		{"the nearest", []Tenant{best, small, large, sure}, []int64{300, 0}, "large"},
		{"several", []Tenant{best, small, large, sure}, []int64{600, 0}, "large small"},
		{"better classes last", []Tenant{small, large, sure}, []int64{700, 0}, "sure"},
		{"both resources", []Tenant{small, large}, []int64{0, 120}, "small large"},
		{"critical ones stay", []Tenant{system, static}, []int64{100, 0}, "error"},
		{"too little", []Tenant{best, small}, []int64{200, 0}, "error"},
		{"nothing is short", []Tenant{small}, []int64{0, 0}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &corev1.Pod{Spec: corev1.PodSpec{Priority: priority(2_000_000_000)}}
			got, err := Preempt(p, false, c.others, c.short)
			var names []string
			for _, g := range got {
				names = append(names, g.Pod.Name)
			}
			text := strings.Join(names, " ")
			if err != nil {
				text = "error"
			}
			if text != c.want {
				t.Errorf("%q goes, want %q: %v", text, c.want, err)
			}
		})
	}
}
