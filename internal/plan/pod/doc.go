// Package pod decides what a node does for one pod: from its spec and all that was observed (sandbox, containers with
// their ends, image and probe results, volumes, failed attempts) and the time, Decide makes a Plan: the actions to carry
// out now, the complete PodStatus, the probes that should run, and when to ask again.
//
// It reads only its arguments and does nothing: internal/agent gathers the Input and carries out the Plan. Beside Decide
// there are the other pure pieces of a kubelet: quality of service and cgroup figures (resources.go), environment
// (env.go), resolv.conf and hosts files (netfiles.go), probe thresholds (probe.go), refusals (refuse.go).
//
// # Invariants
//
// Never: two instances of a container at once; a container beside or after init containers that are not done; a start in
// a pod that is being deleted or has ended; a phase that leaves Succeeded or Failed; a sandbox removed before the API
// knows how the pod ended, but for evicted pods, whose end may have to make room for the API's own writing. Finally: a pod that is left alone reaches what its spec says, a deleted one leaves nothing.
//
// # Memory
//
// The Input's Was is the status as decided last, at first that of the API: what a container that is gone had been comes
// from there. Back-off and attempts live in the labels of containers, so that a restarted agent decides the same.
package pod
