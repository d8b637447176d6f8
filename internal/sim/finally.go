package sim

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/plan"
)

// Two runs of one story end in the same state, but for what chance has named: identities, times, addresses, revisions, the
// names of pods and where they are. final writes the state down without these.

// dropped are the fields that differ from run to run, wherever they are.
var dropped = []string{"uid", "resourceVersion", "managedFields", "creationTimestamp", "generation", "observedGeneration", "nodeName", //nolint:gochecknoglobals // never changed
	"hostIP", "hostIPs", "podIP", "podIPs", "clusterIP", "clusterIPs", "containerID", "collisionCount"}

var (
	addresses = regexp.MustCompile(`\b10\.4[23]\.\d+\.\d+\b`)         //nolint:gochecknoglobals // never changed
	generated = regexp.MustCompile(`\bkube-api-access-[0-9a-f]{5}\b`) //nolint:gochecknoglobals // never changed
)

// final writes the state down: one line per object, sorted.
func (w *World) final() (out []string, err error) {
	names := w.names()
	for _, rec := range w.all() {
		if rec.Key.Resource == plan.Leases || rec.Key.Resource == plan.Events {
			continue
		}
		obj := w.object(rec)
		if obj == nil {
			continue // a record of ours; what it is about is in the objects
		}
		raw, err := json.Marshal(obj)
		if err != nil {
			return nil, fmt.Errorf("finally: %s: %w", rec.Key, err)
		}
		var tree map[string]any
		if err := json.Unmarshal(raw, &tree); err != nil {
			return nil, fmt.Errorf("finally: %s: %w", rec.Key, err)
		}
		for _, path := range w.sim.cfg.Scenario.Loose {
			if kind, field, _ := strings.Cut(path, ":"); kind == rec.Key.Resource.Name {
				forget(tree, strings.Split(field, "."))
			}
		}
		text, err := json.Marshal(plainly(tree))
		if err != nil {
			return nil, fmt.Errorf("finally: %s: %w", rec.Key, err)
		}
		line := rec.Key.String() + " " + string(text)
		line = addresses.ReplaceAllString(uidless(names.Replace(line)), "IP")
		out = append(out, generated.ReplaceAllString(line, "kube-api-access-*"))
	}
	slices.Sort(out)
	return out, nil
}

// forget takes a field away.
func forget(tree map[string]any, path []string) {
	for len(path) > 1 {
		next, ok := tree[path[0]].(map[string]any)
		if !ok {
			return
		}
		tree, path = next, path[1:]
	}
	delete(tree, path[0])
}

// plainly drops what differs, and brings lists into an order where theirs comes from history.
func plainly(v any) any {
	switch t := v.(type) {
	case map[string]any:
		for k, x := range t {
			if slices.Contains(dropped, k) {
				delete(t, k)
			} else {
				t[k] = plainly(x)
			}
		}
	case []any:
		keyed := false
		for i, x := range t {
			t[i] = plainly(x)
			_, isMap := t[i].(map[string]any)
			keyed = keyed || isMap
		}
		if keyed {
			slices.SortFunc(t, func(a, b any) int { return strings.Compare(text(a), text(b)) })
		}
	case string:
		if _, err := time.Parse(time.RFC3339Nano, t); err == nil {
			return "TIME"
		}
	}
	return v
}

func text(v any) string {
	b, _ := json.Marshal(v) // what came from JSON goes back
	return string(b)
}

// names replaces the names that chance has made: those of pods and endpoint slices, by their owners'.
func (w *World) names() *strings.Replacer {
	var pairs []string
	for _, rec := range w.all() {
		r := rec.Key.Resource
		if r != plan.Pods && r != plan.EndpointSlices {
			continue
		}
		m, ok := w.object(rec).(metav1.Object)
		if !ok {
			continue
		}
		if ref := metav1.GetControllerOf(m); ref != nil && ref.Kind != "StatefulSet" {
			pairs = append(pairs, rec.Key.Name, ref.Name+"-*")
		}
	}
	return strings.NewReplacer(pairs...)
}

// Difference tells how two final states differ, in few lines; "" if they do not.
func Difference(want, got []string) string {
	count := map[string]int{}
	for _, l := range want {
		count[l]--
	}
	for _, l := range got {
		count[l]++
	}
	var b strings.Builder
	for _, l := range slices.Sorted(maps.Keys(count)) {
		switch n := count[l]; {
		case n < 0:
			fmt.Fprintf(&b, "missing %d: %s\n", -n, l)
		case n > 0:
			fmt.Fprintf(&b, "too many %d: %s\n", n, l)
		}
	}
	return b.String()
}
