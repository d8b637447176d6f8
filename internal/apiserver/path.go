package apiserver

import (
	"net/http"
	"strings"

	"gantry.dev/gantry/internal/api"
)

// target is what the method and the path of a request ask for, before anything is looked up.
type target struct {
	cluster api.Cluster
	path    string // without the cluster's prefix
	verb    string // get, list, ...; the lower-case method for requests that are for no resource

	// Set for requests that are for a resource.
	resource    string
	group       string
	version     string
	namespace   string
	name        string
	subresource string
	// rest is what follows a proxy subresource, with its leading slash and escaped as it came.
	rest string
	// beyond says that the path goes on where nothing is served.
	beyond bool
}

// clusterPrefix begins the paths of tenants.
const clusterPrefix = "/clusters/"

// parseTarget reads method and path, without regular expressions and without allocating. Malformed paths are requests
// for no resource, which nothing serves. query tells a watch from a list.
func parseTarget(method, path string) target {
	t := target{cluster: api.Host, path: path}
	if after, ok := strings.CutPrefix(path, clusterPrefix); ok {
		name, rest, _ := strings.Cut(after, "/")
		t.cluster, t.path = api.Cluster(name), "/"+rest
	}
	t.verb = strings.ToLower(method)
	rest, ok := strings.CutPrefix(t.path, "/api/")
	if !ok {
		if rest, ok = strings.CutPrefix(t.path, "/apis/"); !ok {
			return t
		}
		if t.group, rest, ok = cut(rest); !ok || t.group == "" {
			t.group = ""
			return t
		}
	}
	version, rest, ok := cut(rest)
	if !ok || version == "" {
		t.group = ""
		return t // discovery
	}
	watchPrefix := false
	if after, ok := strings.CutPrefix(rest, "watch/"); ok {
		watchPrefix, rest = true, after // the way to watch before the query parameter
	}
	resource, rest, more := cut(rest)
	if resource == "" {
		t.group = ""
		return t
	}
	t.version, t.resource = version, resource
	if resource == "namespaces" && more {
		t.placeNamespaced(rest)
	} else if more {
		t.placeNamed(rest)
	}
	t.setVerb(method, watchPrefix)
	return t
}

// placeNamespaced reads what follows "namespaces/": a namespace itself with its few subresources, or what lies in it.
func (t *target) placeNamespaced(rest string) {
	ns, rest, more := cut(rest)
	t.namespace = ns
	next, after, deeper := cut(rest)
	if !more || next == "" || next == "status" || next == "finalize" {
		t.name, t.subresource = ns, next
		t.beyond = deeper && after != ""
		return
	}
	t.resource = next
	if deeper {
		t.placeNamed(after)
	}
}

// placeNamed reads what follows the resource: name[/subresource[/rest]].
func (t *target) placeNamed(rest string) {
	var more bool
	if t.name, rest, more = cut(rest); !more {
		return
	}
	if t.subresource, rest, more = cut(rest); !more {
		return
	}
	if t.subresource == "proxy" {
		t.rest = "/" + rest
		return
	}
	t.beyond = rest != "" || more && t.subresource == ""
}

// cut splits off the first segment. more says that a slash followed it.
func cut(path string) (segment, rest string, more bool) { return strings.Cut(path, "/") }

func (t *target) setVerb(method string, watchPrefix bool) {
	if watchPrefix { // by any method, as upstream asks whether it is allowed
		t.verb = "watch"
		return
	}
	switch method {
	case http.MethodPost:
		t.verb = "create"
	case http.MethodGet, http.MethodHead:
		t.verb = "get"
		if t.name == "" {
			t.verb = "list"
		}
	case http.MethodPut:
		t.verb = "update"
	case http.MethodPatch:
		t.verb = "patch"
	case http.MethodDelete:
		t.verb = "delete"
		if t.name == "" {
			t.verb = "deletecollection"
		}
	default: // as upstream: only a rule for all verbs allows it
		t.verb = ""
	}
}

// isResource reports whether the request is for a resource rather than a plain path.
func (t *target) isResource() bool { return t.resource != "" }

// isCollection reports whether the verb reads a collection, so that the watch parameter and selectors count.
func (t *target) isCollection() bool {
	return t.verb == "list" || t.verb == "watch" || t.verb == "deletecollection"
}

// streams reports whether the request may last for long, and so takes no seat and has no deadline.
func (t *target) streams() bool {
	if t.verb == "watch" {
		return true
	}
	switch t.subresource {
	case "exec", "attach", "portforward", "proxy", "log":
		return true
	}
	return false
}
