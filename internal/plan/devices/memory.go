package devices

import (
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
)

// Upstream's search is asked once for each question. What it says of a node depends on the slices that the node reaches, on what is
// taken of their devices, and on what the claims say: nodes that reach the same get the same answer, and so do claims that say the same.
// Nothing is remembered longer than it is true: the answers for a node are forgotten when something about its own pools changes, and
// all of them when a pool changes that many nodes reach.

// remembered bounds the answers that are kept; half a kilobyte each. Then all are forgotten.
const remembered = 1 << 14

// answer is what the search said of one node. Errors are not remembered.
type answer struct {
	results []resourceapi.AllocationResult
	why     string
	// node is where the results are for; "" if they are for every node that reaches the same.
	node string
}

// memory is what has been asked, by the group of nodes and then by what was asked for.
type memory struct {
	answers map[string]map[string]*answer
	size    int
}

func (m *memory) get(group, question string) *answer { return m.answers[group][question] }

func (m *memory) put(group, question string, a *answer) {
	if m.size >= remembered || m.answers == nil {
		m.forgetAll()
	}
	if m.answers[group] == nil {
		m.answers[group] = map[string]*answer{}
	}
	m.answers[group][question] = a
	m.size++
}

func (m *memory) forget(group string) {
	m.size -= len(m.answers[group])
	delete(m.answers, group)
}

func (m *memory) forgetAll() {
	m.answers, m.size = map[string]map[string]*answer{}, 0
}

// local reports whether an allocation is for one node only.
func local(a *resourceapi.AllocationResult) bool {
	return a.NodeSelector != nil && slices.ContainsFunc(a.NodeSelector.NodeSelectorTerms, func(t corev1.NodeSelectorTerm) bool { return len(t.MatchFields) > 0 })
}

// allocate finds the devices that claims get on a node; question is what they ask for (see question). With exactly, the results are for
// this very node, to be used once; else they may be those of another that reaches the same. A search takes most at most.
func (w *World) allocate(node *corev1.Node, claims []*resourceapi.ResourceClaim, question string, most time.Duration, exactly bool) (results []resourceapi.AllocationResult, why string, err error) {
	group := w.group(node)
	a := w.memory.get(group, question)
	if a == nil || exactly && a.node != "" && a.node != node.Name {
		a = &answer{}
		if a.results, a.why, err = w.search(node, claims, most); err != nil {
			return nil, "", err
		}
		if slices.ContainsFunc(a.results, func(r resourceapi.AllocationResult) bool { return local(&r) }) {
			a.node = node.Name
		}
		w.memory.put(group, question, a)
	}
	if exactly {
		w.memory.forget(group) // shares have names of their own
	}
	return a.results, a.why, nil
}

// question spells out what claims ask for. Classes that mean the same are the same.
func (w *World) question(claims []*resourceapi.ResourceClaim) string {
	var b strings.Builder
	for _, c := range claims {
		spec := c.Spec
		spec.Devices.Requests = slices.Clone(spec.Devices.Requests)
		for i := range spec.Devices.Requests {
			r := &spec.Devices.Requests[i]
			if r.Exactly != nil {
				e := *r.Exactly
				e.DeviceClassName = w.meanings[e.DeviceClassName]
				r.Exactly = &e
			}
			r.FirstAvailable = slices.Clone(r.FirstAvailable)
			for j := range r.FirstAvailable {
				r.FirstAvailable[j].DeviceClassName = w.meanings[r.FirstAvailable[j].DeviceClassName]
			}
		}
		raw, err := spec.Marshal()
		if err != nil { // cannot happen to what was read from the store; a question of its own is safe
			raw = []byte(c.UID)
		}
		b.Write(spell(raw))
	}
	return b.String()
}

// meaning tells apart classes that mean different things for a search.
func meaning(c *resourceapi.DeviceClass) string {
	spec := c.Spec
	spec.ExtendedResourceName = nil
	raw, err := spec.Marshal()
	if err != nil { // as above
		return c.Name
	}
	sum := sha256.Sum256(raw)
	return string(sum[:])
}
