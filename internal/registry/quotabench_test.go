package registry_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/client"
)

// BenchmarkQuota compares writes of pods without and under a quota, by writers that come together.
func BenchmarkQuota(b *testing.B) {
	for _, under := range []bool{false, true} {
		for name, write := range map[string]func(h *house, n int64) client.Write{
			"create": func(_ *house, n int64) client.Write {
				p := sized(fmt.Sprintf("p%d", n), "1m")
				return client.Write{Verb: client.Create, Object: p, Key: key("pods", p.Name)}
			},
			"status": func(_ *house, n int64) client.Write {
				return client.Write{Verb: client.Patch, Key: key("pods", fmt.Sprintf("s%d", n%64)), Subresource: "status", PatchType: types.MergePatchType,
					Patch: fmt.Appendf(nil, `{"status":{"phase":"Running","message":"%d"}}`, n)}
			},
		} {
			b.Run(fmt.Sprintf("%s/quota=%v", name, under), func(b *testing.B) {
				h := newHouse(b)
				if under {
					h.create(quotaOf("q", "pods", "100000000", string(corev1.ResourceRequestsCPU), "100000000"))
				}
				for i := range 64 {
					h.create(sized(fmt.Sprintf("s%d", i), "1m"))
				}
				var n atomic.Int64
				b.SetParallelism(32)
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if err := h.write(write(h, n.Add(1))).Err; err != nil {
							b.Error(err)
						}
					}
				})
			})
		}
	}
}
