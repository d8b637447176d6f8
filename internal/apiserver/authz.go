package apiserver

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/authz"
)

func groupResource(group, resource string) kschema.GroupResource {
	return kschema.GroupResource{Group: group, Resource: resource}
}

// attributes are the request in the words of authorization.
func (c *call) attributes() authz.Attributes {
	at := authz.Attributes{User: c.user, Verb: c.verb}
	if !c.isResource() {
		at.Path = c.path
		if at.Verb == "head" {
			at.Verb = "get"
		}
		return at
	}
	at.Group, at.Resource, at.Subresource = c.group, c.resource, c.subresource
	at.Namespace, at.Name = c.namespace, c.name
	if c.isCollection() {
		if sel, err := fields.ParseSelector(c.q.get("fieldSelector")); err == nil { // a bad one is refused when it is used
			at.Fields = sel.Requirements()
		}
		at.Name = c.sole()
		if sel, err := labels.Parse(c.q.get("labelSelector")); err == nil {
			at.Labels, _ = sel.Requirements() // nothing can be selected by none: then it asks for none
		}
	}
	return at
}

// authorize asks whether the user may do what the request is for.
func (s *Server) authorize(c *call) error {
	at := c.attributes()
	if err := s.allow(c, at); err != nil {
		return err
	}
	switch c.subresource {
	case "exec", "attach", "portforward":
		if c.verb == "get" { // what a WebSocket begins with; it gives as much as a POST
			at.Verb = "create"
			return s.allow(c, at)
		}
	}
	return nil
}

func (s *Server) allow(c *call, at authz.Attributes) error {
	d := s.Authorizer.Authorize(c.cluster, at)
	c.decided(d)
	if !d.Allowed {
		return forbidden(at, d.Reason)
	}
	return nil
}

func (c *call) fieldSelector() (fields.Selector, error) {
	return fields.ParseSelector(c.q.get("fieldSelector"))
}

// sole is the name of the one object that a list, watch or delete of a collection is for, if its path or its selector names one.
func (c *call) sole() string {
	if c.name != "" || c.q.get("fieldSelector") == "" {
		return c.name
	}
	if sel, err := c.fieldSelector(); err == nil {
		name, _ := sel.RequiresExactMatch(metav1.ObjectNameField)
		return name
	}
	return c.name
}
