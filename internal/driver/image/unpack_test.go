package image_test

import (
	"archive/tar"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/testimage"
)

// TestWhiteouts looks at removed and replaced files through a real overlay mount.
func TestWhiteouts(t *testing.T) {
	s, reg := openStore(t), testimage.NewRegistry(t)
	base := testimage.Layer(t,
		testimage.Dir("keep", 0o755), testimage.File("keep/a", "a", 0o644), testimage.File("keep/b", "b", 0o644),
		testimage.Dir("empty", 0o700), testimage.File("empty/old", "old", 0o644),
		testimage.Dir("gone", 0o755), testimage.File("gone/x", "x", 0o644))
	top := testimage.Layer(t,
		testimage.Dir("keep", 0o755), testimage.File("keep/.wh.a", "", 0o644),
		testimage.Dir("empty", 0o755), testimage.File("empty/.wh..wh..opq", "", 0o644), testimage.File("empty/new", "new", 0o644),
		testimage.File(".wh.gone", "", 0o644))
	root := mount(t, pull(t, s, reg.Push(t, "wh:1", testimage.Image(t, v1.Config{}, base, top))))
	for name, want := range map[string]bool{
		"keep/a": false, "keep/b": true, "empty/old": false, "empty/new": true, "gone": false, "gone/x": false,
	} {
		if _, err := os.Lstat(filepath.Join(root, name)); (err == nil) != want {
			t.Errorf("%s shows: %v, want %v", name, err == nil, want)
		}
	}
	st, err := os.Stat(filepath.Join(root, "empty"))
	if err != nil || st.Mode().Perm() != 0o755 {
		t.Errorf("empty: %v, %v", st, err)
	}
}

// TestMetadata unpacks one of each kind of file and compares what is on disk.
func TestMetadata(t *testing.T) {
	s, reg := openStore(t), testimage.NewRegistry(t)
	capability := "\x01\x00\x00\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" // cap_net_bind_service=ep
	owned := testimage.File("owned", "data", 0o640)
	owned.Uid, owned.Gid = 1000, 70000
	link := testimage.Hardlink("link", "owned", 0o640)
	link.Uid, link.Gid = owned.Uid, owned.Gid
	capable := testimage.File("capable", "", 0o755)
	capable.PAXRecords = map[string]string{"SCHILY.xattr.security.capability": capability}
	device := testimage.Entry{Header: tar.Header{Typeflag: tar.TypeChar, Name: "null", Mode: 0o666, Devmajor: 1, Devminor: 3}}
	fifo := testimage.Entry{Header: tar.Header{Typeflag: tar.TypeFifo, Name: "pipe", Mode: 0o600}}
	layer := testimage.Layer(t, owned, capable, device, fifo, testimage.File("setuid", "", 0o4755),
		link, testimage.Symlink("away", "/etc/../../passwd"), testimage.Dir("sticky", 0o1777))
	root := mount(t, pull(t, s, reg.Push(t, "meta:1", testimage.Image(t, v1.Config{}, layer))))

	stat := func(name string) *syscall.Stat_t {
		t.Helper()
		st, err := os.Lstat(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		return st.Sys().(*syscall.Stat_t)
	}
	if st := stat("owned"); st.Uid != 1000 || st.Gid != 70000 || st.Mode != unix.S_IFREG|0o640 || st.Mtim.Sec != 1 {
		t.Errorf("owned: %+v", st)
	}
	if a, b := stat("owned"), stat("link"); a.Ino != b.Ino || a.Nlink != 2 {
		t.Errorf("the hard link is another file: %d %d", a.Ino, b.Ino)
	}
	if st := stat("null"); st.Mode != unix.S_IFCHR|0o666 || st.Rdev != unix.Mkdev(1, 3) {
		t.Errorf("null: %+v", st)
	}
	for name, want := range map[string]uint32{"pipe": unix.S_IFIFO | 0o600, "setuid": unix.S_IFREG | 0o4755, "sticky": unix.S_IFDIR | 0o1777} {
		if st := stat(name); st.Mode != want {
			t.Errorf("%s: mode %o, want %o", name, st.Mode, want)
		}
	}
	if got, err := os.Readlink(filepath.Join(root, "away")); err != nil || got != "/etc/../../passwd" {
		t.Errorf("away leads to %q, %v", got, err)
	}
	var value [64]byte
	n, err := unix.Lgetxattr(filepath.Join(root, "capable"), "security.capability", value[:])
	if err != nil || string(value[:n]) != capability {
		t.Errorf("capability %x, %v", value[:max(n, 0)], err)
	}
}

// TestHostileLayers pulls layers that try to write outside of their directory. Each may be refused or unpacked
// harmlessly, but nothing outside changes.
func TestHostileLayers(t *testing.T) {
	dir := t.TempDir()
	s, reg := openStoreIn(t, filepath.Join(dir, "images")), testimage.NewRegistry(t)
	outside := filepath.Join(dir, "outside")
	victim := filepath.Join(outside, "victim")
	if err := os.Mkdir(outside, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(victim, []byte("untouched"), 0o600); err != nil {
		t.Fatal(err)
	}
	up := strings.Repeat("../", 20)
	deep := up + strings.TrimPrefix(outside, "/")
	for name, entries := range map[string][]testimage.Entry{
		"dot-dot":                   {testimage.File(deep+"/evil", "", 0o644)},
		"dot-dot in the middle":     {testimage.Dir("a", 0o755), testimage.File("a/"+deep+"/evil", "", 0o644)},
		"absolute":                  {testimage.File(victim, "evil", 0o644)},
		"absolute symlink":          {testimage.Symlink("out", outside), testimage.File("out/evil", "", 0o644)},
		"relative symlink":          {testimage.Symlink("out", deep), testimage.File("out/evil", "", 0o644)},
		"chained symlinks":          {testimage.Symlink("a", ".."), testimage.Symlink("b", "a/"+deep), testimage.File("b/evil", "", 0o644)},
		"directory over symlink":    {testimage.Symlink("out", outside), testimage.Dir("out", 0o777), testimage.File("out/evil", "", 0o644)},
		"hard link to outside":      {testimage.Hardlink("victim", deep+"/victim", 0o777), testimage.File("victim", "evil", 0o777)},
		"hard link over symlink":    {testimage.Symlink("out", outside), testimage.Hardlink("mine", "out/victim", 0o777)},
		"absolute hard link":        {testimage.Hardlink("mine", victim, 0o777)},
		"whiteout outside":          {testimage.File(deep+"/.wh.victim", "", 0o644)},
		"whiteout over symlink":     {testimage.Symlink("out", outside), testimage.File("out/.wh.victim", "", 0o644)},
		"opaque over symlink":       {testimage.Symlink("out", outside), testimage.File("out/.wh..wh..opq", "", 0o644)},
		"whiteout of the parent":    {testimage.File(".wh...", "", 0o644)},
		"whiteout of dot":           {testimage.File(".wh..", "", 0o644)},
		"file over symlink to file": {testimage.Symlink("f", victim), testimage.File("f", "evil", 0o644)},
		"setuid over symlink":       {testimage.Symlink("f", victim), testimage.Hardlink("g", "f", 0o4777)},
		"root as a file":            {testimage.File(".", "evil", 0o644)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Pull(t.Context(), reg.Push(t, "evil:1", testimage.Image(t, v1.Config{}, testimage.Layer(t, entries...))), nil)
			if err != nil {
				wantCause(t, err, image.BadImage)
			}
			if n := entriesOf(t, outside); n != 1 || readFile(t, victim) != "untouched" {
				t.Error("something outside of the layer changed")
			}
			st, err := os.Lstat(victim)
			if err != nil || st.Mode() != 0o600 || st.Sys().(*syscall.Stat_t).Nlink != 1 {
				t.Errorf("the victim is now %v, %v", st.Mode(), err)
			}
			if _, err := os.Lstat(filepath.Join(dir, "evil")); err == nil {
				t.Error("a file beside the store")
			}
		})
	}
}

// TestBrokenLayers pulls layers that are no tar, or end in the middle.
func TestBrokenLayers(t *testing.T) {
	s, reg := openStore(t), testimage.NewRegistry(t)
	whole := testimage.Tar(t, testimage.File("f", strings.Repeat("x", 4096), 0o644))
	for name, layer := range map[string]v1.Layer{
		"no tar":    testimage.Plain(t, []byte(strings.Repeat("not a tar ", 200))),
		"truncated": testimage.Plain(t, whole[:2000]),
		"half gzip": testimage.Plain(t, []byte{0x1f, 0x8b, 8, 0, 0, 0}),
		"half zstd": testimage.Plain(t, []byte{0x28, 0xb5, 0x2f, 0xfd, 0x04}),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Pull(t.Context(), reg.Push(t, "broken:1", testimage.Image(t, v1.Config{}, layer)), nil)
			wantCause(t, err, image.BadImage)
		})
	}
}

// TestRepeatedLayer pulls an image that holds the same layer twice, which overlayfs would refuse to mount.
func TestRepeatedLayer(t *testing.T) {
	s, reg := openStore(t), testimage.NewRegistry(t)
	a := testimage.Layer(t, testimage.File("f", "a", 0o644))
	b := testimage.Layer(t, testimage.File("f", "b", 0o644))
	root := mount(t, pull(t, s, reg.Push(t, "twice:1", testimage.Image(t, v1.Config{}, a, b, a))))
	if got := readFile(t, filepath.Join(root, "f")); got != "a" {
		t.Errorf("f holds %q, want that of the topmost layer", got)
	}
}

// TestImpliedDirectories stacks layers that use directories without an entry of their own: what a layer below says of
// them holds, and the layer is still shared with images where nothing below differs.
func TestImpliedDirectories(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "images")
	s, reg := openStoreIn(t, dir), testimage.NewRegistry(t)
	home := testimage.Dir("home/web", 0o700)
	home.Uid, home.Gid = 1000, 1000
	base := testimage.Layer(t, testimage.Dir("tmp", 0o1777), testimage.Dir("home", 0o755), home, testimage.File("home/web/old", "old", 0o644))
	top := testimage.Layer(t,
		testimage.File("tmp/new", "new", 0o644), testimage.File("home/web/.wh.old", "", 0o644),
		testimage.File("home/web/new", "new", 0o644), testimage.File("opt/app/run", "run", 0o755))
	both := pull(t, s, reg.Push(t, "both:1", testimage.Image(t, v1.Config{}, base, top)))
	alone := pull(t, s, reg.Push(t, "alone:1", testimage.Image(t, v1.Config{}, testimage.Layer(t, testimage.Dir("srv", 0o755)), top)))
	if both.Layers[1] == alone.Layers[1] {
		t.Error("one directory serves where attributes differ")
	}

	root := mount(t, both)
	for name, want := range map[string]image.User{"tmp": {}, "home/web": {UID: 1000, GID: 1000}, "opt/app": {}} {
		st, err := os.Stat(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		if sys := st.Sys().(*syscall.Stat_t); sys.Uid != want.UID || sys.Gid != want.GID {
			t.Errorf("%s belongs to %d:%d", name, sys.Uid, sys.Gid)
		}
	}
	for name, want := range map[string]os.FileMode{"tmp": 0o777 | os.ModeSticky, "home/web": 0o700, "opt/app": 0o755} {
		if st, err := os.Stat(filepath.Join(root, name)); err != nil || st.Mode() != want|os.ModeDir {
			t.Errorf("%s: %v, %v; want %v", name, st.Mode(), err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(root, "home/web/old")); err == nil {
		t.Error("the removed file shows")
	}
	if readFile(t, filepath.Join(root, "tmp/new"))+readFile(t, filepath.Join(root, "opt/app/run")) != "newrun" {
		t.Error("the files are not what they were")
	}

	if _, err := s.GC(func(img image.Image) bool { return img.ID == both.ID }); err != nil {
		t.Fatal(err)
	}
	if got, ok := s.Get(both.ID); !ok || readFile(t, filepath.Join(got.Layers[1], "tmp/new")) != "new" {
		t.Error("collection took the variant")
	}
	if _, err := s.GC(func(image.Image) bool { return false }); err != nil {
		t.Fatal(err)
	}
	if n := entriesOf(t, filepath.Join(dir, "layers")); n != 0 {
		t.Errorf("%d layers left", n)
	}
}
