package vmlink

import "github.com/opencontainers/runtime-spec/specs-go"

// The calls of the guest.
const (
	OpSetup  = "setup"  // Setup
	OpStart  = "start"  // Start, streams: stdin, stdout, stderr → Started
	OpExec   = "exec"   // Exec, streams: stdin, stdout, stderr → Started
	OpWait   = "wait"   // Target → Exit, when the process has ended and its output has been sent
	OpSignal = "signal" // Signal
	OpResize = "resize" // Resize
	OpRemove = "remove" // Target: the container is killed and forgotten
)

// Setup says what the machine is.
type Setup struct {
	Hostname string `json:"hostname"`
	Net      *Net   `json:"net,omitempty"` // nil: loopback alone
}

// Net is the machine's one network interface: what the Pod's would be without a machine.
type Net struct {
	MAC       string     `json:"mac"`
	MTU       int        `json:"mtu"`
	Addresses []string   `json:"addresses"` // with the length of their prefix
	Gateways  []Neighbor `json:"gateways"`  // default routes, one a family
}

// Neighbor is a permanent entry of the neighbour table.
type Neighbor struct {
	IP  string `json:"ip"`
	MAC string `json:"mac"`
}

// Start is a container: a bundle whose paths are the guest's.
type Start struct {
	ID    string      `json:"id"`
	Spec  *specs.Spec `json:"spec"`
	Stdin bool        `json:"stdin"`
}

// Exec is a further process in a container.
type Exec struct {
	ID      string         `json:"id"`
	Process *specs.Process `json:"process"`
	Stdin   bool           `json:"stdin"`
}

// Started names the process: a number of the guest.
type Started struct {
	PID int `json:"pid"`
}

// Target is a process of a container; PID 0 is the container's first.
type Target struct {
	ID  string `json:"id"`
	PID int    `json:"pid,omitempty"`
}

// Signal is for a process, or with All for all of the container.
type Signal struct {
	Target
	All    bool `json:"all,omitempty"`
	Signal int  `json:"signal"`
}

// Resize is the new size of a process's terminal.
type Resize struct {
	Target
	Width  uint16 `json:"width"`
	Height uint16 `json:"height"`
}

// Exit is how a process ended.
type Exit struct {
	Code int `json:"code"` // the program's, or 128 and the signal
	// OOM counts processes of the container that were killed for its memory limit.
	OOM int `json:"oom,omitempty"`
}

// PortName is the name of the serial port.
const PortName = "gantry"

// Share is where the guest has what the host shares with it: a directory for each container, with its root file system in "root" and
// its volumes beside it. Tag is the file system's name.
const (
	Share = "/share"
	Tag   = "gantry"
)
