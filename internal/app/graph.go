package app

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// graph prints who reads and who writes what, by the controllers' own declarations; the runner has refused to start with
// two that declare the same write.
func (s *Server) graph() string {
	ctls := s.controllers()
	slices.SortFunc(ctls, func(a, b reconcile.Controller) int { return strings.Compare(a.Name, b.Name) })
	var b strings.Builder
	readers := map[string][]string{}
	for _, c := range ctls {
		var reads []string
		for r := range c.Watches {
			name := r.String()
			if r == view.Custom {
				name = "(all custom kinds)"
			}
			reads = append(reads, name)
			readers[name] = append(readers[name], c.Name)
		}
		slices.Sort(reads)
		fmt.Fprintf(&b, "%s\n  woken by  %s\n  writes    %s\n", c.Name, strings.Join(reads, ", "), strings.Join(c.Writes, ", "))
	}
	b.WriteString("\nby resource\n")
	for _, r := range slices.Sorted(maps.Keys(readers)) {
		fmt.Fprintf(&b, "  %s wakes %s\n", r, strings.Join(readers[r], ", "))
	}
	return b.String()
}
