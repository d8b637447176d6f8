package registry

import (
	"context"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/authorization/authorizer"

	"gantry.dev/gantry/internal/api"
)

// authority answers the questions of strategies for one request: it is schema.Authority.
type authority struct {
	lookup
	q *Request
}

// Authorize says whether the user of at may do it in the request's cluster. Gantry's own parts may; without a port
// nobody else may.
func (a authority) Authorize(_ context.Context, at authorizer.Attributes) (authorizer.Decision, string, error) {
	if a.q.Trusted {
		return authorizer.DecisionAllow, "", nil
	}
	if a.r.Access == nil {
		return authorizer.DecisionNoOpinion, "nobody was named who knows", nil
	}
	if ok, reason := a.r.Access(a.q.Cluster, at); !ok {
		return authorizer.DecisionNoOpinion, reason, nil
	}
	return authorizer.DecisionAllow, "", nil
}

// Object reads a typed object of the request's cluster; it is shared. Nil if there is none.
func (a authority) Object(res api.Resource, namespace, name string) runtime.Object {
	return a.get(res, namespace, name)
}
