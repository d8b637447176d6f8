package distribution

import (
	"context"
	"errors"
	"io"
	"time"
)

// stallTimeout ends a transfer that brings no byte for this long. There is no limit on a whole pull: a large layer over a
// thin line is slow, not broken.
const stallTimeout = time.Minute

// ErrStalled is why a transfer that stood still has ended.
var ErrStalled = errors.New("no data for " + stallTimeout.String())

// stallGuard ends a stream that stands still, by canceling the request it comes from.
type stallGuard struct {
	io.ReadCloser
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
}

// guardStall opens a stream under a context that a standstill cancels.
func guardStall(ctx context.Context, open func(context.Context) (io.ReadCloser, error)) (io.ReadCloser, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(stallTimeout, func() { cancel(ErrStalled) })
	g := &stallGuard{ctx: ctx, cancel: cancel, timer: timer}
	rc, err := open(ctx)
	if err != nil {
		timer.Stop()
		err = g.explain(err)
		cancel(nil)
		return nil, err
	}
	g.ReadCloser = rc
	return g, nil
}

func (g *stallGuard) Read(p []byte) (int, error) {
	n, err := g.ReadCloser.Read(p)
	if n > 0 {
		g.timer.Reset(stallTimeout)
	}
	return n, g.explain(err)
}

// explain replaces "context canceled" by the standstill that canceled it.
func (g *stallGuard) explain(err error) error {
	if err != nil && errors.Is(context.Cause(g.ctx), ErrStalled) {
		return ErrStalled
	}
	return err
}

func (g *stallGuard) Close() error {
	g.timer.Stop()
	defer g.cancel(nil)
	return g.ReadCloser.Close()
}
