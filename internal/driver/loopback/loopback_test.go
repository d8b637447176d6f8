package loopback

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/nettest"
	"gantry.dev/gantry/internal/plan/dataplane"
)

func TestMain(m *testing.M) { os.Exit(nettest.Main(m)) }

func newForwarder(t *testing.T) *Forwarder {
	t.Helper()
	nettest.Need(t) // for ports that nobody else has
	f := New(slog.New(slog.DiscardHandler))
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func apply(t *testing.T, f *Forwarder, ports ...dataplane.LoopbackPort) {
	t.Helper()
	if err := f.Apply(context.Background(), ports); err != nil {
		t.Fatal(err)
	}
}

func port(p dataplane.Protocol, number uint16, target string) dataplane.LoopbackPort {
	return dataplane.LoopbackPort{Protocol: p, Port: number, Target: netip.MustParseAddrPort(target)}
}

func wantAnswer(t *testing.T, network, addr, want string) {
	t.Helper()
	if got, _, err := nettest.Ask(t, nil, network, addr); err != nil || got != want {
		t.Errorf("%s to %s: %q, %v, want %q", network, addr, got, err, want)
	}
}

func TestForwards(t *testing.T) {
	f := newForwarder(t)
	nettest.Serve(t, nil, "one", "127.0.0.2:8080")
	nettest.Serve(t, nil, "two", "127.0.0.3:8080")
	apply(t, f, port(dataplane.TCP, 30080, "127.0.0.2:8080"), port(dataplane.UDP, 30080, "127.0.0.2:8080"))
	for _, network := range []string{"tcp", "udp"} {
		wantAnswer(t, network, "127.0.0.1:30080", "one")
	}
	// Another target, and a port less.
	apply(t, f, port(dataplane.TCP, 30080, "127.0.0.3:8080"))
	wantAnswer(t, "tcp", "127.0.0.1:30080", "two")
	if _, _, err := nettest.Ask(t, nil, "udp", "127.0.0.1:30080"); !errors.Is(err, unix.ECONNREFUSED) {
		t.Errorf("a port that was taken away: %v, want connection refused", err)
	}
}

func TestUDPFollowsTheTarget(t *testing.T) {
	f := newForwarder(t)
	nettest.Serve(t, nil, "one", "127.0.0.2:8080")
	nettest.Serve(t, nil, "two", "127.0.0.3:8080")
	apply(t, f, port(dataplane.UDP, 30080, "127.0.0.2:8080"))
	wantAnswer(t, "udp", "127.0.0.1:30080", "one")
	apply(t, f, port(dataplane.UDP, 30080, "127.0.0.3:8080"))
	wantAnswer(t, "udp", "127.0.0.1:30080", "two")
}

func TestTakenPortIsNamedAndTriedAgain(t *testing.T) {
	f := newForwarder(t)
	other, err := net.Listen("tcp4", "127.0.0.1:30080")
	if err != nil {
		t.Fatal(err)
	}
	nettest.Serve(t, nil, "one", "127.0.0.2:8080")
	want := []dataplane.LoopbackPort{port(dataplane.TCP, 30080, "127.0.0.2:8080"), port(dataplane.TCP, 30081, "127.0.0.2:8080")}
	err = f.Apply(context.Background(), want)
	if !errors.Is(err, unix.EADDRINUSE) || !strings.Contains(err.Error(), "127.0.0.1:30080") {
		t.Errorf("apply with a port in use: %v", err)
	}
	wantAnswer(t, "tcp", "127.0.0.1:30081", "one")
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	apply(t, f, want...)
	wantAnswer(t, "tcp", "127.0.0.1:30080", "one")
}

// TestHalfClose sends, closes its side and reads the rest, as HTTP/1.0 clients and nc do.
func TestHalfClose(t *testing.T) {
	f := newForwarder(t)
	l, err := net.Listen("tcp4", "127.0.0.2:8080")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		all, _ := io.ReadAll(c)
		_, _ = c.Write([]byte(strings.ToUpper(string(all))))
	}()
	apply(t, f, port(dataplane.TCP, 30080, "127.0.0.2:8080"))
	c, err := net.Dial("tcp4", "127.0.0.1:30080")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(c); err != nil || string(got) != "HELLO" {
		t.Errorf("read %q, %v, want HELLO", got, err)
	}
}

// TestCloseEndsConnections would hang if a goroutine of an open connection stayed.
func TestCloseEndsConnections(t *testing.T) {
	f := newForwarder(t)
	l, err := net.Listen("tcp4", "127.0.0.2:8080")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	apply(t, f, port(dataplane.TCP, 30080, "127.0.0.2:8080"))
	c, err := net.Dial("tcp4", "127.0.0.1:30080")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	served, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer served.Close()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(c); err != nil && !errors.Is(err, unix.ECONNRESET) {
		t.Errorf("the client's connection ended with %v", err)
	}
}
