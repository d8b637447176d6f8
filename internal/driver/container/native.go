package container

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// DefaultPerSupervisor is how many containers one supervisor takes. Three descriptors each stay far below the 20,000 that a process
// may have on small hosts; and the kernel copies all of them into each process that a supervisor starts, and closes them again.
const DefaultPerSupervisor = 1000

const (
	// DefaultUpWait is long enough for a supervisor that takes over as many containers as it may have, on a machine that is busy.
	DefaultUpWait = time.Minute
	// DefaultCallWait is kubelet's runtimeRequestTimeout.
	DefaultCallWait = 2 * time.Minute
)

// Options say where a Native runtime lives.
type Options struct {
	// Instance is in every kernel name that is made; two instances on one machine share nothing. [a-zA-Z0-9_.-]+
	Instance string
	// RunDir holds what must not outlive the machine's run: a tmpfs is mounted there. Example: /run/gantry-INSTANCE.
	RunDir string
	// DataDir holds the writable layers, and the supervisor's executable.
	DataDir string
	// Binary is the supervisor's executable. Empty: the embedded one is written to DataDir.
	Binary string
	// Handlers are further runtimes, which sandboxes ask for by name; see ParseHandlers.
	Handlers []Handler
	// Foreign are those of them that make containers elsewhere, by their names; Close closes them.
	Foreign map[string]Foreign
	// PerSupervisor bounds the containers of one supervisor; 0 is DefaultPerSupervisor.
	PerSupervisor int
	// UpWait bounds how long calls wait for a supervisor that does not come up, CallWait how long for an answer; 0 are the defaults.
	UpWait, CallWait time.Duration
	Log              *slog.Logger // nil: slog.Default
}

// Native runs containers through supervisors of its own. It implements Runtime.
type Native struct {
	opts   Options
	log    *slog.Logger
	cg     hierarchies
	holder *os.File // the mount namespace in which namespaces are pinned
	ctx    context.Context
	stop   context.CancelFunc
	work   sync.WaitGroup

	ends broadcast

	hostRoots map[string]*hostRoot // by handler; not written to after Open
	abroad    abroad

	mu          sync.Mutex
	sandboxes   map[string]*sandbox
	supervisors map[int]*supervisor
	home        map[string]*supervisor // of each container
	podOf       map[string]string      // sandbox of each container
	members     map[string][]string    // containers of each sandbox
}

var _ Runtime = (*Native)(nil)

// Open takes over what an earlier process of the same instance has left: its namespaces, its supervisors (dead ones
// are started anew) and their containers. Needs root.
func Open(ctx context.Context, o Options) (n *Native, err error) {
	if err := checkName(o.Instance); err != nil {
		return nil, fmt.Errorf("instance: %w", err)
	}
	if os.Geteuid() != 0 {
		return nil, fmt.Errorf("containers need root: namespaces, mounts and cgroups are made: %w", os.ErrPermission)
	}
	if !filepath.IsAbs(o.RunDir) || !filepath.IsAbs(o.DataDir) {
		return nil, fmt.Errorf("run directory %q and data directory %q must be absolute", o.RunDir, o.DataDir)
	}
	if len(o.RunDir) > maxRunDir {
		return nil, fmt.Errorf("run directory %s: longer than %d bytes, too long for a socket in it", o.RunDir, maxRunDir)
	}
	if o.PerSupervisor == 0 {
		o.PerSupervisor = DefaultPerSupervisor
	}
	o.UpWait, o.CallWait = cmp.Or(o.UpWait, DefaultUpWait), cmp.Or(o.CallWait, DefaultCallWait)
	if o.Log == nil {
		o.Log = slog.Default()
	}
	n = &Native{
		opts: o, log: o.Log,
		sandboxes: map[string]*sandbox{}, supervisors: map[int]*supervisor{}, home: map[string]*supervisor{}, podOf: map[string]string{}, members: map[string][]string{},
	}
	n.ctx, n.stop = context.WithCancel(context.Background())
	opened := n // a failing return has set n to nil
	defer func() {
		if err != nil {
			opened.Close()
		}
	}()
	if n.cg, err = findHierarchies(); err != nil {
		return nil, err
	}
	if err := mountRunDir(o.RunDir); err != nil {
		return nil, err
	}
	if n.holder, err = openHolder(o.RunDir); err != nil {
		return nil, err
	}
	if n.opts.Binary == "" {
		if n.opts.Binary, err = installSupervisor(o.DataDir); err != nil {
			return nil, err
		}
	}
	if err := n.openHostRoots(); err != nil {
		return nil, err
	}
	if err := n.openMachines(); err != nil {
		return nil, err
	}
	if err := n.loadSandboxes(); err != nil {
		return nil, err
	}
	if err := n.sweep(); err != nil {
		return nil, err
	}
	if err := n.followForeign(ctx); err != nil {
		return nil, err
	}
	if err := n.loadSupervisors(ctx); err != nil {
		return nil, err
	}
	if err := n.sweepLayers(); err != nil {
		return nil, err
	}
	return n, n.sweepKernels(ctx)
}

// Close lets go of everything and leaves it running: a later Open finds it.
func (n *Native) Close() {
	n.stop()
	n.work.Wait()
	for _, f := range n.opts.Foreign {
		f.Close()
	}
	if n.holder != nil {
		n.holder.Close()
	}
}

// cgroupRoot is the cgroup of the instance, below the root of each hierarchy.
func cgroupRoot(instance string) string { return "/gantry-" + instance }

func (n *Native) podCgroup(sandbox string) string {
	return cgroupRoot(n.opts.Instance) + "/pod" + sandbox
}

// containerCgroup is that of a container below its Pod's. Its name does not repeat the Pod's, by which tools look for cgroups of Pods.
func (n *Native) containerCgroup(sandbox, id string) string {
	return n.podCgroup(sandbox) + "/" + strings.TrimPrefix(id, sandbox+"_")
}

// layerDir is where a container's writable layer is.
func (n *Native) layerDir(id string) string { return filepath.Join(n.opts.DataDir, "containers", id) }

// maxRunDir leaves room for "/sup/NNNN/sock" in the 108 bytes of a socket's address.
const maxRunDir = 90

// maxName leaves room for prefixes and suffixes in file names of 255 bytes.
const maxName = 200

// checkName admits what can be a file's and a cgroup's name.
func checkName(name string) error {
	bad := strings.ContainsFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
	})
	if name == "" || bad || len(name) > maxName || name[0] == '.' {
		return fmt.Errorf("name %q is not 1 to %d of [a-zA-Z0-9_.-], not starting with a dot", name, maxName)
	}
	return nil
}

// ignoreMissing is err unless it says that the file is not there.
func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
