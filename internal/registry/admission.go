package registry

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/admission"

	"gantry.dev/gantry/internal/admit"
	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
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
func (r *Registry) namespaceOpen(q *Request, p *pending) error {
	if !q.Kind.Namespaced {
		return nil
	}
	key := api.Key{Resource: namespaces, Cluster: q.Cluster, Name: q.Namespace}
	rec := r.Store.Get(key)
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

// mutateBuiltin runs the built-in rules that change what is written.
func (r *Registry) mutateBuiltin(_ context.Context, st *step) error {
	if st.q.Kind.Resource != pods || st.q.Subresource != "" || st.op != admission.Create {
		return nil
	}
	typed, err := r.Law.ToTyped(st.q.Kind, st.obj)
	if err != nil {
		return apierrors.NewInternalError(err)
	}
	if err := admit.Pod(typed.(*corev1.Pod), lookup{r, st.q.Cluster}, r.Suffix); err != nil {
		return err
	}
	obj, err := r.Law.FromTyped(st.q.Kind, typed)
	if err != nil {
		return apierrors.NewInternalError(err)
	}
	schema.Assign(st.obj, obj)
	return nil
}

// validateBuiltin runs the built-in rules that only refuse.
func (r *Registry) validateBuiltin(_ context.Context, st *step) error {
	if st.op == admission.Delete && st.q.Kind.Resource == namespaces && st.q.Subresource == "" {
		return admit.NamespaceDelete(st.q.Name)
	}
	return nil
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

// lookup answers admit's questions from the store.
type lookup struct {
	r *Registry
	c api.Cluster
}

func (l lookup) get(res api.Resource, ns, name string) runtime.Object {
	rec := l.r.Store.Get(api.Key{Resource: res, Cluster: l.c, Namespace: ns, Name: name})
	if rec == nil {
		return nil
	}
	obj, err := l.r.Law.Typed(l.r.Law.Kind(res), rec)
	if err != nil {
		return nil
	}
	return obj
}

func (l lookup) ServiceAccount(ns, name string) *corev1.ServiceAccount {
	sa, _ := l.get(serviceAccounts, ns, name).(*corev1.ServiceAccount)
	return sa
}

func (l lookup) Secret(ns, name string) *corev1.Secret {
	s, _ := l.get(secrets, ns, name).(*corev1.Secret)
	return s
}

func (l lookup) PriorityClass(name string) *schedulingv1.PriorityClass {
	pc, _ := l.get(priorityClasses, "", name).(*schedulingv1.PriorityClass)
	return pc
}

func (l lookup) DefaultPriorityClass() *schedulingv1.PriorityClass {
	page, err := l.r.Store.Range(store.Range{Scope: api.Scope{Resource: priorityClasses, Cluster: l.c}})
	if err != nil {
		return nil
	}
	var best *schedulingv1.PriorityClass
	for _, rec := range page.Records {
		obj, err := l.r.Law.Typed(l.r.Law.Kind(priorityClasses), rec)
		if err != nil {
			continue
		}
		if pc := obj.(*schedulingv1.PriorityClass); pc.GlobalDefault && (best == nil || pc.Value < best.Value) {
			best = pc
		}
	}
	return best
}
