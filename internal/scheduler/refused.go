package scheduler

import (
	"iter"
	"maps"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan/schedule"
)

// refusals are the pods that were refused and wait for something that could help. They are sorted by what that would be, then by the room that
// they want, then by the node where room is kept for them: a change is held against each kind once, so that thousands of pods that wait for
// something else, or for a node of their own, cost it nothing. The zero value is empty.
type refusals struct {
	byKey map[api.Key]*waiting
	sorts map[schedule.Help]map[schedule.RoomKind]map[string]map[api.Key]*waiting
	// meters count them by the plugins that refuse; nil in drafts.
	meters *meters
}

// sorted is where among the refused a pod was put: what becomes of its help and room later does not move it.
type sorted struct {
	help schedule.Help
	kind schedule.RoomKind
	node string
	// plugins have refused the pod, by a profile.
	plugins []string
	profile string
}

// get returns the pod of a key, nil if it is not among them.
func (r *refusals) get(key api.Key) *waiting { return r.byKey[key] }

func (r *refusals) len() int { return len(r.byKey) }

// all ranges over the pods, of which those that come up may be removed meanwhile.
func (r *refusals) all() iter.Seq2[api.Key, *waiting] { return maps.All(r.byKey) }

// add takes in a pod with the help and the room of its last refusal.
func (r *refusals) add(w *waiting) {
	r.remove(w.key)
	if r.byKey == nil {
		r.byKey, r.sorts = map[api.Key]*waiting{}, map[schedule.Help]map[schedule.RoomKind]map[string]map[api.Key]*waiting{}
	}
	at := sorted{w.help, w.room.Kind(), w.room.Kept(), w.plugins, profileOf(w)}
	w.sorted = at
	r.meters.refusedBy(at.plugins, at.profile, 1)
	kinds := r.sorts[at.help]
	if kinds == nil {
		kinds = map[schedule.RoomKind]map[string]map[api.Key]*waiting{}
		r.sorts[at.help] = kinds
	}
	nodes := kinds[at.kind]
	if nodes == nil {
		nodes = map[string]map[api.Key]*waiting{}
		kinds[at.kind] = nodes
	}
	if nodes[at.node] == nil {
		nodes[at.node] = map[api.Key]*waiting{}
	}
	nodes[at.node][w.key], r.byKey[w.key] = w, w
}

// remove takes a pod away, if it is there.
func (r *refusals) remove(key api.Key) {
	w := r.byKey[key]
	if w == nil {
		return
	}
	delete(r.byKey, key)
	r.meters.refusedBy(w.sorted.plugins, w.sorted.profile, -1)
	kinds := r.sorts[w.sorted.help]
	nodes := kinds[w.sorted.kind]
	pods := nodes[w.sorted.node]
	if delete(pods, key); len(pods) > 0 {
		return
	}
	if delete(nodes, w.sorted.node); len(nodes) > 0 {
		return
	}
	if delete(kinds, w.sorted.kind); len(kinds) == 0 {
		delete(r.sorts, w.sorted.help)
	}
}

// helped ranges over the pods that a kind of change may help wherever it happens. Those that come up may be removed meanwhile.
func (r *refusals) helped(h schedule.Help) iter.Seq[*waiting] {
	return func(yield func(*waiting) bool) {
		for help, kinds := range r.sorts {
			for _, nodes := range kinds {
				if help&h == 0 {
					break
				}
				if !each(nodes, yield) {
					return
				}
			}
		}
	}
}

// helpedAt is helped for a change on one node, of which suffices tells whether it has the room. What it says of a room it says of all of a
// kind that is kept elsewhere. Quotas know no nodes.
func (r *refusals) helpedAt(node string, h schedule.Help, suffices func(*schedule.Room) bool) iter.Seq[*waiting] {
	return func(yield func(*waiting) bool) {
		for help, kinds := range r.sorts {
			for _, nodes := range kinds {
				if help&h == 0 {
					break
				}
				all := help&h&schedule.HelpQuota != 0
				if w := sample(nodes, node); w != nil && !all {
					all = suffices(w.room)
				}
				if all && !each(nodes, yield) {
					return
				}
				for _, w := range nodes[node] {
					if (all || suffices(w.room)) && !yield(w) {
						return
					}
				}
			}
		}
	}
}

// sample is a pod that no room is kept for on a node, nil if there is none.
func sample(nodes map[string]map[api.Key]*waiting, node string) *waiting {
	for at, pods := range nodes {
		if at == node {
			continue
		}
		for _, w := range pods {
			return w
		}
	}
	return nil
}

func each(nodes map[string]map[api.Key]*waiting, yield func(*waiting) bool) bool {
	for _, pods := range nodes {
		for _, w := range pods {
			if !yield(w) {
				return false
			}
		}
	}
	return true
}
