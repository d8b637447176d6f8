package agent

import (
	"path/filepath"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan/pod"
)

// DiskUse is what something takes of a file system: bytes and inodes.
type DiskUse struct{ Bytes, Inodes int64 }

// PodDisk is what a pod has written to the node's disk.
type PodDisk struct {
	// Layers and Logs are those of containers, by name; Volumes those of its emptyDirs on disk and of what the node writes for it
	// (config maps, secrets, tokens), by name.
	Layers, Logs, Volumes map[string]DiskUse
	// Own are files of the node for the pod: /etc/hosts, last words.
	Own DiskUse
}

// Whole is what counts as the pod's ephemeral storage.
func (d *PodDisk) Whole() (all DiskUse) {
	for _, m := range []map[string]DiskUse{d.Layers, d.Logs, d.Volumes} {
		for _, u := range m {
			all.Bytes, all.Inodes = all.Bytes+u.Bytes, all.Inodes+u.Inodes
		}
	}
	return DiskUse{all.Bytes + d.Own.Bytes, all.Inodes + d.Own.Inodes}
}

// Disk walks what a pod has written. It costs a walk of directories: whoever asks often keeps the answer for a while.
func (a *Agent) Disk(p *corev1.Pod) PodDisk {
	use := func(dir string) DiskUse {
		bytes, inodes := tree(dir)
		return DiskUse{bytes, inodes}
	}
	d := PodDisk{Layers: map[string]DiskUse{}, Logs: map[string]DiskUse{}, Volumes: map[string]DiskUse{}}
	for name, id := range a.Instances(p.UID) {
		d.Layers[name] = use(filepath.Join(a.cfg.DataDir, "containers", id))
		d.Logs[name] = use(filepath.Join(a.logDir(p), name))
	}
	for i := range p.Spec.Volumes {
		v := &p.Spec.Volumes[i]
		if path := a.VolumePath(p, v); path != "" && !ownFileSystem(p, v) {
			d.Volumes[v.Name] = use(path)
		}
	}
	d.Own = use(filepath.Join(a.cfg.Volumes.PodDir(string(p.UID)), "containers"))
	return d
}

// VolumePath is where a volume lies on the node, "" for one that is not the pod's own affair: a directory of the host, an image.
func (a *Agent) VolumePath(p *corev1.Pod, v *corev1.Volume) string {
	if v.HostPath != nil || v.Image != nil {
		return ""
	}
	return a.volumePath(p, v)
}

// ownFileSystem says whether a volume is a file system of its own, which knows how full it is.
func ownFileSystem(p *corev1.Pod, v *corev1.Volume) bool {
	if v.EmptyDir != nil {
		medium, err := pod.Medium(p, v)
		return err == nil && medium != corev1.StorageMediumDefault
	}
	return isClaim(v)
}

// OwnFileSystem is ownFileSystem for the node's server.
func (a *Agent) OwnFileSystem(p *corev1.Pod, v *corev1.Volume) bool { return ownFileSystem(p, v) }

// Dirs are the directories on the file systems of pods and of images.
func (a *Agent) Dirs() (pods, images string) { return a.cfg.DataDir, a.cfg.ImageDir }

// ImageBytes is what the images take.
func (a *Agent) ImageBytes() (sum int64) {
	list, err := a.cfg.Images.List()
	if err != nil {
		return 0 // the store tells of it where it matters
	}
	for _, i := range list {
		sum += i.Size
	}
	return sum
}

// Processes are those of the machine: how many there are, and may be.
func (a *Agent) Processes() (now, most int64, ok bool) {
	left, most, ok := pidsLeft()
	return most - left, most, ok
}

// Machine is what the node knows of its machine, as its status tells it.
func (a *Agent) Machine() corev1.NodeSystemInfo { return a.node.machine.info(a.cfg.Version) }
