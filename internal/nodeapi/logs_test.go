package nodeapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// crlog makes a line of a log in CRI format; n is its second.
func crlog(n int, stream, tag, text string) string {
	return fmt.Sprintf("2026-01-01T00:00:%02d.000000000Z %s %s %s\n", n, stream, tag, text)
}

func write(t *testing.T, path string, lines ...string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(strings.Join(lines, "")); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func over() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

func read(t *testing.T, path, query string) string {
	t.Helper()
	q, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	opts, err := parseLogOptions(q, time.Date(2026, 1, 1, 0, 0, 10, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	err = readLog(t.Context(), path, opts, newLineWriter(&buf, opts, func() {}), over())
	if err != nil && !errors.Is(err, errLimit) {
		t.Fatal(err)
	}
	return buf.String()
}

func TestReadLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "0.log")
	write(t, path+".2", crlog(1, "stdout", "F", "one"), crlog(2, "stderr", "F", "two"))
	write(t, path+".1", crlog(3, "stdout", "P", "thr"), crlog(3, "stdout", "F", "ee"))
	write(t, path, crlog(8, "stdout", "F", "four"), crlog(9, "stdout", "F", "five"), "2026-01-01T00:0")
	for query, want := range map[string]string{
		"":                               "one\ntwo\nthree\nfour\nfive\n",
		"tailLines=0":                    "",
		"tailLines=2":                    "five\n",
		"tailLines=3":                    "four\nfive\n",
		"tailLines=5":                    "three\nfour\nfive\n",
		"tailLines=100":                  "one\ntwo\nthree\nfour\nfive\n",
		"limitBytes=6":                   "one\ntw",
		"stream=Stderr":                  "two\n",
		"sinceSeconds=2":                 "four\nfive\n",
		"sinceTime=2026-01-01T00:00:09Z": "five\n",
		"timestamps=true&tailLines=2":    "2026-01-01T00:00:09.000000000Z five\n",
	} {
		if got := read(t, path, query); got != want {
			t.Errorf("%q: got %q, want %q", query, got, want)
		}
	}
	if got := read(t, filepath.Join(t.TempDir(), "none.log"), ""); got != "" {
		t.Errorf("a log that does not exist: %q", got)
	}
}

func TestBadLogOptions(t *testing.T) {
	for _, query := range []string{"tailLines=-1", "tailLines=x", "limitBytes=0", "sinceTime=yesterday", "follow=maybe", "stream=Both"} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parseLogOptions(q, time.Now()); err == nil {
			t.Errorf("%q was accepted", query)
		}
	}
}

// locked is a buffer that tells of every write.
type locked struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	news chan struct{}
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.news <- struct{}{}:
	default:
	}
	return l.buf.Write(p)
}

// until waits for a text.
func (l *locked) until(t *testing.T, want string) {
	t.Helper()
	giveUp := time.After(20 * time.Second)
	for {
		l.mu.Lock()
		have := l.buf.String()
		l.mu.Unlock()
		if have == want {
			return
		}
		select {
		case <-l.news:
		case <-giveUp:
			t.Fatalf("have %q, want %q", have, want)
		}
	}
}

// Following goes on over rotations and ends with the container.
func TestFollow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "0.log")
	opts := logOptions{follow: true, tail: -1, stream: "All"}
	out := &locked{news: make(chan struct{}, 1)}
	ended := make(chan struct{})
	done := make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := os.Mkdir(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	go func() { done <- readLog(ctx, path, opts, newLineWriter(out, opts, func() {}), ended) }()
	write(t, path, crlog(1, "stdout", "F", "one"))
	out.until(t, "one\n")
	write(t, path, crlog(2, "stdout", "F", "two"))
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	write(t, path, crlog(3, "stdout", "F", "three"))
	out.until(t, "one\ntwo\nthree\n")
	for i := range 3 {
		for n := i + 1; n > 0; n-- {
			if err := os.Rename(fmt.Sprintf("%s.%d", path, n), fmt.Sprintf("%s.%d", path, n+1)); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Rename(path, path+".1"); err != nil {
			t.Fatal(err)
		}
		write(t, path, crlog(4+i, "stdout", "F", "more"))
	}
	write(t, path, crlog(9, "stdout", "F", "last"))
	out.until(t, "one\ntwo\nthree\nmore\nmore\nmore\nlast\n")
	close(ended)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
