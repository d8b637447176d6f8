package events

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

// slowTenant takes events at once, but for one cluster whose webhook does not answer.
type slowTenant struct {
	client.Interface
	mu     sync.Mutex
	counts map[api.Cluster]map[string]int32
}

func (s *slowTenant) Apply(ctx context.Context, writes []client.Write) []client.Result {
	if writes[0].Key.Cluster == "slow" {
		<-ctx.Done()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range writes {
		c := s.counts[w.Key.Cluster]
		if c == nil {
			c = map[string]int32{}
			s.counts[w.Key.Cluster] = c
		}
		c[w.Key.Name] = w.Object.(*corev1.Event).Count
	}
	return make([]client.Result, len(writes))
}

// TestClustersDoNotWaitForEachOther: one whose writes hang delays nobody, and loses no more than its own.
func TestClustersDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &slowTenant{counts: map[api.Cluster]map[string]int32{}}
		r := NewRecorder(api, time.Now, slog.New(slog.DiscardHandler))
		r.Say(Note{Cluster: "early", Reason: "R"})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- r.Run(ctx) }()
		for range batch + queueLength + 7 {
			r.Say(Note{Cluster: "slow", Reason: "R"})
		}
		synctest.Wait()
		for range 3 {
			r.Say(Note{Cluster: "quick", Reason: "R"})
			synctest.Wait()
		}
		for cluster, want := range map[string]int32{"early": 1, "quick": 3} {
			got := api.counts[clusterOf(cluster)]
			if len(got) != 1 {
				t.Errorf("%s: %v", cluster, got)
			}
			for _, n := range got {
				if n != want {
					t.Errorf("%s: an event counted %d, want %d", cluster, n, want)
				}
			}
		}
		if d := r.Dropped(); d < 7 || d > batch+7 {
			t.Errorf("%d notes were dropped", d)
		}
		cancel()
		if err := <-ended; err != context.Canceled { //nolint:errorlint // it is that one
			t.Error(err)
		}
	})
}

func clusterOf(name string) api.Cluster { return api.Cluster(name) }
