package accept

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// serverProcess is a `gantry server` of its own.
type serverProcess struct {
	*instance
	cmd *exec.Cmd
}

func startServer(t *testing.T, dir, listen string) *serverProcess {
	t.Helper()
	s := &serverProcess{instance: &instance{dir: dir, listen: listen}}
	s.cmd = exec.Command(binary(), "server", "--data-dir", dir, "--listen", listen)
	log, err := os.OpenFile(dir+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	s.cmd.Stdout, s.cmd.Stderr = log, log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	if err := await(func() error {
		_, err := s.tryKubectl("", "get", "--raw", "/readyz")
		return err
	}); err != nil {
		b, _ := os.ReadFile(dir + ".log")
		t.Fatalf("the server did not become ready: %v\n%s", err, b)
	}
	return s
}

// kill ends the server without a word; twice is harmless.
func (s *serverProcess) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

func (s *serverProcess) client(t *testing.T) *kubernetes.Clientset {
	t.Helper()
	conf, err := clientcmd.BuildConfigFromFlags("", s.dir+"/kubeconfig")
	if err != nil {
		t.Fatal(err)
	}
	conf.QPS = -1
	c, err := kubernetes.NewForConfig(conf)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// B4: kill -9 at any moment loses no acknowledged write. The suite storetest runs on the engine itself (internal/store).
func TestB4(t *testing.T) {
	const rounds, writers = 4, 8
	dir := t.TempDir() + "/data"
	acked := map[string]string{} // name → resourceVersion of the last acknowledged write
	for round := range rounds {
		s := startServer(t, dir, "127.0.0.1:16444")
		check(t, s, acked)
		var mu sync.Mutex
		var wg sync.WaitGroup
		ctx, stop := context.WithTimeout(t.Context(), patience)
		seen := make(chan struct{}, 1<<16)
		for w := range writers {
			c := s.client(t)
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
		s.kill()
		stop()
		wg.Wait()
	}
	s := startServer(t, dir, "127.0.0.1:16444")
	check(t, s, acked)
	t.Logf("%d acknowledged writes over %d kills", len(acked), rounds)
}

func check(t *testing.T, s *serverProcess, acked map[string]string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	list, err := s.client(t).CoreV1().ConfigMaps("default").List(ctx, metav1.ListOptions{})
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
