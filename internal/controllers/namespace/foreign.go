package namespace

import (
	"fmt"
	"slices"
	"strings"
	"time"

	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

const (
	// usualPort is that of a server whose APIService names none.
	usualPort = 443
	// asking is how soon it is looked again what extension servers have done.
	asking = time.Second
)

// Foreign deletes what an extension server has in a namespace. It answers at once with what the last try has left, by
// resource and by finalizer, and starts the next; known is false until the first has ended.
type Foreign func(c api.Cluster, to api.Webhook, group, version, namespace string) (objects map[api.Resource]int, finalizers map[string]int, err error, known bool) //nolint:revive // the outcome is an error as a value

// abroad is what is known about the extension servers of a namespace that ends.
type abroad struct {
	// away are the groups and versions whose servers do not answer, failed what else went wrong.
	away, failed []string
	// pending says that some have not answered yet.
	pending bool
}

// done says that nothing abroad keeps the namespace.
func (a *abroad) done() bool { return !a.pending && len(a.away) == 0 && len(a.failed) == 0 }

// sweepAbroad has extension servers delete what they have, and adds to left what remains there. A server that is away
// holds the namespace, as upstream: nobody knows what it has.
func sweepAbroad(p *reconcile.Plan, s *view.Snapshot, key api.Key, left *remains, clear Foreign, now time.Time) (a abroad) {
	if clear == nil {
		return a
	}
	scope := api.Scope{Resource: api.Resource{Group: apiregistrationv1.GroupName, Name: "apiservices"}, Cluster: key.Cluster}
	for svc := range view.List[apiregistrationv1.APIService](s, scope) {
		ref := svc.Spec.Service
		if ref == nil || svc.DeletionTimestamp != nil {
			continue
		}
		gv := svc.Spec.Group + "/" + svc.Spec.Version
		if !available(svc) {
			a.away = append(a.away, gv)
			continue
		}
		to := api.Webhook{Namespace: ref.Namespace, Name: ref.Name, Port: usualPort, CABundle: svc.Spec.CABundle, Insecure: svc.Spec.InsecureSkipTLSVerify}
		if ref.Port != nil {
			to.Port = *ref.Port
		}
		objects, finalizers, err, known := clear(key.Cluster, to, svc.Spec.Group, svc.Spec.Version, key.Name)
		switch {
		case !known:
			a.pending = true
		case err != nil:
			a.failed = append(a.failed, err.Error())
		}
		for r, n := range objects {
			left.total += n
			left.count[r] += n
		}
		for f, n := range finalizers {
			left.finalizers[f] += n
		}
	}
	slices.Sort(a.away)
	if !a.done() || left.total > 0 {
		p.Again = now.Add(asking)
	}
	return a
}

func available(svc *apiregistrationv1.APIService) bool {
	return slices.ContainsFunc(svc.Status.Conditions, func(c apiregistrationv1.APIServiceCondition) bool {
		return c.Type == apiregistrationv1.Available && c.Status == apiregistrationv1.ConditionTrue
	})
}

// discovery words, as upstream, that groups could not be discovered.
func (a *abroad) discovery() string {
	texts := make([]string, len(a.away))
	for i, gv := range a.away {
		texts[i] = gv + ": stale GroupVersion discovery: " + gv
	}
	return fmt.Sprintf("Discovery failed for some groups, %d failing: unable to retrieve the complete list of server APIs: %s", len(a.away), strings.Join(texts, ", "))
}
