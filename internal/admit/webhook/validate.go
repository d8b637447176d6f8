package webhook

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/admission/plugin/cel"

	"gantry.dev/gantry/internal/admit"
)

// Validation is a write about which the servers of all hooks that mean it are asked at once.
type Validation struct {
	Case *admit.Case
	// Conditions compiles match conditions.
	Conditions cel.ConditionCompiler
	UID        func() types.UID
}

// Questions returns what is to be asked. A hook that cannot be asked by its own configuration refuses the write here,
// unless its failure policy forgives it.
func (v *Validation) Questions(ctx context.Context, hooks []*Hook) ([]*Question, error) {
	var out []*Question
	in := admit.NewVersions(v.Case)
	for _, h := range hooks {
		inv, err := h.selected(ctx, v.Conditions, v.Case, nil, in.In)
		if err != nil {
			return nil, err
		}
		if inv == nil {
			continue
		}
		attr, err := in.In(inv.Kind)
		if err != nil {
			return nil, apierrors.NewInternalError(err)
		}
		q, err := h.ask(v.UID(), attr, inv, false)
		if err != nil {
			if err = h.Final(err); err != nil {
				return nil, err
			}
			continue
		}
		out = append(out, q)
	}
	return out, nil
}

// Judge says whether an answer, or the error in its place, is a failure; Final says what a failure means for the write.
func (v *Validation) Judge(q *Question, answer []byte, callErr error) (failure error) {
	_, err := q.judge(v.Case, answer, callErr)
	return err
}
