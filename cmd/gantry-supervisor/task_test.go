package main

import (
	"bufio"
	"slices"
	"strings"
	"testing"
)

func TestMountsOf(t *testing.T) {
	const table = `21 1 0:5 / / rw - ext4 /dev/vda rw
22 21 0:36 /c1.pts /dev/pts ro,nosuid - autofs triggers rw,fd=6
23 22 0:37 / /dev/pts rw - devpts none rw
24 21 0:36 /c1.net /sys/class/net ro - autofs triggers rw
25 21 0:36 /c1.pts /my\040root/dev/pts ro - autofs triggers rw
26 21 0:99 /c1.pts /other ro - autofs triggers rw
27 21
`
	got, err := mountsOf(bufio.NewScanner(strings.NewReader(table)), "0:36", "/c1.pts")
	if want := []string{"/dev/pts", "/my root/dev/pts"}; !slices.Equal(got, want) || err != nil {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}
