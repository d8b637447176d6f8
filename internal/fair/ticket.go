package fair

import "time"

// Standing says what became of a ticket.
type Standing uint8

// A ticket has its seats, waits for them, or is refused.
const (
	Granted Standing = iota + 1
	Waiting
	Refused
)

// Ticket is one request's claim on seats. Its zero value with Request filled in is ready for Gate.Classify; it must not
// be copied or used anew before it was given back.
type Ticket struct {
	Request

	cluster *cluster
	schema  *flowSchema
	flow    *flow
	level   *level
	pair    *pair

	standing Standing
	watch    bool
	width    Width
	// seats are those that it takes, at least one.
	seats   int
	arrived time.Time
	started time.Time
	// granted is closed when a ticket that waited gets its seats.
	granted chan struct{}

	queue *queue
	// arrivedAt is the level's progress when the ticket came, work what it is expected to take of it.
	arrivedAt, work work
	// previous and next are its neighbours in the queue while it waits, and among those that run then.
	previous, next *Ticket
}

// Granted is closed when a ticket that had to wait has its seats.
func (t *Ticket) Granted() <-chan struct{} { return t.granted }

// Headers are the values of the headers that tell by UID which priority level and flow schema the ticket is of. They are shared: nobody may
// change them.
func (t *Ticket) Headers() (level, schema []string) { return t.schema.levelHeader, t.schema.header }

// MaxWidth is the most seats that a request of its level should be expected to take; zero is no bound of the level's own.
func (t *Ticket) MaxWidth() int { return int(t.level.maxWidth.Load()) }

// Level and Schema name what the ticket is of.
func (t *Ticket) Level() string { return t.schema.spec.name }

// Schema is the name of its flow schema.
func (t *Ticket) Schema() string { return t.schema.name }

// Distinguisher is what distinguishes its flow from others of the schema; empty if nothing does.
func (t *Ticket) Distinguisher() string { return t.flow.distinguisher }

// list is a doubly linked list of tickets.
type list struct {
	first, last *Ticket
	n           int
}

func (l *list) push(t *Ticket) {
	t.previous, t.next = l.last, nil
	if l.last == nil {
		l.first = t
	} else {
		l.last.next = t
	}
	l.last = t
	l.n++
}

func (l *list) remove(t *Ticket) {
	if t.previous == nil {
		l.first = t.next
	} else {
		t.previous.next = t.next
	}
	if t.next == nil {
		l.last = t.previous
	} else {
		t.next.previous = t.previous
	}
	t.previous, t.next = nil, nil
	l.n--
}
