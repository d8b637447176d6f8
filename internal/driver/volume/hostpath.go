package volume

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	corev1 "k8s.io/api/core/v1"
)

// HostPath checks, and for the …OrCreate types makes, a path of the host. It is never removed.
func HostPath(src *corev1.HostPathVolumeSource) (string, error) {
	kind := corev1.HostPathUnset
	if src.Type != nil {
		kind = *src.Type
	}
	info, err := os.Stat(src.Path)
	if errors.Is(err, fs.ErrNotExist) {
		switch kind {
		case corev1.HostPathUnset, corev1.HostPathDirectoryOrCreate:
			// Unset makes no promise, but a bind needs something to bind: a directory, as container runtimes make.
			if err := os.MkdirAll(src.Path, 0o755); err != nil {
				return "", fmt.Errorf("volume: making hostPath directory: %w", err)
			}
			return src.Path, nil
		case corev1.HostPathFileOrCreate:
			f, err := os.OpenFile(src.Path, os.O_CREATE|os.O_RDONLY, 0o644)
			if err != nil {
				return "", fmt.Errorf("volume: making hostPath file: %w", err)
			}
			return src.Path, f.Close()
		}
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("hostPath type check failed: %w", err)
	}
	if err != nil { // kubelet's words for what is not there, too
		return "", fmt.Errorf("hostPath type check failed: %s is not a %s", src.Path, describe(kind))
	}
	if !isKind(info.Mode(), kind) {
		return "", fmt.Errorf("hostPath type check failed: %s is not a %s", src.Path, describe(kind))
	}
	return src.Path, nil
}

func isKind(mode fs.FileMode, kind corev1.HostPathType) bool {
	switch kind {
	case corev1.HostPathUnset:
		return true
	case corev1.HostPathDirectory, corev1.HostPathDirectoryOrCreate:
		return mode.IsDir()
	case corev1.HostPathFile, corev1.HostPathFileOrCreate:
		return mode.IsRegular()
	case corev1.HostPathSocket:
		return mode&fs.ModeSocket != 0
	case corev1.HostPathCharDev:
		return mode&fs.ModeCharDevice != 0
	case corev1.HostPathBlockDev:
		return mode&fs.ModeDevice != 0 && mode&fs.ModeCharDevice == 0
	}
	return false
}

func describe(kind corev1.HostPathType) string {
	switch kind {
	case corev1.HostPathDirectory, corev1.HostPathDirectoryOrCreate:
		return "directory"
	case corev1.HostPathFile, corev1.HostPathFileOrCreate:
		return "file"
	case corev1.HostPathSocket:
		return "socket file"
	case corev1.HostPathCharDev:
		return "character device"
	case corev1.HostPathBlockDev:
		return "block device"
	}
	return "known hostPath type: " + string(kind)
}
