package fair

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"gantry.dev/gantry/internal/api"
)

// TestCrowd lets goroutines of three clusters wait as the server does, in virtual time: never are more seats taken than there are,
// and a user who asks for little has it at once although others always want more than there is.
func TestCrowd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const seats, each = 8, 5 * time.Millisecond
		g := New(only(limited("a", 10, 50, -1, 16, 2, 50), limited("b", 10, 50, -1, 16, 2, 50)), Options{Seats: seats})
		var taken, most atomic.Int64
		var refused atomic.Int64
		request := func(c api.Cluster, user string, w Width) (waited time.Duration) {
			tk := &Ticket{Request: Request{User: user, Verb: "get", Resource: "pods", Namespace: "x"}}
			came := time.Now()
			g.Classify(tk, c, came)
			switch g.Enter(tk, w, false, came) {
			case Refused:
				refused.Add(1)
				return 0
			case Waiting:
				<-tk.Granted()
			}
			waited = time.Since(came)
			n := taken.Add(int64(w.Seats()))
			for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
			}
			time.Sleep(each)
			taken.Add(-int64(w.Seats())) // before others may take them
			if linger := g.Leave(tk, time.Now()); linger > 0 {
				time.AfterFunc(linger, func() { g.Release(tk, time.Now()) })
			}
			return waited
		}
		end := time.Now().Add(2 * time.Second)
		var crowd sync.WaitGroup
		for i := range 60 { // always more than there are seats, of two clusters and both levels
			c, user := api.Cluster(fmt.Sprint("c", i%2)), []string{"a", "a2", "b"}[i%3]
			crowd.Go(func() {
				for n := 0; time.Now().Before(end); n++ {
					request(c, user, Width{Initial: 1 + n%3/2, Final: n % 2, Linger: time.Duration(n%2) * time.Millisecond})
				}
			})
		}
		var worst time.Duration
		var waits int
		crowd.Go(func() {
			for time.Now().Before(end) {
				if waited := request("quiet", "b", One()); waited > 0 {
					worst, waits = max(worst, waited), waits+1
				}
				time.Sleep(20 * time.Millisecond)
			}
		})
		crowd.Wait()
		time.Sleep(time.Second) // virtual: what lingers is given back
		synctest.Wait()
		if refused.Load() > 0 {
			t.Errorf("%d were refused", refused.Load())
		}
		if most.Load() > seats {
			t.Errorf("%d seats were taken, of %d", most.Load(), seats)
		}
		if worst > each+time.Millisecond { // in virtual time: until the next of the crowd ends and has lingered
			t.Errorf("a user who asks for little waited %s", worst)
		}
		if waits == 0 {
			t.Error("the crowd was none")
		}
		if g.seats != 0 || len(g.hungry) != 0 {
			t.Errorf("%d seats are taken at the end, %d clusters are hungry", g.seats, len(g.hungry))
		}
	})
}
