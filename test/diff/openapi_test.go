package diff

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
)

// shownDifferences bounds what is told about one document.
const shownDifferences = 20

// TestOpenAPI compares the OpenAPI documents, each as a tree: their text says the same in an order of its own.
func TestOpenAPI(t *testing.T) {
	peer, gantry := both(t)
	var index struct{ Paths map[string]any }
	var mine struct{ Paths map[string]any }
	read(t, peer, "/openapi/v3", &index)
	read(t, gantry, "/openapi/v3", &mine)
	paths := []string{"/openapi/v2"}
	for _, p := range slices.Sorted(maps.Keys(index.Paths)) {
		if mine.Paths[p] == nil {
			t.Errorf("gantry has no document of %s", p)
			continue
		}
		paths = append(paths, "/openapi/v3/"+p)
	}
	for p := range mine.Paths {
		if index.Paths[p] == nil {
			t.Errorf("kube-apiserver has no document of %s", p)
		}
	}
	for _, p := range paths {
		t.Run(p, func(t *testing.T) {
			var want, got any
			read(t, peer, p, &want)
			read(t, gantry, p, &got)
			told := 0
			treeDiff("", want, got, func(at, what string) {
				if told++; told <= shownDifferences {
					t.Errorf("%s: %s", at, what)
				}
			})
			if told > shownDifferences {
				t.Errorf("... and %d differences more", told-shownDifferences)
			}
		})
	}
}

func read(t *testing.T, s *server, path string, into any) {
	t.Helper()
	a, err := s.ask(t.Context(), request{method: http.MethodGet, path: path})
	if err != nil || a.status != http.StatusOK {
		t.Fatalf("%s: %s: %d %v", s.name, path, a.status, err)
	}
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		t.Fatalf("%s: %s: %v", s.name, path, err)
	}
}

// treeDiff tells where two JSON values differ.
func treeDiff(at string, want, got any, tell func(at, what string)) {
	w, isMap := want.(map[string]any)
	g, both := got.(map[string]any)
	if !isMap || !both {
		a, errA := json.Marshal(want)
		b, errB := json.Marshal(got)
		if errA != nil || errB != nil || string(a) != string(b) {
			tell(at, fmt.Sprintf("want %.200s, got %.200s", a, b))
		}
		return
	}
	for _, k := range slices.Sorted(maps.Keys(w)) {
		if _, ok := g[k]; !ok {
			tell(at+"/"+k, "gantry has none")
			continue
		}
		treeDiff(at+"/"+k, w[k], g[k], tell)
	}
	for _, k := range slices.Sorted(maps.Keys(g)) {
		if _, ok := w[k]; !ok {
			tell(at+"/"+k, "kube-apiserver has none")
		}
	}
}
