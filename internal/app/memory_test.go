package app

import "testing"

// TestMemoryKeeper tells the story of a load: it comes, stays, and ends.
func TestMemoryKeeper(t *testing.T) {
	const mib = 1 << 20
	var k memoryKeeper
	for _, step := range []struct {
		what    string
		looks   int // for so long
		use     heapUse
		percent int
		give    bool // at the last of the looks
	}{
		{"a start allocates", 1, heapUse{60 * mib, 16 * mib, 70 * mib}, 100, false},
		{"and is over", 4, heapUse{61 * mib, 16 * mib, 70 * mib}, 100, false},
		{"for long enough", 1, heapUse{61 * mib, 16 * mib, 70 * mib}, 100, true},
		{"nothing happens", 9, heapUse{62 * mib, 16 * mib, 70 * mib}, 100, false},
		{"a load begins", 1, heapUse{600 * mib, 128 * mib, 240 * mib}, 200, false},
		{"what lives grows", 1, heapUse{1600 * mib, 256 * mib, 512 * mib}, 100, false},
		{"a little", 1, heapUse{2600 * mib, 264 * mib, 512 * mib}, 100, false},
		{"much", 1, heapUse{3600 * mib, 512 * mib, 700 * mib}, 75, false},
		{"it pauses", 1, heapUse{3620 * mib, 256 * mib, 512 * mib}, 50, false},
		{"and ends", 5, heapUse{3621 * mib, 256 * mib, 512 * mib}, 50, true},
		{"a little comes", 6, heapUse{3625 * mib, 200 * mib, 300 * mib}, 64, false},
		{"and goes on", 6, heapUse{3653 * mib, 200 * mib, 300 * mib}, 64, false},
		{"until it is worth it", 1, heapUse{3654 * mib, 200 * mib, 300 * mib}, 64, true},
		{"a load of a small heap", 1, heapUse{4600 * mib, 2 * mib, 300 * mib}, 6400, false},
		{"a small one of a large heap", 1, heapUse{4617 * mib, 512 * mib, 700 * mib}, 75, false},
		{"a smaller one", 1, heapUse{4632 * mib, 512 * mib, 900 * mib}, 25, false},
	} {
		for look := range step.looks {
			percent, give := k.judge(step.use)
			if last := look == step.looks-1; percent != step.percent || give != (step.give && last) {
				t.Errorf("%s, look %d: %d %%, give back %v; want %d %%, %v", step.what, look, percent, give, step.percent, step.give && last)
			}
		}
	}
}
