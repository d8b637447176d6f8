package app

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
)

// A server whose directory goes away ends, and leaves alone what a successor has put at the same path.
func TestRemovedDirectoryEndsTheServer(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	cfg := Config{DataDir: dir, Listen: "127.0.0.1:16455", NodeName: "test", Log: slog.New(slog.DiscardHandler)}
	s, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- s.Run(context.Background(), func() { close(ready) }) }()
	select {
	case <-ready:
	case err := <-ended:
		t.Fatalf("the server did not start: %v", err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "store", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("files of the store: %v %v", files, err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, errReplaced) {
		t.Fatalf("the server ended with %v", err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "store"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := os.WriteFile(f, []byte("of the successor"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	for _, f := range files {
		if b, err := os.ReadFile(f); err != nil || string(b) != "of the successor" {
			t.Errorf("%s was touched: %q %v", f, b, err)
		}
	}
}
