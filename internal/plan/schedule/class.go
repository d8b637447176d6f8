package schedule

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/nodedeclaredfeatures"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
)

// class is what pods with the same scheduling needs share: the verdict on every node and its score.
type class struct {
	key     string
	profile *Profile
	pod     *corev1.Pod // one of them
	demand  demand
	used    uint64
	// What is derived from pod and profile once: the amounts that are checked, the resources that scores look at, images,
	// volumes that may conflict, and the features that a node must declare.
	needed    []want
	fitBy     []scored
	balanceBy []scored
	images    []string
	devices   *Devices // nil without claims for any
	disks     []*corev1.Volume
	features  nodedeclaredfeatures.FeatureSet
	featured  bool
	// at is the position in the history of changes up to which the columns below are current.
	at int

	volumes   *Volumes   // nil without claims
	offers    []offering // per node, its devices; nil without claims for any
	rank      []int32    // per node, how good its devices are; nil where that does not differ
	confused  error      // why nothing can be decided about devices
	required  nodeaffinity.RequiredNodeAffinity
	preferred *nodeaffinity.PreferredSchedulingTerms

	verdict []verdict // per node, from what the node is
	base    []int32   // per node, the scores that stand by themselves; negative where the pod does not fit
	prefer  []int32   // per node, weight of the preferred node affinity terms that match; nil without any
	shun    []int32   // per node, number of PreferNoSchedule taints not tolerated
	shunned int       // nodes with such taints
	cells             // the nodes with a score, in groups
	// preferSlot, shunSlot and rankSlot are the aspects of prefer, shun and rank. disarranged says that the aspects are to be settled anew.
	preferSlot, shunSlot, rankSlot int
	disarranged                    bool

	// imageSizes are, per image and node, the bytes that need not be pulled; nil while no node has one of the images.
	imageSizes [][]int64
	imageGen   uint64

	hard, soft []*spread
	allKeys    bool // soft spreading demands all topology keys of a node
	near       []*relation
	apart      []*relation
	meets      []*encounter
	holds      []*holder // those of its pods; nil until the first is placed
	tolls      tolls

	unmoved   unmoved
	refusal   string
	help      Help
	refusedIn uint64 // the call of Assign in which refusal was found; 0 for never
}

// unmoved is that nobody could be moved for a pod of a class, in one call of Assign.
type unmoved struct {
	in       uint64
	priority int32
	why      string
}

// verdict is what a node's object says to a class.
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
)

// classOf finds the class of a pod or makes it.
func (s *State) classOf(p *Pod) *class {
	d := s.demandOf(p.Pod)
	profile := cmp.Or(p.Profile, defaultProfile)
	key := string(s.classKey(p, profile, &d))
	s.clock++
	if c := s.classes[key]; c != nil {
		c.used = s.clock
		return c
	}
	c := &class{key: key, profile: profile, pod: p.Pod, volumes: p.Volumes, demand: d, used: s.clock, at: -1, required: nodeaffinity.GetRequiredNodeAffinity(p.Pod),
		needed: s.checked(&d, &profile.Fit), fitBy: s.fitBy(profile, &d), balanceBy: s.balanceBy(profile, &d), images: imagesOf(p.Pod), disks: disksOf(p.Pod)}
	c.features, c.featured = featuresOf(p.Pod)
	if c.devices = p.Devices; c.devices != nil {
		c.needed = s.delegated(c.needed, c.devices)
	}
	if a := p.Spec.Affinity; a != nil && a.NodeAffinity != nil {
		if terms := a.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution; len(terms) > 0 {
			// Terms that cannot be parsed score nothing; validation refuses them anyway.
			c.preferred, _ = nodeaffinity.NewPreferredSchedulingTerms(terms)
		}
	}
	s.relate(c)
	for _, h := range s.meetings(p.Pod) {
		c.meets = append(c.meets, &encounter{holder: h, sums: sums{count: &h.perNodeCount, topo: s.topology(h.term.topology)}})
	}
	s.spreadOut(c, p)
	if len(s.classes) >= s.roomForClasses() {
		s.evict()
	}
	s.classes[key] = c
	return c
}

// evict forgets the half of the classes that were not used for the longest time.
func (s *State) evict() {
	byAge := slices.SortedFunc(maps.Values(s.classes), func(a, b *class) int { return int(int64(a.used) - int64(b.used)) })
	for _, c := range byAge[:len(byAge)/2] {
		delete(s.classes, c.key)
	}
	s.sweepMatchers()
}

// roomForClasses is how many classes are kept, so that their columns take no more memory where there are many nodes.
func (s *State) roomForClasses() int {
	return min(max(minClasses, classNodes/max(1, len(s.nodes))), maxClasses)
}

// prefers reports whether node affinity compares nodes for the class.
func (c *class) prefers() bool {
	p := c.profile.compiled
	return p.weights[scoreAffinity] != 0 && (c.preferred != nil || p.prefer != nil)
}

func (c *class) matchers() []*matcher {
	var out []*matcher
	for _, sp := range slices.Concat(c.hard, c.soft) {
		out = append(out, sp.matcher)
	}
	for _, r := range slices.Concat(c.near, c.apart) {
		out = append(out, r.matcher)
	}
	return out
}

// classKey spells out all that decides over the place of a pod.
func (s *State) classKey(p *Pod, profile *Profile, d *demand) []byte {
	b := make([]byte, 0, 512)
	str := func(s string) { b = spell(b, s) }
	num := func(n int64) { b = binary.AppendVarint(b, n) }
	set := func(m map[string]string) {
		num(int64(len(m)))
		for _, k := range slices.Sorted(maps.Keys(m)) {
			str(k)
			str(m[k])
		}
	}
	str(profile.Name)
	b = s.identify(b, p)
	set(p.Spec.NodeSelector)
	num(int64(len(d.amounts)))
	for _, w := range d.amounts {
		num(int64(w.resource))
		num(w.n)
	}
	num(d.seemCPU)
	num(d.seemMem)
	num(d.scoreCPU)
	num(d.scoreMem)
	num(int64(len(d.ports)))
	for _, hp := range d.ports {
		str(hp.ip)
		str(string(hp.protocol))
		num(int64(hp.port))
	}
	num(int64(len(p.Spec.Tolerations)))
	for i := range p.Spec.Tolerations {
		t := &p.Spec.Tolerations[i]
		str(t.Key)
		str(string(t.Operator))
		str(t.Value)
		str(string(t.Effect))
	}
	if p.Spec.Affinity != nil {
		raw, err := p.Spec.Affinity.Marshal()
		if err != nil { // cannot happen to what was read from the store; a key of its own is safe
			raw = []byte(p.UID)
		}
		str(string(raw))
	}
	num(int64(len(p.Spec.TopologySpreadConstraints)))
	for i := range p.Spec.TopologySpreadConstraints {
		raw, err := p.Spec.TopologySpreadConstraints[i].Marshal()
		if err != nil {
			raw = []byte(p.UID)
		}
		str(string(raw))
	}
	num(int64(len(p.Spec.InitContainers)))
	for _, image := range imagesOf(p.Pod) {
		str(image)
	}
	for _, v := range disksOf(p.Pod) {
		raw, err := v.Marshal()
		if err != nil {
			raw = []byte(p.UID)
		}
		str(string(raw))
	}
	if _, any := featuresOf(p.Pod); any {
		str(string(p.UID)) // so rare that it is not worth the spelling out
	}
	if p.Volumes != nil {
		str(p.Volumes.Key)
		for _, claim := range p.Volumes.Exclusive {
			str(claim)
		}
	}
	if p.Devices != nil {
		str(p.Devices.Key)
	}
	if p.Siblings != nil {
		str(p.Siblings.String())
	}
	return b
}
