package webhook

import (
	"context"
	encoding "encoding/json"
	"fmt"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	admissionv1 "k8s.io/api/admission/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	webhookerrors "k8s.io/apiserver/pkg/admission/plugin/webhook/errors"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/generic"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/mutating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/request"
	auditinternal "k8s.io/apiserver/pkg/apis/audit"

	"gantry.dev/gantry/internal/admit"
)

// Mutation is a write on its way through mutating webhooks, which are asked one after the other, each about what the
// one before it made. Run may be called twice: the second round calls only those that asked for it (reinvocationPolicy)
// and whose object has changed since.
type Mutation struct {
	Case       *admit.Case
	Conditions cel.ConditionCompiler
	UID        func() types.UID
	// Call sends a question and returns the answer.
	Call func(context.Context, *Question) ([]byte, error)
	// Done, if not nil, hears how each call ended.
	Done func(q *Question, failure error)

	// called are the hooks that may be called again, and again those that have to be.
	called, again sets.Set[string]
	last          runtime.Object // the object as the first round left it, if a hook may be called again
	rounds        int
	current       *admission.VersionedAttributes
}

// Run asks the hooks and changes the object of the case in place. changed says that the whole chain should run again.
func (m *Mutation) Run(ctx context.Context, hooks []*Hook) (changed bool, err error) {
	if m.rounds++; m.rounds > 1 && len(m.called) > 0 && !apiequality.Semantic.DeepEqual(m.last, m.Case.GetObject()) {
		m.repeat()
	}
	m.current = nil
	for i, h := range hooks {
		did, err := m.run(ctx, h, i)
		if err != nil {
			return false, err
		}
		changed = changed || did
	}
	if m.current != nil && m.current.VersionedObject != nil && m.current.Dirty {
		if err := m.Case.Objects.GetObjectConvertor().Convert(m.current.VersionedObject, m.Case.GetObject(), nil); err != nil {
			return false, apierrors.NewInternalError(err)
		}
	}
	if obj := m.Case.GetObject(); obj != nil && m.rounds == 1 && len(m.called) > 0 {
		m.last = obj.DeepCopyObject()
	}
	return changed, nil
}

// repeat notes that the object has changed: hooks called so far that want it are called again.
func (m *Mutation) repeat() {
	m.again = m.again.Union(m.called)
	m.called = nil
}

func (m *Mutation) run(ctx context.Context, h *Hook, index int) (changed bool, err error) {
	var objects admission.Attributes
	if m.current != nil {
		objects = m.current
	}
	inv, err := h.selected(ctx, m.Conditions, m.Case, objects, m.in)
	if err != nil || inv == nil {
		return false, err
	}
	uid := h.accessor.GetUID()
	if m.rounds > 1 && !m.again.Has(uid) {
		return false, nil
	}
	attr, err := m.in(inv.Kind)
	if err != nil {
		return false, apierrors.NewInternalError(err)
	}
	changed, failure := m.ask(ctx, h, attr, inv, index)
	if changed {
		m.repeat()
	}
	if h.again {
		if m.called == nil {
			m.called = sets.New[string]()
		}
		m.called.Insert(uid)
	}
	if failure != nil {
		if err := h.Final(failure); err != nil {
			return false, err
		}
		m.note("failed-open.mutation", index, auditinternal.LevelMetadata, func() any { return h.Name() })
		return false, admit.Ended(ctx) // the hook is forgiven, a request that nobody waits for is not
	}
	return changed, nil
}

// in brings the objects into the version of a kind, going through the internal object if an earlier hook wanted another.
func (m *Mutation) in(kind kschema.GroupVersionKind) (*admission.VersionedAttributes, error) {
	if m.current != nil {
		return m.current, admission.ConvertVersionedAttributes(m.current, kind, m.Case.Objects)
	}
	var err error
	m.current, err = m.Case.Version(kind)
	return m.current, err
}

func (m *Mutation) ask(ctx context.Context, h *Hook, attr *admission.VersionedAttributes, inv *generic.WebhookInvocation, index int) (changed bool, err error) {
	q, err := h.ask(m.UID(), attr, inv, true)
	if err != nil {
		return false, err
	}
	answer, callErr := m.Call(ctx, q)
	res, err := q.judge(m.Case, answer, callErr)
	if err == nil {
		changed, err = m.apply(q, res, index)
	}
	m.note("mutation", index, auditinternal.LevelMetadata, func() any {
		return mutating.MutationAuditAnnotation{Configuration: h.accessor.GetConfigurationName(), Webhook: h.Name(), Mutated: changed}
	})
	if m.Done != nil {
		m.Done(q, err)
	}
	return changed, err
}

// apply patches the object as an answer says.
func (m *Mutation) apply(q *Question, res *request.AdmissionResponse, index int) (changed bool, err error) {
	if len(res.Patch) == 0 {
		return false, nil
	}
	patch, err := jsonpatch.DecodePatch(res.Patch)
	if err != nil {
		return false, q.failed(fmt.Errorf("received undecodable patch in webhook response: %w", err), apierrors.NewServiceUnavailable("error decoding patch in webhook response"))
	}
	if len(patch) == 0 {
		return false, nil
	}
	if q.attr.VersionedObject == nil {
		return false, apierrors.NewInternalError(fmt.Errorf("admission webhook %q attempted to modify the object, which is not supported for this operation", q.Name()))
	}
	if res.PatchType != admissionv1.PatchTypeJSONPatch {
		return false, q.failed(fmt.Errorf("unsupported patch type %q", res.PatchType), webhookerrors.ToStatusErr(q.Name(), res.Result))
	}
	next, err := m.patched(q.attr, patch)
	if err != nil {
		return false, apierrors.NewInternalError(err)
	}
	changed = !apiequality.Semantic.DeepEqual(q.attr.VersionedObject, next)
	m.note("patch", index, auditinternal.LevelRequest, func() any {
		return mutating.PatchAuditAnnotation{Configuration: q.accessor.GetConfigurationName(), Webhook: q.Name(), Patch: patch, PatchType: string(admissionv1.PatchTypeJSONPatch)}
	})
	q.attr.Dirty, q.attr.VersionedObject = true, next
	m.Case.Objects.GetObjectDefaulter().Default(next)
	return changed, nil
}

// note tells the audit log about a call, by its round and the place of its hook, as upstream does. A value that is no string is
// written as JSON.
func (m *Mutation) note(what string, index int, level auditinternal.Level, value func() any) {
	if m.Case.Note == nil {
		return
	}
	v := value()
	text, ok := v.(string)
	if !ok {
		b, err := encoding.Marshal(v)
		if err != nil {
			return
		}
		text = string(b)
	}
	key := fmt.Sprintf("%s.webhook.admission.k8s.io/round_%d_index_%d", what, m.rounds-1, index)
	_ = m.Case.AddAnnotationWithLevel(key, text, level) // once per call: never refused
}

// patched applies the patch to the object's JSON. What copy operations may add is bounded by the library, for which
// package schema has set upstream's limit.
func (m *Mutation) patched(attr *admission.VersionedAttributes, patch jsonpatch.Patch) (runtime.Object, error) {
	o := m.Case.Objects
	codec := json.NewSerializerWithOptions(json.DefaultMetaFactory, o.GetObjectCreater(), o.GetObjectTyper(), json.SerializerOptions{})
	doc, err := runtime.Encode(codec, attr.VersionedObject)
	if err != nil {
		return nil, err
	}
	if doc, err = patch.Apply(doc); err != nil {
		return nil, err
	}
	var next runtime.Object = &unstructured.Unstructured{}
	if _, custom := attr.VersionedObject.(*unstructured.Unstructured); !custom {
		if next, err = o.GetObjectCreater().New(attr.VersionedKind); err != nil {
			return nil, err
		}
	}
	next, _, err = codec.Decode(doc, nil, next)
	return next, err
}
