package apiserver

import (
	"testing"
	"time"
)

// TestPace: few writes are not spaced, many are up to the bound, and what was is forgotten.
func TestPace(t *testing.T) {
	var p pace
	at := time.Unix(1000, 0)
	few := int(minPace/paceShare) - 1
	for i := range few {
		if d := p.wrote(at); d != 0 {
			t.Fatalf("write %d waits %s", i, d)
		}
	}
	for range 2000 {
		if d := p.wrote(at); d < minPace || d > maxPace {
			t.Fatalf("a write of a crowd waits %s", d)
		}
	}
	if d := p.wrote(at.Add(paceWindow)); d != maxPace {
		t.Errorf("behind a full window a write waits %s, want %s", d, maxPace)
	}
	if d := p.wrote(at.Add(2 * paceWindow)); d != 0 {
		t.Errorf("behind a quiet window a write waits %s", d)
	}
	for range 2000 {
		p.wrote(at.Add(2 * paceWindow))
	}
	if d := p.wrote(at.Add(4 * paceWindow)); d != 0 {
		t.Errorf("after a pause a write waits %s", d)
	}
}
