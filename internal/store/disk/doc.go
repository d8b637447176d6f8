// Package disk is the default engine of package store: a log of entries on Pebble and an index in memory.
//
// The disk holds one log, ordered by revision, in which every body is written once; there is no second copy by key.
// Opening reads the log once and rebuilds what reads need: per (resource, cluster) a copy-on-write B-tree of the live
// records and a ring of recent events. Everything that a reader can see hangs off one immutable root, published by one
// atomic store after the sync that made it durable: readers take no lock and see every resource at the same revision.
//
// Writers hand transactions to a pipeline of two goroutines. The assembler checks guards against the newest state,
// which includes batches that are not durable yet, assigns revisions and fills a Pebble batch; the syncer makes the
// batch durable, publishes the root, wakes watchers and releases the results, in order.
//
// The package knows neither Kubernetes nor what a body means. It reads and writes one directory. See
// docs/adr/0002-store-log-structured.md for why it is made this way.
package disk
