package bench

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	// concurrency and connections are those of the anchors, so that figures compare.
	concurrency = 64
	connections = 8

	mediaJSON      = "application/json"
	mediaProtobuf  = "application/vnd.kubernetes.protobuf"
	mediaStrategic = "application/strategic-merge-patch+json"

	// answerLimit bounds what is kept of a refusal.
	answerLimit = 512
)

// caller is a cheap client: prepared bodies over a few HTTP/2 connections, nothing decoded that is not looked at.
type caller struct {
	host  string
	conns []*http.Client
}

// connect makes a caller over so many connections.
func connect(kubeconfig string, conns int) (*caller, error) {
	cfg, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("--kubeconfig %s: %w", kubeconfig, err)
	}
	c := &caller{host: strings.TrimSuffix(cfg.Host, "/")}
	for range conns {
		tls, err := rest.TLSConfigFor(cfg)
		if err != nil {
			return nil, fmt.Errorf("--kubeconfig %s: %w", kubeconfig, err)
		}
		// One connection each; answers are not compressed, as in the anchors.
		t := &http.Transport{TLSClientConfig: tls, ForceAttemptHTTP2: true, MaxConnsPerHost: 1, DisableCompression: true,
			DialContext: (&net.Dialer{Timeout: 10 * time.Second}).DialContext}
		rt, err := rest.HTTPWrappersForConfig(cfg, t)
		if err != nil {
			return nil, fmt.Errorf("--kubeconfig %s: %w", kubeconfig, err)
		}
		c.conns = append(c.conns, &http.Client{Transport: rt})
	}
	return c, nil
}

func (c *caller) close() {
	for _, h := range c.conns {
		h.CloseIdleConnections()
	}
}

func (c *caller) request(ctx context.Context, worker int, method, path, media, body string) (*http.Response, error) {
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.host+path, r)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", media)
	if body != "" {
		req.Header.Set("Content-Type", media)
		req.Header.Set("Accept", mediaJSON)
	}
	res, err := c.conns[worker%len(c.conns)].Do(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode >= 300 {
		defer res.Body.Close()
		b, _ := io.ReadAll(io.LimitReader(res.Body, answerLimit)) // what there is
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, res.Status, b)
	}
	return res, nil
}

// do makes a request and returns the length of the answer, which it throws away.
func (c *caller) do(ctx context.Context, worker int, method, path, media, body string) (int64, error) {
	res, err := c.request(ctx, worker, method, path, media, body)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	if err != nil {
		return n, fmt.Errorf("%s %s: the answer broke off: %w", method, path, err)
	}
	return n, nil
}

// open makes a GET whose answer the caller reads.
func (c *caller) open(ctx context.Context, worker int, path, media string) (*http.Response, error) {
	return c.request(ctx, worker, http.MethodGet, path, media, "")
}

// namespace makes one for this run and waits until pods can be made in it.
func (c *caller) namespace(ctx context.Context) (name string, remove func() error, err error) {
	id := make([]byte, 4)
	if _, err := rand.Read(id); err != nil {
		return "", nil, err
	}
	name = "bench-" + hex.EncodeToString(id)
	if _, err := c.do(ctx, 0, http.MethodPost, "/api/v1/namespaces", mediaJSON, fmt.Sprintf(`{"metadata":{"name":%q}}`, name)); err != nil {
		return "", nil, err
	}
	remove = func() error {
		_, err := c.do(context.WithoutCancel(ctx), 0, http.MethodDelete, "/api/v1/namespaces/"+name, mediaJSON, "")
		return err
	}
	if err := c.serviceAccount(ctx, name); err != nil {
		return "", nil, errors.Join(err, remove())
	}
	return name, remove, nil
}

// serviceAccount sees to the default one, without which pods are refused: not every control plane that is measured has a
// controller for it.
func (c *caller) serviceAccount(ctx context.Context, ns string) error {
	path := "/api/v1/namespaces/" + ns + "/serviceaccounts"
	_, err := c.do(ctx, 0, http.MethodPost, path, mediaJSON, `{"metadata":{"name":"default"}}`)
	if err == nil {
		return nil
	}
	if _, there := c.do(ctx, 0, http.MethodGet, path+"/default", mediaJSON, ""); there != nil {
		return errors.Join(err, there)
	}
	return nil
}
