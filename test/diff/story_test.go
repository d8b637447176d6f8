package diff

import (
	"bufio"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// readStory reads the requests of a file.
func readStory(t *testing.T, file string) []request {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	steps, err := story(string(b))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return steps
}

// story reads requests: blocks that begin with "METHOD PATH", go on with headers ("Name: value"), captures
// ("$name = field.path") and "Until: STATUS" or "Until: field.path=value", which repeats it, and after an empty line with a body. A line of "---" ends a block, "#" begins a comment.
func story(text string) ([]request, error) {
	var out []request
	var r *request
	inBody, n := false, 0
	for in := bufio.NewScanner(strings.NewReader(text)); in.Scan(); {
		n++
		line := in.Text()
		switch {
		case line == "---":
			r, inBody = nil, false
		case inBody:
			r.body += line + "\n"
		case strings.HasPrefix(line, "#"):
		case r == nil && line == "":
		case r == nil:
			method, path, ok := strings.Cut(line, " ")
			if !ok {
				return nil, fmt.Errorf("line %d: want METHOD PATH, got %q", n, line)
			}
			out = append(out, request{method: method, path: path, header: http.Header{}, capture: map[string]string{}, line: n})
			r = &out[len(out)-1]
		case line == "":
			inBody = true
		case strings.HasPrefix(line, "$"):
			name, path, ok := strings.Cut(line[1:], " = ")
			if !ok {
				return nil, fmt.Errorf("line %d: want $name = field.path, got %q", n, line)
			}
			r.capture[name] = path
		default:
			name, value, ok := strings.Cut(line, ": ")
			if !ok {
				return nil, fmt.Errorf("line %d: want a header, got %q", n, line)
			}
			if name == "Until" {
				r.until = value
				continue
			}
			r.header.Add(name, value)
		}
	}
	for i := range out {
		out[i].body = strings.TrimRight(out[i].body, "\n")
	}
	return out, nil
}

// known are the deliberate differences: lines of "STORY METHOD PATH :: REASON", where METHOD may be * and PATH may end in *.
type known map[string]string

func readKnown(t *testing.T) known {
	t.Helper()
	b, err := os.ReadFile("testdata/known.txt")
	if err != nil {
		t.Fatal(err)
	}
	k := known{}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		what, reason, ok := strings.Cut(line, " :: ")
		if !ok {
			t.Fatalf("testdata/known.txt: want WHAT :: REASON, got %q", line)
		}
		k[what] = reason
	}
	return k
}

// reason is why a step may differ.
func (k known) reason(step string) (string, bool) {
	if r, ok := k[step]; ok {
		return r, true
	}
	story, rest, _ := strings.Cut(step, " ")
	_, path, _ := strings.Cut(rest, " ")
	for what, r := range k {
		if prefix, ok := strings.CutSuffix(what, "*"); ok && strings.HasPrefix(story+" * "+path, prefix) {
			return r, true
		}
		if prefix, ok := strings.CutSuffix(what, "*"); ok && strings.HasPrefix(step, prefix) {
			return r, true
		}
	}
	return "", false
}

// TestStories plays every story on both servers.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.story")
	if err != nil || len(files) == 0 {
		t.Fatal("no stories: ", err)
	}
	allowed := readKnown(t)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".story")
		t.Run(name, func(t *testing.T) {
			steps := readStory(t, file)
			servers := usual
			if name == "strict" {
				servers = strict
			}
			peer, gantry := servers.both(t)
			for i, r := range steps {
				label := name + " " + r.method + " " + r.path
				t.Run(strconv.Itoa(i)+" "+r.method+" "+r.path, func(t *testing.T) { compare(t, allowed, label, peer, gantry, r, fmt.Sprintf("%s:%d", file, r.line)) })
			}
		})
	}
}

// account makes the account that controllers make in every namespace: neither of the two runs them.
func account(t *testing.T, s *server, ns string) {
	t.Helper()
	a, err := s.ask(t.Context(), request{method: http.MethodPost, path: "/api/v1/namespaces/" + ns + "/serviceaccounts", body: `{"metadata":{"name":"default"}}`})
	if err != nil || a.status != http.StatusCreated {
		t.Fatalf("%s: the service account of %s: %d %s %v", s.name, ns, a.status, a.body, err)
	}
}

// compare asks both servers and compares their answers.
func compare(t *testing.T, allowed known, label string, peer, gantry *server, r request, at string) {
	t.Helper()
	differ := difference(t, peer, gantry, r, at)
	if differ == "" {
		return
	}
	if reason, ok := allowed.reason(label); ok {
		t.Skip("known difference: " + reason)
	}
	t.Errorf("%s: %s\nbody: %.300s\n--- kube-apiserver\n+++ gantry\n%s", at, label, r.body, differ)
}

// difference asks both servers and says how their answers differ; empty if they do not.
func difference(t *testing.T, peer, gantry *server, r request, at string) string {
	t.Helper()
	want, err := peer.settled(t.Context(), r)
	if err != nil {
		t.Fatalf("%s: the peer: %v", at, err)
	}
	got, err := gantry.settled(t.Context(), r)
	if err != nil {
		t.Fatalf("%s: gantry: %v", at, err)
	}
	if r.method == http.MethodPost && r.path == "/api/v1/namespaces" && want.status == http.StatusCreated {
		account(t, peer, field(want.body, "metadata.name"))
		account(t, gantry, field(got.body, "metadata.name"))
	}
	for _, name := range slices.Sorted(maps.Keys(r.capture)) {
		for s, a := range map[*server]response{peer: want, gantry: got} {
			if s.vars[name] = field(a.body, r.capture[name]); s.vars[name] == "" {
				t.Errorf("%s: %s has no %s in its answer: %.300s", at, s.name, r.capture[name], a.body)
			}
		}
	}
	a, b := normal(peer, want), normal(gantry, got)
	if a == b {
		return ""
	}
	return unified(a, b)
}
