// Package container is the seam between the node's agent and whatever runs containers, with two implementations:
// Native (our supervisors on the real kernel) and Fake (in memory, for tests and simulation).
//
// It reads and writes the kernel: namespaces, cgroups, processes, and a run directory and a data directory of its own.
// It knows sandboxes and containers, and nothing of Pods, restarts, probes, images or volumes: those are the agent's.
// Every identifier is chosen by the caller; everything made for it carries a name derived from it, so that a scan after
// a crash can tell what belongs to whom.
package container

import (
	"context"
	"errors"
	"os"
	"time"
)

// Errors that callers tell apart with errors.Is.
var (
	ErrExists      = errors.New("already exists")
	ErrNotFound    = errors.New("not found")
	ErrNotRunning  = errors.New("container is not running")
	ErrUnsupported = errors.New("not supported")
	ErrStart       = errors.New("container did not start")     // it was prepared, but its process could not be made: an attempt that counts
	ErrUnavailable = errors.New("supervisor is not answering") // worth a retry: a new supervisor is being started
	ErrUnsent      = errors.New("call was not sent")           // besides ErrUnavailable: nothing has come of the call
)

// Runtime runs containers. Every method may be called from many goroutines. All calls are safe to repeat: removing what
// is gone succeeds; creating what exists answers ErrExists, so that a caller that crashed can List and go on.
type Runtime interface {
	// CreateNetNS makes an empty network namespace of that name (loopback up) and pins it, so that it outlives every
	// process. It is apart from CreateSandbox so that a pool can wire namespaces before there is a Pod for them.
	CreateNetNS(ctx context.Context, name string) error
	// OpenNetNS returns a descriptor of the namespace, for moving links into it; /proc/self/fd/N is a path to it while
	// it is open. The caller closes it.
	OpenNetNS(ctx context.Context, name string) (*os.File, error)
	// ListNetNS names every pinned network namespace, those of sandboxes included.
	ListNetNS(ctx context.Context) ([]string, error)
	RemoveNetNS(ctx context.Context, name string) error

	// CreateSandbox makes what the containers of a Pod share: pinned IPC and UTS namespaces, the network namespace
	// (unless taken from a pool), the Pod's cgroup and its /dev/shm. No process is started, except the tiny init of a
	// shared PID namespace.
	CreateSandbox(ctx context.Context, c SandboxConfig) error
	// RemoveSandbox removes it with everything that CreateSandbox made, its network namespace included. Containers in it are
	// killed and removed.
	RemoveSandbox(ctx context.Context, id string) error
	ListSandboxes(ctx context.Context) ([]SandboxStatus, error)
	SandboxStatus(ctx context.Context, id string) (SandboxStatus, error)

	// Start creates a container and starts its process. When it returns nil the program was found and is being executed; if the
	// kernel then refuses it (another architecture's, no interpreter), the container ends at once with the reason in its log. On
	// an error nothing of the container is left, except with ErrExists, and with ErrUnavailable, when the answer was lost: ask
	// Status.
	Start(ctx context.Context, spec Spec) error
	// Signal sends one signal to the container's first process; ErrNotRunning when it has ended.
	Signal(ctx context.Context, id string, signal int) error
	// Kill ends every process in the container's cgroup. It returns before the exit is seen: wait for the event.
	Kill(ctx context.Context, id string) error
	// Remove kills the container if need be and deletes its cgroup, state and writable layer. The log files stay: they
	// are the agent's.
	Remove(ctx context.Context, id string) error
	// List reports every container, ended ones too, until they are removed: a restarted agent rebuilds from it.
	List(ctx context.Context) ([]Status, error)
	// Status reports one container.
	Status(ctx context.Context, id string) (Status, error)
	// Wait returns the final status of a container once it has ended.
	Wait(ctx context.Context, id string) (Status, error)
	// Events delivers a Status whenever a container ends. It starts with every container that has ended already, and says
	// them again after a supervisor came back, so no exit is lost; receivers treat a repeat as no news. The channel is closed
	// when ctx ends. A slow receiver delays only its own events.
	Events(ctx context.Context) <-chan Status

	// Exec starts a process in a running container. Its end is reported by Process.Wait.
	Exec(ctx context.Context, id string, e ExecSpec) (Process, error)
	// Attach connects to the live output of a running container (from now on; the past is in its log), and to its stdin if
	// it was created with one.
	Attach(ctx context.Context, id string, a AttachSpec) (Process, error)

	// Stats reads the container's cgroup.
	Stats(ctx context.Context, id string) (Stats, error)
	// SandboxStats reads the Pod's cgroup.
	SandboxStats(ctx context.Context, id string) (Stats, error)
	// PodStats reads the cgroups of a Pod and of those containers; one that has ended is missing. detailed is for all of Details, else
	// only the Stats in them are read.
	PodStats(ctx context.Context, sandbox string, containers []string, detailed bool) (PodStats, error)
	// GroupStats reads the cgroups above the Pods.
	GroupStats(ctx context.Context, detailed bool) (GroupStats, error)
	// LimitPods changes the limits of all Pods together.
	LimitPods(ctx context.Context, r Resources) error
	// Update changes the limits of a running container.
	Update(ctx context.Context, id string, r Resources) error
	// UpdateSandbox changes the limits of the Pod's cgroup.
	UpdateSandbox(ctx context.Context, id string, r Resources) error
	// ReopenLog makes the next line of output go to a newly opened file: call it after moving the log away.
	ReopenLog(ctx context.Context, id string) error
}

// SandboxConfig says what the containers of one Pod share.
type SandboxConfig struct {
	ID       string            // unique for the instance: the Pod's UID. [a-zA-Z0-9_.-]+
	Hostname string            // of the UTS namespace; ignored with HostNetwork (the host's name is used)
	Labels   map[string]string // opaque; comes back in ListSandboxes

	// Handler names the runtime, as a RuntimeClass does; empty is our own. One that is not configured is ErrUnsupported.
	Handler string

	// NetNS names a namespace that CreateNetNS made; it then belongs to the sandbox and dies with it. Empty: one
	// is made that is named like the sandbox. Ignored with HostNetwork.
	NetNS string

	HostNetwork bool // also means the host's UTS namespace
	HostIPC     bool
	HostPID     bool
	// IDs puts the sandbox into the user namespace of its name that CreateUserNS made, with these ids.
	IDs      *IDMap `json:",omitempty"`
	SharePID bool   // one PID namespace for all containers, with a tiny init of ours as its process 1

	Sysctls   map[string]string // namespaced ones (net.*, kernel.shm*, kernel.msg*, kernel.sem, fs.mqueue.*), set once
	Resources Resources         // limits of the Pod's cgroup
}

// SandboxStatus is a sandbox as it is.
type SandboxStatus struct {
	SandboxConfig
	CreatedAt time.Time
	// InitAlive is false when what all containers of the sandbox depend on has died, the tiny init of a shared PID namespace or a
	// kernel of their own: the sandbox must be made anew. Always true for other sandboxes.
	InitAlive bool
}

// Stream says which of the standard streams a line or byte belongs to.
type Stream string

// The two output streams, named as in CRI log lines.
const (
	Stdout Stream = "stdout"
	Stderr Stream = "stderr"
)
