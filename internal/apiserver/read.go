package apiserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

var metaV1 = kschema.GroupVersion{Group: metav1.GroupName, Version: "v1"}

// get answers with one object.
func (s *Server) get(c *call) error {
	f, err := c.negotiate(objectsOf)
	if err != nil {
		return err
	}
	if c.q.boolean("export") { // what clients of old expect must not be taken for done
		return apierrors.NewBadRequest("the export parameter, deprecated since v1.14, is no longer supported")
	}
	rec, err := s.Registry.Get(c.r.Context(), c.request(), c.q.get("resourceVersion"))
	if err != nil {
		return err
	}
	return s.sendObject(c, f, http.StatusOK, rec)
}

// sendObject answers with a record in the negotiated form, a table among them.
func (s *Server) sendObject(c *call, f format, code int, rec *store.Record) error {
	if f.as == "PartialObjectMetadataList" {
		return misfit(f.as, "not a list", s.Law.HubName(c.kind, false))
	}
	if f.as != "Table" {
		return s.sendRecord(c.w, c.r, f, code, c.kind, c.version, rec)
	}
	opts, err := c.tableOptions()
	if err != nil {
		return err
	}
	t, err := s.Law.Table(c.r.Context(), c.kind, []*store.Record{rec}, f.form(c.version), opts, nil)
	if err != nil {
		return err
	}
	s.send(c.w, c.r, f, code, t, metaV1)
	return nil
}

func (c *call) tableOptions() (*metav1.TableOptions, error) {
	o := &metav1.TableOptions{IncludeObject: metav1.IncludeObjectPolicy(c.q.get("includeObject"))}
	if errs := metav1validation.ValidateTableOptions(o); len(errs) > 0 {
		return nil, apierrors.NewBadRequest("Unable to convert to Table as requested: " + errs[0].Error())
	}
	return o, nil
}

// list answers with a collection.
func (s *Server) list(c *call) error {
	f, err := c.negotiate(listsOf)
	if err != nil {
		return err
	}
	p, err := parseList(c.kind, &c.q, "")
	if err == nil {
		err = p.check(&c.q, false)
	}
	if err != nil {
		return err
	}
	page, err := s.Registry.List(c.r.Context(), c.request(), p.ListOptions)
	if err != nil {
		return err
	}
	s.metrics.door.listed(c, len(page.Records))
	return s.sendList(c, f, page.Records, schema.ListMeta{Rev: page.Rev, Continue: page.Continue, Remaining: page.Remaining})
}

// misfit refuses to make of an answer what it cannot be.
func misfit(as, what, is string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{Status: metav1.StatusFailure, Code: http.StatusNotAcceptable, Reason: metav1.StatusReasonNotAcceptable,
		Message: fmt.Sprintf("you requested %s, but the requested object is %s (%s)", as, what, is)}}
}

// sendList answers with records as a list.
func (s *Server) sendList(c *call, f format, recs []*store.Record, lm schema.ListMeta) error {
	if f.as == "PartialObjectMetadata" {
		return misfit(f.as, "a list", s.Law.HubName(c.kind, true))
	}
	form := f.form(c.version)
	if f.as == "Table" {
		opts, err := c.tableOptions()
		if err != nil {
			return err
		}
		t, err := s.Law.Table(c.r.Context(), c.kind, recs, form, opts, &lm)
		if err != nil {
			return err
		}
		s.send(c.w, c.r, f, http.StatusOK, t, metaV1)
		return nil
	}
	if err := s.auditRecords(c.w, f, nil, func(out io.Writer, form schema.Form) error { return s.Law.WriteList(out, c.kind, recs, form, lm) }, c.version); err != nil {
		return err
	}
	if f.yaml || f.pretty { // for people: made as a whole
		var all bytes.Buffer
		if err := s.Law.WriteList(&all, c.kind, recs, form, lm); err != nil {
			return err
		}
		s.write(c.w, c.r, f, http.StatusOK, all.Bytes())
		return nil
	}
	h := c.w.Header()
	h["Content-Type"] = []string{f.contentType(false)}
	h["Cache-Control"] = noCache
	if c.r.Method == http.MethodHead {
		c.w.WriteHeader(http.StatusOK)
		return nil
	}
	out := &deferred{w: c.w, gzip: acceptsGzip(c.r)}
	err := s.Law.WriteList(&untilGone{c.r.Context(), out}, c.kind, recs, form, lm)
	if err == nil {
		err = out.Close()
	} else if c.w.code != 0 && out.z != nil {
		// The stream stays without its end, so that nobody takes it for the whole.
		err = errors.Join(err, out.z.z.Flush())
	}
	if err != nil && c.r.Context().Err() != nil {
		return context.Canceled
	}
	if err != nil {
		return fmt.Errorf("writing a list of %s: %w", c.kind.Resource, err)
	}
	return nil
}

// untilGone stops a long answer when its reader has gone.
type untilGone struct {
	ctx context.Context
	w   *deferred
}

func (u *untilGone) Write(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.w.Write(p)
}
