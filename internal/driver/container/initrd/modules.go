package initrd

import (
	"bytes"
	"compress/gzip"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// maxModule bounds a module when it is unpacked.
const maxModule = 64 << 20

// module is one module of a kernel.
type module struct {
	name string
	body []byte
}

// finder collects modules with what they depend on, in the order in which they are to be loaded.
type finder struct {
	files   map[string]string // path by name
	builtin map[string]bool
	done    map[string]bool
	out     []module
}

// find returns the modules that a machine needs and that are not built into the kernel.
func find(dir string) ([]module, error) {
	if dir == "" {
		return nil, nil
	}
	f := &finder{files: map[string]string{}, builtin: map[string]bool{}, done: map[string]bool{}}
	body, err := os.ReadFile(filepath.Join(dir, "modules.builtin"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for path := range strings.FieldsSeq(string(body)) {
		name, _ := moduleName(path)
		f.builtin[name] = true
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			if name, ok := moduleName(path); ok {
				f.files[name] = path
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, name := range Modules() {
		if err := f.add(name); err != nil {
			return nil, err
		}
	}
	return f.out, nil
}

// moduleName is the name of the module in a file; files write dashes where names have underscores.
func moduleName(path string) (string, bool) {
	base := filepath.Base(path)
	i := strings.Index(base, ".ko")
	if i < 0 || !slices.Contains([]string{"", ".gz", ".xz", ".zst"}, base[i+3:]) {
		return "", false
	}
	return strings.ReplaceAll(base[:i], "-", "_"), true
}

func (f *finder) add(name string) error {
	name = strings.ReplaceAll(name, "-", "_")
	if f.builtin[name] || f.done[name] {
		return nil
	}
	f.done[name] = true
	path := f.files[name]
	if path == "" {
		return fmt.Errorf("the kernel has no %s, neither built in nor as a module", name)
	}
	body, err := read(path)
	if err != nil {
		return fmt.Errorf("module %s: %w", path, err)
	}
	needs, err := depends(body)
	if err != nil {
		return fmt.Errorf("module %s: %w", path, err)
	}
	for _, n := range needs {
		if err := f.add(n); err != nil {
			return err
		}
	}
	f.out = append(f.out, module{name, body})
	return nil
}

// read unpacks a module.
func read(path string) ([]byte, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var r io.Reader
	switch filepath.Ext(path) {
	case ".gz":
		r, err = gzip.NewReader(bytes.NewReader(raw))
	case ".zst":
		var d *zstd.Decoder
		if d, err = zstd.NewReader(bytes.NewReader(raw)); err == nil {
			defer d.Close()
			r = d
		}
	case ".xz":
		return nil, errors.New("compressed with xz, which is not supported: unpack it (unxz), or give a kernel with these modules built in")
	default:
		return raw, nil
	}
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(r, maxModule+1))
	if err == nil && len(body) > maxModule {
		err = fmt.Errorf("larger than %d bytes", maxModule)
	}
	return body, err
}

// depends reads what a module needs from its section .modinfo.
func depends(body []byte) ([]string, error) {
	f, err := elf.NewFile(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	s := f.Section(".modinfo")
	if s == nil {
		return nil, errors.New("no section .modinfo")
	}
	info, err := s.Data()
	if err != nil {
		return nil, err
	}
	for field := range bytes.SplitSeq(info, []byte{0}) {
		if list, ok := strings.CutPrefix(string(field), "depends="); ok {
			return strings.FieldsFunc(list, func(r rune) bool { return r == ',' }), nil
		}
	}
	return nil, nil
}
