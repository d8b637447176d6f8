package registry

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/admit"
	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/schema"
)

// The resources whose writes have rules of their own here.
var (
	pods            = api.Resource{Name: "pods"}
	namespaces      = api.Resource{Name: "namespaces"}
	services        = api.Resource{Name: "services"}
	nodes           = api.Resource{Name: "nodes"}
	secrets         = api.Resource{Name: "secrets"}
	serviceAccounts = api.Resource{Name: "serviceaccounts"}
	priorityClasses = api.Resource{Group: "scheduling.k8s.io", Name: "priorityclasses"}
	budgets         = api.Resource{Group: "policy", Name: "poddisruptionbudgets"}
	rbacGroup       = "rbac.authorization.k8s.io"
)

// namespaceOpen requires that the namespace of a new object exists and is not ending, at commit.
func (r *Registry) namespaceOpen(ctx context.Context, q *Request, p *pending, dryRun bool) error {
	if !q.Kind.Namespaced || !r.rules.On(admit.NamespaceLifecycle) {
		return nil
	}
	key := api.Key{Resource: namespaces, Cluster: q.Cluster, Name: q.Namespace}
	rec := r.Store.Get(key)
	if rec == nil && !dryRun && r.rules.On(admit.NamespaceAutoProvision) {
		if err := r.provision(ctx, q); err != nil {
			return err
		}
		rec = r.Store.Get(key)
	}
	if rec == nil {
		return apierrors.NewNotFound(groupResource(namespaces), q.Namespace)
	}
	m, err := r.Law.Meta(r.Law.Kind(namespaces), rec)
	if err != nil {
		return apierrors.NewInternalError(err)
	}
	if m.DeletionTimestamp != nil {
		err := apierrors.NewForbidden(q.resource(), q.Name, fmt.Errorf("unable to create new content in namespace %s because it is being terminated", q.Namespace))
		err.ErrStatus.Details.Causes = append(err.ErrStatus.Details.Causes, metav1.StatusCause{
			Type: corev1.NamespaceTerminatingCause, Message: fmt.Sprintf("namespace %s is being terminated", q.Namespace), Field: "metadata.namespace"})
		return err
	}
	p.guard(key, rec.Rev)
	return nil
}

// provision makes the namespace of a new object, as the plugin NamespaceAutoProvision does.
func (r *Registry) provision(ctx context.Context, q *Request) error {
	self := &user.DefaultInfo{Name: user.APIServerUser, Groups: []string{user.SystemPrivilegedGroup}}
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: q.Namespace}}
	key := api.Key{Resource: namespaces, Cluster: q.Cluster, Name: q.Namespace}
	res := r.Client(self, "kube-apiserver").Apply(ctx, []client.Write{{Verb: client.Create, Key: key, Object: ns}})[0]
	if err := res.Err; err != nil && !apierrors.IsAlreadyExists(err) {
		return apierrors.NewForbidden(q.resource(), q.Name, err)
	}
	return nil
}

// mutateBuiltin runs the built-in rules that change what is written. It may be repeated on its own result.
func (r *Registry) mutateBuiltin(ctx context.Context, st *step) error {
	if st.op == admission.Create && st.q.Subresource != "" && st.q.Namespace != "" {
		if err := r.namespaceOpen(ctx, st.q, &pending{}, st.dryRun); err != nil { // a binding or an eviction is new content, too
			return err
		}
	}
	if !r.ruled(st.q, st.op) {
		return nil
	}
	ask := asking{lookup{r, st.q.Cluster}, st.q.Trusted}
	rules, changes := r.rules.Mutating(st.attributes(), ask)
	if len(rules) == 0 {
		return nil
	}
	if st.op == admission.Create && st.q.Kind.Resource == pods && st.q.Subresource == "" {
		r.awaitAccount(ctx, st.q)
	}
	obj, old, err := r.typed(st)
	if err != nil {
		return err
	}
	w := &admit.Write{Attributes: st.with(obj, old).attributes(), Lookup: ask}
	for _, rule := range rules {
		if err := rule(ctx, w); err != nil {
			return err
		}
	}
	if !changes || obj == st.obj {
		return nil
	}
	if obj, err = r.Law.FromTyped(st.q.Kind, obj); err != nil {
		return apierrors.NewInternalError(err)
	}
	schema.Assign(st.obj, obj)
	return nil
}

// ruled says whether there could be a built-in rule about a request.
func (r *Registry) ruled(q *Request, op admission.Operation) bool {
	return r.rules.Concern(admit.Concerned{Resource: q.Kind.Resource, Subresource: q.Subresource, Operation: op, User: q.User})
}

// accountWait is how long a pod waits for the account that a controller makes in every new namespace: who makes a namespace
// and a pod in it should not have to know. Upstream tries ten times within two seconds.
const accountWait = 2 * time.Second

// awaitAccount returns when the namespace has its default account, or has not got it in time: the rules will say so.
// Gantry's own parts do not wait, they come again.
func (r *Registry) awaitAccount(ctx context.Context, q *Request) {
	key := api.Key{Resource: serviceAccounts, Cluster: q.Cluster, Namespace: q.Namespace, Name: "default"}
	if q.Trusted || r.Store.Get(key) != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, accountWait)
	defer cancel()
	w, err := r.Store.Watch(api.Scope{Resource: key.Resource, Cluster: key.Cluster, Namespace: key.Namespace}, r.Store.Revision())
	if err != nil {
		return
	}
	defer w.Stop()
	for r.Store.Get(key) == nil { // the cursor stands before this look
		if _, _, err := w.Next(ctx); err != nil {
			return
		}
	}
}

// validateBuiltin runs the built-in rules that only refuse.
func (r *Registry) validateBuiltin(ctx context.Context, st *step) error {
	if !r.ruled(st.q, st.op) {
		return nil
	}
	ask := asking{lookup{r, st.q.Cluster}, st.q.Trusted}
	rules := r.rules.Validating(st.attributes(), ask, st.changed)
	if len(rules) == 0 {
		return nil
	}
	w, err := r.final(st, ask)
	if err != nil {
		return err
	}
	for _, rule := range rules {
		if err := rule(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// final is a step in its final form as rules see it, converted once.
func (r *Registry) final(st *step, ask admit.Lookup) (*admit.Write, error) {
	if st.judged == nil {
		obj, old, err := r.typed(st)
		if err != nil {
			return nil, err
		}
		st.judged = &admit.Write{Attributes: st.with(obj, old).attributes(), Lookup: ask}
	}
	return st.judged, nil
}

// with is the step with other objects.
func (st *step) with(obj, old runtime.Object) *step {
	out := *st
	out.obj, out.old = obj, old
	return &out
}

// typed converts the objects of a step; those of a subresource with a body of its own are typed already. The results
// share memory with the step's.
func (r *Registry) typed(st *step) (obj, old runtime.Object, err error) {
	if sub := st.q.Kind.Sub(st.q.Subresource); sub != nil && sub.Strategy == nil {
		return st.obj, st.old, nil
	}
	if obj = st.made; obj == nil && st.obj != nil {
		if obj, err = r.Law.ToTyped(st.q.Kind, st.obj); err != nil {
			return nil, nil, apierrors.NewInternalError(err)
		}
	}
	if st.old != nil {
		if old, err = r.Law.ToTyped(st.q.Kind, st.old); err != nil {
			return nil, nil, apierrors.NewInternalError(err)
		}
	}
	return obj, old, nil
}

// checkEscalation asks the port about writes of RBAC objects. obj and old are internal.
func (r *Registry) checkEscalation(ctx context.Context, q *Request, obj, old runtime.Object) error {
	if q.Kind.Resource.Group != rbacGroup || q.Trusted || r.Escalation == nil {
		return nil
	}
	typed, err := r.Law.ToTyped(q.Kind, obj.DeepCopyObject())
	if err != nil {
		return apierrors.NewInternalError(err)
	}
	var oldTyped runtime.Object
	if old != nil {
		if oldTyped, err = r.Law.ToTyped(q.Kind, old.DeepCopyObject()); err != nil {
			return apierrors.NewInternalError(err)
		}
	}
	return r.Escalation.Check(ctx, q.Cluster, q.User, typed, oldTyped)
}
