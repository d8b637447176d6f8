// Package diff compares the protocol with the real kube-apiserver: the same requests go to both, and the answers, once
// what has to differ is taken out of them, must be the same. Stories in testdata are sequences of requests; known.txt
// lists the differences that are deliberate, with their reasons.
//
// `make diff` builds the peer, which takes minutes; without it the tests are skipped.
package diff

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// peerControllers are those of Gantry's controllers that upstream has in kube-apiserver itself; the peer has no others.
const peerControllers = "api-priority-and-fairness-config-consumer-v1,apiservice-status-available-controller,crd-autoregistration-controller,customresourcedefinition-controller"

// patience bounds starts and single requests.
const patience = 2 * time.Minute

// server is one of the two that are compared.
type server struct {
	name   string
	url    string
	config *rest.Config
	client *http.Client
	// vars are what stories have captured of its answers.
	vars map[string]string
	// audit is the file of its audit log.
	audit string
}

// pair are two servers, started at first use and ended with the test process.
type pair struct {
	// ranges are both servers' --service-cluster-ip-range.
	ranges string
	// args are further arguments of both.
	args         []string
	once         sync.Once
	peer, gantry *server
	err          error
	stop         []func()
}

// usual is what nearly all tests ask; dual have ClusterIPs of both families.
var usual, dual = &pair{ranges: "10.43.0.0/16"}, &pair{ranges: "10.43.0.0/16,fd00:43::/112"}

// strict are a pair with admission plugins that are off by default.
var strict = &pair{ranges: "10.43.0.0/16", args: []string{"--disable-admission-plugins=StorageObjectInUseProtection", "--admission-control-config-file=" + absolute("testdata/admission.yaml"),
	"--enable-admission-plugins=AlwaysPullImages,DenyServiceExternalIPs,ExtendedResourceToleration,LimitPodHardAntiAffinityTopology,NamespaceAutoProvision,NamespaceExists,OwnerReferencesPermissionEnforcement,PodNodeSelector,PodTolerationRestriction"}}

// absolute is a path for programs that have another directory.
func absolute(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path // there is no directory: whoever opens it will say so
	}
	return abs
}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, stop := range slices.Concat(usual.stop, dual.stop, strict.stop) {
		stop()
	}
	os.Exit(code)
}

// both are the usual two.
func both(t *testing.T) (peer, gantry *server) {
	t.Helper()
	return usual.both(t)
}

// both starts the two, or skips the test and says why.
func (p *pair) both(t *testing.T) (peer, gantry *server) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	run := filepath.Join(root, "bin", "peers", "kube-run")
	for _, program := range []string{run, filepath.Join(root, "bin", "peers", "kube-apiserver")} {
		if _, err := os.Stat(program); err != nil {
			t.Skipf("there is no real kube-apiserver to compare with (%v); `make diff` builds it", err)
		}
	}
	p.once.Do(func() {
		if p.peer, p.err = p.startPeer(run); p.err == nil {
			p.gantry, p.err = p.startGantry(cmp.Or(os.Getenv("GANTRY_BIN"), filepath.Join(root, "bin", "gantry")))
		}
	})
	if p.err != nil {
		t.Fatal(p.err)
	}
	return p.peer, p.gantry
}

// startPeer runs kube-run with a command that tells the kubeconfig and stays until its input ends.
func (p *pair) startPeer(program string) (*server, error) {
	dir, err := os.MkdirTemp("", "peer-diff-")
	if err != nil {
		return nil, err
	}
	p.stop = append(p.stop, func() { os.RemoveAll(dir) })
	policy, err := filepath.Abs(auditPolicy)
	if err != nil {
		return nil, err
	}
	audit := filepath.Join(dir, "audit.log")
	args := []string{"--apiserver-arg=--audit-policy-file=" + policy, "--apiserver-arg=--audit-log-path=" + audit, "--apiserver-arg=--service-cluster-ip-range=" + p.ranges}
	for _, arg := range p.args {
		args = append(args, "--apiserver-arg="+arg)
	}
	c := exec.Command(program, append(args, "--", "sh", "-c", `echo "$PEER_KUBECONFIG"; exec cat`)...)
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.Stderr = os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := c.Start(); err != nil {
		return nil, err
	}
	p.stop = append(p.stop, func() {
		in.Close()
		_ = c.Wait() // its end is all that matters
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("the real kube-apiserver did not start: %w", err)
	}
	s, err := connect("kube-apiserver", strings.TrimSpace(line))
	if err == nil {
		s.audit = audit
	}
	return s, err
}

func (p *pair) startGantry(program string) (*server, error) {
	dir, err := os.MkdirTemp("", "gantry-diff-")
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	at := l.Addr().String()
	l.Close()
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	args := []string{"server", "--data-dir", filepath.Join(dir, "data"), "--listen", at,
		"--audit-policy-file", auditPolicy, "--audit-log-path", filepath.Join(dir, "audit.log"), "--service-cluster-ip-range", p.ranges, "--controllers", peerControllers}
	c := exec.Command(program, append(args, p.args...)...)
	c.Stdout, c.Stderr = log, log
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.Start(); err != nil {
		return nil, err
	}
	p.stop = append(p.stop, func() {
		_ = c.Process.Signal(syscall.SIGTERM)
		_ = c.Wait()
		os.RemoveAll(dir)
	})
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if s, err := connect("gantry", filepath.Join(dir, "data", "kubeconfig")); err == nil {
			if a, err := s.ask(ctx, request{method: "GET", path: "/readyz"}); err == nil && a.status == http.StatusOK {
				s.audit = filepath.Join(dir, "audit.log")
				_, err := s.ask(ctx, request{method: http.MethodDelete, path: "/apis/storage.k8s.io/v1/storageclasses/local"}) // the peer has no default class
				return s, err
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			said, _ := os.ReadFile(log.Name()) // for people
			return nil, errors.Join(fmt.Errorf("gantry was not ready in %s: %s", patience, said), ctx.Err())
		}
	}
}

func connect(name, kubeconfig string) (*server, error) {
	cfg, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	client, err := rest.HTTPClientFor(cfg)
	if err != nil {
		return nil, err
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &server{name: name, url: cfg.Host, config: cfg, client: client, vars: map[string]string{}}, nil
}
