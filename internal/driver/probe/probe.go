// Package probe asks programs how they are: over HTTP, TCP and gRPC, as a kubelet does for pods' probes and HTTP hooks.
//
// It reads the network from the namespace that it runs in and writes nothing. It knows addresses, not pods: thresholds
// and schedules are plan/pod's and the agent's; exec probes are the container runtime's.
package probe

import (
	"context"
	"fmt"
	"net"
	"time"
)

// Result is one answer. Output is for people, bounded.
type Result struct {
	OK bool
	// Warning: it counts as success, but something was odd (a redirect to another host).
	Warning bool
	// Unknown: it could not be asked; Output says why. It does not count.
	Unknown bool
	Output  string
}

// maxOutput bounds what is kept of an answer, kubelet's figure.
const maxOutput = 10 << 10

// TCP is fine if a connection can be made.
func TCP(ctx context.Context, addr string) Result {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return Result{Output: err.Error()}
	}
	// What happens after the connection was made says nothing more.
	_ = conn.Close()
	return Result{OK: true}
}

// dialer makes sockets that are soon gone: thousands of probes a second must not fill the table of closing connections.
func dialer() *net.Dialer {
	return &net.Dialer{Timeout: 30 * time.Second, KeepAlive: -1, Control: lingerShort}
}

// cut bounds an output.
func cut(s string) string {
	if len(s) > maxOutput {
		return s[:maxOutput]
	}
	return s
}

func failed(format string, args ...any) Result {
	return Result{Output: cut(fmt.Sprintf(format, args...))}
}
