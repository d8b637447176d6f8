package container

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestResolveUser(t *testing.T) {
	const passwd = "root:x:0:0:root:/root:/bin/sh\nweb:x:1000:1001::/:/bin/sh\nbroken\n"
	const group = "root:x:0:\nwww:x:33:web,other\nadm:x:4:root,web\nweb:x:1001:web\n"
	for _, tt := range []struct {
		user string
		want UserIDs
		fail bool
	}{
		{user: "", want: UserIDs{AdditionalGIDs: []uint32{4}}},
		{user: "web", want: UserIDs{UID: 1000, GID: 1001, AdditionalGIDs: []uint32{33, 4}}},
		{user: "1000", want: UserIDs{UID: 1000, GID: 1001, AdditionalGIDs: []uint32{33, 4}}},
		{user: "web:www", want: UserIDs{UID: 1000, GID: 33, AdditionalGIDs: []uint32{4, 1001}}},
		{user: "77", want: UserIDs{UID: 77}},
		{user: "77:88", want: UserIDs{UID: 77, GID: 88}},
		{user: "nobody", fail: true},
		{user: "web:nobody", fail: true},
		{user: "-1", fail: true},
	} {
		got, err := resolveUser(tt.user, passwd, group)
		if (err != nil) != tt.fail || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%q: %+v, %v; want %+v", tt.user, got, err, tt.want)
		}
	}
}

func TestLookupUserInLayers(t *testing.T) {
	low, high, outside := t.TempDir(), t.TempDir(), t.TempDir()
	write := func(dir, text string) {
		if err := os.MkdirAll(filepath.Join(dir, "etc"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "etc", "passwd"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(low, "a:x:1:1::/:\n")
	if ids, err := LookupUser([]string{low, high}, "a"); err != nil || ids.UID != 1 {
		t.Errorf("low: %+v, %v", ids, err)
	}
	write(high, "a:x:2:2::/:\n")
	if ids, err := LookupUser([]string{low, high}, "a"); err != nil || ids.UID != 2 {
		t.Errorf("high: %+v, %v", ids, err)
	}
	write(outside, "a:x:3:3::/:\n")
	link := t.TempDir()
	if err := os.Symlink(filepath.Join(outside, "etc"), filepath.Join(link, "etc")); err != nil {
		t.Fatal(err)
	}
	if ids, err := LookupUser([]string{low, link}, "a"); err == nil && ids.UID == 3 {
		t.Error("a link led out of its layer")
	}
}
