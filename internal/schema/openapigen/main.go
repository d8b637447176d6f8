// Openapigen makes the embedded files of package openapi at development time: it reads the OpenAPI documents that the
// pinned k8s.io/kubernetes module carries and keeps what the table of kinds serves. Run it with
//
//	go generate ./internal/schema/openapi
//
// after a change of the module's version or of the table; a test fails until it has been run. It is no part of Gantry.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"gantry.dev/gantry/internal/schema"
)

func main() {
	if err := run("data"); err != nil {
		fmt.Fprintln(os.Stderr, "openapigen:", err)
		os.Exit(1)
	}
}

// run replaces the files in dir, relative to package openapi, where go generate runs.
func run(dir string) error {
	files, err := generate()
	if err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		gz, err := compress(content)
		if err != nil {
			return err
		}
		if err := os.WriteFile(path+".gz", gz, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generate makes all files, not compressed, by name without ".gz".
func generate() (map[string][]byte, error) {
	s, err := schema.NewWith(schema.AllFeatures())
	if err != nil {
		return nil, err
	}
	released, err := schema.New()
	if err != nil {
		return nil, err
	}
	src, err := moduleDir("k8s.io/kubernetes")
	if err != nil {
		return nil, err
	}
	g := &generator{served: s, released: released, spec: filepath.Join(src, "api", "openapi-spec"), out: map[string][]byte{}}
	for _, step := range []func() error{g.v3, g.v2, g.types} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return g.out, nil
}
