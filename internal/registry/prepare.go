package registry

import (
	"sync"

	kschema "k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

// prepareWidth is how many writes of one call are prepared at the same time where webhooks may be asked about them: the
// thousand pods of a plan must not wait for one slow server one after the other, nor call it all at once.
const prepareWidth = 16

// width of writes of a resource in a cluster. Without webhooks preparing is pure computation, and the caller's goroutine
// does it best.
func (r *Registry) width(c api.Cluster, res kschema.GroupResource) int {
	if b, err := r.rulebook(c); err == nil && b != nil && b.mayCall(res) {
		return prepareWidth
	}
	return 1
}

// MayWait implements client.Waiter.
func (c *inProcess) MayWait(key api.Key) bool {
	return c.r.width(key.Cluster, groupResource(key.Resource)) > 1
}

// widthOf is the largest width of the writes.
func (r *Registry) widthOf(writes []client.Write) int {
	type where struct {
		c   api.Cluster
		res api.Resource
	}
	var last where
	for i := range writes {
		w := where{writes[i].Key.Cluster, writes[i].Key.Resource}
		if i > 0 && w == last {
			continue
		}
		if n := r.width(w.c, groupResource(w.res)); n > 1 {
			return n
		}
		last = w
	}
	return 1
}

type prepared struct {
	p   *pending
	err error
}

// prepare runs the attempts that todo names. They read the store and none writes it, so that their order does not matter.
func (r *Registry) prepare(width int, todo []int, attempts []attempt) []prepared {
	out := make([]prepared, len(todo))
	if width = min(width, len(todo)); width <= 1 {
		for n, i := range todo {
			out[n].p, out[n].err = r.guarded(attempts[i])
		}
		return out
	}
	var wg sync.WaitGroup
	next := make(chan int, len(todo))
	for n := range todo {
		next <- n
	}
	close(next)
	for range width {
		wg.Go(func() {
			for n := range next {
				out[n].p, out[n].err = r.guarded(attempts[todo[n]])
			}
		})
	}
	wg.Wait()
	return out
}
