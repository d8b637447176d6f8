package schedule

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/nodedeclaredfeatures"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
)

// form is what classes share that differ in the amounts that they ask for, in ports and in other pods: what a node is to
// them, whatever it carries. Where every pod asks for amounts of its own there are as many classes as pods, and few forms.
type form struct {
	profile *Profile
	pod     *corev1.Pod // one of them
	used    uint64
	// at is the position in the history of changes up to which the columns below are current.
	at int

	volumes   *Volumes // nil without claims
	images    []string
	features  nodedeclaredfeatures.FeatureSet
	featured  bool
	barren    bool // no node has the labels that the pods demand, each others maybe: they share the form for as long as that is so
	partial   bool // tolerations that match no node's taint do not count
	required  nodeaffinity.RequiredNodeAffinity
	preferred *nodeaffinity.PreferredSchedulingTerms

	verdict []verdict     // per node, from what the node is
	tally   [verdicts]int // how many nodes have each
	prefer  []int32       // per node, weight of the preferred node affinity terms that match; nil without any
	shun    []int32       // per node, number of PreferNoSchedule taints not tolerated; nil as long as there are none
	shunned int           // nodes with such taints
	// imageSizes are, per image and node, the bytes that need not be pulled; nil while no node has one of the images.
	imageSizes [][]int64
}

// verdict is what a node's object says to a form.
type verdict uint8

const (
	fine verdict = iota
	gone
	unschedulable
	misnamed
	tainted
	unenforced // it does not match the affinity that the profile adds
	mismatched
	undeclared
	unreachable // the node could take the pod, but not its volumes
	verdicts    // their number
)

// verdictWords are what upstream says of nodes that the first filters refuse. The others are asked again after those that look at
// what a node carries.
var verdictWords = [verdicts]string{
	unschedulable: "node(s) were unschedulable",
	misnamed:      "node(s) didn't match the requested node name",
	tainted:       "node(s) had untolerated taint(s)",
	unenforced:    "node(s) didn't match scheduler-enforced node affinity",
	mismatched:    "node(s) didn't match Pod's node affinity/selector",
}

// verdictFilters are the filters that have words in verdictWords.
var verdictFilters = [verdicts]filter{unschedulable: filterUnschedulable, misnamed: filterName, tainted: filterTaints, unenforced: filterAffinity, mismatched: filterAffinity}

// open reports whether what a node carries is looked at before the node is refused, if it is.
func (v verdict) open() bool { return v == fine || v > mismatched }

// open is how many nodes are open to the form.
func (f *form) open() (n int) {
	for v, count := range f.tally {
		if verdict(v).open() {
			n += count
		}
	}
	return n
}

// formOf finds the form of a pod or makes it.
func (s *State) formOf(p *Pod, profile *Profile, key []byte, barren bool) *form {
	f := s.forms[string(key)]
	if f == nil {
		f = &form{profile: profile, pod: p.Pod, volumes: p.Volumes, barren: barren, partial: s.partial(p.Pod), at: -1, required: nodeaffinity.GetRequiredNodeAffinity(p.Pod), images: imagesOf(p.Pod)}
		f.features, f.featured = featuresOf(p.Pod)
		if a := p.Spec.Affinity; a != nil && a.NodeAffinity != nil {
			if terms := a.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution; len(terms) > 0 {
				// Terms that cannot be parsed score nothing; validation refuses them anyway.
				f.preferred, _ = nodeaffinity.NewPreferredSchedulingTerms(terms)
			}
		}
		if len(s.forms) >= s.roomForClasses() {
			forgetOldest(s.forms, func(f *form) uint64 { return f.used })
		}
		s.forms[string(key)] = f
	}
	f.used = s.clock
	return f
}

// survey brings the columns of a form up to date with the nodes that have changed.
func (s *State) survey(f *form) {
	n := len(s.nodes)
	if f.at < s.base { // new, or it has not looked for longer than the log goes back
		f.verdict, f.tally, f.shun, f.shunned, f.imageSizes = resized(f.verdict, n), [verdicts]int{}, nil, 0, nil
		if f.prefers() {
			f.prefer = resized(f.prefer, n)
		}
		s.behold(f)
	} else {
		for len(f.verdict) < n { // nodes that are new come in the log as well
			f.verdict = append(f.verdict, gone)
			f.tally[gone]++
			if f.prefer != nil {
				f.prefer = append(f.prefer, 0)
			}
		}
		for _, ch := range s.log[f.at-s.base:] {
			if ch.static {
				s.view(f, int(ch.node))
			}
		}
	}
	f.at = s.base + len(s.log)
}

// behold looks at what all nodes are.
func (s *State) behold(f *form) {
	look := func(_, from, to int) {
		for i := from; i < to; i++ {
			f.verdict[i] = s.judge(f, i)
			f.like(s.nodes[i].obj, i)
		}
	}
	if f.volumes == nil {
		s.pass(look)
	} else { // what volumes say is remembered, for one to ask
		look(0, 0, len(s.nodes))
	}
	for i := range s.nodes {
		f.tally[f.verdict[i]]++
		f.avoid(s.nodes[i].obj, i)
		s.lookForImages(f, i)
	}
}

// view looks at what one node is.
func (s *State) view(f *form, i int) {
	v := s.judge(f, i)
	f.tally[f.verdict[i]]--
	f.tally[v]++
	f.verdict[i] = v
	f.like(s.nodes[i].obj, i)
	f.avoid(s.nodes[i].obj, i)
	s.lookForImages(f, i)
}

// judge is the verdict of a form on what a node is: the first filter, in order, that refuses its object.
func (s *State) judge(f *form, i int) verdict {
	n := s.nodes[i].obj
	if n == nil {
		return gone
	}
	on := &f.profile.compiled.on
	switch {
	case on[filterUnschedulable] && f.cordonedOff(n):
		return unschedulable
	case on[filterName] && f.pod.Spec.NodeName != "" && f.pod.Spec.NodeName != n.Name:
		return misnamed
	case on[filterTaints] && f.taintedAgainst(n):
		return tainted
	case on[filterAffinity] && !f.enforced(n):
		return unenforced
	case on[filterAffinity] && !f.matches(n):
		return mismatched
	case on[filterFeatures] && !f.declares(n):
		return undeclared
	case f.volumes != nil && !f.reachable(n):
		return unreachable
	}
	return fine
}

// like notes what pods of the form would rather have of a node.
func (f *form) like(n *corev1.Node, i int) {
	if f.prefer == nil {
		return
	}
	f.prefer[i] = 0
	if n != nil {
		f.prefer[i] = f.preference(n)
	}
}

// avoid notes what pods of the form would rather not have.
func (f *form) avoid(n *corev1.Node, i int) {
	var shuns int32
	if n != nil && f.profile.compiled.weights[scoreTaints] != 0 {
		shuns = f.shunsOf(n)
	}
	if was := f.shuns(i); was != shuns {
		for len(f.shun) <= i {
			f.shun = append(f.shun, 0)
		}
		f.shun[i] = shuns
		switch {
		case was == 0:
			f.shunned++
		case shuns == 0:
			f.shunned--
		}
	}
}

// shuns is the number of taints of a node that the form would rather avoid.
func (f *form) shuns(i int) int32 {
	if i < len(f.shun) {
		return f.shun[i]
	}
	return 0
}

// prefers reports whether node affinity compares nodes for the form.
func (f *form) prefers() bool {
	p := f.profile.compiled
	return p.weights[scoreAffinity] != 0 && (f.preferred != nil || p.prefer != nil)
}
