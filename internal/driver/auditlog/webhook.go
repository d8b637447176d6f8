package auditlog

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	// tries and firstPause are upstream's back-off: 10 s, then half as much again each time, five times at most.
	tries      = 5
	firstPause = 10 * time.Second
	// postLimit bounds one call.
	postLimit = 30 * time.Second
)

// hook is a server that takes lists of events.
type hook struct {
	url    string
	client *http.Client
	pause  time.Duration
}

func openWebhook(kubeconfig string) (*hook, error) {
	cfg, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("audit webhook %s: %w", kubeconfig, err)
	}
	cfg.Timeout = postLimit
	c, err := rest.HTTPClientFor(cfg)
	if err != nil {
		return nil, fmt.Errorf("audit webhook %s: %w", kubeconfig, err)
	}
	return &hook{url: cfg.Host + cfg.APIPath, client: c, pause: firstPause}, nil
}

// write posts the events as one list, several times if need be.
func (h *hook) write(ctx context.Context, events [][]byte) error {
	body := append([]byte(`{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[`), bytes.Join(events, []byte(","))...)
	body = append(body, "]}"...)
	pause := h.pause
	for try := 1; ; try++ {
		err := h.post(ctx, body)
		if err == nil || try == tries {
			return err
		}
		t := time.NewTimer(pause)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return err
		}
		pause += pause / 2
	}
}

func (h *hook) post(ctx context.Context, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := h.client.Do(req)
	if err != nil {
		return fmt.Errorf("audit webhook: %w", err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20)) // so that the connection can be used again
	if res.StatusCode >= 300 {
		return fmt.Errorf("audit webhook %s: %s", h.url, res.Status)
	}
	return nil
}

func (h *hook) close() error {
	h.client.CloseIdleConnections()
	return nil
}
