package agent

import (
	"testing"

	"gantry.dev/gantry/internal/driver/image"
)

func TestUsedPercent(t *testing.T) {
	for name, c := range map[string]struct {
		blocks, free, avail uint64
		want                int
	}{
		"nothing there":                     {0, 0, 0, 0},
		"empty":                             {100, 100, 100, 0},
		"full":                              {100, 0, 0, 100},
		"full but for what root keeps":      {100, 5, 0, 100},
		"a fifth used, most of it reserved": {252, 200, 40, 57},
		"rounded up":                        {1000, 159, 159, 85},
	} {
		if got := usedPercent(c.blocks, c.free, c.avail); got != c.want {
			t.Errorf("%s: %d %%, want %d", name, got, c.want)
		}
	}
}

// An image that was imported stays although no pod names it; a pulled one that nobody needs goes.
func TestKeepImage(t *testing.T) {
	keep := (&Agent{}).keepImage()
	if !keep(image.Image{ID: "sha256:a", Local: true}) {
		t.Error("an imported image would be collected: nobody could pull it again")
	}
	if keep(image.Image{ID: "sha256:b"}) {
		t.Error("a pulled image that no pod names would be kept for ever")
	}
}
