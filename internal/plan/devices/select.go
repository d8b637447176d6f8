package devices

import (
	"context"

	resourceapi "k8s.io/api/resource/v1"
	"k8s.io/dynamic-resource-allocation/cel"
)

// What classes select. Most select every device that their nodes have, those of the one driver there: once that is known of a slice, the
// search need not evaluate the expressions for each of its devices again.

// lister gives the search the classes, without the selectors of those that select all devices of the slices that are searched.
type lister struct {
	*World
	ctx    context.Context
	slices []*resourceapi.ResourceSlice
}

// Get is what the search asks for.
func (l *lister) Get(name string) (*resourceapi.DeviceClass, error) {
	c, err := l.World.Get(name)
	if err != nil || len(c.Spec.Selectors) == 0 {
		return c, err
	}
	for _, s := range l.slices {
		if !l.selectsAll(l.ctx, c, s) {
			return c, nil
		}
	}
	if l.bare[name] == nil {
		bare := *c
		bare.Spec.Selectors = nil
		l.bare[name] = &bare
	}
	return l.bare[name], nil
}

// selectsAll reports whether a class selects every device of a slice, without an error.
func (w *World) selectsAll(ctx context.Context, c *resourceapi.DeviceClass, s *resourceapi.ResourceSlice) bool {
	if len(s.Spec.Devices) == 0 {
		return true
	}
	known, what := w.selected[s], w.meanings[c.Name]
	if all, ok := known[what]; ok {
		return all
	}
	all := w.evaluate(ctx, c, s)
	if ctx.Err() != nil {
		return false // it was not found out
	}
	if known == nil {
		known = map[string]bool{}
		w.selected[s] = known
	}
	known[what] = all
	return all
}

func (w *World) evaluate(ctx context.Context, c *resourceapi.DeviceClass, s *resourceapi.ResourceSlice) bool {
	for i := range c.Spec.Selectors {
		sel := c.Spec.Selectors[i].CEL
		if sel == nil {
			return false // the search says what it thinks of it
		}
		expr := w.selectors.compiled().GetOrCompile(sel.Expression)
		if expr.Error != nil {
			return false
		}
		for k := range s.Spec.Devices {
			d := &s.Spec.Devices[k]
			ok, _, err := expr.DeviceMatches(ctx, cel.Device{Driver: s.Spec.Driver, AllowMultipleAllocations: d.AllowMultipleAllocations, Attributes: d.Attributes, Capacity: d.Capacity})
			if !ok || err != nil {
				return false
			}
		}
	}
	return true
}
