package daemonset

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
)

// failuresAnnotation is on the revision of which pods have failed. Upstream keeps this in the memory of its process; a
// plan has no memory, and a restart should not begin anew with a node that rejects every pod.
const failuresAnnotation = "gantry.dev/failed-daemon-pods"

const (
	// firstPatience and lastPatience bound the time between the deletions of failed pods of one node; they are upstream's.
	firstPatience = time.Second
	lastPatience  = 15 * time.Minute
	// maxFailures bounds the annotation: an object's annotations may have 256 KiB.
	maxFailures = 1000
)

// failures counts, by node, how often in a row failed pods of one revision were deleted.
type failures struct {
	changed bool
	nodes   map[string]failure
}

type failure struct {
	Times int       `json:"times"`
	Last  time.Time `json:"last"`
}

// readFailures reads a revision's. What cannot be read, a user wrote: it counts as none.
func readFailures(rev *appsv1.ControllerRevision) (f failures) {
	if s, ok := rev.Annotations[failuresAnnotation]; ok {
		_ = json.Unmarshal([]byte(s), &f.nodes)
	}
	return f
}

// patience is the time before which the next failed pod of a node stays.
func (f *failures) patience(node string, now time.Time) time.Time {
	n, ok := f.nodes[node]
	if !ok || f.forgotten(n, now) || n.Times < 1 {
		return time.Time{}
	}
	return n.Last.Add(min(lastPatience, firstPatience<<min(n.Times-1, 20)))
}

// forgotten reports whether a failure is so long ago that it does not count any more.
func (f *failures) forgotten(n failure, now time.Time) bool {
	return now.Sub(n.Last) > 2*lastPatience
}

// count notes that a failed pod of a node is being deleted.
func (f *failures) count(node string, now time.Time) {
	fresh := maps.Clone(f.nodes)
	if fresh == nil {
		fresh = map[string]failure{}
	}
	maps.DeleteFunc(fresh, func(_ string, n failure) bool { return f.forgotten(n, now) })
	for len(fresh) >= maxFailures {
		delete(fresh, slices.MinFunc(slices.Collect(maps.Keys(fresh)), func(a, b string) int {
			return cmp.Or(fresh[a].Last.Compare(fresh[b].Last), cmp.Compare(a, b))
		}))
	}
	fresh[node] = failure{Times: fresh[node].Times + 1, Last: now.UTC().Truncate(time.Millisecond)}
	f.nodes, f.changed = fresh, true
}

// note writes them on a copy of the revision.
func (f *failures) note(rev *appsv1.ControllerRevision) (*appsv1.ControllerRevision, error) {
	text, err := json.Marshal(f.nodes)
	if err != nil {
		return nil, err
	}
	fresh := rev.DeepCopy()
	if fresh.Annotations == nil {
		fresh.Annotations = map[string]string{}
	}
	fresh.Annotations[failuresAnnotation] = string(text)
	return fresh, nil
}
