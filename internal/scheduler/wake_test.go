package scheduler

import (
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/schedule"
)

// Each change wakes the pods that it may help, and no others.
func TestWhatWakesWhom(t *testing.T) {
	mk := func(name string, help schedule.Help, selector map[string]string, tolerations ...corev1.Toleration) *waiting {
		p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: name}, Spec: corev1.PodSpec{SchedulerName: Name, NodeSelector: selector, Tolerations: tolerations}}
		return &waiting{key: plan.KeyOf("c", plan.Pods, p), pod: p, help: help}
	}
	node := func(labels map[string]string, taints ...corev1.Taint) *corev1.Node {
		return &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n", Labels: labels}, Spec: corev1.NodeSpec{Taints: taints}}
	}
	ssd, hdd := map[string]string{"disk": "ssd"}, map[string]string{"disk": "hdd"}
	taint := corev1.Taint{Key: "k", Effect: corev1.TaintEffectNoSchedule}
	pods := func() []*waiting {
		return []*waiting{
			mk("any", schedule.HelpNode|schedule.HelpRoom, nil),
			mk("ssd", schedule.HelpNode, ssd),
			mk("tolerant", schedule.HelpNode, nil, corev1.Toleration{Key: "k", Operator: corev1.TolerationOpExists}),
			mk("spread", schedule.HelpPods, ssd),
			mk("volume", schedule.HelpVolumes, nil),
		}
	}
	for name, c := range map[string]struct {
		change func(*cluster)
		want   string
	}{
		"a node that all can use":        {func(c *cluster) { c.wakeForNode(node(ssd), nil) }, "any spread ssd tolerant"},
		"a node with another label":      {func(c *cluster) { c.wakeForNode(node(hdd), nil) }, "any spread tolerant"},
		"a tainted node":                 {func(c *cluster) { c.wakeForNode(node(ssd, taint), nil) }, "spread tolerant"},
		"a node that grows":              {func(c *cluster) { c.wakeForNode(node(ssd), node(ssd)) }, "any ssd tolerant"},
		"a node that loses its taint":    {func(c *cluster) { c.wakeForNode(node(hdd), node(hdd, taint)) }, "any spread tolerant"},
		"a pod that leaves":              {func(c *cluster) { c.wake(schedule.HelpRoom | schedule.HelpPods) }, "any spread"},
		"a claim that is bound":          {func(c *cluster) { c.wake(schedule.HelpVolumes) }, "volume"},
		"a device":                       {func(c *cluster) { c.wake(schedule.HelpDevices) }, ""},
		"five minutes":                   {func(c *cluster) { c.flushOld(time.Unix(301, 0)) }, "any spread ssd tolerant volume"},
		"five minutes that are not over": {func(c *cluster) { c.flushOld(time.Unix(299, 0)) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			cl := &cluster{id: "c", state: schedule.NewState(nil), profiles: profiles{Name: nil}, pending: map[api.Key]*waiting{}}
			for _, w := range pods() {
				cl.hold(w, time.Unix(0, 0))
			}
			c.change(cl)
			var woken []string
			for _, w := range cl.pending {
				woken = append(woken, w.pod.Name)
			}
			slices.Sort(woken)
			if got := strings.Join(woken, " "); got != c.want {
				t.Errorf("awake are %q, want %q", got, c.want)
			}
			if len(cl.pending)+cl.refused.len() != len(pods()) {
				t.Error("a pod was lost")
			}
		})
	}
}
