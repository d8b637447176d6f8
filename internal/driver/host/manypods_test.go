package host

import (
	"strings"
	"testing"
)

func TestManyPods(t *testing.T) {
	for _, c := range []struct {
		command string
		autofs  bool
		level   Level
		words   string
	}{
		{"quiet root=/dev/vda", true, OK, "1,000 take 45 MiB for file systems in memory cgroups, 10,000 take 4577 MiB"},
		{"quiet", false, Warning, "10,000 take 7629 MiB"},
		{"quiet cgroup.memory=nokmem\n", true, OK, "keeps nothing"},
		{"quiet cgroup.memory=nokmem\n", false, Warning, "keeps nothing"},
	} {
		if f := manyPods(c.command, c.autofs); f.Level != c.level || !strings.Contains(f.Detail, c.words) || (f.Level == OK) != (f.Advice == "") {
			t.Errorf("%+v: %+v", c, f)
		}
	}
}
