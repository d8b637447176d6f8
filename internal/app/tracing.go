package app

import (
	"cmp"
	"context"
	"log/slog"

	"gantry.dev/gantry/internal/driver/tracing"
)

// openTracer makes the tracer that a file, the node's settings or the environment asks for, in this order; nil for none.
func openTracer(ctx context.Context, cfg Config, instance string) (*tracing.Tracer, error) {
	to, err := tracing.Load(cfg.Tracing)
	if err != nil {
		return nil, err
	}
	return tracing.Open(ctx, cmp.Or(to, cfg.Kubelet.Tracing), tracing.Attributes{
		"service.name": "gantry", "service.instance.id": instance, "service.version": Version().GitVersion,
	})
}

// closeTracer delivers what is left.
func closeTracer(t *tracing.Tracer, log *slog.Logger) {
	if err := t.Close(); err != nil {
		log.Warn("tracing", "err", err)
	}
}
