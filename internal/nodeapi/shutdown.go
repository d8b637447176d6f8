package nodeapi

import (
	"fmt"
	"net/http"
	"time"
)

// maxWait bounds how long one request may wait for the end of a shutdown.
const maxWait = time.Minute

// beginShutdown ends the pods of the node in order; `gantry node shutdown` asks for it. It answers as shutdownState does.
func (s *Server) beginShutdown(w http.ResponseWriter, r *http.Request) {
	done, err := s.agent.Shutdown()
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	s.tellShutdown(w, r, done)
}

// shutdownState answers "done" when the pods have ended, or "underway" after the time that the request wants to wait.
func (s *Server) shutdownState(w http.ResponseWriter, r *http.Request) {
	done, err := s.agent.ShutdownDone()
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	s.tellShutdown(w, r, done)
}

func (s *Server) tellShutdown(w http.ResponseWriter, r *http.Request, done <-chan struct{}) {
	var wait time.Duration
	if text := r.URL.Query().Get("wait"); text != "" {
		var err error
		if wait, err = time.ParseDuration(text); err != nil || wait < 0 || wait > maxWait {
			http.Error(w, fmt.Sprintf("wait=%s: want a duration up to %s", text, maxWait), http.StatusBadRequest)
			return
		}
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-done:
		fmt.Fprint(w, "done")
	case <-timer.C:
		fmt.Fprint(w, "underway")
	case <-r.Context().Done():
	}
}

// cancelShutdown lets the node take pods again.
func (s *Server) cancelShutdown(w http.ResponseWriter, _ *http.Request) {
	if err := s.agent.CancelShutdown(); err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	fmt.Fprint(w, "ok")
}
