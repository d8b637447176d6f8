package scheduler

import (
	"cmp"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/dynamic-resource-allocation/resourceclaim"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/devices"
	"gantry.dev/gantry/internal/plan/fairshare"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// cluster is one cluster's state and its pods without a node. A pod is in at most one of pending, lane, refused, consulting and assumed.
type cluster struct {
	id       api.Cluster
	now      func() *view.Snapshot
	state    *schedule.State
	profiles profiles

	pending map[api.Key]*waiting
	refused refusals
	// lane has the pods that wait for a turn of the doubtful, doubts who they are, turns when it is.
	lane   lane
	doubts schedule.Doubts
	turns  schedule.Turns
	// consulting are the pods that extenders are being asked about.
	consulting map[api.Key]*waiting
	// assumed are pods that we have bound, with the revision that did it: what the view says of them up to then is old.
	assumed map[api.Key]api.Revision
	// reserved are pods with a place whose volumes are being made or bound. chosen are the nodes selected for claims by
	// writes that the view may not have shown yet.
	reserved map[api.Key]*reserved
	chosen   map[api.Key]string
	// squads are the groups of pods, by the key of the PodGroup; nil in clusters without. gangGate is Config.Gangs.
	squads   map[api.Key]*squad
	gangGate bool
	// quotas are the elastic quotas, shape their tree; nil in clusters without.
	quotas map[api.Key]*fairshare.Quota
	shape  *fairshare.Tree

	// devices are those of the cluster, nil while it has none. written are the claims that we have written, with the revision
	// that did it. selectors are those of all clusters.
	devices   *devices.World
	written   map[api.Key]api.Revision
	selectors *devices.Selectors
	// claimants are the refused pods that use a claim for devices, or did; nil while there were none.
	claimants map[api.Key]map[api.Key]bool
	// limits says that some node takes only so many volumes; then handles are what volumes attach, and inline says that pods name some
	// themselves. attachments are those there are, by node and name, attachedTimes how many there are of a volume.
	limits, inline bool
	handles        *handles
	attachments    map[string]map[string]*storagev1.VolumeAttachment
	attachedTimes  map[string]int

	// backoff is Config.Backoff.
	backoff Backoff
	// gated are the pods that are ours once their scheduling gates are gone; nil in clusters without.
	// The value is the profile's name.
	gated map[api.Key]string
	// backing counts the pods of pending that were in back-off when last looked at. at is when events are taken in, cause what kind
	// of event is. meters count for all clusters; nil in drafts.
	backing int
	came    uint64 // pods, so far
	at      time.Time
	cause   string
	meters  *meters
	// flush is when the oldest of the refused pods may have waited for too long; zero if there are none.
	flush time.Time

	// keep makes what state keeps of nodes and placed pods; it is that of all clusters, nil in drafts.
	keep *keepsakes

	// away says that the writes of the last decision are being carried out elsewhere; held are the events since then.
	away bool
	held []store.Event
}

// profiles are the settings for each scheduler name that is ours.
type profiles map[string]*schedule.Profile

// profile is how a pod is scheduled; one that is not ours as by default.
func (c *cluster) profile(p *corev1.Pod) *schedule.Profile {
	return cmp.Or(c.profiles[p.Spec.SchedulerName], schedule.Default())
}

// waiting is a pod without a node.
type waiting struct {
	key     api.Key
	pod     *corev1.Pod
	help    schedule.Help  // of the last refusal
	room    *schedule.Room // likewise
	sorted  sorted         // where it is among the refused
	plugins []string       // who refused it last
	after   time.Time      // not before, after a failed commit
	fails   int
	// rests is until when a refused pod lets others go first, and refusals how often it was refused; see Backoff.
	rests    time.Time
	refusals int
	// ask is what the pod askOf takes; see asks.
	ask   plan.Amounts
	askOf *corev1.Pod
	asked *schedule.Asked // what extenders have said, for the next decision
	// since is when the pod came, turn its number among all that came, tries how often it was decided; refused is when it was refused last. flushed says that nothing
	// but time has it tried again.
	since   time.Time
	turn    uint64
	tries   int
	refused time.Time
	flushed bool
}

func newCluster(id api.Cluster, now func() *view.Snapshot, p profiles, sel *devices.Selectors) *cluster {
	ns := func(name string) labels.Set {
		n, ok := view.Get[corev1.Namespace](now(), api.Key{Resource: plan.Namespaces, Cluster: id, Name: name})
		if !ok {
			return nil
		}
		return n.Labels
	}
	state := schedule.NewState(ns)
	state.SetBudgets(func() []*policyv1.PodDisruptionBudget {
		return slices.Collect(view.List[policyv1.PodDisruptionBudget](now(), api.Scope{Resource: plan.Budgets, Cluster: id}))
	})
	return &cluster{id: id, now: now, selectors: sel, state: state, profiles: p, pending: map[api.Key]*waiting{}, consulting: map[api.Key]*waiting{}, assumed: map[api.Key]api.Revision{},
		reserved: map[api.Key]*reserved{}, chosen: map[api.Key]string{}}
}

// take lets one event change the picture.
func (c *cluster) take(s *view.Snapshot, ev *store.Event) {
	c.cause = eventName(ev)
	defer func() { c.cause = "" }()
	switch ev.Record.Key.Resource {
	case plan.Pods:
		c.takePod(s, ev)
	case gang.Groups, gang.Native:
		c.takeGroup(s, ev)
	case fairshare.Quotas:
		c.takeQuota(s, ev)
	case plan.Nodes:
		if ev.Type == store.Delete {
			c.state.RemoveNode(ev.Record.Key.Name)
			c.wake(schedule.HelpPods) // a domain less to spread over
			return
		}
		n, old := view.Of[corev1.Node](s, ev.Record), view.Of[corev1.Node](s, ev.Prev)
		if old == nil || nodeChanged(old, n) {
			c.state.SetNode(c.keep.node(n, s.Meta(ev.Record).Labels))
			c.wakeForNode(n, old)
		}
	case storage.Claims:
		if claim := view.Of[corev1.PersistentVolumeClaim](s, ev.Record); ev.Type == store.Delete || claim.Spec.VolumeName != "" || claim.Annotations[storage.SelectedNode] != "" {
			delete(c.chosen, ev.Record.Key) // the view knows by itself
		}
		c.claimStirs()
	case storage.Volumes:
		v := view.Of[corev1.PersistentVolume](s, ev.Record)
		if v.Spec.ClaimRef != nil {
			delete(c.chosen, api.Key{Resource: storage.Claims, Cluster: c.id, Namespace: v.Spec.ClaimRef.Namespace, Name: v.Spec.ClaimRef.Name})
		}
		c.takeVolume(v, ev.Type == store.Delete)
		c.claimStirs()
	case storage.Classes, storage.Drivers, storage.Capacities:
		c.claimStirs()
	case storage.Nodes:
		c.takeDriverNode(s, ev)
	case storage.Attachments:
		c.takeAttachment(s, ev)
	case devices.Claims, devices.Classes, devices.Slices:
		c.takeDevice(s, ev)
	case plan.Namespaces:
		n, old := view.Of[corev1.Namespace](s, ev.Record), view.Of[corev1.Namespace](s, ev.Prev)
		if ev.Type == store.Put && old != nil && !labels.Equals(n.Labels, old.Labels) {
			c.state.NamespaceChanged()
			c.wake(schedule.HelpPods)
		}
	}
}

// nodeChanged passes over heartbeats.
func nodeChanged(a, b *corev1.Node) bool {
	return a.UID != b.UID || !labels.Equals(a.Labels, b.Labels) || !equality.Semantic.DeepEqual(a.Spec, b.Spec) ||
		!equality.Semantic.DeepEqual(a.Status.Allocatable, b.Status.Allocatable) || !equality.Semantic.DeepEqual(a.Status.Images, b.Status.Images) ||
		!slices.Equal(a.Status.DeclaredFeatures, b.Status.DeclaredFeatures) || a.Annotations[storage.LocalDirectory] != b.Annotations[storage.LocalDirectory] ||
		a.Annotations[schedule.Price] != b.Annotations[schedule.Price]
}

// others says that a pod waits for another scheduler and that nothing here knows it: its metadata tells, and most of what
// happens to such pods needs no decoding.
func (c *cluster) others(s *view.Snapshot, ev *store.Event) bool {
	m := s.Meta(ev.Record)
	_, ours := c.profiles[m.Fields.Get("spec.schedulerName")]
	if ours || ev.Type == store.Delete || m.Fields.Get("spec.nodeName") != "" {
		return false
	}
	if ev.Prev != nil && s.Meta(ev.Prev).UID != m.UID {
		return false
	}
	key := ev.Record.Key
	return c.pending[key] == nil && c.lane.get(key) == nil && c.refused.get(key) == nil && c.reserved[key] == nil && c.consulting[key] == nil
}

func (c *cluster) takePod(s *view.Snapshot, ev *store.Event) {
	if c.others(s, ev) {
		return
	}
	key := ev.Record.Key
	p, old := view.Of[corev1.Pod](s, ev.Record), view.Of[corev1.Pod](s, ev.Prev)
	if old != nil && (old.UID != p.UID || old.Labels[gang.Label] != p.Labels[gang.Label]) {
		c.gangUp(key, old, true)
	}
	c.gangUp(key, p, ev.Type == store.Delete)
	if ev.Type == store.Delete {
		c.forget(key)
		at, _ := c.state.Where(p.UID)
		kept := c.state.Nominated(p.UID) // then the room that was kept for it is free
		if c.state.RemovePod(p.UID) || kept {
			c.wakeFor(at, schedule.HelpRoom|schedule.HelpPods|schedule.HelpQuota)
		}
		return
	}
	if old != nil && old.UID != p.UID { // deleted and made anew between two looks
		c.forget(key)
		c.state.RemovePod(old.UID)
	}
	if p.Spec.NodeName != "" {
		c.inline = c.inline || c.limits && inlined(p)
		c.forget(key)
		if c.state.SetPod(c.keep.pod(p, s.Meta(ev.Record).Labels)) {
			c.wakeFor(p.Spec.NodeName, schedule.HelpRoom|schedule.HelpPods|schedule.HelpQuota)
		} else if old == nil || old.Spec.NodeName == "" {
			c.wake(schedule.HelpPods)
		}
		return
	}
	if r := c.reserved[key]; r != nil && p.DeletionTimestamp == nil && !plan.Terminated(p) {
		r.w.pod = p
		return
	}
	if _, ours := c.profiles[p.Spec.SchedulerName]; !ours || p.DeletionTimestamp != nil || plan.Terminated(p) || len(p.Spec.SchedulingGates) > 0 {
		c.state.Nominate(p, "")
		delete(c.pending, key)
		c.lane.remove(key)
		c.refused.remove(key)
		delete(c.consulting, key)
		c.release(key)
		c.gate(key, p, ours && p.DeletionTimestamp == nil && !plan.Terminated(p))
		return
	}
	if rev, ok := c.assumed[key]; ok && ev.Record.Rev < rev {
		return
	}
	if w := c.refused.get(key); w != nil && old != nil && labels.Equals(old.Labels, p.Labels) && equality.Semantic.DeepEqual(old.Spec, p.Spec) &&
		resourceclaim.PodStatusEqual(old.Status.ResourceClaimStatuses, p.Status.ResourceClaimStatuses) {
		w.pod = p // only its status has changed, probably by us
		return
	}
	if now := p.Status.NominatedNodeName; old == nil && now != "" || old != nil && old.Status.NominatedNodeName != now {
		c.state.Nominate(p, now)
	}
	c.ungate(key)
	w := c.refused.get(key)
	c.refused.remove(key)
	if w := c.consulting[key]; w != nil {
		w.pod = p
		return
	}
	if w := cmp.Or(c.pending[key], c.lane.get(key)); w != nil {
		w.pod = p
		return
	}
	if w != nil {
		w.help, w.asked, w.after = 0, nil, time.Time{}
		c.enters(queueActive, podChanged, 1)
	} else {
		c.came++
		w = &waiting{key: key, since: c.at, turn: c.came}
		c.enters(queueActive, podCame, 1)
	}
	w.pod = p
	c.awaitTurn(w)
}

// gate notes whether a pod waits for its gates.
func (c *cluster) gate(key api.Key, p *corev1.Pod, gated bool) {
	switch {
	case !gated:
		c.ungate(key)
	case c.gated[key] == "":
		if c.gated == nil {
			c.gated = map[api.Key]string{}
		}
		c.gated[key] = cmp.Or(p.Spec.SchedulerName, Name)
		c.meters.refusedBy(gates, c.gated[key], 1)
		c.enters(queueGated, podCame, 1)
	}
}

// ungate forgets that a pod has gates, if it had.
func (c *cluster) ungate(key api.Key) {
	if profile := c.gated[key]; profile != "" {
		c.meters.refusedBy(gates, profile, -1)
		delete(c.gated, key)
	}
}

var gates = []string{schedule.SchedulingGates} //nolint:gochecknoglobals // never changed

func (c *cluster) forget(key api.Key) {
	if w := c.refused.get(key); w != nil {
		c.forgetClaims(w)
	}
	delete(c.pending, key)
	c.lane.remove(key)
	c.refused.remove(key)
	delete(c.consulting, key)
	delete(c.assumed, key)
	delete(c.reserved, key)
	c.ungate(key)
}

// maxRefused is how long a refused pod waits for something that could help before it is tried again in any case: upstream's
// podMaxInUnschedulablePodsDuration. Nothing is known that it would be needed for.
const maxRefused = 5 * time.Minute

// hold lets a pod wait for something that could help.
func (c *cluster) hold(w *waiting, now time.Time) {
	w.refused, w.flushed = now, false
	c.refused.add(w)
	c.awaitClaims(w)
	c.enters(queueUnschedulable, attemptFailed, 1)
	if c.flush.IsZero() {
		c.flush = now.Add(maxRefused)
	}
}

// flushOld has the pods tried again that were refused too long ago.
func (c *cluster) flushOld(now time.Time) {
	if c.flush.IsZero() || c.flush.After(now) {
		return
	}
	c.flush = time.Time{}
	n := 0
	for key, w := range c.refused.all() {
		if until := w.refused.Add(maxRefused); until.After(now) {
			c.flush = plan.Sooner(c.flush, until)
			continue
		}
		c.refused.remove(key)
		c.pending[key] = w
		w.flushed = true
		n++
	}
	c.enters(queueActive, timedOut, n)
}

// batch takes the next pods to decide: by priority, then fair shares, then age. It is the turn of pods that will probably be refused if
// doubtful is true.
func (c *cluster) batch(now time.Time, limit int) (pods []*waiting, doubtful bool) {
	for _, w := range c.lane.cleared(&c.doubts) {
		c.pending[w.key] = w
	}
	out := make([]*waiting, 0, len(c.pending))
	back := 0
	for _, w := range c.pending {
		if w.after.After(now) {
			continue
		}
		if !w.after.IsZero() {
			w.after = time.Time{}
			back++
		}
		if !w.rests.After(now) && c.doubtful(w) {
			delete(c.pending, w.key)
			c.lane.add(w)
			continue
		}
		out = append(out, w)
	}
	c.enters(queueActive, backoffComplete, back)
	if c.turns.Doubtful(len(out) > 0, c.lane.len() > 0) {
		return c.lane.take(c.turns.Chunk()), true
	}
	out = c.rested(out, now)
	slices.SortFunc(out, before)
	out = c.fairly(out, limit)
	for _, w := range out {
		delete(c.pending, w.key)
	}
	return c.complete(out, now), false
}

// before is the order in which pods are tried: by priority, then age, of those of one second as they came.
func before(a, b *waiting) int {
	return cmp.Or(cmp.Compare(priority(b.pod), priority(a.pod)), a.pod.CreationTimestamp.Time.Compare(b.pod.CreationTimestamp.Time), cmp.Compare(a.turn, b.turn), a.key.Compare(b.key))
}

// next tells when a failed pod wants to be tried again, and whether some pod can be decided now.
func (c *cluster) next(now time.Time) (again time.Time, more bool) {
	for _, r := range c.reserved {
		again = plan.Sooner(again, r.until)
		more = more || r.stale
	}
	for _, sq := range c.squads {
		again = plan.Sooner(again, sq.until())
	}
	c.backing = 0
	for _, w := range c.pending {
		if w.after.After(now) {
			again = plan.Sooner(again, w.after)
		} else {
			more = true
		}
		if w.after.After(now) || w.rests.After(now) {
			c.backing++
		}
	}
	return plan.Sooner(again, c.flush), more || c.lane.len() > 0
}

func priority(p *corev1.Pod) int32 {
	if p.Spec.Priority == nil {
		return 0
	}
	return *p.Spec.Priority
}
