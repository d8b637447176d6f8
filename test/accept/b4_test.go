package accept

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// B4: kill -9 at any moment loses no acknowledged write. The suite storetest runs on the engine itself (internal/store).
func TestB4(t *testing.T) {
	const rounds, writers = 4, 8
	in := newInstance(t, "127.0.0.1:16444")
	start := func() *process { return in.start(t, "server", "--listen", in.listen) }
	acked := map[string]string{} // name → resourceVersion of the last acknowledged write
	for round := range rounds {
		server := start()
		check(t, in, acked)
		var mu sync.Mutex
		var wg sync.WaitGroup
		ctx, stop := context.WithTimeout(t.Context(), patience)
		seen := make(chan struct{}, 1<<16)
		for w := range writers {
			c := in.client(t)
			wg.Go(func() {
				for n := 0; ctx.Err() == nil; n++ {
					name := fmt.Sprintf("r%d-w%d-%d", round, w, n)
					cm, err := c.CoreV1().ConfigMaps("default").Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: map[string]string{"v": "1"}}, metav1.CreateOptions{})
					if err != nil {
						return // the server is gone
					}
					mu.Lock()
					acked[name] = cm.ResourceVersion
					mu.Unlock()
					seen <- struct{}{}
				}
			})
		}
		for range 200 * (round + 1) { // the kill comes while all writers are busy
			select {
			case <-seen:
			case <-ctx.Done():
				t.Fatal("the writers stopped by themselves")
			}
		}
		server.kill(t)
		stop()
		wg.Wait()
	}
	start()
	check(t, in, acked)
	t.Logf("%d acknowledged writes over %d kills", len(acked), rounds)
}

func check(t *testing.T, in *instance, acked map[string]string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	list, err := in.client(t).CoreV1().ConfigMaps("default").List(ctx, metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	revs := map[string]string{}
	for i := range list.Items {
		m := &list.Items[i]
		if other, twice := revs[m.ResourceVersion]; twice {
			t.Fatalf("%s and %s share the resourceVersion %s", other, m.Name, m.ResourceVersion)
		}
		revs[m.ResourceVersion] = m.Name
		got[m.Name] = m.ResourceVersion
	}
	var lost []string
	for name, rv := range acked {
		if got[name] != rv {
			lost = append(lost, name)
		}
	}
	if len(lost) > 0 {
		t.Fatalf("%d of %d acknowledged writes are lost: %s", len(lost), len(acked), strings.Join(lost[:min(5, len(lost))], " "))
	}
}
