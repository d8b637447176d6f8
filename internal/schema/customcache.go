package schema

import "sync"

const (
	// compiledBudget bounds what is compiled of definitions in a process, of all clusters: about 200 definitions of 11 KB
	// of YAML with everything that reading and writing their objects needs. A definition that has to be compiled again
	// costs its next request some milliseconds.
	compiledBudget = 64 << 20
	// readCost, writeCost and typesCost estimate compiled parts from the length of the stored definition (measured on
	// definitions of 7 KB: structural schemas, validators with CEL programs, merge types).
	readCost  = 12
	writeCost = 30
	typesCost = 10
)

// compiled returns what has been compiled so far, to be used and added to.
func (l *laws) compiled() *compiled {
	if !l.hot.Load() {
		l.hot.Store(true)
	}
	for {
		if p := l.parts.Load(); p != nil {
			return p
		}
		l.parts.CompareAndSwap(nil, &compiled{})
	}
}

// lawCache is a clock over the laws that have compiled parts, like memoCache over memos. Whoever uses parts that are
// dropped meanwhile keeps them until done.
type lawCache struct {
	mu    sync.Mutex
	total int
	ring  []*laws // a queue: the hand takes from the front and puts the spared ones at the back
}

// add accounts for n more bytes of parts and lets others go if the budget is exceeded.
func (c *lawCache) add(l *laws, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if l.held == 0 {
		c.ring = append(c.ring, l)
	}
	l.held += n
	c.total += n
	for spared := len(c.ring); c.total > compiledBudget && len(c.ring) > 1; {
		front := c.ring[0]
		c.ring[0] = nil
		c.ring = c.ring[1:]
		if front == l || spared > 0 && front.hot.Swap(false) {
			c.ring = append(c.ring, front)
			spared--
			continue
		}
		front.parts.Store(nil)
		c.total -= front.held
		front.held = 0
	}
}
