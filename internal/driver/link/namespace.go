package link

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// NewNamespace makes a network namespace that lives for as long as the file, or a process in it, does.
func NewNamespace() (*os.File, error) {
	type result struct {
		file *os.File
		err  error
	}
	done := make(chan result)
	go func() {
		file, err := unshareNamespace()
		done <- result{file, err}
	}()
	r := <-done
	return r.file, r.err
}

// unshareNamespace makes a namespace on its own thread and returns to the old one. Where it cannot return it leaves the
// thread locked, so that the thread ends with the goroutine: it is called in a goroutine of its own.
func unshareNamespace() (*os.File, error) {
	runtime.LockOSThread()
	home, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		runtime.UnlockOSThread()
		return nil, fmt.Errorf("open own network namespace: %w", err)
	}
	defer home.Close()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		runtime.UnlockOSThread()
		return nil, fmt.Errorf("make a network namespace: %w", err)
	}
	file, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		err = fmt.Errorf("open the new network namespace: %w", err)
	}
	if back := unix.Setns(int(home.Fd()), unix.CLONE_NEWNET); back != nil {
		if file != nil {
			_ = file.Close() // the error below is what counts
		}
		return nil, errors.Join(err, fmt.Errorf("return to own network namespace: %w", back))
	}
	runtime.UnlockOSThread()
	return file, err
}
