package agent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/probe"
	"gantry.dev/gantry/internal/plan/pod"
)

// runPostStart runs a container's postStart hook, beside the worker.
func (a *Agent) runPostStart(ps *podState, p *corev1.Pod, c *corev1.Container, id string) {
	ps.mu.Lock()
	parent := ps.starting
	ps.mu.Unlock()
	ctx, cancel := context.WithTimeout(parent, hookTimeout)
	defer cancel()
	err := a.runHook(ctx, ps, p, c, id, c.Lifecycle.PostStart)
	if err != nil && parent.Err() == nil {
		a.events.pod(p, c.Name, true, "FailedPostStartHook", "PostStartHook failed")
		a.log.Info("a postStart hook failed", "pod", p.Namespace+"/"+p.Name, "container", c.Name, "err", err)
	}
	a.queueAfterChange(ps.uid, ps, func() {
		if got := ps.containers[id]; got != nil {
			got.PostStart = pod.Done
			if err != nil {
				got.PostStart, got.HookFailure = pod.Failed, hookFailure(p, c, err)
			}
		}
	})
}

// hookFailure is how kubelet tells in a pod's status of a postStart hook that failed.
func hookFailure(p *corev1.Pod, c *corev1.Container, err error) string {
	what, h := "", c.Lifecycle.PostStart
	switch {
	case h.Exec != nil:
		what = fmt.Sprintf("Exec lifecycle hook (%v)", h.Exec.Command)
	case h.HTTPGet != nil:
		what = fmt.Sprintf("HTTP lifecycle hook (%s)", h.HTTPGet.Path)
	case h.Sleep != nil:
		what = fmt.Sprintf("Sleep lifecycle hook (%d)", h.Sleep.Seconds)
	default:
		return fmt.Sprintf("Cannot run handler: %v", err)
	}
	return fmt.Sprintf("%s for Container %q in Pod %q failed - error: %v", what, c.Name, pod.FullName(p), err)
}

// runPreStop begins a container's preStop hook; plan/pod goes on when it is done or its time is over. A hook that takes all of the
// time goes on beside its container's end, for as long as that has left.
func (a *Agent) runPreStop(ps *podState, act pod.Action) {
	p := ps.current()
	c := specOf(p, act.Container)
	if c == nil || c.Lifecycle == nil || c.Lifecycle.PreStop == nil {
		return
	}
	var grace time.Duration
	ps.change(func() {
		if st := ps.stopping(act.ID); st != nil {
			st.PreStop = pod.Underway
			grace = st.Since.Add(st.Grace).Sub(a.cfg.Clock()) + pod.LastGrace
		}
	})
	a.start(func() {
		ctx, cancel := context.WithTimeout(a.life, grace)
		defer cancel()
		err := a.runHook(ctx, ps, p, c, act.ID, c.Lifecycle.PreStop)
		if err != nil && a.life.Err() == nil {
			a.events.pod(p, c.Name, true, "FailedPreStopHook", "PreStopHook failed")
		}
		a.queueAfterChange(ps.uid, ps, func() {
			if st := ps.stopping(act.ID); st != nil {
				st.PreStop = pod.Done
				if err != nil {
					st.PreStop = pod.Failed
				}
			}
		})
	})
}

// runHook runs one hook to its end.
func (a *Agent) runHook(ctx context.Context, ps *podState, p *corev1.Pod, c *corev1.Container, id string, h *corev1.LifecycleHandler) error {
	switch {
	case h.Exec != nil:
		code, out, err := a.exec(ctx, id, h.Exec.Command)
		if err != nil {
			return err
		}
		if code != 0 {
			return fmt.Errorf("command '%s' exited with %d: %s, message: %q", strings.Join(h.Exec.Command, " "), code, out, out)
		}
		return nil
	case h.HTTPGet != nil:
		t, err := a.httpTarget(ps, p, c, h.HTTPGet)
		if err != nil {
			return err
		}
		if r := probe.HTTP(ctx, t); !r.OK {
			return errors.New(r.Output)
		}
		return nil
	case h.Sleep != nil:
		t := time.NewTimer(time.Duration(h.Sleep.Seconds) * time.Second)
		defer t.Stop()
		select {
		case <-t.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	case h.TCPSocket != nil:
		// Upstream accepts the field in old objects and does nothing with it.
		return errors.New("tcpSocket hooks do nothing since Kubernetes 1.23")
	}
	return errors.New("the hook has no handler")
}

// execOutput bounds what is kept of the output of a probe or hook.
const execOutput = 10 << 10

// exec runs a command in a container and waits for it.
func (a *Agent) exec(ctx context.Context, id string, command []string) (code int, out string, err error) {
	proc, err := a.cfg.Containers.Exec(ctx, id, container.ExecSpec{Args: command, Stdout: true, Stderr: true})
	if err != nil {
		return 0, "", err
	}
	defer proc.Close()
	var outputs [2]bytes.Buffer
	var reading sync.WaitGroup
	for i, r := range []io.Reader{proc.Stdout(), proc.Stderr()} {
		if r == nil {
			continue
		}
		reading.Go(func() {
			// An error ends the output early; what there is of it is for people only.
			_, _ = io.Copy(&outputs[i], io.LimitReader(r, execOutput))
			_, _ = io.Copy(io.Discard, r)
		})
	}
	exit, err := proc.Wait(ctx)
	// A child that was left running may hold the output open: it is not waited for.
	_ = proc.Close()
	reading.Wait()
	return exit.Code, outputs[0].String() + outputs[1].String(), err
}

// httpTarget resolves an HTTP action: the pod's address unless a host is named, and ports by name.
func (a *Agent) httpTarget(ps *podState, p *corev1.Pod, c *corev1.Container, h *corev1.HTTPGetAction) (probe.HTTPTarget, error) {
	port, err := portOf(c, h.Port)
	if err != nil {
		return probe.HTTPTarget{}, err
	}
	t := probe.HTTPTarget{Scheme: string(h.Scheme), Host: h.Host, Port: port, Path: h.Path, Header: http.Header{}}
	if t.Host == "" {
		t.Host = a.podAddress(ps, p)
	}
	for _, header := range h.HTTPHeaders {
		t.Header.Add(header.Name, header.Value)
	}
	return t, nil
}

// podAddress is where a pod's ports answer.
func (a *Agent) podAddress(ps *podState, p *corev1.Pod) string {
	if p.Spec.HostNetwork {
		return a.cfg.NodeAddress.String()
	}
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if ps.sandbox == nil || len(ps.sandbox.IPs) == 0 {
		return ""
	}
	return ps.sandbox.IPs[0]
}

func hostPort(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }

// portOf resolves a port that may be a name.
func portOf(c *corev1.Container, port intstr.IntOrString) (int, error) {
	if port.Type == intstr.Int {
		return port.IntValue(), nil
	}
	for _, named := range c.Ports {
		if named.Name == port.StrVal {
			return int(named.ContainerPort), nil
		}
	}
	if n, err := strconv.Atoi(port.StrVal); err == nil {
		return n, nil
	}
	return 0, fmt.Errorf("container %s has no port named %q", c.Name, port.StrVal)
}
