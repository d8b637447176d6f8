package agent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/plan/pod"
)

// This file is what the node's HTTPS server (nodeapi) asks of an agent.

// ErrNoPod and ErrNoContainer say that something is not on this node.
var (
	ErrNoPod       = errors.New("not found on this node")
	ErrNoContainer = errors.New("not valid for the pod")
)

// Pods are the pods of the node with the status that was decided last, ordered by namespace and name.
func (a *Agent) Pods() []*corev1.Pod {
	a.mu.Lock()
	states := make([]*podState, 0, len(a.pods))
	for _, ps := range a.pods {
		states = append(states, ps)
	}
	a.mu.Unlock()
	out := make([]*corev1.Pod, 0, len(states))
	for _, ps := range states {
		out = append(out, ps.snapshot())
	}
	slices.SortFunc(out, func(x, y *corev1.Pod) int {
		return cmp.Or(cmp.Compare(x.Namespace, y.Namespace), cmp.Compare(x.Name, y.Name))
	})
	return out
}

// snapshot is the pod with the status decided last.
func (ps *podState) snapshot() *corev1.Pod {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	p := *ps.pod
	p.Status = ps.was
	return &p
}

// find looks for a pod by name. Of several with one name (an old one may still be ending) it is the newest.
func (a *Agent) find(namespace, name string) (*podState, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var found *podState
	var newest time.Time
	for _, ps := range a.pods {
		p := ps.current()
		if p.Namespace == namespace && p.Name == name && (found == nil || p.CreationTimestamp.After(newest)) {
			found, newest = ps, p.CreationTimestamp.Time
		}
	}
	if found == nil {
		return nil, fmt.Errorf("pod %s/%s: %w", namespace, name, ErrNoPod)
	}
	return found, nil
}

// Pod finds a pod of the node by name.
func (a *Agent) Pod(namespace, name string) (*corev1.Pod, error) {
	ps, err := a.find(namespace, name)
	if err != nil {
		return nil, err
	}
	return ps.snapshot(), nil
}

// RunningContainer is the runtime's name of a container that runs, with what the pod says of it, which nobody changes.
func (a *Agent) RunningContainer(namespace, name, container string) (id string, spec *corev1.Container, err error) {
	ps, err := a.find(namespace, name)
	if err != nil {
		return "", nil, err
	}
	if spec = specOf(ps.current(), container); spec == nil {
		return "", nil, fmt.Errorf("container %s: %w %s", container, ErrNoContainer, name)
	}
	if id = ps.running(container); id == "" {
		return "", nil, fmt.Errorf("container %s of pod %s/%s is not running", container, namespace, name)
	}
	return id, spec, nil
}

// Log is where the log of a container is.
type Log struct {
	// Path is the newest file; Path.1, Path.2 … are older ones.
	Path string
	// ID is the instance, Running whether it may still write.
	ID      string
	Running bool
}

// Log finds the log of a container: of its newest instance, or of the one before. It may have been removed already; its
// log is there as long as the pod.
func (a *Agent) Log(namespace, name, container string, previous bool) (Log, error) {
	ps, err := a.find(namespace, name)
	if err != nil {
		return Log{}, err
	}
	p := ps.snapshot()
	if specOf(p, container) == nil {
		return Log{}, fmt.Errorf("container %s is %w %s", container, ErrNoContainer, name)
	}
	for _, list := range [][]corev1.ContainerStatus{p.Status.ContainerStatuses, p.Status.InitContainerStatuses, p.Status.EphemeralContainerStatuses} {
		for i := range list {
			if list[i].Name == container {
				return a.logOf(p, &list[i], previous)
			}
		}
	}
	return Log{}, fmt.Errorf("container %q in pod %q is not available", container, name)
}

func (a *Agent) logOf(p *corev1.Pod, c *corev1.ContainerStatus, previous bool) (Log, error) {
	id := c.ContainerID
	last := c.LastTerminationState.Terminated
	switch {
	case previous && (last == nil || last.ContainerID == ""):
		return Log{}, fmt.Errorf("previous terminated container %q in pod %q not found", c.Name, p.Name)
	case previous:
		id = last.ContainerID
	case c.State.Waiting != nil && last != nil && last.ContainerID != "":
		// It waits to be started again: what there is to read is of the instance before.
		id = last.ContainerID
	case c.State.Waiting != nil:
		return Log{}, fmt.Errorf("container %q in pod %q is waiting to start: %s", c.Name, p.Name, c.State.Waiting.Reason)
	}
	id = strings.TrimPrefix(id, pod.ContainerIDPrefix)
	attempt, ok := attemptOf(id)
	if !ok {
		return Log{}, fmt.Errorf("container %q in pod %q has no log", c.Name, p.Name)
	}
	return Log{Path: a.logPath(p, c.Name, attempt), ID: id, Running: !previous && c.State.Running != nil}, nil
}

// attemptOf reads the attempt out of an instance's name.
func attemptOf(id string) (int, bool) {
	n, err := strconv.Atoi(id[strings.LastIndexByte(id, '_')+1:])
	return n, err == nil
}

// Dial connects to a port of a pod from inside of its network namespace, where programs may listen on loopback only.
func (a *Agent) Dial(ctx context.Context, namespace, name string, port int) (net.Conn, error) {
	ps, err := a.find(namespace, name)
	if err != nil {
		return nil, err
	}
	if ps.current().Spec.HostNetwork {
		return dialLoopback(ctx, port)
	}
	ns, err := a.cfg.Containers.OpenNetNS(ctx, string(ps.uid))
	if err != nil {
		return nil, fmt.Errorf("agent: opening the network namespace of pod %s/%s: %w", namespace, name, err)
	}
	defer ns.Close()
	conn, err := dialIn(ctx, ns, port)
	if err == nil || ps.current().Spec.RuntimeClassName == nil {
		return conn, err
	}
	return a.dialOwnKernel(ctx, ps, port, err)
}

// dialOwnKernel connects to a pod whose runtime may have a kernel of its own, gVisor or a virtual machine: its loopback is not that of the
// namespace, where refused came from. What it shows of itself is its address.
func (a *Agent) dialOwnKernel(ctx context.Context, ps *podState, port int, refused error) (net.Conn, error) {
	p := ps.current()
	ip := a.podAddress(ps, p)
	if ip == "" {
		return nil, refused
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", hostPort(ip, port))
	if err != nil {
		return nil, fmt.Errorf("%w; and at the pod's address, as the loopback of a pod of RuntimeClass %s may be out of reach: %w", refused, *p.Spec.RuntimeClassName, err)
	}
	return conn, nil
}

// Instances lists the running instances of a pod by container name, for statistics.
func (a *Agent) Instances(uid types.UID) map[string]string {
	ps := a.podOf(uid)
	if ps == nil {
		return nil
	}
	ps.mu.Lock()
	defer ps.mu.Unlock()
	out := map[string]string{}
	for _, c := range ps.containers {
		if c.Running {
			out[c.Name] = c.ID
		}
	}
	return out
}

// NodeName is the name of the node.
func (a *Agent) NodeName() string { return a.cfg.NodeName }
