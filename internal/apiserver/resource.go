package apiserver

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// serveResource sends a request for a resource to the handler of its verb.
func (s *Server) serveResource(c *call) error {
	k, err := s.Registry.Lookup(c.r.Context(), c.cluster, c.group, c.version, c.resource)
	if err != nil {
		return err
	}
	if k == nil {
		return s.elsewhere(c)
	}
	if c.beyond {
		return errNoPath
	}
	c.kind = k
	if k.IsCustom() {
		defer c.withoutProtobuf()()
		if k.Namespaced && c.namespace == "" && c.verb != "list" && c.verb != "watch" {
			return errNoPath
		}
	}
	s.warnDeprecated(c)
	if c.streams() {
		g := s.streamGauge(c)
		g.Inc()
		defer g.Dec()
	}
	switch {
	case !k.Namespaced && c.namespace != "" && c.resource != "namespaces":
		return errNoPath
	case k.Namespaced && c.namespace == "" && c.name != "" && c.verb != "watch":
		return errNoPath
	}
	if c.subresource != "" {
		return s.serveSubresource(c)
	}
	if !slices.Contains(k.Verbs, c.verb) || !c.placed() || c.r.Method == http.MethodHead {
		return notAllowed()
	}
	if k.Virtual {
		return s.serveVirtual(c)
	}
	switch c.verb {
	case "get":
		return s.get(c)
	case "list":
		return s.list(c)
	case "watch":
		return s.watch(c)
	case "create":
		return s.create(c)
	case "update":
		return s.update(c)
	case "patch":
		return s.patch(c)
	case "delete":
		return s.delete(c)
	case "deletecollection":
		return s.deleteCollection(c)
	}
	return notAllowed()
}

// placed reports whether the verb fits the place: an object, a collection, or a collection over all namespaces.
func (c *call) placed() bool {
	all := c.kind.Namespaced && c.namespace == ""
	switch c.verb {
	case "create":
		return c.name == "" && !all
	case "update", "patch":
		return c.name != ""
	case "deletecollection":
		return !all
	}
	return true
}

// notAllowed answers for a verb that the resource does not have.
func notAllowed() error { return generic(http.StatusMethodNotAllowed) }

// maxBody bounds a request's body, as upstream.
const maxBody = 3 << 20

// bodyTimeout bounds how long a body may take.
const bodyTimeout = 60 * time.Second

// readBody reads the request's body.
func (s *Server) readBody(c *call) ([]byte, error) {
	if c.r.Body == nil || c.r.Body == http.NoBody {
		return nil, nil
	}
	if c.r.ContentLength > maxBody {
		return nil, tooLarge()
	}
	rc := http.NewResponseController(c.w)
	if rc.SetReadDeadline(time.Now().Add(bodyTimeout)) == nil { // not every server can
		defer func() {
			if err := rc.SetReadDeadline(time.Time{}); err != nil {
				s.Log.Debug("lifting a read deadline failed", "err", err)
			}
		}()
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, tooLarge()
	case err != nil:
		return nil, apierrors.NewBadRequest("reading the request body: " + err.Error())
	}
	return body, nil
}

func tooLarge() error {
	return apierrors.NewRequestEntityTooLargeError("limit is 3145728")
}

// manager is the field manager of a write: the parameter, else the name of the client's program.
func (c *call) manager() string {
	if m := c.q.get("fieldManager"); m != "" {
		return m
	}
	agent, _, _ := strings.Cut(c.r.UserAgent(), "/")
	agent = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, agent)
	return agent[:min(len(agent), maxManager)]
}
