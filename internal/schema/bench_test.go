package schema

import (
	"context"
	"io"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	genericrequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// podJSON is a pod as a controller would create it, of usual size.
const podJSON = `{"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"web-6d4cf56db6-","namespace":"default",
"labels":{"app":"web","tier":"front","pod-template-hash":"6d4cf56db6"},"annotations":{"prometheus.io/scrape":"true"},
"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-6d4cf56db6","uid":"2f1c1e2e-6a8f-4d0b-9b2e-0d6b7c3b1a11","controller":true,"blockOwnerDeletion":true}]},
"spec":{"serviceAccountName":"default","containers":[
{"name":"web","image":"nginx:1.27","ports":[{"name":"http","containerPort":80}],"env":[{"name":"A","value":"1"},{"name":"POD","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],
"resources":{"requests":{"cpu":"100m","memory":"128Mi"},"limits":{"memory":"256Mi"}},
"readinessProbe":{"httpGet":{"path":"/","port":"http"},"periodSeconds":5},
"volumeMounts":[{"name":"cache","mountPath":"/cache"},{"name":"conf","mountPath":"/etc/nginx/conf.d"}]},
{"name":"log","image":"busybox:1.36","args":["tail","-f","/dev/null"],"resources":{"requests":{"cpu":"10m","memory":"16Mi"}}}],
"volumes":[{"name":"cache","emptyDir":{}},{"name":"conf","configMap":{"name":"web"}}],
"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}]}}`

func pods(tb testing.TB) (*Schema, *Kind) {
	s := newSchema(tb)
	return s, s.Kind(api.Resource{Name: "pods"})
}

// createPod does what the registry does with a create, without its transaction.
func createPod(tb testing.TB, s *Schema, k *Kind) ([]byte, *Memo) {
	obj, _, err := s.DecodeRequest(k, "", "v1", "application/json", []byte(podJSON), Warn)
	if err != nil {
		tb.Fatal(err)
	}
	m, err := metaOf(obj)
	if err != nil {
		tb.Fatal(err)
	}
	m.Name, m.UID, m.CreationTimestamp = "web-6d4cf56db6-abcde", types.UID("u"), metav1.NewTime(time.Unix(1700000000, 0))
	ctx := genericrequest.WithNamespace(context.Background(), "default")
	if err := rest.BeforeCreate(k.Strategy, ctx, obj); err != nil {
		tb.Fatal(err)
	}
	body, memo, err := s.Encode(k, obj)
	if err != nil {
		tb.Fatal(err)
	}
	return body, memo
}

func podRecord(tb testing.TB, s *Schema, k *Kind) *store.Record {
	body, memo := createPod(tb, s, k)
	rec := &store.Record{Key: api.Key{Resource: k.Resource, Cluster: api.Host, Namespace: "default", Name: "web-6d4cf56db6-abcde"}, Rev: 123456, Body: body}
	rec.Memo.Store(memo)
	return rec
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		newSchema(b)
	}
}

func BenchmarkCreatePod(b *testing.B) {
	s, k := pods(b)
	b.ReportAllocs()
	for b.Loop() {
		createPod(b, s, k)
	}
}

func BenchmarkAppendObject(b *testing.B) {
	s, k := pods(b)
	rec := podRecord(b, s, k)
	for name, media := range map[string]Media{"JSON": JSON, "Protobuf": Protobuf} {
		b.Run(name, func(b *testing.B) {
			var dst []byte
			b.ReportAllocs()
			for b.Loop() {
				var err error
				if dst, err = s.AppendObject(dst[:0], k, rec, Form{Media: media, Version: "v1"}); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(len(dst)))
		})
	}
}

func BenchmarkFirstReader(b *testing.B) {
	s, k := pods(b)
	rec := podRecord(b, s, k)
	body := rec.Body
	for name, read := range map[string]func(*store.Record) error{
		"JSON":  func(r *store.Record) error { _, err := s.AppendObject(nil, k, r, Form{Version: "v1"}); return err },
		"Typed": func(r *store.Record) error { _, err := s.Typed(k, r); return err },
		"Meta":  func(r *store.Record) error { _, err := s.Meta(k, r); return err },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := read(&store.Record{Key: rec.Key, Rev: 7, Body: body}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkList1000(b *testing.B) {
	s, k := pods(b)
	recs := make([]*store.Record, 1000)
	for i := range recs {
		recs[i] = podRecord(b, s, k)
	}
	for name, media := range map[string]Media{"JSON": JSON, "Protobuf": Protobuf} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := s.WriteList(io.Discard, k, recs, Form{Media: media, Version: "v1"}, ListMeta{Rev: 9}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkManager measures field management alone: a create, and a status update by the manager that owns the status.
func BenchmarkManager(b *testing.B) {
	s, k := pods(b)
	create, err := s.Manager(k, "", "v1")
	if err != nil {
		b.Fatal(err)
	}
	status, err := s.Manager(k, "status", "v1")
	if err != nil {
		b.Fatal(err)
	}
	obj, err := s.Internal(k, podRecord(b, s, k))
	if err != nil {
		b.Fatal(err)
	}
	empty, err := s.NewInternal(k)
	if err != nil {
		b.Fatal(err)
	}
	patch := func(live runtime.Object, phase string) runtime.Object {
		next, _, err := s.Patch(k, "status", "v1", live, types.MergePatchType,
			[]byte(`{"status":{"phase":"`+phase+`","podIP":"10.0.0.1","podIPs":[{"ip":"10.0.0.1"}]}}`), Ignore)
		if err != nil {
			b.Fatal(err)
		}
		return next
	}
	live := create.UpdateNoErrors(empty, obj.DeepCopyObject(), "creator")
	running := status.UpdateNoErrors(live, patch(live, "Running"), "agent")
	failed := patch(running, "Failed")
	b.Run("Create", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			create.UpdateNoErrors(empty, obj.DeepCopyObject(), "creator")
		}
	})
	b.Run("Status", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			status.UpdateNoErrors(running, failed.DeepCopyObject(), "agent")
		}
	})
	b.Run("StatusShort", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.UpdateManaged(k, "status", "v1", running, failed.DeepCopyObject(), "agent", time.Unix(0, 0)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("DeepCopy", func(b *testing.B) {
		for b.Loop() {
			failed.DeepCopyObject()
		}
	})
	b.Run("Patch", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			patch(running, "Failed")
		}
	})
}
