package container

import (
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"
)

// onThread runs f on an operating system thread that ends with it, so that f may change what belongs to a thread: its
// namespaces and its root. f must not start goroutines that outlive it.
func onThread(f func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		if unix.Gettid() == unix.Getpid() {
			// The process's first thread cannot end. While this goroutine holds it, another one cannot get it.
			defer runtime.UnlockOSThread()
			done <- onThread(f)
			return
		}
		done <- f() // never unlocked: the thread ends with this goroutine
	}()
	return <-done
}

// inHolder runs f on a thread whose root is the holder's.
func (n *Native) inHolder(f func() error) error {
	return onThread(func() error {
		if err := unix.Unshare(unix.CLONE_FS); err != nil {
			return fmt.Errorf("unshare file system attributes: %w", err)
		}
		if err := unix.Setns(int(n.holder.Fd()), unix.CLONE_NEWNS); err != nil {
			return fmt.Errorf("enter holder: %w", err)
		}
		return f()
	})
}
