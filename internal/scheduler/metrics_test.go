package scheduler_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan"
)

// metrics are what a scheduler tells, by name and labels; of histograms the number of observations.
func metrics(t *testing.T, cs []prometheus.Collector) map[string]float64 {
	t.Helper()
	r := prometheus.NewRegistry()
	r.MustRegister(cs...)
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetName()+"="+l.GetValue())
			}
			name := strings.TrimPrefix(f.GetName(), "scheduler_") + "{" + strings.Join(labels, ",") + "}"
			switch {
			case m.GetHistogram() != nil:
				out[name] = float64(m.GetHistogram().GetSampleCount())
			case m.GetGauge() != nil:
				out[name] = m.GetGauge().GetValue()
			default:
				out[name] = m.GetCounter().GetValue()
			}
		}
	}
	return out
}

// Metrics have kube-scheduler's names and say what was done.
func TestMetrics(t *testing.T) {
	h := newIdleHouse(t)
	h.begin(plainly)
	h.node("n1", "2")
	gated := pod("gated", "1")
	gated.Object.(*corev1.Pod).Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: "wait"}}
	h.write(gated)
	h.write(pod("a", "1"), pod("b", "1"), pod("c", "1"))
	refused := func(n int) func([]*corev1.Pod) bool {
		return func(pods []*corev1.Pod) bool {
			placed, told := 0, 0
			for _, p := range pods {
				if p.Spec.NodeName != "" {
					placed++
				} else if c := plan.PodCondition(p, corev1.PodScheduled); c != nil && c.Reason == corev1.PodReasonUnschedulable {
					told++
				}
			}
			return placed == n && told == 1
		}
	}
	h.until(refused(2))
	h.told(3)
	var got map[string]float64
	expect := func(want map[string]float64) {
		t.Helper()
		got = metrics(t, h.sched.Collectors())
		for name, n := range want {
			if got[name] != n {
				t.Errorf("%s is %v, want %v", name, got[name], n)
			}
		}
		if t.Failed() {
			t.Fatal(fmt.Sprint(got))
		}
	}
	expect(map[string]float64{
		"schedule_attempts_total{profile=default-scheduler,result=scheduled}":             2,
		"scheduling_attempt_duration_seconds{profile=default-scheduler,result=scheduled}": 2,
		"pod_scheduling_attempts{}":                                                                                 2,
		"pod_scheduling_sli_duration_seconds{attempts=1}":                                                           2,
		"preemption_victims{}":                                                                                      0,
		"queue_incoming_pods_total{event=UnscheduledPodAdd,queue=active}":                                           3,
		"queue_incoming_pods_total{event=UnscheduledPodAdd,queue=gated}":                                            1,
		"unschedulable_pods{plugin=NodeResourcesFit,profile=default-scheduler}":                                     1,
		"unschedulable_pods{plugin=SchedulingGates,profile=default-scheduler}":                                      1,
		"pending_pods{queue=unschedulable}":                                                                         1,
		"pending_pods{queue=gated}":                                                                                 1,
		"framework_extension_point_duration_seconds{extension_point=Bind,profile=default-scheduler,status=Success}": 2,
	})
	if n := got["schedule_attempts_total{profile=default-scheduler,result=unschedulable}"]; n < 1 || got["preemption_attempts_total{}"] < 1 {
		t.Errorf("%v pods were refused, for %v others should have left", n, got["preemption_attempts_total{}"])
	}
	p, err := h.c.Get(h.ctx, podKey("a"))
	if err != nil {
		t.Fatal(err)
	}
	del := plan.Delete(podKey("a"), p.(*corev1.Pod), "")
	del.Delete.GracePeriodSeconds = new(int64)
	h.write(del)
	h.until(func(pods []*corev1.Pod) bool {
		placed := 0
		for _, p := range pods {
			if p.Spec.NodeName != "" && p.Name != "a" {
				placed++
			}
		}
		return placed == 2
	})
	h.told(4)
	expect(map[string]float64{"unschedulable_pods{plugin=NodeResourcesFit,profile=default-scheduler}": 0, "unschedulable_pods{plugin=SchedulingGates,profile=default-scheduler}": 1})
	expect(map[string]float64{
		"schedule_attempts_total{profile=default-scheduler,result=scheduled}": 3,
		"queue_incoming_pods_total{event=AssignedPodDelete,queue=active}":     1,
	})
}
