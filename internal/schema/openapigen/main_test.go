package main

import (
	"bytes"
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
	index, err := openapi.V3Index()
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
