package fairshare

import (
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan"
)

// maxDepth bounds the tree of quotas; parents that form a ring are cut where it is reached.
const maxDepth = 16

// Tree is who uses how much of what at one moment. It belongs to one goroutine and changes with Take.
type Tree struct {
	root   *node
	total  plan.Amounts
	quotas map[string]*node
	// byNamespace are the quotas of a namespace that pods can be in: those without children.
	byNamespace map[string][]*node
	loose       map[string]*node // namespaces without a quota
}

// node is a queue, or a group of them.
type node struct {
	name   string
	parent *node
	quota  *Quota // nil for the root and for namespaces
	used   plan.Amounts
	leaf   bool
}

// New makes the tree of these quotas over a cluster with so much in total. used tells what the pods of a leaf use.
func New(quotas []*Quota, total plan.Amounts, used func(leaf string) plan.Amounts) *Tree {
	t := &Tree{root: &node{used: plan.Amounts{}}, total: total, quotas: map[string]*node{}, byNamespace: map[string][]*node{}, loose: map[string]*node{}}
	for _, q := range quotas {
		t.quotas[q.Name] = &node{name: q.Name, quota: q, used: plan.Amounts{}, leaf: true}
	}
	names := slices.Sorted(maps.Keys(t.quotas))
	for _, name := range names {
		n := t.quotas[name]
		if p := t.quotas[n.quota.Parent]; p != nil && p != n {
			n.parent, p.leaf = p, false
		} else {
			n.parent = t.root
		}
	}
	for _, name := range names {
		if n := t.quotas[name]; n.depth() > maxDepth {
			n.parent = t.root
		}
	}
	for _, name := range names {
		if n := t.quotas[name]; n.leaf {
			ns := namespaceOf(name)
			t.byNamespace[ns] = append(t.byNamespace[ns], n)
			n.take(used(name), 1)
		}
	}
	return t
}

func namespaceOf(name string) string {
	for i := range name {
		if name[i] == '/' {
			return name[:i]
		}
	}
	return name
}

func (n *node) depth() (d int) {
	for ; n != nil && d <= maxDepth; n = n.parent {
		d++
	}
	return d
}

func (n *node) take(a plan.Amounts, sign int64) {
	for ; n != nil; n = n.parent {
		n.used.Add(a, sign)
	}
}

// QueueOf is the name of the queue that a pod is in: a quota, or its namespace.
func (t *Tree) QueueOf(p *corev1.Pod) string {
	list := t.byNamespace[p.Namespace]
	if len(list) == 0 {
		return p.Namespace
	}
	if want := p.Labels[Choice]; want != "" {
		for _, n := range list {
			if n.name == p.Namespace+"/"+want {
				return n.name
			}
		}
	}
	return list[0].name
}

// queue is the node of a queue. Namespaces without a quota hang below the root when somebody asks for them.
func (t *Tree) queue(name string, used func(string) plan.Amounts) *node {
	if n := t.quotas[name]; n != nil {
		return n
	}
	n := t.loose[name]
	if n == nil {
		n = &node{name: name, parent: t.root, used: plan.Amounts{}, leaf: true}
		if used != nil {
			n.take(used(name), 1)
		}
		t.loose[name] = n
	}
	return n
}

// Over says what bound a queue would break with so much more; "" if none.
func (t *Tree) Over(queue string, more plan.Amounts) string {
	for n := t.quotas[queue]; n != nil && n.quota != nil; n = n.parent {
		for _, r := range slices.Sorted(maps.Keys(n.quota.Max)) {
			if want := n.used[r] + more[r]; more[r] > 0 && want > n.quota.Max[r] {
				q, m := plan.Quantity(r, want), plan.Quantity(r, n.quota.Max[r])
				return fmt.Sprintf("elastic quota %s is exceeded: %s %s of at most %s", n.name, q.String(), r, m.String())
			}
		}
	}
	return ""
}

// Take counts so much more as used by a quota; Give takes it back.
func (t *Tree) Take(queue string, more plan.Amounts) { t.quotas[queue].take(more, 1) }

// Give is the opposite of Take.
func (t *Tree) Give(queue string, less plan.Amounts) { t.quotas[queue].take(less, -1) }

// Has reports whether a queue is a quota.
func (t *Tree) Has(queue string) bool { return t.quotas[queue] != nil }

// Used is what a quota uses with all that is below it.
func (t *Tree) Used(quota string) plan.Amounts {
	if n := t.quotas[quota]; n != nil {
		return n.used
	}
	return nil
}

// Below reports whether a quota is another one or lies below it.
func (t *Tree) Below(quota, other string) bool {
	for n := t.quotas[quota]; n != nil && n.quota != nil; n = n.parent {
		if n.name == other {
			return true
		}
	}
	return false
}

// Guaranteed reports whether so much more would still be within what a queue is guaranteed, at some level of its tree.
func (t *Tree) Guaranteed(queue string, more plan.Amounts) bool {
	for n := t.quotas[queue]; n != nil && n.quota != nil; n = n.parent {
		if n.within(more) {
			return true
		}
	}
	return false
}

// within reports whether a node with so much more uses no more than its minimum, of what the minimum names: at least one thing
// that is asked for.
func (n *node) within(more plan.Amounts) (ok bool) {
	for r, add := range more {
		least, named := n.quota.Min[r]
		if add == 0 || !named {
			continue
		}
		if n.used[r]+add > least {
			return false
		}
		ok = true
	}
	return ok
}

// borrows reports whether a node uses more than its minimum of something that a pod uses too. What the minimum does not name is
// borrowed, but for the number of pods.
func (n *node) borrows(of, given plan.Amounts) bool {
	for r, has := range of {
		least, named := n.quota.Min[r]
		if has > 0 && (named || r != corev1.ResourcePods) && n.used[r]-given[r] > least {
			return true
		}
	}
	return false
}
