package agent

import (
	"context"
	"time"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/driver/image"
)

// Image garbage collection begins when the file system of the data is so full, kubelet's imageGCHighThresholdPercent,
// and is looked at so often.
const (
	imageGCPercent = 85
	imageGCPeriod  = 5 * time.Minute
)

// collect removes images that no container needs when the disk fills up, until ctx ends.
func (a *Agent) collect(ctx context.Context) {
	tick := time.NewTicker(imageGCPeriod)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if diskUse(a.cfg.DataDir) >= imageGCPercent {
			a.collectImages()
		}
	}
}

// collectImages removes unused images and returns the bytes that this has freed.
func (a *Agent) collectImages() int64 {
	freed, err := a.cfg.Images.GC(a.keepImage())
	if err != nil {
		a.log.Warn("removing unused images", "err", err)
	}
	if freed > 0 {
		a.log.Info("removed unused images, as the disk is nearly full", "bytes", freed)
		a.node.imagesChanged()
	}
	return freed
}

// keepImage says which images stay: those that a pod of this node names, running or about to, and those that no registry
// could give again (containerd calls them pinned). A disk that others have filled must not cost the user what he imported.
func (a *Agent) keepImage() func(image.Image) bool {
	used := map[string]bool{}
	note := func(name string) {
		if img, ok := a.cfg.Images.Get(name); ok {
			used[img.ID] = true
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, ps := range a.pods {
		ps.change(func() {
			for _, list := range [][]corev1.Container{ps.pod.Spec.InitContainers, ps.pod.Spec.Containers} {
				for _, c := range list {
					note(c.Image)
				}
			}
			for _, v := range ps.pod.Spec.Volumes {
				if v.Image != nil {
					note(v.Image.Reference)
				}
			}
			// A tag may have moved on: the image that a container was started from is in use as well.
			for _, c := range ps.containers {
				note(c.ImageID)
			}
		})
	}
	return func(img image.Image) bool { return img.Local || used[img.ID] }
}

// diskUse is how full a file system is, in percent: the used share of what we could use, as df has it. (kubelet counts
// blocks that are reserved for others as used; where many are, it sees a full disk that is half empty.)
func diskUse(dir string) int {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0
	}
	return usedPercent(st.Blocks, st.Bfree, st.Bavail)
}

// usedPercent rounds up: a disk is at 85 % once it is beyond 84. avail is free without what is reserved.
func usedPercent(blocks, free, avail uint64) int {
	used := blocks - free
	usable := used + avail
	if usable == 0 {
		return 0
	}
	return int((used*100 + usable - 1) / usable)
}
