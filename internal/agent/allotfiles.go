package agent

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"gantry.dev/gantry/internal/plan/numa"
)

// The files in which kubelet's managers keep what they have given, for operators and what they run: the agent itself reads what a pod has at
// its sandbox.
const (
	cpuStateFile    = "cpu_manager_state"
	memoryStateFile = "memory_manager_state"
)

// stateFiles is what was written last, by path.
type stateFiles map[string][]byte

// write brings kubelet's files in a directory up to date.
func (f stateFiles) write(dir string, cpus *numa.CPUManagerCheckpoint, memory *numa.MemoryManagerCheckpoint) error {
	for name, state := range map[string]any{cpuStateFile: cpus, memoryStateFile: memory} {
		path := filepath.Join(dir, name)
		b, err := json.Marshal(state)
		if err != nil {
			return fmt.Errorf("encoding %s: %w", name, err)
		}
		if bytes.Equal(f[path], b) {
			continue
		}
		if err := os.WriteFile(path+".new", b, 0o600); err != nil {
			return fmt.Errorf("writing what containers have for their own: %w", err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			return fmt.Errorf("writing what containers have for their own: %w", err)
		}
		f[path] = b
	}
	return nil
}

// writeFiles brings kubelet's files up to date, those of a node that gives nothing too. It is called before run is started, then by run alone:
// files is theirs.
func (k *allotKeeper) writeFiles(dir string) error {
	if k == nil {
		var nothing *numa.Allotter
		return stateFiles{}.write(dir, nothing.CPUCheckpoint(), nothing.MemoryCheckpoint())
	}
	k.mu.Lock()
	cpus, memory := k.allot.CPUCheckpoint(), k.allot.MemoryCheckpoint()
	k.mu.Unlock()
	return k.files.write(dir, cpus, memory)
}
