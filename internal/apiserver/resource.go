package apiserver

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/validation/path"
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
	case !k.Namespaced && c.namespace != "" && (c.resource != "namespaces" || c.namespace != c.name):
		return errNoPath
	case k.Namespaced && c.namespace == "" && (c.name != "" && c.verb != "watch" || !slices.Contains(k.Verbs, "list")):
		return errNoPath
	}
	if !k.Virtual && !segment(c.name) {
		return apierrors.NewBadRequest(fmt.Sprintf("Name parameter invalid: %q: %s", c.name, strings.Join(path.IsValidPathSegmentName(c.name), ";")))
	}
	if c.subresource != "" {
		return s.serveSubresource(c)
	}
	if !slices.Contains(k.Verbs, c.verb) || !c.placed() || c.r.Method == http.MethodHead || c.verb == "watch" && c.r.Method != http.MethodGet {
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

// segment reports whether a name can be a part of a path, as the names of all objects can.
func segment(name string) bool {
	return name != "." && name != ".." && !strings.ContainsAny(name, "/%")
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
	defer s.hurry(c)()
	body, err := readAll(c)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, tooLarge()
	case err != nil:
		return nil, apierrors.NewBadRequest("reading the request body: " + err.Error())
	}
	s.metrics.door.body(c, len(body))
	return body, nil
}

// hurry ends the reading of a body that takes too long; the function that it returns calls that off. A deadline set
// beforehand would cost two messages to the connection's goroutine, and nearly all bodies are there already.
func (s *Server) hurry(c *call) (enough func()) {
	done := make(chan struct{})
	late := time.AfterFunc(bodyTimeout, func() {
		defer close(done)
		if err := http.NewResponseController(c.w).SetReadDeadline(aLongTimeAgo); err != nil { // not every server can
			s.Log.Debug("ending a slow request body failed", "path", c.path, "err", err)
		}
	})
	return func() {
		if !late.Stop() {
			<-done // nobody may touch the connection when the handler has returned
		}
	}
}

// firstRoom bounds what is set aside for a body because its client says that it is so long.
const firstRoom = 64 << 10

// readAll reads a body into room of the length that the client has announced.
func readAll(c *call) ([]byte, error) {
	room := min(max(c.r.ContentLength, 0), firstRoom) + bytes.MinRead // the buffer wants some free to see the end
	body := bytes.NewBuffer(make([]byte, 0, room))
	_, err := body.ReadFrom(http.MaxBytesReader(c.w, c.r.Body, maxBody))
	return body.Bytes(), err
}

// aLongTimeAgo is a deadline that has passed.
var aLongTimeAgo = time.Unix(1, 0)

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
