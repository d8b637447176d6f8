package diff

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// auditPolicy is what both servers record.
const auditPolicy = "testdata/audit.yaml"

// TestAudit plays testdata/audit.txt and compares what the audit logs say about each of its requests, which carry ids.
func TestAudit(t *testing.T) {
	steps := readStory(t, "testdata/audit.txt")
	peer, gantry := both(t)
	allowed := readKnown(t)
	for i, r := range steps {
		at := fmt.Sprintf("testdata/audit.txt:%d", r.line)
		id := fmt.Sprintf("audit-%d", i)
		r.header.Set("Audit-Id", id)
		if r.method == "PROBE" {
			probe(t, at, r, peer, gantry)
			continue
		}
		label := "audit " + r.method + " " + r.path
		t.Run(fmt.Sprintf("%d %s %s", i, r.method, r.path), func(t *testing.T) {
			if strings.Contains(r.header.Get("Accept"), "protobuf") { // its bytes hold what is each server's own
				for _, s := range []*server{peer, gantry} {
					if _, err := s.ask(t.Context(), r); err != nil {
						t.Fatal(err)
					}
				}
			} else {
				compare(t, allowed, label, peer, gantry, r, at)
			}
			want, err := peer.recorded(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			got, err := gantry.recorded(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if want == got {
				return
			}
			if reason, ok := allowed.reason(label); ok {
				t.Skip("known difference: " + reason)
			}
			t.Errorf("%s: the audit logs say\n--- of kube-apiserver\n+++ of gantry\n%s", at, unified(want, got))
		})
	}
}

// recorded waits until the audit log has the last event about a request, and returns all of them, made comparable. What the
// policy leaves out is known by a marker: a request that comes after it and is recorded.
func (s *server) recorded(ctx context.Context, id string) (string, error) {
	mark := id + "-mark"
	a := request{method: "GET", path: "/version", header: map[string][]string{"Audit-Id": {mark}}}
	if _, err := s.ask(ctx, a); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		b, err := os.ReadFile(s.audit)
		if err != nil {
			return "", err
		}
		if bytes.Contains(b, []byte(`"auditID":"`+mark+`","stage":"ResponseComplete"`)) {
			return s.events(b, id)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return "", fmt.Errorf("%s never recorded %s", s.name, mark)
		}
	}
}

func (s *server) events(log []byte, id string) (string, error) {
	var out []string
	for line := range bytes.Lines(log) {
		if !bytes.Contains(line, []byte(`"auditID":"`+id+`"`)) {
			continue
		}
		var ev map[string]any
		if err := json.Unmarshal(line, &ev); err != nil {
			return "", fmt.Errorf("%s: %s: %w", s.name, line, err)
		}
		for _, own := range []string{"user", "sourceIPs", "requestReceivedTimestamp", "stageTimestamp"} {
			if _, ok := ev[own]; ok {
				ev[own] = "the server's own"
			}
		}
		if notes, ok := ev["annotations"].(map[string]any); ok {
			for k := range notes {
				if strings.HasPrefix(k, "apiserver.latency.k8s.io/") {
					delete(notes, k)
				}
			}
		}
		b, err := json.MarshalIndent(s.mask("", ev), "", "  ")
		if err != nil {
			return "", err
		}
		out = append(out, s.own(string(b)))
	}
	return strings.Join(out, "\n"), nil
}
