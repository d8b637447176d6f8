package main

import (
	"fmt"
	"os"
	"strconv"

	"github.com/opencontainers/runc/libcontainer/exeseal"
	"golang.org/x/sys/unix"
)

// seal makes sure that this process runs from a sealed copy of its executable in memory: libcontainer then starts
// containers from it as it is, and needs no copy of its own for each.
func seal() error {
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
	sealed, err := exeseal.CloneBinary(f, info.Size(), "gantry-supervisor", os.TempDir())
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
