package agent

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

// fakeAPI is the part of an API server that an agent sees: objects, revisions, graceful deletion of pods.
type fakeAPI struct {
	mu      sync.Mutex
	rev     api.Revision
	objects map[api.Key]runtime.Object
	log     []client.Event
	wake    chan struct{}
	// writes counts writes by "verb resource/subresource".
	writes map[string]int
	down   bool
}

func newFakeAPI() *fakeAPI {
	return &fakeAPI{objects: map[api.Key]runtime.Object{}, wake: make(chan struct{}), writes: map[string]int{}}
}

func accessor(obj runtime.Object) metav1.Object {
	acc, err := meta.Accessor(obj)
	if err != nil {
		panic(err)
	}
	return acc
}

func notFound(key api.Key) error {
	return apierrors.NewNotFound(schema.GroupResource{Group: key.Resource.Group, Resource: key.Resource.Name}, key.Name)
}

// put stores a version of an object and tells watchers.
func (f *fakeAPI) put(key api.Key, obj runtime.Object) runtime.Object {
	f.rev++
	kind := client.Modified
	if f.objects[key] == nil {
		kind = client.Added
	}
	accessor(obj).SetResourceVersion(strconv.FormatUint(uint64(f.rev), 10))
	f.objects[key] = obj
	f.tell(client.Event{Type: kind, Key: key, Rev: f.rev, Object: obj})
	return obj
}

func (f *fakeAPI) remove(key api.Key) {
	f.rev++
	old := f.objects[key]
	delete(f.objects, key)
	f.tell(client.Event{Type: client.Deleted, Key: key, Rev: f.rev, Object: old})
}

func (f *fakeAPI) tell(ev client.Event) {
	f.log = append(f.log, ev)
	close(f.wake)
	f.wake = make(chan struct{})
}

func (f *fakeAPI) Get(_ context.Context, key api.Key) (runtime.Object, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return nil, apierrors.NewServiceUnavailable("down")
	}
	if obj := f.objects[key]; obj != nil {
		return obj, nil
	}
	return nil, notFound(key)
}

func selected(opts client.ListOptions, obj runtime.Object) bool {
	node, ok := strings.CutPrefix(opts.FieldSelector, "spec.nodeName=")
	p, isPod := obj.(*corev1.Pod)
	return !ok || !isPod || p.Spec.NodeName == node
}

func (f *fakeAPI) List(_ context.Context, scope api.Scope, opts client.ListOptions) ([]runtime.Object, api.Revision, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []runtime.Object
	for key, obj := range f.objects {
		if scope.Contains(key) && selected(opts, obj) {
			out = append(out, obj)
		}
	}
	return out, f.rev, nil
}

func (f *fakeAPI) Watch(_ context.Context, scope api.Scope, from api.Revision, opts client.ListOptions) (client.Watch, error) {
	return &fakeWatch{f: f, scope: scope, at: from, opts: opts}, nil
}

type fakeWatch struct {
	f     *fakeAPI
	scope api.Scope
	at    api.Revision
	opts  client.ListOptions
}

func (w *fakeWatch) Stop() {}

func (w *fakeWatch) Next(ctx context.Context) ([]client.Event, api.Revision, error) {
	for {
		w.f.mu.Lock()
		var out []client.Event
		for _, ev := range w.f.log {
			if ev.Rev > w.at && w.scope.Contains(ev.Key) && selected(w.opts, ev.Object) {
				out = append(out, ev)
			}
		}
		w.at = w.f.rev
		wake, at := w.f.wake, w.at
		w.f.mu.Unlock()
		if len(out) > 0 {
			return out, at, nil
		}
		select {
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		case <-wake:
		}
	}
}

func (f *fakeAPI) Apply(_ context.Context, writes []client.Write) []client.Result {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]client.Result, len(writes))
	for i, w := range writes {
		f.writes[fmt.Sprintf("%d %s/%s", w.Verb, w.Key.Resource, w.Subresource)]++
		if f.down {
			out[i].Err = apierrors.NewServiceUnavailable("down")
			continue
		}
		out[i].Object, out[i].Err = f.write(w)
		out[i].Rev = f.rev
	}
	return out
}

func (f *fakeAPI) write(w client.Write) (runtime.Object, error) {
	if req, ok := w.Object.(*authenticationv1.TokenRequest); ok {
		req = req.DeepCopy()
		req.Status = authenticationv1.TokenRequestStatus{
			Token: fmt.Sprintf("token-%d", f.rev), ExpirationTimestamp: metav1.NewTime(time.Now().Add(time.Duration(*req.Spec.ExpirationSeconds) * time.Second)),
		}
		f.rev++
		return req, nil
	}
	old := f.objects[w.Key]
	if w.Verb == client.Create {
		if old != nil {
			return nil, apierrors.NewAlreadyExists(schema.GroupResource{Resource: w.Key.Resource.Name}, w.Key.Name)
		}
		obj := w.Object.DeepCopyObject()
		if acc := accessor(obj); acc.GetUID() == "" {
			acc.SetUID(types.UID(fmt.Sprintf("uid-%d", f.rev+1)))
		}
		return f.put(w.Key, obj), nil
	}
	if old == nil {
		return nil, notFound(w.Key)
	}
	switch w.Verb {
	case client.Update:
		return f.put(w.Key, w.Object.DeepCopyObject()), nil
	case client.Patch:
		return f.patch(w, old)
	case client.Delete:
		if p := w.Delete.Preconditions; p != nil && p.UID != nil && *p.UID != accessor(old).GetUID() {
			return nil, apierrors.NewConflict(schema.GroupResource{Resource: w.Key.Resource.Name}, w.Key.Name, fmt.Errorf("the UID is another"))
		}
		f.remove(w.Key)
		return old, nil
	}
	return nil, apierrors.NewMethodNotSupported(schema.GroupResource{Resource: w.Key.Resource.Name}, fmt.Sprint(w.Verb))
}

func (f *fakeAPI) patch(w client.Write, old runtime.Object) (runtime.Object, error) {
	before, err := json.Marshal(old)
	if err != nil {
		return nil, err
	}
	obj := reflect.New(reflect.TypeOf(old).Elem()).Interface().(runtime.Object)
	var after []byte
	if w.PatchType == types.StrategicMergePatchType {
		after, err = strategicpatch.StrategicMergePatch(before, w.Patch, obj)
	} else {
		after, err = jsonpatch.MergePatch(before, w.Patch)
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(after, obj); err != nil {
		return nil, err
	}
	if accessor(obj).GetUID() != accessor(old).GetUID() {
		return nil, apierrors.NewConflict(schema.GroupResource{Resource: w.Key.Resource.Name}, w.Key.Name, fmt.Errorf("the UID is another"))
	}
	return f.put(w.Key, obj), nil
}

// The rest is what a user or controller does.

func (f *fakeAPI) create(res api.Resource, obj runtime.Object) {
	acc := accessor(obj)
	key := api.Key{Resource: res, Cluster: api.Host, Namespace: acc.GetNamespace(), Name: acc.GetName()}
	r := f.Apply(context.Background(), []client.Write{{Verb: client.Create, Key: key, Object: obj}})
	if r[0].Err != nil {
		panic(r[0].Err)
	}
}

func podKey(name string) api.Key {
	return api.Key{Resource: podResource, Cluster: api.Host, Namespace: "default", Name: name}
}

// deletePod asks for a pod's deletion as kubectl does.
func (f *fakeAPI) deletePod(name string, grace int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.objects[podKey(name)].DeepCopyObject().(*corev1.Pod)
	at := metav1.NewTime(time.Now().Add(time.Duration(grace) * time.Second))
	p.DeletionTimestamp, p.DeletionGracePeriodSeconds = &at, &grace
	f.put(podKey(name), p)
}

func (f *fakeAPI) pod(name string) *corev1.Pod {
	f.mu.Lock()
	defer f.mu.Unlock()
	p, _ := f.objects[podKey(name)].(*corev1.Pod)
	return p
}

// events lists "reason message" of all events, in the order of their making.
func (f *fakeAPI) events() []string { return f.eventsOf("Pod") }

func (f *fakeAPI) eventsOf(kind string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []*corev1.Event
	for _, obj := range f.objects {
		if ev, ok := obj.(*corev1.Event); ok && ev.InvolvedObject.Kind == kind {
			list = append(list, ev)
		}
	}
	slices.SortFunc(list, func(a, b *corev1.Event) int {
		return int(revisionOfFirst(a)) - int(revisionOfFirst(b))
	})
	var out []string
	for _, ev := range list {
		out = append(out, ev.Reason+": "+ev.Message)
	}
	return out
}

func revisionOfFirst(ev *corev1.Event) int64 {
	_, hex, _ := strings.Cut(ev.Name, ".")
	n, err := strconv.ParseInt(hex, 16, 64)
	if err != nil {
		return 0
	}
	return n % (1 << 40)
}
