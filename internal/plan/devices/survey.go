package devices

import (
	"context"
	"errors"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	"k8s.io/dynamic-resource-allocation/structured"
)

// Surveys: what each shared pool has, by itself, for one part of what a pod asks for. Upstream's search is asked about one pool at a time,
// which it answers in microseconds; the answer for a pool is forgotten when something about that pool changes, and no other.

// surveyed bounds the answers that are kept, a byte each, for one cluster. Then all are forgotten.
const surveyed = 1 << 20

// verdict is what a pool has for a part.
type verdict byte

const (
	unasked verdict = iota
	useless
	useful
	invalid // nothing can be had from it, which is said where nothing else is found
)

// survey is the verdict on each of the shared pools, in their order.
type survey []verdict

// surveyKey is who asks for what: nodes that the shared pools do not tell apart have the same face.
type surveyKey struct{ face, question string }

// survey is what is known about a part.
func (r *reach) survey(k surveyKey) survey {
	s := r.surveys[k]
	if s == nil {
		if (len(r.surveys)+1)*len(r.pools) > surveyed {
			clear(r.surveys)
		}
		s = make(survey, len(r.pools))
		r.surveys[k] = s
	}
	return s
}

// changed has a pool be asked about again.
func (r *reach) changed(p *pool) {
	for _, s := range r.surveys {
		s[p.at] = unasked
	}
}

// ask finds out what a pool has for a part.
func (w *World) ask(ctx context.Context, node *corev1.Node, part *resourceapi.ResourceClaim, p *pool) (verdict, error) {
	results, err := w.allocator(ctx, node, []*resourceapi.ResourceClaim{part}, p.list)
	switch {
	case errors.Is(err, structured.ErrFailedAllocationOnNode):
		return invalid, nil
	case err != nil:
		return unasked, err
	case len(results) == 0:
		return useless, nil
	}
	return useful, nil
}

// tour goes through the shared pools for a part and marks in picked those that may be of use, until enough are found that are of use for
// certain; to the end with all. sure is how many are, maybe counts those whose place in the order is not known.
func (w *World) tour(ctx context.Context, node *corev1.Node, part *resourceapi.ResourceClaim, picked survey, enough int, all bool) (sure, maybe int, err error) {
	r := w.reach()
	known := r.survey(surveyKey{r.face(node), w.question([]*resourceapi.ResourceClaim{part})})
	for i, p := range r.pools {
		if sure >= enough && !all {
			break
		}
		if known[i] == unasked {
			if known[i], err = w.ask(ctx, node, part, p); err != nil {
				return 0, 0, err
			}
		}
		switch {
		case known[i] == useless:
			continue
		case known[i] == useful && p.wavers:
			maybe++
		case known[i] == useful:
			sure++
		}
		picked[i] = known[i]
	}
	return sure, maybe, nil
}
