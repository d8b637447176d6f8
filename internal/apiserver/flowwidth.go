package apiserver

import (
	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/fair"
	"gantry.dev/gantry/internal/store"
)

// width estimates how much of the server a request takes, by upstream's rules: lists by what they send, watches that
// begin with the state like lists, writes by how many watches will see them.
func (s *Server) width(c *call, t *fair.Ticket) fair.Width {
	if !c.isResource() {
		return fair.One()
	}
	switch c.verb {
	case "list", "watch":
		return s.listWidth(c, t)
	case "create", "update", "patch", "delete":
		if c.resource == "serviceaccounts" && c.subresource == "token" {
			return fair.One() // changes nothing that anybody could see
		}
		return fair.Write(s.watches.Interested(c.cluster, c.group, c.resource, c.namespace, c.name), t.MaxWidth())
	}
	return fair.One()
}

// sampled is of how many objects of a collection the size is looked at.
const sampled = 4

func (s *Server) listWidth(c *call, t *fair.Ticket) fair.Width {
	if c.verb == "watch" {
		rv := c.q.get("resourceVersion")
		if !c.q.boolean("sendInitialEvents") && rv != "" && rv != "0" {
			return fair.One()
		}
	}
	limit := c.q.integer("limit")
	if c.q.malformed != nil {
		return fair.UnknownList(t.MaxWidth())
	}
	res := api.Resource{Group: c.group, Name: c.resource}
	if k := s.Law.Kind(res); k != nil {
		if k.Virtual {
			return fair.One()
		}
		res = k.StoreAs
	}
	page, err := s.Registry.Store.Range(store.Range{Scope: api.Scope{Resource: res, Cluster: c.cluster, Namespace: c.namespace}, Limit: sampled})
	if err != nil {
		return fair.UnknownList(t.MaxWidth())
	}
	n, bytes := len(page.Records), 0
	if n == 0 {
		return fair.One()
	}
	for _, rec := range page.Records {
		bytes += len(rec.Body)
	}
	all := n + page.Remaining
	if limit != nil && *limit > 0 {
		all = min(all, int(min(*limit, int64(all))))
	}
	if t.Request.Name != "" {
		all = 1
	}
	return fair.List(all, bytes/n, t.MaxWidth())
}

// noteWatch counts a watch for the width of writes, and with -1 forgets it. Watches of the pods of a node count for
// nothing, as upstream: few of them see any one write.
func (s *Server) noteWatch(c *call, n int) {
	if c.resource == "pods" {
		if sel, err := c.fieldSelector(); err == nil {
			if node, ok := sel.RequiresExactMatch("spec.nodeName"); ok && node != "" {
				return
			}
		}
	}
	s.watches.Add(c.cluster, c.group, c.resource, c.namespace, c.sole(), n)
	c.watching = n > 0
}
