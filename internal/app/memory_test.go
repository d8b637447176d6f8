package app

import "testing"

// TestMemoryKeeper tells the story of a load: it comes, stays, and ends.
func TestMemoryKeeper(t *testing.T) {
	const mib = 1 << 20
	var k memoryKeeper
	for _, step := range []struct {
		what    string
		use     heapUse
		percent int
		give    bool
	}{
		{"a start allocates", heapUse{60 * mib, 16 * mib, 70 * mib}, 100, false},
		{"and is over", heapUse{61 * mib, 16 * mib, 70 * mib}, 100, true},
		{"nothing happens", heapUse{62 * mib, 16 * mib, 70 * mib}, 100, false},
		{"a load begins", heapUse{600 * mib, 120 * mib, 240 * mib}, 100, false},
		{"what lives grows", heapUse{1600 * mib, 256 * mib, 512 * mib}, 50, false},
		{"a little", heapUse{2600 * mib, 270 * mib, 512 * mib}, 50, false},
		{"it ends", heapUse{2601 * mib, 270 * mib, 512 * mib}, 50, true},
		{"a little comes", heapUse{2605 * mib, 200 * mib, 300 * mib}, 64, false},
		{"and goes on", heapUse{2640 * mib, 200 * mib, 300 * mib}, 64, false},
		{"until it is worth it", heapUse{2645 * mib, 200 * mib, 300 * mib}, 64, true},
	} {
		if percent, give := k.judge(step.use); percent != step.percent || give != step.give {
			t.Errorf("%s: %d %%, give back %v; want %d %%, %v", step.what, percent, give, step.percent, step.give)
		}
	}
}
