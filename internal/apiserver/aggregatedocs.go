package apiserver

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	apidiscoveryv2 "k8s.io/api/apidiscovery/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/endpoints"
	"k8s.io/client-go/transport"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/driver/extension"
)

const (
	// docsFresh is how long what an extension server said about itself is taken for granted; upstream asks every minute.
	docsFresh = time.Minute
	// docsLimit bounds the time that discovery waits for an extension server, as upstream.
	docsLimit = 5 * time.Second
	// maxDocs bounds such an answer: a large OpenAPI document fits several times.
	maxDocs = 32 << 20
)

// extensionDocs is what an extension server last said about itself.
type extensionDocs struct {
	mu   sync.Mutex
	at   time.Time
	said extensionSaid
	// swagger has a lock of its own: few ask for it.
	swagger extensionSwagger
}

type extensionSaid struct {
	resources []metav1.APIResource
	// openAPI is the address of its OpenAPI document of the group and version, "" if it has none.
	openAPI string
}

// learn asks an extension server what it serves, unless that is known. An unavailable or silent one leaves what it said
// before, and fresh is false.
func (s *Server) learn(ctx context.Context, c api.Cluster, e *remote) (said extensionSaid, fresh bool) {
	if e.built != nil {
		return extensionSaid{resources: e.built.resources}, true
	}
	e.docs.mu.Lock()
	defer e.docs.mu.Unlock()
	now := s.Clock()
	fresh = e.available
	if e.available && now.Sub(e.docs.at) > docsFresh {
		if err := s.ask(ctx, c, e); err != nil {
			s.Log.Debug("an extension server does not tell what it serves", "group", e.group, "version", e.version, "err", err)
			fresh = false
		} else {
			e.docs.at = now
		}
	}
	return e.docs.said, fresh
}

// ask fetches the documents of an extension server.
func (s *Server) ask(ctx context.Context, c api.Cluster, e *remote) error {
	ctx, cancel := context.WithTimeout(ctx, docsLimit)
	defer cancel()
	gv := metav1.GroupVersion{Group: e.group, Version: e.version}
	var list metav1.APIResourceList
	if err := s.fetch(ctx, c, e, "/apis/"+gv.String(), &list); err != nil {
		return err
	}
	e.docs.said = extensionSaid{resources: list.APIResources}
	var index openAPIIndex
	if err := s.fetch(ctx, c, e, "/openapi/v3", &index); err == nil { // not every server has one
		e.docs.said.openAPI = index.Paths["apis/"+gv.String()].URL
	}
	return nil
}

// openAPIIndex is the answer to /openapi/v3.
type openAPIIndex struct {
	Paths map[string]openAPIPath `json:"paths"`
}

type openAPIPath struct {
	URL string `json:"serverRelativeURL"`
}

// fetch gets a JSON document of an extension server on the API server's own behalf.
func (s *Server) fetch(ctx context.Context, c api.Cluster, e *remote, path string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, extension.URL(e.to)+path, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", mediaJSON)
	transport.SetAuthProxyHeaders(r, extension.Caller, "", []string{user.SystemPrivilegedGroup}, nil)
	res, err := s.Extensions(c, e.to).RoundTrip(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", path, res.Status)
	}
	return json.NewDecoder(io.LimitReader(res.Body, maxDocs)).Decode(into)
}

// withExtensions adds to a list of groups what other servers answer for.
func withExtensions(groups []metav1.APIGroup, list []*remote) []metav1.APIGroup {
	for _, e := range list {
		v := metav1.GroupVersionForDiscovery{GroupVersion: e.group + "/" + e.version, Version: e.version}
		i := slices.IndexFunc(groups, func(g metav1.APIGroup) bool { return g.Name == e.group })
		if i < 0 {
			groups = append(groups, metav1.APIGroup{Name: e.group, Versions: []metav1.GroupVersionForDiscovery{v}, PreferredVersion: v})
		} else if !slices.Contains(groups[i].Versions, v) {
			groups[i].Versions = append(groups[i].Versions, v)
		}
	}
	return groups
}

// groupWithExtensions is a single group's document with the versions that others answer for; nil if there are none at all.
func groupWithExtensions(own *metav1.APIGroup, name string, list []*remote) *metav1.APIGroup {
	groups := []metav1.APIGroup{}
	if own != nil {
		groups = append(groups, *own)
	}
	for _, g := range withExtensions(groups, list) {
		if g.Name == name {
			g.Kind, g.APIVersion = "APIGroup", "v1"
			return &g
		}
	}
	return nil
}

// aggregateExtensions adds to discovery in one document what other servers say about themselves.
func (s *Server) aggregateExtensions(c *call, into *apidiscoveryv2.APIGroupDiscoveryList, list []*remote) error {
	for _, e := range list {
		d, fresh := s.learn(c.r.Context(), c.cluster, e)
		resources, err := endpoints.ConvertGroupVersionIntoToDiscovery(d.resources)
		if err != nil {
			return fmt.Errorf("the resources of %s/%s: %w", e.group, e.version, err)
		}
		v := apidiscoveryv2.APIVersionDiscovery{Version: e.version, Resources: resources, Freshness: apidiscoveryv2.DiscoveryFreshnessCurrent}
		if !fresh {
			v.Freshness = apidiscoveryv2.DiscoveryFreshnessStale
		}
		i := slices.IndexFunc(into.Items, func(g apidiscoveryv2.APIGroupDiscovery) bool { return g.Name == e.group })
		if i < 0 {
			i = len(into.Items)
			into.Items = append(into.Items, apidiscoveryv2.APIGroupDiscovery{ObjectMeta: metav1.ObjectMeta{Name: e.group}})
		}
		g := &into.Items[i]
		if !slices.ContainsFunc(g.Versions, func(have apidiscoveryv2.APIVersionDiscovery) bool { return have.Version == v.Version }) {
			g.Versions = append(g.Versions, v)
		}
	}
	return nil
}

// indexExtensions adds to the index of OpenAPI documents those of other servers.
func (s *Server) indexExtensions(c *call, body []byte) ([]byte, error) {
	list, err := s.extensionsOf(c.cluster)
	if err != nil || !slices.ContainsFunc(list, (*remote).outside) {
		return body, err
	}
	var index openAPIIndex
	if err := json.Unmarshal(body, &index); err != nil {
		return nil, err
	}
	for _, e := range list {
		if d, _ := s.learn(c.r.Context(), c.cluster, e); d.openAPI != "" {
			index.Paths["apis/"+e.group+"/"+e.version] = openAPIPath{d.openAPI}
		}
	}
	return json.Marshal(index)
}

// delegateOpenAPI serves an OpenAPI document that this server does not have, from the extension server that has it.
func (s *Server) delegateOpenAPI(c *call, path string) error {
	gv, ok := strings.CutPrefix(path, "/openapi/v3/apis/")
	if !ok {
		return errNoPath
	}
	group, version, _ := strings.Cut(gv, "/")
	e, err := s.foreign(c, group, version)
	if err != nil {
		return err
	}
	if e == nil {
		return errNoPath
	}
	return s.delegate(c, e)
}
