// Package dns serves the cluster's DNS on a node: the cluster domain and the reverse names of its addresses from an
// immutable zone (plan/dnsrecords) that is swapped atomically, everything else by asking the host's resolvers.
//
// It reads a resolv.conf and the network, writes only answers, and follows no API: whoever owns it hands in zones.
package dns

import (
	"log/slog"
	"time"
)

// Config describes one server.
type Config struct {
	// Addresses are "ip:port" pairs, each served over UDP and TCP: normally the node address with port 53.
	Addresses []string
	// ResolvConf is the file that names the upstream resolvers, "/etc/resolv.conf" if empty. A resolver that is one
	// of Addresses is left out, it would be a loop. The file is read again when it changes.
	ResolvConf string
	// Timeout bounds the wait for one upstream; two seconds if zero.
	Timeout time.Duration
	// Log must not be nil.
	Log *slog.Logger
}

const (
	// defaultTimeout leaves room for a second upstream within the five seconds after which resolvers ask again.
	defaultTimeout = 2 * time.Second
	// maxUDP is the largest UDP answer, which no network fragments (DNS flag day 2020).
	maxUDP = 1232
	// minUDP is what a client without EDNS takes.
	minUDP = 512
	// maxForwards bounds the questions under way to upstreams: each holds a descriptor. Beyond it SERVFAIL.
	maxForwards = 512
	// maxTCP bounds the TCP connections per address.
	maxTCP = 256
	// maxChain bounds CNAMEs followed for one answer.
	maxChain = 8
	// grace is the time that answers under way have when the server stops.
	grace = 2 * time.Second
)
