package app

import (
	"context"
	"log/slog"

	"gantry.dev/gantry/internal/driver/tracing"
)

// openTracer makes the tracer that a file or the environment asks for, nil for none.
func openTracer(ctx context.Context, file, instance string) (*tracing.Tracer, error) {
	cfg, err := tracing.Load(file)
	if err != nil {
		return nil, err
	}
	return tracing.Open(ctx, cfg, tracing.Attributes{
		"service.name": "gantry", "service.instance.id": instance, "service.version": Version().GitVersion,
	})
}

// closeTracer delivers what is left.
func closeTracer(t *tracing.Tracer, log *slog.Logger) {
	if err := t.Close(); err != nil {
		log.Warn("tracing", "err", err)
	}
}
