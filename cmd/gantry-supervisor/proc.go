package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// procStat is what /proc/PID/stat says of a process.
type procStat struct {
	state     byte
	parent    int
	startTime uint64 // in clock ticks since boot: with the pid it names a process for ever
	exitCode  uint32 // as wait(2) has it; of a zombie
}

// Fields of /proc/PID/stat after the command's name, counted from the state, which is proc(5)'s number 3.
const (
	statState     = 0
	statParent    = 4 - 3
	statStartTime = 22 - 3
	statExitCode  = 52 - 3
)

func readStat(pid int) (procStat, error) {
	f, err := os.Open("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return procStat{}, err
	}
	defer f.Close()
	return parseStat(f)
}

// parseStat reads such a file.
func parseStat(f *os.File) (procStat, error) {
	raw, err := io.ReadAll(f)
	if err != nil {
		return procStat{}, err
	}
	fields := bytes.Fields(raw[bytes.LastIndexByte(raw, ')')+1:]) // the name may hold anything
	if len(fields) <= statExitCode {
		return procStat{}, fmt.Errorf("%s has %d fields", f.Name(), len(fields))
	}
	start, err1 := strconv.ParseUint(string(fields[statStartTime]), 10, 64)
	code, err2 := strconv.ParseUint(string(fields[statExitCode]), 10, 32)
	parent, err3 := strconv.Atoi(string(fields[statParent]))
	if err := errors.Join(err1, err2, err3); err != nil {
		return procStat{}, fmt.Errorf("%s: %w", f.Name(), err)
	}
	return procStat{state: fields[statState][0], parent: parent, startTime: start, exitCode: uint32(code)}, nil
}

func startTime(pid int) (uint64, error) {
	st, err := readStat(pid)
	return st.startTime, err
}

// openProcess returns a pidfd of the very process that started then, or unix.ESRCH.
func openProcess(pid int, started uint64) (int, error) {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return -1, err
	}
	// Read after the opening: now the pid cannot be taken by another without fd telling.
	st, err := readStat(pid)
	if err != nil || st.startTime != started {
		unix.Close(fd)
		return -1, unix.ESRCH
	}
	return fd, nil
}

// exitOf turns a wait status into what a client sees.
func exitOf(ws unix.WaitStatus) wire.Exit {
	if ws.Signaled() {
		return wire.Exit{Code: 128 + int(ws.Signal()), Signal: int(ws.Signal())}
	}
	return wire.Exit{Code: ws.ExitStatus()}
}

// pidfdInfo is struct pidfd_info of linux/pidfd.h in its first version.
type pidfdInfo struct {
	mask     uint64
	cgroupID uint64
	ids      [11]uint32
	exitCode int32
}

const (
	pidfdGetInfo  = 0xc040ff0b // _IOWR(PIDFS_IOCTL_MAGIC, 11, struct pidfd_info)
	pidfdInfoExit = 1 << 3     // since Linux 6.15
)

// reapedStatus is the wait status of a process that somebody else has reaped; ok is false where the kernel does not keep it.
func reapedStatus(pidfd int) (ws unix.WaitStatus, ok bool) {
	info := pidfdInfo{mask: pidfdInfoExit}
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(pidfd), pidfdGetInfo, uintptr(unsafe.Pointer(&info)))
	if errno != 0 || info.mask&pidfdInfoExit == 0 {
		return 0, false
	}
	return unix.WaitStatus(info.exitCode), true
}
