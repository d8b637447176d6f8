// Package dnsrecords decides what the cluster's DNS answers: from Services and EndpointSlices it makes an immutable Zone,
// and for a question to that zone the answer, as records. It follows the Kubernetes DNS specification 1.1.0. It has no
// sockets and forwards nothing (internal/dns does).
//
// A zone holds the objects, not the records: those are made when somebody asks, so a change of a Service costs the change
// of a few index entries, however many endpoints there are.
package dnsrecords

import (
	"net/netip"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// Input is everything that the zone depends on. The objects are shared with others and are not changed.
type Input struct {
	// Domain is the cluster domain, "cluster.local" if empty.
	Domain   string
	Services []*corev1.Service
	Slices   []*discoveryv1.EndpointSlice
	// Ranges are the cluster's pod and service ranges. Reverse names in them are ours, also where nobody has the
	// address; pod names (a-b-c-d.ns.pod) answer for addresses in them, whether or not a pod has it, as CoreDNS does
	// with "pods insecure".
	Ranges []netip.Prefix
	// Serial goes into the SOA record; the low bits of the store's revision are a good one.
	Serial uint32
}

const (
	// defaultDomain is what kubelets and clients take for granted.
	defaultDomain = "cluster.local"
	// ttl of all answers in seconds, negative ones too: names change with every rollout.
	ttl = 5
	// specVersion is the version of the specification that is answered, as dns-version.<domain> TXT.
	specVersion = "1.1.0"
)
