package vmhost

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/cmd/gantry-supervisor/console"
	"gantry.dev/gantry/cmd/gantry-supervisor/vmlink"
)

// create brings a container's files into the machine and leaves its specification there.
func (c *command) create(id string) error {
	var spec specs.Spec
	if err := readJSON(filepath.Join(c.bundle, "config.json"), &spec); err != nil {
		return err
	}
	machine := spec.Annotations[annotationMachine]
	m, err := c.readState(machine)
	if err != nil {
		return err
	}
	grafts, err := translate(&spec, id)
	if err != nil {
		return err
	}
	if err := c.writeState(id, state{Machine: machine}); err != nil {
		return err
	}
	if err := plant(m.PID, c.stateDir(machine), id, grafts); err != nil {
		return err
	}
	files, stdin, err := c.streams(spec.Process)
	if err != nil {
		return err
	}
	defer closeAll(files)
	_, err = c.ask(machine, &request{Op: opCreate, ID: id, Spec: &spec, Stdin: stdin}, files...)
	return err
}

// streams are the process's: our own, or one end of a terminal whose other end goes to the console socket.
func (c *command) streams(p *specs.Process) (files []*os.File, stdin bool, err error) {
	if p.Terminal {
		slave, err := c.openTerminal(p.ConsoleSize)
		return []*os.File{slave}, true, err
	}
	var st unix.Stat_t
	if err := unix.Fstat(0, &st); err != nil {
		return nil, false, fmt.Errorf("stdin: %w", err)
	}
	if null := unix.Mkdev(1, 3); st.Mode&unix.S_IFMT != unix.S_IFCHR || st.Rdev != null {
		files, stdin = append(files, os.Stdin), true
	}
	return append(files, os.Stdout, os.Stderr), stdin, nil
}

// openTerminal makes a terminal that changes nothing: the one in the machine does.
func (c *command) openTerminal(s *specs.Box) (slave *os.File, err error) {
	master, err := os.OpenFile("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("make terminal: %w", err)
	}
	defer master.Close()
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		return nil, fmt.Errorf("make terminal: %w", err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		return nil, fmt.Errorf("make terminal: %w", err)
	}
	slave, err = os.OpenFile("/dev/pts/"+strconv.Itoa(n), unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("make terminal: %w", err)
	}
	err = makeRaw(int(slave.Fd()))
	if err == nil && s != nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Col: uint16(s.Width), Row: uint16(s.Height)})
	}
	if err == nil {
		err = console.Send(c.consoleSocket, master)
	}
	if err != nil {
		slave.Close()
		return nil, fmt.Errorf("make terminal: %w", err)
	}
	return slave, nil
}

// makeRaw is cfmakeraw(3).
func makeRaw(fd int) error {
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	t.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	t.Oflag &^= unix.OPOST
	t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	t.Cflag = t.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	return unix.IoctlSetTermios(fd, unix.TCSETS, t)
}

// start starts a container that has been created.
func (c *command) start(id string) error {
	s, err := c.readState(id)
	if err != nil {
		return err
	}
	_, err = c.ask(s.Machine, &request{Op: opStart, ID: id})
	return err
}

// holdVerb is the command that stands for a further process of a container, and ends as it does.
const holdVerb = "hold"

// exec starts a further process, and leaves one that stands for it.
func (c *command) exec(id string) error {
	s, err := c.readState(id)
	if err != nil {
		return err
	}
	var p specs.Process
	if err := readJSON(c.process, &p); err != nil {
		return err
	}
	files, stdin, err := c.streams(&p)
	if err != nil {
		return err
	}
	defer closeAll(files)
	out, err := c.ask(s.Machine, &request{Op: opExec, ID: id, Process: &p, Stdin: stdin}, files...)
	if err != nil {
		return err
	}
	cmd := exec.Command("/proc/self/exe", Verb, "--root", c.root, holdVerb, "--pid", strconv.Itoa(out.PID), id)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("stand for process %d: %w", out.PID, err)
	}
	return errors.Join(writeNumber(c.insidePID, out.PID), writeNumber(c.pidFile, cmd.Process.Pid))
}

// hold waits for a further process and ends as it has.
func (c *command) hold(id string) (int, error) {
	e, err := c.await(id)
	return e.Code, err
}

// wait waits for a container and tells how it has ended.
func (c *command) wait(id string) error {
	e, err := c.await(id)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"id": id, "exitStatus": e.Code, "oomKilled": e.OOM > 0})
}

// await waits for a process. With a terminal it is the one that hears of new sizes.
func (c *command) await(id string) (e vmlink.Exit, err error) {
	signal.Ignore(unix.SIGHUP) // the terminal's end is not the program's
	s, err := c.readState(id)
	if err != nil {
		return e, err
	}
	conn, err := c.dial(s.Machine)
	if err != nil {
		return e, err
	}
	defer conn.Close()
	if err := conn.Send(&request{Op: opWait, ID: id, PID: c.pid}); err != nil {
		return e, err
	}
	_, terminal, err := receive(conn)
	if err != nil {
		return e, err
	}
	if terminal != nil {
		if err := followSize(terminal, func(z size) { _ = conn.Send(z) }); err != nil { // a machine that has gone has no sizes
			return e, err
		}
	}
	out, _, err := receive(conn)
	if err == nil && out.Exit == nil {
		err = errors.New("the machine tells no exit")
	}
	if err != nil {
		return e, err
	}
	return *out.Exit, nil
}

// followSize makes a terminal this process's own, because that is who is told when its size changes.
func followSize(terminal *os.File, tell func(size)) error {
	_, _ = unix.Setsid() // an exec's is one already
	if err := unix.IoctlSetInt(int(terminal.Fd()), unix.TIOCSCTTY, 0); err != nil {
		terminal.Close()
		return fmt.Errorf("take terminal: %w", err)
	}
	changed := make(chan os.Signal, 1)
	signal.Notify(changed, unix.SIGWINCH)
	go func() {
		defer terminal.Close()
		for range changed {
			w, err := unix.IoctlGetWinsize(int(terminal.Fd()), unix.TIOCGWINSZ)
			if err != nil {
				return
			}
			tell(size{w.Col, w.Row})
		}
	}()
	return nil
}

// kill sends a signal.
func (c *command) kill(id string, sig int) error {
	s, err := c.readState(id)
	if err != nil {
		return err
	}
	_, err = c.ask(s.Machine, &request{Op: opKill, ID: id, PID: c.pid, Signal: sig, All: c.all})
	return err
}

// delete removes a container, or a whole machine. What has gone with its machine is no error.
func (c *command) delete(id string) error {
	s, err := c.readState(id)
	if errors.Is(err, os.ErrNotExist) {
		return os.RemoveAll(c.stateDir(id))
	}
	if err != nil {
		return err
	}
	if s.Machine == id {
		_ = unix.Kill(s.PID, unix.SIGKILL) // its cgroup is emptied as well
		return os.RemoveAll(c.stateDir(id))
	}
	m, err := c.readState(s.Machine)
	if err == nil && unix.Kill(m.PID, 0) == nil {
		_, err = c.ask(s.Machine, &request{Op: opDelete, ID: id})
		err = errors.Join(err, uproot(m.PID, c.stateDir(s.Machine), id))
	} else {
		err = nil
	}
	return errors.Join(err, os.RemoveAll(c.stateDir(id)))
}
