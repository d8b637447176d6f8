package nettest

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// patience bounds how long a test waits for an answer that has to come; it is no measurement.
const patience = 5 * time.Second

// Serve answers every TCP connection and UDP packet to addr ("ip:port") inside the namespace with "name client-ip", until
// the test ends. A nil namespace is the test's own.
func Serve(t testing.TB, ns *Namespace, name, addr string) {
	t.Helper()
	var l net.Listener
	var p net.PacketConn
	open := func() (err error) {
		if l, err = net.Listen("tcp", addr); err != nil {
			return err
		}
		p, err = net.ListenPacket("udp", addr)
		return err
	}
	if ns == nil {
		if err := open(); err != nil {
			t.Fatal(err)
		}
	} else {
		ns.Do(t, open)
	}
	done := make(chan struct{}, 2)
	go func() {
		defer func() { done <- struct{}{} }()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			fmt.Fprintf(c, "%s %s", name, host(c.RemoteAddr()))
			c.Close()
		}
	}()
	go func() {
		defer func() { done <- struct{}{} }()
		buf := make([]byte, 2048)
		for {
			_, from, err := p.ReadFrom(buf)
			if err != nil {
				return
			}
			if _, err := p.WriteTo(fmt.Appendf(nil, "%s %s", name, host(from)), from); err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		l.Close()
		p.Close()
		<-done
		<-done
	})
}

func host(a net.Addr) string {
	h, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return h
}

// Ask opens a new connection from the namespace (nil: the test's own) to addr and returns the answer of Serve.
func Ask(t testing.TB, ns *Namespace, network, addr string) (name, client string, err error) {
	t.Helper()
	var answer string
	ask := func() error {
		answer, err = ask(network, addr)
		return nil
	}
	if ns == nil {
		_ = ask()
	} else {
		ns.Do(t, ask)
	}
	name, client, _ = strings.Cut(answer, " ")
	return name, client, err
}

func ask(network, addr string) (string, error) {
	c, err := net.DialTimeout(network, addr, patience)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		return "", err
	}
	if network == "udp" {
		if _, err := c.Write([]byte("?")); err != nil {
			return "", err
		}
	}
	buf := make([]byte, 2048)
	n, err := c.Read(buf)
	return string(buf[:n]), err
}
