package reconcile_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/utils/ptr"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store/disk"
	"gantry.dev/gantry/internal/view"
)

// gate is a webhook that answers when it is opened.
type gate struct {
	asked chan struct{}
	open  chan struct{}
	once  sync.Once
}

// Post implements api.Poster.
func (g *gate) Post(ctx context.Context, _ api.Cluster, _ api.Webhook, body []byte) ([]byte, error) {
	g.once.Do(func() { close(g.asked) })
	select {
	case <-g.open:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	var r admissionv1.AdmissionReview
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, err
	}
	r.Response = &admissionv1.AdmissionResponse{UID: r.Request.UID, Allowed: true}
	return json.Marshal(r)
}

type silent struct{}

func (silent) Record(context.Context, string, api.Cluster, []reconcile.Event) {}

// The webhook of one cluster hangs. Its own controllers wait; those of the others do not.
func TestOneClustersWebhookHoldsUpNobodyElse(t *testing.T) {
	law, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	st, err := disk.Open("db", disk.Options{FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	var n atomic.Int64
	g := &gate{asked: make(chan struct{}), open: make(chan struct{})}
	reg, err := registry.New(registry.Config{Law: law, Store: st, Clock: time.Now, Webhooks: g,
		UID:    func() types.UID { return types.UID(fmt.Sprintf("uid-%d", n.Add(1))) },
		Suffix: func() string { return fmt.Sprintf("%05d", n.Add(1)) }, ServiceCIDR: "10.43.0.0/24"})
	if err != nil {
		t.Fatal(err)
	}
	own := reg.Client(&user.DefaultInfo{Name: "test"}, "test")
	hooks := api.Resource{Group: "admissionregistration.k8s.io", Name: "validatingwebhookconfigurations"}
	v := view.New(law, st, []api.Resource{plan.Namespaces, plan.ConfigMaps, hooks})
	namer := reconcile.Controller{Name: "namer", Writes: []string{"configmaps:name"},
		Watches: map[api.Resource]reconcile.Trigger{plan.Namespaces: reconcile.Self},
		Plan: func(s *view.Snapshot, key api.Key, _ time.Time) (p reconcile.Plan, err error) {
			at := api.Key{Resource: plan.ConfigMaps, Cluster: key.Cluster, Namespace: key.Name, Name: "name"}
			if s.Record(at) == nil {
				p.Writes = append(p.Writes, plan.Create(at, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: key.Name, Name: "name"}}, "test"))
			}
			return p, nil
		}}
	r, err := reconcile.NewRunner(v, own, silent{}, time.Now, slog.New(slog.DiscardHandler), []reconcile.Controller{namer})
	if err != nil {
		t.Fatal(err)
	}
	must := func(key api.Key, w client.Write) {
		t.Helper()
		w.Verb, w.Key = client.Create, key
		if res := own.Apply(t.Context(), []client.Write{w})[0]; res.Err != nil {
			t.Fatal(res.Err)
		}
	}
	must(api.Key{Resource: hooks, Cluster: "slow", Name: "h"}, client.Write{Object: &admissionregistrationv1.ValidatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "h"}, Webhooks: []admissionregistrationv1.ValidatingWebhook{{Name: "h.example.com",
			AdmissionReviewVersions: []string{"v1"}, SideEffects: ptr.To(admissionregistrationv1.SideEffectClassNone),
			ClientConfig: admissionregistrationv1.WebhookClientConfig{URL: ptr.To("https://h")},
			Rules: []admissionregistrationv1.RuleWithOperations{{Operations: []admissionregistrationv1.OperationType{"*"},
				Rule: admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"configmaps"}}}}}}}})
	// More namespaces than there are workers, and than one batch holds.
	namespace := func(c api.Cluster, i int) {
		name := fmt.Sprintf("ns-%d", i)
		must(api.Key{Resource: plan.Namespaces, Cluster: c, Name: name}, client.Write{Object: &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}})
	}
	const many = 200
	for i := range many {
		namespace("slow", i)
	}
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	t.Cleanup(func() { stop(); wg.Wait() })
	wg.Go(func() { _ = v.Run(ctx) })
	wg.Go(func() { _ = r.Run(ctx) })
	written := func(c api.Cluster, want int) {
		t.Helper()
		w, err := own.Watch(ctx, api.Scope{Resource: plan.ConfigMaps, Cluster: c}, 0, client.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Stop()
		deadline, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		for have := 0; have < want; {
			events, _, err := w.Next(deadline)
			if err != nil {
				t.Fatalf("cluster %s: %d of %d: %v", c, have, want, err)
			}
			have += len(events)
		}
	}
	<-g.asked
	for i := range many {
		namespace("fast", i)
	}
	written("fast", many)
	if page, _, err := own.List(ctx, api.Scope{Resource: plan.ConfigMaps, Cluster: "slow"}, client.ListOptions{}); err != nil || len(page) != 0 {
		t.Fatalf("the slow cluster has %d already, %v", len(page), err)
	}
	close(g.open)
	written("slow", many)
}
