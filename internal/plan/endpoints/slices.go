package endpoints

import (
	"cmp"
	"encoding/binary"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"

	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// PerSlice bounds the endpoints of one slice: it is what a change of one endpoint costs every node. Upstream's figure.
const PerSlice = 100

// Changes are what has to happen to the slices of a Service.
type Changes struct {
	Create []*discoveryv1.EndpointSlice // without names
	Update []*discoveryv1.EndpointSlice
	Delete []*discoveryv1.EndpointSlice
}

// Want describes the slices of one Service and family.
type Want struct {
	Family   discoveryv1.AddressType
	Labels   map[string]string
	Backends []Backend
}

// Pack fits the backends into the slices that there are with as few writes as possible: an endpoint stays where it is,
// freed places are filled first, then slices that are changed anyway, then new ones. Slices that end up empty go, but
// for one per Service and family, so that "no endpoints" is a statement.
func Pack(w Want, have []*discoveryv1.EndpointSlice) Changes {
	var ch Changes
	groups := map[string][]Backend{}
	for _, b := range w.Backends {
		k := portsKey(b.Ports)
		groups[k] = append(groups[k], b)
	}
	if len(groups) == 0 {
		groups[portsKey(nil)] = nil // the placeholder
	}
	byPorts := map[string][]*discoveryv1.EndpointSlice{}
	for _, s := range have {
		k := portsKey(s.Ports)
		if _, wanted := groups[k]; !wanted || s.DeletionTimestamp != nil {
			if s.DeletionTimestamp == nil {
				ch.Delete = append(ch.Delete, s)
			}
			continue
		}
		byPorts[k] = append(byPorts[k], s)
	}
	for _, k := range slices.Sorted(maps.Keys(groups)) {
		packGroup(&ch, w, groups[k], byPorts[k])
	}
	ch.reuse()
	return ch
}

// reuse turns pairs of a new slice and one to delete into updates, as upstream does: watchers see one change, not two.
func (ch *Changes) reuse() {
	for len(ch.Create) > 0 && len(ch.Delete) > 0 {
		s, last := ch.Delete[0].DeepCopy(), len(ch.Create)-1
		s.Endpoints, s.Ports, s.Labels = ch.Create[last].Endpoints, ch.Create[last].Ports, ch.Create[last].Labels
		ch.Update = append(ch.Update, s)
		ch.Create, ch.Delete = ch.Create[:last], ch.Delete[1:]
	}
}

// draft is a slice being changed.
type draft struct {
	old     *discoveryv1.EndpointSlice // nil for a new one
	eps     []discoveryv1.Endpoint
	changed bool
}

func packGroup(ch *Changes, w Want, backends []Backend, have []*discoveryv1.EndpointSlice) {
	want := make(map[types.UID]*Backend, len(backends))
	var ports []discoveryv1.EndpointPort
	for i := range backends {
		want[backends[i].Pod.UID] = &backends[i]
		ports = backends[i].Ports
	}
	var drafts []*draft
	for _, s := range have {
		d := &draft{old: s}
		for _, e := range s.Endpoints {
			b := (*Backend)(nil)
			if e.TargetRef != nil {
				b = want[e.TargetRef.UID]
			}
			if b == nil {
				d.changed = true
				continue
			}
			delete(want, b.Pod.UID)
			if !equality.Semantic.DeepEqual(e, b.Endpoint) {
				d.changed = true
			}
			d.eps = append(d.eps, b.Endpoint)
		}
		if !maps.Equal(s.Labels, w.Labels) {
			d.changed = true
		}
		drafts = append(drafts, d)
	}
	fresh := make([]*Backend, 0, len(want))
	for i := range backends { // in the order given, so that the result is a function of the input
		if b := want[backends[i].Pod.UID]; b != nil {
			fresh = append(fresh, b)
		}
	}
	slices.SortStableFunc(fresh, func(a, b *Backend) int { return cmp.Compare(a.Pod.Name, b.Pod.Name) })
	drafts = place(drafts, fresh)
	if len(drafts) == 0 && len(backends) == 0 {
		drafts = append(drafts, &draft{changed: true})
	}
	for i, d := range drafts {
		switch {
		case len(d.eps) == 0 && d.old != nil && (len(backends) > 0 || i > 0):
			ch.Delete = append(ch.Delete, d.old)
		case d.old == nil:
			s := &discoveryv1.EndpointSlice{AddressType: w.Family, Endpoints: d.eps, Ports: ports}
			s.Labels = maps.Clone(w.Labels)
			ch.Create = append(ch.Create, s)
		case d.changed:
			s := d.old.DeepCopy()
			s.Endpoints, s.Labels = d.eps, maps.Clone(w.Labels)
			ch.Update = append(ch.Update, s)
		}
	}
}

// place puts fresh endpoints into slices that are changed anyway, then into the fullest others, then into new ones.
func place(drafts []*draft, fresh []*Backend) []*draft {
	order := slices.Clone(drafts)
	slices.SortStableFunc(order, func(a, b *draft) int {
		if a.changed != b.changed {
			if a.changed {
				return -1
			}
			return 1
		}
		return cmp.Compare(len(b.eps), len(a.eps))
	})
	for _, b := range fresh {
		var into *draft
		for _, d := range order {
			if len(d.eps) < PerSlice {
				into = d
				break
			}
		}
		if into == nil {
			into = &draft{}
			drafts, order = append(drafts, into), append(order, into)
		}
		into.eps = append(into.eps, b.Endpoint)
		into.changed = true
	}
	return drafts
}

// portsKey is equal for slices with the same ports.
func portsKey(ports []discoveryv1.EndpointPort) string {
	var b []byte
	for _, p := range ports {
		for _, s := range []string{deref(p.Name), string(deref(p.Protocol)), deref(p.AppProtocol)} {
			b = append(append(b, s...), 0)
		}
		b = binary.BigEndian.AppendUint32(b, uint32(deref(p.Port)))
	}
	return string(b)
}

func deref[T any](p *T) T {
	var zero T
	if p == nil {
		return zero
	}
	return *p
}

// SliceName returns the n-th candidate for the name of a new slice: upstream's shape, but a function of its owner, a Service or
// an Endpoints object.
func SliceName(owner metav1.Object, n int) string {
	h := fnv.New64a()
	h.Write([]byte(string(owner.GetUID()) + "/" + strconv.Itoa(n)))
	const alphabet = "bcdfghjklmnpqrstvwxz2456789"
	sum := h.Sum64()
	sum ^= sum >> 32
	name := []byte(owner.GetName() + "-")
	for range 5 {
		name = append(name, alphabet[sum%uint64(len(alphabet))])
		sum /= uint64(len(alphabet))
	}
	return string(name)
}
