package reconcile

import (
	"strings"
	"testing"
)

// Claims meet by the trees of fields that they mean, not by their spelling.
func TestOneWriterPerField(t *testing.T) {
	for _, c := range []struct {
		a, b string
		meet bool
	}{
		{"pods", "pods", true},
		{"pods", "nodes", false},
		{"pods", "pods/status", false},
		{"pods", "pods:metadata.labels", true},
		{"pods:metadata", "pods:metadata.labels", true},
		{"pods:metadata.labels", "pods:metadata", true},
		{"pods:metadata.label", "pods:metadata.labels", false},
		{"pods:metadata.labels", "pods:metadata.annotations", false},
		{"pods:metadata.labels,spec", "pods:spec.nodeName", true},
		{"pods/status:conditions", "pods/status:conditions[Ready]", true},
		{"pods/status:conditions[Ready]=False", "pods/status:conditions[Ready]", true},
		{"pods/status:conditions[Ready]=False", "pods/status:conditions[Ready]=True", false},
		{"pods/status:conditions[Ready]=False", "pods/status:conditions=False", true},
		{"pods{of Job}:metadata", "pods{of no Job}:metadata", false},
		{"pods{of Job}:metadata", "pods:metadata.finalizers", true},
		{"*:metadata.finalizers[orphan]", "pods:metadata", true},
		{"*:metadata.finalizers[orphan]", "pods:metadata.finalizers[other]", false},
	} {
		for _, order := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
			err := checkWriters([]Controller{{Name: "one", Writes: []string{order[0]}}, {Name: "two", Writes: []string{order[1]}}})
			if (err != nil) != c.meet {
				t.Errorf("%s and %s: %v, want them to meet: %t", order[0], order[1], err, c.meet)
			}
		}
		if err := checkWriters([]Controller{{Name: "one", Writes: []string{c.a, c.b}}}); err != nil {
			t.Errorf("one controller may write both: %v", err)
		}
	}
	for _, bad := range []string{"", "pods{of Job:metadata", ":metadata", "pods:"} {
		if err := checkWriters([]Controller{{Name: "one", Writes: []string{bad}}}); err == nil || !strings.Contains(err.Error(), "want resource/subresource") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
