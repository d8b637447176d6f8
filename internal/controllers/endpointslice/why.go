package endpointslice

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/view"
)

// why tells what stands behind a Service.
func why(s *view.Snapshot, key api.Key, _ time.Time) string {
	svc, ok := view.Get[corev1.Service](s, key)
	switch {
	case !ok:
		return ""
	case svc.Spec.Type == corev1.ServiceTypeExternalName:
		return "an external name has no endpoints"
	case len(svc.Spec.Selector) == 0:
		return "without a selector its endpoints are its maker's own"
	}
	have, _ := mine(s, key, svc)
	all, ready := 0, 0
	for _, sl := range have {
		for i := range sl.Endpoints {
			all++
			if r := sl.Endpoints[i].Conditions.Ready; r != nil && *r {
				ready++
			}
		}
	}
	return fmt.Sprintf("%d endpoints in %d slices, %d ready", all, len(have), ready)
}
