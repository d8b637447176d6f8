package fair

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap"

	"gantry.dev/gantry/internal/api"
)

// objects is a Source: every cluster has the same configuration.
type objects struct {
	version uint64
	schemas []*flowcontrolv1.FlowSchema
	levels  []*flowcontrolv1.PriorityLevelConfiguration
}

func (o *objects) Version(api.Cluster) uint64 { return o.version }
func (o *objects) Objects(api.Cluster) ([]*flowcontrolv1.FlowSchema, []*flowcontrolv1.PriorityLevelConfiguration, uint64) {
	return o.schemas, o.levels, o.version
}

// limited is a priority level. Without queues it refuses.
func limited(name string, shares, lendable, borrowing, queues, hand, length int32) *flowcontrolv1.PriorityLevelConfiguration {
	l := &flowcontrolv1.LimitedPriorityLevelConfiguration{NominalConcurrencyShares: &shares, LendablePercent: &lendable, LimitResponse: flowcontrolv1.LimitResponse{Type: flowcontrolv1.LimitResponseTypeReject}}
	if borrowing >= 0 {
		l.BorrowingLimitPercent = &borrowing
	}
	if queues > 0 {
		l.LimitResponse = flowcontrolv1.LimitResponse{Type: flowcontrolv1.LimitResponseTypeQueue,
			Queuing: &flowcontrolv1.QueuingConfiguration{Queues: queues, HandSize: hand, QueueLengthLimit: length}}
	}
	return &flowcontrolv1.PriorityLevelConfiguration{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: flowcontrolv1.PriorityLevelConfigurationSpec{Type: flowcontrolv1.PriorityLevelEnablementLimited, Limited: l}}
}

// forUsers is a schema for all requests of some users, each of whom is a flow.
func forUsers(name, level string, precedence int32, users ...string) *flowcontrolv1.FlowSchema {
	rule := flowcontrolv1.PolicyRulesWithSubjects{
		ResourceRules: []flowcontrolv1.ResourcePolicyRule{{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"}, Namespaces: []string{"*"}, ClusterScope: true}}}
	for _, u := range users {
		rule.Subjects = append(rule.Subjects, flowcontrolv1.Subject{Kind: flowcontrolv1.SubjectKindUser, User: &flowcontrolv1.UserSubject{Name: u}})
	}
	return &flowcontrolv1.FlowSchema{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: flowcontrolv1.FlowSchemaSpec{MatchingPrecedence: precedence,
		PriorityLevelConfiguration: flowcontrolv1.PriorityLevelConfigurationReference{Name: level},
		DistinguisherMethod:        &flowcontrolv1.FlowDistinguisherMethod{Type: flowcontrolv1.FlowDistinguisherMethodByUserType},
		Rules:                      []flowcontrolv1.PolicyRulesWithSubjects{rule}}}
}

// world drives a gate by hand.
type world struct {
	t   testing.TB
	g   *Gate
	src *objects
	now time.Time
}

func newWorld(t testing.TB, o Options, src *objects) *world {
	return &world{t: t, g: New(src, o), src: src, now: time.Unix(1_000_000, 0)}
}

func (w *world) enter(c api.Cluster, user string, width Width) (*Ticket, Standing) {
	t := &Ticket{Request: Request{User: user, Verb: "get", Resource: "pods", Namespace: "x"}}
	w.g.Classify(t, c, w.now)
	return t, w.g.Enter(t, width, false, w.now)
}

// leave gives a ticket back, with what lingers of it.
func (w *world) leave(t *Ticket) {
	if w.g.Leave(t, w.now) > 0 {
		w.g.Release(t, w.now)
	}
}

func runs(t *Ticket) bool { return t.standing == Granted }

// only is a configuration in which all seats but the mandatory levels' five shares are those of the given levels.
func only(levels ...*flowcontrolv1.PriorityLevelConfiguration) *objects {
	none := int32(0)
	catchAll := bootstrap.MandatoryPriorityLevelConfigurationCatchAll.DeepCopy()
	catchAll.Spec.Limited.NominalConcurrencyShares = &none
	src := &objects{version: 1, levels: append(levels, catchAll)}
	for i, l := range levels {
		src.schemas = append(src.schemas, forUsers("for-"+l.Name, l.Name, int32(100+i), l.Name, l.Name+"2"))
	}
	return src
}

func TestFloodDoesNotStarve(t *testing.T) {
	w := newWorld(t, Options{Seats: 2}, only(limited("a", 30, 0, -1, 16, 1, 10)))
	var flood []*Ticket
	for range 5 {
		tk, _ := w.enter("loud", "a", One())
		flood = append(flood, tk)
	}
	quiet, _ := w.enter("quiet", "a", One())
	w.leave(flood[0])
	if !runs(quiet) {
		t.Error("the quiet cluster's only request is not next")
	}
	w.now = w.now.Add(10 * time.Millisecond) // that one seat of loud's has been a's
	neighbour, _ := w.enter("loud", "a2", One())
	w.leave(flood[1])
	if !runs(neighbour) {
		t.Error("within a level the flow without a seat is not next")
	}
}

// TestCrowded: beside another cluster one may have less than the server has.
func TestCrowded(t *testing.T) {
	w := newWorld(t, Options{Seats: 100, Crowded: 3}, only(limited("a", 30, 0, -1, 16, 2, 50)))
	var loud []*Ticket
	enter := func() { tk, _ := w.enter("loud", "a", One()); loud = append(loud, tk) }
	count := func() (n int) {
		for _, tk := range loud {
			if runs(tk) {
				n++
			}
		}
		return n
	}
	for range 10 {
		enter()
	}
	if n := count(); n != 10 {
		t.Errorf("%d of 10 run in a cluster that is alone", n)
	}
	q, _ := w.enter("quiet", "a", One())
	w.leave(q)
	enter()
	for range 8 {
		w.leave(loud[0])
		loud = loud[1:]
	}
	if n := count(); n != 3 {
		t.Errorf("%d run beside another cluster, want 3", n)
	}
	for range 4 {
		enter()
	}
	w.now = w.now.Add(2 * aboutTime)
	w.leave(loud[0])
	loud = loud[1:]
	if n := count(); n != len(loud) {
		t.Errorf("%d of %d run when the other cluster has gone", n, len(loud))
	}
}

func TestReject(t *testing.T) {
	w := newWorld(t, Options{Seats: 2}, only(limited("a", 30, 0, 0, 0, 0, 0)))
	first, _ := w.enter("host", "a", One())
	w.enter("host", "a", One())
	if _, st := w.enter("host", "a", One()); st != Refused {
		t.Error("a level without queues takes more than its limit")
	}
	w.leave(first)
	if _, st := w.enter("host", "a", One()); st != Granted {
		t.Error("a seat that was given back is not given out")
	}
}

func TestQueueFull(t *testing.T) {
	w := newWorld(t, Options{Seats: 1}, only(limited("a", 30, 0, 0, 1, 1, 2)))
	tickets := make([]*Ticket, 4)
	for i, want := range []Standing{Granted, Waiting, Waiting, Refused} {
		var st Standing
		if tickets[i], st = w.enter("host", "a", One()); st != want {
			t.Errorf("request %d: %d, want %d", i, st, want)
		}
	}
	if !w.g.GiveUp(tickets[1], w.now) || w.g.GiveUp(tickets[0], w.now) {
		t.Error("who waits can give up, who runs cannot")
	}
	w.leave(tickets[0])
	if !runs(tickets[2]) {
		t.Error("the next in the queue does not run")
	}
	select {
	case <-tickets[2].Granted():
	default:
		t.Error("it is not told")
	}
}

// TestBorrowing: idle levels lend what they may, take it back when they want it, and nobody borrows past somebody who is owed seats.
func TestBorrowing(t *testing.T) {
	src := only(limited("a", 10, 50, -1, 4, 1, 50), limited("b", 10, 50, 20, 4, 1, 50))
	w := newWorld(t, Options{Seats: 20}, src)
	many := func(user string, n int) (all []*Ticket, running int) {
		for range n {
			tk, _ := w.enter("host", user, One())
			all = append(all, tk)
			if runs(tk) {
				running++
			}
		}
		return all, running
	}
	as, n := many("a", 30)
	if n != 15 { // its own ten, and the five that b lends
		t.Fatalf("a runs %d of 30 beside an idle level, want 15", n)
	}
	bs, n := many("b", 30)
	if n != 5 { // what is kept for it
		t.Fatalf("b runs %d while a has borrowed, want 5", n)
	}
	for i := range 5 { // a's own end, one by one: each seat is b's until it has its share
		w.leave(as[i])
	}
	levels, _ := w.g.Report("host", w.now)
	if a, b := levels[0], levels[1]; a.Seats != 10 || b.Seats != 10 || a.Nominal != 10 || a.Lower != 5 || b.Upper != 12 {
		t.Fatalf("after five ended: a %+v, b %+v", a, b)
	}
	for _, tk := range append(as, bs...) {
		if runs(tk) {
			w.leave(tk)
		} else if tk.standing == Waiting {
			w.g.GiveUp(tk, w.now)
		}
	}
	_, n = many("b", 30)
	if n != 12 {
		t.Errorf("b runs %d, want its limit with what it may borrow, 12", n)
	}
}

// TestWideIsNotStarved: a ticket that needs several seats gets them although narrow ones of another level come all the time.
func TestWideIsNotStarved(t *testing.T) {
	w := newWorld(t, Options{Seats: 10}, only(limited("a", 10, 100, -1, 4, 1, 50), limited("b", 10, 100, -1, 4, 1, 50)))
	var narrow []*Ticket
	for range 30 {
		tk, _ := w.enter("host", "b", One())
		narrow = append(narrow, tk)
	}
	wide, _ := w.enter("host", "a", Width{Initial: 4})
	for i := range 4 {
		if runs(wide) {
			t.Fatalf("runs after %d of 4 ended", i)
		}
		w.leave(narrow[i])
	}
	if !runs(wide) {
		t.Error("does not run although four seats were given back")
	}
}

// TestNeverAndFinally runs random histories in random configurations. Never: a level above its limits, more seats than there
// are, a ticket that waits although it could run. Finally: everything that waited ran or gave up, and nothing is left.
func TestNeverAndFinally(t *testing.T) {
	for seed := range uint64(300) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { randomHistory(t, rand.New(rand.NewPCG(seed, 1))) })
	}
}

func randomHistory(t *testing.T, rng *rand.Rand) {
	var levels []*flowcontrolv1.PriorityLevelConfiguration
	for i := range 1 + rng.IntN(3) {
		queues := int32(rng.IntN(2) * (1 + rng.IntN(8)))
		hand := int32(1 + rng.IntN(max(1, min(int(queues), 4))))
		levels = append(levels, limited(string(rune('a'+i)), int32(1+rng.IntN(30)), int32(rng.IntN(101)), int32(rng.IntN(200)-50), queues, hand, int32(1+rng.IntN(5))))
		if *levels[i].Spec.Limited.LendablePercent == 0 && rng.IntN(2) == 0 {
			levels[i].Spec.Limited.BorrowingLimitPercent = nil
		}
	}
	w := newWorld(t, Options{Seats: 2 + rng.IntN(20), Crowded: rng.IntN(2) * 3}, only(levels...))
	var all []*Ticket
	clusters := []api.Cluster{api.Host, "one", "two"}[:1+rng.IntN(3)]
	changed := false
	for range 400 {
		w.now = w.now.Add(time.Duration(rng.IntN(3_000)) * time.Microsecond)
		switch k := rng.IntN(10); {
		case k < 6:
			user := string(rune('a'+rng.IntN(len(levels)))) + []string{"", "2"}[rng.IntN(2)]
			width := Width{Initial: 1 + rng.IntN(2)*rng.IntN(4), Final: rng.IntN(2) * rng.IntN(4), Linger: time.Duration(rng.IntN(2)) * time.Millisecond}
			if tk, st := w.enter(clusters[rng.IntN(len(clusters))], user, width); st != Refused {
				all = append(all, tk)
			}
		case k < 9 && len(all) > 0:
			i := rng.IntN(len(all))
			if !runs(all[i]) && rng.IntN(4) > 0 || !runs(all[i]) && !w.g.GiveUp(all[i], w.now) {
				continue
			}
			w.leave(all[i])
			all = append(all[:i], all[i+1:]...)
		case k == 9 && rng.IntN(10) == 0: // an administrator changes a level
			i := rng.IntN(len(levels))
			l := *w.src.levels[i].DeepCopy()
			n := int32(1 + rng.IntN(30))
			l.Spec.Limited.NominalConcurrencyShares = &n
			w.src.levels[i], w.src.version, changed = &l, w.src.version+1, true
		}
		w.check(all)
		if !changed {
			w.checkLimits()
		}
	}
	for len(all) > 0 { // whoever runs ends: everybody comes to run
		i := 0
		for i < len(all) && !runs(all[i]) {
			i++
		}
		if i == len(all) {
			w.check(all)
			t.Fatalf("%d wait and nothing runs", len(all))
		}
		w.now = w.now.Add(time.Millisecond)
		w.leave(all[i])
		all = append(all[:i], all[i+1:]...)
		w.check(all)
	}
	for _, c := range clusters {
		reports, _ := w.g.Report(c, w.now)
		for _, l := range reports {
			if !l.Idle || l.SeatsWaiting != 0 {
				t.Fatalf("at the end: %+v", l)
			}
		}
	}
	if w.g.seats != 0 || len(w.g.hungry) != 0 {
		t.Fatalf("at the end %d seats are taken, %d clusters are hungry", w.g.seats, len(w.g.hungry))
	}
}

// check looks at the invariants after a step.
func (w *world) check(all []*Ticket) {
	w.t.Helper()
	g := w.g
	sum := 0
	for _, c := range g.clusters {
		committed, seats, waiting := 0, 0, 0
		for _, l := range c.levels {
			committed, seats, waiting = committed+l.held(), seats+l.seats, waiting+l.waiting
			active, running := 0, 0
			for _, q := range l.queues {
				if q != nil && q.active {
					active++
					running += q.running
				}
			}
			if active != l.active || running != l.running.n {
				w.t.Fatalf("%s/%s: %d active queues and %d running, counted %d and %d", c.name, l.spec.name, active, running, l.active, l.running.n)
			}
			if l.waiting > 0 && c.admits(l.head()) && c.seats == 0 && g.seats == 0 {
				w.t.Fatalf("%s/%s: a ticket waits on an idle server", c.name, l.spec.name)
			}
		}
		if committed != c.committed || seats != c.seats || waiting != c.waiting {
			w.t.Fatalf("%s: committed %d, seats %d, waiting %d; counted %d, %d, %d", c.name, committed, seats, waiting, c.committed, c.seats, c.waiting)
		}
		if (c.index >= 0) != (c.waiting > 0 && c.next() != nil && !g.full(c, w.now)) {
			w.t.Fatalf("%s: hungry %v, waiting %d", c.name, c.index >= 0, c.waiting)
		}
		sum += c.seats
	}
	if sum != g.seats {
		w.t.Fatalf("%d seats are taken, counted %d", sum, g.seats)
	}
	if len(g.hungry) > 0 && g.spares(g.hungry[0], g.hungry[0].next()) {
		w.t.Fatal("a seat is free, and who could have it waits")
	}
}

// checkLimits looks whether anything runs beyond a limit, other than a ticket that is wider than the limit and runs alone.
func (w *world) checkLimits() {
	w.t.Helper()
	for _, c := range w.g.clusters {
		alone := false
		for _, l := range c.levels {
			wide := l.running.n == 1 && l.running.first.seats == l.seats
			alone = alone || wide
			if l.seats > l.upper && !wide {
				w.t.Fatalf("%s/%s: %d seats, at most %d", c.name, l.spec.name, l.seats, l.upper)
			}
		}
		if c.committed > c.total && !alone {
			w.t.Fatalf("%s: %d seats are taken or kept, of %d", c.name, c.committed, c.total)
		}
	}
	widest := 0
	for c := range w.g.clusters {
		widest = max(widest, w.g.clusters[c].total)
	}
	if w.g.seats > max(widest, w.g.opts.Seats, maxWriteSeats) {
		w.t.Fatalf("%d seats are taken, of %d", w.g.seats, widest)
	}
}
