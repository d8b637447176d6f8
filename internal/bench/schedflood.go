package bench

import (
	"context"
	"fmt"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/plan/schedule"
)

// Floods are pods that fit nowhere, one for each measured pod and more important, each for a reason of its own: no two ask for the same,
// so that what is known of one tells nothing of the next. What they do to the others is what is measured.
func floods() (out []Workload) {
	plain := podSeries{form: defaultPod(), namespaces: []string{"sched-0"}}
	tolerant := podSeries{form: defaultPod(tolerates("foo")), namespaces: []string{"sched-0"}}
	nodes := []nodeSeries{{100, perfNode}}
	for _, k := range []struct {
		name, about string
		flood       form
	}{
		{"", "of a size of its own", tooLarge},
		{"NodeSelector", "of a node selector of its own", hopeless(func(i int, p *corev1.Pod) { p.Spec.NodeSelector = map[string]string{"own": strconv.Itoa(i)} })},
		{"NodeAffinity", "of a required node affinity of its own", hopeless(func(i int, p *corev1.Pod) { inZones("zone-"+strconv.Itoa(i))(i, p) })},
		{"PodAffinity", "of a required affinity of its own, to pods that do not exist", hopeless(func(i int, p *corev1.Pod) {
			wish{colour: strconv.Itoa(i), topology: hostKey}.edit(i, p)
			p.Labels = nil // else the first of them would be welcome anywhere
		})},
		{"Taints", "with a toleration of its own for nodes whose taint only the others tolerate", hopeless(func(i int, p *corev1.Pod) { tolerates("own-"+strconv.Itoa(i))(i, p) })},
		{"Claim", "whose volume claim does not exist", hopeless(func(i int, p *corev1.Pod) {
			p.Spec.Volumes = []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "none-" + strconv.Itoa(i)}}}}
		})},
		{"Gated", "with a scheduling gate", hopeless(gated)},
	} {
		w := Workload{Name: "UnschedulableFlood" + k.name, About: "pods that fit, each beside one of higher priority that fits nowhere, " + k.about, Nodes: 5000, Init: 100, Pods: 10000,
			nodes: nodes, before: []podSeries{plain}, main: plain, meanwhile: []disturbance{{each: 1, pod: k.flood}}, compared: true}
		if k.name == "Taints" {
			w.nodes, w.before, w.main = []nodeSeries{{100, taintedNode}}, []podSeries{tolerant}, tolerant
		}
		out = append(out, w)
	}
	return out
}

// hopeless is a small pod that something keeps from all nodes.
func hopeless(why func(int, *corev1.Pod)) form { return defaultPod(priority(10), why) }

// tooLarge is a pod that no node of four CPUs takes, of a size that no other has.
func tooLarge(i int) *corev1.Pod {
	p := sized(int64(5000+i%90000), int64(500+i/90000))(i)
	priority(10)(i, p)
	return p
}

func tolerates(key string) func(int, *corev1.Pod) {
	return func(_ int, p *corev1.Pod) {
		p.Spec.Tolerations = []corev1.Toleration{{Key: key, Operator: corev1.TolerationOpExists}}
	}
}

// rounds is how many times a load is measured without and with what goes on meanwhile, in turns, so that a p99 is not that of one batch and both
// have the same of whatever else the machine does.
const rounds = 5

// compare measures the pods of the load without and with what goes on meanwhile. The first round, without, is for warming up and does not count.
// Each flood finds a scheduler that has not heard of it.
func (r *aloneRun) compare(ctx context.Context, heap uint64) error {
	disturbances := r.load.meanwhile
	var sums [2]placing
	for i := range 2*rounds + 1 {
		sum := &sums[(i+1)%2]
		if r.load.meanwhile = nil; i%2 == 0 && i > 0 {
			r.load.meanwhile = disturbances
		}
		if i == 0 {
			sum = &placing{}
		}
		r.doubts, r.turns, r.behind = schedule.Doubts{}, schedule.Turns{}, span{}
		if err := r.place(ctx, fmt.Sprintf("measured-%d-", i), heap, sum); err != nil {
			return err
		}
		for _, p := range r.bound {
			r.state.RemovePod(p.UID)
		}
		r.bound = nil
	}
	calm, disturbed := &sums[0], &sums[1]
	r.load.meanwhile = nil
	r.tell(calm)
	r.load.meanwhile = disturbances
	r.tell(disturbed)
	params := r.load.params("alone")
	times := func(metric string, with, without []time.Duration, q float64) {
		r.add(metric, quantile(with, q).Seconds()/quantile(without, q).Seconds(), "", params)
	}
	times("p50_cpu_times", disturbed.spans, calm.spans, 0.5)
	times("p50_times", disturbed.took, calm.took, 0.5)
	times("p99_cpu_times", disturbed.spans, calm.spans, 0.99)
	times("p99_times", disturbed.took, calm.took, 0.99)
	r.add("flood_cpu_ms_per_pod", millis(disturbed.cpu-calm.cpu)/float64(max(1, r.floods)), "ms", params)
	return nil
}

// makeFlood makes the pods that will come while a round is measured and fit nowhere.
func (r *aloneRun) makeFlood() {
	for _, d := range r.load.meanwhile {
		if d.pod == nil {
			continue
		}
		for range r.load.podCount / d.each {
			if p, ok := flooded(d.pod, r.floods); ok {
				r.flood = append(r.flood, p)
			}
			r.floods++
		}
	}
}

// expected are those of the pods that come which are to be tried in their order. Doubtful ones wait for their turns from the beginning.
func (r *aloneRun) expected(coming []schedule.Pod) (sure []schedule.Pod) {
	for i := range coming {
		if r.doubts.Of(schedule.SourceOf(coming[i].Pod)) {
			r.doubtful = append(r.doubtful, coming[i])
		} else {
			sure = append(sure, coming[i])
		}
	}
	return sure
}

// flooded makes the next pod of a flood as the scheduler shows it to its brain; ok is false for one that it does not show.
func flooded(f form, i int) (p schedule.Pod, ok bool) {
	p = schedule.Pod{Pod: named(f(i), floodAlone, "flood-", i)}
	p.CreationTimestamp = metav1.Unix(int64(i), 0)
	for k := range p.Spec.Volumes {
		if claim := p.Spec.Volumes[k].PersistentVolumeClaim; claim != nil {
			p.Volumes = &schedule.Volumes{Refusal: `persistentvolumeclaim "` + claim.ClaimName + `" not found`}
		}
	}
	return p, len(p.Spec.SchedulingGates) == 0
}

// floodAlone is the namespace of floods where there is no server.
const floodAlone = "flood"

// assign decides about a batch. Pods that turn out to be doubtful wait for their turns, as the scheduler's do.
func (r *aloneRun) assign(batch []schedule.Pod) ([]schedule.Binding, []schedule.Refusal) {
	bindings, refusals, doubtful := r.state.AssignSure(batch, &r.doubts)
	r.doubtful = append(r.doubtful, doubtful...)
	return bindings, refusals
}

// doubted gives doubtful pods their turns: those that are due while others wait, or all.
func (r *aloneRun) doubted(all bool) {
	for len(r.doubtful) > 0 && r.turns.Doubtful(!all, true) {
		began := time.Now()
		n := min(len(r.doubtful), r.turns.Chunk())
		r.state.AssignDoubtful(r.doubtful[:n], &r.doubts) // none of them ever fits
		r.doubtful = r.doubtful[n:]
		took := time.Since(began)
		r.turns.Took(true, took, took)
	}
}
