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
	// of Addresses is left out, it would be a loop.
	ResolvConf string
	// Timeout bounds the wait for one upstream; two seconds if zero.
	Timeout time.Duration
	Log     *slog.Logger
}
