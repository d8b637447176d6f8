package accept

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	// smallDisk is the data directory's size that is filled up, grownDisk what it grows to.
	smallDisk, grownDisk = "size=64m", "size=256m"
	// pieceBytes is one ConfigMap's weight; maxPieces are more than the disk can hold.
	pieceBytes, maxPieces = 256 << 10, 1000
)

// fullDisk fills the disk by writes of the API, until they are refused; then it makes room.
func fullDisk(t *testing.T) {
	in := &instance{dir: t.TempDir(), listen: "127.0.0.1:17465"}
	if err := unix.Mount("gantry-full", in.dir, "tmpfs", 0, smallDisk); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(in.dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	p := in.start(t, "server", "--listen", in.listen)
	c := in.client(t)
	maps := c.CoreV1().ConfigMaps("default")
	acknowledged := map[string]string{}
	refusal := func() error {
		for i := range maxPieces {
			name := fmt.Sprintf("piece-%04d", i)
			_, err := maps.Create(t.Context(), piece(name), metav1.CreateOptions{})
			if err != nil {
				return err
			}
			acknowledged[name] = sum(piece(name))
		}
		return nil
	}()
	if refusal == nil {
		t.Fatal("the disk is never full")
	}
	var status apierrors.APIStatus
	if !errors.As(refusal, &status) {
		t.Fatalf("not a Status: %v", refusal)
	}
	s := status.Status()
	t.Logf("after %d pieces: %d %s: %s", len(acknowledged), s.Code, s.Reason, s.Message)
	if err := errorsOr(oneClearLine(s.Message), want(s.Message, "space")); err != nil {
		t.Error(err)
	}
	if s.Code < 500 {
		t.Errorf("code %d blames the client", s.Code)
	}
	in.holds(t, "while the disk is full", acknowledged)
	if err := unix.Mount("", in.dir, "", unix.MS_REMOUNT, grownDisk); err != nil {
		t.Fatal(err)
	}
	if err := await(func() error {
		_, err := maps.Create(t.Context(), piece("after"), metav1.CreateOptions{})
		return err
	}); err != nil {
		t.Fatal("there is room again, but:", err)
	}
	acknowledged["after"] = sum(piece("after"))
	in.holds(t, "after making room", acknowledged)
	p.kill(t)
	in.start(t, "server", "--listen", in.listen)
	in.holds(t, "after a kill and a new start", acknowledged)
}

func piece(name string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: map[string]string{"name": name, "weight": noise(name)}}
}

// noise is a text that does not compress much, the same for the same seed.
func noise(seed string) string {
	r := rand.NewChaCha8(sha256.Sum256([]byte(seed)))
	b := make([]byte, pieceBytes/4*3)
	_, _ = r.Read(b) // it never fails
	return base64.StdEncoding.EncodeToString(b)
}

func sum(c *corev1.ConfigMap) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(c.Data["name"]+c.Data["weight"])))
}

// client speaks to the instance as its administrator, without a pace of its own.
func (i *instance) client(t *testing.T) *kubernetes.Clientset {
	t.Helper()
	cfg, err := clientcmd.BuildConfigFromFlags("", filepath.Join(i.dir, "kubeconfig"))
	if err != nil {
		t.Fatal(err)
	}
	cfg.QPS = -1
	c, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// holds wants all ConfigMaps to be there as they were acknowledged.
func (i *instance) holds(t *testing.T, when string, acknowledged map[string]string) {
	t.Helper()
	list, err := i.client(t).CoreV1().ConfigMaps("default").List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Errorf("%s: %v", when, err)
		return
	}
	got := map[string]string{}
	for n := range list.Items {
		got[list.Items[n].Name] = sum(&list.Items[n])
	}
	for name, want := range acknowledged {
		if got[name] != want {
			t.Errorf("%s: %s was acknowledged and is lost or changed", when, name)
		}
	}
}

// damagedDirectory harms one file after the other of a directory in order: a start either works, with everything that
// was acknowledged, or ends with one line that says what to do.
func damagedDirectory(t *testing.T) {
	in := &instance{dir: t.TempDir(), listen: "127.0.0.1:17466"}
	p := in.start(t, "server", "--listen", in.listen)
	acknowledged := map[string]string{}
	for i := range 20 {
		name := fmt.Sprintf("kept-%02d", i)
		if _, err := in.client(t).CoreV1().ConfigMaps("default").Create(t.Context(), piece(name), metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		acknowledged[name] = sum(piece(name))
	}
	in.awaitMark(t)
	p.kill(t) // the log is full of what no table holds yet
	var files []string
	err := filepath.WalkDir(in.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !slices.Contains([]string{"gantry.log", "gantry.pid"}, d.Name()) {
			rel, _ := filepath.Rel(in.dir, path)
			files = append(files, rel)
		}
		return err
	})
	if err != nil || len(files) < 5 {
		t.Fatalf("files: %v %v", files, err)
	}
	for _, f := range files {
		for how, harm := range map[string]func(b []byte) []byte{
			"cut in half": func(b []byte) []byte { return b[:len(b)/2] },
			"empty":       func([]byte) []byte { return nil },
			"garbage": func(b []byte) []byte {
				for i := range b {
					b[i] ^= 0x5a
				}
				return b
			},
			"one bit": func(b []byte) []byte {
				if len(b) > 0 {
					b[len(b)/2] ^= 1
				}
				return b
			},
		} {
			t.Run(f+" "+how, func(t *testing.T) { startsOrSaysWhy(t, in.dir, f, harm, acknowledged) })
		}
	}
}

// awaitMark waits until the store's mark covers the last write: what is damaged before it must be noticed.
func (i *instance) awaitMark(t *testing.T) {
	t.Helper()
	list, err := i.client(t).CoreV1().ConfigMaps("default").List(t.Context(), metav1.ListOptions{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	written, err := strconv.ParseUint(list.ResourceVersion, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if err := await(func() error {
		b, err := os.ReadFile(filepath.Join(i.dir, "store", "GANTRY"))
		if err != nil {
			return err
		}
		words := strings.Fields(string(b))
		mark, err := strconv.ParseUint(words[len(words)-1], 10, 64)
		if err == nil && mark < written {
			err = fmt.Errorf("the mark is at %d of %d", mark, written)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// startLimit bounds a start that neither works nor fails.
const startLimit = 60 * time.Second

func startsOrSaysWhy(t *testing.T, original, file string, harm func([]byte) []byte, acknowledged map[string]string) {
	in := &instance{dir: filepath.Join(t.TempDir(), "data"), listen: "127.0.0.1:17467"}
	if err := os.CopyFS(in.dir, os.DirFS(original)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(in.dir, file)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, harm(b), 0o600); err != nil {
		t.Fatal(err)
	}
	c := command(t.Context(), "server", "--data-dir", in.dir, "--listen", in.listen)
	c.SysProcAttr = &unix.SysProcAttr{Pdeathsig: unix.SIGKILL}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	limit := time.AfterFunc(startLimit, func() { _ = c.Process.Kill() })
	defer limit.Stop()
	first := make([]byte, len("ready"))
	n, _ := out.Read(first)
	if string(first[:n]) == "ready" {
		in.holds(t, "after a start", acknowledged)
		_ = c.Process.Kill()
		_ = c.Wait()
		return
	}
	err = c.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatalf("it ended with %v: %s", err, said.String())
	}
	if err := errorsOr(oneClearLine(said.String()), want(said.String(), in.dir)); err != nil {
		t.Error(err)
	}
}
