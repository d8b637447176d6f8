package diff

import (
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files of upstream's discovery")

// golden is where the fast tests find what upstream answers.
const golden = "../peers/golden"

// aggregated asks for discovery in one document.
const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

// TestDiscovery compares every discovery document that the peer has, and writes golden files of them with -update.
func TestDiscovery(t *testing.T) {
	peer, gantry := both(t)
	allowed := readKnown(t)
	whole := http.Header{"Accept": {aggregated}}
	plain := http.Header{"Accept": {"application/json"}}
	ask := func(path string, h http.Header) request {
		return request{method: "GET", path: path, header: h, body: ""}
	}
	steps := []request{ask("/api", whole), ask("/apis", whole), ask("/api", plain), ask("/apis", plain), ask("/api/v1", plain), ask("/openapi/v3", plain), ask("/version", plain)}
	a, err := peer.ask(t.Context(), ask("/apis", plain))
	if err != nil {
		t.Fatal(err)
	}
	var groups struct {
		Groups []struct {
			Name     string
			Versions []struct{ GroupVersion string }
		}
	}
	if err := json.Unmarshal([]byte(a.body), &groups); err != nil {
		t.Fatal(err)
	}
	legacy := []string{"/api/v1"}
	for _, g := range groups.Groups {
		steps = append(steps, ask("/apis/"+g.Name, plain))
		for _, v := range g.Versions {
			steps = append(steps, ask("/apis/"+v.GroupVersion, plain))
			legacy = append(legacy, "/apis/"+v.GroupVersion)
		}
	}
	if *update {
		writeGolden(t, peer, legacy)
	}
	for _, r := range steps {
		form := ""
		if r.header.Get("Accept") == aggregated {
			form = " aggregated"
		}
		t.Run(r.path+form, func(t *testing.T) {
			compare(t, allowed, "discovery GET "+r.path+form, peer, gantry, r, "discovery")
		})
	}
}

// writeGolden keeps the peer's answers: aggregated ones by name, those of single groups in one file.
func writeGolden(t *testing.T, peer *server, legacy []string) {
	t.Helper()
	keep := func(name string, paths map[string]http.Header) {
		docs := map[string]any{}
		for path, h := range paths {
			a, err := peer.ask(t.Context(), request{method: "GET", path: path, header: h})
			if err != nil {
				t.Fatal(err)
			}
			var v any
			if err := json.Unmarshal([]byte(a.body), &v); err != nil {
				t.Fatal(err)
			}
			docs[path] = v
		}
		b, err := json.MarshalIndent(docs, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(golden, name), append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	keep("aggregated.json", map[string]http.Header{"/api": {"Accept": {aggregated}}, "/apis": {"Accept": {aggregated}}})
	single := map[string]http.Header{"/apis": {"Accept": {"application/json"}}}
	for _, path := range legacy {
		single[path] = http.Header{"Accept": {"application/json"}}
	}
	keep("legacy.json", single)
}
