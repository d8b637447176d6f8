package registry_test

import (
	"context"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/client"
)

func (h *house) nodeOf(name string) string {
	h.t.Helper()
	obj, err := h.c.Get(context.Background(), key("pods", name))
	if err != nil {
		h.t.Fatal(err)
	}
	return obj.(*corev1.Pod).Spec.NodeName
}

// What is written together is written in one step or not at all; others of the same call are not touched by it.
func TestWritesTogether(t *testing.T) {
	h := newHouse(t)
	for _, n := range []string{"a", "b", "c", "d", "e"} {
		h.create(pod(n))
	}
	bind := func(n string, group int) client.Write {
		return client.Write{Verb: client.Bind, Key: key("pods", n), Node: "n1", Together: group}
	}
	if res := h.write(bind("c", 0)); res.Err != nil {
		t.Fatal(res.Err)
	}
	out := h.c.Apply(context.Background(), []client.Write{bind("a", 7), bind("b", 7), bind("c", 7), bind("d", 8), bind("nobody", 9), bind("e", 9), bind("b", 0)})
	for i, want := range []string{"another write of its group was refused", "another write of its group was refused", "already assigned", "", "not found", "another write of its group was refused", ""} {
		got := ""
		if out[i].Err != nil {
			got = out[i].Err.Error()
		}
		if (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("write %d: %q, want %q", i, got, want)
		}
	}
	for name, want := range map[string]string{"a": "", "b": "n1", "d": "n1", "e": ""} {
		if got := h.nodeOf(name); got != want {
			t.Errorf("pod %s is on %q, want %q", name, got, want)
		}
	}
	out = h.c.Apply(context.Background(), []client.Write{bind("a", 1), bind("e", 1)})
	if out[0].Err != nil || out[1].Err != nil || h.nodeOf("a") != "n1" || h.nodeOf("e") != "n1" {
		t.Fatalf("together: %v, %v", out[0].Err, out[1].Err)
	}
	if p := out[1].Object.(*corev1.Pod); p.Name != "e" || out[0].Rev == out[1].Rev || out[0].Rev == 0 {
		t.Errorf("results: pod %s, revisions %d and %d", p.Name, out[0].Rev, out[1].Rev)
	}
}
