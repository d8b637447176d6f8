package bench

import (
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
		r.turns.Took(true, time.Since(began))
	}
}
