package vmguest

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/moby/sys/devices"
	_ "github.com/opencontainers/cgroups/devices" // lets cgroups have device rules
	"github.com/opencontainers/runc/libcontainer"
	"github.com/opencontainers/runc/libcontainer/configs"
	"github.com/opencontainers/runc/libcontainer/specconv"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/cmd/gantry-supervisor/vmlink"
)

// AllDevices is the annotation of a container that gets all of the machine's devices: a privileged one.
const AllDevices = "gantry.dev/all-devices"

// stateDir is where libcontainer keeps what it knows of containers.
const stateDir = "/run/lc"

type guest struct {
	reaper reaper

	mu         sync.Mutex
	containers map[string]*ctr
}

// ctr is a container. mu guards procs; 0 is the first process beside its own number.
type ctr struct {
	c *libcontainer.Container

	mu    sync.Mutex
	procs map[int]*process
}

// startContainer makes a container and starts its program.
func (g *guest) startContainer(s vmlink.Start, streams []*vmlink.Stream) (vmlink.Started, error) {
	cfg, err := specconv.CreateLibcontainerConfig(&specconv.CreateOpts{CgroupName: s.ID, Spec: s.Spec, NoNewKeyring: true})
	if err != nil {
		return vmlink.Started{}, err
	}
	if s.Spec.Annotations[AllDevices] != "" {
		if cfg.Devices, err = devices.HostDevices(); err != nil {
			return vmlink.Started{}, fmt.Errorf("list devices: %w", err)
		}
	}
	c, err := libcontainer.Create(stateDir, s.ID, cfg)
	if err != nil {
		return vmlink.Started{}, err
	}
	ct := &ctr{c: c, procs: map[int]*process{}}
	g.mu.Lock()
	g.containers[s.ID] = ct
	g.mu.Unlock()
	pid, err := g.run(ct, s.Spec.Process, true, s.Stdin, streams)
	if err != nil {
		g.mu.Lock()
		delete(g.containers, s.ID)
		g.mu.Unlock()
		return vmlink.Started{}, errors.Join(err, destroy(c))
	}
	return vmlink.Started{PID: pid}, nil
}

func destroy(c *libcontainer.Container) error {
	if err := c.Destroy(); err != nil && !errors.Is(err, libcontainer.ErrNotExist) {
		return fmt.Errorf("remove container: %w", err)
	}
	return nil
}

func (g *guest) find(id string) (*ctr, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if ct := g.containers[id]; ct != nil {
		return ct, nil
	}
	return nil, fmt.Errorf("container %s is not in the machine", id)
}

func (g *guest) exec(e vmlink.Exec, streams []*vmlink.Stream) (vmlink.Started, error) {
	ct, err := g.find(e.ID)
	if err != nil {
		return vmlink.Started{}, err
	}
	pid, err := g.run(ct, e.Process, false, e.Stdin, streams)
	return vmlink.Started{PID: pid}, err
}

func (g *guest) process(t vmlink.Target) (*ctr, *process, error) {
	ct, err := g.find(t.ID)
	if err != nil {
		return nil, nil, err
	}
	ct.mu.Lock()
	defer ct.mu.Unlock()
	if p := ct.procs[t.PID]; p != nil {
		return ct, p, nil
	}
	return nil, nil, fmt.Errorf("container %s has no process %d", t.ID, t.PID)
}

// wait answers once: what has been told of a further process is forgotten.
func (g *guest) wait(t vmlink.Target) (vmlink.Exit, error) {
	ct, p, err := g.process(t)
	if err != nil {
		return vmlink.Exit{}, err
	}
	<-p.done
	if t.PID != 0 {
		ct.mu.Lock()
		delete(ct.procs, t.PID)
		ct.mu.Unlock()
	}
	return p.exit, nil
}

func (g *guest) signal(s vmlink.Signal) error {
	ct, p, err := g.process(s.Target)
	if err != nil {
		return err
	}
	select {
	case <-p.ended:
		return fmt.Errorf("container %s: process %d has ended", s.ID, p.pid)
	default:
	}
	if s.All {
		return ct.c.Signal(unix.Signal(s.Signal))
	}
	return unix.Kill(p.pid, unix.Signal(s.Signal))
}

func (g *guest) resize(r vmlink.Resize) error {
	_, p, err := g.process(r.Target)
	if err != nil {
		return err
	}
	if p.master == nil {
		return fmt.Errorf("container %s: process %d has no terminal", r.ID, p.pid)
	}
	return unix.IoctlSetWinsize(int(p.master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: r.Width, Row: r.Height})
}

// remove kills what is left of a container and forgets it. What is gone is no error.
func (g *guest) remove(t vmlink.Target) error {
	g.mu.Lock()
	ct := g.containers[t.ID]
	g.mu.Unlock()
	if ct == nil {
		return nil
	}
	ct.mu.Lock()
	first := ct.procs[0]
	ct.mu.Unlock()
	if err := ct.c.Signal(unix.SIGKILL); err != nil && !errors.Is(err, libcontainer.ErrNotRunning) && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	if first != nil {
		<-first.done
	}
	if err := destroy(ct.c); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.containers, t.ID)
	return nil
}

// oomKills is how often the kernel has killed in a container for its memory limit.
func oomKills(cfg configs.Config) int {
	body, err := os.ReadFile("/sys/fs/cgroup/" + cfg.Cgroups.Path + "/memory.events")
	if err != nil {
		return 0 // the cgroup has gone with a failed start
	}
	n := 0
	for line := range strings.Lines(string(body)) {
		if _, err := fmt.Sscanf(line, "oom_kill %d", &n); err == nil {
			return n
		}
	}
	return 0
}
