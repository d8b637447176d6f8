package wire

// Spec is everything about one container. All is resolved: names to numbers, images to directories, volumes to paths.
type Spec struct {
	ID      string // unique for the instance, never used twice. [a-zA-Z0-9_.-]+
	Sandbox string // of an existing sandbox
	// Sole says that the sandbox has no other container. With cgroup version 1 it needs no cgroup below the Pod's then: the
	// kernel keeps a kilobyte for every 64 mounted file systems of the machine in each memory cgroup, and ten thousand Pods
	// mount fifty thousand.
	Sole bool `json:",omitempty"`
	// Target is a running container of the sandbox whose processes this one sees, in the PID namespace of that one. Empty: none.
	Target string            `json:",omitempty"`
	Labels map[string]string `json:",omitempty"` // opaque; comes back in Status, so that a restarted agent can rebuild

	Args []string // Args[0] is looked up in the PATH of Env, inside the container
	Env  []string `json:",omitempty"` // KEY=VALUE; HOME is added from the user if it is missing
	Cwd  string   `json:",omitempty"` // made if it does not exist; empty is /

	UID, GID       uint32   // package image resolves names
	AdditionalGIDs []uint32 `json:",omitempty"` // supplementary groups, fsGroup among them

	// Image is the name that the layers came under, for a runtime that has images of its own.
	Image string `json:",omitempty"`

	// Layers are the directories of the root file system, the lowest (the base) first. They are never written to; the
	// container's own writes go to a directory of the runtime, which Remove deletes. A layer's whiteouts are overlayfs'
	// (character device 0:0, trusted.overlay.opaque).
	Layers         []string
	ReadOnlyRootfs bool    `json:",omitempty"`
	Mounts         []Mount `json:",omitempty"` // in this order, after the standard ones (/proc, /dev, /dev/pts, /dev/shm, /dev/mqueue, /sys, cgroup)

	Privileged      bool     `json:",omitempty"`
	Capabilities    []string `json:",omitempty"` // the resolved set, "CAP_CHOWN" or "CHOWN"; see ResolveCapabilities. Ignored if Privileged
	AmbientCaps     []string `json:",omitempty"` // of Capabilities, also ambient: kept by programs of users other than root
	NoNewPrivileges bool     `json:",omitempty"`
	// Seccomp is SeccompUnconfined (also when empty), SeccompRuntimeDefault, or the absolute path of a profile in
	// Docker's JSON form (Localhost). Privileged is always unconfined.
	Seccomp       string   `json:",omitempty"`
	AppArmor      string   `json:",omitempty"` // a loaded profile; empty or "unconfined" is none. Without AppArmor others answer ErrUnsupported
	SELinuxLabel  string   `json:",omitempty"` // empty; others answer ErrUnsupported
	MaskedPaths   []string `json:",omitempty"` // see DefaultMaskedPaths. Ignored if Privileged
	ReadonlyPaths []string `json:",omitempty"` // see DefaultReadonlyPaths. Ignored if Privileged
	Devices       []Device `json:",omitempty"`
	Rlimits       []Rlimit `json:",omitempty"`

	Resources   Resources
	OOMScoreAdj int    `json:",omitempty"` // a value lower than the host permits is raised to what it permits
	TTY         bool   `json:",omitempty"`
	Width       uint16 `json:",omitempty"` // first size of the terminal
	Height      uint16 `json:",omitempty"`

	Stdin     bool `json:",omitempty"` // keep a stdin that Attach can write to; else it is /dev/null
	StdinOnce bool `json:",omitempty"` // end of file after the first attached client has gone

	// LogPath is the absolute path of the log, in CRI format; its directory is made if missing. Rotated files are LogPath.1
	// (the newest), LogPath.2 and so on. Empty: output is discarded.
	LogPath     string `json:",omitempty"`
	LogMaxBytes int64  `json:",omitempty"` // rotate before a file grows beyond; 0 is DefaultLogMaxBytes
	LogMaxFiles int    `json:",omitempty"` // in all, LogPath included; 0 is DefaultLogMaxFiles
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
	Source      string `json:",omitempty"` // absolute path on the host (bind), or empty for Tmpfs
	Tmpfs       bool   `json:",omitempty"` // a fresh tmpfs of the container's own, instead of a bind of Source
	TmpfsBytes  int64  `json:",omitempty"` // its size; 0 is the kernel's default
	ReadOnly    bool   `json:",omitempty"`
	// RecursiveReadOnly makes the mounts below read-only too (kernel 5.12).
	RecursiveReadOnly bool        `json:",omitempty"`
	Propagation       Propagation `json:",omitempty"`
	NoExec            bool        `json:",omitempty"`
	NoDev             bool        `json:",omitempty"`
	NoSuid            bool        `json:",omitempty"`
}

// Propagation is a mount's relation to mounts made on the host later.
type Propagation string

// The Kubernetes names for private, rslave and rshared. For the last two the source has to lie in a mount that the host shares.
const (
	PropagationNone            Propagation = ""
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
	CPUShares   uint64 `json:",omitempty"` // v1 unit; turned into cpu.weight on v2
	CPUQuota    int64  `json:",omitempty"` // microseconds in CPUPeriod
	CPUPeriod   uint64 `json:",omitempty"` // microseconds; 0 is 100,000
	MemoryBytes int64  `json:",omitempty"`
	// SwapBytes is what may be swapped out besides; zero is nothing. Version 1 bounds memory and swap together, so that it counts
	// only with MemoryBytes there.
	SwapBytes int64 `json:",omitempty"`
	// HugePages are bytes of huge pages by their size as the kernel writes it ("2MB"); a size that is not in it has no limit. They
	// are the Pod's: of a container they are not looked at.
	HugePages  map[string]int64 `json:",omitempty"`
	PIDs       int64            `json:",omitempty"`
	CPUSetCPUs string           `json:",omitempty"`
	CPUSetMems string           `json:",omitempty"`
}

// IDMap is the range of users and groups of a user namespace: 0 to Size-1 there are HostID and those after it on the host.
type IDMap struct {
	HostID, Size uint32
}

// ExecSpec is a process to run in a running container, as its user, with its capabilities and in its working directory.
type ExecSpec struct {
	Args []string
	Env  []string `json:",omitempty"` // added to the container's
	TTY  bool     `json:",omitempty"` // one stream: Stderr of the Process is nil
	// Stdin, Stdout, Stderr say which streams are wanted; the others are /dev/null.
	Stdin, Stdout, Stderr bool   `json:",omitempty"`
	Width                 uint16 `json:",omitempty"` // first size of the terminal
	Height                uint16 `json:",omitempty"`
}

// AttachSpec says which streams of a container to take.
type AttachSpec struct {
	Stdin, Stdout, Stderr bool `json:",omitempty"`
}
