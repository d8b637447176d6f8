package disk_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/store/disk"
)

// killDir tells the test binary that it is the writer of TestKill.
const killDir = "GANTRY_TEST_KILL_DIR"

// TestKill kills a writing process (-9), several times over the same real directory, and checks that everything that
// it has printed as acknowledged is there.
func TestKill(t *testing.T) {
	if dir := os.Getenv(killDir); dir != "" {
		writeForever(t, dir)
		return
	}
	dir := t.TempDir()
	const perRound = 300 // acknowledgements before the process is killed
	acked := map[int]api.Revision{}
	for round := range 5 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKill$", "-test.timeout=60s") //nolint:gosec // it is this very program
		cmd.Env = append(os.Environ(), killDir+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			var i int
			var rev api.Revision
			if _, err := fmt.Sscanf(lines.Text(), "acked %d %d", &i, &rev); err != nil {
				break // half a line: the process is dead
			}
			acked[i] = rev
			if n == perRound {
				_ = cmd.Process.Kill()
			}
		}
		_ = cmd.Wait() // it was killed
		s := mustOpen(t, dir, disk.Options{})
		if len(acked) < perRound {
			t.Fatalf("only %d acknowledgements", len(acked))
		}
		for i, rev := range acked {
			r := s.Get(podKey(i))
			if r == nil || r.Rev < rev || !strings.HasPrefix(string(r.Body), strconv.Itoa(i)+" ") {
				t.Errorf("round %d: %s was acknowledged at %d, now %+v", round, podKey(i), rev, r)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func writeForever(t *testing.T, dir string) {
	s := mustOpen(t, dir, disk.Options{TableEvents: 50})
	for w := range 4 {
		go func() {
			for i := w; ; i = (i + 4) % 1000 {
				body := fmt.Sprintf("%d %s", i, strings.Repeat("x", 3000))
				res := s.Commit(context.Background(), []store.Txn{{Ops: []store.Op{{Key: podKey(i), Body: []byte(body)}}}})
				if res[0].Err != nil {
					fmt.Println("failed", res[0].Err)
					return
				}
				fmt.Printf("acked %d %d\n", i, res[0].Records[0].Rev)
			}
		}()
	}
	select {} // until killed
}
