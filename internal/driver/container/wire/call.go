package wire

import "strconv"

// Op names a call.
type Op string

// The calls of a supervisor.
const (
	OpHello     Op = "hello"      // → Hello
	OpStart     Op = "start"      // Start, descriptors of the namespaces to join → Status
	OpSignal    Op = "signal"     // ID, Signal
	OpKill      Op = "kill"       // ID: every process of the cgroup
	OpRemove    Op = "remove"     // ID
	OpList      Op = "list"       // → Statuses
	OpStatus    Op = "status"     // ID → Statuses of one
	OpEvents    Op = "events"     // → a Response with one of Statuses for each ended container, for ever
	OpExec      Op = "exec"       // ID, Exec, stdio → Response (with a terminal: its master), then a Response with Exit
	OpAttach    Op = "attach"     // ID, Attach, stdio → Response (with a terminal: its master), then a Response with Exit
	OpUpdate    Op = "update"     // ID, Resources
	OpReopenLog Op = "reopen-log" // ID
	OpPodInit   Op = "pod-init"   // PodInit → PID, StartTime
	OpUpgrade   Op = "upgrade"    // Path: the process goes on as that program, with its children
	OpShutdown  Op = "shutdown"   // ends the supervisor; its containers live on
)

// Version of the protocol; a client that meets another one says so and does not guess.
const Version = 1

// Request is one call.
type Request struct {
	Op        Op          `json:"op"`
	ID        string      `json:"id,omitempty"`
	Start     *Start      `json:"start,omitempty"`
	Exec      *ExecSpec   `json:"exec,omitempty"`
	Attach    *AttachSpec `json:"attach,omitempty"`
	Resources *Resources  `json:"resources,omitempty"`
	PodInit   *PodInit    `json:"podInit,omitempty"`
	Signal    int         `json:"signal,omitempty"`
	Path      string      `json:"path,omitempty"`
	// FDs names the descriptors that come with the frame, in their order.
	FDs []string `json:"fds,omitempty"`
}

// Names of descriptors in Request.FDs and Response.FDs.
const (
	FDNet    = "net"
	FDIPC    = "ipc"
	FDUTS    = "uts"
	FDUser   = "user"
	FDStdin  = "stdin"
	FDStdout = "stdout"
	FDStderr = "stderr"
	FDMaster = "master" // of a terminal
)

// FDMount names the detached mount (open_tree) of Spec.Mounts[i].
func FDMount(i int) string { return "mount" + strconv.Itoa(i) }

// Start is a container with what its sandbox and the client decided for it.
type Start struct {
	Spec   Spec   `json:"spec"`
	Cgroup string `json:"cgroup"` // path below each hierarchy's root
	// PodGroup: Cgroup is the Pod's own and stays when the container goes. The container has a PID namespace of its own then.
	PodGroup bool   `json:"podGroup,omitempty"`
	DataDir  string `json:"dataDir"`           // holds upper and work; made and removed by the supervisor
	ShmDir   string `json:"shmDir,omitempty"`  // bound to /dev/shm
	HostPID  bool   `json:"hostPID,omitempty"` // no PID namespace
	IDs      *IDMap `json:"ids,omitempty"`     // of the user namespace that comes as FDUser, in which the container is
	PIDNS    string `json:"pidNS,omitempty"`   // path of the PID namespace to join; empty and not HostPID: a new one
	OCI      *OCI   `json:"oci,omitempty"`     // makes the container instead of libcontainer
}

// OCI is a program with the command line of runc.
type OCI struct {
	Handler string   `json:"handler"`        // the name by which a RuntimeClass asks for it
	Path    string   `json:"path"`           // absolute
	Args    []string `json:"args,omitempty"` // before the command
	// Kernel is the container whose kernel all containers of the sandbox run on, for a program that has one of its own (gVisor);
	// the first container of the sandbox names itself. Empty: the host's.
	Kernel string `json:"kernel,omitempty"`
	// Limits: that kernel has cgroups, in which each container keeps its own limits.
	Limits bool `json:"limits,omitempty"`
	// SharePID: the containers on that kernel see each other's processes.
	SharePID bool `json:"sharePID,omitempty"`
	// Hostname is for such a kernel, which does not see the namespace's.
	Hostname string `json:"hostname,omitempty"`
}

// Joined says that a container runs on the kernel of another one: it is no process of the host.
func (s *Start) Joined() bool { return s.OCI != nil && s.OCI.Kernel != "" && s.OCI.Kernel != s.Spec.ID }

// PodInit asks for the first process of a PID namespace that containers share, in the user namespace that comes as FDUser, if
// one does.
type PodInit struct {
	Cgroup string `json:"cgroup"`
}

// PodInitVerb is the argument with which the supervisor's program is such a process: it waits, reaps, and ends by SIGKILL.
const PodInitVerb = "pod-init"

// Hello tells who answers.
type Hello struct {
	Version    int `json:"version"`
	PID        int `json:"pid"`
	Containers int `json:"containers"`
	// Binary is the path of the program that runs; it names its version.
	Binary string `json:"binary,omitempty"`
}

// Code sorts errors, so that the client can return an error that errors.Is knows.
type Code string

// The codes.
const (
	CodeExists      Code = "exists"
	CodeNotFound    Code = "not-found"
	CodeNotRunning  Code = "not-running"
	CodeUnsupported Code = "unsupported"
	CodeStart       Code = "start" // all was prepared, but the process could not be made or its program not be executed
	CodeFailed      Code = "failed"
)

// Response answers a call. Code is empty on success.
type Response struct {
	Code      Code     `json:"code,omitempty"`
	Error     string   `json:"error,omitempty"`
	Hello     *Hello   `json:"hello,omitempty"`
	Statuses  []Status `json:"statuses,omitempty"`
	Exit      *Exit    `json:"exit,omitempty"`
	PID       int      `json:"pid,omitempty"`
	StartTime uint64   `json:"startTime,omitempty"` // of PID, in clock ticks since boot: tells a reused PID
	FDs       []string `json:"fds,omitempty"`
}
