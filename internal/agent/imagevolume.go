package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	at      time.Time // of err
	retryAt time.Time
	delay   time.Duration
}

// neverPullRetry is when it is looked again for an image that must not be pulled: somebody may import it.
const neverPullRetry = 10 * time.Second

// volumePullError is that the image of a volume cannot be had. It is shown at the containers that mount the volume, as with kubelet, and not
// as a volume that cannot be mounted.
type volumePullError struct{ pod.VolumePull }

func (e *volumePullError) Error() string {
	return fmt.Sprintf("volume %q: image %q: %s: %s", e.Volume, e.Image, e.Failure.Reason, e.Failure.Message)
}

// mounted says whether a container of the pod mounts a volume. The image of one that none does is not needed.
func mounted(p *corev1.Pod, volume string) bool {
	mounts := func(list []corev1.VolumeMount) bool {
		return slices.ContainsFunc(list, func(m corev1.VolumeMount) bool { return m.Name == volume })
	}
	for _, list := range [][]corev1.Container{p.Spec.InitContainers, p.Spec.Containers} {
		if slices.ContainsFunc(list, func(c corev1.Container) bool { return mounts(c.VolumeMounts) }) {
			return true
		}
	}
	return slices.ContainsFunc(p.Spec.EphemeralContainers, func(c corev1.EphemeralContainer) bool { return mounts(c.VolumeMounts) })
}

// makeImageVolume mounts an image as a volume (KEP-4639). What has to come from a registry comes beside the worker.
func (a *Agent) makeImageVolume(ps *podState, p *corev1.Pod, v *corev1.Volume) error {
	if a.cfg.Volumes.ImageMounted(string(p.UID), v.Name) {
		return nil // it stays what it was when the pod began, as with kubelet
	}
	if !mounted(p, v.Name) {
		return nil
	}
	ref, policy := v.Image.Reference, v.Image.PullPolicy
	have, present := a.cfg.Images.Get(ref)
	if present && policy != corev1.PullAlways { // another pod's credentials may have brought it
		present = a.pulls.free(ref, have) || a.pulls.mayUse(a.life, p, ref, have)
	}
	switch {
	case policy == corev1.PullNever && !present:
		now := a.cfg.Clock()
		return &volumePullError{pod.VolumePull{Volume: v.Name, Image: ref, At: now, Failure: pod.Failure{
			Reason: pod.ReasonErrImageNeverPull, Message: fmt.Sprintf("Container image %q is not present with pull policy of Never", ref), RetryAt: now.Add(neverPullRetry)}}}
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
		f := pod.Failure{Reason: reasonOf(got.err), Message: pullMessage(got.err), RetryAt: got.retryAt}
		return image.Image{}, &volumePullError{pod.VolumePull{Volume: v.Name, Image: v.Image.Reference, Failure: f, At: got.at}}
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
		a.events.pod(p, "", true, "Failed", "Failed to pull image %q: %s: %s", ref, reasonOf(err), pullMessage(err))
	} else {
		a.events.pod(p, "", false, "Pulled", "Successfully pulled image %q. Image size: %v bytes.", ref, img.Size)
		a.node.imagesChanged()
	}
	a.queueAfterChange(ps.uid, ps, func() {
		got.pulling, got.img, got.err = false, img, err
		if err != nil {
			got.delay = pod.NextBackoff(got.delay)
			got.at = a.cfg.Clock()
			got.retryAt = got.at.Add(got.delay)
		}
		ps.volumes.Failure = nil // whatever it was, it is worth another look
	})
}
