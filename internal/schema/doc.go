// Package schema is the law: the table of the kinds that Gantry serves and everything that upstream knows of them.
//
// It is the only package that imports k8s.io/kubernetes. For each kind it has the strategy (defaulting, validation),
// the codecs between the three forms of an object, the selectable fields, the table printer, the field manager, and
// its place in discovery and OpenAPI.
//
// An object has three forms. The stored form is what the store keeps: protobuf of the external object in the kind's
// storage version, without resourceVersion and without envelope. The typed form is the external Go type (k8s.io/api).
// The internal form is upstream's hub type, which only strategies and printers look at. What a client reads is made
// from the stored form by splicing the revision in; the other media type is made once, at its first reader, and kept
// in the record's Memo.
//
// The package reads nothing and writes nothing. Upstream's process-wide state (feature gates, capabilities
// with privileged pods allowed, the one scheme) is set in New, is the same for all clusters and never changes.
package schema
