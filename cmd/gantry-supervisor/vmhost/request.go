package vmhost

import (
	"errors"
	"fmt"
	"os"

	"github.com/opencontainers/runtime-spec/specs-go"

	"gantry.dev/gantry/cmd/gantry-supervisor/vmlink"
	"gantry.dev/gantry/internal/driver/container/wire"
)

// The requests of a monitor.
const (
	opCreate = "create"
	opStart  = "start"
	opExec   = "exec"
	opWait   = "wait" // answers twice: with the terminal if there is one, and with the exit. Between them it takes sizes
	opKill   = "kill"
	opDelete = "delete"
)

// request is one request. Its files are the process's streams: stdin if it has one, stdout, stderr; or its terminal alone.
type request struct {
	Op      string
	ID      string
	PID     int            `json:",omitempty"`
	Spec    *specs.Spec    `json:",omitempty"`
	Process *specs.Process `json:",omitempty"`
	Stdin   bool           `json:",omitempty"`
	Signal  int            `json:",omitempty"`
	All     bool           `json:",omitempty"`
}

func (r *request) target() vmlink.Target { return vmlink.Target{ID: r.ID, PID: r.PID} }

// size is what a waiting client sends when its terminal's size has changed.
type size struct{ Width, Height uint16 }

// reply is one answer.
type reply struct {
	Error string       `json:",omitempty"`
	PID   int          `json:",omitempty"`
	Exit  *vmlink.Exit `json:",omitempty"`
}

// dial connects to the monitor of a machine. It changes the working directory: the whole path may be longer than a socket's can be.
func (c *command) dial(machine string) (*wire.Conn, error) {
	if err := os.Chdir(c.stateDir(machine)); err != nil {
		return nil, fmt.Errorf("machine %s: %w", machine, err)
	}
	conn, err := wire.Dial(socketName)
	if err != nil {
		return nil, fmt.Errorf("the machine %s has ended: %w", machine, err)
	}
	return conn, nil
}

// ask makes one request of a machine.
func (c *command) ask(machine string, r *request, files ...*os.File) (reply, error) {
	conn, err := c.dial(machine)
	if err != nil {
		return reply{}, err
	}
	defer conn.Close()
	if err := conn.Send(r, files...); err != nil {
		return reply{}, err
	}
	out, _, err := receive(conn)
	return out, err
}

// receive takes an answer and the terminal that came with it, if one did.
func receive(conn *wire.Conn) (out reply, terminal *os.File, err error) {
	files, err := conn.Receive(&out)
	if err != nil {
		return out, nil, fmt.Errorf("the machine has ended: %w", err)
	}
	if len(files) > 0 {
		terminal = files[0]
		wire.CloseAll(files[1:])
	}
	if out.Error != "" {
		err = errors.New(out.Error)
	}
	return out, terminal, err
}
