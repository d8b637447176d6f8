package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

const (
	// readyLimit is when a start counts as failed; a busy machine takes long.
	readyLimit = 2 * time.Minute
	// pollEvery is how exactly a start is timed.
	pollEvery = 2 * time.Millisecond
	stopLimit = 10 * time.Second
)

// plane is etcd and kube-apiserver in a directory of their own.
type plane struct {
	dir, programs   string
	apiserverArgs   []string // after the usual ones: of one flag given twice, the last is taken
	etcd, apiserver *exec.Cmd
	ready           time.Duration
}

func (p *plane) file(name string) string { return filepath.Join(p.dir, name) }

// freePort is a port of loopback on which nobody listens now.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func (p *plane) start(ctx context.Context) error {
	var ports [3]int
	for i := range ports {
		var err error
		if ports[i], err = freePort(); err != nil {
			return err
		}
	}
	admin, err := p.keys()
	if err != nil {
		return fmt.Errorf("making keys: %w", err)
	}
	server := fmt.Sprintf("https://127.0.0.1:%d", ports[2])
	if err := p.kubeconfig(server); err != nil {
		return err
	}
	store, peers := fmt.Sprintf("https://127.0.0.1:%d", ports[0]), fmt.Sprintf("https://127.0.0.1:%d", ports[1])
	p.etcd, err = p.run("etcd",
		"--data-dir="+p.file("etcd"), "--name=peer", "--log-level=warn",
		"--listen-client-urls="+store, "--advertise-client-urls="+store,
		"--listen-peer-urls="+peers, "--initial-advertise-peer-urls="+peers, "--initial-cluster=peer="+peers,
		"--cert-file="+p.file("server.crt"), "--key-file="+p.file("server.key"), "--trusted-ca-file="+p.file("ca.crt"), "--client-cert-auth",
		"--peer-cert-file="+p.file("server.crt"), "--peer-key-file="+p.file("server.key"), "--peer-trusted-ca-file="+p.file("ca.crt"), "--peer-client-cert-auth")
	if err != nil {
		return err
	}
	if err := p.await(ctx, store+"/readyz", admin, p.etcd); err != nil {
		return err
	}
	began := time.Now()
	p.apiserver, err = p.run("kube-apiserver", slices.Concat([]string{
		"--etcd-servers=" + store, "--etcd-cafile=" + p.file("ca.crt"), "--etcd-certfile=" + p.file("admin.crt"), "--etcd-keyfile=" + p.file("admin.key"),
		"--bind-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", ports[2]), "--advertise-address=198.51.100.1", // any but loopback
		"--tls-cert-file=" + p.file("server.crt"), "--tls-private-key-file=" + p.file("server.key"), "--client-ca-file=" + p.file("ca.crt"),
		"--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction", "--allow-privileged=true", "--service-cluster-ip-range=10.43.0.0/16",
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local", "--service-account-key-file=" + p.file("sa.key"), "--service-account-signing-key-file=" + p.file("sa.key"),
		"--requestheader-client-ca-file=" + p.file("front.crt"), "--proxy-client-cert-file=" + p.file("proxy.crt"), "--proxy-client-key-file=" + p.file("proxy.key"),
		"--requestheader-allowed-names=front-proxy-client", "--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group", "--requestheader-extra-headers-prefix=X-Remote-Extra-"}, p.apiserverArgs)...)
	if err != nil {
		return err
	}
	if err := p.await(ctx, server+"/readyz", admin, p.apiserver); err != nil {
		return err
	}
	p.ready = time.Since(began)
	return nil
}

// run starts one of the programs; what it says goes to a file beside its data.
func (p *plane) run(name string, args ...string) (*exec.Cmd, error) {
	log, err := os.Create(p.file(name + ".log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	c := exec.Command(filepath.Join(p.programs, name), args...)
	c.Stdout, c.Stderr = log, log
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	return c, nil
}

// said is the end of what a program has said.
func (p *plane) said(name string) string {
	b, err := os.ReadFile(p.file(name + ".log"))
	if err != nil {
		return err.Error()
	}
	return string(b[max(0, len(b)-2000):])
}

// await asks a server until it says 200. Its certificate is not checked: it is on loopback, and only asked whether it is there.
func (p *plane) await(ctx context.Context, url string, admin tls.Certificate, c *exec.Cmd) error {
	ctx, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	t := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, Certificates: []tls.Certificate{admin}}}
	defer t.CloseIdleConnections()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
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
		case <-ctx.Done():
			return fmt.Errorf("%s was not ready: %w: %s", filepath.Base(c.Path), ctx.Err(), p.said(filepath.Base(c.Path)))
		}
	}
}

// stop ends what has been started, the server before its store.
func (p *plane) stop() {
	for _, c := range []*exec.Cmd{p.apiserver, p.etcd} {
		if c == nil {
			continue
		}
		_ = c.Process.Signal(syscall.SIGTERM) // it may have ended
		kill := time.AfterFunc(stopLimit, func() { _ = c.Process.Kill() })
		_ = c.Wait() // how it ended tells nobody anything
		kill.Stop()
	}
}
