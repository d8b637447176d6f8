package registry_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/store"
)

func (h *house) configMaps(names ...string) {
	h.t.Helper()
	for _, name := range names {
		h.create(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default"}})
	}
}

func names(recs []*store.Record) string {
	var out []string
	for _, rec := range recs {
		out = append(out, rec.Key.Name)
	}
	return strings.Join(out, " ")
}

// TestExpiredPagesGoOnWithoutConsistency: whose pages have expired gets a 410 that carries a token for the rest as it is
// now, as upstream.
func TestExpiredPagesGoOnWithoutConsistency(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	h.configMaps("a", "b", "c")
	for _, ns := range []string{"default", ""} {
		q := h.request("configmaps")
		q.Namespace = ns
		first, err := h.r.List(ctx, q, registry.ListOptions{Limit: 1})
		if err != nil || names(first.Records) != "a" || first.Continue == "" {
			t.Fatalf("first page: %v, %v", names(first.Records), err)
		}
		h.write(client.Write{Verb: client.Patch, Key: key("configmaps", "c"), PatchType: "application/merge-patch+json", Patch: fmt.Appendf(nil, `{"data":{"ns":%q}}`, ns+"x")})
		if err := h.r.Store.Compact(h.r.Store.Revision()); err != nil {
			t.Fatal(err)
		}
		_, err = h.r.List(ctx, q, registry.ListOptions{Limit: 1, Continue: first.Continue})
		var status apierrors.APIStatus
		if !errors.As(err, &status) || status.Status().Code != http.StatusGone || status.Status().Reason != metav1.StatusReasonExpired {
			t.Fatalf("an expired page: %v", err)
		}
		again := status.Status().Continue
		rest, err := h.r.List(ctx, q, registry.ListOptions{Continue: again})
		if err != nil || names(rest.Records) != "b c" || rest.Rev != h.r.Store.Revision() {
			t.Fatalf("the rest: %q at %d, %v", names(rest.Records), rest.Rev, err)
		}
	}
}

// TestReadOptions holds the refusals of reads against upstream's words.
func TestReadOptions(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	h.configMaps("a", "b")
	token := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for _, c := range []struct {
		o    registry.ListOptions
		code int32
		want string
	}{
		{registry.ListOptions{ResourceVersion: "x"}, 400, `invalid resource version: resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax`},
		{registry.ListOptions{ResourceVersion: "1000000"}, 504, "Too large resource version: 1000000, current: "},
		{registry.ListOptions{ResourceVersion: "1000000", Match: metav1.ResourceVersionMatchExact}, 504, "Too large resource version"},
		{registry.ListOptions{Continue: "!"}, 400, "invalid continue token: continue key is not valid: illegal base64 data at input byte 0"},
		{registry.ListOptions{Continue: token(`{"v":"meta.k8s.io/v2","rv":1,"start":"a"}`)}, 400, "server does not recognize this encoded version meta.k8s.io/v2"},
		{registry.ListOptions{Continue: token(`{"v":"meta.k8s.io/v1","rv":0,"start":"a"}`)}, 400, "incorrect encoded start resourceVersion"},
		{registry.ListOptions{Continue: token(`{"v":"meta.k8s.io/v1","rv":1,"start":""}`)}, 400, "encoded start key empty"},
		{registry.ListOptions{Continue: token(`{"v":"meta.k8s.io/v1","rv":1,"start":"../../secrets/x"}`)}, 400, "continue key is not valid: ../../secrets/x"},
		{registry.ListOptions{Continue: token(`{"v":"meta.k8s.io/v1","rv":-1,"start":"a\u0000"}`), ResourceVersion: "1"}, 400, "specifying resource version is not allowed when using continue"},
	} {
		_, err := h.r.List(ctx, h.request("configmaps"), c.o)
		var status apierrors.APIStatus
		if !errors.As(err, &status) || status.Status().Code != c.code || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %d %s", c.o, err, c.code, c.want)
		}
	}
	_, err := h.r.List(ctx, h.request("configmaps"), registry.ListOptions{ResourceVersion: "1000000"})
	if !apierrors.HasStatusCause(err, metav1.CauseTypeResourceVersionTooLarge) {
		t.Errorf("no cause that clients retry on: %v", err)
	}
}

// TestWatchInitialEvents: what a watch begins with follows from its options as upstream's table says.
func TestWatchInitialEvents(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	h.configMaps("a")
	after := registry.FormatRevision(h.r.Store.Revision())
	h.configMaps("b")
	yes, no := true, false
	for _, c := range []struct {
		o       registry.ListOptions
		initial bool
		want    string
	}{
		{registry.ListOptions{}, true, "a b"},
		{registry.ListOptions{ResourceVersion: "0"}, true, "a b"},
		{registry.ListOptions{ResourceVersion: after}, false, "b"},
		{registry.ListOptions{SendInitialEvents: &yes}, true, "a b"},
		{registry.ListOptions{SendInitialEvents: &yes, ResourceVersion: after}, true, "a b"},
		{registry.ListOptions{SendInitialEvents: &no, ResourceVersion: after}, false, "b"},
	} {
		w, err := h.r.Watch(ctx, h.request("configmaps"), c.o)
		if err != nil {
			t.Fatal(err)
		}
		batch, err := w.Next(ctx)
		w.Stop()
		var got []*store.Record
		for _, ev := range batch.Events {
			got = append(got, ev.Rec)
		}
		if err != nil || names(got) != c.want || batch.InitialDone != c.initial {
			t.Errorf("%+v: %q, initial %v, %v", c.o, names(got), batch.InitialDone, err)
		}
	}
	w, err := h.r.Watch(ctx, h.request("configmaps"), registry.ListOptions{SendInitialEvents: &no})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	h.configMaps("c")
	if batch, err := w.Next(ctx); err != nil || len(batch.Events) != 1 || batch.Events[0].Rec.Key.Name != "c" {
		t.Errorf("a watch from now on: %+v, %v", batch, err)
	}
}
