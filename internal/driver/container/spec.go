package container

import "time"

// Spec is everything about one container. All is resolved: names to numbers, images to directories, volumes to paths.
type Spec struct {
	ID      string            // unique for the instance, never used twice. [a-zA-Z0-9_.-]+
	Sandbox string            // of an existing sandbox
	Labels  map[string]string // opaque; comes back in Status, so that a restarted agent can rebuild

	Args []string // Args[0] is looked up in the PATH of Env, inside the container
	Env  []string // KEY=VALUE; HOME is added from the user if it is missing
	Cwd  string   // made if it does not exist; empty is /

	UID, GID       uint32   // see LookupUser for names
	AdditionalGIDs []uint32 // supplementary groups, fsGroup among them

	// Layers are the directories of the root file system, the lowest (the base) first. They are never written to; the
	// container's own writes go to a directory of the runtime, which Remove deletes. A layer's whiteouts are overlayfs'
	// (character device 0:0, trusted.overlay.opaque).
	Layers         []string
	ReadOnlyRootfs bool
	Mounts         []Mount // in this order, after the standard ones (/proc, /dev, /dev/pts, /dev/shm, /dev/mqueue, /sys, cgroup)

	Privileged         bool
	Capabilities       []string // the resolved set, "CAP_CHOWN" or "CHOWN"; see DefaultCapabilities. Ignored if Privileged
	AmbientCaps        []string // of Capabilities, also ambient: kept by programs of users other than root
	NoNewPrivileges    bool
	Seccomp            string // SeccompRuntimeDefault, SeccompUnconfined; empty is unconfined. Privileged is always unconfined
	AppArmor           string // empty or "unconfined"; others answer ErrUnsupported
	SELinuxLabel       string // empty; others answer ErrUnsupported
	MaskedPaths        []string
	ReadonlyPaths      []string
	DefaultProcMount   bool // take DefaultMaskedPaths and DefaultReadonlyPaths. Ignored if Privileged
	Devices            []Device
	Rlimits            []Rlimit
	Resources          Resources
	OOMScoreAdj        int // lowered values are clamped to what the host permits
	TTY                bool
	TTYWidth, TTYHeight uint16

	Stdin     bool // keep a stdin that Attach can write to; else it is /dev/null
	StdinOnce bool // end of file after the first attached client has gone

	LogPath     string // absolute; lines in CRI format. Its directory is made if missing. Empty: output is discarded
	LogMaxBytes int64  // rotate before a file grows beyond; 0 is DefaultLogMaxBytes
	LogMaxFiles int    // LogPath, LogPath.1 (newest) … in all; 0 is DefaultLogMaxFiles
}

// Defaults of the log rotation: kubelet's containerLogMaxSize and containerLogMaxFiles.
const (
	DefaultLogMaxBytes = 10 << 20
	DefaultLogMaxFiles = 5
)

// Seccomp profiles.
const (
	SeccompUnconfined     = "Unconfined"
	SeccompRuntimeDefault = "RuntimeDefault"
)

// Mount is one mount in the container.
type Mount struct {
	Destination string // absolute, in the container; made if missing, as a file if Source is one
	Source      string // absolute path on the host (bind), or empty for Tmpfs
	Tmpfs       bool   // a fresh tmpfs of the container's own, instead of a bind of Source
	TmpfsBytes  int64  // its size; 0 is the kernel's default
	ReadOnly    bool
	// RecursiveReadOnly makes the mounts below read-only too (kernel 5.12).
	RecursiveReadOnly bool
	Propagation       Propagation
	NoExec            bool
	NoDev             bool
	NoSuid            bool
}

// Propagation is a mount's relation to mounts made on the host later.
type Propagation string

// The Kubernetes names for private, rslave and rshared.
const (
	PropagationNone            Propagation = "" // private
	PropagationHostToContainer Propagation = "HostToContainer"
	PropagationBidirectional   Propagation = "Bidirectional"
)

// Device is a host device in the container.
type Device struct {
	HostPath      string
	ContainerPath string
	Permissions   string // of "rwm"
}

// Rlimit is one resource limit of the process, "RLIMIT_NOFILE".
type Rlimit struct {
	Type       string
	Soft, Hard uint64
}

// Resources are cgroup limits. Zero is "no limit" in all of them.
type Resources struct {
	CPUShares   uint64 // v1 unit; turned into cpu.weight on v2
	CPUQuota    int64  // microseconds in CPUPeriod
	CPUPeriod   uint64 // microseconds
	MemoryBytes int64
	PIDs        int64
	CPUSetCPUs  string
	CPUSetMems  string
}

// ExecSpec is a process to run in a running container.
type ExecSpec struct {
	Args []string
	// Env and Cwd, UID, GID, groups and capabilities are those of the container; Env here is added.
	Env   []string
	TTY   bool // one stream: Stderr of the Process is nil
	Stdin bool // else stdin is /dev/null
	// Width and Height are the terminal's first size.
	Width, Height uint16
	// Discard takes neither stdout nor stderr (they are /dev/null).
	Discard bool
}

// AttachSpec says which streams of a container to take.
type AttachSpec struct {
	Stdin, Stdout, Stderr bool
}

// Exit is how a process ended.
type Exit struct {
	Code     int // the program's, or 128 + signal
	Signal   int
	Finished time.Time
}
