package flowdiff

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap"
	"k8s.io/apiserver/pkg/util/flowcontrol/debug"
	"k8s.io/apiserver/pkg/util/flowcontrol/fairqueuing"
	"k8s.io/apiserver/pkg/util/flowcontrol/fairqueuing/queueset"
	"k8s.io/apiserver/pkg/util/flowcontrol/fairqueuing/testing/eventclock"
	"k8s.io/apiserver/pkg/util/flowcontrol/metrics"
	"k8s.io/apiserver/pkg/util/flowcontrol/request"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/fair"
)

// flows is how many users send requests.
const flows = 12

// shape is a level's configuration.
type shape struct{ limit, queues, hand, length int }

func randomShape(rng *rand.Rand) shape {
	s := shape{limit: 1 + rng.IntN(8), queues: 1 << rng.IntN(7), length: 1 + rng.IntN(8)}
	s.hand = 1 + rng.IntN(min(s.queues, 6))
	return s
}

// theirs makes upstream's queues.
func (s shape) theirs(t testing.TB, clock *eventclock.Fake) fairqueuing.QueueSet {
	labels := []string{"level"}
	c, err := queueset.NewQueueSetFactory(clock).BeginConstruction(
		fairqueuing.QueuingConfig{Name: "level", DesiredNumQueues: s.queues, QueueLengthLimit: s.length, HandSize: s.hand},
		metrics.RatioedGaugeVecPhasedElementPair(metrics.PriorityLevelConcurrencyGaugeVec, 1, 1, labels),
		metrics.PriorityLevelExecutionSeatsGaugeVec.NewForLabelValuesSafe(0, 1, labels), fairqueuing.NewNamedIntegrator(clock, "level"))
	if err != nil {
		t.Fatal(err)
	}
	return c.Complete(fairqueuing.DispatchingConfig{ConcurrencyLimit: s.limit, ConcurrencyDenominator: s.limit})
}

// ours makes a gate with one level of that shape, which has all seats and neither lends nor borrows.
func (s shape) ours() *fair.Gate {
	ten, none := int32(10), int32(0)
	catchAll := bootstrap.MandatoryPriorityLevelConfigurationCatchAll.DeepCopy()
	catchAll.Spec.Limited.NominalConcurrencyShares = &none
	level := catchAll.DeepCopy()
	level.Name = "level"
	level.Spec.Limited = &flowcontrolv1.LimitedPriorityLevelConfiguration{NominalConcurrencyShares: &ten, LendablePercent: &none, BorrowingLimitPercent: &none,
		LimitResponse: flowcontrolv1.LimitResponse{Type: flowcontrolv1.LimitResponseTypeQueue,
			Queuing: &flowcontrolv1.QueuingConfiguration{Queues: int32(s.queues), HandSize: int32(s.hand), QueueLengthLimit: int32(s.length)}}}
	schema := &flowcontrolv1.FlowSchema{ObjectMeta: metav1.ObjectMeta{Name: "schema"}, Spec: flowcontrolv1.FlowSchemaSpec{
		PriorityLevelConfiguration: flowcontrolv1.PriorityLevelConfigurationReference{Name: "level"}, MatchingPrecedence: 100,
		DistinguisherMethod: &flowcontrolv1.FlowDistinguisherMethod{Type: flowcontrolv1.FlowDistinguisherMethodByUserType},
		Rules: []flowcontrolv1.PolicyRulesWithSubjects{{
			Subjects:         []flowcontrolv1.Subject{{Kind: flowcontrolv1.SubjectKindUser, User: &flowcontrolv1.UserSubject{Name: "*"}}},
			NonResourceRules: []flowcontrolv1.NonResourcePolicyRule{{Verbs: []string{"*"}, NonResourceURLs: []string{"*"}}}}}}}
	return fair.New(&objects{version: 1, schemas: []*flowcontrolv1.FlowSchema{schema}, levels: []*flowcontrolv1.PriorityLevelConfiguration{level, catchAll}},
		fair.Options{Seats: s.limit})
}

// pending is a request on both sides.
type pending struct {
	at     time.Time
	theirs fairqueuing.Request
	ours   *fair.Ticket
}

// TestQueuesDiff runs random histories of requests of one seat through both: refused are the same, queues hold the same in the same
// order and stand at the same progress, and the same requests run, after every step.
func TestQueuesDiff(t *testing.T) {
	for seed := *first; seed < *first+uint64(*seeds); seed++ {
		history(t, seed, rand.New(rand.NewPCG(seed, 7)))
		if t.Failed() {
			return
		}
	}
}

func history(t *testing.T, seed uint64, rng *rand.Rand) {
	s := randomShape(rng)
	now := time.Unix(1_000_000, 0)
	clock, _ := eventclock.NewFake(now, 0, nil)
	set, gate := s.theirs(t, clock), s.ours()
	var running, waiting []*pending
	for step := range 300 {
		now = now.Add(time.Duration(1 + rng.IntN(8_000_000)))
		clock.SetTime(now)
		if len(running) > 0 && rng.IntN(100) < 45 {
			i := rng.IntN(len(running))
			p := running[i]
			running = slices.Delete(running, i, i+1)
			p.theirs.Finish(func() {})
			gate.Leave(p.ours, now)
		} else {
			user := fmt.Sprint("user-", rng.IntN(flows))
			p := &pending{at: now, ours: &fair.Ticket{Request: fair.Request{User: user, Verb: "get", Path: "/"}}}
			gate.Classify(p.ours, api.Host, now)
			standing := gate.Enter(p.ours, fair.One(), false, now)
			distinguisher := user
			if s.queues == 1 {
				distinguisher = "" // as upstream's filter gives it
			}
			p.theirs, _ = set.StartRequest(context.Background(), &request.WorkEstimate{InitialSeats: 1}, hashOf("schema", distinguisher), distinguisher, "schema", nil, nil, nil)
			if (p.theirs == nil) != (standing == fair.Refused) {
				t.Errorf("seed %d, step %d, %+v: refused %v there, standing %d here", seed, step, s, p.theirs == nil, standing)
				return
			}
			if p.theirs != nil {
				waiting = append(waiting, p)
			}
		}
		levels, _ := gate.Report(api.Host, now)
		i := slices.IndexFunc(levels, func(l fair.LevelReport) bool { return l.Name == "level" })
		dump := set.Dump(false)
		theirs, here, runs := sayTheirs(&dump), sayOurs(&levels[i]), startedThere(&dump)
		if theirs != here {
			t.Errorf("seed %d, step %d, %+v: upstream\n%sours\n%s", seed, step, s, theirs, here)
			return
		}
		waiting = slices.DeleteFunc(waiting, func(p *pending) bool {
			if runs[p.at] {
				running = append(running, p)
			}
			return runs[p.at]
		})
	}
}

func hashOf(schema, distinguisher string) uint64 {
	sum := sha256.Sum256([]byte(schema + "\x00" + distinguisher))
	return binary.LittleEndian.Uint64(sum[:8])
}

func startedThere(d *debug.QueueSetDump) map[time.Time]bool {
	out := map[time.Time]bool{}
	for _, q := range d.Queues {
		for _, r := range q.RequestsExecuting {
			out[r.ArriveTime] = true
		}
	}
	return out
}

// say is a line for each queue in which something is.
func say(n int, next, work string, waiting, running []time.Time) string {
	if len(waiting)+len(running) == 0 {
		return ""
	}
	slices.SortFunc(running, func(a, b time.Time) int { return cmp.Compare(a.UnixNano(), b.UnixNano()) })
	var out strings.Builder
	fmt.Fprintf(&out, "queue %d at %s, work %s, runs", n, next, work)
	for _, at := range running {
		fmt.Fprintf(&out, " %d", at.UnixNano())
	}
	out.WriteString(", then")
	for _, at := range waiting {
		fmt.Fprintf(&out, " %d", at.UnixNano())
	}
	return out.String() + "\n"
}

func sayTheirs(d *debug.QueueSetDump) string {
	var out strings.Builder
	times := func(rs []debug.RequestDump) (out []time.Time) {
		for _, r := range rs {
			out = append(out, r.ArriveTime)
		}
		return out
	}
	for i, q := range d.Queues {
		out.WriteString(say(i, q.NextDispatchR, q.QueueSum.TotalWorkSum, times(q.Requests), times(q.RequestsExecuting)))
	}
	return out.String()
}

func sayOurs(l *fair.LevelReport) string {
	var out strings.Builder
	times := func(rs []fair.RequestReport) (out []time.Time) {
		for _, r := range rs {
			out = append(out, r.Arrived)
		}
		return out
	}
	for i, q := range l.Queues {
		out.WriteString(say(i, q.Next, q.Work, times(q.Waiting), times(q.Running)))
	}
	return out.String()
}
