package agent

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/plan/pod"
)

// errPulling says that the image of a volume is on its way: nothing has failed, the pod goes on when it is there.
var errPulling = errors.New("the image of a volume is being pulled")

// pulledVolume is the outcome of pulling the image of a volume.
type pulledVolume struct {
	pulling bool
	img     image.Image
	err     error
	retryAt time.Time
	delay   time.Duration
}

// makeImageVolume mounts an image as a volume (KEP-4639). What has to come from a registry comes beside the worker.
func (a *Agent) makeImageVolume(ps *podState, p *corev1.Pod, v *corev1.Volume) error {
	if a.cfg.Volumes.ImageMounted(string(p.UID), v.Name) {
		return nil // it stays what it was when the pod began, as with kubelet
	}
	ref, policy := v.Image.Reference, v.Image.PullPolicy
	have, present := a.cfg.Images.Get(ref)
	if present && policy != corev1.PullAlways { // another pod's credentials may have brought it
		present = a.pulls.free(ref, have) || a.pulls.mayUse(a.life, p, ref, have)
	}
	switch {
	case policy == corev1.PullNever && !present:
		return fmt.Errorf("%s: container image %q is not present with pull policy of Never", pod.ReasonErrImageNeverPull, ref)
	case !present || policy == corev1.PullAlways:
		var err error
		if have, err = a.pullVolume(ps, p, v); err != nil {
			return err
		}
	}
	_, err := a.cfg.Volumes.Image(string(p.UID), v.Name, have.Layers)
	return err
}

// pullVolume answers what a pull has brought, and begins one if there is none.
func (a *Agent) pullVolume(ps *podState, p *corev1.Pod, v *corev1.Volume) (image.Image, error) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	got := ps.imageVolumes[v.Name]
	switch {
	case got == nil:
		got = &pulledVolume{}
		ps.imageVolumes[v.Name] = got
	case got.pulling:
		return image.Image{}, errPulling
	case got.err == nil:
		return got.img, nil
	case a.cfg.Clock().Before(got.retryAt):
		return image.Image{}, got.err
	}
	got.pulling = true
	ctx := ps.starting
	a.start(func() { a.fetchVolume(ctx, ps, p, v.Image.Reference, got) })
	return image.Image{}, errPulling
}

// pullPatience is when a pod is looked at again although the pull of a volume's image has not ended, which looks at it too.
const pullPatience = time.Hour

// untilPulled keeps the pod's volumes from being tried again while an image is on its way; nil if it has come meanwhile. Call
// under the lock.
func (ps *podState) untilPulled(now time.Time) *pod.Failure {
	for _, got := range ps.imageVolumes {
		if got.pulling {
			return &pod.Failure{RetryAt: now.Add(pullPatience)}
		}
	}
	return nil
}

// fetchVolume pulls the image of a volume and has the pod looked at again.
func (a *Agent) fetchVolume(ctx context.Context, ps *podState, p *corev1.Pod, ref string, got *pulledVolume) {
	if err := a.pulls.slots.Acquire(ctx, 1); err != nil {
		return // the pod is on its way out
	}
	defer a.pulls.slots.Release(1)
	a.events.pod(p, "", false, "Pulling", "Pulling image %q", ref)
	img, err := a.pulls.bring(ctx, p, ref)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		err = fmt.Errorf("%s: %s", reasonOf(err), pullMessage(err))
		a.events.pod(p, "", true, "Failed", "Failed to pull image %q: %v", ref, err)
	} else {
		a.events.pod(p, "", false, "Pulled", "Successfully pulled image %q. Image size: %v bytes.", ref, img.Size)
		a.node.imagesChanged()
	}
	a.queueAfterChange(ps.uid, ps, func() {
		got.pulling, got.img, got.err = false, img, err
		if err != nil {
			got.delay = pod.NextBackoff(got.delay)
			got.retryAt = a.cfg.Clock().Add(got.delay)
		}
		ps.volumes.Failure = nil // whatever it was, it is worth another look
	})
}
