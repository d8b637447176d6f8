package wire

import "time"

// State is where a container is in its life. It only moves forward.
type State string

// The states. A container that is being started is not listed.
const (
	Running State = "running"
	Exited  State = "exited"
)

// UnknownExitCode stands where no exit code could be learned: a failure, and none that a program is likely to mean.
const UnknownExitCode = 255

// Status is a container as it is.
type Status struct {
	ID        string            `json:"id"`
	Sandbox   string            `json:"sandbox"`
	Labels    map[string]string `json:"labels,omitempty"`
	State     State             `json:"state"`
	PID       int               `json:"pid,omitempty"` // in the host's PID namespace; 0 when it has ended
	StartedAt time.Time         `json:"startedAt"`
	LogPath   string            `json:"logPath,omitempty"`
	// DroppedLogLines counts lines lost because the log could not be written (full disk).
	DroppedLogLines int64 `json:"droppedLogLines,omitempty"`
	// Stdin and TTY repeat what the container was created with.
	Stdin bool `json:"stdin,omitempty"`
	TTY   bool `json:"tty,omitempty"`

	// The rest is set when State is Exited.
	FinishedAt time.Time `json:"finishedAt,omitzero"`
	// ExitCode is the program's code, or 128 + the signal that ended it.
	ExitCode int `json:"exitCode,omitempty"`
	Signal   int `json:"signal,omitempty"` // the signal that ended it, or 0
	// OOMKilled: the kernel killed a process of the cgroup for its memory limit, and the main process ended with a failure.
	OOMKilled bool `json:"oomKilled,omitempty"`
	// Unknown: it ended while no supervisor ran, so ExitCode means nothing (it is UnknownExitCode) and FinishedAt is
	// when that was found out.
	Unknown bool `json:"unknown,omitempty"`
}

// Exit is how a process ended.
type Exit struct {
	Code     int       `json:"code"`             // the program's, or 128 + signal
	Signal   int       `json:"signal,omitempty"` // that ended it, or 0
	Finished time.Time `json:"finished"`
}
