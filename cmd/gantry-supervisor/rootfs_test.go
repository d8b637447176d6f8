package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// Both ways to mount an overlay show the same tree, from layers whose names need care.
func TestMountRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("mounts need root")
	}
	dir := t.TempDir()
	var layers []string
	for i := range 40 {
		l := filepath.Join(dir, "a long name, with a comma: and a colon, so that forty of them are longer than a page", strconv.Itoa(i))
		if err := os.MkdirAll(l, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(l, "who"), []byte(strconv.Itoa(i)), 0o644); err != nil {
			t.Fatal(err)
		}
		layers = append(layers, l)
	}
	for name, mount := range map[string]func(layers []string, dataDir, target, stage string) error{"chosen": mountRoot, "old": mountOverlayOld} {
		t.Run(name, func(t *testing.T) {
			data, target, stage := filepath.Join(dir, name), t.TempDir(), t.TempDir()
			if err := makeWritable(data, nil); err != nil {
				t.Fatal(err)
			}
			var who []byte
			done := make(chan error)
			go func() {
				runtime.LockOSThread() // the thread ends with its mounts
				done <- func() error {
					if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
						return err
					}
					if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
						return err
					}
					if err := mount(layers, data, target, stage); err != nil {
						return err
					}
					var err error
					if who, err = os.ReadFile(filepath.Join(target, "who")); err != nil {
						return err
					}
					return os.WriteFile(filepath.Join(target, "new"), nil, 0o644)
				}()
			}()
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			if want := "39"; string(who) != want {
				t.Errorf("the uppermost layer is %q, want %q", who, want)
			}
			if _, err := os.Stat(filepath.Join(data, "upper", "new")); err != nil {
				t.Errorf("a write did not reach the writable layer: %v", err)
			}
		})
	}
}
