package container

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"gantry.dev/gantry/internal/driver/container/supervisorbin"
)

// installSupervisor writes the embedded executable into the data directory, under a name that says what is in it, so
// that one that runs is never written to.
func installSupervisor(dataDir string) (string, error) {
	body, err := supervisorbin.Binary()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(body)
	path := filepath.Join(dataDir, "bin", "gantry-supervisor-"+hex.EncodeToString(sum[:8]))
	if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, body) {
		return path, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", fmt.Errorf("install supervisor: %w", err)
	}
	if err := os.WriteFile(path+".new", body, 0o755); err != nil {
		return "", fmt.Errorf("install supervisor: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return "", fmt.Errorf("install supervisor: %w", err)
	}
	return path, nil
}
