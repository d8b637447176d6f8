// Package vmguest is the program that is process 1 of a virtual machine: it brings the machine up, and makes a Pod's containers in it
// through libcontainer, as the host asks over a serial port (package vmlink).
//
// It reads and writes the machine, which is its own. It holds no policy: what a container may do came with its specification.
package vmguest

import (
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/cmd/gantry-supervisor/vmlink"
)

// Name is the program's name when it is to be process 1 of a machine.
const Name = "/init"

// Run does not return before the machine ends: an error is told on the console, which the host keeps. seal has the program run from a
// copy in memory, and may start it anew.
func Run(seal func() error) {
	err := prepare()
	if err == nil {
		err = seal()
	}
	if err == nil {
		err = run()
	}
	fmt.Fprintln(os.Stderr, "gantry: the machine ends:", err)
	unix.Sync()
	_ = unix.Reboot(unix.LINUX_REBOOT_CMD_RESTART) // the host does not start it again
}

func run() error {
	if err := boot(); err != nil {
		return err
	}
	port, err := openPort()
	if err != nil {
		return err
	}
	g := &guest{containers: map[string]*ctr{}}
	g.reaper.start()
	return vmlink.New(port, g.handle).Run()
}

// handle serves the calls of the host.
func (g *guest) handle(op string, body json.RawMessage, streams []*vmlink.Stream) (any, error) {
	switch op {
	case vmlink.OpSetup:
		return nil, with(body, setup)
	case vmlink.OpStart:
		return answer(body, func(c vmlink.Start) (vmlink.Started, error) { return g.startContainer(c, streams) })
	case vmlink.OpExec:
		return answer(body, func(e vmlink.Exec) (vmlink.Started, error) { return g.exec(e, streams) })
	case vmlink.OpWait:
		return answer(body, g.wait)
	case vmlink.OpSignal:
		return nil, with(body, g.signal)
	case vmlink.OpResize:
		return nil, with(body, g.resize)
	case vmlink.OpRemove:
		return nil, with(body, g.remove)
	}
	return nil, fmt.Errorf("no such call: %s", op)
}

func with[In any](body json.RawMessage, f func(In) error) error {
	var in In
	if err := json.Unmarshal(body, &in); err != nil {
		return fmt.Errorf("decode call: %w", err)
	}
	return f(in)
}

func answer[In, Out any](body json.RawMessage, f func(In) (Out, error)) (out Out, err error) {
	err = with(body, func(in In) error {
		out, err = f(in)
		return err
	})
	return out, err
}
