package agent

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/plan/pod"
)

// podState is what the agent knows of one pod. The worker that holds the pod is the only one to carry out its actions;
// everything here may be changed by others (watch, runtime events, pulls, hooks, probes) and is guarded by mu.
type podState struct {
	uid types.UID

	timing *timing

	mu sync.Mutex
	// pod is the newest version seen, rev its revision.
	pod  *corev1.Pod
	rev  api.Revision
	gone bool
	// static pods come from a file of the node; mirror shows them in the API, nil while it does not, and rev is its revision.
	static bool
	mirror *corev1.Pod
	// was is the status decided last.
	was corev1.PodStatus
	// refused is set once, when the pod is first seen.
	refused *pod.Refusal
	// evicted is set once, when the pod has to go because the node is short of something.
	evicted *pod.Refusal

	// overdue is set when it was told that the pod has run for longer than it may.
	overdue bool

	// allotted is the pod with the resources that it was granted last, see pod.Plan; resizeFailure is why its cgroups do not
	// have them yet.
	allotted      *corev1.Pod
	resizeFailure *pod.Failure

	sandbox        *pod.Sandbox
	sandboxFailure *pod.Failure
	// ips are reserved for the pod from before its sandbox is made until after it is removed.
	ips     []netip.Addr
	volumes pod.Volumes
	// imageVolumes are the pulls of images for volumes, by volume.
	imageVolumes map[string]*pulledVolume
	// refreshAt is when the files of volumes have to be written anew (tokens); refresh asks for it now.
	refreshAt time.Time
	refresh   bool
	// tokens are held by audience and path.
	tokens map[string]heldToken

	containers map[string]*pod.Container
	// exits holds ends that were reported before the start was recorded.
	exits    map[string]container.Status
	images   map[string]pod.Image
	failures map[string]pod.Failure
	probes   map[string]pod.ProbeResults
	// tries counts failures in a row, by what failed, for the delay to the next attempt.
	tries map[string]int

	// starting is cancelled when the pod begins to end: it stops pulls and postStart hooks.
	starting context.Context
	giveUp   context.CancelFunc
	// deleted is set when the final delete was accepted.
	deleted bool
}

func newPodState(ctx context.Context, p *corev1.Pod, rev api.Revision, now time.Time) *podState {
	ps := &podState{
		uid: p.UID, pod: p, rev: rev, was: p.Status, timing: newTiming(now),
		containers: map[string]*pod.Container{}, exits: map[string]container.Status{},
		images: map[string]pod.Image{}, failures: map[string]pod.Failure{}, probes: map[string]pod.ProbeResults{},
		imageVolumes: map[string]*pulledVolume{}, tries: map[string]int{}, tokens: map[string]heldToken{},
	}
	ps.starting, ps.giveUp = context.WithCancel(ctx)
	return ps
}

// current is the newest version of the pod. It is shared and must not be changed.
func (ps *podState) current() *corev1.Pod {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return ps.pod
}

// take takes over a version of the pod if it is newer than the one known, and says whether it was.
func (ps *podState) take(p *corev1.Pod, rev api.Revision) bool {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if rev <= ps.rev {
		return false
	}
	if ps.static {
		ps.mirror, ps.rev = p, rev
		return true
	}
	if !maps.Equal(ps.pod.Labels, p.Labels) || !maps.Equal(ps.pod.Annotations, p.Annotations) {
		ps.refresh = true
	}
	ps.pod, ps.rev = p, rev
	return true
}

// known is the pod as the API has it, nil if it does not have it. Call under the lock.
func (ps *podState) known() *corev1.Pod {
	if ps.static {
		return ps.mirror
	}
	return ps.pod
}

// decided is the pod that a decision is about. What the API knows of a static pod is what its mirror says; without one nobody has
// to be waited for. Call under the lock.
func (ps *podState) decided() *corev1.Pod {
	if !ps.static {
		return ps.pod
	}
	p := *ps.pod
	p.Status = ps.was
	if ps.mirror != nil {
		p.Status = ps.mirror.Status
	}
	return &p
}

// input copies what a decision needs, so that it can be made without the lock.
func (ps *podState) input(hostIPs []string, now time.Time) pod.Input {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	in := pod.Input{
		Pod: ps.decided(), Gone: ps.gone, Forced: ps.gone && !ps.static, Was: ps.was, HostIPs: hostIPs, Refused: ps.refused, Evicted: ps.evicted,
		SandboxFailure: ps.sandboxFailure, Volumes: ps.volumes, Images: maps.Clone(ps.images),
		Failures: maps.Clone(ps.failures), Probes: maps.Clone(ps.probes), ResizeFailure: ps.resizeFailure, Now: now,
	}
	if ps.sandbox != nil {
		sb := *ps.sandbox
		in.Sandbox = &sb
	}
	for _, c := range ps.containers {
		copied := *c
		if c.Stop != nil {
			stop := *c.Stop
			copied.Stop = &stop
		}
		in.Containers = append(in.Containers, copied)
	}
	return in
}

// running is the runtime's name of a container that runs, empty if it does not.
func (ps *podState) running(name string) string {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	for _, c := range ps.containers {
		if c.Name == name && c.Running {
			return c.ID
		}
	}
	return ""
}

// target is the runtime's name of the container whose processes an ephemeral one asks to see, empty for all others and in pods
// whose containers see each other's anyway.
func (ps *podState) target(p *corev1.Pod, name string) (id string, err error) {
	if p.Spec.HostPID || isTrue(p.Spec.ShareProcessNamespace) {
		return "", nil
	}
	c := ephemeralOf(p, name)
	if c == nil || c.TargetContainerName == "" {
		return "", nil
	}
	if id = ps.running(c.TargetContainerName); id == "" {
		return "", fmt.Errorf("unable to find target container %s", c.TargetContainerName)
	}
	return id, nil
}

// change runs f under the lock.
func (ps *podState) change(f func()) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	f()
}

// stopping returns the record of a container that is being stopped, nil if there is none. Call under the lock.
func (ps *podState) stopping(id string) *pod.Stop {
	if c := ps.containers[id]; c != nil {
		return c.Stop
	}
	return nil
}

// Delays between attempts of the same thing: volumes, sandbox, start of a container, clean-up.
const (
	retryFirst = time.Second
	retryMax   = 30 * time.Second
)

// failed counts a failure of what and returns the delay before the next attempt. Call under the lock.
func (ps *podState) failed(what string) time.Duration {
	n := ps.tries[what]
	ps.tries[what] = n + 1
	return min(retryFirst<<min(n, 10), retryMax)
}

// worked forgets earlier failures of what. Call under the lock.
func (ps *podState) worked(what string) { delete(ps.tries, what) }
