package registry

import (
	"context"
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/store/disk"
)

// What every write pays in a cluster whose users have written no rules, beside a thousand other clusters.
func BenchmarkNoRules(b *testing.B) {
	st, err := disk.Open("db", disk.Options{FS: vfs.NewMem()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { st.Close() })
	var txns []store.Txn
	for c := range 1000 {
		for _, res := range []string{"pods", "namespaces", "configmaps"} {
			key := api.Key{Resource: api.Resource{Name: res}, Cluster: api.Cluster(fmt.Sprintf("tenant-%d", c)), Name: "x"}
			txns = append(txns, store.Txn{Ops: []store.Op{{Key: key, Body: []byte("x")}}})
		}
	}
	for _, res := range st.Commit(context.Background(), txns) {
		if res.Err != nil {
			b.Fatal(res.Err)
		}
	}
	r := &Registry{Config: Config{Store: st}, dynamic: newDynamic()}
	b.ReportAllocs()
	for b.Loop() {
		if book, err := r.rulebook("tenant-500"); book != nil || err != nil {
			b.Fatal(book, err)
		}
	}
}
