package schema

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// upstreamDir is the directory of the pinned module's golden documents.
func upstreamDir(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-mod=mod", "-m", "-f", "{{.Dir}}", "k8s.io/kubernetes").Output()
	if err != nil {
		t.Skipf("no go command or module to compare with: %v", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "api", "discovery")
}

// upstreamDocuments are the names of all golden documents.
func upstreamDocuments(t *testing.T) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(upstreamDir(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// upstreamDiscovery reads a golden document of the pinned module.
func upstreamDiscovery(t *testing.T, name string, into any) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(upstreamDir(t), name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

func asMap(t *testing.T, v any) map[string]any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]any{}
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// byName files list elements by a key.
func byName(list any, key string) map[string]map[string]any {
	out := map[string]map[string]any{}
	for _, e := range list.([]any) {
		m := e.(map[string]any)
		out[m[key].(string)] = m
	}
	return out
}

// TestDiscoveryLegacyMatchesUpstream compares every resource that we serve with upstream's own document.
func TestDiscoveryLegacyMatchesUpstream(t *testing.T) {
	s := newSchema(t)
	for _, gv := range s.GroupVersions() {
		file := "api__v1.json"
		if gv.Group != "" {
			file = "apis__" + gv.Group + "__" + gv.Version + ".json"
		}
		want := map[string]any{}
		upstreamDiscovery(t, file, &want)
		got := asMap(t, s.Directory(nil).Resources(gv.Group, gv.Version))
		if got["apiVersion"] != want["apiVersion"] || got["kind"] != want["kind"] || got["groupVersion"] != want["groupVersion"] {
			t.Errorf("%s: head differs", gv)
		}
		theirs := byName(want["resources"], "name")
		ours := byName(got["resources"], "name")
		for name, r := range ours {
			if !reflect.DeepEqual(r, theirs[name]) {
				t.Errorf("%s %s:\n got  %v\n want %v", gv, name, r, theirs[name])
			}
		}
		for name := range theirs {
			if ours[name] == nil {
				t.Errorf("%s: %s is not served", gv, name)
			}
		}
	}
	// All stable versions are on by default upstream, all others are off.
	for _, name := range upstreamDocuments(t) {
		gv, ok := strings.CutPrefix(strings.TrimSuffix(name, ".json"), "apis__")
		group, version, ok2 := strings.Cut(gv, "__")
		if ok && ok2 && stable.MatchString(version) != (s.Directory(nil).Resources(group, version) != nil) {
			t.Errorf("%s/%s: served %v", group, version, !stable.MatchString(version))
		}
	}
}

// stable is what names a version that has left alpha and beta.
var stable = regexp.MustCompile(`^v[0-9]+$`)

func TestDiscoveryAggregatedMatchesUpstream(t *testing.T) {
	s := newSchema(t)
	want := map[string]any{}
	upstreamDiscovery(t, "aggregated_v2.json", &want)
	theirs := map[string]map[string]any{}
	var order []string
	for _, item := range want["items"].([]any) {
		g := item.(map[string]any)
		name := g["metadata"].(map[string]any)["name"].(string)
		theirs[name] = g
		if s.Directory(nil).Group(name) != nil {
			order = append(order, name)
		}
	}
	got := asMap(t, s.Directory(nil).Aggregated(false))
	var ours []string
	for _, item := range got["items"].([]any) {
		g := item.(map[string]any)
		name := g["metadata"].(map[string]any)["name"].(string)
		ours = append(ours, name)
		tv := byName(theirs[name]["versions"], "version")
		for version, v := range byName(g["versions"], "version") {
			tr := byName(tv[version]["resources"], "resource")
			for res, r := range byName(v["resources"], "resource") {
				if !reflect.DeepEqual(r, tr[res]) {
					t.Errorf("%s/%s %s:\n got  %v\n want %v", name, version, res, r, tr[res])
				}
			}
		}
	}
	if !reflect.DeepEqual(ours, order) {
		t.Errorf("groups in order %v, want %v", ours, order)
	}
	if _, err := AggregatedV2beta1(s.Directory(nil).Aggregated(true)); err != nil {
		t.Error(err)
	}
}

func TestDiscoveryGroups(t *testing.T) {
	s := newSchema(t)
	want := map[string]any{}
	upstreamDiscovery(t, "apis.json", &want)
	theirs := byName(want["groups"], "name")
	for name, g := range byName(asMap(t, s.Directory(nil).Groups())["groups"], "name") {
		if !reflect.DeepEqual(g["preferredVersion"], theirs[name]["preferredVersion"]) {
			t.Errorf("%s: preferred %v, want %v", name, g["preferredVersion"], theirs[name]["preferredVersion"])
		}
	}
}
