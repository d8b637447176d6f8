package container

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// loadSupervisors finds the supervisors of an earlier process, starts anew those that have died, and learns which
// containers they have.
func (n *Native) loadSupervisors(ctx context.Context) error {
	entries, err := os.ReadDir(filepath.Join(n.opts.RunDir, "sup"))
	if err != nil {
		return fmt.Errorf("list supervisors: %w", err)
	}
	var found []*supervisor
	n.mu.Lock()
	for _, e := range entries {
		if i, err := strconv.Atoi(e.Name()); err == nil {
			found = append(found, n.addSupervisor(i))
		}
	}
	n.mu.Unlock()
	for _, s := range found {
		if err := n.agree(ctx, s); err != nil {
			return fmt.Errorf("supervisor %s: %w", s.dir, err)
		}
		resp, err := s.call(ctx, &wire.Request{Op: wire.OpList})
		if err != nil {
			return fmt.Errorf("supervisor %s: %w", s.dir, err)
		}
		n.mu.Lock()
		for _, st := range resp.Statuses {
			n.settle(s, st.ID, st.Sandbox)
		}
		n.mu.Unlock()
	}
	return nil
}

// agree sees to it that a supervisor is of our version: one that another gantry has started goes on as ours.
func (n *Native) agree(ctx context.Context, s *supervisor) error {
	for upgraded := false; ; upgraded = true {
		resp, err := s.call(ctx, &wire.Request{Op: wire.OpHello})
		if upgraded && errors.Is(err, ErrUnavailable) && ctx.Err() == nil {
			continue // the old program took the connection with it
		}
		if err != nil {
			return err
		}
		h := resp.Hello
		if h != nil && h.Binary == n.opts.Binary && h.Version == wire.Version {
			return nil
		}
		if upgraded {
			return fmt.Errorf("it is of another version and stays so: %w", ErrUnsupported)
		}
		n.log.Info("upgrading a supervisor", "dir", s.dir, "to", n.opts.Binary)
		if _, err := s.call(ctx, &wire.Request{Op: wire.OpUpgrade, Path: n.opts.Binary}); err != nil {
			return fmt.Errorf("upgrade: %w", err)
		}
	}
}

// addSupervisor begins to keep the supervisor of that number. n.mu is held.
func (n *Native) addSupervisor(i int) *supervisor {
	s := &supervisor{n: n, dir: filepath.Join(n.opts.RunDir, "sup", strconv.Itoa(i)), up: make(chan struct{}), since: time.Now()}
	n.supervisors[i] = s
	n.work.Add(1)
	go s.keep()
	return s
}

// maxGivenUp is how many supervisors are replaced by others when they do not come up: where more than one does not, the next would
// not either.
const maxGivenUp = 1

// pick chooses the supervisor for the next container: the emptiest, or a new one when all are full or do not come up.
func (n *Native) pick(ctx context.Context) (*supervisor, error) {
	n.mu.Lock()
	var best *supervisor
	var without []*supervisor
	for _, s := range n.supervisors {
		if s.givenUp() {
			without = append(without, s)
		} else if s.count < n.opts.PerSupervisor && (best == nil || s.count < best.count) {
			best = s
		}
	}
	if best == nil && len(without) > maxGivenUp {
		best = without[0]
	}
	if best == nil {
		i := 0
		for n.supervisors[i] != nil {
			i++
		}
		best = n.addSupervisor(i)
	}
	n.mu.Unlock()
	_, err := best.waitUp(ctx)
	return best, err
}

// place reserves a container's place. One that is placed already exists, unless its supervisor knows nothing of it: then
// the supervisor died while starting it.
func (n *Native) place(ctx context.Context, id, sandbox string) (*supervisor, error) {
	if _, err := n.homeOf(id); err == nil {
		if _, err := n.Status(ctx, id); !errors.Is(err, ErrNotFound) {
			return nil, cmp.Or(err, fmt.Errorf("container %s: %w", id, ErrExists))
		}
		n.unplace(id)
	}
	s, err := n.pick(ctx)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.home[id] != nil {
		return nil, fmt.Errorf("container %s: %w", id, ErrExists)
	}
	n.settle(s, id, sandbox)
	return s, nil
}

// settle notes where a container is. n.mu is held.
func (n *Native) settle(s *supervisor, id, sandbox string) {
	n.home[id], n.podOf[id] = s, sandbox
	n.members[sandbox] = append(n.members[sandbox], id)
	s.count++
}

func (n *Native) unplace(id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if s := n.home[id]; s != nil {
		s.count--
		sandbox := n.podOf[id]
		n.members[sandbox] = slices.DeleteFunc(n.members[sandbox], func(m string) bool { return m == id })
		if len(n.members[sandbox]) == 0 {
			delete(n.members, sandbox)
		}
		delete(n.home, id)
		delete(n.podOf, id)
	}
}

// containersOf are the containers of a sandbox, running or ended.
func (n *Native) containersOf(sandbox string) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.members[sandbox])
}

func (n *Native) homeOf(id string) (*supervisor, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if s := n.home[id]; s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("container %s: %w", id, ErrNotFound)
}

// ask makes one call about a container to its supervisor.
func (n *Native) ask(ctx context.Context, id string, req *wire.Request) (*wire.Response, error) {
	s, err := n.homeOf(id)
	if err != nil {
		return nil, err
	}
	req.ID = id
	return s.call(ctx, req)
}
