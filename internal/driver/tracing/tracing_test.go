package tracing

import (
	"context"
	"encoding/hex"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	spans "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"
)

// receiver is a collector that keeps what it is sent.
type receiver struct {
	collector.UnimplementedTraceServiceServer
	got chan *spans.ResourceSpans
}

func (r *receiver) Export(_ context.Context, req *collector.ExportTraceServiceRequest) (*collector.ExportTraceServiceResponse, error) {
	for _, s := range req.ResourceSpans {
		r.got <- s
	}
	return &collector.ExportTraceServiceResponse{}, nil
}

// listen runs a receiver and returns its address.
func listen(t *testing.T) (*receiver, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &receiver{got: make(chan *spans.ResourceSpans, 100)}
	s := grpc.NewServer()
	collector.RegisterTraceServiceServer(s, r)
	go s.Serve(l)
	t.Cleanup(s.Stop)
	return r, l.Addr().String()
}

// sent closes the tracer and returns the spans that have arrived, by name.
func (r *receiver) sent(t *testing.T, tr *Tracer) map[string]*spans.Span {
	t.Helper()
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	close(r.got)
	out := map[string]*spans.Span{}
	for rs := range r.got {
		sender := ""
		for _, a := range rs.Resource.Attributes {
			sender += a.Key + "=" + a.Value.GetStringValue() + " "
		}
		if !strings.Contains(sender, "service.name=gantry ") {
			t.Errorf("the sender is %s", sender)
		}
		for _, ss := range rs.ScopeSpans {
			for _, s := range ss.Spans {
				out[s.Name] = s
			}
		}
	}
	return out
}

func start() Span {
	at := time.Unix(1_700_000_000, 0)
	return Span{Name: "whole", From: at, To: at.Add(3 * time.Second), Attributes: Attributes{"k8s.pod.name": "web", "empty": ""}, Parts: []Span{
		{Name: "first", From: at, To: at.Add(time.Second)},
		{Name: "second", From: at.Add(time.Second), To: at.Add(2 * time.Second), Failed: "no room"},
	}}
}

var sender = Attributes{"service.name": "gantry"}

func TestRecord(t *testing.T) {
	r, at := listen(t)
	all := int32(1_000_000)
	tr, err := Open(t.Context(), &Config{Endpoint: &at, SamplingRatePerMillion: &all}, sender)
	if err != nil {
		t.Fatal(err)
	}
	tr.Record(start())
	got := r.sent(t, tr)
	whole, first, second := got["whole"], got["first"], got["second"]
	if whole == nil || first == nil || second == nil || len(got) != 3 {
		t.Fatalf("got %v", got)
	}
	if string(first.ParentSpanId) != string(whole.SpanId) || string(second.TraceId) != string(whole.TraceId) {
		t.Error("the parts do not belong to the whole")
	}
	if took := whole.EndTimeUnixNano - whole.StartTimeUnixNano; took != 3e9 {
		t.Errorf("the whole took %d ns", took)
	}
	if len(whole.Attributes) != 1 || whole.Attributes[0].Value.GetStringValue() != "web" {
		t.Errorf("its attributes are %v", whole.Attributes)
	}
	if second.Status.GetMessage() != "no room" || second.Status.Code != spans.Status_STATUS_CODE_ERROR {
		t.Errorf("its status is %v", second.Status)
	}
}

// A request is a span of its client's trace, by the header that clients send.
func TestHandler(t *testing.T) {
	r, at := listen(t)
	tr, err := Open(t.Context(), &Config{Endpoint: &at}, sender) // no rate: only what clients have begun
	if err != nil {
		t.Fatal(err)
	}
	h := tr.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }), "API")
	const id = "4bf92f3577b34da6a3ce929d0e0e4736"
	for _, parent := range []string{"", "00-" + id + "-00f067aa0ba902b7-01"} {
		req := httptest.NewRequest(http.MethodGet, "/api/v1/pods", nil)
		req.Header.Set("Traceparent", parent)
		h.ServeHTTP(httptest.NewRecorder(), req)
	}
	got := r.sent(t, tr)
	if len(got) != 1 || got["API"] == nil {
		t.Fatalf("got %v", got)
	}
	if got := hex.EncodeToString(got["API"].TraceId); got != id {
		t.Errorf("it belongs to trace %s, want %s", got, id)
	}
}

func TestEnvironment(t *testing.T) {
	r, at := listen(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://"+at)
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
	if _, err := Open(t.Context(), nil, sender); err == nil || !strings.Contains(err.Error(), "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf") {
		t.Errorf("another protocol: %v", err)
	}
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
	tr, err := Open(t.Context(), nil, sender)
	if err != nil {
		t.Fatal(err)
	}
	tr.Record(start())
	if got := r.sent(t, tr); len(got) != 3 {
		t.Errorf("got %v", got)
	}
}

// Without anybody asking there is no tracer, and using it does nothing.
func TestOff(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
	tr, err := Open(t.Context(), nil, sender)
	if err != nil || tr != nil {
		t.Fatalf("%v, %v", tr, err)
	}
	tr.Record(start())
	h := http.NewServeMux()
	if tr.Handler(h, "API") != http.Handler(h) {
		t.Error("the handler is wrapped")
	}
	if err := tr.Close(); err != nil {
		t.Error(err)
	}
}

func TestLoad(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"fine", "apiVersion: apiserver.config.k8s.io/v1\nkind: TracingConfiguration\nendpoint: localhost:4317\nsamplingRatePerMillion: 100\n", ""},
		{"another kind", "apiVersion: apiserver.config.k8s.io/v1\nkind: Policy\n", "want a TracingConfiguration"},
		{"unknown field", "apiVersion: apiserver.config.k8s.io/v1\nkind: TracingConfiguration\nendpont: x\n", "endpont"},
		{"rate", "apiVersion: apiserver.config.k8s.io/v1beta1\nkind: TracingConfiguration\nsamplingRatePerMillion: -1\n", "samplingRatePerMillion"},
		{"scheme", "apiVersion: apiserver.config.k8s.io/v1\nkind: TracingConfiguration\nendpoint: ftp://x\n", "unsupported scheme"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "f")
			if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			c, err := Load(path)
			switch {
			case tt.want == "" && (err != nil || *c.SamplingRatePerMillion != 100 || *c.Endpoint != "localhost:4317"):
				t.Errorf("%v, %v", c, err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("error %v lacks %q", err, tt.want)
			}
		})
	}
	if c, err := Load(""); c != nil || err != nil {
		t.Errorf("%v, %v", c, err)
	}
}
