package registry

import (
	"context"
	"errors"
	"fmt"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"gantry.dev/gantry/internal/admit/webhook"
	"gantry.dev/gantry/internal/api"
)

// post sends a question to its webhook, for no longer than the webhook's timeout.
func (r *Registry) post(ctx context.Context, c api.Cluster, q *webhook.Question) ([]byte, error) {
	if r.Webhooks == nil {
		return nil, errors.New("this server has no way to call webhooks")
	}
	if q.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, q.Timeout)
		defer cancel()
	}
	began := r.Clock()
	answer, err := r.Webhooks.Post(ctx, c, q.To, q.Body)
	q.Took = r.Clock().Sub(began)
	return answer, err
}

// askAll asks validating webhooks at the same time and judges their answers in order. All are asked to the end: each
// may have side effects, and the client wants all warnings.
func (r *Registry) askAll(ctx context.Context, c api.Cluster, v *webhook.Validation, questions []*webhook.Question) error {
	type reply struct {
		body []byte
		err  error
	}
	replies := make([]reply, len(questions))
	done := r.observer(v.Case, "validating")
	var wg sync.WaitGroup
	for i, q := range questions {
		wg.Go(func() {
			replies[i].body, replies[i].err = r.post(ctx, c, q)
		})
	}
	wg.Wait()
	var first error
	for i, q := range questions {
		failure := v.Judge(q, replies[i].body, replies[i].err)
		done(q, failure)
		if failure == nil {
			continue
		}
		switch err := q.Final(failure); {
		case err == nil:
			_ = v.Case.AddAnnotation(fmt.Sprintf("failed-open.validating.webhook.admission.k8s.io/round_0_index_%d", i), q.Name()) // once per call: never refused
		case first == nil:
			first = err
		}
	}
	if first == nil && ctx.Err() != nil {
		return apierrors.NewTimeoutError("request did not complete within requested timeout", 0)
	}
	return first
}
