package volume

import (
	"fmt"
	"path"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// File is one file of a volume whose content comes from the API.
type File struct {
	Data []byte
	Mode uint32
	// UID is the owner, nil for root.
	UID *int64
}

// Files are the files of such a volume by their path relative to it.
type Files map[string]File

// maxFiles bounds the bytes of one volume: an object is at most 1 MiB (1.5 with its envelope), a projected volume has
// several.
const maxFiles = 16 << 20

// NewFiles picks from data what items ask for, all if there are none. A missing item is an error unless optional.
func NewFiles(data map[string][]byte, items []corev1.KeyToPath, mode int32, optional bool, what string) (Files, error) {
	files := Files{}
	if len(items) == 0 {
		for key, value := range data {
			files[key] = File{Data: value, Mode: uint32(mode)}
		}
		return files, nil
	}
	for _, item := range items {
		value, ok := data[item.Key]
		if !ok {
			if optional {
				continue
			}
			return nil, fmt.Errorf("references non-existent %s key: %s", what, item.Key)
		}
		m := mode
		if item.Mode != nil {
			m = *item.Mode
		}
		files[path.Clean(item.Path)] = File{Data: value, Mode: uint32(m)}
	}
	return files, nil
}

// ConfigMapData is the content of a config map as bytes.
func ConfigMapData(cm *corev1.ConfigMap) map[string][]byte {
	data := make(map[string][]byte, len(cm.Data)+len(cm.BinaryData))
	for k, v := range cm.Data {
		data[k] = []byte(v)
	}
	for k, v := range cm.BinaryData {
		data[k] = v
	}
	return data
}

// Merge adds other to f; where both have a path, other wins, as later sources of a projected volume do.
func (f Files) Merge(other Files) {
	for p, file := range other {
		f[p] = file
	}
}

// check refuses paths that would leave the volume or collide with the writer's own names, and too many bytes. The API
// validates paths too; this is what the file system relies on.
func (f Files) check() error {
	total := 0
	for p, file := range f {
		total += len(file.Data)
		if p == "" || path.IsAbs(p) || path.Clean(p) != p || p == ".." || strings.HasPrefix(p, "../") || strings.HasPrefix(p, "..") {
			return fmt.Errorf("path %q is not allowed in a volume", p)
		}
	}
	if total > maxFiles {
		return fmt.Errorf("%d bytes are more than the %d that a volume from API objects may have", total, maxFiles)
	}
	return nil
}
