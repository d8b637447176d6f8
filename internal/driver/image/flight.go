package image

import (
	"context"
	"errors"
	"io"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sync/errgroup"
)

// bringLayers makes all layers present, some at once; see layerSlots.
func (j *job) bringLayers(ctx context.Context, layers []layerSource) error {
	once := map[[2]v1.Hash]layerSource{} // an image may hold the same layer twice
	for _, l := range layers {
		once[[2]v1.Hash{l.diffID, l.blob}] = l
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, l := range once {
		g.Go(func() error { return j.bringLayer(ctx, l) })
	}
	return g.Wait()
}

// flight is one layer being brought by this process. Its error is not shared: another image may name the same layer at
// another registry or with other credentials, so who waited tries for itself.
type flight struct{ done chan struct{} }

// bringLayer makes one layer present, or waits until another pull has.
func (j *job) bringLayer(ctx context.Context, l layerSource) error {
	for {
		j.s.mu.Lock()
		f := j.s.flights[l.diffID]
		if f == nil {
			f = &flight{done: make(chan struct{})}
			j.s.flights[l.diffID] = f
			j.s.mu.Unlock()
			err := j.lead(ctx, l)
			j.s.mu.Lock()
			delete(j.s.flights, l.diffID)
			j.s.mu.Unlock()
			close(f.done)
			return err
		}
		j.s.mu.Unlock()
		select {
		case <-f.done: // look again: present now, or ours to try
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// lead brings a layer that nobody else of this process is bringing.
func (j *job) lead(ctx context.Context, l layerSource) error {
	_, unpacked, err := j.s.hasLayer(l.diffID)
	if err != nil {
		return err
	}
	kept := !l.keep
	if l.keep {
		_, err := os.Lstat(j.s.blobPath(l.blob))
		kept = err == nil
	}
	if unpacked && kept {
		l.note.done(l.size, true)
		return nil
	}
	select {
	case j.s.slots <- struct{}{}:
		defer func() { <-j.s.slots }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	for {
		err := j.fill(ctx, l, unpacked, kept)
		if err == nil {
			l.note.done(l.size, false)
			return nil
		}
		if l.again == nil || !l.again(err) {
			return err
		}
	}
}

// fill makes present what is missing of a layer: its blob if it is to be kept, its files.
func (j *job) fill(ctx context.Context, l layerSource, unpacked, kept bool) error {
	open := l.open
	if l.keep {
		if !kept {
			if err := j.keepBlob(ctx, l); err != nil {
				return err
			}
		}
		open = func(context.Context) (io.ReadCloser, error) { return os.Open(j.s.blobPath(l.blob)) }
	}
	if unpacked {
		return nil
	}
	r, err := open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(j.unpackLayer(ctx, l.diffID, r), r.Close())
}
