package agent

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/plan/pod"
)

// beginStop records that a container is being stopped, or has less time for it than was said before; its time runs from now.
func (a *Agent) beginStop(ps *podState, act pod.Action) {
	ps.change(func() {
		if c := ps.containers[act.ID]; c != nil {
			if c.Stop == nil {
				c.Stop = &pod.Stop{Replace: act.Replace}
			}
			c.Stop.Begin(a.cfg.Clock(), act.Grace)
		}
	})
	a.events.pod(ps.current(), act.Container, false, "Killing", "%s", act.Message)
}

// signal sends the container its stop signal.
func (a *Agent) signal(ctx context.Context, ps *podState, act pod.Action) error {
	c, image := specOf(ps.current(), act.Container), ""
	if c != nil {
		image = c.Image
	}
	sig := a.stopSignal(c, image)
	err := a.cfg.Containers.Signal(ctx, act.ID, int(sig))
	if err != nil && !errors.Is(err, container.ErrNotRunning) && !errors.Is(err, container.ErrNotFound) {
		return fmt.Errorf("agent: signalling container %s: %w", act.ID, err)
	}
	now := a.cfg.Clock()
	ps.change(func() {
		if st := ps.stopping(act.ID); st != nil {
			st.Signalled = now
		}
	})
	return a.confirmEnd(ctx, ps, act.ID, err)
}

// kill ends all processes of a container.
func (a *Agent) kill(ctx context.Context, ps *podState, act pod.Action) error {
	err := a.cfg.Containers.Kill(ctx, act.ID)
	if err != nil && !errors.Is(err, container.ErrNotRunning) && !errors.Is(err, container.ErrNotFound) {
		return fmt.Errorf("agent: killing container %s: %w", act.ID, err)
	}
	now := a.cfg.Clock()
	ps.change(func() {
		if st := ps.stopping(act.ID); st != nil {
			st.Killed = now
		}
	})
	return a.confirmEnd(ctx, ps, act.ID, err)
}

// confirmEnd looks at a container that the runtime says does not run, in case its end was not heard.
func (a *Agent) confirmEnd(ctx context.Context, ps *podState, id string, err error) error {
	switch {
	case errors.Is(err, container.ErrNotFound):
		ps.change(func() { delete(ps.containers, id) })
	case errors.Is(err, container.ErrNotRunning):
		st, err := a.cfg.Containers.Status(ctx, id)
		if err != nil {
			return fmt.Errorf("agent: looking at container %s: %w", id, err)
		}
		a.ended(st)
	}
	return nil
}

func (a *Agent) removeContainer(ctx context.Context, ps *podState, id string) error {
	if err := a.cfg.Containers.Remove(ctx, id); err != nil && !errors.Is(err, container.ErrNotFound) {
		return fmt.Errorf("agent: removing container %s: %w", id, err)
	}
	var old *pod.Container
	ps.change(func() {
		old = ps.containers[id]
		delete(ps.containers, id)
		delete(ps.probes, id)
	})
	if old != nil {
		a.removeLog(ps.current(), old)
		// They are in the pod's status; a container that crashes for weeks must not fill the disk with its files.
		if err := os.Remove(a.wordsPath(ps.current(), old.Name, old.Attempt)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			a.log.Warn("removing the last words of an instance", "container", id, "err", err)
		}
	}
	return nil
}

// deletePod tells the API that the pod's end is complete. Only this very pod is meant, not one made since by its name.
func (a *Agent) deletePod(ctx context.Context, ps *podState) error {
	p := ps.current()
	ps.mu.Lock()
	done := ps.deleted
	ps.mu.Unlock()
	if done {
		return nil
	}
	now := int64(0)
	res := a.cfg.Client.Apply(ctx, []client.Write{{
		Verb: client.Delete, Why: "all of the pod is gone from the node",
		Key:    api.Key{Resource: podResource, Cluster: a.cfg.Cluster, Namespace: p.Namespace, Name: p.Name},
		Delete: metav1.DeleteOptions{GracePeriodSeconds: &now, Preconditions: &metav1.Preconditions{UID: &p.UID}},
	}})
	err := res[0].Err
	if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) {
		return fmt.Errorf("agent: deleting pod %s/%s in the API: %w", p.Namespace, p.Name, err)
	}
	ps.change(func() { ps.deleted = true })
	return nil
}
