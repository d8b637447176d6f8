package main

/*
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

// pod_init is the first process of a PID namespace that the containers of a Pod share: it reaps, and ends only by SIGKILL.
// It runs before the Go runtime starts (constructors get main's arguments), so that it stays a few hundred
// kilobytes. Its descriptors are those of exec.Cmd: /dev/null three times.
__attribute__((constructor)) static void pod_init(int argc, char **argv) {
	if (argc < 2 || strcmp(argv[1], "pod-init") != 0)
		return;
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
	"fmt"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// startPodInit starts the first process of a shared PID namespace in the Pod's cgroup. Who asked for it keeps its pid and
// start time; the supervisor only reaps it if it is still there.
func (s *server) startPodInit(p *wire.PodInit) (wire.Response, error) {
	s.starting.RLock()
	defer s.starting.RUnlock()
	cmd := exec.Command("/proc/self/exe", "pod-init")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWPID, Setsid: true}
	if err := cmd.Start(); err != nil {
		return wire.Response{}, fmt.Errorf("start init of shared PID namespace: %w", err)
	}
	pid := cmd.Process.Pid
	abort := func(err error) (wire.Response, error) {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
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
