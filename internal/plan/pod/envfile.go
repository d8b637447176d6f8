package pod

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// EnvFile names a file in a volume of the pod.
type EnvFile struct{ Volume, Path string }

// EnvFiles names the files that the environment of a container takes values from (KEP-3721).
func EnvFiles(c *corev1.Container) []EnvFile {
	var out []EnvFile
	for _, e := range c.Env {
		if v := e.ValueFrom; v != nil && v.FileKeyRef != nil {
			out = append(out, EnvFile{v.FileKeyRef.VolumeName, v.FileKeyRef.Path})
		}
	}
	return out
}

// fromFile resolves a reference to a variable in a file. As upstream, an empty value counts as missing.
func (in *EnvInput) fromFile(ref *corev1.FileKeySelector) (value string, ok bool, err error) {
	text, there := in.Files[EnvFile{ref.VolumeName, ref.Path}]
	if there {
		if value, err = envFileValue(text, ref.Key); err != nil {
			return "", false, fmt.Errorf("couldn't parse env file: %s of volume %q: %w", ref.Path, ref.VolumeName, err)
		}
	}
	if value == "" && !isTrue(ref.Optional) {
		return "", false, fmt.Errorf("environment variable key %q not found in file %q of volume %q", ref.Key, ref.Path, ref.VolumeName)
	}
	return value, value != "", nil
}

// envFileValue finds a variable in a file of lines NAME='value' # comment. Values stand in single quotes, in which nothing is
// special and which may go over several lines. Text after an = and a blank is no value: the variable is empty, as in a shell.
func envFileValue(text, key string) (string, error) {
	number := 0
	next := func() (line string, ok bool) {
		if text == "" {
			return "", false
		}
		number++
		line, text, _ = strings.Cut(text, "\n")
		return strings.TrimSuffix(line, "\r"), true
	}
	for line, ok := next(); ok; line, ok = next() {
		line = strings.TrimLeft(line, " \t")
		if line == "" || line[0] == '#' {
			continue
		}
		name, rest, found := strings.Cut(line, "=")
		switch {
		case !found:
			return "", fmt.Errorf("invalid environment variable format at line %d: missing '='", number)
		case strings.TrimRight(name, " \t") == "":
			return "", fmt.Errorf("invalid environment variable format at line %d: empty variable name", number)
		case strings.TrimRight(name, " \t") != name:
			return "", fmt.Errorf("invalid environment variable format at line %d: whitespace before '=' is not allowed", number)
		case strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, "\t"):
			if name == key {
				return "", nil
			}
			continue
		case !strings.HasPrefix(rest, "'"):
			return "", fmt.Errorf("invalid environment variable format at line %d: value must be enclosed in single quotes", number)
		}
		began := number
		value, after, closed := strings.Cut(rest[1:], "'")
		for !closed {
			more, ok := next()
			if !ok {
				return "", fmt.Errorf("invalid environment variable format starting at line %d: unclosed single quote", began)
			}
			more, after, closed = strings.Cut(more, "'")
			value += "\n" + more
		}
		if after = strings.TrimLeft(after, " \t"); after != "" && after[0] != '#' {
			return "", fmt.Errorf("invalid environment variable format at line %d: unexpected content after closing quote", number)
		}
		if name == key {
			return value, nil
		}
	}
	return "", nil
}
