package agent

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/driver/image"
)

// Image garbage collection begins when the file system of the data is so full, and goes on until it is as full as the low
// threshold says: kubelet's imageGCHighThresholdPercent, imageGCLowThresholdPercent and imageMinimumGCAge.
const (
	imageGCHigh   = 85
	imageGCLow    = 80
	imageGCMinAge = 2 * time.Minute
	imageGCPeriod = 5 * time.Minute
)

// imageUse remembers since when images are here and when a pod named them last, by ID. After a start all count as found now.
type imageUse struct {
	mu    sync.Mutex
	known map[string]imageTimes
}

type imageTimes struct{ found, used time.Time }

// collect removes images that no container needs when the disk fills up, until ctx ends.
func (a *Agent) collect(ctx context.Context) {
	tick := time.NewTicker(imageGCPeriod)
	defer tick.Stop()
	for {
		a.collectByUse()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// collectByUse removes what has not been used for too long, and then, if the disk is too full, the least recently used images
// until it is not.
func (a *Agent) collectByUse() {
	say := a.cfg.Settings.ImageGC
	a.collectBytes(aboveLow(a.cfg.DataDir, cmp.Or(say.High, imageGCHigh), cmp.Or(say.Low, imageGCLow)))
}

// collectBytes removes images that have not been used for too long, and others until so much is freed.
func (a *Agent) collectBytes(need int64) {
	spare, err := a.spareImages()
	if err != nil {
		a.log.Warn("looking for unused images", "err", err)
		return
	}
	say, now := a.cfg.Settings.ImageGC, a.cfg.Clock()
	var freed int64
	for _, img := range spare {
		old := say.MaxAge > 0 && now.Sub(img.used) > say.MaxAge
		if !old && (freed >= need || now.Sub(img.found) < cmp.Or(say.MinAge, imageGCMinAge)) {
			continue
		}
		n, err := a.cfg.Images.GC(func(o image.Image) bool { return o.ID != img.id })
		if err != nil {
			a.log.Warn("removing an unused image", "image", img.id, "err", err)
			continue
		}
		freed += n
		reason := "space"
		if old {
			reason = "age"
		}
		a.tally.images.WithLabelValues(reason).Inc()
	}
	if freed > 0 {
		a.log.Info("removed unused images", "bytes", freed)
		a.node.imagesChanged()
	}
	if freed < need {
		a.events.aboutNode(a.node.uid(), true, "FreeDiskSpaceFailed", fmt.Sprintf(
			"Failed to garbage collect required amount of images. Attempted to free %d bytes, but only found %d bytes eligible to free.", need, freed))
	}
}

// spareImage is one that no pod of this node names.
type spareImage struct {
	id string
	imageTimes
}

// spareImages are those that may go, the least recently used first; of equals, the one that is here for longest.
func (a *Agent) spareImages() ([]spareImage, error) {
	all, err := a.cfg.Images.List()
	if err != nil {
		return nil, err
	}
	keep, now := a.keepImage(), a.cfg.Clock()
	a.images.mu.Lock()
	defer a.images.mu.Unlock()
	known := make(map[string]imageTimes, len(all))
	var out []spareImage
	for _, img := range all {
		t, seen := a.images.known[img.ID]
		if !seen {
			t.found = now
		}
		if keep(img) {
			t.used = now
		} else {
			out = append(out, spareImage{img.ID, imageTimes{t.found, cmp.Or(t.used, t.found)}})
		}
		known[img.ID] = t
	}
	a.images.known = known
	slices.SortFunc(out, func(x, y spareImage) int {
		return cmp.Or(x.used.Compare(y.used), x.found.Compare(y.found), cmp.Compare(x.id, y.id))
	})
	return out, nil
}

// collectImages removes all unused images, as the disk is short, and returns the bytes that this has freed.
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
	for name := range a.imageNames() {
		if img, ok := a.cfg.Images.Get(name); ok {
			used[img.ID] = true
		}
	}
	return func(img image.Image) bool { return img.Local || used[img.ID] }
}

// imageNames are the images that pods of this node name, and those that their containers were started from.
func (a *Agent) imageNames() map[string]bool {
	names := map[string]bool{}
	note := func(name string) { names[name] = true }
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
	return names
}

// aboveLow is how many bytes have to go from a file system that is at the high threshold or beyond, until it is at the low one. A
// file system that cannot be read is as empty as can be.
func aboveLow(dir string, high, low int) int64 {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil || usedPercent(st.Blocks, st.Bfree, st.Bavail) < high {
		return 0
	}
	used := st.Blocks - st.Bfree
	usable := used + st.Bavail
	return (int64(used) - int64(usable)*int64(low)/100) * st.Bsize
}

// usedPercent is how full a file system is: the used share of what we could use, as df has it. (kubelet counts blocks that are
// reserved for others as used; where many are, it sees a full disk that is half empty.) It rounds up: a disk is at 85 % once it
// is beyond 84. avail is free without what is reserved.
func usedPercent(blocks, free, avail uint64) int {
	used := blocks - free
	usable := used + avail
	if usable == 0 {
		return 0
	}
	return int((used*100 + usable - 1) / usable)
}
