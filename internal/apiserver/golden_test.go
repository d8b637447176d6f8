package apiserver

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// golden are answers of the real kube-apiserver, by path; test/diff makes them.
func golden(t *testing.T, name string) map[string]json.RawMessage {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../test/peers/golden", name))
	check(t, err)
	docs := map[string]json.RawMessage{}
	check(t, json.Unmarshal(b, &docs))
	return docs
}

// Discovery is upstream's to the letter, in both forms.
func TestDiscoveryIsUpstreams(t *testing.T) {
	a := newDoor(t).admin()
	for name, accept := range map[string]string{
		"aggregated.json": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", "legacy.json": mediaJSON,
	} {
		docs := golden(t, name)
		if len(docs) < 2 {
			t.Errorf("%s has %d documents", name, len(docs))
		}
		for _, path := range slices.Sorted(maps.Keys(docs)) {
			code, _, got := a.with("Accept", accept).do("GET", path, "")
			if ours, theirs := lines(t, got), lines(t, docs[path]); code != 200 || !slices.Equal(ours, theirs) {
				t.Errorf("%s, %s: %d\nonly ours: %.2000q\nonly upstream's: %.2000q", name, path, code, without(ours, theirs), without(theirs, ours))
			}
		}
	}
}

// lines is a JSON document with a value a line.
func lines(t *testing.T, doc []byte) []string {
	t.Helper()
	var v any
	check(t, json.Unmarshal(doc, &v))
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", " ")
	check(t, enc.Encode(v))
	return strings.Split(out.String(), "\n")
}

func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(l string) bool { return slices.Contains(b, l) })
}
