package main

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"gantry.dev/gantry/internal/schema/openapi"
)

// TestEmbeddedFilesAreCurrent fails after a change of the module's version or of the table until go generate has run.
func TestEmbeddedFilesAreCurrent(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command to find the pinned module with")
	}
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		gz, err := openapi.File(name + ".gz")
		if err != nil {
			t.Errorf("%s is not embedded: run go generate ./internal/schema/openapi", name)
			continue
		}
		got, err := openapi.Gunzip(gz)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what the pinned module and the table give: run go generate ./internal/schema/openapi", name)
		}
	}
	index, err := openapi.V3Index(nil, func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	for name := range files {
		if path, ok := strings.CutPrefix(name, "v3/"); ok {
			path = strings.ReplaceAll(strings.TrimSuffix(path, ".json"), "__", "/")
			_, hash, ok := openapi.V3(path)
			if !ok || !strings.Contains(string(index), `"`+path+`":{"serverRelativeURL":"/openapi/v3/`+path+`?hash=`+hash+`"}`) {
				t.Errorf("%s is not in the index %s", path, index)
			}
		}
	}
}

// TestTypesSurviveTheirWireForm: the mirror of every type says the same after it has been written and read.
func TestTypesSurviveTheirWireForm(t *testing.T) {
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	var types openapi.Types
	if err := json.Unmarshal(files["types.json"], &types); err != nil {
		t.Fatal(err)
	}
	if len(types.Types) < 200 || len(types.Kinds) < 20 {
		t.Fatalf("only %d types, %d kinds", len(types.Types), len(types.Kinds))
	}
	for _, def := range types.Types {
		again, err := openapi.FromLibrary(def.ToLibrary())
		if err != nil {
			t.Fatal(err)
		}
		a, _ := json.Marshal(def)
		b, _ := json.Marshal(again)
		if !bytes.Equal(a, b) {
			t.Errorf("%s:\n %s\n %s", def.Name, a, b)
		}
	}
}
