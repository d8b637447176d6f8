package fair

import (
	"sync/atomic"
	"time"
)

// level is a priority level of a cluster as it is now.
type level struct {
	spec *levelSpec
	// gone levels are in no configuration and have nothing left; quiescing ones wait for that.
	gone, quiescing bool

	// nominal is the level's share of the server, lower what is kept free for it, upper the most that it may borrow up to.
	nominal, lower, upper int
	// maxWidth bounds what one request is expected to take; zero is no bound.
	maxWidth atomic.Int32

	// seats are taken, also by tickets that linger; wanted are those of tickets that wait.
	seats, wanted int
	waiting       int
	running       list
	turn          uint64 // of the last grant

	// queues are nil where nothing waits or runs: an idle queue has no state. There is one also if the level has none:
	// for requests that are within the level's limit, and wait for other clusters.
	queues []*queue
	spare  *queue // of queues to use again
	active int    // queues in which something waits or runs
	robin  int    // the queue of the last dispatch
	dealt  uint64 // requests that chose a queue
	// progress is what every active queue has been given since the level was made, as of synced; R(t) of the algorithm.
	progress work
	synced   time.Time

	tally  tally
	demand demand
}

// servedGuess is what a request is expected to take before it is known, upstream's figure.
const servedGuess = 3 * time.Millisecond

// rejectQueue bounds the requests of a level without queues that wait for seats which other clusters hold: upstream's
// default of one queue.
const rejectQueue = 50

// held is what others cannot have of the level's seats.
func (l *level) held() int { return max(l.seats, l.lower) }

// sync brings progress up to now. It comes before every change: what was there has been there since the last one.
//
// The rate is what active queues are given each. Upstream takes the limit if more is asked for; here the seats in use are
// taken, because what bounds them changes with every request of other levels and clusters.
func (l *level) sync(now time.Time) {
	d := now.Sub(l.synced)
	if d <= 0 {
		return
	}
	l.synced = now
	l.demand.pass(now, d, l.seats+l.wanted)
	if l.active == 0 {
		if l.progress > wornWork {
			l.progress = 0
		}
		return
	}
	l.progress += workOf(float64(l.seats)/float64(l.active), d)
}

// choose finds the queue of a flow's next request: of its hand, the one in which least work waits. Each time another of
// the hand is looked at first, so that flows whose hands overlap do not meet always.
func (l *level) choose(f *flow) *queue {
	if len(f.hand) == 0 {
		return l.queue(0)
	}
	at := int(l.dealt % uint64(len(f.hand)))
	l.dealt++
	if l.waiting == 0 {
		return l.queue(f.hand[at])
	}
	best, least := 0, maxWork
	for i := range f.hand {
		n := f.hand[(at+i)%len(f.hand)]
		w := work(0)
		if n < len(l.queues) && l.queues[n] != nil {
			w = l.queues[n].work
		}
		if w < least {
			best, least = n, w
		}
	}
	return l.queue(best)
}

// queue is the queue of a number, made if it has no state. Whoever asks has something to put into it.
func (l *level) queue(n int) *queue {
	if want := max(n+1, l.spec.queues, 1); len(l.queues) < want {
		l.queues = append(l.queues, make([]*queue, want-len(l.queues))...)
	}
	q := l.queues[n]
	if q == nil {
		if q = l.spare; q == nil {
			q = &queue{}
		}
		l.spare = q.spare
		*q = queue{number: n}
		l.queues[n] = q
	}
	return q
}

// use notes that something comes into a queue; an idle one begins at the level's progress.
func (l *level) use(q *queue) {
	if !q.active {
		q.active, q.at = true, l.progress
		l.active++
	}
}

// rest notes that something has left a queue.
func (l *level) rest(q *queue) {
	if q.active && q.waiting.n == 0 && q.running == 0 {
		q.active = false
		l.active--
	}
	if !q.active && q.seats == 0 {
		l.queues[q.number] = nil
		q.spare, l.spare = l.spare, q
	}
}

// enqueue puts a ticket into its queue.
func (l *level) enqueue(t *Ticket) {
	q := t.queue
	l.use(q)
	q.waiting.push(t)
	q.work += t.work
	q.wanted, q.initial = q.wanted+t.seats, q.initial+t.width.Initial
	l.waiting++
	l.wanted += t.seats
	q.catchUp()
	t.pair.waiting++
	t.pair.seatsWaiting += t.seats
}

// dequeue takes a ticket out, wherever it stands.
func (l *level) dequeue(t *Ticket) {
	q := t.queue
	q.waiting.remove(t)
	q.work -= t.work
	q.wanted, q.initial = q.wanted-t.seats, q.initial-t.width.Initial
	l.waiting--
	l.wanted -= t.seats
	t.pair.waiting--
	t.pair.seatsWaiting -= t.seats
}

// head is the ticket that is next in the level: the first of the queue whose first ticket would end earliest in virtual
// time. The queues are looked at in turn from the one after the last dispatch, which decides between equals. Nil if
// nothing waits.
func (l *level) head() *Ticket {
	var first *Ticket
	least := maxWork
	for i, left := 1, l.active; i <= len(l.queues) && left > 0; i++ {
		q := l.queues[(l.robin+i)%len(l.queues)]
		if q == nil || !q.active {
			continue
		}
		left--
		if t := q.waiting.first; t != nil && q.at+t.work < least {
			first, least = t, q.at+t.work
		}
	}
	return first
}

// start notes that a ticket runs. Its seats are the caller's to count.
func (l *level) start(t *Ticket, now time.Time, turn uint64) {
	q := t.queue
	q.running++
	q.seats += t.seats
	q.at = max(q.at, t.arrivedAt) + t.work
	q.catchUp()
	l.running.push(t)
	l.turn, l.robin = turn, q.number
	t.standing, t.started = Granted, now
	l.tally.dispatched++
	t.pair.start(t, now)
}

// finish notes that a ticket does not run any more; its seats may linger. What it took in fact comes into the place of
// what it was expected to take.
func (l *level) finish(t *Ticket, now time.Time) {
	q := t.queue
	q.running--
	l.running.remove(t)
	q.at -= workOf(float64(t.width.Initial), servedGuess-now.Sub(t.started))
	q.catchUp()
	t.pair.finish(t, now)
}

// queue is a queue of a level.
type queue struct {
	number int
	active bool // something waits or runs
	// at is the level's progress at which its next ticket starts in the virtual world.
	at      work
	waiting list
	running int
	seats   int // taken by its tickets, also by those that linger
	// work, wanted and initial are sums over those that wait.
	work            work
	wanted, initial int
	spare           *queue
}

// catchUp keeps a queue that was given less than it could use from claiming that later: nothing starts in the virtual
// world before it came.
func (q *queue) catchUp() {
	if t := q.waiting.first; t != nil && q.at < t.arrivedAt {
		q.at = t.arrivedAt
	}
}
