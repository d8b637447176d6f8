// Package tracing sends spans to an OpenTelemetry collector, by OTLP over gRPC. It is the only package that knows
// OpenTelemetry's library. Nothing of the process is changed: no global provider is set.
//
// A nil *Tracer is one that is switched off, and costs nothing.
package tracing

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	basetracing "k8s.io/component-base/tracing"
)

// scope names the part of the program that makes spans, in the spans.
const scope = "gantry.dev/gantry"

// Tracer sends spans. It is safe for concurrent use.
type Tracer struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
}

// Attributes describe a span or its sender; values that are empty are left out.
type Attributes map[string]string

func (a Attributes) list() []attribute.KeyValue {
	out := make([]attribute.KeyValue, 0, len(a))
	for k, v := range a {
		if v != "" {
			out = append(out, attribute.String(k, v))
		}
	}
	return out
}

// Open makes a tracer as cfg says, or, without one, as the environment's OTEL_ variables say; nil if nobody asks for spans. The
// attributes name the sender. It does not wait for the collector: spans that cannot be brought there are kept for a while, up
// to the library's bound, and then lost.
func Open(ctx context.Context, cfg *Config, sender Attributes) (*Tracer, error) {
	wanted, err := asked()
	if err != nil {
		return nil, fmt.Errorf("tracing: %w", err)
	}
	var exporter []otlptracegrpc.Option
	var options []sdktrace.TracerProviderOption
	switch {
	case cfg != nil:
		if cfg.Endpoint != nil {
			exporter = append(exporter, otlptracegrpc.WithEndpoint(*cfg.Endpoint))
		}
		exporter = append(exporter, otlptracegrpc.WithInsecure()) // as upstream: the collector is near
		options = append(options, sdktrace.WithSampler(sampler(cfg.SamplingRatePerMillion)))
	case !wanted:
		return nil, nil
	}
	to, err := otlptracegrpc.New(ctx, exporter...)
	if err != nil {
		return nil, fmt.Errorf("tracing: %w", err)
	}
	res, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(sender.list()...), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("tracing: describing the sender: %w", err)
	}
	p := sdktrace.NewTracerProvider(append(options, sdktrace.WithBatcher(to), sdktrace.WithResource(res))...)
	return &Tracer{provider: p, tracer: p.Tracer(scope)}, nil
}

// sampler is upstream's: without a rate only traces that a client has begun are kept.
func sampler(perMillion *int32) sdktrace.Sampler {
	root := sdktrace.NeverSample()
	if perMillion != nil && *perMillion > 0 {
		root = sdktrace.TraceIDRatioBased(float64(*perMillion) / 1e6)
	}
	return sdktrace.ParentBased(root)
}

// closeTime bounds the delivery of what is left.
const closeTime = 2 * time.Second

// Close delivers what is left and ends the connection.
func (t *Tracer) Close() error {
	if t == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("tracing: delivering the last spans: %w", err)
	}
	return nil
}

// Handler makes a span of each request, a part of its client's trace if that has one.
func (t *Tracer) Handler(h http.Handler, name string) http.Handler {
	if t == nil {
		return h
	}
	return basetracing.WithTracing(h, t.provider, name)
}

// Span is something that has been done.
type Span struct {
	Name       string
	From, To   time.Time
	Attributes Attributes
	// Failed says why it failed; empty if it did not.
	Failed string
	Parts  []Span
}

// Record sends a span with its parts as a trace of its own.
func (t *Tracer) Record(s Span) {
	if t != nil {
		t.record(context.Background(), s)
	}
}

func (t *Tracer) record(ctx context.Context, s Span) {
	ctx, span := t.tracer.Start(ctx, s.Name, trace.WithTimestamp(s.From), trace.WithAttributes(s.Attributes.list()...))
	if span.IsRecording() {
		for _, part := range s.Parts {
			t.record(ctx, part)
		}
		if s.Failed != "" {
			span.SetStatus(codes.Error, s.Failed)
		}
	}
	span.End(trace.WithTimestamp(s.To))
}
