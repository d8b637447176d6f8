package accept

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// storm is how many pods start at once.
	storm = 100
	// stormKills is how often everything is killed meanwhile, each time when this many more of the pods have begun.
	stormKills, stormStep = 3, 20
)

// H56: the whole instance, agent, API server and supervisors, is killed again and again while a hundred pods start. When it comes back, no pod is
// lost and none runs twice; nothing is left of them after their deletion.
func TestH56(t *testing.T) {
	in := newInstance(t, "127.0.0.1:17475")
	if err := errors.Join(in.up(), in.images()); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	id, err := in.id()
	if err != nil {
		t.Fatal(err)
	}
	uids := map[string]string{}
	var all []string
	for i := range storm {
		name := fmt.Sprintf("storm-%d", i)
		uids[name] = w.create(name)
		all = append(all, uids[name])
	}
	for i := range stormKills {
		w.eventually("more pods have begun", func() error {
			begun, err := filepath.Glob("/run/gantry-" + id + "/sup/*/c/*_c_0.json")
			if err == nil && len(begun) < (i+1)*stormStep {
				err = fmt.Errorf("%d have", len(begun))
			}
			return err
		})
		pids := append(w.daemon(), w.supervisors()...)
		w.killAll(pids)
		w.eventually("all are dead", func() error {
			for _, pid := range pids {
				if b, err := readString(fmt.Sprintf("/proc/%d/stat", pid)); err == nil && !strings.Contains(b, ") Z ") {
					return fmt.Errorf("process %d: %w", pid, errStill)
				}
			}
			return nil
		})
		if err := in.up(); err != nil {
			t.Fatal(err)
		}
	}
	w.ready("condition=Ready", "pod", "--all")

	list, err := in.client(t).CoreV1().Pods(w.ns).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Items) != storm {
		t.Errorf("there are %d pods", len(list.Items))
	}
	owner := map[string]string{}
	for _, p := range list.Items {
		if uids[p.Name] != string(p.UID) {
			t.Errorf("pod %s is another one than was made", p.Name)
		}
		if other := owner[p.Status.PodIP]; other != "" || p.Status.PodIP == "" {
			t.Errorf("pods %s and %s have the address %q", p.Name, other, p.Status.PodIP)
		}
		owner[p.Status.PodIP] = p.Name
		if n := len(w.processesOf(id, string(p.UID))); n != 1 { // sleep, and nothing beside it
			t.Errorf("%d processes run in pod %s", n, p.Name)
		}
	}
	for name := range uids {
		if err := want(w.k("logs", name, "-c", "c"), "here I am"); err != nil {
			t.Errorf("pod %s: %v", name, err)
		}
	}
	w.k("delete", "pods", "--all", "--wait=false")
	w.eventually("nothing is left of them", func() error { return errors.Join(w.nothingOf(all...), w.nothingLeft()) })
}
