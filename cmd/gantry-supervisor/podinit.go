package main

/*
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

// pod_init is the first process of a PID namespace that the containers of a Pod share: it reaps, and ends only by SIGKILL.
// It runs before the Go runtime starts (constructors get main's arguments), so that it stays a few hundred
// kilobytes. Its descriptors are those of exec.Cmd: /dev/null three times. With a further argument, the number of a descriptor of a
// user namespace, it goes there as its root, and becomes the first process of a PID namespace that belongs to it; its number is
// written to standard output as the kernel has it, in the bytes of an int.
__attribute__((constructor)) static void pod_init(int argc, char **argv) {
	if (argc < 2 || strcmp(argv[1], "pod-init") != 0)
		return;
	if (argc > 2) {
		int user = atoi(argv[2]);
		if (setns(user, CLONE_NEWUSER) != 0 || setgid(0) != 0 || setuid(0) != 0 || unshare(CLONE_NEWPID) != 0)
			_exit(1);
		pid_t child = fork();
		if (child < 0)
			_exit(1);
		if (child > 0)
			_exit(write(1, &child, sizeof child) == sizeof child ? 0 : 1);
		close(user);
		close(1);
	}
	prctl(PR_SET_NAME, "pod-init");
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, 0);
	sigset_t child;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (;;) {
		int sig;
		while (waitpid(-1, 0, WNOHANG) > 0)
			;
		sigwait(&child, &sig);
	}
}
*/
import "C"

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// startPodInit starts the first process of a shared PID namespace in the Pod's cgroup. Who asked for it keeps its pid and
// start time; the supervisor only reaps it if it is still there.
func (s *server) startPodInit(p *wire.PodInit, user *os.File) (wire.Response, error) {
	s.starting.RLock()
	defer s.starting.RUnlock()
	pid, err := forkPodInit(user)
	if err != nil {
		return wire.Response{}, fmt.Errorf("start init of shared PID namespace: %w", err)
	}
	abort := func(err error) (wire.Response, error) {
		_ = unix.Kill(pid, unix.SIGKILL)
		_, _ = unix.Wait4(pid, nil, 0, nil)
		return wire.Response{}, err
	}
	if err := joinCgroup(p.Cgroup, pid); err != nil {
		return abort(err)
	}
	start, err := startTime(pid)
	if err != nil {
		return abort(err)
	}
	if err := s.reapLater(pid); err != nil {
		return abort(err)
	}
	return wire.Response{PID: pid, StartTime: start}, nil
}

// forkPodInit starts the process. In a user namespace it is the child of one that has gone there and ended: ours then, as we are
// the subreaper.
func forkPodInit(user *os.File) (pid int, err error) {
	cmd := exec.Command("/proc/self/exe", wire.PodInitVerb)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWPID, Setsid: true}
	if user == nil {
		if err := cmd.Start(); err != nil {
			return 0, err
		}
		return cmd.Process.Pid, nil
	}
	cmd.SysProcAttr.Cloneflags = 0
	cmd.Args = append(cmd.Args, "3")
	cmd.ExtraFiles = []*os.File{user}
	var out bytes.Buffer // the process that stays closes its end
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("in its user namespace: %w", err)
	}
	if out.Len() != 4 {
		return 0, fmt.Errorf("in its user namespace: %d bytes came instead of a number", out.Len())
	}
	return int(binary.NativeEndian.Uint32(out.Bytes())), nil
}
