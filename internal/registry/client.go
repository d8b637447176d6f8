package registry

import (
	"context"
	"fmt"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// Client returns the in-process implementation of the API for one of Gantry's own parts. Its writes are trusted: the part
// is not asked for its RBAC permissions. manager is its name in managedFields.
func (r *Registry) Client(u user.Info, manager string) client.Interface {
	return &inProcess{r: r, user: u, manager: manager}
}

type inProcess struct {
	r       *Registry
	user    user.Info
	manager string
}

var _ client.Interface = (*inProcess)(nil)

func (c *inProcess) request(ctx context.Context, key api.Key) (Request, error) {
	k, err := c.r.KindOf(ctx, key.Cluster, key.Resource)
	if err != nil {
		return Request{}, err
	}
	return Request{Cluster: key.Cluster, Kind: k, Version: k.Versions[0], Namespace: key.Namespace, Name: key.Name,
		User: c.user, FieldManager: c.manager, Trusted: true}, nil
}

// Get implements client.Interface.
func (c *inProcess) Get(ctx context.Context, key api.Key) (runtime.Object, error) {
	q, err := c.request(ctx, key)
	if err != nil {
		return nil, err
	}
	rec, err := c.r.current(&q)
	if err != nil {
		return nil, err
	}
	return c.r.Law.Typed(q.Kind, rec)
}

func (c *inProcess) listOptions(k *schema.Kind, o client.ListOptions) (ListOptions, error) {
	var out ListOptions
	var err error
	if o.LabelSelector != "" {
		if out.Labels, err = labels.Parse(o.LabelSelector); err != nil {
			return out, apierrors.NewBadRequest(fmt.Sprintf("label selector %q: %v", o.LabelSelector, err))
		}
	}
	if o.FieldSelector != "" {
		if out.Fields, err = k.FieldSelector(o.FieldSelector); err != nil {
			return out, err
		}
	}
	return out, nil
}

// List implements client.Interface.
func (c *inProcess) List(ctx context.Context, scope api.Scope, o client.ListOptions) ([]runtime.Object, api.Revision, error) {
	k, err := c.r.KindOf(ctx, scope.Cluster, scope.Resource)
	if err != nil {
		return nil, 0, err
	}
	lo, err := c.listOptions(k, o)
	if err != nil {
		return nil, 0, err
	}
	page, err := c.r.listFiltered(store.Range{Scope: api.Scope{Resource: k.StoreAs, Cluster: scope.Cluster, Namespace: scope.Namespace}}, newFilter(c.r.Law, k, lo), 0)
	if err != nil {
		return nil, 0, err
	}
	out := make([]runtime.Object, len(page.Records))
	for i, rec := range page.Records {
		if out[i], err = c.r.Law.Typed(k, rec); err != nil {
			return nil, 0, apierrors.NewInternalError(err)
		}
	}
	return out, page.Rev, nil
}

// Watch implements client.Interface.
func (c *inProcess) Watch(ctx context.Context, scope api.Scope, from api.Revision, o client.ListOptions) (client.Watch, error) {
	q, err := c.request(ctx, api.Key{Resource: scope.Resource, Cluster: scope.Cluster, Namespace: scope.Namespace})
	if err != nil {
		return nil, err
	}
	lo, err := c.listOptions(q.Kind, o)
	if err != nil {
		return nil, err
	}
	lo.ResourceVersion = FormatRevision(from)
	w, err := c.r.Watch(ctx, q, lo)
	if err != nil {
		return nil, err
	}
	return &typedWatch{w: w, law: c.r.Law, kind: q.Kind}, nil
}

type typedWatch struct {
	w    *Watch
	law  *schema.Schema
	kind *schema.Kind
}

func (t *typedWatch) Next(ctx context.Context) ([]client.Event, api.Revision, error) {
	b, err := t.w.Next(ctx)
	if err != nil {
		return nil, 0, err
	}
	out := make([]client.Event, len(b.Events))
	for i, ev := range b.Events {
		obj, err := t.law.Typed(t.kind, ev.Rec)
		if err != nil {
			return nil, 0, apierrors.NewInternalError(err)
		}
		out[i] = client.Event{Type: ev.Type, Key: ev.Rec.Key, Rev: ev.Rec.Rev, Object: obj}
	}
	return out, b.Rev, nil
}

func (t *typedWatch) Stop() { t.w.Stop() }

// Apply implements client.Interface: all writes are prepared, and committed together.
func (c *inProcess) Apply(ctx context.Context, writes []client.Write) []client.Result {
	out := make([]client.Result, len(writes))
	attempts := make([]attempt, 0, len(writes))
	who := make([]int, 0, len(writes))
	var joined joints
	for i := range writes {
		if tr, ok := writes[i].Object.(*authenticationv1.TokenRequest); ok {
			out[i] = c.token(ctx, &writes[i], tr)
			continue
		}
		a, err := c.attempt(ctx, &writes[i])
		if err != nil {
			out[i].Err = err
			joined.spoil(&writes[i], i, err)
			continue
		}
		if writes[i].Together != 0 {
			joined.add(&writes[i], i, a)
			continue
		}
		attempts, who = append(attempts, a), append(who, i)
	}
	alone := len(attempts)
	attempts = append(attempts, joined.attempts(out)...)
	for j, d := range c.r.run(ctx, c.r.widthOf(writes), attempts) {
		if j < alone {
			c.result(&writes[who[j]], &out[who[j]], d)
			continue
		}
		for i, part := range joined.list[j-alone].outcomes(d) {
			c.result(&writes[i], &out[i], part)
		}
	}
	return out
}

// result says what came of a write.
func (c *inProcess) result(w *client.Write, out *client.Result, d done) {
	out.Err, out.Rev = d.err, d.Rev
	if d.err == nil && !w.Brief {
		k := c.r.Law.Kind(w.Key.Resource)
		if k == nil { // a custom kind: what was written can be read without its definition
			k = schema.Foreign(w.Key.Resource)
		}
		out.Object, out.Err = c.r.Law.Typed(k, d.Rec)
	}
}

// token answers a Create of the token subresource of a service account: nothing is stored.
func (c *inProcess) token(ctx context.Context, w *client.Write, tr *authenticationv1.TokenRequest) client.Result {
	q, err := c.request(ctx, w.Key)
	if err != nil {
		return client.Result{Err: err}
	}
	q.FieldManager = "" // nobody in this process reads who owns the fields of a request
	out, err := c.r.CreateToken(ctx, q, tr)
	if err != nil {
		return client.Result{Err: err}
	}
	return client.Result{Object: out}
}

func (c *inProcess) attempt(ctx context.Context, w *client.Write) (attempt, error) {
	q, err := c.request(ctx, w.Key)
	if err != nil {
		return nil, err
	}
	q.Subresource, q.Fence, q.mark, q.finalizer = w.Subresource, w.Fence, w.Mark, w.Finalizer
	switch w.Verb {
	case client.Create, client.Update:
		again := func() (runtime.Object, error) {
			obj, err := c.r.Law.FromTyped(q.Kind, w.Object.DeepCopyObject())
			if err != nil {
				return nil, apierrors.NewBadRequest(err.Error())
			}
			return obj, nil
		}
		obj, err := again()
		if err != nil {
			return nil, err
		}
		if w.Verb == client.Create {
			return c.r.create(ctx, q, obj, WriteOptions{Again: again}), nil
		}
		return c.r.update(ctx, q, obj, WriteOptions{Again: again}), nil
	case client.Patch:
		return c.r.patch(ctx, q, w.PatchType, w.Patch, nil, WriteOptions{}), nil
	case client.Delete:
		return c.r.delete(ctx, q, &w.Delete), nil
	case client.Bind:
		q.Subresource = "binding"
		b := &corev1.Binding{ObjectMeta: metav1.ObjectMeta{Name: w.Key.Name}, Target: corev1.ObjectReference{Kind: "Node", Name: w.Node}}
		if w.Delete.Preconditions != nil && w.Delete.Preconditions.UID != nil {
			b.UID = *w.Delete.Preconditions.UID
		}
		return c.r.bind(ctx, q, b, WriteOptions{}), nil
	case client.Evict:
		q.Subresource = "eviction"
		return c.r.evict(ctx, q, &policyv1.Eviction{ObjectMeta: metav1.ObjectMeta{Name: w.Key.Name}, DeleteOptions: &w.Delete}, WriteOptions{}), nil
	default:
		return nil, apierrors.NewBadRequest(fmt.Sprintf("unknown verb %d of a write to %s", w.Verb, w.Key))
	}
}
