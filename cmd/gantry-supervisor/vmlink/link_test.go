package vmlink

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
)

// pair is a host and a guest that echoes a stream until its end, and answers with what it was asked.
func pair(t *testing.T) *Link {
	t.Helper()
	a, b := net.Pipe()
	guest := New(b, func(op string, body json.RawMessage, streams []*Stream) (any, error) {
		switch op {
		case "echo":
			go func() {
				io.Copy(streams[0], streams[0])
				streams[0].Close()
			}()
			return "done", nil
		case "fail":
			return nil, errors.New("as asked")
		}
		return body, nil
	})
	host := New(a, nil)
	go guest.Run()
	go host.Run()
	t.Cleanup(func() { a.Close(); b.Close() })
	return host
}

func TestCalls(t *testing.T) {
	l := pair(t)
	var got string
	if err := l.Do("x", "there and back", &got); err != nil || got != "there and back" {
		t.Errorf("%q, %v", got, err)
	}
	if err := l.Do("fail", nil, nil); err == nil || err.Error() != "as asked" {
		t.Errorf("error %v", err)
	}
}

// A stream that nobody reads stops alone.
func TestStreamsDoNotBlockEachOther(t *testing.T) {
	l := pair(t)
	stuck := l.Open()
	if err := l.Do("echo", nil, nil, stuck); err != nil {
		t.Fatal(err)
	}
	written := make(chan struct{})
	go func() {
		defer close(written)
		stuck.Write(make([]byte, 10*window)) // blocks when both windows are full
	}()
	s := l.Open()
	if err := l.Do("echo", nil, nil, s); err != nil {
		t.Fatal(err)
	}
	want := bytes.Repeat([]byte("0123456789"), 50_000)
	go func() {
		s.Write(want)
		s.CloseWrite()
	}()
	got, err := io.ReadAll(s)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes of %d, %v", len(got), len(want), err)
	}
	if err := stuck.Close(); err != nil {
		t.Error(err)
	}
	<-written
}

func TestBrokenLink(t *testing.T) {
	for name, bytes := range map[string]string{
		"end":               "",
		"unknown kind":      "X\x00\x00\x00\x01\x00\x00\x00\x00",
		"a call of a guest": "C\x00\x00\x00\x01\x00\x00\x00\x02{}",
		"too long":          "A\x00\x00\x00\x01\xff\xff\xff\xff",
		"too many bytes":    strings.Repeat("D\x00\x00\x00\x01\x00\x00\x40\x00"+strings.Repeat("x", 1<<14), 5),
		"too much credit":   "W\x00\x00\x00\x01\x00\x00\x00\x04\x00\x00\x00\x01",
	} {
		t.Run(name, func(t *testing.T) {
			l := New(struct {
				io.Reader
				io.Writer
			}{strings.NewReader(bytes), io.Discard}, nil)
			s := l.Open()
			if err := l.Run(); !errors.Is(err, errBroken) {
				t.Errorf("error %v", err)
			}
			if _, err := s.Write([]byte("x")); !errors.Is(err, errBroken) {
				t.Errorf("write: %v", err)
			}
			if err := l.Do("x", nil, nil); !errors.Is(err, errBroken) {
				t.Errorf("call: %v", err)
			}
		})
	}
}
