package apiserver

import (
	"context"
	"fmt"
	"net/http"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	auditinternal "k8s.io/apiserver/pkg/apis/audit"
	"k8s.io/apiserver/pkg/audit"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/authz"
	"gantry.dev/gantry/internal/schema"
)

// AuditLog is the port to the audit log: which requests it wants to hear about and how much, and where events go. An event
// belongs to the request; the log must be done with it when ProcessEvents returns, and must not wait for anything.
type AuditLog interface {
	audit.PolicyRuleEvaluator
	audit.Sink
}

// trail is what a request leaves in the audit log. A nil trail leaves nothing: nearly all requests of a server whose
// policy says nothing about them, and all of one that keeps no log.
//
// Stages, levels and annotations are upstream's AuditContext, which travels with the request's context, so that rules and
// authenticators add annotations as they do upstream. What only this server knows, which object was meant and what was
// said, a trail adds to each event on its way to the log.
type trail struct {
	ac    *audit.AuditContext
	ctx   context.Context
	log   audit.Sink
	level auditinternal.Level
	// streams says that the beginning of the answer is an event of its own.
	streams bool
	// plain leaves managed fields out of objects.
	plain bool
	// about completes what the path says about the object.
	about auditinternal.ObjectReference
	// failed says that nobody was authenticated: then the beginning of the answer is all there is to say.
	failed bool
	panics any
}

// ProcessEvents implements audit.Sink.
func (t *trail) ProcessEvents(events ...*auditinternal.Event) bool {
	for _, ev := range events {
		if ref := ev.ObjectRef; ref != nil {
			fill(&ref.Namespace, t.about.Namespace)
			fill(&ref.Name, t.about.Name)
			fill(&ref.ResourceVersion, t.about.ResourceVersion)
			if ref.UID == "" {
				ref.UID = t.about.UID
			}
		}
	}
	return t.log.ProcessEvents(events...)
}

func fill(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

// auditable makes the request's context carry annotations, before anybody has them to say.
func (s *Server) auditable(c *call, id string) {
	if s.Audit == nil {
		return
	}
	ctx := audit.WithAuditContext(c.r.Context())
	audit.WithAuditID(ctx, types.UID(id))
	c.r = c.r.WithContext(ctx)
}

// beginAudit asks the policy and notes that a request has come. failed says that its sender could not be authenticated.
func (s *Server) beginAudit(c *call, failed bool) error {
	if s.Audit == nil {
		return nil
	}
	at := authorizer.AttributesRecord{Verb: c.verb, ResourceRequest: c.isResource(), Path: c.path, APIGroup: c.group, APIVersion: c.version,
		Resource: c.resource, Subresource: c.subresource, Namespace: c.namespace, Name: c.name}
	if c.user != nil {
		at.User = c.user
	}
	if at.ResourceRequest && c.isCollection() {
		at.Name = c.sole()
	}
	config := s.Audit.EvaluatePolicyRule(at)
	t := &trail{ac: audit.AuditContextFrom(c.r.Context()), ctx: c.r.Context(), log: s.Audit, level: config.Level, plain: config.OmitManagedFields,
		streams: c.streams() || failed, failed: failed}
	if err := t.ac.Init(config, t); err != nil {
		return err
	}
	if config.Level == auditinternal.LevelNone {
		return nil
	}
	audit.LogRequestMetadata(t.ctx, c.r, c.began, at)
	if c.cluster != api.Host {
		t.annotate("gantry.dev/cluster", string(c.cluster))
	}
	c.trail, c.w.trail = t, t
	if !failed {
		t.ac.ProcessEventStage(t.ctx, auditinternal.StageRequestReceived)
	}
	return nil
}

// answering notes that the answer begins.
func (t *trail) answering(code int) {
	if t == nil {
		return
	}
	t.ac.SetEventResponseStatusCode(int32(code))
	if t.streams {
		t.ac.ProcessEventStage(t.ctx, auditinternal.StageResponseStarted)
	}
}

// end notes that the request has been answered.
func (t *trail) end() {
	if t == nil || t.failed {
		return
	}
	if t.panics != nil {
		t.ac.SetEventResponseStatus(&metav1.Status{Code: http.StatusInternalServerError, Status: metav1.StatusFailure,
			Reason: metav1.StatusReasonInternalError, Message: fmt.Sprintf("APIServer panic'd: %v", t.panics)})
		t.ac.ProcessEventStage(t.ctx, auditinternal.StagePanic)
		return
	}
	if t.ac.GetEventResponseStatus() == nil {
		t.ac.SetEventResponseStatus(&metav1.Status{Code: http.StatusOK, Status: metav1.StatusSuccess, Message: "Connection closed early"})
		if t.streams {
			t.ac.ProcessEventStage(t.ctx, auditinternal.StageResponseStarted)
		}
	}
	t.ac.ProcessEventStage(t.ctx, auditinternal.StageResponseComplete)
}

// decided notes what authorization said.
func (c *call) decided(d authz.Decision) {
	if c.trail == nil {
		return
	}
	word := "forbid"
	if d.Allowed {
		word = "allow"
	}
	audit.AddAuditAnnotations(c.trail.ctx, "authorization.k8s.io/decision", word, "authorization.k8s.io/reason", d.Reason)
}

// impersonated notes as whom the user acts, and in which mode.
func (c *call) impersonated(u user.Info, m mode) {
	if c.trail == nil {
		return
	}
	constraint := ""
	if m.name != "" {
		constraint = m.verb()
	}
	c.trail.ac.LogImpersonatedUser(u, constraint)
}

// annotate adds an annotation to the request's events.
func (t *trail) annotate(key, value string) { audit.AddAuditAnnotation(t.ctx, key, value) }

// wants reports whether objects are to be kept: of the request, or with answers those of the answer, too.
func (t *trail) wants(level auditinternal.Level) bool { return t != nil && !t.level.Less(level) }

// auditRequest notes the object in a request's body. obj is internal or of a version; it is not changed.
func (s *Server) auditRequest(c *call, obj runtime.Object) {
	t := c.trail
	if t == nil || obj == nil {
		return
	}
	if m, err := meta.Accessor(obj); err == nil {
		t.about = auditinternal.ObjectReference{Namespace: m.GetNamespace(), Name: m.GetName(), UID: m.GetUID(), ResourceVersion: m.GetResourceVersion()}
	}
	if !t.wants(auditinternal.LevelRequest) {
		return
	}
	gv := c.kind.BodyKind(c.subresource, c.version).GroupVersion()
	body, err := s.Law.EncodeAny(obj, schema.JSON, gv)
	if err != nil {
		s.Log.Error("a request's object is missing from the audit log", "path", c.r.URL.Path, "err", err)
		return
	}
	t.ac.LogRequestPatch(t.trim(body)) // despite its name: it takes any JSON
}

// auditPatch notes the patch in a request's body.
func (c *call) auditPatch(patch []byte) {
	if c.trail.wants(auditinternal.LevelRequest) {
		c.trail.ac.LogRequestPatch(patch)
	}
}

// auditStatus notes a Status that is the answer; raw is its JSON.
func (t *trail) auditStatus(st *metav1.Status, raw []byte) {
	if t == nil {
		return
	}
	var obj *runtime.Unknown
	if t.wants(auditinternal.LevelRequestResponse) {
		obj = &runtime.Unknown{Raw: raw, ContentType: runtime.ContentTypeJSON}
	}
	t.ac.LogResponseObject(st, obj)
}

// auditResponse notes the object that is the answer, from its JSON.
func (t *trail) auditResponse(body []byte) {
	if t.wants(auditinternal.LevelRequestResponse) {
		t.ac.LogResponseObject(nil, &runtime.Unknown{Raw: t.trim(body), ContentType: runtime.ContentTypeJSON})
	}
}
