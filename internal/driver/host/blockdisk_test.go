package host

import (
	"reflect"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestParseMounts(t *testing.T) {
	const text = `22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
23 22 254:0 /a /b rw - ext4 /dev/vda rw
24 22 0:5 / /dev rw - devtmpfs /dev/none rw
25 22 7:1 / /snap rw - squashfs /dev/loop1 ro
26 22 0:40 / /data\040dir rw - overlay overlay rw
27 22 0:41 / /other rw - tmpfs tmpfs rw
28 22 254:17 / /mnt rw shared:1 - xfs /dev/vdb1 rw
a line of nonsense
`
	got := parseMounts(text, map[uint64]bool{unix.Mkdev(0, 40): true})
	want := []mounted{{"/", "/dev/vda", 254, 0}, {"/data dir", "overlay", 0, 40}, {"/mnt", "/dev/vdb1", 254, 17}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestParseDisks(t *testing.T) {
	names, io := parseDisks(" 254       0 vda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15\n 7 0 loop0 1\n")
	dev := [2]uint64{254, 0}
	want := DeviceIO{Reads: 1, ReadsMerged: 2, SectorsRead: 3, ReadTime: 4 * time.Millisecond, Writes: 5, WritesMerged: 6, SectorsWritten: 7, WriteTime: 8 * time.Millisecond,
		InFlight: 9, Busy: 10 * time.Millisecond, WeightTime: 11 * time.Millisecond}
	if len(io) != 1 || names[dev] != "/dev/vda" || io[dev] != want {
		t.Errorf("%v %+v", names, io)
	}
}

// The file system of a directory is there, whatever it lies on.
func TestFileSystems(t *testing.T) {
	list, err := FileSystems(t.TempDir())
	if err != nil || len(list) == 0 || list[0].Size == 0 || list[0].Device == "" {
		t.Errorf("%+v, %v", list, err)
	}
}
