package apiserver

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"sync"

	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// Extensions leads to extension servers: the transport of a request to one, with the certificate by which extension
// servers know this server as the front proxy whose X-Remote headers they may trust.
type Extensions func(c api.Cluster, to api.Webhook) http.RoundTripper

// remote is one group and version that another server answers for.
type remote struct {
	group, version                 string
	groupPriority, versionPriority int32
	to                             api.Webhook
	// available is what the APIService's condition says.
	available bool
	docs      *extensionDocs
	built     *built // set if the other server is this one
}

// extensions are those of all clusters that have any. They are pulled, as the custom kinds are: whoever asks finds out
// whether APIServices have changed, and nothing runs for a cluster that nobody asks.
type extensions struct {
	mu     sync.Mutex
	tables map[api.Cluster]*extensionTable
	// swaggers are of clusters that have been asked for their swagger document.
	swaggers map[api.Cluster]*mergedSwagger
}

type extensionTable struct {
	rev  api.Revision // Store.Changed when the table was made
	list []*remote
}

// apiServices is the resource that registers extensions.
func apiServices() api.Resource {
	return api.Resource{Group: apiregistrationv1.GroupName, Name: "apiservices"}
}

// extensionsOf lists what other servers answer for in a cluster, in discovery's order. Callers must not change it.
func (s *Server) extensionsOf(c api.Cluster) ([]*remote, error) {
	if s.Extensions == nil {
		return s.built, nil
	}
	rev := s.Registry.Store.Changed(apiServices(), c)
	if rev == 0 {
		return s.built, nil
	}
	s.ext.mu.Lock()
	defer s.ext.mu.Unlock()
	t := s.ext.tables[c]
	if t != nil && t.rev == rev {
		return t.list, nil
	}
	page, err := s.Registry.Store.Range(store.Range{Scope: api.Scope{Resource: apiServices(), Cluster: c}})
	if err != nil {
		return nil, fmt.Errorf("reading the APIServices of cluster %s: %w", c, err)
	}
	next := &extensionTable{rev: rev}
	k := s.Law.Kind(apiServices())
	for _, rec := range page.Records {
		obj, err := s.Law.Typed(k, rec)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", rec.Key, err)
		}
		if a, ok := obj.(*apiregistrationv1.APIService); ok && a.Spec.Service != nil {
			next.list = append(next.list, newRemote(a, t))
		}
	}
	next.list = withBuilt(next.list, s.built)
	slices.SortStableFunc(next.list, func(a, b *remote) int {
		return cmp.Or(cmp.Compare(b.groupPriority, a.groupPriority), cmp.Compare(a.group, b.group), cmp.Compare(b.versionPriority, a.versionPriority))
	})
	if s.ext.tables == nil {
		s.ext.tables = map[api.Cluster]*extensionTable{}
	}
	s.ext.tables[c] = next
	return next.list, nil
}

// newRemote reads an APIService. The documents that an older table has of the same server are kept.
func newRemote(a *apiregistrationv1.APIService, old *extensionTable) *remote {
	const usualPort = 443
	ref := a.Spec.Service
	e := &remote{
		group: a.Spec.Group, version: a.Spec.Version, groupPriority: a.Spec.GroupPriorityMinimum, versionPriority: a.Spec.VersionPriority,
		to:   api.Webhook{Namespace: ref.Namespace, Name: ref.Name, Port: usualPort, CABundle: a.Spec.CABundle, Insecure: a.Spec.InsecureSkipTLSVerify},
		docs: &extensionDocs{},
	}
	if ref.Port != nil {
		e.to.Port = *ref.Port
	}
	for _, c := range a.Status.Conditions {
		e.available = e.available || c.Type == apiregistrationv1.Available && c.Status == apiregistrationv1.ConditionTrue
	}
	if old == nil {
		return e
	}
	for _, o := range old.list {
		if o.group == e.group && o.version == e.version && o.to.Namespace == e.to.Namespace && o.to.Name == e.to.Name && o.to.Port == e.to.Port {
			e.docs = o.docs
		}
	}
	return e
}

// extensionFor finds who answers for a group and version that this server does not serve itself; nil if nobody does.
func (s *Server) extensionFor(c api.Cluster, group, version string) (*remote, error) {
	list, err := s.extensionsOf(c)
	for _, e := range list {
		if e.group == group && e.version == version {
			return e, err
		}
	}
	return nil, err
}
