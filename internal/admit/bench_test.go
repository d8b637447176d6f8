package admit

import (
	"testing"

	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authentication/user"
)

// BenchmarkNew is what a process pays at its start.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(Settings{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkConcern is what a write pays that no rule is about.
func BenchmarkConcern(b *testing.B) {
	u := &user.DefaultInfo{Name: "admin", Groups: []string{user.SystemPrivilegedGroup}}
	for b.Loop() {
		if table.Concern(Concerned{pods, "status", admission.Update, u}) {
			b.Fatal("a rule is about an administrator's status update")
		}
	}
}
