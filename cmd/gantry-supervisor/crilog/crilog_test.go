package crilog

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 5, time.UTC)

const stamp = "2026-01-02T12:00:00.000000005Z stdout "

func TestCutter(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	for _, tt := range []struct {
		name  string
		given []string
		want  string
		rest  string // what Flush adds
	}{
		{"a line", []string{"one\n"}, "F one\n", ""},
		{"two lines", []string{"one\ntwo\n"}, "F one\nF two\n", ""},
		{"a line in pieces", []string{"o", "n", "e\ntw", "o\n"}, "F one\nF two\n", ""},
		{"an empty line", []string{"\n"}, "F \n", ""},
		{"no end", []string{"one"}, "", "P one\n"},
		{"just as long as may be", []string{long + "\n"}, "F " + long + "\n", ""},
		{"longer by one", []string{long + "y\n"}, "P " + long + "\nF y\n", ""},
		{"longer in pieces", []string{long[:100], long[100:], "y", "\n"}, "P " + long + "\nF y\n", ""},
		{"twice as long without an end", []string{long + long}, "P " + long + "\nP " + long + "\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := Cutter{Stream: "stdout"}
			var got []byte
			lines, n := 0, 0
			for _, g := range tt.given {
				got, n = c.Cut(got, []byte(g), noon)
				lines += n
			}
			if s := strings.ReplaceAll(string(got), stamp, ""); s != tt.want || lines != strings.Count(s, "\n") {
				t.Errorf("%d lines %.80q, want %.80q", lines, s, tt.want)
			}
			got, _ = c.Flush(nil, noon)
			if s := strings.ReplaceAll(string(got), stamp, ""); s != tt.rest {
				t.Errorf("flush %.80q, want %.80q", s, tt.rest)
			}
		})
	}
}

func FuzzCutter(f *testing.F) {
	f.Add("a\nb", 1)
	f.Add(strings.Repeat("x", maxLine+1)+"\n", 100)
	f.Fuzz(func(t *testing.T, text string, step int) {
		if step <= 0 {
			step = 1
		}
		c := Cutter{Stream: "stdout"}
		var got []byte
		for rest := text; rest != ""; rest = rest[min(step, len(rest)):] {
			got, _ = c.Cut(got, []byte(rest[:min(step, len(rest))]), noon)
		}
		got, _ = c.Flush(got, noon)
		var back strings.Builder
		for line := range strings.Lines(string(got)) {
			line = strings.TrimPrefix(line, stamp)
			if line[0] == 'P' {
				line = strings.TrimSuffix(line, "\n")
			}
			back.WriteString(line[2:])
		}
		if back.String() != text {
			t.Errorf("%q became %q", text, back.String())
		}
	})
}

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "c.log")
	p := NewPool()
	f := p.NewFile(path, 20, 2)
	f.Write([]byte("0123456789\n0123456789\n0123456789\n"), 3, noon)
	if n := p.CloseIdle(noon); n != 1 {
		t.Errorf("%d files are open, want 1", n)
	}
	if n := p.CloseIdle(noon.Add(time.Second)); n != 0 {
		t.Errorf("%d files stay open", n)
	}
	f.Write([]byte("a line longer than the whole file\n"), 1, noon)
	f.Write([]byte("end\n"), 1, noon)
	f.Close()
	for name, want := range map[string]string{path: "end\n", path + ".1": "a line longer than the whole file\n"} {
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
	if _, err := os.Stat(path + ".2"); !os.IsNotExist(err) {
		t.Errorf("a third file: %v", err)
	}
	if f.Dropped() != 0 {
		t.Errorf("%d dropped", f.Dropped())
	}
}

func TestFileDrops(t *testing.T) {
	dir := t.TempDir()
	block := filepath.Join(dir, "file")
	if err := os.WriteFile(block, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f := NewPool().NewFile(filepath.Join(block, "c.log"), 100, 1) // its directory is a file
	f.Write([]byte("a\nb\n"), 2, noon)
	if f.Dropped() != 2 {
		t.Errorf("%d dropped, want 2", f.Dropped())
	}
}
