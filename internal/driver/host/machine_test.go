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
	var m MachineUsage
	m.memory("MemTotal:       1000 kB\nMemFree:         300 kB\nInactive(file):  200 kB\nSwapCached:      10 kB\nSwapTotal:      100 kB\nSwapFree:      60 kB\n")
	if want := (MachineUsage{MemoryTotal: 1000 << 10, MemoryUsage: 700 << 10, MemoryWorkingSet: 500 << 10, SwapUsage: 30 << 10, SwapTotal: 100 << 10}); m != want {
		t.Errorf("memory %+v, want %+v", m, want)
	}
	if at := parseBoot(stat + "btime 1700000000\n"); at.Unix() != 1700000000 {
		t.Errorf("booted at %s", at)
	}
	if parseStat("") != 0 {
		t.Error("an empty file has CPU time")
	}
	u, err := Machine()
	if err != nil || u.CPU < time.Millisecond || u.MemoryWorkingSet == 0 || u.MemoryWorkingSet > u.MemoryTotal {
		t.Errorf("this machine: %+v, %v", u, err)
	}
}
