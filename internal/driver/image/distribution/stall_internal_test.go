package distribution

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"
)

// drip gives a byte after each pause, and then nothing until it is canceled.
type drip struct {
	ctx    context.Context
	pauses []time.Duration
}

func (d *drip) Read(p []byte) (int, error) {
	wait := 100 * stallTimeout
	if len(d.pauses) > 0 {
		wait, d.pauses = d.pauses[0], d.pauses[1:]
	}
	select {
	case <-time.After(wait):
		p[0] = 'x'
		return 1, nil
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	}
}

func (d *drip) Close() error { return nil }

// TestStall ends a stream that stands still, but not a slow one.
func TestStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		almost := stallTimeout - time.Second
		r, err := guardStall(t.Context(), func(ctx context.Context) (io.ReadCloser, error) {
			return &drip{ctx, []time.Duration{almost, almost, almost}}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if len(data) != 3 || !errors.Is(err, ErrStalled) {
			t.Errorf("read %q, %v", data, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}

		_, err = guardStall(t.Context(), func(ctx context.Context) (io.ReadCloser, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		if !errors.Is(err, ErrStalled) {
			t.Errorf("open that stands still: %v", err)
		}
	})
}
