// Package flowdiff compares internal/fair with upstream's priority and fairness, which it imports: what random requests are
// taken for by random configurations, the limits of the levels, and which request of random histories runs when.
//
//	go test ./test/flowdiff -seeds 2000 -first 1
package flowdiff

import (
	"flag"

	flowcontrolv1 "k8s.io/api/flowcontrol/v1"

	"gantry.dev/gantry/internal/api"
)

var (
	seeds = flag.Int("seeds", 60, "random configurations and histories to compare")
	first = flag.Uint64("first", 1, "the first seed")
)

// objects is the configuration of every cluster.
type objects struct {
	version uint64
	schemas []*flowcontrolv1.FlowSchema
	levels  []*flowcontrolv1.PriorityLevelConfiguration
}

func (o *objects) Version(api.Cluster) uint64 { return o.version }
func (o *objects) Objects(api.Cluster) ([]*flowcontrolv1.FlowSchema, []*flowcontrolv1.PriorityLevelConfiguration, uint64) {
	return o.schemas, o.levels, o.version
}
