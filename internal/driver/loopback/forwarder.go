package loopback

import (
	"context"
	"errors"
	"log/slog"

	"gantry.dev/gantry/internal/plan/dataplane"
)

// Forwarder is the set of listeners. Its methods are safe for concurrent use.
type Forwarder struct{ log *slog.Logger }

// New makes a Forwarder without listeners.
func New(log *slog.Logger) *Forwarder { return &Forwarder{log: log} }

// Apply opens and closes listeners until they are as wanted; connections of a port that stays are kept. The error
// joins one per port that could not be opened; the others are open, and the next Apply tries again.
func (f *Forwarder) Apply(ctx context.Context, want []dataplane.LoopbackPort) error {
	return errors.New("loopback: not written yet")
}

// Close closes all listeners and connections and waits for their goroutines.
func (f *Forwarder) Close() error { return nil }
