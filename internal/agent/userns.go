package agent

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/driver/container"
)

// defaultIDsPerPod is what programs expect to have, kubelet's default.
const defaultIDsPerPod = 1 << 16

// errNoIDs says that all ranges are taken: there are 65,535 of them.
var errNoIDs = errors.New("no range of user and group ids is free for another pod with hostUsers: false")

// idRanges gives each pod with a user namespace a range of the host's ids that no other has. The first range is the host's own.
type idRanges struct {
	size uint32
	// next is where the search begins: two instances on one machine begin at different places.
	next uint32

	mu   sync.Mutex
	held map[types.UID]container.IDMap
}

func newIDRanges(instance string, size int64) *idRanges {
	r := &idRanges{size: defaultIDsPerPod, held: map[types.UID]container.IDMap{}}
	if size > 0 {
		r.size = uint32(size)
	}
	h := fnv.New32a()
	h.Write([]byte(instance))
	r.next = h.Sum32()
	return r
}

// take is the range of a pod, a new one if it has none.
func (r *idRanges) take(uid types.UID) (container.IDMap, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m, ok := r.held[uid]; ok {
		return m, nil
	}
	// The last range would end with the id that stands for none.
	n := uint32(1<<32/uint64(r.size)) - 2
	for range n {
		m := container.IDMap{HostID: (1 + r.next%n) * r.size, Size: r.size}
		r.next++
		if !r.overlaps(m) {
			r.held[uid] = m
			return m, nil
		}
	}
	return container.IDMap{}, errNoIDs
}

func (r *idRanges) overlaps(m container.IDMap) bool {
	for _, o := range r.held {
		if uint64(m.HostID) < uint64(o.HostID)+uint64(o.Size) && uint64(o.HostID) < uint64(m.HostID)+uint64(m.Size) {
			return true
		}
	}
	return false
}

// hold notes the range of a pod that was found.
func (r *idRanges) hold(uid types.UID, m container.IDMap) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held[uid] = m
}

func (r *idRanges) free(uid types.UID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.held, uid)
}

// ownUsers says whether a pod has a user namespace.
func ownUsers(p *corev1.Pod) bool { return p.Spec.HostUsers != nil && !*p.Spec.HostUsers }

// userNamespace makes the user namespace of a pod, with the network namespace that belongs to it.
func (a *Agent) userNamespace(ctx context.Context, ps *podState, name, handler string) (*container.IDMap, error) {
	if handler != "" {
		return nil, fmt.Errorf("spec.hostUsers: false (user namespaces) is not supported by runtime handler %q", handler)
	}
	rt, ok := a.cfg.Containers.(countedRuntime).Runtime.(container.UserNamespaces)
	if !ok {
		return nil, errors.New("spec.hostUsers: false (user namespaces) is not supported by this runtime")
	}
	ids, err := a.ids.take(ps.uid)
	if err != nil {
		return nil, err
	}
	if err := rt.CreateUserNS(ctx, name, ids); err != nil && !errors.Is(err, container.ErrExists) {
		return nil, fmt.Errorf("failed to make the user namespace: %w", err)
	}
	return &ids, nil
}
