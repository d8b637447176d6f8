// Command gantry-supervisor is the parent of containers: a few thousand each, without a process of its own per container. It
// starts them through libcontainer, reads their output into log files, and tells how they end. It reads and writes its
// run directory, the cgroups it is told, and the socket in the run directory. It holds no policy: it restarts
// nothing, and knows no Pods. It can die at any time; its containers live on, and the next one that serves the same
// directory takes them over.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"

	"github.com/opencontainers/runc/libcontainer"
	_ "github.com/opencontainers/runc/libcontainer/nsenter" // the first half of "init", in C, before the Go runtime

	"gantry.dev/gantry/cmd/gantry-supervisor/vmguest"
	"gantry.dev/gantry/cmd/gantry-supervisor/vmhost"
)

func main() {
	// Threads that have joined namespaces end with their goroutine. The first thread cannot end, so nothing else may run on it.
	runtime.LockOSThread()
	if len(os.Args) > 1 && os.Args[1] == "init" {
		libcontainer.Init() // becomes the container's program
	}
	if os.Getpid() == 1 && os.Args[0] == vmguest.Name {
		vmguest.Run(func() error { return seal("") })
	}
	if len(os.Args) > 1 && os.Args[1] == vmhost.Verb {
		os.Exit(vmhost.Main(os.Args[2:]))
	}
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gantry-supervisor:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 || args[0] != "serve" {
		return fmt.Errorf("usage: gantry-supervisor serve --dir DIR (the agent starts it)")
	}
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	dir := flags.String("dir", "", "run directory, on a tmpfs")
	binary := flags.String("binary", "", "path of this program, for the agent to know its version")
	inherit := flags.String("inherit", "", "files that the program before this one has left open")
	ready := flags.Int("ready-fd", -1, "descriptor to write \"ready\" to when calls are answered")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	if *dir == "" {
		return fmt.Errorf("--dir is missing")
	}
	if err := seal(*dir); err != nil {
		return err
	}
	if err := ownMounts(); err != nil {
		return err
	}
	s, err := newServer(*dir, *binary)
	if err != nil {
		return err
	}
	left, err := parseHandover(*inherit)
	if err != nil {
		return err
	}
	ln, err := s.listen(left)
	if err != nil {
		return err
	}
	if err := s.reapOrphans(); err != nil {
		return err
	}
	if s.triggers, err = s.openTriggers(left); err != nil {
		s.log.Printf("containers get all file systems when they start, not when they look at them: %v", err)
	}
	failed := make(chan error, 2)
	go func() { failed <- s.loop.run() }() // recovery may wait for processes
	if err := s.recover(left); err != nil {
		return err
	}
	s.triggers.sweep()
	go s.closeIdleLogs()
	go func() { failed <- s.serve(ln) }()
	if *ready >= 0 {
		f := os.NewFile(uintptr(*ready), "ready")
		_, _ = f.WriteString("ready") // who started us may be gone; the containers are not
		f.Close()
	}
	return <-failed
}
