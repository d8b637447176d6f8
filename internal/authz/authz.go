// Package authz decides who may do what in a cluster: RBAC with its bootstrap policy as a shared base layer, the node
// authorizer, the escalation and bind checks of RBAC writes, and the answers to access reviews.
//
// It is pure: the objects that it decides from come in through the Source port, and a decision depends on nothing
// else. It does not authenticate, knows no HTTP, and writes nothing. Its law is that of kube-apiserver with
// --authorization-mode=Node,RBAC.
package authz

import (
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
)

// Attributes say what a user wants to do.
type Attributes struct {
	User user.Info
	Verb string // get, list, create, ..., or a virtual verb such as bind, escalate, impersonate

	// Resource requests have Resource set; all others are judged by Path.
	Group       string
	Resource    string
	Subresource string
	Namespace   string // "" for cluster-scoped resources and for requests across all namespaces
	Name        string // "" where the request names no object
	// Fields are the requirements of the request's field selector. The node authorizer lets a node list its own pods.
	Fields fields.Requirements
	// Labels are those of its label selector: a node lists the volumes that lie on its own disk.
	Labels labels.Requirements

	// Path is the URL path of a request that is for no resource, for example /healthz.
	Path string
}

// Decision is the answer to "may they?". There is no deny rule in RBAC: what nobody allows is refused.
type Decision struct {
	Allowed bool
	// Reason says which binding allowed it, or what could not be looked up on the way to a refusal.
	Reason string
}

// Source is the port through which the objects of a cluster come in. What it returns is shared and immutable.
type Source interface {
	// Version changes whenever an RBAC object of the cluster does. It must be cheap: every decision asks for it.
	Version(c api.Cluster) uint64
	// Objects reads all RBAC objects of a cluster that are not in the base layer. The version that it returns is not
	// newer than the objects.
	Objects(c api.Cluster) (Objects, uint64)
	// Relations of the cluster, for the node authorizer.
	Relations(c api.Cluster) Relations
}

// maxPolicies bounds the compiled policies that are kept. A policy of an untouched tenant is a few hundred bytes; one
// that is dropped is compiled again at the next request.
const maxPolicies = 16384

// Authorizer answers for all clusters of a process. It is safe for concurrent use.
type Authorizer struct {
	src  Source
	base *Policy

	mu       sync.RWMutex
	policies map[api.Cluster]*compiled
}

type compiled struct {
	version uint64
	policy  *Policy
}

// New makes an authorizer. base is the bootstrap policy that every cluster has, see NewPolicy; it may be empty.
func New(src Source, base *Policy) *Authorizer {
	return &Authorizer{src: src, base: base, policies: map[api.Cluster]*compiled{}}
}

// Policy returns the compiled RBAC policy of a cluster.
func (a *Authorizer) Policy(c api.Cluster) *Policy {
	want := a.src.Version(c)
	a.mu.RLock()
	have := a.policies[c]
	a.mu.RUnlock()
	if have != nil && have.version == want {
		return have.policy
	}
	objects, version := a.src.Objects(c)
	next := &compiled{version: version, policy: NewPolicy(a.base, objects)}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.policies) >= maxPolicies {
		clear(a.policies)
	}
	a.policies[c] = next
	return next.policy
}

// Authorize decides. Members of system:masters may do everything, as upstream.
func (a *Authorizer) Authorize(c api.Cluster, at Attributes) Decision {
	if isMaster(at.User) {
		return Decision{Allowed: true}
	}
	var nodeReason string
	if name, ok := nodeName(at.User); ok {
		d := authorizeNode(name, at, a.src.Relations(c))
		if d.Allowed {
			return d
		}
		nodeReason = d.Reason
	}
	d := a.Policy(c).Authorize(at)
	if !d.Allowed && nodeReason != "" {
		d.Reason = joinReasons(nodeReason, d.Reason)
	}
	return d
}

func joinReasons(a, b string) string {
	if b == "" {
		return a
	}
	return a + ", " + b
}

func isMaster(u user.Info) bool { return slices.Contains(u.GetGroups(), user.SystemPrivilegedGroup) }
