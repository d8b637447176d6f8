package vmguest

import (
	"os"
	"os/signal"
	"sync"

	"golang.org/x/sys/unix"
)

// reaper waits for all children of process 1: for those of ours, which are known by their numbers, and for what others have left.
type reaper struct {
	// starting is held for reading until a new process is known by its number, and while libcontainer waits for helpers of its own.
	starting sync.RWMutex

	mu    sync.Mutex
	ended map[int]chan unix.WaitStatus
}

func (r *reaper) start() {
	r.ended = map[int]chan unix.WaitStatus{}
	children := make(chan os.Signal, 1)
	signal.Notify(children, unix.SIGCHLD)
	go func() {
		for range children {
			r.reap()
		}
	}()
}

func (r *reaper) reap() {
	r.starting.Lock()
	defer r.starting.Unlock()
	for {
		var ws unix.WaitStatus
		pid, err := unix.Wait4(-1, &ws, unix.WNOHANG, nil)
		if err == unix.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			return
		}
		r.mu.Lock()
		c := r.ended[pid]
		delete(r.ended, pid)
		r.mu.Unlock()
		if c != nil {
			c <- ws // has room for one
		}
	}
}

// run starts a process by f, which returns its number, and tells where its end will be told.
func (r *reaper) run(f func() (pid int, err error)) (int, <-chan unix.WaitStatus, error) {
	r.starting.RLock()
	defer r.starting.RUnlock()
	pid, err := f()
	if err != nil {
		return 0, nil, err
	}
	c := make(chan unix.WaitStatus, 1)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended[pid] = c
	return pid, c, nil
}
