package bench

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// startLimit is when a start counts as failed.
	startLimit = time.Minute
	// pollEvery is how exactly a start is timed.
	pollEvery = 2 * time.Millisecond
	stopLimit = 20 * time.Second
)

// instance is a control plane of our own: `gantry server` on a fresh directory.
type instance struct {
	dir   string
	cmd   *exec.Cmd
	said  bytes.Buffer
	ended chan error
	ready time.Duration
}

// freePort is a port of loopback on which nobody listens now.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("looking for a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// subject is what is measured: the server of Config.Kubeconfig, or one of our own.
type subject struct {
	kubeconfig string
	servers    servers
	own        *instance // nil if the server was named
}

// subject starts a server unless one was named. The caller stops it.
func (c Config) subject(ctx context.Context) (subject, error) {
	if c.Kubeconfig != "" {
		return subject{kubeconfig: c.Kubeconfig, servers: c.PIDs}, nil
	}
	i, err := c.startServer(ctx)
	if err != nil {
		return subject{}, err
	}
	return subject{i.kubeconfig(), servers{i.cmd.Process.Pid}, i}, nil
}

func (s subject) stop() error {
	if s.own == nil {
		return nil
	}
	return s.own.stop()
}

// startServer starts a control plane, with more arguments if need be, and waits until a client has seen it ready.
func (c Config) startServer(ctx context.Context, args ...string) (_ *instance, err error) {
	i := &instance{ended: make(chan error, 1)}
	if i.dir, err = os.MkdirTemp(c.Dir, "gantry-bench-"); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(i.dir))
	}
	at := fmt.Sprintf("127.0.0.1:%d", port)
	i.cmd = exec.Command(c.Binary, append([]string{"server", "--data-dir", i.dir, "--listen", at}, args...)...)
	i.cmd.Stdout, i.cmd.Stderr = &i.said, &i.said
	i.cmd.SysProcAttr = &unix.SysProcAttr{Pdeathsig: unix.SIGKILL}
	start := time.Now()
	if err := i.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting %s: %w", c.Binary, err), os.RemoveAll(i.dir))
	}
	go func() { i.ended <- i.cmd.Wait() }()
	if err := i.awaitReady(ctx, at); err != nil {
		return nil, errors.Join(err, i.stop())
	}
	i.ready = time.Since(start)
	return i, nil
}

// awaitReady asks /readyz until it says 200. Who answers is not checked: the CA is only being made.
func (i *instance) awaitReady(ctx context.Context, at string) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	t := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // see above
	defer t.CloseIdleConnections()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+at+"/readyz", nil)
		if err != nil {
			return err
		}
		if res, err := t.RoundTrip(req); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-tick.C:
		case err := <-i.ended:
			i.ended <- err
			return fmt.Errorf("the control plane ended instead of getting ready: %w: %s", err, bytes.TrimSpace(i.said.Bytes()))
		case <-ctx.Done():
			return fmt.Errorf("the control plane was not ready in %s: %w", startLimit, ctx.Err())
		}
	}
}

func (i *instance) kubeconfig() string { return filepath.Join(i.dir, "kubeconfig") }

// stop ends the instance and removes its directory.
func (i *instance) stop() error {
	_ = i.cmd.Process.Signal(unix.SIGTERM) // it may have ended
	limit := time.NewTimer(stopLimit)
	defer limit.Stop()
	select {
	case <-i.ended:
	case <-limit.C:
		_ = i.cmd.Process.Kill()
		<-i.ended
	}
	return os.RemoveAll(i.dir)
}
