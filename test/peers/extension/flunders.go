package main

import (
	"context"
	"strconv"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/sample-apiserver/pkg/apis/wardle"
)

// flunders keeps Flunders in memory. Who made one is noted in an annotation, as the request told.
type flunders struct {
	rest.TableConvertor
	mu      sync.Mutex
	rev     int
	items   map[types.NamespacedName]*wardle.Flunder
	changes *watch.Broadcaster
}

// creator is the annotation that names the user.
const creator = "wardle.example.com/creator"

func newFlunders() *flunders {
	return &flunders{TableConvertor: rest.NewDefaultTableConvertor(wardle.Resource("flunders")), items: map[types.NamespacedName]*wardle.Flunder{},
		changes: watch.NewLongQueueBroadcaster(100, watch.WaitIfChannelFull)}
}

func (f *flunders) New() runtime.Object     { return &wardle.Flunder{} }
func (f *flunders) NewList() runtime.Object { return &wardle.FlunderList{} }
func (f *flunders) Destroy()                { f.changes.Shutdown() }
func (f *flunders) NamespaceScoped() bool   { return true }
func (f *flunders) GetSingularName() string { return "flunder" }

func key(ctx context.Context, name string) types.NamespacedName {
	return types.NamespacedName{Namespace: request.NamespaceValue(ctx), Name: name}
}

func (f *flunders) Get(ctx context.Context, name string, _ *metav1.GetOptions) (runtime.Object, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if o := f.items[key(ctx, name)]; o != nil {
		return o.DeepCopy(), nil
	}
	return nil, apierrors.NewNotFound(wardle.Resource("flunders"), name)
}

func (f *flunders) List(ctx context.Context, o *internalversion.ListOptions) (runtime.Object, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := &wardle.FlunderList{ListMeta: metav1.ListMeta{ResourceVersion: strconv.Itoa(f.rev)}}
	ns := request.NamespaceValue(ctx)
	for k, item := range f.items {
		if ns == "" || k.Namespace == ns {
			list.Items = append(list.Items, *item.DeepCopy())
		}
	}
	return list, nil
}

func (f *flunders) Watch(context.Context, *internalversion.ListOptions) (watch.Interface, error) {
	return f.changes.Watch()
}

func (f *flunders) Create(ctx context.Context, obj runtime.Object, validate rest.ValidateObjectFunc, _ *metav1.CreateOptions) (runtime.Object, error) {
	if err := validate(ctx, obj); err != nil {
		return nil, err
	}
	o := obj.(*wardle.Flunder).DeepCopy()
	f.mu.Lock()
	defer f.mu.Unlock()
	k := key(ctx, o.Name)
	if f.items[k] != nil {
		return nil, apierrors.NewAlreadyExists(wardle.Resource("flunders"), o.Name)
	}
	f.rev++
	o.Namespace, o.UID, o.ResourceVersion = k.Namespace, uuid.NewUUID(), strconv.Itoa(f.rev)
	o.CreationTimestamp = metav1.NewTime(time.Now())
	if u, ok := request.UserFrom(ctx); ok {
		if o.Annotations == nil {
			o.Annotations = map[string]string{}
		}
		o.Annotations[creator] = u.GetName()
	}
	f.items[k] = o
	return o.DeepCopy(), f.changes.Action(watch.Added, o.DeepCopy())
}

func (f *flunders) Delete(ctx context.Context, name string, validate rest.ValidateObjectFunc, _ *metav1.DeleteOptions) (runtime.Object, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	k := key(ctx, name)
	o := f.items[k]
	if o == nil {
		return nil, false, apierrors.NewNotFound(wardle.Resource("flunders"), name)
	}
	if err := validate(ctx, o); err != nil {
		return nil, false, err
	}
	delete(f.items, k)
	f.rev++
	return o, true, f.changes.Action(watch.Deleted, o.DeepCopy())
}

var _ interface {
	rest.Getter
	rest.Lister
	rest.Watcher
	rest.Creater
	rest.GracefulDeleter
	rest.SingularNameProvider
} = (*flunders)(nil)
