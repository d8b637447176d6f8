package sim

import (
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/simpod"
	"gantry.dev/gantry/internal/store"
)

// agent is a node: a process that follows its pods, and what it has started, which outlives the process.
type agent struct {
	sim     *Sim
	cluster api.Cluster
	name    string
	number  int
	labels  map[string]string
	course  simpod.Course

	// off says that the node is cut off: it neither hears nor is heard, and what runs on it runs on.
	off bool
	// listed says that the process knows its pods, registered that its Node is there.
	listed, registered bool
	cursor             int // into World.pods
	pods               []*local
	beat               time.Time // when the next sign of life is due

	// running is what the kernel has: pods with an address each, by UID.
	running map[types.UID]*corev1.Pod
	address map[types.UID]string
}

// local is a pod as its agent knows it.
type local struct {
	key  api.Key
	pod  *corev1.Pod
	look bool      // look at it now
	wake time.Time // or then
}

// retry is the pause after a refused or lost write.
const retry = time.Second

func (a *agent) api() client.Interface {
	u := &user.DefaultInfo{Name: "system:node:" + a.name, Groups: []string{user.NodesGroup, user.AllAuthenticated}}
	return &flaky{Interface: a.sim.plane.reg.Client(u, "kubelet"), sim: a.sim, who: a.name + ": "}
}

// owes says whether a sign of life is due by then.
func (a *agent) owes(by time.Time) bool { return !a.off && !a.beat.After(by) }

// next is when the node has something to do if nothing changes before.
func (a *agent) next() time.Time {
	if a.off {
		return time.Time{}
	}
	at := a.beat
	for _, l := range a.pods {
		at = plan.Sooner(at, l.wake)
	}
	return at
}

// ready returns what the node can do now, or nil.
func (a *agent) ready() func() {
	if a.off {
		return nil
	}
	due := slices.ContainsFunc(a.pods, func(l *local) bool { return l.due(a.sim.now) })
	switch {
	case a.owes(a.sim.now):
		return a.live
	case !a.listed:
		return a.list
	case a.cursor < len(a.sim.world.pods) && (!due || a.sim.chance(2)):
		return a.hear
	case due:
		return a.act
	}
	return nil
}

func (l *local) due(now time.Time) bool { return l.look || !l.wake.IsZero() && !l.wake.After(now) }

// list is what a process begins with: all pods of its node. What runs and is none of them is stopped.
func (a *agent) list() {
	w := a.sim.world
	a.listed, a.pods, a.cursor = true, nil, len(w.pods)
	here, addressed := map[types.UID]bool{}, map[types.UID]bool{}
	for _, p := range w.Pods(a.cluster, "") {
		if p.Spec.NodeName != a.name {
			continue
		}
		here[p.UID] = true
		a.pods = append(a.pods, &local{key: plan.KeyOf(a.cluster, plan.Pods, p), pod: p, look: true})
		addressed[p.UID] = !plan.Terminated(p)
		if p.Status.PodIP != "" && addressed[p.UID] {
			a.address[p.UID] = p.Status.PodIP
		}
	}
	for uid := range a.running {
		if !here[uid] {
			a.stop(uid)
		}
	}
	for uid := range a.address {
		if !addressed[uid] {
			delete(a.address, uid)
		}
	}
	a.sim.tell("%s lists %d pods", a.name, len(a.pods))
}

// hear takes in some of what happened to pods.
func (a *agent) hear() {
	w := a.sim.world
	n := len(w.pods) - a.cursor
	if a.sim.faulty {
		n = min(n, 1+a.sim.rng.IntN(a.sim.mood.news))
	}
	for _, ev := range w.pods[a.cursor : a.cursor+n] {
		if ev.Record.Key.Cluster == a.cluster {
			a.learn(ev)
		}
	}
	a.cursor += n
}

func (a *agent) learn(ev store.Event) {
	p := a.sim.world.object(ev.Record).(*corev1.Pod)
	if p.Spec.NodeName != a.name {
		return
	}
	i := slices.IndexFunc(a.pods, func(l *local) bool { return l.pod.UID == p.UID })
	switch {
	case ev.Type == store.Delete:
		a.stop(p.UID)
		delete(a.address, p.UID)
		if i >= 0 {
			a.pods = slices.Delete(a.pods, i, i+1)
		}
	case i < 0:
		a.pods = append(a.pods, &local{key: ev.Record.Key, pod: p, look: true})
	default:
		a.pods[i].pod, a.pods[i].look = p, true
		if plan.Terminated(p) {
			delete(a.address, p.UID)
		}
	}
}

// act does what is next for one pod.
func (a *agent) act() {
	s := a.sim
	if s.faulty && s.chance(s.mood.agentDies) {
		s.tell("the agent of %s dies", a.name)
		s.res.Faults++
		a.listed = false
		return
	}
	i := slices.IndexFunc(a.pods, func(l *local) bool { return l.due(s.now) })
	l := a.pods[i]
	m := simpod.Next(l.pod, simpod.Place{HostIP: fmt.Sprintf("192.168.0.%d", a.number), PodIP: a.addressFor(l.pod)}, &a.course, s.now)
	l.look, l.wake = false, m.Wake
	var wr client.Write
	switch {
	case m.Status != nil:
		fresh := l.pod.DeepCopy()
		fresh.Status = *m.Status
		if plan.Terminated(fresh) {
			a.stop(l.pod.UID)
		} else if err := a.start(l.pod); err != nil {
			s.fail(err)
			return
		}
		wr = plan.UpdateStatus(l.key, fresh, "")
	case m.Remove:
		wr = plan.Delete(l.key, l.pod, "")
		wr.Delete.GracePeriodSeconds = new(int64)
	default:
		if plan.Terminated(l.pod) {
			a.stop(l.pod.UID) // its end came from elsewhere
		}
		return
	}
	s.tell("%s acts on %s", a.name, l.key)
	if res := a.api().Apply(s.ctx, []client.Write{wr})[0]; res.Err != nil {
		l.wake = plan.Sooner(l.wake, s.now.Add(retry))
	}
}

// start has the kernel run a pod. That no pod may run twice is checked here, where it would.
func (a *agent) start(p *corev1.Pod) error {
	if a.running[p.UID] != nil {
		return nil
	}
	for _, other := range a.sim.agents {
		if other.cluster != a.cluster {
			continue
		}
		for uid, q := range other.running {
			if uid == p.UID {
				return fmt.Errorf("never: pod %s runs on %s and %s", p.Name, other.name, a.name)
			}
			ref := metav1.GetControllerOf(q)
			if q.Namespace == p.Namespace && q.Name == p.Name && ref != nil && ref.Kind == "StatefulSet" {
				return fmt.Errorf("never: two pods of ordinal %s run, on %s and %s", p.Name, other.name, a.name)
			}
		}
	}
	a.running[p.UID] = p
	return nil
}

// stop ends what runs. The address is given to nobody else before the API knows of the end, as by the real agent.
func (a *agent) stop(uid types.UID) { delete(a.running, uid) }

// addressFor is the address of a pod: of what the node has, the first that is free.
func (a *agent) addressFor(p *corev1.Pod) string {
	if plan.Terminated(p) || p.Status.PodIP != "" {
		return p.Status.PodIP
	}
	if ip := a.address[p.UID]; ip != "" {
		return ip
	}
	taken := map[string]bool{}
	for _, ip := range a.address {
		taken[ip] = true
	}
	for n := 2; ; n++ {
		if ip := fmt.Sprintf("10.42.%d.%d", a.number, n); !taken[ip] {
			a.address[p.UID] = ip
			return ip
		}
	}
}
