package accept

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	spans "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"
)

// spanCollector is an OpenTelemetry collector that keeps the spans that it is sent.
type spanCollector struct {
	collector.UnimplementedTraceServiceServer
	mu  sync.Mutex
	got []*spans.Span
}

func (c *spanCollector) Export(_ context.Context, req *collector.ExportTraceServiceRequest) (*collector.ExportTraceServiceResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range req.ResourceSpans {
		for _, s := range r.ScopeSpans {
			c.got = append(c.got, s.Spans...)
		}
	}
	return &collector.ExportTraceServiceResponse{}, nil
}

// steps are the names of the parts of a pod's start; nil if it has not come.
func (c *spanCollector) steps(pod string) (names []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, whole := range c.got {
		if whole.Name != "start pod" || !strings.Contains(fmt.Sprint(whole.Attributes), pod) {
			continue
		}
		for _, s := range c.got {
			if string(s.ParentSpanId) == string(whole.SpanId) {
				names = append(names, s.Name)
			}
		}
	}
	return names
}

// H40: the steps of a pod's start, as spans that a collector gets and as text; requests are spans as well.
func TestH40(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	got := &spanCollector{}
	s := grpc.NewServer()
	collector.RegisterTraceServiceServer(s, got)
	go s.Serve(l)
	t.Cleanup(s.Stop)

	in := &instance{dir: t.TempDir(), listen: "127.0.0.1:17447"}
	t.Cleanup(func() {
		if err := in.down(); err != nil {
			t.Error(err)
		}
	})
	config := filepath.Join(in.dir, "tracing.yaml")
	write(t, config, "apiVersion: apiserver.config.k8s.io/v1\nkind: TracingConfiguration\nsamplingRatePerMillion: -1\n")
	if _, err := in.gantry("up", "--listen", in.listen, "--tracing-config-file", config); err == nil || !strings.Contains(err.Error(), "samplingRatePerMillion") {
		t.Fatalf("a rate that cannot be: %v", err)
	}
	write(t, config, "apiVersion: apiserver.config.k8s.io/v1\nkind: TracingConfiguration\nsamplingRatePerMillion: 1000000\nendpoint: "+l.Addr().String()+"\n")
	if _, err := in.gantry("up", "--listen", in.listen, "--tracing-config-file", config); err != nil {
		t.Fatal(err)
	}
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	w.apply(pod("traced", busybox, idle, "", ""))
	w.eventually("the steps of the start arrive", func() error {
		steps := got.steps("traced")
		for _, name := range []string{"network", "sandbox", "volumes", "start"} {
			if !slices.Contains(steps, name) {
				return fmt.Errorf("no %q among the steps %q", name, steps)
			}
		}
		return nil
	})
	w.eventually("requests arrive", func() error {
		got.mu.Lock()
		defer got.mu.Unlock()
		if !slices.ContainsFunc(got.got, func(s *spans.Span) bool { return s.Name == "KubernetesAPI" }) {
			return errors.New("none has")
		}
		return nil
	})
	out, err := in.gantry("explain", "pod/traced", "--timing", "-n", w.ns)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"network", "sandbox", "start", "the API knows that it runs"} {
		if !strings.Contains(out, word) {
			t.Errorf("gantry explain --timing says nothing of %q:\n%s", word, out)
		}
	}
}
