package agent

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/driver/container"
)

// Bounds of termination messages, the API's.
const (
	maxWords     = 4096
	maxLogWords  = 2048
	maxLogLines  = 80
	logHeadParts = 4 // "time stream tag text" of a CRI log line
)

// lastWords is the termination message of a container that has ended: what it wrote into its file, or, if it failed and
// asks for that, the end of its log.
func (a *Agent) lastWords(st container.Status) string {
	path := st.Labels[labelMessagePath]
	if path == "" {
		return ""
	}
	text, err := readHead(path, maxWords)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			a.log.Warn("reading a termination message", "container", st.ID, "err", err)
		}
		return ""
	}
	fallback := st.Labels[labelMessageFrom] == string(corev1.TerminationMessageFallbackToLogsOnError)
	if text == "" && fallback && (st.ExitCode != 0 || st.OOMKilled) {
		return logTail(st.LogPath)
	}
	return text
}

func readHead(path string, limit int64) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit))
	return strings.ToValidUTF8(string(data), "\uFFFD"), err
}

// logTail is the text of the last lines of a log in CRI format. A log that cannot be read has no last words.
func logTail(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	// The heads of the lines take room too; twice the text and a line's head each is enough for 80 lines.
	window := int64(maxLogWords*2 + maxLogLines*64)
	if info, err := f.Stat(); err == nil && info.Size() > window {
		if _, err := f.Seek(-window, io.SeekEnd); err != nil {
			return ""
		}
	}
	data, err := io.ReadAll(f)
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	lines = lines[max(0, len(lines)-maxLogLines):]
	var b strings.Builder
	for _, line := range lines {
		parts := strings.SplitN(line, " ", logHeadParts)
		if len(parts) < logHeadParts {
			continue
		}
		b.WriteString(parts[3])
		if !strings.HasPrefix(parts[2], "P") {
			b.WriteByte('\n')
		}
	}
	text := strings.ToValidUTF8(b.String(), "\uFFFD")
	return text[max(0, len(text)-maxLogWords):]
}
