// Package initrd makes the initial file system of a virtual machine: the program that is its process 1, and the kernel's modules that it
// needs to reach the host. It reads the modules' directory and writes one file.
package initrd

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Modules are what a machine's kernel has to have, built in or as modules: serial port, network, and files over virtio.
func Modules() []string { return []string{"virtio_mmio", "virtio_console", "virtio_net", "virtiofs"} }

// Write makes the file at path, at once or not at all. program becomes /init; modules is a directory of a kernel's modules, or empty.
func Write(path, program, modules string) (err error) {
	list, err := find(modules)
	if err != nil {
		return err
	}
	out, err := os.CreateTemp(filepath.Dir(path), ".initrd-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(out.Name()))
		}
	}()
	defer out.Close()
	w := &archive{w: bufio.NewWriter(out)}
	for _, dir := range []string{"dev", "proc", "sys", "modules"} {
		w.add(dir, modeDir|0o755, nil, 0)
	}
	w.add("dev/console", modeChar|0o600, nil, 0)
	if err := w.addFile("init", program); err != nil {
		return err
	}
	for i, m := range list {
		w.add(fmt.Sprintf("modules/%02d-%s.ko", i, m.name), modeFile|0o600, m.body, int64(len(m.body)))
	}
	w.end()
	if err := errors.Join(w.err, w.w.Flush(), out.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(out.Name(), path)
}

// The kinds of files, as in st_mode.
const (
	modeDir  = 0o040000
	modeChar = 0o020000
	modeFile = 0o100000
)

// archive writes the format "newc" of cpio, see the kernel's Documentation/driver-api/early-userspace/buffer-format.rst. The first error
// stays.
type archive struct {
	w     *bufio.Writer
	inode int
	off   int64
	err   error
}

func (a *archive) write(p []byte) {
	if a.err == nil {
		var n int
		n, a.err = a.w.Write(p)
		a.off += int64(n)
	}
}

// align fills up to a multiple of four bytes.
func (a *archive) align() { a.write(make([]byte, (4-a.off%4)%4)) }

// head writes the header of one file of that size.
func (a *archive) head(name string, mode uint32, size int64) {
	a.inode++
	major, minor := 0, 0
	if mode&modeChar != 0 && mode&modeDir == 0 {
		major, minor = 5, 1 // /dev/console
	}
	a.write(fmt.Appendf(nil, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%s\x00",
		a.inode, mode, 0, 0, 1, 0, size, 0, 0, major, minor, len(name)+1, 0, name))
	a.align()
}

func (a *archive) add(name string, mode uint32, body []byte, size int64) {
	a.head(name, mode, size)
	a.write(body)
	a.align()
}

// addFile adds a program.
func (a *archive) addFile(name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	a.head(name, modeFile|0o755, info.Size())
	if a.err == nil {
		var n int64
		n, a.err = io.CopyN(a.w, f, info.Size())
		a.off += n
	}
	a.align()
	return nil
}

func (a *archive) end() {
	a.add("TRAILER!!!", 0, nil, 0)
}
