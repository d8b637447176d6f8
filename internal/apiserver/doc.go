// Package apiserver is the HTTP door: it speaks the Kubernetes API to every client, decides who may pass, and hands out
// the stored bytes. It knows HTTP and nothing of Deployments: what a write means is the registry's affair.
//
// The chain is shallow, because deep handler chains cost stack growth: one function receives a request, finds out what
// it is (path.go), who sends it (authn.go), waits for its turn (flow.go), asks whether they may (authz.go), and calls the
// handler of the verb. GET, LIST and WATCH are answered from records without decoding them; a LIST is never built as a
// whole, and a WATCH is one goroutine, the request's own, that writes all that is due in one write.
//
// A request under /clusters/<name>/ is for that tenant, any other for the host cluster.
package apiserver
