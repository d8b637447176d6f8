package accept

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

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
	in.onDisk(t, smallDisk)
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

// onDisk mounts a disk of a size on the instance's directory for the time of the test.
func (i *instance) onDisk(t *testing.T, size string) {
	t.Helper()
	i.onDiskAt(t, i.dir, size)
}

// onDiskAt mounts a disk of a size on a directory, which is made, for the time of the test.
func (i *instance) onDiskAt(t *testing.T, dir, size string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("gantry-full", dir, "tmpfs", 0, size); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}

// fullFromTheStart has no room for anything.
func fullFromTheStart(t *testing.T) {
	in := &instance{dir: t.TempDir(), listen: "127.0.0.1:17468"}
	in.onDisk(t, "size=1m")
	f, err := os.Create(filepath.Join(in.dir, "ballast"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(make([]byte, 2<<20))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(err, unix.ENOSPC) {
		t.Fatalf("the disk is not full: %v", err)
	}
	for _, args := range [][]string{{"server", "--listen", in.listen}, {"up", "--listen", in.listen}, {"image", "build", "web:1", "--file", "/bin/busybox:/bin/busybox"}} {
		complains(t, command(t.Context(), append(args, "--data-dir", in.dir)...), 1, "space")
	}
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
