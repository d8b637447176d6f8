package host

import "testing"

func TestSelf(t *testing.T) {
	var u SelfUsage
	u.memory("Name:\tx\nVmRSS:\t     300 kB\nRssAnon:\t     100 kB\nRssFile:\t     150 kB\nRssShmem:\t      50 kB\n")
	if want := (SelfUsage{Memory: 300 << 10, Own: 150 << 10}); u != want {
		t.Errorf("memory %+v, want %+v", u, want)
	}
	if u, err := Self(); err != nil || u.Memory < u.Own || u.Own == 0 || u.Faults == 0 {
		t.Errorf("this process: %+v, %v", u, err)
	}
}
