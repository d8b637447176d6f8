package fair

import (
	"sync"

	"gantry.dev/gantry/internal/api"
)

// Watches counts the watches of a server, for the width of writes. It is safe for concurrent use.
type Watches struct {
	mu   sync.RWMutex
	kept map[watchedKind]*watched
}

type watchedKind struct {
	cluster         api.Cluster
	group, resource string
}

// watched are the watches of a resource in a cluster, by what they are for: the whole, a namespace, an object.
type watched struct {
	places map[place]int
}

// place is a namespace and a name; both may be empty.
type place struct{ namespace, name string }

// Add counts a watch, and Add with -1 forgets it.
func (w *Watches) Add(c api.Cluster, group, resource, namespace, name string, n int) {
	k, p := watchedKind{c, group, resource}, place{namespace, name}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.kept == nil {
		w.kept = map[watchedKind]*watched{}
	}
	of := w.kept[k]
	if of == nil {
		of = &watched{places: map[place]int{}}
		w.kept[k] = of
	}
	if of.places[p] += n; of.places[p] <= 0 {
		delete(of.places, p)
	}
	if len(of.places) == 0 {
		delete(w.kept, k)
	}
}

// Interested is how many watches may see what a write does: those of the resource, of its namespace, of the object.
// Selectors are not looked at.
func (w *Watches) Interested(c api.Cluster, group, resource, namespace, name string) int {
	w.mu.RLock()
	defer w.mu.RUnlock()
	of := w.kept[watchedKind{c, group, resource}]
	if of == nil {
		return 0
	}
	n := of.places[place{}]
	if namespace != "" {
		n += of.places[place{namespace: namespace}]
	}
	if name != "" {
		n += of.places[place{namespace, name}]
	}
	return n
}
