package cri

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	api "k8s.io/cri-api/pkg/apis/runtime/v1"

	"gantry.dev/gantry/internal/driver/container"
)

// note is what the runtime keeps for us of a container, in an annotation.
type note struct {
	Labels  map[string]string
	LogPath string
	Stdin   bool
	TTY     bool
}

// pidOf reads the process of a sandbox or container from a verbose status.
func pidOf(info map[string]string) (int, error) {
	var said struct{ PID int }
	if err := json.Unmarshal([]byte(info["info"]), &said); err != nil || said.PID == 0 {
		return 0, errors.New("the runtime tells no process of it")
	}
	return said.PID, nil
}

// list are the runtime's containers of a sandbox, or with an empty name of all.
func (r *Runtime) list(ctx context.Context, sandbox string) ([]*api.Container, error) {
	want := r.own()
	if sandbox != "" {
		want[labelSandbox] = sandbox
	}
	resp, err := r.rs.ListContainers(ctx, &api.ListContainersRequest{Filter: &api.ContainerFilter{LabelSelector: want}})
	if err != nil {
		return nil, fmt.Errorf("runtime %q: list containers: %w", r.o.Name, known(err))
	}
	return resp.Containers, nil
}

// List implements container.Foreign. What was created and never started is none.
func (r *Runtime) List(ctx context.Context) (out []container.Status, err error) {
	list, err := r.list(ctx, "")
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		if c.State == api.ContainerState_CONTAINER_CREATED {
			continue
		}
		st, err := r.Status(ctx, c.Labels[labelContainer])
		if errors.Is(err, container.ErrNotFound) {
			continue // removed meanwhile
		}
		if err != nil {
			return nil, err
		}
		out = append(out, st)
	}
	return out, nil
}

// Status implements container.Foreign.
func (r *Runtime) Status(ctx context.Context, id string) (container.Status, error) {
	cid, err := r.mustID(ctx, id)
	if err != nil {
		return container.Status{}, err
	}
	resp, err := r.rs.ContainerStatus(ctx, &api.ContainerStatusRequest{ContainerId: cid, Verbose: true})
	if err != nil {
		err = known(err)
		if errors.Is(err, container.ErrNotFound) {
			r.forget(id)
		}
		return container.Status{}, fmt.Errorf("container %s: %w", id, err)
	}
	s := resp.Status
	var n note
	if err := json.Unmarshal([]byte(s.Annotations[noteStatus]), &n); err != nil {
		return container.Status{}, fmt.Errorf("container %s: annotation %s: %w", id, noteStatus, err)
	}
	out := container.Status{
		ID: id, Sandbox: s.Labels[labelSandbox], Labels: n.Labels, LogPath: n.LogPath, Stdin: n.Stdin, TTY: n.TTY,
		State: container.Running, StartedAt: time.Unix(0, s.StartedAt),
	}
	if s.State == api.ContainerState_CONTAINER_RUNNING {
		// Without one it cannot be told from outside which process it is, and nothing else is lost.
		out.PID, _ = pidOf(resp.Info)
		return out, nil
	}
	out.State, out.ExitCode, out.FinishedAt = container.Exited, int(s.ExitCode), time.Unix(0, s.FinishedAt)
	out.OOMKilled = s.Reason == "OOMKilled"
	if s.State == api.ContainerState_CONTAINER_UNKNOWN {
		out.Unknown, out.ExitCode, out.FinishedAt = true, container.UnknownExitCode, time.Now()
	}
	if out.ExitCode > 128 && out.ExitCode < 128+65 {
		out.Signal = out.ExitCode - 128
	}
	return out, nil
}

// forget drops what is kept of a container.
func (r *Runtime) forget(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.ids, id)
	delete(r.logs, id)
	delete(r.told, id)
}

// lookEvery is how often the runtime is asked what has ended, as kubelet does: older runtimes tell nothing by themselves.
const lookEvery = time.Second

// Follow implements container.Foreign.
func (r *Runtime) Follow(ctx context.Context, ended func(container.Status)) {
	r.mu.Lock()
	r.tell = ended
	r.mu.Unlock()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-r.look:
		}
		if err := r.lookOnce(ctx); err != nil && ctx.Err() == nil {
			r.log.Warn("looking what has ended", "runtime", r.o.Name, "err", err)
		}
	}
}

// lookNow has the follower look at once.
func (r *Runtime) lookNow() {
	select {
	case r.look <- struct{}{}:
	default:
	}
}

func (r *Runtime) lookOnce(ctx context.Context) error {
	r.mu.Lock()
	idle := len(r.ids) == 0
	r.mu.Unlock()
	if idle {
		return nil // nothing runs there
	}
	list, err := r.list(ctx, "")
	if err != nil {
		return err
	}
	for _, c := range list {
		switch c.State {
		case api.ContainerState_CONTAINER_RUNNING:
			r.rotate(ctx, c.Labels[labelContainer], c.Id)
		case api.ContainerState_CONTAINER_EXITED, api.ContainerState_CONTAINER_UNKNOWN:
			st, err := r.Status(ctx, c.Labels[labelContainer])
			if err == nil {
				r.tellOnce(st)
			}
		}
	}
	return nil
}

// tellOnce passes on the end of a container, the first time.
func (r *Runtime) tellOnce(st container.Status) {
	r.mu.Lock()
	tell := r.tell
	if r.told[st.ID] || tell == nil {
		tell = nil
	} else {
		r.told[st.ID] = true
	}
	r.mu.Unlock()
	if tell != nil {
		tell(st)
	}
}
