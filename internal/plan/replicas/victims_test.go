package replicas

import (
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// pod makes a pod from words: name, then what is special about it.
func pod(words string) *corev1.Pod {
	f := strings.Fields(words)
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: f[0], UID: types.UID(f[0]), CreationTimestamp: metav1.NewTime(noon.Add(-time.Hour))}}
	p.Spec.NodeName, p.Status.Phase = "n1", corev1.PodRunning
	ready, since := corev1.ConditionTrue, noon.Add(-time.Hour)
	for _, w := range f[1:] {
		k, v, _ := strings.Cut(w, "=")
		ago := func() time.Time {
			d, err := time.ParseDuration(v)
			if err != nil {
				panic(err)
			}
			return noon.Add(-d)
		}
		switch k {
		case "node":
			p.Spec.NodeName = v
		case "phase":
			p.Status.Phase = corev1.PodPhase(v)
		case "unready":
			ready = corev1.ConditionFalse
		case "cost":
			p.Annotations = map[string]string{corev1.PodDeletionCost: v}
		case "restarts":
			var n int32
			fmt.Sscan(v, &n)
			p.Status.ContainerStatuses = []corev1.ContainerStatus{{RestartCount: n}}
		case "ready":
			since = ago()
		case "made":
			p.CreationTimestamp = metav1.NewTime(ago())
		default:
			panic(w)
		}
	}
	p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: ready, LastTransitionTime: metav1.NewTime(since)}}
	return p
}

// The rules of upstream's ActivePodsWithRanks, each deciding against all that come after it.
func TestVictims(t *testing.T) {
	for _, tc := range []struct {
		rule string
		pods []string // the survivors last; given in reverse
	}{
		{"without a node first", []string{"b node= cost=9", "a cost=-9"}},
		{"pending before unknown before running", []string{"c phase=Pending", "b phase=Unknown", "a unready"}},
		{"not ready before ready", []string{"b unready cost=9", "a cost=-9"}},
		{"lower deletion cost first", []string{"b cost=-1", "c", "a cost=7"}},
		{"a cost that is no number counts as none", []string{"b cost=-1", "c cost=much", "a cost=1"}},
		{"the doubled-up before the lonely", []string{"b node=n2 restarts=0", "a restarts=9"}},
		{"shorter ready first", []string{"b ready=1m", "a ready=50m restarts=3"}},
		{"ready about equally long: by UID, whatever the seconds", []string{"a ready=40m", "b ready=39m"}},
		{"ready since ever the same: more restarts first", []string{"b restarts=2", "a restarts=1"}},
		{"younger first", []string{"b unready made=1m", "a unready made=50m"}},
		{"of about the same age: by UID", []string{"a unready made=50m", "b unready made=40m"}},
	} {
		t.Run(tc.rule, func(t *testing.T) {
			var pods []*corev1.Pod
			var want []string
			for _, w := range tc.pods {
				pods = append([]*corev1.Pod{pod(w)}, pods...)
				want = append(want, strings.Fields(w)[0])
			}
			var got []string
			for n := 1; n < len(pods); n++ {
				got = append(got, Victims(pods, n, Order{Doubled: map[string]int{"n2": 2, "n1": 1}, Now: noon})[n-1].Name)
			}
			if g, w := strings.Join(got, " "), strings.Join(want[:len(want)-1], " "); g != w {
				t.Errorf("got %s, want %s", g, w)
			}
		})
	}
}

func TestVictimsWithoutTime(t *testing.T) {
	pods := []*corev1.Pod{pod("a ready=40m"), pod("b ready=39m")}
	if v := Victims(pods, 1, Order{}); v[0].Name != "b" {
		t.Errorf("got %s, want the one that is ready for the shorter time", v[0].Name)
	}
}
