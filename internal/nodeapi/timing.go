package nodeapi

import (
	"net/http"
)

// timing answers with how the start of a pod went: an agent.Timing. `gantry explain pod/NAME --timing` shows it.
func (s *Server) timing(w http.ResponseWriter, r *http.Request) {
	t, err := s.agent.Timing(r.PathValue("namespace"), r.PathValue("pod"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	s.answer(w, t)
}
