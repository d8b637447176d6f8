// Package agent is the node: it runs the pods that the API has bound to its machine and reports what they do. It is the
// hands around plan/pod: observe → decide → do steps, each safe to repeat, so that it may be killed at any moment and
// the next agent goes on from what it finds.
//
// It reads pods, services, endpoint slices, config maps, secrets and its own node through client.Interface, and the
// machine through the drivers; it writes pod status, the Node and its Lease, events, final pod deletions, and through
// the drivers everything that a pod needs on the machine. It decides nothing that a pure package can decide: plan/pod
// for pods, plan/dataplane for packet rules, plan/dnsrecords for names, plan/ipam for addresses.
//
// # Life of a pod here
//
// A watch tells of the pod. Its key enters a queue that a few workers empty; one pod is in one worker's hands at a time.
// A worker gathers what is known (containers, sandbox, images, probes, volumes), asks plan/pod.Decide, hands the status
// to the status writer, carries out the actions, and looks again until nothing is left to do or something has to be
// waited for. What takes long (pulls, hooks, probes) runs beside the worker and queues the pod when it is done.
//
// # What survives
//
// Nothing is kept in a file of the agent's own. Sandboxes and containers carry labels (labels.go) from which the
// pod's address, attempts and back-off are read back; volumes and log directories are named after the pod's UID.
package agent
