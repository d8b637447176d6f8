package app

import (
	"os"
	"strings"
	"testing"
)

// TestInstanceDamaged flips every bit of an instance's file: it is read as it was, or called damaged.
func TestInstanceDamaged(t *testing.T) {
	dir := t.TempDir()
	want, err := openInstance(dir, "127.0.0.1:6443", serviceRanges{})
	if err != nil {
		t.Fatal(err)
	}
	path := Layout{Dir: dir}.State()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged := 0
	for i := range len(whole) * 8 {
		b := append([]byte(nil), whole...)
		b[i/8] ^= 1 << (i % 8)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := LoadInstance(dir)
		switch {
		case err != nil && strings.Contains(err.Error(), path+" is damaged"):
			damaged++
		case err != nil:
			t.Fatalf("bit %d: %v", i, err)
		default:
			got.Sum, want.Sum = "", ""
			if got != want {
				t.Fatalf("bit %d: %+v", i, got)
			}
		}
	}
	if damaged == 0 {
		t.Error("nothing was noticed")
	}
}
