package host

import (
	"testing"
	"time"
)

func TestMachine(t *testing.T) {
	stat := "cpu  100 10 50 9000 70 5 5 30 40 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n"
	if got, want := parseStat(stat), 200*tick; got != want {
		t.Errorf("CPU time %s, want %s: idle, iowait and guest do not count", got, want)
	}
	total, working := parseMeminfo("MemTotal:       1000 kB\nMemFree:         300 kB\nInactive(file):  200 kB\n")
	if total != 1000<<10 || working != 500<<10 {
		t.Errorf("memory %d, working set %d", total, working)
	}
	if parseStat("") != 0 {
		t.Error("an empty file has CPU time")
	}
	u, err := Machine()
	if err != nil || u.CPU < time.Millisecond || u.MemoryWorkingSet == 0 || u.MemoryWorkingSet > u.MemoryTotal {
		t.Errorf("this machine: %+v, %v", u, err)
	}
}
