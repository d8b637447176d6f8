package apiserver

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// PrepareDocuments makes the parts of the OpenAPI documents of custom kinds as they are defined, until ctx ends: upstream's
// builder takes some 20 ms for one, so that the first who asks after a thousand of them would wait for 20 s. Who asks before
// all is ready has the rest made at once.
//
// What was defined before the process began is made when its cluster's discovery is first asked for (see prepare).
func (s *Server) PrepareDocuments(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { s.prepareAsked(ctx) })
	st := s.Registry.Store
	for {
		w, err := st.Watch(api.Scope{Resource: schema.Definitions}, st.Revision())
		if err == nil {
			err = s.prepareNew(ctx, w)
			w.Stop()
		}
		switch {
		case errors.Is(err, store.ErrCompacted):
			continue // some were missed: they are made when asked for
		case errors.Is(err, store.ErrClosed), ctx.Err() != nil:
			return ctx.Err()
		default:
			return fmt.Errorf("apiserver: following definitions: %w", err)
		}
	}
}

// prepareNew makes the documents of those clusters whose definitions change. What comes meanwhile waits in the history.
func (s *Server) prepareNew(ctx context.Context, w store.Watcher) error {
	for {
		events, _, err := w.Next(ctx)
		if err != nil {
			return err
		}
		for i := range events {
			if i == 0 || events[i].Record.Key.Cluster != events[i-1].Record.Key.Cluster {
				s.prepareOf(ctx, events[i].Record.Key.Cluster)
			}
		}
	}
}

// prepareAsked makes the documents of clusters that somebody begins to ask about.
func (s *Server) prepareAsked(ctx context.Context) {
	for {
		select {
		case c := <-s.unprepared:
			s.prepareOf(ctx, c)
		case <-ctx.Done():
			return
		}
	}
}

func (s *Server) prepareOf(ctx context.Context, c api.Cluster) {
	custom, err := s.Registry.Custom(c)
	if err != nil {
		s.Log.Debug("no documents are made ahead", "cluster", c, "err", err)
		return
	}
	custom.PrepareOpenAPI(func() bool { return ctx.Err() == nil })
}

// unpreparedMost bounds the clusters that wait for their documents; more are left to those who ask for them.
const unpreparedMost = 64

// prepare has the documents of a cluster's custom kinds made ahead: whoever discovers kinds will ask for these next.
func (s *Server) prepare(c api.Cluster, docs *documents) {
	if docs == &s.docs || docs.begun.Swap(true) {
		return
	}
	select {
	case s.unprepared <- c:
	default: // others are being made; who asks before gets what he asks for
	}
}
