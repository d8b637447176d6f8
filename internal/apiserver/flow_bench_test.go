package apiserver

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/fair"
)

// BenchmarkTurn is what a request costs that finds a seat at once: classification, headers, seat, and giving it back.
func BenchmarkTurn(b *testing.B) {
	d := newDoor(b)
	for _, u := range []*user.DefaultInfo{{Name: "admin", Groups: []string{"system:masters"}}, {Name: "ann", Groups: []string{"dev", "system:authenticated"}}} {
		b.Run(u.Name, func(b *testing.B) {
			r := httptest.NewRequest("GET", "/api/v1/namespaces/red/pods/x", nil)
			c := &call{target: parseTarget(r.Method, r.URL.Path), w: &answer{ResponseWriter: &sink{h: http.Header{}}}, r: r, user: u, began: time.Now()}
			b.ReportAllocs()
			for b.Loop() {
				if err := d.srv.enter(c); err != nil {
					b.Fatal(err)
				}
				d.srv.gone(c)
			}
		})
	}
}

// BenchmarkBesideFlood is how long a GET of a quiet tenant takes while 200 requests at once of another list 500 pods, over and
// over, by how many seats one cluster may take for each processor while others are about: p50 and p99 in microseconds. Run it
// with -benchtime 2000x: without the bound a request takes tens of milliseconds.
func BenchmarkBesideFlood(b *testing.B) {
	for _, crowded := range []int{-1, 0, 64, 16, 4, 1} {
		name := fmt.Sprint("crowded=", crowded)
		if crowded < 0 {
			name = "alone"
		}
		b.Run(name, func(b *testing.B) {
			d := newDoor(b, func(c *Config) { c.Serves = func(api.Cluster) bool { return true } })
			d.srv.gate = fair.New(d.srv.Flows, fair.Options{Seats: 600, Crowded: max(crowded, 0) * 2})
			a := d.admin()
			for _, tenant := range []string{"loud", "quiet"} {
				at := "/clusters/" + tenant
				a.must("POST", at+"/api/v1/namespaces", `{"metadata":{"name":"red"}}`, 201)
				a.must("POST", at+"/api/v1/namespaces/red/serviceaccounts", `{"metadata":{"name":"default"}}`, 201)
				a.must("POST", at+"/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", `{"metadata":{"name":"all"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},"subjects":[{"kind":"Group","apiGroup":"rbac.authorization.k8s.io","name":"system:unauthenticated"}]}`, 201)
				for i := range 500 {
					a.must("POST", at+"/api/v1/namespaces/red/pods", fmt.Sprintf(benchPod, fmt.Sprintf("b%d", i)), 201)
				}
			}
			ask := func(path string) {
				d.srv.ServeHTTP(&sink{h: http.Header{}}, httptest.NewRequest("GET", path, nil))
			}
			var end atomic.Bool
			var flood sync.WaitGroup
			for range 200 {
				if crowded < 0 {
					break
				}
				flood.Go(func() {
					for !end.Load() {
						done := make(chan struct{})
						go func() { defer close(done); ask("/clusters/loud/api/v1/namespaces/red/pods") }()
						<-done
					}
				})
			}
			var took []time.Duration
			for b.Loop() {
				began, done := time.Now(), make(chan struct{})
				go func() { defer close(done); ask("/clusters/quiet/api/v1/namespaces/red/pods/b1") }()
				<-done
				took = append(took, time.Since(began))
			}
			end.Store(true)
			flood.Wait()
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}
