package container

import "testing"

func TestMountOf(t *testing.T) {
	const info = `1 0 8:1 / / rw shared:1 - ext4 /dev/sda rw
2 1 8:2 / /data rw shared:2 master:1 - ext4 /dev/sdb rw
3 2 0:5 / /data rw - tmpfs t rw
4 1 0:6 / /with\040space rw master:9 - tmpfs t rw
`
	for path, want := range map[string][2]string{
		"/":             {"/", "shared:1"},
		"/database":     {"/", "shared:1"},
		"/data/x":       {"/data", ""},
		"/with space/y": {"/with space", "master:9"},
	} {
		at, options := mountOf(info, path)
		if at != want[0] || options != want[1] {
			t.Errorf("%s: %q with %q, want %q", path, at, options, want)
		}
	}
}
