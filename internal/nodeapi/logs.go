package nodeapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"gantry.dev/gantry/internal/agent"
)

// logs answers with the log of a container.
func (s *Server) logs(w http.ResponseWriter, r *http.Request) {
	opts, err := parseLogOptions(r.URL.Query(), time.Now())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	log, err := s.agent.Log(r.PathValue("namespace"), r.PathValue("pod"), r.PathValue("container"), opts.previous)
	if err != nil {
		refuse(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	w.Header().Set("Transfer-Encoding", "chunked")
	// The client learns at once that its request was good, also if there is nothing to read yet.
	flush := http.NewResponseController(w)
	if err := flush.Flush(); err != nil {
		return
	}
	out := newLineWriter(w, opts, func() { _ = flush.Flush() })
	ended := s.ended(r.Context(), log, opts)
	err = readLog(r.Context(), log.Path, opts, out, ended)
	if err != nil && !errors.Is(err, errLimit) && r.Context().Err() == nil {
		s.log.Info("reading a log was cut off", "path", log.Path, "err", err)
	}
}

// ended is closed when nothing will be written to the log any more.
func (s *Server) ended(ctx context.Context, log agent.Log, opts logOptions) <-chan struct{} {
	done := make(chan struct{})
	if !log.Running || !opts.follow {
		close(done)
		return done
	}
	go func() {
		defer close(done)
		// An error means that it is gone, or that the reader is; both are the end.
		_, _ = s.containers.Wait(ctx, log.ID)
	}()
	return done
}
