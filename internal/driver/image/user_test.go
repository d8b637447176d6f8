package image_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/image"
)

// layersOf writes layers by hand: each a map from path to content, the base first. A content of "whiteout", "opaque" or
// "-> target" makes what it says.
func layersOf(t testing.TB, layers ...map[string]string) []string {
	t.Helper()
	var out []string
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, files := range layers {
		dir := t.TempDir()
		for name, content := range files {
			path := filepath.Join(dir, name)
			must(os.MkdirAll(filepath.Dir(path), 0o755))
			switch {
			case content == "whiteout":
				must(unix.Mknod(path, unix.S_IFCHR, 0))
			case content == "opaque":
				must(os.MkdirAll(path, 0o755))
				must(unix.Lsetxattr(path, "trusted.overlay.opaque", []byte("y"), 0))
			case len(content) > 3 && content[:3] == "-> ":
				must(os.Symlink(content[3:], path))
			default:
				must(os.WriteFile(path, []byte(content), 0o600))
			}
		}
		out = append(out, dir)
	}
	return out
}

const (
	passwd = "root:x:0:0:root:/root:/bin/sh\nweb:x:1000:1001:Web:/srv/web:/bin/sh\nbroken line\n"
	group  = "root:x:0:\nweb:x:1001:\ndisk:x:6:web,root\naudio:x:29:web\n"
)

func TestResolveUser(t *testing.T) {
	layers := layersOf(t, map[string]string{"etc/passwd": passwd, "etc/group": group})
	for spec, want := range map[string]image.User{
		"":           {UID: 0, GID: 0, ExtraGIDs: []uint32{6}, Home: "/root"},
		"root":       {UID: 0, GID: 0, ExtraGIDs: []uint32{6}, Home: "/root"},
		"web":        {UID: 1000, GID: 1001, ExtraGIDs: []uint32{6, 29}, Home: "/srv/web"},
		"1000":       {UID: 1000, GID: 1001, ExtraGIDs: []uint32{6, 29}, Home: "/srv/web"},
		"4242":       {UID: 4242, GID: 0, Home: "/"},
		"web:disk":   {UID: 1000, GID: 6, Home: "/srv/web"},
		"4242:77":    {UID: 4242, GID: 77, Home: "/"},
		"2147483647": {UID: 2147483647, GID: 0, Home: "/"},
	} {
		got, err := image.ResolveUser(spec, layers)
		if err != nil {
			t.Errorf("%q: %v", spec, err)
			continue
		}
		if got.UID != want.UID || got.GID != want.GID || !slices.Equal(got.ExtraGIDs, want.ExtraGIDs) || got.Home != want.Home {
			t.Errorf("%q: %+v, want %+v", spec, got, want)
		}
	}
	for _, spec := range []string{"nobody-here", "web:nogroup", "-1", "2147483648", "99999999999999999999"} {
		if got, err := image.ResolveUser(spec, layers); err == nil {
			t.Errorf("%q: %+v, want an error", spec, got)
		}
	}
}

// TestResolveUserThroughLayers finds the account file as overlayfs would show it.
func TestResolveUserThroughLayers(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("whiteouts and opaque directories need root")
	}
	account := func(uid string) string { return "web:x:" + uid + ":1:::\n" }
	for name, c := range map[string]struct {
		layers []map[string]string
		want   uint32
		absent bool
	}{
		"upper wins":          {[]map[string]string{{"etc/passwd": account("1")}, {"etc/passwd": account("2")}}, 2, false},
		"lower shows through": {[]map[string]string{{"etc/passwd": account("1")}, {"etc/other": ""}}, 1, false},
		"whiteout":            {[]map[string]string{{"etc/passwd": account("1")}, {"etc/passwd": "whiteout"}}, 0, true},
		"directory whiteout":  {[]map[string]string{{"etc/passwd": account("1")}, {"etc": "whiteout"}}, 0, true},
		"opaque":              {[]map[string]string{{"etc/passwd": account("1")}, {"etc": "opaque"}}, 0, true},
		"added after opaque":  {[]map[string]string{{"etc/passwd": account("1")}, {"etc": "opaque"}, {"etc/passwd": account("3")}}, 3, false},
		"file over directory": {[]map[string]string{{"etc/passwd": account("1")}, {"etc": "a file"}}, 0, true},
		"symlink inside":      {[]map[string]string{{"nix/p": account("4"), "etc/passwd": "-> /nix/p"}}, 4, false},
		"symlink over layers": {[]map[string]string{{"nix/p": account("5")}, {"etc/passwd": "-> ../nix/p"}}, 5, false},
		"symlinked directory": {[]map[string]string{{"usr/etc/passwd": account("6")}, {"etc": "-> usr/etc"}}, 6, false},
		"symlink to outside":  {[]map[string]string{{"etc/passwd": "-> /../../../../../../../../etc/passwd"}}, 0, true},
		"symlink loop":        {[]map[string]string{{"etc/passwd": "-> passwd"}}, 0, true},
		"dangling":            {[]map[string]string{{"etc/passwd": "-> /proc/self/environ"}}, 0, true},
		"no layers":           {nil, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := image.ResolveUser("web", layersOf(t, c.layers...))
			if (err != nil) != c.absent || got.UID != c.want {
				t.Errorf("%+v, %v; want %d, absent %v", got, err, c.want, c.absent)
			}
		})
	}
}

func FuzzResolveUser(f *testing.F) {
	for _, spec := range []string{"", "root", "web:disk", "1000:1001", ":", "a:b:c", "-1", "0x10", "\x00"} {
		f.Add(spec, passwd, group)
	}
	f.Add("web", "web:x:99999999999:1:::", "::::\n\n:::web")
	f.Fuzz(func(t *testing.T, spec, passwd, group string) {
		u, err := image.ResolveUser(spec, layersOf(t, map[string]string{"etc/passwd": "#" + passwd, "etc/group": "#" + group}))
		if err == nil && (u.UID > 1<<31-1 || u.GID > 1<<31-1) {
			t.Errorf("ids out of range: %+v", u)
		}
	})
}
