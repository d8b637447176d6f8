package agent

import (
	"context"
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/plan/pod"
)

// refuse is the node's admission of a pod, which comes once, when the pod is first seen. What is refused fails, with an event,
// and its controller makes another.
func (a *Agent) refuse(ctx context.Context, p *corev1.Pod, static bool) *pod.Refusal {
	if p.Status.StartTime != nil {
		// It has run here before: a label of the node that changed since does not end it.
		if !terminalPhase(p.Status.Phase) {
			a.taken.hold(p.UID, demandOf(p))
			_ = a.allot.admit(p)      // what it has is known from its sandbox, or it has not started
			_ = a.taken.claimPorts(p) // it has them, or it would not have run
		}
		return nil
	}
	refusal := a.judge(ctx, p, static)
	if refusal == nil {
		refusal = a.taken.claimPorts(p)
	}
	if refusal == nil {
		return nil
	}
	a.tally.rejections.WithLabelValues(refusal.Reason).Inc()
	a.events.pod(p, "", true, refusal.Reason, "%s", refusal.Message)
	return &pod.Refusal{Reason: refusal.Reason, Message: "Pod was rejected: " + refusal.Message}
}

// judge asks all who may object, in kubelet's order.
func (a *Agent) judge(ctx context.Context, p *corev1.Pod, static bool) *pod.Refusal {
	if refusal := a.pressure.admit(p); refusal != nil && !static {
		return refusal
	}
	if refusal := pod.RefuseSysctls(p, a.cfg.Settings.UnsafeSysctls); refusal != nil {
		return refusal
	}
	if refusal := a.place(ctx, p); refusal != nil {
		return refusal
	}
	refusal := a.fit(ctx, p, static)
	if refusal != nil {
		a.allot.release(p.UID)
		if a.cfg.Devices != nil {
			a.cfg.Devices.Release(string(p.UID))
		}
	}
	return refusal
}

// place gives a pod CPUs, memory and devices for its own. It comes before the question whether the pod fits otherwise, as with kubelet:
// what cannot be placed is not called too large, and makes nobody leave.
func (a *Agent) place(ctx context.Context, p *corev1.Pod) *pod.Refusal {
	begun := a.cfg.Clock()
	defer func() { a.tally.placed(a.cfg.Clock().Sub(begun)) }()
	if refusal := a.allot.admit(p); refusal != nil {
		return refusal
	}
	refusal := a.reserveDevices(ctx, p)
	if refusal != nil {
		a.allot.release(p.UID)
	}
	return refusal
}

// fit asks whether the node is one for the pod, and whether it has room. Room is taken last: what follows could not give it back.
func (a *Agent) fit(ctx context.Context, p *corev1.Pod, static bool) *pod.Refusal {
	if refusal := a.refuseByNode(ctx, p); refusal != nil {
		return refusal
	}
	if refusal := a.node.machine.modules.Refuse(p); refusal != nil {
		return refusal
	}
	if refusal := a.shutdown.admit(); refusal != nil {
		return refusal
	}
	if refusal := a.taken.admit(p.UID, demandOf(p), roomOf(a.node.allocatable())); refusal != nil {
		return a.preempt(p, static, refusal)
	}
	return nil
}

// refuseByNode compares the pod with the Node. The scheduler may have seen a newer one than we have: a label that was set for
// this pod a moment ago.
func (a *Agent) refuseByNode(ctx context.Context, p *corev1.Pod) *pod.Refusal {
	refusal := pod.Refuse(p, a.node.get())
	if refusal == nil {
		return nil
	}
	obj, err := a.cfg.Client.Get(ctx, a.node.key())
	if err != nil || a.node.took(obj) != nil {
		return refusal
	}
	return pod.Refuse(p, a.node.get())
}

// demand is what a pod asks for, in the order of demanded: thousandths of a CPU, bytes of the others, pods.
type demand [6]int64

var demanded = [...]corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage,
	corev1.ResourceHugePagesPrefix + "2Mi", corev1.ResourceHugePagesPrefix + "1Gi", corev1.ResourcePods}

func demandOf(p *corev1.Pod) (d demand) {
	for i, name := range demanded {
		q := pod.Requests(p, name)
		d[i] = q.Value()
		if name == corev1.ResourceCPU {
			d[i] = q.MilliValue()
		}
	}
	d[len(d)-1] = 1
	return d
}

// roomOf is what a node can give.
func roomOf(list corev1.ResourceList) (d demand) {
	for i, name := range demanded {
		q := list[name]
		d[i] = q.Value()
		if name == corev1.ResourceCPU {
			d[i] = q.MilliValue()
		}
	}
	return d
}

// ledger adds up what the pods of the node ask for, from when they are let in until nothing of them runs. Without it a pod that
// nobody scheduled, or two schedulers, could fill the node beyond what it has.
type ledger struct {
	mu   sync.Mutex
	held map[types.UID]demand
	sum  demand
	// ports are the host ports of pods that have some.
	ports map[types.UID][]portClaim
}

func newLedger() *ledger {
	return &ledger{held: map[types.UID]demand{}, ports: map[types.UID][]portClaim{}}
}

// admit takes a pod in if there is room for it.
func (l *ledger) admit(uid types.UID, want, room demand) *pod.Refusal {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(want) - 1; i >= 0; i-- { // pods first, as upstream
		if want[i] > 0 && l.sum[i]-l.held[uid][i]+want[i] > room[i] {
			return &pod.Refusal{
				Reason: "OutOf" + string(demanded[i]),
				Message: fmt.Sprintf("Node didn't have enough resource: %s, requested: %d, used: %d, capacity: %d",
					demanded[i], want[i], l.sum[i], room[i]),
			}
		}
	}
	l.put(uid, want)
	return nil
}

// short is what there is too little of for a pod.
func (l *ledger) short(uid types.UID, want, room demand) (missing demand) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range want {
		if want[i] > 0 {
			missing[i] = max(l.sum[i]-l.held[uid][i]+want[i]-room[i], 0)
		}
	}
	return missing
}

// hold takes a pod in that runs already, or changes what is held for it.
func (l *ledger) hold(uid types.UID, d demand) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.put(uid, d)
}

func (l *ledger) put(uid types.UID, d demand) {
	had := l.held[uid]
	for i := range d {
		l.sum[i] += d[i] - had[i]
	}
	l.held[uid] = d
}

// release gives back what is held for a pod, if anything is.
func (l *ledger) release(uid types.UID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.ports, uid)
	if _, ok := l.held[uid]; ok {
		l.put(uid, demand{})
		delete(l.held, uid)
	}
}
