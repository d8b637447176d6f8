package container

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// cgroupReader reads files of one cgroup after another into one buffer, and keeps the first error of each. It is for one goroutine.
type cgroupReader struct {
	h      hierarchies
	cgroup string
	err    error
	buf    []byte
}

func (h hierarchies) reader() *cgroupReader { return &cgroupReader{h: h, buf: make([]byte, 8<<10)} }

// exists says whether there is a cgroup, by a controller that all have.
func (h hierarchies) exists(cgroup string) bool {
	dir := h.dir("memory", cgroup)
	if dir == "" {
		dir = h.dir("cpu", cgroup)
	}
	var st unix.Stat_t
	return dir != "" && unix.Stat(dir, &st) == nil
}

// load reads a file, without its last end of line. It is good until the next call, and empty where the host lacks the controller. It asks the
// kernel itself: a cgroup has twenty files, a node ten thousand cgroups, and os.ReadFile has twice as many calls.
func (r *cgroupReader) load(controller, name string) ([]byte, error) {
	dir := r.h.dir(controller, r.cgroup)
	if dir == "" {
		return nil, nil
	}
	path := dir + "/" + name
	fd, err := retry(func() (int, error) { return unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0) })
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	defer unix.Close(fd)
	have := 0
	for {
		if have == len(r.buf) {
			r.buf = append(r.buf, make([]byte, len(r.buf))...)
		}
		n, err := retry(func() (int, error) { return unix.Read(fd, r.buf[have:]) })
		if errors.Is(err, unix.ENODEV) {
			err = unix.ENOENT // removed between the opening and the reading
		}
		if err != nil {
			return nil, &os.PathError{Op: "read", Path: path, Err: err}
		}
		if n == 0 {
			return bytes.TrimSuffix(r.buf[:have], []byte("\n")), nil
		}
		have += n
	}
}

// retry asks again what a signal has interrupted.
func retry(call func() (int, error)) (int, error) {
	for {
		if n, err := call(); !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
}

// number is a file of one number, 0 for "max". That it cannot be read is an error of the reading.
func (r *cgroupReader) number(controller, name string) uint64 {
	text, err := r.load(controller, name)
	if err != nil && r.err == nil {
		r.err = err
	}
	return parse(text)
}

// perhaps is a number that a cgroup need not have.
func (r *cgroupReader) perhaps(controller, name string) uint64 {
	text, err := r.load(controller, name)
	if err != nil {
		return 0
	}
	return parse(text)
}

// table reads lines of a name and a number.
func (r *cgroupReader) table(controller, name string, each func(key []byte, v uint64)) {
	text, err := r.load(controller, name)
	if err != nil && r.err == nil {
		r.err = err
	}
	for len(text) > 0 {
		var line []byte
		line, text = cut(text, '\n')
		key, value := cut(line, ' ')
		each(key, parse(value))
	}
}

func cut(text []byte, at byte) (before, after []byte) {
	if i := bytes.IndexByte(text, at); i >= 0 {
		return text[:i], text[i+1:]
	}
	return text, nil
}

// devices reads what went to block devices. Version 1 writes "253:0 Read 4096" in a file for bytes and one for their number, version 2
// "253:0 rbytes=4096 wbytes=0 rios=1 wios=0".
func (r *cgroupReader) devices() (out []DeviceIO) {
	at := func(name string) *DeviceIO {
		major, minor, ok := strings.Cut(name, ":")
		if !ok {
			return nil // the sum
		}
		d := DeviceIO{Bytes: map[string]uint64{}, Count: map[string]uint64{}}
		d.Major, d.Minor = parse([]byte(major)), parse([]byte(minor))
		if i := slices.IndexFunc(out, func(o DeviceIO) bool { return o.Major == d.Major && o.Minor == d.Minor }); i >= 0 {
			return &out[i]
		}
		out = append(out, d)
		return &out[len(out)-1]
	}
	lines := func(controller, name string) (all [][]string) {
		text, err := r.load(controller, name)
		if err != nil {
			return nil
		}
		for line := range strings.Lines(string(text)) {
			all = append(all, strings.Fields(line))
		}
		return all
	}
	if r.h.v2 {
		for _, f := range lines("io", "io.stat") {
			var d *DeviceIO
			for i, field := range f {
				if i == 0 {
					d = at(field)
					continue
				}
				name, value, _ := strings.Cut(field, "=")
				v, err := strconv.ParseUint(value, 10, 64)
				if d == nil || err != nil {
					continue
				}
				switch name {
				case "rbytes":
					d.Bytes["Read"] = v
				case "wbytes":
					d.Bytes["Write"] = v
				case "rios":
					d.Count["Read"] = v
				case "wios":
					d.Count["Write"] = v
				}
			}
		}
		return out
	}
	for _, f := range lines("blkio", "blkio.throttle.io_service_bytes_recursive") {
		if d := at(f[0]); d != nil && len(f) == 3 {
			d.Bytes[f[1]] = parse([]byte(f[2]))
		}
	}
	for _, f := range lines("blkio", "blkio.throttle.io_serviced_recursive") {
		if d := at(f[0]); d != nil && len(f) == 3 {
			d.Count[f[1]] = parse([]byte(f[2]))
		}
	}
	return out
}
