package apiserver

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
)

// stream reads a watch in JSON.
type stream struct {
	t    testing.TB
	resp *http.Response
	scan *bufio.Scanner
}

func (c *caller) watch(path string) *stream {
	c.d.t.Helper()
	resp := c.open("GET", path, "")
	c.d.t.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != 200 {
		c.d.t.Fatalf("watch %s: %s", path, resp.Status)
	}
	sc := bufio.NewScanner(resp.Body)
	sc.Buffer(nil, 4<<20)
	return &stream{c.d.t, resp, sc}
}

// next returns the next event as "TYPE name", with its object.
func (s *stream) next() (string, map[string]any) {
	s.t.Helper()
	if !s.scan.Scan() {
		return "end", nil
	}
	var ev struct {
		Type   string
		Object map[string]any
	}
	check(s.t, json.Unmarshal(s.scan.Bytes(), &ev))
	return strings.TrimSpace(ev.Type + " " + at(ev.Object, "metadata.name")), ev.Object
}

func (s *stream) expect(want ...string) {
	s.t.Helper()
	for _, w := range want {
		if got, obj := s.next(); got != w {
			s.t.Fatalf("event %q, want %q: %v", got, w, obj)
		}
	}
}

func TestWatch(t *testing.T) {
	d := newDoor(t, func(c *Config) { c.Bookmarks = 20 * time.Millisecond })
	a := d.admin()
	const coll = "/api/v1/namespaces/red/configmaps"
	cm := func(name, app string) string {
		return fmt.Sprintf(`{"metadata":{"name":%q,"labels":{"app":%q}}}`, name, app)
	}
	a.must("POST", coll, cm("one", "x"), 201)
	rv := at(a.must("GET", coll, "", 200), "metadata.resourceVersion")
	later := a.watch(coll + "?watch=true&resourceVersion=" + rv)
	picky := a.watch(coll + "?watch=1&labelSelector=app%3Dx")
	one := a.watch(coll + "?watch=1&fieldSelector=metadata.name%3Dtwo")
	all := a.watch("/api/v1/configmaps?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true")
	if ct := later.resp.Header.Get("Content-Type"); ct != "application/json" {
		t.Errorf("content type %q", ct)
	}
	picky.expect("ADDED one")
	all.expect("ADDED one")
	if typ, obj := all.next(); typ != "BOOKMARK" || at(obj, "metadata.annotations") != "map[k8s.io/initial-events-end:true]" {
		t.Errorf("%s %v", typ, obj)
	}
	a.must("POST", coll, cm("two", "y"), 201)
	a.must("PUT", coll+"/one", cm("one", "y"), 200)
	a.must("PUT", coll+"/two", cm("two", "x"), 200)
	a.must("DELETE", coll+"/two", "", 200)
	later.expect("ADDED two", "MODIFIED one", "MODIFIED two", "DELETED two")
	picky.expect("DELETED one", "ADDED two", "DELETED two")
	one.expect("ADDED two", "MODIFIED two", "DELETED two")

	// A quiet watch hears of progress elsewhere.
	quiet := a.watch("/api/v1/namespaces/default/configmaps?watch=1&allowWatchBookmarks=true&resourceVersion=" + rv)
	made := a.must("POST", coll, cm("three", "x"), 201)
	for {
		typ, obj := quiet.next()
		if typ != "BOOKMARK" {
			t.Fatalf("%s %v", typ, obj)
		}
		if at(obj, "metadata.resourceVersion") >= at(made, "metadata.resourceVersion") {
			break
		}
	}

	// Resumption where history is gone.
	check(t, d.store.Compact(d.store.Revision()))
	old := a.watch(coll + "?watch=1&resourceVersion=" + rv)
	if typ, obj := old.next(); typ != "ERROR" || at(obj, "code") != "410" {
		t.Errorf("%s %v", typ, obj)
	}
	old.expect("end")

	table := a.with("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json").watch(coll + "?watch=1")
	for i, columns := range []string{"[map[", "[]"} {
		_, obj := table.next()
		if at(obj, "kind") != "Table" || !strings.HasPrefix(fmt.Sprint(obj["columnDefinitions"]), columns) && obj["columnDefinitions"] != nil {
			t.Errorf("row %d: %v", i, obj)
		}
	}
	short := a.watch(coll + "?watch=1&timeoutSeconds=1&resourceVersion=" + at(made, "metadata.resourceVersion"))
	short.expect("end")

	// The end of the server ends watches.
	d.stop()
	later.t = t
	if typ, _ := later.next(); typ != "ADDED three" {
		t.Errorf("%s", typ)
	}
	later.expect("end")
}

// TestInformer runs client-go's machinery over protobuf.
func TestInformer(t *testing.T) {
	d := newDoor(t)
	conf := d.config("admin", "system:masters")
	conf.ContentType, conf.AcceptContentTypes = "application/vnd.kubernetes.protobuf", "application/vnd.kubernetes.protobuf,application/json"
	cs := d.clientset(conf)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	pod := func(name string) *corev1.Pod {
		return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "i"}}}}
	}
	if _, err := cs.CoreV1().Pods("red").Create(ctx, pod("before"), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	f := informers.NewSharedInformerFactory(cs, 0)
	events := make(chan string, 10)
	_, err := f.Core().V1().Pods().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(o any) { events <- "add " + o.(*corev1.Pod).Name },
		UpdateFunc: func(_, o any) { events <- "update " + o.(*corev1.Pod).Name },
		DeleteFunc: func(o any) { events <- "delete " + o.(*corev1.Pod).Name },
	})
	check(t, err)
	f.Start(ctx.Done())
	defer f.Shutdown()
	defer cancel()
	expect := func(want string) {
		t.Helper()
		select {
		case got := <-events:
			if got != want {
				t.Fatalf("%s, want %s", got, want)
			}
		case <-ctx.Done():
			t.Fatalf("no %s", want)
		}
	}
	expect("add before")
	p, err := cs.CoreV1().Pods("red").Create(ctx, pod("after"), metav1.CreateOptions{})
	check(t, err)
	expect("add after")
	p.Labels = map[string]string{"a": "b"}
	p, err = cs.CoreV1().Pods("red").Update(ctx, p, metav1.UpdateOptions{})
	check(t, err)
	expect("update after")
	p.Status.Phase = corev1.PodRunning
	_, err = cs.CoreV1().Pods("red").UpdateStatus(ctx, p, metav1.UpdateOptions{})
	check(t, err)
	expect("update after")
	check(t, cs.CoreV1().Pods("red").Delete(ctx, "after", metav1.DeleteOptions{}))
	expect("delete after")
	list, err := cs.CoreV1().Pods("").List(ctx, metav1.ListOptions{FieldSelector: "metadata.name=before"})
	check(t, err)
	if len(list.Items) != 1 || list.Items[0].Spec.Containers[0].Image != "i" {
		t.Errorf("list: %v", list)
	}
}
