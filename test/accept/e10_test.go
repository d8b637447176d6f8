package accept

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/transport/spdy"
	utilexec "k8s.io/client-go/util/exec"
	"k8s.io/streaming/pkg/httpstream"
)

// E10: exec, attach and portforward over SPDY and over WebSocket by client-go itself, and log and proxy, on real pods.
func TestE10(t *testing.T) {
	w := newWorld(t)
	w.apply(webManifest)
	w.k("rollout", "status", "deployment/web", "--timeout=60s")
	w.ready("condition=Ready", "pod/client")
	for _, p := range []protocol{{"SPDY", remotecommand.NewSPDYExecutor, dialSPDY}, {"WebSocket", webSocketExecutor, portforwardTunnel}} {
		t.Run(p.name, func(t *testing.T) {
			t.Run("exec", func(t *testing.T) { p.exec(w.sub(t)) })
			t.Run("refused", func(t *testing.T) { p.refused(w.sub(t)) })
			t.Run("terminal", func(t *testing.T) { p.terminal(w.sub(t)) })
			t.Run("attach", func(t *testing.T) { p.attach(w.sub(t)) })
			t.Run("portforward", func(t *testing.T) { p.forward(w.sub(t)) })
		})
	}
	t.Run("log", func(t *testing.T) { logOptions(w.sub(t)) })
	t.Run("proxy", func(t *testing.T) { proxies(w.sub(t)) })
}

// protocol is one way of upgrading a connection.
type protocol struct {
	name     string
	executor func(*rest.Config, string, *url.URL) (remotecommand.Executor, error)
	dial     func(*rest.Config, *url.URL) (httpstream.Dialer, error)
}

func webSocketExecutor(cfg *rest.Config, _ string, u *url.URL) (remotecommand.Executor, error) {
	return remotecommand.NewWebSocketExecutor(cfg, http.MethodGet, u.String())
}

func dialSPDY(cfg *rest.Config, u *url.URL) (httpstream.Dialer, error) {
	rt, upgrader, err := spdy.RoundTripperFor(cfg)
	if err != nil {
		return nil, err
	}
	return spdy.NewDialerForStreaming(upgrader, &http.Client{Transport: rt}, http.MethodPost, u), nil
}

func portforwardTunnel(cfg *rest.Config, u *url.URL) (httpstream.Dialer, error) {
	return portforward.NewSPDYOverWebsocketDialerForStreaming(u, cfg)
}

// run runs a command in the client pod, or with no command attaches to a pod.
func (p protocol) run(w *world, cfg *rest.Config, pod, sub string, options any, o remotecommand.StreamOptions) error {
	w.Helper()
	u := w.client().CoreV1().RESTClient().Post().Resource("pods").Namespace(w.ns).Name(pod).SubResource(sub)
	switch opts := options.(type) {
	case *corev1.PodExecOptions:
		u = u.VersionedParams(opts, scheme.ParameterCodec)
	case *corev1.PodAttachOptions:
		u = u.VersionedParams(opts, scheme.ParameterCodec)
	}
	e, err := p.executor(cfg, http.MethodPost, u.URL())
	if err != nil {
		w.Fatal(err)
	}
	return e.StreamWithContext(w.Context(), o)
}

func shell(script string) []string { return []string{"/bin/busybox", "sh", "-c", script} }

// exec sends a megabyte through a pod and back beside another stream, and gets the command's exit code.
func (p protocol) exec(w *world) {
	sent := make([]byte, 1<<20)
	rand.Read(sent)
	var out, stderr bytes.Buffer
	err := p.run(w, w.config(), "client", "exec", &corev1.PodExecOptions{Command: shell("/bin/busybox cat; echo done >&2; exit 7"), Stdin: true, Stdout: true, Stderr: true},
		remotecommand.StreamOptions{Stdin: bytes.NewReader(sent), Stdout: &out, Stderr: &stderr})
	var code utilexec.CodeExitError
	if !errors.As(err, &code) || code.Code != 7 {
		w.Errorf("the exit code is 7, told was %v", err)
	}
	if !bytes.Equal(out.Bytes(), sent) || stderr.String() != "done\n" {
		w.Errorf("of %d bytes %d came back; stderr %q", len(sent), out.Len(), stderr.String())
	}
	out.Reset()
	err = p.run(w, w.config(), "client", "exec", &corev1.PodExecOptions{Command: shell("echo only"), Stdout: true}, remotecommand.StreamOptions{Stdout: &out})
	if err != nil || out.String() != "only\n" {
		w.Errorf("without stdin: %q, %v", out.String(), err)
	}
	// A client that goes away ends the command's streams, not the server.
	ctx, cancel := context.WithCancel(w.Context())
	r, wr := io.Pipe()
	gone := make(chan error, 1)
	u := w.client().CoreV1().RESTClient().Post().Resource("pods").Namespace(w.ns).Name("client").SubResource("exec").
		VersionedParams(&corev1.PodExecOptions{Command: shell("echo here; /bin/busybox sleep 600"), Stdout: true}, scheme.ParameterCodec)
	e, err := p.executor(w.config(), http.MethodPost, u.URL())
	if err != nil {
		w.Fatal(err)
	}
	go func() { gone <- e.StreamWithContext(ctx, remotecommand.StreamOptions{Stdout: wr}) }()
	line := make([]byte, 5)
	if _, err := io.ReadFull(r, line); err != nil || string(line) != "here\n" {
		w.Errorf("%q, %v", line, err)
	}
	cancel()
	if err := r.Close(); err != nil {
		w.Error(err)
	}
	if err := <-gone; err == nil {
		w.Error("a stream that was given up ended without an error")
	}
}

// refused are the mistakes that one makes.
func (p protocol) refused(w *world) {
	for name, c := range map[string]struct {
		pod  string
		opts corev1.PodExecOptions
		want string
	}{
		"no pod":         {"nobody", corev1.PodExecOptions{Command: shell("true"), Stdout: true}, "not found"},
		"no container":   {"client", corev1.PodExecOptions{Container: "nothing", Command: shell("true"), Stdout: true}, "nothing"},
		"no command":     {"client", corev1.PodExecOptions{Command: []string{"/no/such/file"}, Stdout: true}, "/no/such/file"},
		"no stream":      {"client", corev1.PodExecOptions{Command: shell("true")}, "must"},
		"command absent": {"client", corev1.PodExecOptions{Stdout: true}, "command"},
	} {
		var out bytes.Buffer
		o := remotecommand.StreamOptions{Stdout: &out}
		err := p.run(w, w.config(), c.pod, "exec", &c.opts, o)
		if err == nil || !strings.Contains(err.Error()+out.String(), c.want) {
			w.Errorf("%s: %v %q", name, err, out.String())
		}
	}
	stranger := rest.AnonymousClientConfig(w.config())
	stranger.BearerToken = strings.TrimSpace(w.k("create", "token", "default"))
	err := p.run(w, stranger, "client", "exec", &corev1.PodExecOptions{Command: shell("true"), Stdout: true}, remotecommand.StreamOptions{Stdout: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "forbidden") {
		w.Errorf("a user without permission: %v", err)
	}
}

// sizes is one size of a terminal.
type sizes chan remotecommand.TerminalSize

// Next implements remotecommand.TerminalSizeQueue.
func (s sizes) Next() *remotecommand.TerminalSize {
	size, ok := <-s
	if !ok {
		return nil
	}
	return &size
}

func (p protocol) terminal(w *world) {
	size := make(sizes, 1)
	size <- remotecommand.TerminalSize{Width: 93, Height: 41}
	close(size)
	var out bytes.Buffer
	// The size may come after the command has begun: it asks until it knows.
	err := p.run(w, w.config(), "client", "exec", &corev1.PodExecOptions{TTY: true, Stdin: true, Stdout: true,
		Command: shell("until [ \"$(/bin/busybox stty size)\" = '41 93' ]; do :; done; read line; echo size known, heard $line")},
		remotecommand.StreamOptions{Tty: true, Stdin: strings.NewReader("it\n"), Stdout: &out, TerminalSizeQueue: size})
	if err := errors.Join(err, want(out.String(), "size known, heard it")); err != nil {
		w.Errorf("%v: %q", err, out.String())
	}
}

func (p protocol) attach(w *world) {
	name := "attached-" + strings.ToLower(p.name)
	w.apply(pod(name, busybox, "while read line; do echo heard $line; echo also $line >&2; done", "stdin: true, stdinOnce: true", ""))
	w.ready("condition=Ready", "pod/"+name)
	var out, stderr bytes.Buffer
	err := p.run(w, w.config(), name, "attach", &corev1.PodAttachOptions{Stdin: true, Stdout: true, Stderr: true},
		remotecommand.StreamOptions{Stdin: strings.NewReader("one\ntwo\n"), Stdout: &out, Stderr: &stderr})
	if err != nil || out.String() != "heard one\nheard two\n" || stderr.String() != "also one\nalso two\n" {
		w.Errorf("%q, %q, %v", out.String(), stderr.String(), err)
	}
	w.prints(name, "heard two")
}

// forward reaches the web pod's port through many connections over one stream.
func (p protocol) forward(w *world) {
	pods, err := w.client().CoreV1().Pods(w.ns).List(w.Context(), metav1.ListOptions{LabelSelector: "app=web"})
	if err != nil || len(pods.Items) == 0 {
		w.Fatalf("%d pods: %v", len(pods.Items), err)
	}
	u := w.client().CoreV1().RESTClient().Post().Resource("pods").Namespace(w.ns).Name(pods.Items[0].Name).SubResource("portforward").URL()
	d, err := p.dial(w.config(), u)
	if err != nil {
		w.Fatal(err)
	}
	stop, ready := make(chan struct{}), make(chan struct{})
	var errs bytes.Buffer
	f, err := portforward.NewOnAddressesForStreaming(d, []string{"127.0.0.1"}, []string{"0:8080"}, stop, ready, io.Discard, &errs)
	if err != nil {
		w.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- f.ForwardPorts() }()
	select {
	case <-ready:
	case err := <-ended:
		w.Fatal(err)
	}
	ports, err := f.GetPorts()
	if err != nil {
		w.Fatal(err)
	}
	fresh := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for range 20 {
		body, err := getBody(fresh, fmt.Sprintf("http://127.0.0.1:%d/", ports[0].Local))
		if err := errors.Join(err, want(body, "hello from "+pods.Items[0].Name)); err != nil {
			w.Fatal(err)
		}
	}
	close(stop)
	if err := <-ended; err != nil || errs.Len() > 0 {
		w.Errorf("%v, %s", err, errs.String())
	}
}

func getBody(c *http.Client, url string) (string, error) {
	r, err := c.Get(url)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(r.Body)
	return string(b), errors.Join(err, r.Body.Close())
}

func logOptions(w *world) {
	w.apply(pod("writer", busybox, "for i in 1 2 3 4 5; do echo line $i; done", "", "restartPolicy: Never"))
	w.prints("writer", "line 5")
	for query, want := range map[string]string{
		"":                               "line 1\nline 2\nline 3\nline 4\nline 5\n",
		"tailLines=2":                    "line 4\nline 5\n",
		"tailLines=0":                    "",
		"limitBytes=10":                  "line 1\nlin",
		"follow=true&tailLines=1":        "line 5\n",
		"sinceSeconds=3600":              "line 1\nline 2\nline 3\nline 4\nline 5\n",
		"sinceTime=2100-01-01T00:00:00Z": "",
	} {
		if a := w.call("GET", "pods/writer/log?"+query, ""); a.status != 200 || a.body != want {
			w.Errorf("%s: %d %q", query, a.status, a.body)
		}
	}
	if a := w.call("GET", "pods/writer/log?timestamps=true&tailLines=1", ""); a.status != 200 || !strings.HasSuffix(a.body, "Z line 5\n") {
		w.Errorf("timestamps: %d %q", a.status, a.body)
	}
	for query, code := range map[string]int{"tailLines=-1": 422, "limitBytes=0": 422, "sinceSeconds=0": 422, "container=nothing": 400, "previous=true": 400, "sinceSeconds=1&sinceTime=2020-01-01T00:00:00Z": 422} {
		if a := w.call("GET", "pods/writer/log?"+query, ""); a.status != code {
			w.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
}

// proxies asks a pod, a service and the node through the API.
func proxies(w *world) {
	name := w.field("pods", ".items[?(@.metadata.labels.app=='web')].metadata.name")
	name, _, _ = strings.Cut(name, " ")
	for path, words := range map[string][]string{
		"pods/" + name + ":8080/proxy/":          {"hello from " + name},
		"pods/http:" + name + ":8080/proxy/?a=b": {"hello from " + name},
		"services/web:http/proxy/":               {"hello from web-"},
		"services/web:80/proxy/ready":            {},
		"services/http:web:http/proxy/":          {"hello from web-"},
	} {
		a := w.call("GET", path, "")
		if err := want(a.body, words...); err != nil || a.status != 200 {
			w.Errorf("%s: %d, %v", path, a.status, err)
		}
	}
	// Only who reads is sent to the page with the slash: a write would lose its body on the way.
	for method, code := range map[string]int{"GET": 301, "HEAD": 301, "DELETE": 200, "POST": 200, "OPTIONS": 200} {
		if a := w.call(method, "services/web:http/proxy", ""); a.status != code {
			w.Errorf("%s without a slash: %d %s", method, a.status, a.body)
		}
	}
	for path, code := range map[string]int{"pods/" + name + ":1/proxy/": 503, "services/web:nothing/proxy/": 503, "services/nobody/proxy/": 404, "pods/nobody/proxy/": 404, "services/ftp:web:80/proxy/": 400} {
		if a := w.call("GET", path, ""); a.status != code {
			w.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}
