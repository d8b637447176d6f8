package schedule

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	schedcorev1 "k8s.io/component-helpers/scheduling/corev1"
)

// Thousands of pods that fit nowhere must not keep others waiting, whatever their priority and whatever it is that keeps them from the
// nodes. Before a pod has been tried nobody knows; but where pods come from of which one after the other is refused, the next ones will be,
// too. These are doubtful: they are tried beside the others, in a part of the time (Turns), until one of them gets a node.

// Source is where pods come from, as far as doubts go.
type Source struct {
	Namespace string
	Priority  int32
}

// SourceOf is the source of a pod.
func SourceOf(p *corev1.Pod) Source {
	return Source{p.Namespace, schedcorev1.PodPriority(p)}
}

// Doubts are about sources of pods. The zero value doubts nobody.
type Doubts struct {
	// refused counts the pods of a source that were refused since one got a node, up to patience.
	refused map[Source]int
}

// patience is how many pods of a source are tried in vain, one after the other, before it is doubted: a pass over all nodes each, if nothing
// is plain about them. hope is how many are tried again where something has changed that should help.
const (
	patience = 16
	hope     = 4
	// maxSources bounds what is remembered; with more, all begin anew.
	maxSources = 16384
)

// Of reports whether pods of a source are doubtful.
func (d *Doubts) Of(from Source) bool { return d.refused[from] >= patience }

// about reports whether a pod is doubtful, which nobody is to nobody. Nor is one for which room is kept, or whose attempt goes on.
func (d *Doubts) about(s *State, p *Pod) bool {
	return d != nil && d.Of(SourceOf(p.Pod)) && p.Asked == nil && p.Status.NominatedNodeName == "" && s.nominees[p.UID] == nil
}

// note notes what a refusal means. What failed tells nothing, and who has others leave will get a node.
func (d *Doubts) note(r *Refusal) {
	switch {
	case d == nil || r.Failed:
	case r.Nominated != "":
		d.placed(SourceOf(r.Pod))
	default:
		d.Refused(SourceOf(r.Pod))
	}
}

// Refused notes that a pod found no node, and nobody who would leave for it.
func (d *Doubts) Refused(from Source) {
	if d.refused == nil || len(d.refused) >= maxSources {
		d.refused = map[Source]int{}
	}
	d.refused[from] = min(d.refused[from]+1, patience)
}

// placed notes that a pod got a node, or will.
func (d *Doubts) placed(from Source) {
	if d != nil {
		delete(d.refused, from)
	}
}

// Helped notes that something has changed that should help pods of a source.
func (d *Doubts) Helped(from Source) {
	if n, ok := d.refused[from]; ok {
		d.refused[from] = min(n, patience-hope)
	}
}

// Turns shares time between pods and doubtful pods, while both wait: the latter have one part in turnShare+1 of it, all when nobody else waits. The zero value is ready.
type Turns struct {
	spent   [2]time.Duration // on pods, and on doubtful ones, since both wait
	between int              // turns of pods since the last one of doubtful ones
	chunk   int
}

const (
	turnShare = 15
	// turnsBetween bounds the turns of pods without one of doubtful ones, however short they seem to a clock.
	turnsBetween = 64
	// Decisions of a turn of doubtful pods should not last longer than turnLength, since who comes meanwhile waits for its end: their number follows.
	// What it takes to tell the pods does not count for that: a transaction takes about as long for a few as for one, so that fewer in each make
	// more of it. maximum bounds what a transaction is for.
	turnLength          = 2 * time.Millisecond
	firstChunk, maximum = 8, 64
)

// Doubtful reports whether it is the turn of the doubtful, who wait or not, as the others do.
func (t *Turns) Doubtful(others, doubtful bool) bool {
	if !others || !doubtful {
		t.spent, t.between = [2]time.Duration{}, 0
		return doubtful
	}
	return t.spent[1]*turnShare < t.spent[0] || t.between >= turnsBetween
}

// Chunk is how many doubtful pods are tried in one turn.
func (t *Turns) Chunk() int {
	if t.chunk == 0 {
		return firstChunk
	}
	return t.chunk
}

// Took notes how long a turn took, how much of that it took to decide, and of whom it was.
func (t *Turns) Took(doubtful bool, d, deciding time.Duration) {
	if !doubtful {
		t.spent[0] += d
		t.between++
		return
	}
	t.spent[1] += d
	t.between = 0
	switch n := t.Chunk(); {
	case deciding > turnLength:
		t.chunk = max(1, n/2)
	case deciding < turnLength/2:
		t.chunk = min(2*n, maximum)
	}
}
