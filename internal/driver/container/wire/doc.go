// Package wire is what the agent's client and the supervisors say to each other: the container types and the frames on
// a unix socket. It reads and writes only the connection it is given. It imports the standard library alone, because the
// supervisor is a Go module of its own and must stay small.
//
// A connection carries one call: a Request frame with the descriptors it names, then one Response frame. Three
// calls go on: events sends a Response per ended container, exec and attach send a second Response when the process
// has ended, and take the closing of the connection as "the client is gone".
package wire
