package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Usage is what some processes use together.
type Usage struct {
	// RSS, PSS and Private are bytes: resident, with shared pages divided by their users, and their own alone.
	RSS, PSS, Private uint64
	// Anonymous is the part of PSS that no file is behind.
	Anonymous uint64
	// CPU is the time in user and kernel since their start.
	CPU time.Duration
}

// tick is the unit of /proc/PID/stat, USER_HZ, which is 100 on all Linux platforms of Go.
const tick = 10 * time.Millisecond

// UsageOf sums over a process and its descendants.
func UsageOf(pid int) (Usage, error) {
	var sum Usage
	for _, p := range tree(pid) {
		u, err := usage(p)
		if err != nil {
			if p != pid && os.IsNotExist(err) {
				continue // it ended meanwhile
			}
			return sum, err
		}
		sum.RSS += u.RSS
		sum.PSS += u.PSS
		sum.Anonymous += u.Anonymous
		sum.Private += u.Private
		sum.CPU += u.CPU
	}
	return sum, nil
}

// UsageEach sums over these processes, without their descendants. One that has ended counts nothing.
func UsageEach(pids []int) (sum Usage, _ error) {
	for _, pid := range pids {
		u, err := usage(pid)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ESRCH) {
			continue
		}
		if err != nil {
			return sum, err
		}
		sum.RSS += u.RSS
		sum.PSS += u.PSS
		sum.Anonymous += u.Anonymous
		sum.Private += u.Private
		sum.CPU += u.CPU
	}
	return sum, nil
}

func usage(pid int) (Usage, error) {
	var u Usage
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return u, err
	}
	u = parseRollup(string(b))
	f, err := stat(pid)
	if err != nil {
		return u, err
	}
	for _, s := range f[11:13] { // utime, stime
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return u, fmt.Errorf("/proc/%d/stat: %w", pid, err)
		}
		u.CPU += time.Duration(n) * tick
	}
	return u, nil
}

// parseRollup reads the form of /proc/PID/smaps_rollup.
func parseRollup(text string) (u Usage) {
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) != 3 || f[2] != "kB" {
			continue
		}
		n, err := strconv.ParseUint(f[1], 10, 64)
		if err != nil {
			continue
		}
		switch f[0] {
		case "Rss:":
			u.RSS += n << 10
		case "Pss_Anon:":
			u.Anonymous += n << 10
		case "Pss:":
			u.PSS += n << 10
		case "Private_Clean:", "Private_Dirty:", "Private_Hugetlb:":
			u.Private += n << 10
		}
	}
	return u
}

// stat reads the fields of /proc/PID/stat behind the name, which may hold anything: the first is the state.
func stat(pid int) ([]string, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, err
	}
	s := string(b)
	f := strings.Fields(s[strings.LastIndexByte(s, ')')+1:])
	if len(f) < 13 {
		return nil, fmt.Errorf("/proc/%d/stat is cut off: %q", pid, s)
	}
	return f, nil
}

// Parent is the process id of a process's parent.
func Parent(pid int) (int, error) {
	f, err := stat(pid)
	if err != nil {
		return 0, err
	}
	parent, err := strconv.Atoi(f[1])
	if err != nil {
		return 0, fmt.Errorf("/proc/%d/stat: %w", pid, err)
	}
	return parent, nil
}

// tree lists a process and its descendants.
func tree(root int) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return []int{root}
	}
	children := map[int][]int{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if parent, err := Parent(pid); err == nil {
			children[parent] = append(children[parent], pid)
		}
	}
	list := []int{root}
	for i := 0; i < len(list); i++ {
		list = append(list, children[list[i]]...)
	}
	return list
}
