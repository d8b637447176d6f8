package apiserver

import (
	"net/http"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metricsv1beta1 "k8s.io/metrics/pkg/apis/metrics/v1beta1"
)

// built is a group and version that is answered from what this server sees, and not from a store: what clusters otherwise
// install an extension server for. An APIService that names another server for it takes it away.
type built struct {
	resources []metav1.APIResource
	serve     func(*call) error
}

// buildGroups lists what this server answers for by itself.
func (s *Server) buildGroups() []*remote {
	if s.Nodes == nil { // nobody could be asked
		return nil
	}
	gv := metricsv1beta1.SchemeGroupVersion
	return []*remote{{
		group: gv.Group, version: gv.Version, groupPriority: 100, versionPriority: 100, available: true,
		built: &built{resources: usageResources(), serve: s.serveUsage},
	}}
}

// withBuilt adds what this server answers for to what others do.
func withBuilt(list, own []*remote) []*remote {
	for _, e := range own {
		if !slices.ContainsFunc(list, func(o *remote) bool { return o.group == e.group && o.version == e.version }) {
			list = append(list, e)
		}
	}
	return list
}

// outside reports whether another server answers, which may change what it says without our hearing of it.
func (e *remote) outside() bool { return e.built == nil }

// answer serves a request of the group and version.
func (b *built) answer(s *Server, c *call, e *remote) error {
	if c.isResource() {
		return b.serve(c)
	}
	f, err := c.negotiate(plainOnly)
	if err != nil {
		return err
	}
	list := &metav1.APIResourceList{GroupVersion: e.group + "/" + e.version, APIResources: b.resources}
	list.Kind, list.APIVersion = "APIResourceList", "v1"
	s.send(c.w, c.r, f, http.StatusOK, list, coreV1)
	return nil
}
