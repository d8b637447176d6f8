package nodeapi

import (
	"sync"
	"time"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	statsapi "k8s.io/kubelet/pkg/apis/stats/v1alpha1"

	"gantry.dev/gantry/internal/agent"
)

// diskFresh is how long a walk through what a pod has written is good for, kubelet's volumeStatsAggPeriod.
const diskFresh = time.Minute

// disks remembers what pods have written: to know it costs a walk. Nothing is walked while nobody asks.
type disks struct {
	mu   sync.Mutex
	kept map[types.UID]walked
}

type walked struct {
	at time.Time
	agent.PodDisk
}

// of walks for a pod unless that was done a moment ago.
func (d *disks) of(a *agent.Agent, p *corev1.Pod) walked {
	d.mu.Lock()
	got, ok := d.kept[p.UID]
	d.mu.Unlock()
	if ok && time.Since(got.at) < diskFresh {
		return got
	}
	got = walked{time.Now(), a.Disk(p)}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.kept == nil {
		d.kept = map[types.UID]walked{}
	}
	for uid, w := range d.kept { // what is old belongs to pods that are gone, or will be walked again
		if time.Since(w.at) > 2*diskFresh {
			delete(d.kept, uid)
		}
	}
	d.kept[p.UID] = got
	return got
}

// fileSystem is how full the file system of a directory is; nil if it is not there.
func fileSystem(dir string, at time.Time) *statsapi.FsStats {
	var st unix.Statfs_t
	if dir == "" || unix.Statfs(dir, &st) != nil {
		return nil
	}
	size := uint64(st.Bsize)
	capacity, available, used := st.Blocks*size, st.Bavail*size, (st.Blocks-st.Bfree)*size
	inodes, free, taken := st.Files, st.Ffree, st.Files-st.Ffree
	return &statsapi.FsStats{Time: metav1.NewTime(at), CapacityBytes: &capacity, AvailableBytes: &available, UsedBytes: &used, Inodes: &inodes, InodesFree: &free, InodesUsed: &taken}
}

// within is what something takes of a file system.
func within(whole *statsapi.FsStats, at time.Time, u agent.DiskUse) *statsapi.FsStats {
	bytes, inodes := uint64(u.Bytes), uint64(u.Inodes)
	out := statsapi.FsStats{Time: metav1.NewTime(at), UsedBytes: &bytes, InodesUsed: &inodes}
	if whole != nil {
		out.CapacityBytes, out.AvailableBytes, out.Inodes, out.InodesFree = whole.CapacityBytes, whole.AvailableBytes, whole.Inodes, whole.InodesFree
	}
	return &out
}

// addDisks tells of the file systems of the node, and of what its pods have in them.
func (s *Server) addDisks(out *statsapi.Summary, pods []podUsage) {
	now := time.Now()
	podDir, imageDir := s.agent.Dirs()
	root, images := fileSystem(podDir, now), fileSystem(imageDir, now)
	out.Node.Fs = root
	if images != nil {
		out.Node.Runtime = &statsapi.RuntimeStats{ImageFs: within(images, now, agent.DiskUse{Bytes: s.agent.ImageBytes()}), ContainerFs: root}
		out.Node.Runtime.ImageFs.InodesUsed = images.InodesUsed
	}
	if n, most, ok := s.agent.Processes(); ok {
		out.Node.Rlimit = &statsapi.RlimitStats{Time: metav1.NewTime(now), NumOfRunningProcesses: &n, MaxPID: &most}
	}
	for i := range out.Pods {
		p, st := pods[i].pod, &out.Pods[i]
		d := s.disks.of(s.agent, p)
		st.EphemeralStorage = within(root, d.at, d.Whole())
		for j := range st.Containers {
			c := &st.Containers[j]
			c.Rootfs, c.Logs = within(root, d.at, d.Layers[c.Name]), within(root, d.at, d.Logs[c.Name])
		}
		for j := range p.Spec.Volumes {
			if v, ok := s.volumeStats(p, &p.Spec.Volumes[j], root, d); ok {
				st.VolumeStats = append(st.VolumeStats, v)
			}
		}
	}
}

// volumeStats tells how full a volume is: a file system of its own by that, a directory of the node by what is in it.
func (s *Server) volumeStats(p *corev1.Pod, v *corev1.Volume, root *statsapi.FsStats, d walked) (statsapi.VolumeStats, bool) {
	path := s.agent.VolumePath(p, v)
	if path == "" {
		return statsapi.VolumeStats{}, false
	}
	out := statsapi.VolumeStats{Name: v.Name}
	switch {
	case v.PersistentVolumeClaim != nil:
		out.PVCRef = &statsapi.PVCReference{Name: v.PersistentVolumeClaim.ClaimName, Namespace: p.Namespace}
	case v.Ephemeral != nil:
		out.PVCRef = &statsapi.PVCReference{Name: p.Name + "-" + v.Name, Namespace: p.Namespace}
	}
	fs := within(root, d.at, d.Volumes[v.Name])
	if s.agent.OwnFileSystem(p, v) {
		fs = fileSystem(path, time.Now())
	}
	if fs == nil {
		return out, false // it is not there yet, or no more
	}
	out.FsStats = *fs
	return out, true
}
