package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"github.com/opencontainers/runc/libcontainer/exeseal"
	"golang.org/x/sys/unix"
)

// seal makes sure that this process runs from a sealed copy of its executable in memory: libcontainer then starts
// containers from it as it is, and needs no copy of its own for each. The supervisors of a node share one copy; dir is this one's run
// directory, empty for a program that is no supervisor.
func seal(dir string) error {
	if exeseal.IsSelfExeCloned() {
		return nil
	}
	f, err := os.Open("/proc/self/exe")
	if err != nil {
		return fmt.Errorf("open own executable: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("open own executable: %w", err)
	}
	sealed := sealedBefore(dir, f)
	if sealed == nil {
		sealed, err = exeseal.CloneBinary(io.NewSectionReader(f, 0, info.Size()), info.Size(), "gantry-supervisor", os.TempDir())
	}
	if err != nil {
		return fmt.Errorf("seal own executable: %w", err)
	}
	f.Close()
	// One processor is enough for the short Go life of an init, and libcontainer hands the variable on to it.
	env := append(os.Environ(), sealedEnv+"=1")
	if os.Getenv(sealedEnv) != "" {
		return fmt.Errorf("own executable cannot be sealed: no memfd on this host")
	}
	return unix.Exec("/proc/self/fd/"+strconv.Itoa(int(sealed.Fd())), os.Args, env)
}

// sealedBefore is the sealed copy that another supervisor of the node runs from, if it is one of the same program; nil if there is none.
// Who that process is does not matter: a copy that has the same content, and cannot be changed, is as good as one's own.
func sealedBefore(dir string, self *os.File) *os.File {
	if dir == "" {
		return nil
	}
	sockets, err := filepath.Glob(filepath.Join(filepath.Dir(filepath.Clean(dir)), "*", "sock"))
	if err != nil {
		return nil
	}
	for _, socket := range sockets {
		pid, err := listener(socket)
		if err != nil {
			continue // it has ended
		}
		f, err := os.Open(fmt.Sprintf("/proc/%d/exe", pid))
		if err != nil {
			continue
		}
		if exeseal.IsCloned(f) && sameContent(f, self) {
			return f
		}
		f.Close()
	}
	return nil
}

// listener is the process that answers at a socket.
func listener(socket string) (pid int32, err error) {
	c, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: socket, Net: "unix"})
	if err != nil {
		return 0, err
	}
	defer c.Close()
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, err
	}
	var peer *unix.Ucred
	if cerr := raw.Control(func(fd uintptr) { peer, err = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) }); cerr != nil || err != nil {
		return 0, errors.Join(cerr, err)
	}
	return peer.Pid, nil
}

// sameContent compares two files. One that cannot be read is not the same.
func sameContent(a, b *os.File) bool {
	const piece = 1 << 16
	one, other := make([]byte, piece), make([]byte, piece)
	for at := int64(0); ; at += piece {
		n, err := a.ReadAt(one, at)
		m, berr := b.ReadAt(other, at)
		switch {
		case !bytes.Equal(one[:n], other[:m]):
			return false
		case errors.Is(err, io.EOF) && errors.Is(berr, io.EOF):
			return true
		case err != nil || berr != nil:
			return false
		}
	}
}

const sealedEnv = "GANTRY_SUPERVISOR_SEALED"

// ownMounts turns the mount namespace, which the agent made for this process, into a slave of the host's: mounts made on
// the host are seen, and none of ours go back.
func ownMounts() error {
	if err := os.Setenv("GOMAXPROCS", "1"); err != nil { // handed on to inits, whose Go life is short
		return err
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_SLAVE, ""); err != nil {
		return fmt.Errorf("make mounts slaves: %w", err)
	}
	return nil
}
