// Package rest is the API as a Go interface over HTTP: what a node agent on another machine uses. It speaks protobuf to
// any Kubernetes API server through client-go.
package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/scheme"
	clientrest "k8s.io/client-go/rest"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

// pageSize bounds one page of a list, as client-go's pager does.
const pageSize = 500

// Client is the API of one cluster behind a URL.
type Client struct {
	cluster api.Cluster
	cfg     *clientrest.Config
	groups  map[kschema.GroupVersion]clientrest.Interface
}

var _ client.Interface = (*Client)(nil)

// groupVersions are the groups that parts of Gantry may use: version v1 of all that Kubernetes has.
func groupVersions() []kschema.GroupVersion {
	return slices.DeleteFunc(scheme.Scheme.PrioritizedVersionsAllGroups(), func(gv kschema.GroupVersion) bool { return gv.Version != "v1" })
}

// New makes a client of the cluster at cfg.Host.
func New(cfg *clientrest.Config, cluster api.Cluster) (*Client, error) {
	c := &Client{cluster: cluster, cfg: cfg, groups: map[kschema.GroupVersion]clientrest.Interface{}}
	for _, gv := range groupVersions() {
		conf := clientrest.CopyConfig(cfg)
		conf.GroupVersion = &gv
		conf.APIPath = "/apis"
		if gv.Group == "" {
			conf.APIPath = "/api"
		}
		conf.NegotiatedSerializer = scheme.Codecs.WithoutConversion()
		conf.ContentType, conf.AcceptContentTypes = "application/vnd.kubernetes.protobuf", "application/vnd.kubernetes.protobuf,application/json"
		rc, err := clientrest.RESTClientFor(conf)
		if err != nil {
			return nil, fmt.Errorf("client of %s: %w", gv, err)
		}
		c.groups[gv] = rc
	}
	return c, nil
}

func (c *Client) of(key api.Key) (clientrest.Interface, error) {
	if key.Cluster != c.cluster {
		return nil, fmt.Errorf("this client serves cluster %q, not %q", c.cluster, key.Cluster)
	}
	rc := c.groups[kschema.GroupVersion{Group: key.Resource.Group, Version: "v1"}]
	if rc == nil {
		return nil, apierrors.NewNotFound(kschema.GroupResource{Group: key.Resource.Group, Resource: key.Resource.Name}, key.Name)
	}
	return rc, nil
}

// Get implements client.Interface.
func (c *Client) Get(ctx context.Context, key api.Key) (runtime.Object, error) {
	rc, err := c.of(key)
	if err != nil {
		return nil, err
	}
	return rc.Get().NamespaceIfScoped(key.Namespace, key.Namespace != "").Resource(key.Resource.Name).Name(key.Name).Do(ctx).Get()
}

func scopeKey(s api.Scope) api.Key {
	return api.Key{Resource: s.Resource, Cluster: s.Cluster, Namespace: s.Namespace}
}

// List implements client.Interface.
func (c *Client) List(ctx context.Context, scope api.Scope, o client.ListOptions) ([]runtime.Object, api.Revision, error) {
	rc, err := c.of(scopeKey(scope))
	if err != nil {
		return nil, 0, err
	}
	var out []runtime.Object
	lo := metav1.ListOptions{LabelSelector: o.LabelSelector, FieldSelector: o.FieldSelector, Limit: pageSize}
	for {
		obj, err := rc.Get().NamespaceIfScoped(scope.Namespace, scope.Namespace != "").Resource(scope.Resource.Name).
			VersionedParams(&lo, scheme.ParameterCodec).Do(ctx).Get()
		if err != nil {
			return nil, 0, err
		}
		items, err := meta.ExtractList(obj)
		if err != nil {
			return nil, 0, err
		}
		out = append(out, items...)
		lm, err := meta.ListAccessor(obj)
		if err != nil {
			return nil, 0, err
		}
		if lo.Continue = lm.GetContinue(); lo.Continue == "" {
			rev, err := revision(lm.GetResourceVersion())
			return out, rev, err
		}
	}
}

func revision(s string) (api.Revision, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("resourceVersion %q: %w", s, err)
	}
	return api.Revision(n), nil
}

// Watch implements client.Interface.
func (c *Client) Watch(ctx context.Context, scope api.Scope, from api.Revision, o client.ListOptions) (client.Watch, error) {
	rc, err := c.of(scopeKey(scope))
	if err != nil {
		return nil, err
	}
	lo := metav1.ListOptions{LabelSelector: o.LabelSelector, FieldSelector: o.FieldSelector, Watch: true, AllowWatchBookmarks: true,
		ResourceVersion: strconv.FormatUint(uint64(from), 10)}
	w, err := rc.Get().NamespaceIfScoped(scope.Namespace, scope.Namespace != "").Resource(scope.Resource.Name).
		VersionedParams(&lo, scheme.ParameterCodec).Watch(ctx)
	if err != nil {
		return nil, err
	}
	return &watcher{w: w, scope: scope, rev: from}, nil
}

type watcher struct {
	w     watch.Interface
	scope api.Scope
	rev   api.Revision
}

// Next implements client.Watch. The end of the connection is io.EOF: watch again from the last revision.
func (w *watcher) Next(ctx context.Context) ([]client.Event, api.Revision, error) {
	var out []client.Event
	for {
		var ev watch.Event
		var ok bool
		if len(out) == 0 {
			select {
			case <-ctx.Done():
				return nil, 0, ctx.Err()
			case ev, ok = <-w.w.ResultChan():
			}
		} else {
			select {
			case ev, ok = <-w.w.ResultChan():
			default:
				return out, w.rev, nil
			}
		}
		if !ok {
			if len(out) > 0 {
				return out, w.rev, nil
			}
			return nil, 0, io.EOF
		}
		e, bookmark, err := w.event(ev)
		if err != nil {
			return nil, 0, err
		}
		if bookmark {
			return out, w.rev, nil
		}
		out = append(out, e)
	}
}

func (w *watcher) event(ev watch.Event) (e client.Event, bookmark bool, err error) {
	if ev.Type == watch.Error {
		return e, false, apierrors.FromObject(ev.Object)
	}
	m, err := meta.Accessor(ev.Object)
	if err != nil {
		return e, false, err
	}
	rev, err := revision(m.GetResourceVersion())
	if err != nil {
		return e, false, err
	}
	w.rev = rev
	e = client.Event{Rev: rev, Object: ev.Object, Key: api.Key{Resource: w.scope.Resource, Cluster: w.scope.Cluster, Namespace: m.GetNamespace(), Name: m.GetName()}}
	switch ev.Type {
	case watch.Added:
		e.Type = client.Added
	case watch.Modified:
		e.Type = client.Modified
	case watch.Deleted:
		e.Type = client.Deleted
	case watch.Bookmark:
		return e, true, nil
	default:
		return e, false, fmt.Errorf("watch of %s: unknown event %q", w.scope.Resource, ev.Type)
	}
	return e, false, nil
}

// Stop implements client.Watch.
func (w *watcher) Stop() { w.w.Stop() }

// Apply implements client.Interface. Over HTTP every write is a request of its own.
func (c *Client) Apply(ctx context.Context, writes []client.Write) []client.Result {
	out := make([]client.Result, len(writes))
	for i := range writes {
		out[i].Object, out[i].Err = c.write(ctx, &writes[i])
		if m, err := meta.Accessor(out[i].Object); out[i].Object != nil && err == nil && out[i].Err == nil {
			out[i].Rev, _ = revision(m.GetResourceVersion())
		}
	}
	return out
}

func (c *Client) write(ctx context.Context, w *client.Write) (runtime.Object, error) {
	if len(w.Fence) > 0 {
		return nil, errors.New("a write with a fence cannot be made over HTTP")
	}
	if w.Together != 0 {
		return nil, errors.New("writes cannot happen together over HTTP")
	}
	if w.Mark != nil {
		return nil, errors.New("a pod cannot be marked in the write that deletes it over HTTP")
	}
	if w.Finalizer != nil {
		return nil, errors.New("a finalizer cannot be changed in another write over HTTP")
	}
	rc, err := c.of(w.Key)
	if err != nil {
		return nil, err
	}
	at := func(r *clientrest.Request, named bool) *clientrest.Request {
		r = r.NamespaceIfScoped(w.Key.Namespace, w.Key.Namespace != "").Resource(w.Key.Resource.Name)
		if named {
			r = r.Name(w.Key.Name)
		}
		if w.Subresource != "" {
			r = r.SubResource(w.Subresource)
		}
		return r
	}
	switch w.Verb {
	case client.Create:
		return at(rc.Post(), w.Subresource != "").Body(w.Object).Do(ctx).Get()
	case client.Update:
		return at(rc.Put(), true).Body(w.Object).Do(ctx).Get()
	case client.Patch:
		return at(rc.Patch(w.PatchType), true).Body(w.Patch).Do(ctx).Get()
	case client.Delete:
		return at(rc.Delete(), true).Body(&w.Delete).Do(ctx).Get()
	case client.Bind:
		b := &corev1.Binding{ObjectMeta: metav1.ObjectMeta{Namespace: w.Key.Namespace, Name: w.Key.Name}, Target: corev1.ObjectReference{Kind: "Node", Name: w.Node}}
		return nil, at(rc.Post(), true).SubResource("binding").Body(b).Do(ctx).Error()
	case client.Evict:
		e := &policyv1.Eviction{ObjectMeta: metav1.ObjectMeta{Namespace: w.Key.Namespace, Name: w.Key.Name}, DeleteOptions: &w.Delete}
		return nil, at(rc.Post(), true).SubResource("eviction").Body(e).Do(ctx).Error()
	default:
		return nil, fmt.Errorf("unknown verb %d of a write to %s", w.Verb, w.Key)
	}
}
