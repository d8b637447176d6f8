package apiserver

import (
	"net/http"
	"strings"

	"k8s.io/apiserver/pkg/server/statusz"
	"k8s.io/component-base/compatibility"
)

// statuszHandler is upstream's /statusz: what runs, and since when, as text for people or as an object.
type statuszHandler struct{ http.Handler }

// Handle takes the handler that upstream's library installs.
func (s *statuszHandler) Handle(_ string, h http.Handler) { s.Handler = h }

// newStatusz makes the page; nil without a version to tell.
func (s *Server) newStatusz() http.Handler {
	v := &s.Version
	if v.GitVersion == "" || v.EmulationMajor == "" || v.MinCompatibilityMajor == "" {
		return nil
	}
	binary, _, _ := strings.Cut(strings.TrimPrefix(v.GitVersion, "v"), "+")
	effective := compatibility.NewEffectiveVersionFromString(binary, v.EmulationMajor+"."+v.EmulationMinor, v.MinCompatibilityMajor+"."+v.MinCompatibilityMinor)
	paths := []string{"/healthz", "/livez", "/metrics", "/readyz", statusz.DefaultStatuszPath, "/version"}
	h := &statuszHandler{}
	statusz.Install(h, component, statusz.NewRegistry(effective, statusz.WithListedPaths(paths)))
	return h
}
