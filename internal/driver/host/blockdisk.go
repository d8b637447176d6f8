package host

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// FileSystem is one of the machine's that lies on a block device, or holds a directory that was asked for.
type FileSystem struct {
	// Device is what was mounted ("/dev/vda").
	Device string
	// Major and Minor are the device's number.
	Major, Minor uint64
	// Size and Used are bytes.
	Size, Used         uint64
	Inodes, InodesFree uint64
	// IO is what the kernel counts of the device; nil for what is none of its own.
	IO *DeviceIO
}

// DeviceIO is a line of /proc/diskstats.
type DeviceIO struct {
	Reads, ReadsMerged, SectorsRead       uint64
	Writes, WritesMerged, SectorsWritten  uint64
	ReadTime, WriteTime, Busy, WeightTime time.Duration
	InFlight                              uint64
}

// FileSystems lists the file systems on block devices, each once, and those of some directories.
func FileSystems(dirs ...string) ([]FileSystem, error) {
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, fmt.Errorf("reading the mounts: %w", err)
	}
	wanted := map[uint64]bool{}
	for _, d := range dirs {
		var st unix.Stat_t
		if unix.Stat(d, &st) == nil {
			wanted[st.Dev] = true
		}
	}
	names, io := Disks()
	var out []FileSystem
	for _, m := range parseMounts(string(text), wanted) {
		var st unix.Statfs_t
		if unix.Statfs(m.at, &st) != nil || st.Blocks == 0 {
			continue // it is gone, or covered
		}
		dev := [2]uint64{m.major, m.minor}
		size := uint64(st.Bsize)
		f := FileSystem{Device: m.source, Major: m.major, Minor: m.minor, Size: st.Blocks * size, Used: (st.Blocks - st.Bfree) * size, Inodes: st.Files, InodesFree: st.Ffree}
		if count, ok := io[dev]; ok {
			f.IO = &count
			f.Device = names[dev]
		}
		out = append(out, f)
	}
	return out, nil
}

// DeviceOf is the number of the device that a file lies on.
func DeviceOf(path string) (major, minor uint64, ok bool) {
	var st unix.Stat_t
	if unix.Stat(path, &st) != nil {
		return 0, 0, false
	}
	return uint64(unix.Major(st.Dev)), uint64(unix.Minor(st.Dev)), true
}

// mounted is a mount point with the device below it.
type mounted struct {
	at, source   string
	major, minor uint64
}

// parseMounts reads mountinfo (proc_pid_mountinfo(5)): the first mount of each device that is a block device or wanted.
func parseMounts(text string, wanted map[uint64]bool) (out []mounted) {
	seen := map[uint64]bool{}
	for line := range strings.Lines(text) {
		before, after, ok := strings.Cut(line, " - ")
		f, fs := strings.Fields(before), strings.Fields(after)
		if !ok || len(f) < 5 || len(fs) < 2 {
			continue
		}
		a, b, _ := strings.Cut(f[2], ":")
		major, err1 := strconv.ParseUint(a, 10, 32)
		minor, err2 := strconv.ParseUint(b, 10, 32)
		dev := unix.Mkdev(uint32(major), uint32(minor))
		if err1 != nil || err2 != nil || seen[dev] || !wanted[dev] && (!strings.HasPrefix(fs[1], "/dev/") || strings.HasPrefix(fs[1], "/dev/loop") || fs[0] == "devtmpfs") {
			continue
		}
		seen[dev] = true
		out = append(out, mounted{unescape(f[4]), unescape(fs[1]), major, minor})
	}
	return out
}

// unescape undoes the kernel's octal escapes of white space in paths.
func unescape(s string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(s)
}

// Disks are the block devices by their number: their names, and what the kernel counts.
func Disks() (names map[[2]uint64]string, io map[[2]uint64]DeviceIO) {
	text, err := os.ReadFile("/proc/diskstats")
	if err != nil {
		return nil, nil // a kernel without block devices
	}
	return parseDisks(string(text))
}

// parseDisks reads /proc/diskstats (Documentation/admin-guide/iostats.rst).
func parseDisks(text string) (names map[[2]uint64]string, io map[[2]uint64]DeviceIO) {
	names, io = map[[2]uint64]string{}, map[[2]uint64]DeviceIO{}
	const need = 14
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < need {
			continue
		}
		n := make([]uint64, need)
		for i := range n {
			n[i], _ = strconv.ParseUint(f[i], 10, 64) // the name is no number
		}
		ms := func(i int) time.Duration { return time.Duration(n[i]) * time.Millisecond }
		dev := [2]uint64{n[0], n[1]}
		names[dev] = "/dev/" + f[2]
		io[dev] = DeviceIO{
			Reads: n[3], ReadsMerged: n[4], SectorsRead: n[5], ReadTime: ms(6), Writes: n[7], WritesMerged: n[8], SectorsWritten: n[9], WriteTime: ms(10),
			InFlight: n[11], Busy: ms(12), WeightTime: ms(13),
		}
	}
	return names, io
}
