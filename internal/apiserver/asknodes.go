package apiserver

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	statsapi "k8s.io/kubelet/pkg/apis/stats/v1alpha1"

	"gantry.dev/gantry/internal/api"
)

const (
	// nodesAtOnce bounds the nodes that one request asks at the same time.
	nodesAtOnce = 32
	// nodeLimit bounds the wait for one node, whose answer may take the second between two readings.
	nodeLimit = 10 * time.Second
	// maxSummary bounds a node's answer: ten thousand pods fit several times.
	maxSummary = 64 << 20
	// usualWindow is how far apart the readings of a kubelet are that does not say it: cAdvisor's housekeeping interval.
	usualWindow = 10 * time.Second
)

// summary is what a node says it uses.
type summary struct {
	statsapi.Summary
	window metav1.Duration
	pods   map[string]*statsapi.PodStats // by UID
}

// askNodes asks nodes for their summary. A node that does not answer is missing: the others' figures are still right.
func (s *Server) askNodes(c *call, names []string) map[string]*summary {
	var mu sync.Mutex
	out := map[string]*summary{}
	seats := make(chan struct{}, nodesAtOnce)
	var wg sync.WaitGroup
	for _, name := range names {
		seats <- struct{}{}
		wg.Go(func() {
			defer func() { <-seats }()
			sum, err := s.askNode(c, name)
			if err != nil {
				if !apierrors.IsBadRequest(err) { // a simulated node uses nothing
					s.Log.Warn("a node does not say what it uses", "node", name, "err", err)
				}
				return
			}
			mu.Lock()
			defer mu.Unlock()
			out[name] = sum
		})
	}
	wg.Wait()
	return out
}

func (s *Server) askNode(c *call, name string) (*summary, error) {
	loc, err := s.kubelet(c, name)
	if err != nil {
		return nil, err
	}
	loc.Path, loc.RawQuery = "/stats/summary", "only_cpu_and_memory=true"
	ctx, cancel := context.WithTimeout(c.r.Context(), nodeLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, loc.String(), nil)
	if err != nil {
		return nil, err
	}
	res, err := s.nodes.verified.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", loc, res.Status)
	}
	out := &summary{window: metav1.Duration{Duration: usualWindow}}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxSummary)).Decode(&out.Summary); err != nil {
		return nil, fmt.Errorf("reading the answer of %s: %w", loc, err)
	}
	if d, err := time.ParseDuration(res.Header.Get(api.UsageWindow)); err == nil && d > 0 {
		out.window.Duration = d.Round(time.Millisecond)
	}
	out.pods = make(map[string]*statsapi.PodStats, len(out.Pods))
	for i := range out.Pods {
		out.pods[out.Pods[i].PodRef.UID] = &out.Pods[i]
	}
	return out, nil
}
