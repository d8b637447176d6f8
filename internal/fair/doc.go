// Package fair decides whose request runs next. It has two storeys. A Gate shares the seats of the process max-min fairly
// between clusters; within a cluster, API priority and fairness (KEP-1040) decides: FlowSchemas put a request into a
// priority level and a flow, levels have limits and lend to each other, and within a level flows share by fair queuing
// with shuffle sharding, the algorithm of k8s.io/apiserver/pkg/util/flowcontrol. ADR 22 says how the two meet.
//
// It is pure: it starts nothing, waits for nothing and reads no clock. Times come in as arguments; the configuration
// comes in through the Source port; a ticket that has to wait carries a channel that is closed when its turn has come,
// and what waits is the caller.
package fair
