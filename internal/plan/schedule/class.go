package schedule

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// class is what pods with the same scheduling needs share: the verdict on every node and its score.
type class struct {
	*form
	key     string
	pod     *corev1.Pod // one of them
	volumes *Volumes    // nil without claims
	demand  demand
	// used is the lookup that asked for the class last, before the one that did so before; 0 for none.
	used, before uint64
	// What is derived from pod and profile once: the amounts that are checked, the resources that scores look at, and volumes
	// that may conflict.
	needed    []want
	fitBy     []scored
	balanceBy []scored
	devices   *Devices // nil without claims for any
	disks     []*corev1.Volume
	// at is the position in the history of changes up to which the columns below are current.
	at int

	offers   []offering // per node, its devices; nil without claims for any
	rank     []int32    // per node, how good its devices are; nil where that does not differ
	confused error      // why nothing can be decided about devices
	// confusedIn is the call of Assign in which that was found: it may be over in the next.
	confusedIn uint64

	base  []int32 // per node, the scores that stand by themselves; negative where the pod does not fit
	cells         // the nodes with a score, in groups
	// preferSlot, shunSlot and rankSlot are the aspects of prefer, shun and rank; shunning says that there is one of shun. disarranged
	// says that the aspects are to be settled anew.
	preferSlot, shunSlot, rankSlot int
	shunning, disarranged          bool
	// imageGen is the spread of images that base was made from.
	imageGen uint64

	hard, soft []*spread
	allKeys    bool // soft spreading demands all topology keys of a node
	// friendless pods want pods near them that are nowhere: no node takes them, and near, apart and meets are empty.
	friendless bool
	near       []*relation
	apart      []*relation
	meets      []*encounter
	holds      []*holder // those of its pods; nil until the first is placed
	tolls      tolls

	unmoved   unmoved
	refusal   string
	help      Help
	refusers  []string // the plugins that refuse
	refusedIn uint64   // the call of Assign in which refusal was found; 0 for never
}

// unmoved is that nobody could be moved for a pod of a class, in one call of Assign.
type unmoved struct {
	in       uint64
	priority int32
	why      string
}

// classOf finds the class of a pod or makes it.
func (s *State) classOf(p *Pod) *class {
	d := s.demandOf(p.Pod)
	profile := cmp.Or(p.Profile, defaultProfile)
	s.clock++
	barren := profile.compiled.on[filterAffinity] && s.barren(p.Pod)
	friendless := profile.compiled.on[filterPods] && s.friendless(p.Pod)
	key, ofForm := s.classKey(s.key[:0], p, profile, &d, barren, friendless)
	s.key = key
	if c := s.classes[string(key)]; c != nil {
		c.before, c.used, c.form.used = c.used, s.clock, s.clock
		return c
	}
	c := s.idle[string(key)]
	if c == nil {
		c = s.newClass(p, d, profile, key, ofForm, barren, friendless)
	}
	c.before, c.used, c.form.used = 0, s.clock, s.clock
	if s.survey(c.form); s.barred(c) && len(c.soft) == 0 {
		if len(s.idle) >= maxClasses {
			clear(s.idle)
		}
		s.idle[c.key] = c
		return c
	}
	delete(s.idle, c.key)
	if len(s.classes) >= s.roomForClasses() {
		s.evict()
	}
	s.classes[c.key] = c
	return c
}

// newClass makes the class of a pod. The first ofForm bytes of its key are its form's.
func (s *State) newClass(p *Pod, d demand, profile *Profile, key []byte, ofForm int, barren, friendless bool) *class {
	c := &class{friendless: friendless, key: string(key), pod: p.Pod, volumes: p.Volumes, form: s.formOf(p, profile, key[:ofForm], barren), demand: d, used: s.clock, at: -1,
		needed: s.checked(&d, &profile.Fit), fitBy: s.fitBy(profile, &d), balanceBy: s.balanceBy(profile, &d), disks: disksOf(p.Pod)}
	if c.devices = p.Devices; c.devices != nil {
		c.needed = s.delegated(c.needed, c.devices)
	}
	if !friendless {
		s.relate(c)
		for _, h := range s.meetings(p.Pod) {
			c.meets = append(c.meets, &encounter{holder: h, sums: sums{count: &h.perNodeCount, topo: s.topology(h.term.topology)}})
		}
	}
	s.spreadOut(c, p)
	return c
}

// evict forgets the half of the classes that were not used for the longest time.
func (s *State) evict() {
	forgetOldest(s.classes, func(c *class) uint64 { return c.used })
	s.sweepMatchers()
}

// forgetOldest takes half of what is remembered, by when it was used.
func forgetOldest[T any](m map[string]T, used func(T) uint64) {
	ages := make([]uint64, 0, len(m))
	for _, v := range m {
		ages = append(ages, used(v))
	}
	slices.Sort(ages)
	middle := ages[len(ages)/2]
	maps.DeleteFunc(m, func(_ string, v T) bool { return used(v) < middle })
}

// roomForClasses is how many classes are kept, so that their columns take no more memory where there are many nodes.
func (s *State) roomForClasses() int {
	return min(max(minClasses, classNodes/max(1, len(s.nodes))), maxClasses)
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

// classKey spells out all that decides over the place of a pod, behind b. Which labels a barren pod
// demands of nodes does not, nor whom a friendless one wants near it, nor a toleration of what no node has. The first ofForm bytes are what decides over its form.
func (s *State) classKey(b []byte, p *Pod, profile *Profile, d *demand, barren, friendless bool) (key []byte, ofForm int) {
	str := func(s string) { b = spell(b, s) }
	num := func(n int64) { b = binary.AppendVarint(b, n) }
	raw := func(m interface{ Marshal() ([]byte, error) }) {
		what, err := m.Marshal()
		if err != nil { // cannot happen to what was read from the store; a key of its own is safe
			what = []byte(p.UID)
		}
		str(string(what))
	}
	str(profile.Name)
	affinity := p.Spec.Affinity
	if barren {
		num(-1) // no number of labels
	} else {
		num(int64(len(p.Spec.NodeSelector)))
		for _, k := range slices.Sorted(maps.Keys(p.Spec.NodeSelector)) {
			str(k)
			str(p.Spec.NodeSelector[k])
		}
		if affinity != nil && affinity.NodeAffinity != nil {
			raw(affinity.NodeAffinity)
		}
	}
	for i := range p.Spec.Tolerations {
		t := &p.Spec.Tolerations[i]
		if s.idleToleration(t) {
			continue
		}
		num(1) // one more
		str(t.Key)
		str(string(t.Operator))
		str(t.Value)
		str(string(t.Effect))
	}
	num(0)
	num(int64(len(p.Spec.InitContainers)))
	for _, image := range imagesOf(p.Pod) {
		str(image)
	}
	if _, any := featuresOf(p.Pod); any {
		str(string(p.UID)) // so rare that it is not worth the spelling out
	}
	if p.Volumes != nil {
		str(p.Volumes.Key)
	}
	ofForm = len(b)

	if b = s.identify(b, p); friendless {
		str("friendless")
		affinity = nil
	}
	if affinity != nil && affinity.PodAffinity != nil {
		str("near")
		raw(affinity.PodAffinity)
	}
	if affinity != nil && affinity.PodAntiAffinity != nil {
		str("apart")
		raw(affinity.PodAntiAffinity)
	}
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
	num(int64(len(p.Spec.TopologySpreadConstraints)))
	for i := range p.Spec.TopologySpreadConstraints {
		raw(&p.Spec.TopologySpreadConstraints[i])
	}
	for _, v := range disksOf(p.Pod) {
		raw(v)
	}
	if p.Volumes != nil {
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
	return b, ofForm
}
