package agent

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// dialLoopback connects to a port of this network namespace, over IPv4 or else IPv6.
func dialLoopback(ctx context.Context, port int) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp4", hostPort("127.0.0.1", port))
	if err == nil {
		return conn, nil
	}
	if conn, err6 := d.DialContext(ctx, "tcp6", hostPort("::1", port)); err6 == nil {
		return conn, nil
	}
	return nil, err
}

// dialIn connects inside of a network namespace. A socket belongs for ever to the namespace of the thread that made it;
// net.Dialer makes it in the calling goroutine when it is given a literal address.
func dialIn(ctx context.Context, ns *os.File, port int) (net.Conn, error) {
	type outcome struct {
		conn net.Conn
		err  error
	}
	done := make(chan outcome, 1)
	go func() {
		runtime.LockOSThread()
		home, err := os.Open("/proc/thread-self/ns/net")
		if err != nil {
			runtime.UnlockOSThread()
			done <- outcome{nil, fmt.Errorf("agent: opening the node's network namespace: %w", err)}
			return
		}
		defer home.Close()
		if err := unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET); err != nil {
			runtime.UnlockOSThread()
			done <- outcome{nil, fmt.Errorf("agent: entering the network namespace of a pod: %w", err)}
			return
		}
		conn, err := dialLoopback(ctx, port)
		// A thread that cannot come home stays locked, so that it ends with this goroutine and is not used again.
		if unix.Setns(int(home.Fd()), unix.CLONE_NEWNET) == nil {
			runtime.UnlockOSThread()
		}
		done <- outcome{conn, err}
	}()
	out := <-done
	return out.conn, out.err
}
