package container

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// checkPropagation refuses a mount that is to follow the host's where the host does not share it, in containerd's words: mounts
// would be missed in silence.
func checkPropagation(m *Mount) error {
	if m.Propagation == PropagationNone {
		return nil
	}
	source, err := filepath.EvalSymlinks(m.Source)
	if err != nil {
		return err
	}
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return fmt.Errorf("mount propagation: %w", err)
	}
	at, options := mountOf(string(text), source)
	switch shared, slave := strings.Contains(options, "shared:"), strings.Contains(options, "master:"); {
	case m.Propagation == PropagationBidirectional && !shared:
		return fmt.Errorf("path %q is mounted on %q but it is not a shared mount", m.Source, at)
	case m.Propagation == PropagationHostToContainer && !shared && !slave:
		return fmt.Errorf("path %q is mounted on %q but it is not a shared or slave mount", m.Source, at)
	}
	return nil
}

// mountOf finds the mount that holds a path, in the text of mountinfo, and its optional fields: of several at one place the
// last one lies on top.
func mountOf(mountinfo, path string) (at, options string) {
	unescape := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	for line := range strings.Lines(mountinfo) {
		before, _, _ := strings.Cut(line, " - ")
		f := strings.Fields(before)
		if len(f) < 6 {
			continue
		}
		dir := unescape.Replace(f[4])
		within := dir == "/" || path == dir || strings.HasPrefix(path, dir+"/")
		if within && len(dir) >= len(at) {
			at, options = dir, strings.Join(f[6:], " ")
		}
	}
	return at, options
}
