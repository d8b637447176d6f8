package disk_test

import (
	"context"
	"testing"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/store/disk"
)

func TestSmoke(t *testing.T) {
	dir := t.TempDir() + "/a/b"
	s, err := disk.Open(dir, disk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	k := api.Key{Resource: api.Resource{Name: "pods"}, Cluster: api.Host, Namespace: "default", Name: "a"}
	w, err := s.Watch(api.Scope{Resource: k.Resource, Cluster: api.Host}, 0)
	if err != nil {
		t.Fatal(err)
	}
	res := s.Commit(context.Background(), []store.Txn{{Ops: []store.Op{{Key: k, Body: []byte("x")}}}})
	if res[0].Err != nil || string(s.Get(k).Body) != "x" {
		t.Fatal(res[0].Err)
	}
	ev, upTo, err := w.Next(context.Background())
	t.Log(ev, upTo, err)
	if _, err := disk.Open(dir, disk.Options{}); err == nil {
		t.Fatal("second open")
	} else {
		t.Log(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err = disk.Open(dir, disk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Range(store.Range{Scope: api.Scope{Resource: k.Resource}})
	t.Log(p, err, s.Revision())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
