package agent

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/driver/image"
)

// A pull that takes longer than pullTellAfter is told about in an event and the log, and again every pullTellEvery: more often
// would use up the pod's allowance of events.
const (
	pullTellAfter = 10 * time.Second
	pullTellEvery = time.Minute
)

// tell tells people how far a pull is, until the function that it returns is called.
func (l *puller) tell(ctx context.Context, p *corev1.Pod, container, ref string) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	l.a.start(func() {
		wait := time.NewTimer(pullTellAfter)
		defer wait.Stop()
		for last := int64(0); ; wait.Reset(pullTellEvery) {
			select {
			case <-ctx.Done():
				return
			case <-wait.C:
			}
			now, ok := pulling(l.a.cfg.Images, ref)
			if !ok {
				continue
			}
			l.a.events.pod(p, container, false, "Pulling", "Pulling image %q: %s", ref, now)
			l.a.log.Info("pulling an image", "image", ref, "pod", p.Namespace+"/"+p.Name, "bytes", now.BytesDone, "of", now.Bytes, "new", now.BytesDone-last, "from", now.From)
			last = now.BytesDone
		}
	})
	return cancel
}

// pulling is the progress of the pull of an image.
func pulling(images Images, ref string) (image.Progress, bool) {
	full, err := image.Normalize(ref)
	if err != nil {
		return image.Progress{}, false
	}
	for _, p := range images.Pulls() {
		if p.Names(full) {
			return p, true
		}
	}
	return image.Progress{}, false
}

// pullsOf are the pulls under way that a pod waits for.
func (a *Agent) pullsOf(ps *podState) (out []image.Progress) {
	var refs []string
	ps.change(func() {
		for _, img := range ps.images {
			if img.Pulling {
				refs = append(refs, img.Name)
			}
		}
	})
	for _, ref := range refs {
		if p, ok := pulling(a.cfg.Images, ref); ok {
			out = append(out, p)
		}
	}
	return out
}
