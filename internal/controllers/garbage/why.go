package garbage

import (
	"fmt"
	"strings"
	"time"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/view"
)

// namedBlockers bounds the dependents that an explanation names.
const namedBlockers = 5

// why tells what an object waits for that is being deleted, and whose deletion would take it along.
func (c collector) why(s *view.Snapshot, key api.Key, _ time.Time) string {
	rec := s.Record(key)
	if rec == nil {
		return ""
	}
	m := s.Meta(rec)
	if foreground(m) {
		var names []string
		n := 0
		for dep := range s.Dependents(key.Cluster, string(m.UID)) {
			for _, r := range s.Meta(dep).Owners {
				if r.UID != m.UID || !blocks(r) {
					continue
				}
				if n++; n <= namedBlockers {
					names = append(names, dep.Key.Resource.Name+" "+dep.Key.Name)
				}
			}
		}
		if n > 0 {
			return fmt.Sprintf("is deleted when %d dependents are gone, of them %s", n, strings.Join(names, ", "))
		}
	}
	var owners []string
	for _, r := range m.Owners {
		owners = append(owners, r.Kind+" "+r.Name)
	}
	if len(owners) == 0 {
		return ""
	}
	return "goes when none of its owners is left: " + strings.Join(owners, ", ")
}
