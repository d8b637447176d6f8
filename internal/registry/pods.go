package registry

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/admission"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// Bind gives a pod to a node: the binding subresource. A pod is bound once.
func (r *Registry) Bind(ctx context.Context, q Request, b *corev1.Binding, o WriteOptions) error {
	_, err := r.one(ctx, r.bind(ctx, q, b, o))
	return err
}

func (r *Registry) bind(ctx context.Context, q Request, b *corev1.Binding, o WriteOptions) attempt {
	return func() (*pending, error) {
		if b.Name != q.Name {
			return nil, apierrors.NewBadRequest("name in URL does not match name in Binding object")
		}
		if errs := validateBinding(b); len(errs) > 0 {
			return nil, apierrors.NewInvalid(corev1.SchemeGroupVersion.WithKind("Binding").GroupKind(), q.Name, errs)
		}
		if err := r.admitBody(r.context(ctx, &q), &q, admission.Create, b, nil, o.DryRun); err != nil {
			return nil, err
		}
		refuse := func(why error) error {
			gr := q.resource()
			gr.Resource += "/binding"
			return apierrors.NewConflict(gr, q.Name, why)
		}
		return r.editPod(&q, o, func(pod *corev1.Pod) error {
			switch {
			case b.UID != "" && b.UID != pod.UID:
				return apierrors.NewConflict(q.resource(), q.Name, fmt.Errorf("Precondition failed: UID in precondition: %v, UID in object meta: %v", b.UID, pod.UID))
			case b.ResourceVersion != "" && b.ResourceVersion != pod.ResourceVersion:
				return apierrors.NewConflict(q.resource(), q.Name, errModified)
			case pod.DeletionTimestamp != nil:
				return refuse(fmt.Errorf("pod %s is being deleted, cannot be assigned to a host", pod.Name))
			case pod.Spec.NodeName != "":
				return refuse(fmt.Errorf("pod %v is already assigned to node %q", pod.Name, pod.Spec.NodeName))
			case len(pod.Spec.SchedulingGates) > 0:
				return refuse(fmt.Errorf("pod %v has non-empty .spec.schedulingGates", pod.Name))
			}
			pod.Spec.NodeName, pod.Status.NominatedNodeName = b.Target.Name, "" // it waits for no node any more
			pod.Annotations = with(pod.Annotations, b.Annotations)
			pod.Labels = with(pod.Labels, b.Labels) // the node's topology, from admission
			pod.Status.Conditions = slices.Clone(pod.Status.Conditions)
			setCondition(pod, corev1.PodCondition{Type: corev1.PodScheduled, Status: corev1.ConditionTrue}, r.now())
			return nil
		})
	}
}

// with is m with what more has, as a map of its own.
func with(m, more map[string]string) map[string]string {
	if len(more) == 0 {
		return m
	}
	out := make(map[string]string, len(m)+len(more))
	maps.Copy(out, m)
	maps.Copy(out, more)
	return out
}

func validateBinding(b *corev1.Binding) (errs field.ErrorList) {
	if k := b.Target.Kind; k != "" && k != "Node" {
		errs = append(errs, field.NotSupported(field.NewPath("target", "kind"), k, []string{"Node", "<empty>"}))
	}
	if b.Target.Name == "" {
		errs = append(errs, field.Required(field.NewPath("target", "name"), ""))
	}
	return errs
}

// editPod prepares a change of a pod by a subresource that has no strategy. edit works on a copy of the top level: what
// lies behind pointers, in maps and in lists is shared with all readers.
func (r *Registry) editPod(q *Request, o WriteOptions, edit func(*corev1.Pod) error) (*pending, error) {
	rec, err := r.current(q)
	if err != nil {
		return nil, err
	}
	shared, err := r.podOf(q, rec)
	if err != nil {
		return nil, err
	}
	pod := *shared
	if err := edit(&pod); err != nil {
		return nil, err
	}
	p := &pending{key: rec.Key}
	p.guard(rec.Key, rec.Rev)
	return r.finishShared(q, p, &pod, rec, o.DryRun)
}

// podOf is the pod that a record holds, shared with all readers.
func (r *Registry) podOf(q *Request, rec *store.Record) (*corev1.Pod, error) {
	obj, err := r.Law.Typed(q.Kind, rec)
	if err != nil {
		return nil, apierrors.NewInternalError(fmt.Errorf("reading %s: %w", rec.Key, err))
	}
	return obj.(*corev1.Pod), nil
}

// Evict deletes a pod if its disruption budgets allow it. Unlike upstream, budget and pod change in one transaction:
// a budget is never charged for a pod that was not deleted, and never overdrawn.
func (r *Registry) Evict(ctx context.Context, q Request, e *policyv1.Eviction, o WriteOptions) error {
	_, err := r.one(ctx, r.evict(ctx, q, e, o))
	return err
}

func (r *Registry) evict(ctx context.Context, q Request, e *policyv1.Eviction, o WriteOptions) attempt {
	return func() (*pending, error) {
		if e.Name != q.Name {
			return nil, apierrors.NewBadRequest("name in URL does not match name in Eviction object")
		}
		rec, err := r.current(&q)
		if err != nil {
			return nil, err
		}
		pod, err := r.podOf(&q, rec)
		if err != nil {
			return nil, err
		}
		if err := r.admitBody(r.context(ctx, &q), &q, admission.Create, e, nil, o.DryRun); err != nil {
			return nil, err
		}
		opts := deleteOptions(e.DeleteOptions)
		if o.DryRun {
			opts.DryRun = []string{metav1.DryRunAll}
		}
		charge := &pending{}
		if !budgetless(pod) {
			if err := r.charge(&q, pod, charge); err != nil {
				return nil, err
			}
		}
		judged := q
		judged.admitted = true // as an eviction, not as a delete
		judged.mark = &corev1.PodCondition{Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue, Reason: "EvictionByEvictionAPI", Message: "Eviction API: evicting"}
		p, err := r.delete(ctx, judged, opts)()
		if err != nil || p.settled {
			return p, err
		}
		p.txn.Ops = append(p.txn.Ops, charge.txn.Ops...)
		for _, g := range charge.txn.Guards {
			p.guard(g.Key, g.Rev)
		}
		return p, nil
	}
}

// budgetless pods may always go: they do not serve.
func budgetless(pod *corev1.Pod) bool {
	return pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed ||
		pod.Status.Phase == corev1.PodPending || pod.DeletionTimestamp != nil
}

// charge takes one disruption from the pod's budget.
func (r *Registry) charge(q *Request, pod *corev1.Pod, p *pending) error {
	kind := r.Law.Kind(budgets)
	page, err := r.Store.Range(store.Range{Scope: api.Scope{Resource: budgets, Cluster: q.Cluster, Namespace: q.Namespace}})
	if err != nil {
		return apierrors.NewInternalError(err)
	}
	var found *policyv1.PodDisruptionBudget
	var rec *store.Record
	for _, candidate := range page.Records {
		obj, err := r.Law.Typed(kind, candidate)
		if err != nil {
			return apierrors.NewInternalError(err)
		}
		pdb := obj.(*policyv1.PodDisruptionBudget)
		sel, err := metav1.LabelSelectorAsSelector(pdb.Spec.Selector)
		if err != nil || !sel.Matches(labels.Set(pod.Labels)) {
			continue
		}
		if found != nil {
			return apierrors.NewInternalError(fmt.Errorf("This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."))
		}
		found, rec = pdb, candidate
	}
	if found == nil || passesUnhealthy(found, pod) {
		return nil
	}
	if err := allowed(found, r); err != nil {
		return err
	}
	pdb := found.DeepCopy()
	pdb.Status.DisruptionsAllowed--
	if pdb.Status.DisruptedPods == nil {
		pdb.Status.DisruptedPods = map[string]metav1.Time{}
	}
	pdb.Status.DisruptedPods[pod.Name] = metav1.NewTime(r.now())
	pdb.ResourceVersion = ""
	body, memo, err := r.Law.EncodeTyped(kind, pdb)
	if err != nil {
		return apierrors.NewInternalError(err)
	}
	p.guard(rec.Key, rec.Rev)
	p.txn.Ops = append(p.txn.Ops, store.Op{Key: rec.Key, Body: body, Memo: memo})
	return nil
}

// passesUnhealthy says whether a pod that is not ready may go without charging the budget.
func passesUnhealthy(pdb *policyv1.PodDisruptionBudget, pod *corev1.Pod) bool {
	for i := range pod.Status.Conditions {
		if c := &pod.Status.Conditions[i]; c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue {
			return false
		}
	}
	if pdb.Spec.UnhealthyPodEvictionPolicy != nil && *pdb.Spec.UnhealthyPodEvictionPolicy == policyv1.AlwaysAllow {
		return true
	}
	return pdb.Status.CurrentHealthy >= pdb.Status.DesiredHealthy && pdb.Status.DesiredHealthy > 0
}

// maxDisrupted bounds the pods that a budget remembers as being evicted, as upstream does.
const maxDisrupted = 2000

func allowed(pdb *policyv1.PodDisruptionBudget, r *Registry) error {
	budget := groupResource(budgets)
	switch {
	case pdb.Status.ObservedGeneration < pdb.Generation:
		err := apierrors.NewTooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 10)
		err.ErrStatus.Details.Causes = append(err.ErrStatus.Details.Causes, metav1.StatusCause{Type: policyv1.DisruptionBudgetCause, Message: fmt.Sprintf("The disruption budget %s is still being processed by the server.", pdb.Name)})
		return err
	case pdb.Status.DisruptionsAllowed < 0:
		return apierrors.NewForbidden(budget, pdb.Name, fmt.Errorf("pdb disruptions allowed is negative"))
	case len(pdb.Status.DisruptedPods) > maxDisrupted:
		return apierrors.NewForbidden(budget, pdb.Name, fmt.Errorf("DisruptedPods map too big - too many evictions not confirmed by PDB controller"))
	case pdb.Status.DisruptionsAllowed == 0:
		err := apierrors.NewTooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 0)
		msg := fmt.Sprintf("The disruption budget %s needs %d healthy pods and has %d currently", pdb.Name, pdb.Status.DesiredHealthy, pdb.Status.CurrentHealthy)
		err.ErrStatus.Details.Causes = append(err.ErrStatus.Details.Causes, metav1.StatusCause{Type: policyv1.DisruptionBudgetCause, Message: msg})
		return err
	}
	return nil
}
