package bench

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/scheduler"
)

// aloneBatch is how many pods are decided in one call, the scheduler's own batch.
const aloneBatch = 2048

// aloneRun feeds the brain of the scheduler in this process.
type aloneRun struct {
	sheet
	load  schedLoad
	state *schedule.State
	sel   labels.Selector
	// profile is how pods are placed; nil is the default.
	profile *schedule.Profile
	// placed are the pods of before that may go.
	placed []*corev1.Pod
	// took is how long each of the measured pods had to wait, spans how much CPU time went into that.
	took, spans []time.Duration
	// again are pods for which others have left, and waited how long they have been waiting for it.
	again  []schedule.Pod
	waited map[types.UID]time.Duration
	extra  *corev1.Node
	// bound are the measured pods that have a node.
	bound []*corev1.Pod
	// flood are the pods yet to come that fit nowhere, floods how many there were so far.
	flood  []schedule.Pod
	floods int
	// doubtful are the pods that wait for their turns, the first first; behind is how long the turns took since the last batch, which
	// is what the next one had to wait for.
	doubtful []schedule.Pod
	doubts   schedule.Doubts
	turns    schedule.Turns
	behind   span
}

// schedAlone measures decisions without a store: the figures of upstream's scheduler_perf have an API server in them, so
// that these show what the decisions cost and not more.
func schedAlone(ctx context.Context, cfg Config, l schedLoad) error {
	r := &aloneRun{sheet: sheet{cfg, "sched"}, load: l, waited: map[types.UID]time.Duration{}}
	set := labels.Set(l.labels)
	r.state = schedule.NewState(func(string) labels.Set { return set })
	r.state.UseCores(runtime.GOMAXPROCS(0), scheduler.Together)
	if l.service != nil {
		r.sel = labels.SelectorFromSet(l.service)
	}
	if l.packed {
		var err error
		if r.profile, err = packingProfile(); err != nil {
			return err
		}
	}
	heap := heapInUse()
	cfg.say("%s: %d nodes, %d pods before, %d measured, decisions alone ...", l.Name, l.nodeCount, l.initCount, l.podCount)
	for _, n := range l.makeNodes() {
		r.state.SetNode(n)
	}
	if err := r.fill(ctx); err != nil {
		return err
	}
	if l.compared {
		return r.compare(ctx, heap)
	}
	var p placing
	if err := r.place(ctx, "measured-", heap, &p); err != nil {
		return err
	}
	r.tell(&p)
	return nil
}

// placing is what came of rounds of place.
type placing struct {
	// took is how long each pod had to wait, spans how much CPU time went into that, which says the same on a busy machine.
	took, spans []time.Duration
	// wall is how long it took until all were decided, cpu the CPU time of all, doubtful pods included.
	wall, cpu time.Duration
	refused   int
	heap      float64 // what the last round left, in MiB
}

// span is how long something took, and how much CPU time.
type span struct{ wall, cpu time.Duration }

// since measures from where began left off.
func (began span) since(start time.Time) span { return span{time.Since(start), ownCPU() - began.cpu} }

// place decides about the measured pods, then about the doubtful ones that are left. heap is what was in use before the load.
func (r *aloneRun) place(ctx context.Context, prefix string, heap uint64, out *placing) error {
	pods := r.load.main.make(prefix, r.load.podCount)
	r.makeFlood()
	runtime.GC() // what it takes to make them is not measured
	r.took, r.spans = nil, nil
	before := ownCPU()
	start := time.Now()
	for chunk := range slices.Chunk(pods, aloneBatch) {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.measure(chunk)
	}
	for len(r.again) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.measure(nil)
	}
	out.wall += time.Since(start)
	r.doubted(true)
	out.cpu += ownCPU() - before
	out.refused += len(pods) - len(r.took)
	out.took, out.spans = append(out.took, r.took...), append(out.spans, r.spans...)
	r.doubtful, r.flood = nil, nil
	out.heap = mib(heapInUse()) - mib(heap)
	runtime.KeepAlive(pods)
	runtime.KeepAlive(r)
	return nil
}

// tell tells what came of rounds.
func (r *aloneRun) tell(p *placing) {
	params := r.load.params("alone")
	params["unplaced"] = p.refused
	slices.Sort(p.took)
	slices.Sort(p.spans)
	n := float64(max(1, len(p.took)))
	r.add("pods_per_s", float64(len(p.took))/p.wall.Seconds(), "pods/s", params)
	r.add("p50_ms", millis(quantile(p.took, 0.5)), "ms", params)
	r.add("p99_ms", millis(quantile(p.took, 0.99)), "ms", params)
	r.add("cpu_ms_per_pod", millis(p.cpu)/n, "ms", params)
	r.add("memory_mib", p.heap, "MiB", params)
	r.packing(params)
}

// fill places the pods of before.
func (r *aloneRun) fill(ctx context.Context) error {
	for k, series := range r.load.before {
		if series.waits {
			continue // the scheduler does not show such pods to its brain
		}
		n := r.load.initCount * max(1, series.parts)
		for chunk := range slices.Chunk(series.make(fmt.Sprintf("init-%d-", k), n), aloneBatch) {
			if err := ctx.Err(); err != nil {
				return err
			}
			_, refusals := r.state.Assign(r.pods(chunk, nil))
			if len(refusals) > 0 {
				return fmt.Errorf("%d of the pods of before have no place: %s", len(refusals), refusals[0].Message)
			}
			r.placed = append(r.placed, chunk...)
		}
	}
	return nil
}

func (r *aloneRun) pods(in []*corev1.Pod, siblings labels.Selector) []schedule.Pod {
	out := make([]schedule.Pod, len(in))
	for i, p := range in {
		out[i] = schedule.Pod{Pod: p, Siblings: siblings, Profile: r.profile}
	}
	return out
}

// measure decides one batch: the measured pods, what comes in between, and those for which others have left since.
func (r *aloneRun) measure(chunk []*corev1.Pod) {
	batch := append(r.again, r.pods(chunk, r.sel)...)
	r.again = nil
	var coming []schedule.Pod
	done := len(r.took)
	for _, d := range r.load.meanwhile {
		for range (done+len(chunk))/d.each - done/d.each {
			switch {
			case d.pod != nil:
				if len(r.flood) > 0 {
					coming, r.flood = append(coming, r.flood[0]), r.flood[1:]
				}
			case d.node:
				r.churnNode()
			case d.gone && len(r.placed) > 0:
				r.state.RemovePod(r.placed[0].UID)
				r.placed = r.placed[1:]
			}
		}
	}
	start, began := time.Now(), span{cpu: ownCPU()}
	batch = append(batch, r.expected(coming)...)
	bindings, refusals := r.assign(batch)
	spent := began.since(start)
	r.turns.Took(false, spent.wall, spent.wall)
	took, cpu := spent.wall+r.behind.wall, spent.cpu+r.behind.cpu
	start, began = time.Now(), span{cpu: ownCPU()}
	r.doubted(false)
	r.behind = began.since(start)
	for i := range bindings { // every pod of a batch is told with the batch
		if p := bindings[i].Pod; p.Namespace != floodAlone {
			r.bound = append(r.bound, p)
			r.took, r.spans = append(r.took, took+r.waited[p.UID]), append(r.spans, cpu)
		}
	}
	for i := range refusals {
		ref := &refusals[i]
		if ref.Nominated == "" {
			continue
		}
		for _, v := range ref.Victims { // they leave at once
			r.state.RemovePod(v.UID)
		}
		r.waited[ref.Pod.UID] += took
		at := slices.IndexFunc(batch, func(p schedule.Pod) bool { return p.Pod == ref.Pod })
		r.again = append(r.again, batch[at])
	}
}

func (r *aloneRun) churnNode() {
	if r.extra != nil {
		r.state.RemoveNode(r.extra.Name)
		r.extra = nil
		return
	}
	r.extra = sizedNode("churned", "4", "32Gi", "110")
	r.state.SetNode(r.extra)
}

// heapInUse is what a collection leaves.
func heapInUse() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// ownCPU is the CPU time that this process has used, more exact than what /proc tells of others.
func ownCPU() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0 // it cannot fail for oneself
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
