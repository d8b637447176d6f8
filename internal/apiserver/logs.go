package apiserver

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// log streams a container's output from its node.
func (s *Server) log(c *call) error {
	values, err := logValues(&c.q)
	if err != nil {
		return err
	}
	pod, err := s.pod(c, c.name)
	if err != nil {
		return err
	}
	container, err := containerOf(pod, c.q.get("container"))
	if err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Content-Type", "text/plain")
	h.Set("Cache-Control", "no-cache, private")
	if pod.Spec.NodeName == "" { // nothing has run, so nothing was said
		c.w.WriteHeader(http.StatusOK)
		return nil
	}
	loc, err := s.kubelet(c, pod.Spec.NodeName)
	if err != nil {
		return err
	}
	loc.Path = "/containerLogs/" + pod.Namespace + "/" + pod.Name + "/" + container
	loc.RawQuery = values.Encode()
	transport := s.nodes.verified
	if c.q.boolean("insecureSkipTLSVerifyBackend") {
		transport = s.nodes.blind
	}
	ctx, cancel := s.streamContext(c.r.Context())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, loc.String(), nil)
	if err != nil {
		return apierrors.NewInternalError(err)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return apierrors.NewInternalError(fmt.Errorf("asking node %s for the log: %w", pod.Spec.NodeName, err))
	}
	defer func() {
		if err := resp.Body.Close(); err != nil {
			s.Log.Debug("closing a log stream failed", "err", err)
		}
	}()
	if resp.StatusCode != http.StatusOK {
		return logRefused(resp, pod.Name)
	}
	c.lift(s)
	if wantsSocket(c.r) {
		s.logOverSocket(c, resp.Body, cancel)
		return nil
	}
	c.w.WriteHeader(http.StatusOK)
	s.copyFlushing(c, resp.Body)
	return nil
}

// maxRefusal bounds how much of a node's explanation is passed on.
const maxRefusal = 2 << 10

// logRefused passes on why a node refuses, in the API's terms.
func logRefused(resp *http.Response, pod string) error {
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxRefusal))
	if err != nil {
		text = []byte("the node gave no reason: " + err.Error())
	}
	msg := strings.TrimSpace(string(text))
	switch resp.StatusCode {
	case http.StatusInternalServerError:
		return apierrors.NewInternalError(errors.New(msg))
	case http.StatusBadRequest:
		return apierrors.NewBadRequest(msg)
	}
	return apierrors.NewGenericServerResponse(resp.StatusCode, "get", kschema.GroupResource{Resource: "pods/log"}, pod, msg, 0, true)
}

// copyFlushing passes on a stream, each piece as it comes. Its end may be the client's, the node's or ours: none of them
// is an error.
func (s *Server) copyFlushing(c *call, from io.Reader) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			if _, werr := c.w.Write(buf[:n]); werr != nil {
				s.Log.Debug("a reader of a log went away", "path", c.path, "err", werr)
				return
			}
			c.w.Flush()
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				s.Log.Debug("a log stream ended", "path", c.path, "err", err)
			}
			return
		}
	}
}

// logValues checks a log request's options as upstream does and returns them as a node reads them.
func logValues(q *query) (url.Values, error) {
	out := url.Values{}
	for _, name := range []string{"follow", "previous", "timestamps"} {
		if q.boolean(name) {
			out.Set(name, "true")
		}
	}
	since, sinceTime := q.integer("sinceSeconds"), q.time("sinceTime")
	switch {
	case since != nil && sinceTime != nil:
		q.errs = append(q.errs, field.Forbidden(field.NewPath("sinceSeconds"), "at most one of `sinceTime` or `sinceSeconds` may be specified"))
	case since != nil && *since < 1:
		q.errs = append(q.errs, field.Invalid(field.NewPath("sinceSeconds"), *since, "must be greater than 0"))
	case since != nil:
		out.Set("sinceSeconds", strconv.FormatInt(*since, 10))
	case sinceTime != nil:
		out.Set("sinceTime", q.get("sinceTime"))
	}
	if n := q.integer("tailLines"); n != nil {
		if *n < 0 {
			q.errs = append(q.errs, field.Invalid(field.NewPath("tailLines"), *n, "must be greater than or equal to 0"))
		}
		out.Set("tailLines", strconv.FormatInt(*n, 10))
	}
	if n := q.integer("limitBytes"); n != nil {
		if *n < 1 {
			q.errs = append(q.errs, field.Invalid(field.NewPath("limitBytes"), *n, "must be greater than 0"))
		}
		out.Set("limitBytes", strconv.FormatInt(*n, 10))
	}
	switch stream := q.get("stream"); stream {
	case "", "All":
	case "Stdout", "Stderr":
		if q.get("tailLines") != "" {
			q.errs = append(q.errs, field.Forbidden(field.NewPath("tailLines"), "`tailLines` and specific `stream` are mutually exclusive for now"))
		}
		out.Set("stream", stream)
	default:
		q.errs = append(q.errs, field.NotSupported(field.NewPath("stream"), stream, []string{"All", "Stdout", "Stderr"}))
	}
	if q.malformed != nil {
		return nil, apierrors.NewBadRequest(q.malformed.Error())
	}
	if len(q.errs) > 0 {
		return nil, apierrors.NewInvalid(kschema.GroupKind{Kind: "PodLogOptions"}, "", q.errs)
	}
	return out, nil
}
