package devices

import (
	"context"
	"iter"
	"slices"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
)

// The shortlist: upstream's search gathers all pools that it is given for each question, and goes on through all of them where a constraint
// has it try other pairs. So it is given only those that can matter, by what its own answers about single pools say (survey.go).
//
// Why the answer is the same. The search tries pools in the order of their names and takes the first device that passes. What it checks gets
// harder to pass the more is taken, so a pool that has nothing for a part by itself never has: leaving it out changes nothing. Where there
// are n devices to be had, each taken from one pool, one of the first n pools that are useful for a part has not been taken from when the
// search comes to that part, and is as useful as it was by itself: no part is ever without, the search never goes back, and it never
// comes to the pools behind those n. Where some part has fewer, or a constraint ties parts together, all useful pools are given to it.
// Devices of one claim that have to agree in a value which no two pools share come from one pool: they are one part.

// few pools are all given to the search: to choose would cost as much.
const few = 8

// part is what one pool gives or does not.
type part struct {
	claim   *resourceapi.ResourceClaim // which asks for this alone
	request int                        // parts of the same request are alternatives
}

// asks are the parts of what claims ask for.
type asks struct {
	parts    []part
	requests int
	devices  int  // at most, each from one pool
	tied     bool // parts cannot be had each for itself
}

// shortlist are the slices that a search for claims on a node has to be given. An error is that of the context.
func (w *World) shortlist(ctx context.Context, node *corev1.Node, claims []*resourceapi.ResourceClaim) ([]*resourceapi.ResourceSlice, error) {
	r := w.reach()
	if r.broken || len(r.pools) <= few {
		return w.reachable(node.Name), nil
	}
	alone := w.local[node.Name] == nil
	asked, ok := w.asks(claims, alone)
	if !ok {
		return w.reachable(node.Name), nil
	}
	picked := make(survey, len(r.pools))
	scarce, hopeless, err := w.pick(ctx, node, asked, picked, asked.tied)
	if err == nil && scarce && !hopeless && !asked.tied {
		_, _, err = w.pick(ctx, node, asked, picked, true)
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return w.reachable(node.Name), nil // it is for the search to say whether it comes to that
	}
	var out []*resourceapi.ResourceSlice
	for i, v := range picked {
		if v == invalid || v == useful && !hopeless {
			out = append(out, r.pools[i].list...)
		}
	}
	return w.withLocal(out, node.Name), nil
}

// pick tours the pools for all parts. scarce says that for some part there are not as many as are certainly enough; hopeless, that there
// is none for a request.
func (w *World) pick(ctx context.Context, node *corev1.Node, a *asks, picked survey, all bool) (scarce, hopeless bool, err error) {
	alone, hope := w.local[node.Name] == nil, make([]bool, a.requests)
	for i := range a.parts {
		p := &a.parts[i]
		sure, maybe, err := w.tour(ctx, node, p.claim, picked, a.devices, all)
		if err != nil {
			return false, false, err
		}
		some := sure+maybe > 0 || !alone // the node's own pools are not asked about
		hope[p.request] = hope[p.request] || some
		scarce = scarce || some && sure < a.devices
	}
	return scarce, slices.Contains(hope, false), nil
}

// asks takes claims apart; not ok are those that need all devices that there are.
func (w *World) asks(claims []*resourceapi.ResourceClaim, alone bool) (a *asks, ok bool) {
	a = &asks{}
	for _, c := range claims {
		d := &c.Spec.Devices
		if alone && w.together(d) {
			only := &resourceapi.ResourceClaim{Spec: resourceapi.ResourceClaimSpec{Devices: resourceapi.DeviceClaim{Requests: d.Requests, Constraints: d.Constraints}}}
			a.add(only, 1)
			a.requests++
			continue
		}
		a.tied = a.tied || len(d.Constraints) > 0
		most := int64(0)
		for i := range d.Requests {
			n := int64(0)
			for e := range alternatives(&d.Requests[i]) {
				if e.AllocationMode != resourceapi.DeviceAllocationModeExactCount {
					return nil, false
				}
				n = max(n, e.Count)
				one := e
				one.Count = 1
				a.add(&resourceapi.ResourceClaim{Spec: resourceapi.ResourceClaimSpec{Devices: resourceapi.DeviceClaim{
					Requests: []resourceapi.DeviceRequest{{Name: "one", Exactly: &one}}}}}, e.Count)
			}
			a.requests++
			most += n
		}
		a.tied = a.tied || most > resourceapi.AllocationResultsMaxSize // which of the alternatives are taken is another question then
	}
	return a, true
}

func (a *asks) add(c *resourceapi.ResourceClaim, devices int64) {
	a.parts = append(a.parts, part{c, a.requests})
	a.devices += int(min(devices, resourceapi.AllocationResultsMaxSize))
}

// alternatives ranges over what would do for a request.
func alternatives(r *resourceapi.DeviceRequest) iter.Seq[resourceapi.ExactDeviceRequest] {
	return func(yield func(resourceapi.ExactDeviceRequest) bool) {
		if r.Exactly != nil {
			yield(*r.Exactly)
			return
		}
		for i := range r.FirstAvailable {
			s := &r.FirstAvailable[i]
			if !yield(resourceapi.ExactDeviceRequest{DeviceClassName: s.DeviceClassName, Selectors: s.Selectors, AllocationMode: s.AllocationMode, Count: s.Count,
				Tolerations: s.Tolerations, Capacity: s.Capacity}) {
				return
			}
		}
	}
}

// together reports whether all devices that a claim asks for have to come from one pool, and only the pool matters for whether they do: they
// have to agree in an attribute of which no two shared pools have the same value, and none has alternatives.
func (w *World) together(d *resourceapi.DeviceClaim) bool {
	for i := range d.Requests {
		if e := d.Requests[i].Exactly; e == nil || e.AllocationMode != resourceapi.DeviceAllocationModeExactCount {
			return false
		}
	}
	return slices.ContainsFunc(d.Constraints, func(c resourceapi.DeviceConstraint) bool {
		if c.MatchAttribute == nil {
			return false
		}
		for i := range d.Requests {
			if len(c.Requests) > 0 && !slices.Contains(c.Requests, d.Requests[i].Name) {
				return false
			}
		}
		return w.reach().apart(*c.MatchAttribute)
	})
}
