package agent

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/plan/pod"
)

// logDir is where the logs of a pod are found, laid out as kubelet does so that log collectors find their way. If the administrator names
// another directory for logs (podLogsDir), it is a symbolic link into that: so it is known which of the pods there are ours, and logs are
// found again when the setting has changed since.
func (a *Agent) logDir(p *corev1.Pod) string { return filepath.Join(a.cfg.LogDir, logName(p)) }

func logName(p *corev1.Pod) string { return fmt.Sprintf("%s_%s_%s", p.Namespace, p.Name, p.UID) }

// logPath is the log of one instance.
func (a *Agent) logPath(p *corev1.Pod, container string, attempt int) string {
	return filepath.Join(a.logDir(p), container, strconv.Itoa(attempt)+".log")
}

// openLogs prepares the place for the log of an instance: the pod's link, and the link by which collectors that know the container find it.
// The runtime makes directory and file.
func (a *Agent) openLogs(p *corev1.Pod, name string, attempt int) error {
	if a.cfg.Settings.LogDir == "" {
		return nil
	}
	link, target := a.logDir(p), filepath.Join(a.cfg.Settings.LogDir, logName(p))
	switch was, err := os.Readlink(link); {
	case err == nil:
		target = was // what was there before is left as it is: the logs of a pod lie together
	case !errors.Is(err, fs.ErrNotExist):
		return nil // a directory, of before the setting
	}
	for _, dir := range []string{a.cfg.LogDir, target, collectorDir(target)} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("the directory of logs: %w", err)
		}
	}
	if err := os.Symlink(target, link); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("the directory of logs: %w", err)
	}
	log := filepath.Join(target, name, strconv.Itoa(attempt)+".log")
	if err := os.Symlink(log, collectorLink(target, p, name, attempt)); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("the link to the log: %w", err)
	}
	return nil
}

// maxFileName is the most bytes that the name of a file has.
const maxFileName = 255

// collectorDir is the neighbour of the directory of logs that kubelet keeps links in, one for each container: /var/log/containers beside
// /var/log/pods.
func collectorDir(podLogs string) string {
	return filepath.Join(filepath.Dir(filepath.Dir(podLogs)), "containers")
}

// collectorLink is the link of an instance there.
func collectorLink(podLogs string, p *corev1.Pod, name string, attempt int) string {
	const suffix = ".log"
	base := fmt.Sprintf("%s_%s_%s-%s", p.Name, p.Namespace, name, containerID(p.UID, name, attempt))
	return filepath.Join(collectorDir(podLogs), base[:min(len(base), maxFileName-len(suffix))]+suffix)
}

// removeLog deletes the log of an instance that nobody can ask for any more, with its rotated files.
func (a *Agent) removeLog(p *corev1.Pod, c *pod.Container) {
	files, err := filepath.Glob(a.logPath(p, c.Name, c.Attempt) + "*")
	if err != nil {
		// The pattern holds no special characters: names are DNS labels.
		a.log.Error("looking for old logs", "err", err)
	}
	if target, err := os.Readlink(a.logDir(p)); err == nil {
		files = append(files, collectorLink(target, p, c.Name, c.Attempt))
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil && !errors.Is(err, fs.ErrNotExist) {
			a.log.Warn("removing an old log", "err", err)
		}
	}
}

// removeLogs deletes the logs of a pod that is gone.
func (a *Agent) removeLogs(p *corev1.Pod) {
	if err := removeLogs(a.logDir(p)); err != nil {
		a.log.Warn("removing the logs of a pod", "pod", p.Namespace+"/"+p.Name, "err", err)
	}
}

// removeOrphanLogs removes the logs of pods that were forgotten while no agent ran. Names end with the pod's UID.
func (a *Agent) removeOrphanLogs() {
	entries, err := os.ReadDir(a.cfg.LogDir)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			a.log.Warn("looking for logs of pods that are gone", "err", err)
		}
		return
	}
	for _, e := range entries {
		uid := e.Name()[strings.LastIndexByte(e.Name(), '_')+1:]
		if a.podOf(types.UID(uid)) != nil {
			continue
		}
		if err := removeLogs(filepath.Join(a.cfg.LogDir, e.Name())); err != nil {
			a.log.Warn("removing the logs of a pod that is gone", "err", err)
		}
	}
}

// RemoveLogs removes the logs of all pods of an agent's own directory, those that lie elsewhere as well. Nothing of the node may run.
func RemoveLogs(dataDir string) error {
	dir := filepath.Join(dataDir, "logs")
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("looking for logs of pods: %w", err)
	}
	var errs []error
	for _, e := range entries {
		errs = append(errs, removeLogs(filepath.Join(dir, e.Name())))
	}
	return errors.Join(errs...)
}

// removeLogs removes the logs of a pod; dir is the directory or the link to it, which goes last.
func removeLogs(dir string) error {
	target, err := os.Readlink(dir)
	if err != nil { // a directory, or gone
		return os.RemoveAll(dir)
	}
	if err := removeCollectorLinks(target); err != nil {
		return err
	}
	if err := os.RemoveAll(target); err != nil {
		return err
	}
	return os.RemoveAll(dir)
}

// removeCollectorLinks removes the links of all instances of a pod: those that lead below its logs.
func removeCollectorLinks(podLogs string) error {
	parts := strings.SplitN(filepath.Base(podLogs), "_", 3) // namespace, name, UID
	if len(parts) != 3 {
		return nil
	}
	links, err := filepath.Glob(filepath.Join(collectorDir(podLogs), parts[1]+"_"+parts[0]+"_*"))
	if err != nil {
		return err
	}
	for _, l := range links {
		if to, err := os.Readlink(l); err != nil || !strings.HasPrefix(to, podLogs+"/") {
			continue // another pod's of this name
		}
		if err := os.Remove(l); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// within says whether a path lies in a directory.
func within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../")
}
