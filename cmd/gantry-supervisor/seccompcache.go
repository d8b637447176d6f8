package main

/*
#cgo LDFLAGS: -Wl,--wrap=seccomp_rule_add_array -Wl,--wrap=seccomp_export_bpf -lseccomp

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// The linker sends libcontainer's two expensive calls into libseccomp here (--wrap). In an init, descriptor 3 may be a file that
// starts with the magic. If a program follows it, that is the filter, and nothing is compiled. If not, what libseccomp
// compiles is added to it.
enum { CACHE_FD = 3, MAGIC_LEN = 16 };
static const char magic[MAGIC_LEN + 1] = "gantry-seccomp-1";

typedef void *scmp_filter_ctx;
extern int __real_seccomp_rule_add_array(scmp_filter_ctx, uint32_t, int, unsigned int, const void *);
extern int __real_seccomp_export_bpf(scmp_filter_ctx, int);

// cached is the size of the file, or -1 if there is none.
static off_t cached(void) {
	char head[MAGIC_LEN];
	struct stat st;
	if (pread(CACHE_FD, head, MAGIC_LEN, 0) != MAGIC_LEN || memcmp(head, magic, MAGIC_LEN) != 0 || fstat(CACHE_FD, &st) != 0)
		return -1;
	return st.st_size;
}

int __wrap_seccomp_rule_add_array(scmp_filter_ctx ctx, uint32_t action, int nr, unsigned int n, const void *args) {
	static int known = -1; // asked once: there are hundreds of rules
	if (known < 0)
		known = cached() > MAGIC_LEN;
	if (known)
		return 0;
	return __real_seccomp_rule_add_array(ctx, action, nr, n, args);
}

int __wrap_seccomp_export_bpf(scmp_filter_ctx ctx, int fd) {
	off_t size = cached();
	if (size < 0)
		return __real_seccomp_export_bpf(ctx, fd);
	// The container's program must not see it.
	if (fcntl(CACHE_FD, F_SETFD, FD_CLOEXEC) != 0)
		return -errno;
	if (size == MAGIC_LEN) {
		if (lseek(CACHE_FD, MAGIC_LEN, SEEK_SET) != MAGIC_LEN)
			return -errno;
		int rc = __real_seccomp_export_bpf(ctx, CACHE_FD);
		if (rc != 0)
			return rc;
		if ((size = cached()) <= MAGIC_LEN)
			return -EIO;
	}
	char buf[4096];
	for (off_t at = MAGIC_LEN; at < size;) {
		ssize_t got = pread(CACHE_FD, buf, sizeof buf, at);
		if (got <= 0)
			return -EIO;
		for (ssize_t done = 0; done < got;) {
			ssize_t put = write(fd, buf + done, got - done);
			if (put < 0)
				return -errno;
			done += put;
		}
		at += got;
	}
	return 0;
}
*/
import "C"

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/opencontainers/runc/libcontainer/configs"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/cmd/gantry-supervisor/filter"
)

// filterMagic begins every cache file; the C above has it too.
const filterMagic = "gantry-seccomp-1"

// maxFilters bounds the cache. Profiles differ by the capabilities that are held; a node sees a handful.
const maxFilters = 256

// filterCache keeps compiled seccomp filters: to compile the default profile takes longer than all the rest of a start.
type filterCache struct {
	mu    sync.Mutex
	files map[[sha256.Size]byte]compiled
}

// compiled is a filter: a sealed file, and what an init that has it needs of its profile.
type compiled struct {
	file   *os.File
	sketch *configs.Seccomp
}

func newFilterCache() *filterCache {
	return &filterCache{files: map[[sha256.Size]byte]compiled{}}
}

// get returns the file to pass to an init as its first extra file, or nil, and what to call when the init has succeeded
// or failed. With learn a profile that is not known is compiled into a new file and kept. The profile of a configuration is
// replaced by its sketch where the filter is known.
func (f *filterCache) get(cfg *configs.Config, learn bool) (*os.File, func(ok bool), error) {
	none := func(bool) {}
	profile := cfg.Seccomp
	if profile == nil {
		return nil, none, nil
	}
	body, err := json.Marshal(profile)
	if err != nil {
		return nil, nil, fmt.Errorf("encode seccomp profile: %w", err)
	}
	key := sha256.Sum256(body)
	f.mu.Lock()
	defer f.mu.Unlock()
	if known := f.files[key]; known.file != nil {
		cfg.Seccomp = known.sketch
		return known.file, none, nil
	}
	if !learn || len(f.files) >= maxFilters {
		return nil, none, nil
	}
	file, err := newFilterFile()
	if err != nil {
		return nil, nil, err
	}
	return file, func(ok bool) { f.learn(key, profile, file, ok) }, nil
}

// learn keeps what an init has compiled into a file, made smaller and sealed, so that no other init can change it.
func (f *filterCache) learn(key [sha256.Size]byte, profile *configs.Seccomp, file *os.File, ok bool) {
	defer file.Close()
	f.mu.Lock()
	defer f.mu.Unlock()
	if !ok || f.files[key].file != nil {
		return
	}
	kept, err := smaller(file)
	if err != nil {
		return // it is compiled again
	}
	f.files[key] = compiled{kept, sketchOf(profile)}
}

// instructionSize is that of struct sock_filter.
const instructionSize = 8

// smaller is a sealed file like the one given, with a program that answers the same and is shorter where one is found.
func smaller(file *os.File) (*os.File, error) {
	if _, err := file.Seek(int64(len(filterMagic)), io.SeekStart); err != nil {
		return nil, fmt.Errorf("seccomp cache: %w", err)
	}
	raw, err := io.ReadAll(file)
	if err != nil {
		return nil, fmt.Errorf("seccomp cache: %w", err)
	}
	if len(raw) == 0 || len(raw)%instructionSize != 0 {
		return nil, fmt.Errorf("seccomp cache: %d bytes are no program", len(raw))
	}
	prog := make([]unix.SockFilter, len(raw)/instructionSize)
	if _, err := binary.Decode(raw, binary.NativeEndian, prog); err != nil {
		return nil, fmt.Errorf("seccomp cache: %w", err)
	}
	if short, err := filter.Shrink(prog); err == nil {
		prog = short
	}
	out, err := newFilterFile()
	if err != nil {
		return nil, err
	}
	const seals = unix.F_SEAL_SEAL | unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_WRITE
	if err = binary.Write(out, binary.NativeEndian, prog); err == nil {
		_, err = unix.FcntlInt(out.Fd(), unix.F_ADD_SEALS, seals)
	}
	if err != nil {
		out.Close()
		return nil, fmt.Errorf("seccomp cache: %w", err)
	}
	return out, nil
}

// newFilterFile is a file in memory that begins with the magic.
func newFilterFile() (*os.File, error) {
	fd, err := unix.MemfdCreate("gantry-seccomp", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil, fmt.Errorf("seccomp cache: %w", err)
	}
	file := os.NewFile(uintptr(fd), "gantry-seccomp")
	if _, err := file.WriteString(filterMagic); err != nil {
		file.Close()
		return nil, fmt.Errorf("seccomp cache: %w", err)
	}
	return file, nil
}
