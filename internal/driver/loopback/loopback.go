// Package loopback makes node ports answer on 127.0.0.1 by plain sockets: it listens on 127.0.0.1:<nodePort> and
// forwards bytes to the service's ClusterIP.
//
// It exists because packet rules cannot do this without net.ipv4.conf.*.route_localnet, which opens the loopback
// services of the host to the network. The listener also reserves the port, so that a clash with another program or
// another instance is seen. It does not choose endpoints: the rules behind the ClusterIP do.
package loopback
