package apiserver

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/authz"
	"gantry.dev/gantry/internal/fair"
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

// sole is the name of the one object that a list, watch or delete of a collection is for, if its path or its selector names one.
func (c *call) sole() string {
	if sel, err := fields.ParseSelector(c.q.get("fieldSelector")); err == nil && c.name == "" {
		name, _ := sel.RequiresExactMatch(metav1.ObjectNameField)
		return name
	}
	return c.name
}

// queueTime is how long a request waits for a seat before it is sent away.
const queueTime = 30 * time.Second

// seat waits for the request's turn and returns how to give the seat back. Administrators never wait: they are who
// repairs an overload.
func (s *Server) seat(c *call) (leave func(), err error) {
	for _, g := range c.user.GetGroups() {
		if g == user.SystemPrivilegedGroup {
			return func() {}, nil
		}
	}
	granted := make(chan struct{})
	ticket, standing := s.gate.Enter(c.cluster, c.user.GetName(), func() { close(granted) })
	switch standing {
	case fair.Granted:
		return func() { s.gate.Leave(ticket) }, nil
	case fair.Refused:
		s.metrics.refused.Inc()
		return nil, tooMany()
	}
	begin := time.Now() // for metrics only
	ctx, cancel := context.WithTimeout(c.r.Context(), queueTime)
	defer cancel()
	select {
	case <-granted:
		c.waited = time.Since(begin)
		return func() { s.gate.Leave(ticket) }, nil
	case <-ctx.Done():
		s.gate.Leave(ticket)
		if c.r.Context().Err() != nil {
			return nil, context.Canceled
		}
		s.metrics.refused.Inc()
		return nil, tooMany()
	}
}

func tooMany() error {
	return apierrors.NewTooManyRequests("too many requests, please try again later", 1)
}
