package registry

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/admission"
)

// Review has a question answered: a kind that is never stored, as a SubjectAccessReview. internal is taken over. Rules may
// change the question and refuse it as any creation; they hear of it as it was asked, without the answer. answer fills in a
// typed object, which is returned; it must have no effects, as rules may refuse the question afterwards.
func (r *Registry) Review(ctx context.Context, q Request, internal runtime.Object, o WriteOptions, answer func(runtime.Object) error) (runtime.Object, error) {
	ctx = r.context(ctx, &q)
	if _, err := r.manage(&q, "", nil, internal); err != nil {
		return nil, err
	}
	st := &step{q: &q, op: admission.Create, obj: internal, dryRun: o.DryRun}
	if err := r.mutate(ctx, st); err != nil {
		return nil, err
	}
	typed, err := r.Law.ToTyped(q.Kind, st.obj.DeepCopyObject())
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	if err := answer(typed); err != nil {
		return nil, err
	}
	return typed, r.validate(ctx, st)
}
