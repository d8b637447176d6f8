// Package dnsrecords decides what the cluster's DNS answers: from Services, EndpointSlices and pods it makes an immutable
// Zone, and for a question to that zone the answer, as records. It follows the Kubernetes DNS specification 1.1.0. It
// has no sockets and forwards nothing (internal/dns does).
package dnsrecords

import (
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// Input is everything that the zone depends on. The objects are shared with others and are not changed.
type Input struct {
	// Domain is the cluster domain, "cluster.local" if empty.
	Domain   string
	Services []*corev1.Service
	Slices   []*discoveryv1.EndpointSlice
	// Serial goes into the SOA record; the store's revision is a good one.
	Serial uint32
}
