package accept

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// A7: two instances on one machine; one is killed and cleaned up without touching the other.
func TestA7(t *testing.T) {
	one, two := newInstance(t, "127.0.0.1:17451"), newInstance(t, "127.0.0.1:17452")
	var worlds []*world
	for _, in := range []*instance{one, two} {
		if err := in.up(); err != nil {
			t.Fatal(err)
		}
		if err := in.images(); err != nil {
			t.Fatal(err)
		}
		w := worldIn(t, in)
		w.apply(pod("p", busybox, idle, "", "restartPolicy: Always"))
		w.ready("condition=Ready", "pod/p")
		worlds = append(worlds, w)
	}
	if a, b := worlds[0].field("pod/p", ".status.podIP"), worlds[1].field("pod/p", ".status.podIP"); a == b {
		t.Fatalf("both pods have address %s", a)
	}
	other := worlds[1]
	const state = ".status.containerStatuses[0]['containerID','restartCount','ready']"
	was := other.field("pod/p", state)
	id, err := one.id()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(one.dir, "gantry.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Kill(pid, unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := await(func() error {
		if c, err := net.Dial("tcp", one.listen); err == nil {
			c.Close()
			return errStill
		}
		return nil
	}); err != nil {
		t.Fatal("the killed instance listens:", err)
	}
	if l, err := leftovers(id); err != nil || len(l) == 0 {
		t.Fatalf("nothing of the killed instance runs, so there is nothing to clean up: %v", err)
	}
	if out, err := one.gantry("down"); err != nil {
		t.Fatal(out, err)
	}
	if err := one.gone(); err != nil {
		t.Error(err)
	}
	if is := other.field("pod/p", state); is != was {
		t.Errorf("the other's pod was %s and is %s", was, is)
	}
	if out, err := other.inPod("p", "echo alive"); err != nil || out != "alive" {
		t.Errorf("the other's pod says %q: %v", out, err)
	}
	other.apply(pod("q", busybox, "/bin/tool lookup kubernetes.default.svc.cluster.local", "", ""))
	other.prints("q", ".")
	worlds[0].instance.mustRestart(t)
	worlds[0].ready("condition=Ready", "pod/p")
}

// mustRestart starts the instance again; its data are still there.
func (i *instance) mustRestart(t *testing.T) {
	t.Helper()
	if err := i.up(); err != nil {
		t.Fatal(err)
	}
}

// gone is an error if anything of an instance is left on the machine.
func (i *instance) gone() error {
	id, err := i.id()
	if err != nil {
		return err
	}
	l, err := leftovers(id)
	if err == nil && len(l) > 0 {
		err = fmt.Errorf("left behind: %s", strings.Join(l, ", "))
	}
	links, err2 := net.Interfaces()
	for _, x := range links {
		if b, err := os.ReadFile("/sys/class/net/" + x.Name + "/ifalias"); err == nil && strings.Contains(string(b), "gantry "+id+" ") {
			return fmt.Errorf("link %s is left behind", x.Name)
		}
	}
	return errorsOr(err, err2)
}
