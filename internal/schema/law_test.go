package schema

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/registry/apps/replicaset"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/certificates/certificates"
	"k8s.io/kubernetes/pkg/registry/core/event"
	"k8s.io/kubernetes/pkg/registry/core/namespace"
	"k8s.io/kubernetes/pkg/registry/core/node"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/replicationcontroller"
	"k8s.io/kubernetes/pkg/registry/core/secret"
	"k8s.io/kubernetes/pkg/registry/core/service"
	"k8s.io/kubernetes/pkg/registry/resource/resourceslice"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// TestTableIsComplete checks what every row must have.
func TestTableIsComplete(t *testing.T) {
	s := newSchema(t)
	for _, k := range s.Kinds() {
		if k.Virtual != (k.Strategy == nil) {
			t.Errorf("%s: virtual %v, strategy %T", k.Resource, k.Virtual, k.Strategy)
		}
		if !k.Virtual && k.Strategy.NamespaceScoped() != k.Namespaced {
			t.Errorf("%s: namespaced %v, strategy says otherwise", k.Resource, k.Namespaced)
		}
		if s.Lookup(k.Resource.Group, k.Versions[0], k.Resource.Name) != k || s.KindFor(k.GVK("")) != k {
			t.Errorf("%s: not found by name or kind", k.Resource)
		}
		for _, sub := range k.Subresources {
			if _, err := s.scheme.New(k.bodyGVK(sub.Name, "v1")); err != nil {
				t.Errorf("%s/%s: %v", k.Resource, sub.Name, err)
			}
		}
	}
	if s.Lookup("apps", "v1beta1", "deployments") != nil || s.Kind(api.Resource{Group: "internal.apiserver.k8s.io", Name: "storageversions"}) != nil {
		t.Error("something is served that is not in the table")
	}
	if k := s.KindOf(&metav1.Status{}); k != nil {
		t.Errorf("Status is a %s", k.Resource)
	}
}

// TestFieldsEqualUpstream holds the selectable fields, read from the typed object, against upstream's GetAttrs on the
// internal one.
func TestFieldsEqualUpstream(t *testing.T) {
	s := newSchema(t)
	getAttrs := map[string]func(runtime.Object) (labels.Set, fields.Set, error){
		"pods": pod.GetAttrs, "events": event.GetAttrs, "namespaces": namespace.GetAttrs, "nodes": node.GetAttrs,
		"secrets": secret.GetAttrs, "services": service.GetAttrs, "replicasets": replicaset.GetAttrs,
		"replicationcontrollers": replicationcontroller.GetAttrs, "jobs": job.GetAttrs,
		"certificatesigningrequests": certificates.GetAttrs, "resourceslices": resourceslice.GetAttrs,
	}
	for _, k := range storedKinds(s) {
		get, special := getAttrs[k.Resource.Name]
		if special != (k.fields != nil) {
			t.Errorf("%s: field table %v, upstream %v", k.Resource, k.fields != nil, special)
		}
		for _, rec := range randomRecords(t, s, k, 11, 6) {
			m, err := s.Meta(k, rec)
			if err != nil {
				t.Fatal(err)
			}
			again, err := s.Meta(k, &store.Record{Key: rec.Key, Rev: rec.Rev, Body: rec.Body})
			if err != nil || !maps.Equal(m.Labels, again.Labels) || m.UID != again.UID {
				t.Fatalf("%s: meta from Encode and from bytes differ: %v %v", k.Resource, m, again)
			}
			if !special {
				continue
			}
			internal, err := s.Internal(k, rec)
			if err != nil {
				t.Fatal(err)
			}
			_, want, err := get(internal)
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range want {
				if !again.Fields.Has(name) || again.Fields.Get(name) != value || m.Fields.Get(name) != value {
					t.Errorf("%s: field %s is %q, want %q", k.Resource, name, again.Fields.Get(name), value)
				}
			}
			if n := len(want); n != len(k.fields.names)+1+btoi(k.Namespaced) {
				t.Errorf("%s: %d fields, upstream has %d", k.Resource, len(k.fields.names)+1+btoi(k.Namespaced), n)
			}
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestFieldSelector(t *testing.T) {
	s := newSchema(t)
	for _, c := range []struct{ group, resource, in, out, err string }{
		{"", "pods", "spec.nodeName=n1,status.phase!=Running", "spec.nodeName=n1,status.phase!=Running", ""},
		{"", "pods", "spec.host=n1", "spec.nodeName=n1", ""},
		{"", "pods", "spec.foo=1", "", "field label not supported: spec.foo"},
		{"", "configmaps", "metadata.name=a", "metadata.name=a", ""},
		{"", "configmaps", "data.a=b", "", `"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"`},
		{"events.k8s.io", "events", "regarding.name=a", "involvedObject.name=a", ""},
		{"", "pods", "spec.nodeName", "", `invalid selector: 'spec.nodeName'; can't understand 'spec.nodeName'`},
	} {
		sel, err := s.Kind(api.Resource{Group: c.group, Name: c.resource}).FieldSelector(c.in)
		if c.err != "" {
			if err == nil || err.Error() != c.err {
				t.Errorf("%s: error %v, want %s", c.in, err, c.err)
			}
			continue
		}
		if err != nil || sel.String() != c.out {
			t.Errorf("%s: %v, %v, want %s", c.in, sel, err, c.out)
		}
	}
}

// TestBeforeDeleteEqualsUpstream runs every combination through upstream's function (with the real clock) and ours
// (with the same time) and compares outcomes.
func TestBeforeDeleteEqualsUpstream(t *testing.T) {
	s, k := pods(t)
	configmaps := s.Kind(api.Resource{Name: "configmaps"})
	now := time.Now()
	periods := []*int64{nil, seconds(-3), seconds(0), seconds(5), seconds(30), seconds(100)}
	for _, node := range []string{"", "n1"} {
		for _, phase := range []core.PodPhase{core.PodRunning, core.PodFailed} {
			for _, grace := range periods {
				for _, deleting := range periods {
					p := &core.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p", Generation: 3}, Spec: core.PodSpec{NodeName: node, TerminationGracePeriodSeconds: seconds(30)}, Status: core.PodStatus{Phase: phase}}
					if deleting != nil && *deleting >= 0 {
						at := metav1.NewTime(now.Add(time.Duration(*deleting) * time.Second))
						p.DeletionTimestamp, p.DeletionGracePeriodSeconds = &at, deleting
					}
					compareBeforeDelete(t, k, p, &metav1.DeleteOptions{GracePeriodSeconds: grace}, now)
				}
			}
		}
	}
	cm := &core.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "c", UID: "u"}}
	compareBeforeDelete(t, configmaps, cm, &metav1.DeleteOptions{}, now)
	compareBeforeDelete(t, configmaps, cm, metav1.NewPreconditionDeleteOptions("other"), now)
}

func compareBeforeDelete(t *testing.T, k *Kind, obj runtime.Object, opts *metav1.DeleteOptions, now time.Time) {
	t.Helper()
	theirs, theirOpts := obj.DeepCopyObject(), opts.DeepCopy()
	ours, ourOpts := obj.DeepCopyObject(), opts.DeepCopy()
	wantGraceful, wantPending, wantErr := rest.BeforeDelete(k.Strategy, context.Background(), theirs, theirOpts)
	graceful, pending, err := k.BeforeDelete(context.Background(), ours, now, ourOpts)
	if wantErr == nil && wantGraceful && *theirOpts.GracePeriodSeconds == 0 {
		wantGraceful = false // documented: ours says outright that the delete happens now
	}
	what := fmt.Sprintf("%+v with %+v", obj, opts)
	if graceful != wantGraceful || pending != wantPending || (err == nil) != (wantErr == nil) || !reflect.DeepEqual(ourOpts, theirOpts) {
		t.Fatalf("%.300s:\n got  %v %v %v %v\n want %v %v %v %v", what, graceful, pending, err, ourOpts, wantGraceful, wantPending, wantErr, theirOpts)
	}
	om, _ := metaOf(ours)
	tm, _ := metaOf(theirs)
	if !reflect.DeepEqual(om.DeletionGracePeriodSeconds, tm.DeletionGracePeriodSeconds) || om.Generation != tm.Generation {
		t.Fatalf("%.300s: grace %v want %v", what, om.DeletionGracePeriodSeconds, tm.DeletionGracePeriodSeconds)
	}
	if (om.DeletionTimestamp == nil) != (tm.DeletionTimestamp == nil) || (om.DeletionTimestamp != nil && om.DeletionTimestamp.Sub(tm.DeletionTimestamp.Time).Abs() > time.Minute) {
		t.Fatalf("%.300s: deletion at %v, want %v", what, om.DeletionTimestamp, tm.DeletionTimestamp)
	}
}

// TestCacheBudget: derived forms never exceed the budget, and what vanished is made again.
func TestCacheBudget(t *testing.T) {
	s, k := pods(t)
	const budget = 64 << 10
	s.forms, s.objects = newFormCache(budget), newTypedCache(budget)
	var recs []*store.Record
	for range 100 {
		recs = append(recs, podRecord(t, s, k))
	}
	var first []byte
	for range 3 {
		for _, rec := range recs {
			b, err := s.AppendObject(nil, k, rec, Form{Version: "v1"})
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = b
			}
			if _, err := s.Typed(k, rec); err != nil {
				t.Fatal(err)
			}
			for name, c := range map[string]*memoCache{"encodings": s.forms, "typed objects": s.objects} {
				if c.total > budget {
					t.Fatalf("%d bytes of %s, budget %d", c.total, name, budget)
				}
			}
		}
	}
	for name, c := range map[string]*memoCache{"encodings": s.forms, "typed objects": s.objects} {
		held := 0
		for _, m := range c.ring {
			held += int(c.standing(m).held)
		}
		if held != c.total || held == 0 {
			t.Fatalf("%s: the cache counts %d, its memos hold %d", name, c.total, held)
		}
	}
	again, err := s.AppendObject(nil, k, recs[0], Form{Version: "v1"})
	if err != nil || !slices.Equal(first, again) {
		t.Fatalf("bytes changed after eviction: %v", err)
	}
}

// TestReviews: virtual kinds are decoded, made readable, and answered.
func TestReviews(t *testing.T) {
	s := newSchema(t)
	for _, k := range s.Kinds() {
		if !k.Virtual {
			continue
		}
		for _, media := range []Media{JSON, Protobuf} {
			typed := k.NewTyped()
			body, err := s.EncodeAny(typed, media, k.GVK("").GroupVersion())
			if err != nil {
				t.Fatal(err)
			}
			contentType := map[Media]string{JSON: runtime.ContentTypeJSON, Protobuf: runtime.ContentTypeProtobuf}[media]
			internal, _, err := s.DecodeRequest(k, "", k.Versions[0], contentType, body, Strict)
			if err != nil {
				t.Fatal(err)
			}
			back, err := s.ToTyped(k, internal)
			if err != nil || reflect.TypeOf(back) != reflect.TypeOf(typed) {
				t.Fatalf("%s: %T, %v", k.Resource, back, err)
			}
			if _, err := s.EncodeAny(internal, media, k.GVK("").GroupVersion()); err != nil {
				t.Fatal(err)
			}
		}
	}
}
