package dra

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestReadEdits(t *testing.T) {
	low, high := t.TempDir(), t.TempDir()
	for path, text := range map[string]string{
		filepath.Join(low, "a.json"):     `{"cdiVersion": "0.6.0", "kind": "v.com/c", "devices": [{"name": "x", "containerEdits": {"env": ["X=low"]}}, {"name": "y", "containerEdits": {"env": ["Y=1"], "additionalGids": [7]}}], "containerEdits": {"env": ["ALL=1"]}}`,
		filepath.Join(high, "b.yaml"):    "cdiVersion: 0.6.0\nkind: v.com/c\ndevices: [{name: x, containerEdits: {env: [X=high], deviceNodes: [{path: /dev/x}]}}]\n",
		filepath.Join(low, "hook.json"):  `{"cdiVersion": "0.6.0", "kind": "v.com/hook", "devices": [{"name": "x", "containerEdits": {"hooks": [{"hookName": "prestart", "path": "/bin/x"}]}}]}`,
		filepath.Join(low, "mount.json"): `{"cdiVersion": "0.6.0", "kind": "v.com/mount", "devices": [{"name": "x", "containerEdits": {"mounts": [{"hostPath": "/a", "containerPath": "/b", "type": "nfs"}]}}]}`,
		filepath.Join(low, "bad.json"):   `{"cdiVersion": `,
		filepath.Join(low, "note.txt"):   `no CDI`,
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name  string
		names []string
		want  Edits
		err   string
	}{
		{"none", nil, Edits{}, ""},
		{"the last directory wins", []string{"v.com/c=x"}, Edits{Env: []string{"X=high"}, DeviceNodes: []CDINode{{Path: "/dev/x"}}}, ""},
		{"common edits count once", []string{"v.com/c=y"}, Edits{Env: []string{"Y=1", "ALL=1"}, AdditionalGIDs: []uint32{7}}, ""},
		{"missing, and why it may be", []string{"v.com/c=z"}, Edits{}, "unresolvable CDI devices v.com/c=z\nCDI: " + filepath.Join(low, "bad.json")},
		{"hooks", []string{"v.com/hook=x"}, Edits{}, "CDI device v.com/hook=x: containerEdits.hooks is not supported"},
		{"another type of mount", []string{"v.com/mount=x"}, Edits{}, `type "nfs" is not supported`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ReadEdits([]string{low, high, "/nothing/here"}, c.names)
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Fatalf("error %v, want %q", err, c.err)
			}
			if err == nil && !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}
