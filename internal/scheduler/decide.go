package scheduler

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/devices"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/reconcile"
)

// decision is the writes of one batch with what each result means.
type decision struct {
	writes []client.Write
	done   []func(client.Result)
	said   map[string][]reconcile.Event // by scheduler name, their source
	// taken are the volumes that pods of this batch get.
	taken map[string]*corev1.PersistentVolume
	// gangs numbers those whose bindings happen together.
	gangs int
	// fetch reads the newest state of an object.
	fetch func(api.Key) (runtime.Object, error)
	// devices are what the claims of the batch's pods need, and booked what they get, by pod.
	devices map[types.UID]*devices.Needs
	booked  map[types.UID]*devices.Booking
	// next are the writes that come after these, if any. told are those that tell refused pods why they are: they come
	// last, so that nobody who got a node waits for them.
	next, told *decision
	// fence is Config.Fence when the decision began.
	fence []client.Fence
	// began is when the attempts of the batch did, wrote when its writes went out and ended when they were carried out.
	began, wrote, ended time.Time
	// deciding is how long the brain took.
	deciding time.Duration
}

// say has an event recorded when all is written.
func (d *decision) say(by *corev1.Pod, e reconcile.Event) {
	d.said[by.Spec.SchedulerName] = append(d.said[by.Spec.SchedulerName], e)
}

// add takes in a write, and what to do when its result is known.
func (d *decision) add(w client.Write, done func(client.Result)) {
	w.Brief = w.Key.Resource == plan.Pods // what they are then, the view tells
	w.Fence = append(w.Fence, d.fence...)
	d.writes = append(d.writes, w)
	d.done = append(d.done, done)
}

func newDecision(fetch func(api.Key) (runtime.Object, error)) *decision {
	return &decision{fetch: fetch, said: map[string][]reconcile.Event{}, taken: map[string]*corev1.PersistentVolume{},
		devices: map[types.UID]*devices.Needs{}, booked: map[types.UID]*devices.Booking{}}
}

func (s *Scheduler) newDecision(ctx context.Context) *decision {
	d := newDecision(func(key api.Key) (runtime.Object, error) { return s.Client.Get(ctx, key) })
	d.began = s.Clock()
	if s.Fence != nil {
		d.fence = s.Fence()
	}
	return d
}

// then is what is written when this is.
func (d *decision) then() *decision {
	if d.next == nil {
		d.next = newDecision(d.fetch)
		d.next.began, d.next.fence = d.began, d.fence
	}
	return d.next
}

// tell is what is written for pods that were refused.
func (d *decision) tell() *decision {
	if d.told == nil {
		d.told = newDecision(d.fetch)
		d.told.began, d.told.fence = d.began, d.fence
	}
	return d.told
}

// attachTold has that written after all else.
func (d *decision) attachTold() {
	if d.told == nil {
		return
	}
	last := d
	for last.next != nil {
		last = last.next
	}
	last.next, d.told = d.told, nil
}

// decide lets the brain decide over a batch, commits all in one step and takes back what did not come to be. ready are pods
// that have their place from an earlier decision, and their volumes by now. doubtful is whose turn it is.
func (s *Scheduler) decide(ctx context.Context, c *cluster, d *decision, ready []*reserved, batch []*waiting, doubtful bool, now time.Time) {
	snap := s.View.Snapshot()
	family := newSiblings(snap)
	pods := make([]schedule.Pod, 0, len(batch))
	byUID := make(map[string]*waiting, len(batch))
	wants := map[string]*needs{}
	var common map[api.Key]int
	if c.limits {
		common = commonClaims(batch)
	}
	gangs, held := c.gangs(batch)
	var may map[*waiting]func(*corev1.Pod) bool
	if sh := c.shares(batch); sh != nil {
		may = sh.admit(batch, gangs, held)
	}
	for _, w := range batch {
		if why := held[w]; why != "" { // no attempt
			s.refuse(d, c, w, schedule.Refusal{Pod: w.pod, Message: why, Help: schedule.HelpGang | schedule.HelpQuota, Plugins: c.holder(w)}, now)
			continue
		}
		if w.asked == nil { // else the attempt goes on
			w.tries++
		}
		p := schedule.Pod{Pod: w.pod, Siblings: family.of(w.key, w.pod), Profile: c.profiles[w.pod.Spec.SchedulerName], Gang: gangs[w], MayTake: may[w]}
		byUID[string(w.pod.UID)] = w
		if p.MayTake == nil && p.Gang != nil {
			p.MayTake = c.mayTake(w)
		}
		if n := c.claimsOf(snap, w.key, w.pod, nil); n != nil {
			wants[string(w.pod.UID)] = n
			p.Volumes = n.volumes()
		}
		if attaches(w.pod) {
			p.Volumes = c.limited(w.pod, wants[string(w.pod.UID)], p.Volumes, common)
		}
		if n := c.deviceNeeds(w.pod, now); n != nil {
			if n.Unmade { // its claims are about to be made: that is no news
				w.help, w.plugins = schedule.HelpDevices, []string{schedule.DynamicResources}
				c.hold(w, now)
				continue
			}
			d.devices[w.pod.UID] = n
			p.Devices = c.devicesOf(w.pod, n, func(b *devices.Booking) { d.booked[w.pod.UID] = b })
		}
		if s.consulted(ctx, c, w, &p) {
			continue
		}
		pods = append(pods, p)
	}
	pods = c.awaitGangs(pods, byUID)
	s.bindReady(d, c, ready)
	began := s.Clock()
	bindings, refusals := c.assign(pods, byUID, doubtful)
	d.deciding = s.Clock().Sub(began)
	s.meters.placed(len(bindings)+len(refusals), d.deciding)
	whole := map[*squad][]schedule.Binding{}
	for _, b := range bindings {
		w := byUID[string(b.Pod.UID)]
		n, bk := wants[string(b.Pod.UID)], d.booked[b.Pod.UID]
		switch {
		case gangs[w] != nil:
			whole[c.groupOf(w)] = append(whole[c.groupOf(w)], b)
		case bk != nil:
			s.book(d, c, b, w, bk, n, now)
		case n != nil && len(n.delayed) > 0:
			s.reserve(d, c, b, w, n, now)
		default:
			s.bind(d, c, b, w, 0)
		}
	}
	s.bindGangs(d, c, whole, byUID, wants, now)
	s.keepRoom(c, refusals, byUID, now)
	for _, r := range refusals {
		w := byUID[string(r.Pod.UID)]
		s.meters.turnedDown(w, &r, d.began, s.Clock())
		c.rest(w, now)
		s.refuse(d, c, w, r, now)
	}
	s.tellGroups(d, c, byUID, bindings, refusals, now)
	if may != nil && len(held) > 0 && len(refusals) > 0 {
		c.wake(schedule.HelpQuota) // what the refused did not take, others may
	}
	s.carryOut(ctx, c, d)
}

// carryOut commits a decision and learns what came of it, then does the same with what comes after it.
func (s *Scheduler) carryOut(ctx context.Context, c *cluster, d *decision) {
	d.attachTold()
	d.wrote = s.Clock()
	settle := func(results []client.Result) {
		d.ended = s.Clock()
		for i, done := range d.done {
			done(results[i])
		}
		for _, name := range slices.Sorted(maps.Keys(d.said)) {
			s.Events.Record(ctx, name, c.id, d.said[name])
		}
		if d.attachTold(); d.next != nil {
			s.carryOut(ctx, c, d.next)
		}
	}
	if len(d.writes) == 0 {
		settle(nil)
		return
	}
	if w, ok := s.Client.(client.Waiter); ok && w.MayWait(d.writes[0].Key) {
		s.apart(ctx, c, d.writes, settle)
		return
	}
	settle(s.Client.Apply(ctx, d.writes))
}

// bind writes a binding. Those with the same number, if it is not zero, happen together.
func (s *Scheduler) bind(d *decision, c *cluster, b schedule.Binding, w *waiting, together int) {
	if e := s.binder(w.pod); e != nil {
		s.bindBy(e, c, b, w)
		return
	}
	uid := b.Pod.UID // not a later pod of the same name
	write := client.Write{Verb: client.Bind, Key: w.key, Node: b.Node, Why: "scheduled", Together: together, Delete: metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}}}
	d.add(write, func(res client.Result) {
		if res.Err != nil {
			s.meters.attempt(resultError, w, d.ended.Sub(d.began))
			c.undo(d, w, b, res.Err, s.Clock())
			if !apierrors.IsConflict(res.Err) && !apierrors.IsNotFound(res.Err) {
				s.Log.Warn("binding refused", "pod", w.key.String(), "node", b.Node, "err", res.Err)
			}
			return
		}
		c.assumed[w.key] = max(res.Rev, 1)
		s.meters.bound(w, d)
		d.say(w.pod, reconcile.Event{Object: w.pod, Reason: "Scheduled",
			Message: fmt.Sprintf("Successfully assigned %s/%s to %s", w.key.Namespace, w.key.Name, b.Node)})
	})
}

// refuse says why a pod has no node, if that is news, and lets it wait for something that could help.
func (s *Scheduler) refuse(d *decision, c *cluster, w *waiting, r schedule.Refusal, now time.Time) {
	w.help, w.room, w.plugins = r.Help, r.Room, r.Plugins
	if c.hold(w, now); r.Failed { // what went wrong, a search that took too long for one, may be right the next time
		c.retry(w, now)
	}
	s.preempt(d, c, w, r, now)
	if r.Idle != "" {
		s.giveBack(d, c, w.pod, r.Idle)
	}
	fresh, changed := unschedulable(w.pod, r, now)
	if !changed {
		return
	}
	told := d.tell()
	told.say(w.pod, reconcile.Event{Object: w.pod, Warning: true, Reason: "FailedScheduling", Message: r.Message})
	told.add(plan.UpdateStatus(w.key, fresh, "unschedulable"), func(res client.Result) {
		if res.Err != nil && !apierrors.IsNotFound(res.Err) {
			c.refused.remove(w.key)
			c.later(w, s.Clock()) // somebody else wrote the pod: decide again, so that people learn why it waits
		}
	})
}

// undo takes an assumption back. Whoever overtook us will be told of by the view; the pod is tried again a little later. A binding
// of which we do not know may have happened, and one that came too late has another in its place: what is so is counted before the
// view shows it, or the room would be given away twice.
func (c *cluster) undo(d *decision, w *waiting, b schedule.Binding, err error, now time.Time) {
	c.state.RemovePod(b.Pod.UID)
	if apierrors.IsNotFound(err) {
		return // deleted; if it is back under the same name, the view will say so
	}
	obj, ferr := d.fetch(w.key)
	if apierrors.IsNotFound(ferr) {
		return
	}
	if p, ok := obj.(*corev1.Pod); ferr == nil && ok && p.UID == w.pod.UID && p.Spec.NodeName != "" {
		if rev, rerr := strconv.ParseUint(p.ResourceVersion, 10, 64); rerr == nil {
			c.state.SetPod(p)
			c.assumed[w.key] = api.Revision(rev)
			return
		}
	}
	c.later(w, now)
}

// later has a pod decided again after a back-off.
func (c *cluster) later(w *waiting, now time.Time) {
	w.after = now.Add(c.backoff.pause(w.fails))
	w.fails++
	c.pending[w.key] = w
	c.enters(queueBackoff, attemptFailed, 1)
}

// unschedulable returns the pod with its PodScheduled condition saying why it has no node, and the node that it waits for;
// changed is false if it says so already.
func unschedulable(p *corev1.Pod, r schedule.Refusal, now time.Time) (fresh *corev1.Pod, changed bool) {
	nominated := r.Nominated
	c := corev1.PodCondition{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: corev1.PodReasonUnschedulable, Message: r.Message, ObservedGeneration: p.Generation}
	if r.Failed {
		c.Reason = corev1.PodReasonSchedulerError
	}
	if old := plan.PodCondition(p, corev1.PodScheduled); old != nil && old.Status == c.Status && old.Reason == c.Reason && old.Message == c.Message && p.Status.NominatedNodeName == nominated {
		return nil, false
	}
	fresh = p.DeepCopy()
	fresh.Status.NominatedNodeName = nominated
	return fresh, plan.SetPodCondition(&fresh.Status, c, now) || p.Status.NominatedNodeName != nominated
}
