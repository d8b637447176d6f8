package apiserver

import (
	"context"
	"errors"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// serveVirtual serves kinds that are answered and not stored.
func (s *Server) serveVirtual(c *call) error {
	switch c.resource {
	case "componentstatuses":
		return s.components(c)
	case "bindings":
		return order(s, c, s.bindByBody)
	}
	return s.review(c)
}

// bindByBody is the older way to bind a pod: the body names it.
func (s *Server) bindByBody(ctx context.Context, q registry.Request, b *corev1.Binding, o registry.WriteOptions) error {
	q.Kind = s.Law.Kind(api.Resource{Name: "pods"})
	q.Name, q.Subresource = b.Name, "binding"
	return s.Registry.Bind(ctx, q, b, o)
}

// components answers as upstream does for the parts of a control plane. All are in this process, so that all who can
// ask are well, unless a check fails.
func (s *Server) components(c *call) error {
	shape := objectsOf
	if c.verb == "list" {
		shape = listsOf
	}
	f, err := c.negotiate(shape)
	if err != nil {
		return err
	}
	all, err := s.componentRecords(c.r.Context(), c.kind)
	if err != nil {
		return err
	}
	if c.verb == "get" {
		for _, rec := range all {
			if rec.Key.Name == c.name {
				return s.sendObject(c, f, http.StatusOK, rec)
			}
		}
		return apierrors.NewNotFound(kschema.GroupResource{Resource: "componentstatus"}, c.name) // upstream's spelling
	}
	p, err := parseList(c.kind, &c.q, "")
	if err != nil {
		return err
	}
	var recs []*store.Record
	for _, rec := range all {
		about := fields.Set{"metadata.name": rec.Key.Name, "metadata.namespace": ""}
		if (p.Labels == nil || p.Labels.Matches(labels.Set{})) && (p.Fields == nil || p.Fields.Matches(about)) {
			recs = append(recs, rec)
		}
	}
	return s.sendList(c, f, recs, schema.ListMeta{})
}

// componentRecords are records that no store has ever seen.
func (s *Server) componentRecords(ctx context.Context, k *schema.Kind) ([]*store.Record, error) {
	var failed error
	for _, ch := range s.checks("livez") {
		failed = errors.Join(failed, ch.Probe(ctx))
	}
	var out []*store.Record
	for _, name := range []string{"controller-manager", "etcd-0", "scheduler"} {
		cond := corev1.ComponentCondition{Type: corev1.ComponentHealthy, Status: corev1.ConditionTrue, Message: "ok"}
		if failed != nil {
			cond.Status, cond.Message, cond.Error = corev1.ConditionFalse, "", failed.Error()
		}
		body, memo, err := s.Law.EncodeTyped(k, &corev1.ComponentStatus{ObjectMeta: metav1.ObjectMeta{Name: name}, Conditions: []corev1.ComponentCondition{cond}})
		if err != nil {
			return nil, apierrors.NewInternalError(err)
		}
		rec := &store.Record{Key: api.Key{Resource: k.Resource, Name: name}, Body: body}
		rec.Memo.Store(memo)
		out = append(out, rec)
	}
	return out, nil
}
