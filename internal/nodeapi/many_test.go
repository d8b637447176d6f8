package nodeapi

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

// manyEnv is how many pods TestInsideMany starts. With it set, TestRealNode runs that instead, to measure:
//
//	GANTRY_PODS=100 go test -run TestRealNode -v ./internal/nodeapi
const manyEnv = "GANTRY_PODS"

// TestInsideMany creates pods all at once and tells how long each took until the API said Running, and until it was gone.
func TestInsideMany(t *testing.T) {
	count, err := strconv.Atoi(os.Getenv(manyEnv))
	if os.Getenv(insideEnv) == "" || err != nil {
		t.Skip("measures inside of TestRealNode when " + manyEnv + " is set")
	}
	n := newNode(t)
	n.begin()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	scope := api.Scope{Resource: api.Resource{Name: "pods"}, Cluster: api.Host, Namespace: "default"}
	_, rev, err := n.client.List(ctx, scope, client.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	w, err := n.client.Watch(ctx, scope, rev, client.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	begun := make(map[string]time.Time, count)
	for i := range count {
		name := fmt.Sprintf("p%d", i)
		begun[name] = time.Now()
		n.pod(name, `{terminationGracePeriodSeconds: 1, containers: [{name: c, image: "busybox:test", command: [sh, -c, "trap exit TERM; sleep 1000 & wait"]}]}`)
	}
	tell(t, "create to Running", begun, w, func(ev client.Event) bool {
		return ev.Object.(*corev1.Pod).Status.Phase == corev1.PodRunning
	})
	for name := range begun {
		begun[name] = time.Now()
		if r := n.client.Apply(ctx, []client.Write{{Verb: client.Delete, Key: podKey(name)}})[0]; r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	tell(t, "delete to gone", begun, w, func(ev client.Event) bool { return ev.Type == client.Deleted })
	n.stop()
}

// tell waits until every pod was as wanted once, and logs how long that took.
func tell(t *testing.T, what string, begun map[string]time.Time, w client.Watch, ok func(client.Event) bool) {
	t.Helper()
	start := time.Now()
	took := map[string]time.Duration{}
	for len(took) < len(begun) {
		events, _, err := w.Next(t.Context())
		if err != nil {
			t.Fatalf("%s: %d of %d: %v", what, len(took), len(begun), err)
		}
		for _, ev := range events {
			if _, seen := took[ev.Key.Name]; !seen && ok(ev) {
				took[ev.Key.Name] = time.Since(begun[ev.Key.Name])
			}
		}
	}
	var all []time.Duration
	for _, d := range took {
		all = append(all, d)
	}
	slices.Sort(all)
	t.Logf("%s: %d pods, p50 %v, p99 %v, all in %v", what, len(all), all[len(all)/2], all[len(all)*99/100], time.Since(start))
}
