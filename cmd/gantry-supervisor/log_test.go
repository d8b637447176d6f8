package main

import (
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The supervisor's own log takes a bounded room, and its last lines are there to be read.
func TestSelfLog(t *testing.T) {
	const size = 1000
	path := filepath.Join(t.TempDir(), "log")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	l := log.New(&selfLog{path: path, fds: []int{int(f.Fd())}, max: size}, "", 0)
	for range 100 {
		l.Print(strings.Repeat("x", 99))
	}
	l.Print("the last")
	var kept strings.Builder
	for _, p := range []string{path + ".1", path} {
		body, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		if len(body) > size+100 {
			t.Errorf("%s has %d bytes", p, len(body))
		}
		kept.Write(body)
	}
	if !strings.HasSuffix(kept.String(), "x\nthe last\n") {
		t.Errorf("the last lines are not there: ...%q", kept.String()[max(0, kept.Len()-50):])
	}
}
