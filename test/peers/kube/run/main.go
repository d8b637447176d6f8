// Run starts a real control plane of upstream, etcd and kube-apiserver as they are usually installed: TLS and client
// certificates everywhere, RBAC, durable writes. It runs a command beside it and takes everything down again:
//
//	kube-run [--dir D] [--apiserver-arg=ARG]... -- COMMAND ARGS...
//
// The command finds it by PEER_KUBECONFIG, PEER_PIDS (etcd's and kube-apiserver's, with a comma) and PEER_READY_MS (from
// the start of kube-apiserver until a client saw it ready). Its exit code is the command's.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	dir := flag.String("dir", os.TempDir(), "where a temporary directory is made: the disk that is used")
	var more []string
	flag.Func("apiserver-arg", "a further argument of kube-apiserver; may be given several times", func(arg string) error {
		more = append(more, arg)
		return nil
	})
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "kube-run: no command; usage: kube-run [--dir D] -- COMMAND ARGS...")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx, *dir, more, flag.Args())
	stop()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		os.Exit(exit.ExitCode())
	case err != nil:
		fmt.Fprintln(os.Stderr, "kube-run:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, parent string, apiserverArgs, command []string) (err error) {
	dir, err := os.MkdirTemp(parent, "kube-run-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	p := &plane{dir: dir, programs: filepath.Dir(self), apiserverArgs: apiserverArgs}
	defer p.stop()
	if err := p.start(ctx); err != nil {
		return err
	}
	c := exec.CommandContext(ctx, command[0], command[1:]...)
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) } // it may have to clean up
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.Env = append(os.Environ(), "PEER_KUBECONFIG="+p.file("kubeconfig"), fmt.Sprintf("PEER_PIDS=%d,%d", p.etcd.Process.Pid, p.apiserver.Process.Pid),
		fmt.Sprintf("PEER_READY_MS=%d", p.ready.Milliseconds()))
	return c.Run()
}
