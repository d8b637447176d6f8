// Package registry is the one write path of Gantry: whatever changes an object — an HTTP request, a controller's plan, a
// scheduler's binding, an agent's status — is defaulted, admitted, validated and committed here, by the same code for
// every cluster. It reads and writes the store, and knows neither HTTP nor who may do what (the API server decides that),
// except for the checks against escalation, which need the object and are called through a port.
//
// Every write is an attempt: a function that reads the newest state and prepares one store transaction with guards on
// all that it relied on. Attempts are committed together, and prepared again when something they relied on has changed.
package registry

import (
	"context"
	"fmt"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"

	"gantry.dev/gantry/internal/admit"
	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// Request says who asks for what.
type Request struct {
	Cluster     api.Cluster
	Kind        *schema.Kind
	Version     string // requested version of the group
	Namespace   string
	Name        string
	Subresource string
	// Verb is the request's verb in the words of authorization, where it is known: some strategies ask about it.
	Verb string
	User user.Info
	// FieldManager is the name under which managedFields are kept.
	FieldManager string
	// Trusted skips the checks against escalation: Gantry's own controllers and its bootstrap.
	Trusted bool
	// Fence adds read-only preconditions to the write.
	Fence []client.Fence
	// Asked are the options as the client wrote them: what webhooks see.
	Asked Asked
	// unversioned says that an update names no resourceVersion; unnamed that a delete is one of a collection.
	unversioned, unnamed bool
	// admitted says that admission has judged the request in another form: as a scale, as an eviction.
	admitted bool
	// mark is a condition that a deleted pod gets in the same write.
	mark *corev1.PodCondition
	// finalizer is put on or taken off an object of which the status is written or which is deleted.
	finalizer *client.Finalizer
}

// Asked are options of a write that the server otherwise completes or turns into something else.
type Asked struct{ FieldManager, FieldValidation string }

// Key is the store key that the request names.
func (q *Request) Key() api.Key {
	return api.Key{Resource: q.Kind.StoreAs, Cluster: q.Cluster, Namespace: q.Namespace, Name: q.Name}
}

func (q *Request) resource() kschema.GroupResource {
	return kschema.GroupResource{Group: q.Kind.Resource.Group, Resource: q.Kind.Resource.Name}
}

// WriteOptions are the options that all writes have in common.
type WriteOptions struct {
	DryRun          bool
	FieldValidation schema.FieldValidation
	// Again makes the object of a create or update anew, for an attempt after the first. Without it every attempt gets a
	// copy.
	Again func() (runtime.Object, error)
}

// objects gives each attempt of a write an object of its own.
func (o WriteOptions) objects(first runtime.Object) func() (runtime.Object, error) {
	if o.Again == nil {
		return func() (runtime.Object, error) { return first.DeepCopyObject(), nil }
	}
	return func() (runtime.Object, error) {
		if obj := first; obj != nil {
			first = nil
			return obj, nil
		}
		return o.Again()
	}
}

// Outcome of a write.
type Outcome struct {
	// Rec is what to serve: the record written, the unchanged one, or for a dry run one that was never stored.
	Rec *store.Record
	// Created says that the write made the object.
	Created bool
	// Fresh is the typed object whose encoding Rec holds, where the write made one: the caller's, for schema.Remember.
	Fresh runtime.Object
	// Deleted says that the object is gone; Rec is then its last state.
	Deleted bool
	// Rev is the revision of the write, zero if nothing was written.
	Rev      api.Revision
	Warnings []string
}

// Escalation is the port to RBAC's rules about writing RBAC objects: a user may only hand out what the user holds.
type Escalation interface {
	// Check refuses a write of a role or binding that would give away more than the user of the request has. obj is the
	// typed object to be written, old the typed object that it replaces or nil.
	Check(ctx context.Context, cluster api.Cluster, u user.Info, obj, old runtime.Object) error
}

// TokenIssuer is the port that signs service account tokens.
type TokenIssuer interface {
	// Issue fills in the status of the request for a service account, bound to the objects that the request names, whose
	// existence and UIDs the registry has checked.
	Issue(ctx context.Context, cluster api.Cluster, sa types.NamespacedName, uid types.UID, bound *Bound, tr *authenticationv1.TokenRequest) error
}

// Bound is the object that a token is bound to.
type Bound struct {
	Kind, Name string
	UID        types.UID
	// Node is set for a pod that is bound to a node.
	Node *Bound
}

// Config is what the registry needs from outside; all fields but Escalation, Tokens, Access and Webhooks are required.
type Config struct {
	Law   *schema.Schema
	Store store.Store
	// Clock, UID and Suffix are the sources of time, identity and chance. Suffix makes the random part of a generated name.
	Clock  client.Clock
	UID    func() types.UID
	Suffix func() string
	// ServiceCIDR is the range of cluster IPs, as "10.43.0.0/16", or two of different families with a comma. ServiceCIDR
	// objects add to it.
	ServiceCIDR string
	Escalation  Escalation
	Tokens      TokenIssuer
	// Access says whether a user may do something in a cluster, for rules that need more than the request's own
	// permission. Without it nobody but Gantry's own parts may.
	Access func(c api.Cluster, at authorizer.Attributes) (allowed bool, reason string)
	// Webhooks calls the webhooks that users configured. Without it, a webhook that matches cannot be called.
	Webhooks api.Poster
	// Admission says which admission plugins are on; the zero value is the default.
	Admission admit.Settings
}

// Registry is the write path. It is safe for concurrent use.
type Registry struct {
	Config
	services *serviceAllocator
	customs  customs
	bells    bells
	rules    *admit.Rules
	counters *schema.Counters
	groups   groups
	dynamic  *dynamic
}

// New checks the configuration and returns a Registry.
func New(c Config) (*Registry, error) {
	a, err := newServiceAllocator(c.ServiceCIDR, c.Law, c.Store, c.UID)
	if err != nil {
		return nil, err
	}
	c.Admission.Gate = c.Law.Enabled
	rules, err := admit.New(c.Admission)
	if err != nil {
		return nil, err
	}
	counters, err := schema.NewCounters(c.Clock)
	if err != nil {
		return nil, err
	}
	return &Registry{Config: c, services: a, rules: rules, counters: counters, dynamic: newDynamic()}, nil
}

// Ready reports whether writes can be taken.
func (r *Registry) Ready() error {
	if r.Store.Revision() == 0 {
		return fmt.Errorf("registry: the store has not been bootstrapped")
	}
	return nil
}

// context carries what upstream's strategies read from a context.
func (r *Registry) context(ctx context.Context, q *Request) context.Context {
	ctx = genericapirequest.WithNamespace(ctx, q.Namespace)
	if q.User != nil {
		ctx = genericapirequest.WithUser(ctx, q.User)
	}
	if q.Kind.AsksAuthority {
		ctx = schema.WithAuthority(ctx, authority{lookup{r, q.Cluster}, q})
	}
	return genericapirequest.WithRequestInfo(ctx, &genericapirequest.RequestInfo{
		IsResourceRequest: true, Verb: q.Verb,
		APIGroup: q.Kind.Resource.Group, APIVersion: q.Version, Resource: q.Kind.Resource.Name,
		Subresource: q.Subresource, Namespace: q.Namespace, Name: q.Name,
	})
}

// current reads the record that the request names; NotFound if there is none.
func (r *Registry) current(q *Request) (*store.Record, error) {
	rec := r.Store.Get(q.Key())
	if rec == nil {
		return nil, apierrors.NewNotFound(q.resource(), q.Name)
	}
	return rec, nil
}

func (r *Registry) now() time.Time { return r.Clock().UTC().Truncate(time.Second) }
