package apiserver

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/transport/spdy"
	"k8s.io/streaming/pkg/httpstream"
	spdystream "k8s.io/streaming/pkg/httpstream/spdy"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/driver/pki"
)

// fakeNode speaks as much of a kubelet as the door asks for: it echoes.
type fakeNode struct {
	t *testing.T
	// summary, once set, is what it says that it uses.
	summary atomic.Value
}

func (n *fakeNode) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if len(r.TLS.PeerCertificates) == 0 || r.TLS.PeerCertificates[0].Subject.CommonName != "kubelet-client" {
		http.Error(w, "who are you?", http.StatusUnauthorized)
		return
	}
	if r.Header.Get("Authorization") != "" || r.Header.Get("Impersonate-User") != "" {
		n.t.Error("credentials reach the node")
	}
	q := r.URL.Query()
	switch parts := strings.Split(r.URL.Path, "/"); parts[1] {
	case "containerLogs":
		if q.Get("previous") == "true" {
			http.Error(w, "previous terminated container not found", http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, "log of %s tail %s\n", parts[4], q.Get("tailLines"))
		if q.Get("follow") == "true" {
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}
	case "exec":
		n.exec(w, r)
	case "portForward":
		n.forward(w, r)
	case "stats":
		if b, ok := n.summary.Load().([]byte); ok {
			w.Header().Set(api.UsageWindow, "3s")
			if _, err := w.Write(b); err != nil {
				n.t.Error(err)
			}
			return
		}
		fmt.Fprint(w, "statistics")
	default:
		http.NotFound(w, r)
	}
}

// upgrade takes the streams of a SPDY request.
func (n *fakeNode) upgrade(w http.ResponseWriter, r *http.Request, protocol string) (httpstream.Connection, chan httpstream.Stream) {
	if _, err := httpstream.Handshake(r, w, []string{protocol}); err != nil {
		n.t.Error(err)
		return nil, nil
	}
	streams := make(chan httpstream.Stream, 10)
	conn := spdystream.NewResponseUpgrader().UpgradeResponse(w, r, func(s httpstream.Stream, _ <-chan struct{}) error {
		streams <- s
		return nil
	})
	return conn, streams
}

func (n *fakeNode) exec(w http.ResponseWriter, r *http.Request) {
	conn, streams := n.upgrade(w, r, "v4.channel.k8s.io")
	if conn == nil {
		return
	}
	defer conn.Close()
	q := r.URL.Query()
	want := 1
	for _, k := range []string{"input", "output", "error"} {
		if q.Get(k) == "1" {
			want++
		}
	}
	by := map[string]httpstream.Stream{}
	for range want {
		s := <-streams
		by[s.Headers().Get("streamType")] = s
	}
	in, err := io.ReadAll(by["stdin"])
	if err != nil {
		n.t.Error(err)
	}
	fmt.Fprintf(by["stdout"], "%s: %s", strings.Join(q["command"], " "), in)
	fmt.Fprint(by["error"], `{"metadata":{},"status":"Success"}`)
	for _, s := range by {
		s.Close()
	}
	// The client closes when it has read all.
	<-conn.CloseChan()
}

func (n *fakeNode) forward(w http.ResponseWriter, r *http.Request) {
	conn, streams := n.upgrade(w, r, "portforward.k8s.io")
	if conn == nil {
		return
	}
	defer conn.Close()
	for {
		select {
		case s := <-streams:
			if s.Headers().Get("streamType") == "data" {
				go func() {
					buf := make([]byte, 4)
					if _, err := io.ReadFull(s, buf); err == nil {
						fmt.Fprintf(s, "%s to %s", buf, s.Headers().Get("port"))
					}
					s.Close()
				}()
			} else {
				s.Close()
			}
		case <-conn.CloseChan():
			return
		}
	}
}

// newDoorWithNode starts a server and a node with a pod.
func newDoorWithNode(t *testing.T, opts ...option) *door {
	t.Helper()
	clientCert := &tls.Certificate{}
	fake := &fakeNode{t: t}
	node := httptest.NewUnstartedServer(fake)
	d := newDoor(t, append(opts, func(c *Config) {
		c.Nodes = &tls.Config{RootCAs: c.ClientCAs, GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return clientCert, nil }}
	})...)
	d.node = fake
	pair := func(name string, l pki.Leaf) tls.Certificate {
		p, err := d.ca.Pair(name, l)
		check(t, err)
		c, err := tls.X509KeyPair(p.CertPEM, p.KeyPEM)
		check(t, err)
		return c
	}
	*clientCert = pair("kubelet-client", pki.Leaf{CommonName: "kubelet-client", Client: true})
	node.TLS = &tls.Config{ClientCAs: d.ca.Pool(), ClientAuth: tls.VerifyClientCertIfGiven,
		Certificates: []tls.Certificate{pair("node", pki.Leaf{CommonName: "n1", IPs: []net.IP{net.IPv4(127, 0, 0, 1)}, Server: true})}}
	node.StartTLS()
	t.Cleanup(func() { node.CloseClientConnections(); node.Close() })
	u, err := url.Parse(node.URL)
	check(t, err)
	a := d.admin()
	a.must("POST", "/api/v1/nodes", `{"metadata":{"name":"n1"}}`, 201)
	a.with("Content-Type", "application/merge-patch+json").must("PATCH", "/api/v1/nodes/n1/status",
		fmt.Sprintf(`{"status":{"addresses":[{"type":"InternalIP","address":"127.0.0.1"}],"daemonEndpoints":{"kubeletEndpoint":{"Port":%s}}}}`, u.Port()), 200)
	a.must("POST", "/api/v1/namespaces/red/pods", `{"metadata":{"name":"web"},"spec":{"nodeName":"n1","containers":[{"name":"c","image":"i"}]}}`, 201)
	a.must("POST", "/api/v1/namespaces/red/pods", `{"metadata":{"name":"two"},"spec":{"nodeName":"n1","containers":[{"name":"a","image":"i"},{"name":"b","image":"i"}]}}`, 201)
	return d
}

const webPod = "/api/v1/namespaces/red/pods/web"

func TestLogs(t *testing.T) {
	d := newDoorWithNode(t)
	a := d.admin()
	for _, tt := range []struct {
		path string
		code int
		want string
	}{
		{webPod + "/log?tailLines=5", 200, "log of c tail 5\n"},
		{webPod + "/log?container=x", 400, "container x is not valid for pod web"},
		{"/api/v1/namespaces/red/pods/two/log", 400, "a container name must be specified for pod two, choose one of: [a b]"},
		{"/api/v1/namespaces/red/pods/two/log?container=b", 200, "log of b"},
		{"/api/v1/namespaces/red/pods/none/log", 404, `pods \"none\" not found`},
		{webPod + "/log?previous=true", 400, "previous terminated container not found"},
		{webPod + "/log?tailLines=x", 400, "invalid syntax"},
		{webPod + "/log?sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z", 422, "at most one of"},
		{"/api/v1/nodes/n1/proxy/stats/summary", 200, "statistics"},
		{"/api/v1/nodes/n1:22/proxy/", 400, "only the node's own server"},
		{webPod + "/proxy/", 400, "address not allowed"},
	} {
		code, _, body := a.do("GET", tt.path, "")
		if code != tt.code || !strings.Contains(string(body), tt.want) {
			t.Errorf("%s: %d %s, want %d %q", tt.path, code, body, tt.code, tt.want)
		}
	}
	follow := a.open("GET", webPod+"/log?follow=true", "")
	defer follow.Body.Close()
	buf := make([]byte, 8)
	if _, err := io.ReadFull(follow.Body, buf); err != nil || string(buf) != "log of c" {
		t.Errorf("follow: %q, %v", buf, err)
	}
}

func TestExec(t *testing.T) {
	d := newDoorWithNode(t)
	conf := d.config("admin", "system:masters")
	u, err := url.Parse(d.url + webPod + "/exec?command=echo&command=hi&stdin=true&stdout=true&stderr=true&container=c")
	check(t, err)
	ws, err := remotecommand.NewWebSocketExecutor(conf, "GET", u.String())
	check(t, err)
	sp, err := remotecommand.NewSPDYExecutor(conf, "POST", u)
	check(t, err)
	for name, e := range map[string]remotecommand.Executor{"websocket": ws, "spdy": sp} {
		var out, errs bytes.Buffer
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		err := e.StreamWithContext(ctx, remotecommand.StreamOptions{Stdin: strings.NewReader("input"), Stdout: &out, Stderr: &errs})
		cancel()
		if err != nil || out.String() != "echo hi: input" {
			t.Errorf("%s: %q %q %v", name, out.String(), errs.String(), err)
		}
	}
	// Reading pods is not enough, not even through a GET.
	a, ann := d.admin(), d.as(d.config("ann"))
	a.must("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", `{"metadata":{"name":"peek"},"rules":[{"apiGroups":[""],"resources":["pods/exec"],"verbs":["get"]}]}`, 201)
	a.must("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", `{"metadata":{"name":"peek"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"peek"},"subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"ann"}]}`, 201)
	if st := ann.must("GET", webPod+"/exec?command=x", "", 403); !strings.Contains(at(st, "message"), "cannot create resource") {
		t.Errorf("%v", st)
	}
	a.must("POST", webPod+"/exec", "", 400) // neither a command nor an upgrade

	// A session whose user types nothing ends with the server.
	pr, pw := io.Pipe()
	defer pw.Close()
	ended := make(chan error, 1)
	go func() {
		ended <- ws.StreamWithContext(t.Context(), remotecommand.StreamOptions{Stdin: pr, Stdout: io.Discard, Stderr: io.Discard})
	}()
	if _, err := pw.Write([]byte("x")); err != nil { // taken: the session stands
		t.Fatal(err)
	}
	d.stop()
	if err := <-ended; err == nil {
		t.Error("the session ended well")
	}
}

func TestPortForward(t *testing.T) {
	d := newDoorWithNode(t)
	conf := d.config("admin", "system:masters")
	u, err := url.Parse(d.url + webPod + "/portforward")
	check(t, err)
	roundTripper, upgrader, err := spdy.RoundTripperFor(conf)
	check(t, err)
	overSPDY := spdy.NewDialerForStreaming(upgrader, &http.Client{Transport: roundTripper}, "POST", u)
	overWS, err := portforward.NewSPDYOverWebsocketDialerForStreaming(u, conf)
	check(t, err)
	for name, dialer := range map[string]httpstream.Dialer{"spdy": overSPDY, "websocket": overWS} {
		stop, ready := make(chan struct{}), make(chan struct{})
		fw, err := portforward.NewOnAddressesForStreaming(dialer, []string{"127.0.0.1"}, []string{"0:80"}, stop, ready, io.Discard, io.Discard)
		check(t, err)
		done := make(chan error, 1)
		go func() { done <- fw.ForwardPorts() }()
		select {
		case <-ready:
		case err := <-done:
			t.Fatalf("%s: %v", name, err)
		}
		ports, err := fw.GetPorts()
		check(t, err)
		conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(ports[0].Local))))
		check(t, err)
		if _, err := conn.Write([]byte("ping")); err != nil {
			t.Error(err)
		}
		got, err := io.ReadAll(conn)
		if err != nil || string(got) != "ping to 80" {
			t.Errorf("%s: %q %v", name, got, err)
		}
		conn.Close()
		close(stop)
		if err := <-done; err != nil && !errors.Is(err, portforward.ErrLostConnectionToPod) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKubectlStreams(t *testing.T) {
	bin, err := exec.LookPath("kubectl")
	if err != nil {
		t.Skip("no kubectl on this machine")
	}
	d := newDoorWithNode(t)
	dir := t.TempDir()
	conf := filepath.Join(dir, "kubeconfig")
	kubeconfig(t, d.config("admin", "system:masters"), conf)
	for _, env := range []string{"KUBECTL_REMOTE_COMMAND_WEBSOCKETS=true", "KUBECTL_REMOTE_COMMAND_WEBSOCKETS=false"} {
		cmd := exec.CommandContext(t.Context(), bin, "--kubeconfig", conf, "exec", "-i", "web", "--", "cat", "x")
		cmd.Stdin = strings.NewReader("typed")
		cmd.Env = append(os.Environ(), env)
		// Its errors do not count: client-go may complain of upstream's own empty first message.
		if out, err := cmd.Output(); err != nil || string(out) != "cat x: typed" {
			t.Errorf("%s: %q %v", env, out, err)
		}
	}
	if out, err := exec.CommandContext(t.Context(), bin, "--kubeconfig", conf, "logs", "web", "--tail=3").CombinedOutput(); err != nil || string(out) != "log of c tail 3\n" {
		t.Errorf("logs: %q %v", out, err)
	}
}
