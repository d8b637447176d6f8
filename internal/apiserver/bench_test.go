package apiserver

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"k8s.io/apiserver/pkg/authentication/user"
)

// sink is a ResponseWriter that costs nothing.
type sink struct {
	h http.Header
	n int64
}

func (s *sink) Header() http.Header         { return s.h }
func (s *sink) WriteHeader(int)             {}
func (s *sink) Write(p []byte) (int, error) { s.n += int64(len(p)); return len(p), nil }
func (s *sink) Flush()                      {}

// benchDoor has n pods, and lets a bench call the handler without a network as an administrator.
func benchDoor(b *testing.B, n int) *door {
	d := newDoor(b)
	a := d.admin()
	for i := range n {
		a.must("POST", "/api/v1/namespaces/red/pods", fmt.Sprintf(`{"metadata":{"name":"p%05d","labels":{"app":"web","n":"%d"}},"spec":{"containers":[{"name":"c","image":"registry.example/web:1","env":[{"name":"A","value":"B"}],"resources":{"requests":{"cpu":"10m","memory":"16Mi"}}}]}}`, i, i%10), 201)
	}
	return d
}

func (d *door) handler(b *testing.B, path, accept string) int64 {
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept", accept)
	w := &sink{h: http.Header{}}
	c := &call{target: parseTarget(r.Method, r.URL.Path), w: &answer{ResponseWriter: w}, r: r, user: &user.DefaultInfo{Name: "admin"}}
	if r.URL.RawQuery != "" {
		c.q.values = r.URL.Query()
	}
	if err := d.srv.serveResource(c); err != nil {
		b.Fatal(err)
	}
	return w.n
}

func BenchmarkGetPod(b *testing.B) {
	d := benchDoor(b, 1)
	for _, accept := range []string{mediaJSON, mediaProtobuf} {
		b.Run(accept, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				d.handler(b, "/api/v1/namespaces/red/pods/p00000", accept)
			}
		})
	}
}

func BenchmarkList1000Pods(b *testing.B) {
	d := benchDoor(b, 1000)
	for _, accept := range []string{mediaJSON, mediaProtobuf, "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", "application/json;as=Table;g=meta.k8s.io;v=v1"} {
		b.Run(accept, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.SetBytes(d.handler(b, "/api/v1/namespaces/red/pods", accept))
			}
		})
	}
	b.Run("selector", func(b *testing.B) {
		for b.Loop() {
			d.handler(b, "/api/v1/namespaces/red/pods?labelSelector=n%3D3", mediaJSON)
		}
	})
}

// BenchmarkGetOverTLS is a whole GET through client, HTTP/2, TLS, authentication and authorization, many at once.
func BenchmarkGetOverTLS(b *testing.B) {
	d := benchDoor(b, 1)
	a := d.admin()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if code, _, _ := a.do("GET", "/api/v1/namespaces/red/pods/p00000", ""); code != 200 {
				b.Error(code)
			}
		}
	})
}

// BenchmarkWatchFanOut is one event to 1,000 watches of one collection, without the network.
func BenchmarkWatchFanOut(b *testing.B) {
	const watches = 1000
	d := benchDoor(b, 1)
	rev := fmt.Sprint(d.store.Revision())
	seen := make(chan struct{}, watches)
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	for range watches {
		r := httptest.NewRequestWithContext(ctx, "GET", "/api/v1/namespaces/red/configmaps?watch=1&resourceVersion="+rev, nil)
		c := &call{target: parseTarget("GET", r.URL.Path), w: &answer{ResponseWriter: &ringing{sink{h: http.Header{}}, seen}}, r: r,
			user: &user.DefaultInfo{Name: "admin"}, q: query{values: r.URL.Query()}}
		c.verb = "watch"
		go func() {
			if err := d.srv.serveResource(c); err != nil {
				b.Error(err)
			}
		}()
	}
	for range watches {
		<-seen // the header
	}
	a := d.admin()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		a.must("POST", "/api/v1/namespaces/red/configmaps", fmt.Sprintf(`{"metadata":{"name":"c%d"}}`, i), 201)
		for range watches {
			<-seen
		}
	}
}

// ringing tells when something has been flushed.
type ringing struct {
	sink
	seen chan<- struct{}
}

func (r *ringing) Flush() { r.seen <- struct{}{} }

// write sends a write to the handler without a network.
func (d *door) write(b *testing.B, method, path, contentType, body string) {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Accept", mediaJSON)
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("User-Agent", "bench/1")
	c := &call{target: parseTarget(r.Method, r.URL.Path), w: &answer{ResponseWriter: &sink{h: http.Header{}}}, r: r, user: &user.DefaultInfo{Name: "admin", Groups: []string{user.SystemPrivilegedGroup}}}
	if err := d.srv.serveResource(c); err != nil {
		b.Fatal(err)
	}
}

// benchPod is a pod of the usual size: 1 container, environment, probe, volume.
const benchPod = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","labels":{"app":"bench","tier":"web","pod-template-hash":"5d4f8c7b9"},"annotations":{"example.com/note":"made by a benchmark"}},` +
	`"spec":{"containers":[{"name":"web","image":"registry.example/web:1.2.3","args":["--port=8080","--log=info"],` +
	`"env":[{"name":"A","value":"a value of the usual length"},{"name":"B","value":"a value of the usual length"}],"ports":[{"name":"http","containerPort":8080}],` +
	`"resources":{"requests":{"cpu":"100m","memory":"128Mi"},"limits":{"memory":"256Mi"}},"readinessProbe":{"httpGet":{"path":"/ready","port":"http"},"periodSeconds":5},` +
	`"volumeMounts":[{"name":"config","mountPath":"/etc/web"}]}],"volumes":[{"name":"config","configMap":{"name":"web"}}]}}`

// benchStatus is what a node writes of a pod that runs; its message makes every write a change.
const benchStatus = `{"status":{"phase":"Running","message":"%d","startTime":"2026-01-01T00:00:00Z","hostIP":"10.0.0.1","podIP":"10.1.2.3","podIPs":[{"ip":"10.1.2.3"}],` +
	`"conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"},{"type":"ContainersReady","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}],` +
	`"containerStatuses":[{"name":"web","ready":true,"started":true,"restartCount":0,"image":"registry.example/web:1.2.3","imageID":"","state":{"running":{"startedAt":"2026-01-01T00:00:00Z"}}}]}}`

// BenchmarkWrites are the write paths of the anchors without network and disk.
func BenchmarkWrites(b *testing.B) {
	d := benchDoor(b, 0)
	n := 0
	b.Run("create-configmap", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n++
			d.write(b, "POST", "/api/v1/namespaces/red/configmaps", mediaJSON, fmt.Sprintf(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c%d","labels":{"app":"bench"}},"data":{"a":"%0500d","b":"%0500d"}}`, n, n, n))
		}
	})
	b.Run("create-pod", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n++
			d.write(b, "POST", "/api/v1/namespaces/red/pods", mediaJSON, fmt.Sprintf(benchPod, fmt.Sprintf("b%d", n)))
		}
	})
	b.Run("patch-pod-status", func(b *testing.B) {
		b.ReportAllocs()
		d.write(b, "POST", "/api/v1/namespaces/red/pods", mediaJSON, fmt.Sprintf(benchPod, fmt.Sprintf("s%d", n)))
		path := fmt.Sprintf("/api/v1/namespaces/red/pods/s%d/status", n)
		for b.Loop() {
			n++
			d.write(b, "PATCH", path, "application/strategic-merge-patch+json", fmt.Sprintf(benchStatus, n))
		}
	})
}
