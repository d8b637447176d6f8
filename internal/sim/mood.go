package sim

import "math/rand/v2"

// mood is what a run is like: which steps come often and which faults happen. Each seed has its own, so that some runs
// have views that lag far behind, others a process that hardly ever lives long.
type mood struct {
	// One in so many calls is lost before it happened, or is carried out while its answer is lost. 0 is never.
	loseCall, loseAnswer int
	// One in so many commits kills the process, after a part of its transactions.
	dieInCommit int
	// One in so many commits is overtaken: others take steps between its preparation and itself.
	overtaken int
	// One in so many steps kills the process, or an agent.
	die, agentDies int
	// One in so many looks of the view brings the same news again, or finds a gap and reads everything anew.
	twice, gap int
	// news bounds the events that a look brings; keys the keys planned at once; passes those in flight.
	news, keys, passes int
	// Weights of the steps.
	view, sort, plan, carry, schedule, agent, user, tick, elect int
}

// calm is the mood of a run without faults.
var calm = mood{news: 1 << 20, keys: 64, passes: 1, view: 1000, sort: 100, plan: 10, carry: 10, schedule: 5, agent: 2, user: 1} //nolint:gochecknoglobals // never changed

func newMood(rng *rand.Rand) mood {
	often := func(from, to int) int { // also never
		if rng.IntN(3) == 0 {
			return 0
		}
		return from + rng.IntN(to-from)
	}
	weight := func() int { return 1 << rng.IntN(7) }
	return mood{loseCall: often(8, 60), loseAnswer: often(8, 60), dieInCommit: often(20, 300), overtaken: often(2, 20), die: often(100, 2000), agentDies: often(50, 1000),
		twice: often(3, 20), gap: often(10, 200), news: 1 + rng.IntN(40), keys: 1 + rng.IntN(8), passes: 1 + rng.IntN(3),
		view: weight(), sort: weight(), plan: weight(), carry: weight(), schedule: weight(), agent: weight(), user: weight(), tick: rng.IntN(3)}
}
