package agent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/plan/pod"
)

// puller makes images present. That pods share what they pull is the store's business; here pulls are bounded in number
// and their outcomes become part of the pods.
type puller struct {
	a       *Agent
	slots   *semaphore.Weighted
	records *pullRecords

	mu sync.Mutex
	// delays are the back-off of the images of a pod, by name.
	delays map[types.UID]map[string]time.Duration
}

func newPuller(a *Agent) (*puller, error) {
	list, err := a.cfg.Images.List()
	if err != nil {
		return nil, fmt.Errorf("agent: listing images: %w", err)
	}
	there := func(id string) bool { return slices.ContainsFunc(list, func(i image.Image) bool { return i.ID == id }) }
	records, err := openPullRecords(filepath.Join(a.cfg.DataDir, "pulls"), a.cfg.Settings.Images, there)
	if err != nil {
		return nil, err
	}
	return &puller{a: a, slots: semaphore.NewWeighted(cmp.Or(a.cfg.Settings.ParallelPulls, parallelPulls)), records: records, delays: map[types.UID]map[string]time.Duration{}}, nil
}

// pull makes the image of one attempt of a container present, as its policy says. What has to come from a registry
// comes beside the worker.
func (l *puller) pull(ps *podState, act pod.Action) {
	p := ps.current()
	c := specOf(p, act.Container)
	if c == nil {
		return
	}
	img := pod.Image{Name: c.Image, Attempt: act.Attempt}
	if _, err := image.Normalize(c.Image); err != nil {
		l.fail(ps, p, c, img, pod.ReasonInvalidImageName, fmt.Sprintf("Failed to apply default image tag %q: couldn't parse image name %q: %v", c.Image, c.Image, cause(err)))
		return
	}
	have, present := l.a.cfg.Images.Get(c.Image)
	switch {
	case c.ImagePullPolicy == corev1.PullNever && !present:
		l.fail(ps, p, c, img, pod.ReasonErrImageNeverPull, fmt.Sprintf("Container image %q is not present with pull policy of Never", c.Image))
		return
	case present && c.ImagePullPolicy != corev1.PullAlways && l.free(c.Image, have):
		l.present(ps, p, c, img, have)
		return
	}
	ps.mu.Lock()
	// A failure stays visible while the next pull is on its way.
	img.Pulling, img.Failure, img.At = true, ps.images[c.Name].Failure, ps.images[c.Name].At
	if ps.images[c.Name].Name != c.Image {
		img.Failure = nil
	}
	ps.images[c.Name] = img
	ctx := ps.starting
	ps.mu.Unlock()
	l.a.start(func() {
		switch {
		case !present || c.ImagePullPolicy == corev1.PullAlways:
			l.fetch(ctx, ps, p, c, img)
		case l.mayUse(ctx, p, c.Image, have):
			img.Pulling, img.Failure = false, nil
			l.present(ps, p, c, img, have)
			l.a.queue.Add(ps.uid)
		case c.ImagePullPolicy == corev1.PullNever: // it is there, but not for this pod
			l.fail(ps, p, c, img, pod.ReasonErrImageNeverPull, fmt.Sprintf("Container image %q is not present with pull policy of Never", c.Image))
		default:
			l.fetch(ctx, ps, p, c, img)
		}
	})
}

// present notes that an image need not be pulled.
func (l *puller) present(ps *podState, p *corev1.Pod, c *corev1.Container, img pod.Image, have image.Image) {
	img.Ready, img.ID = true, have.Ref()
	ps.change(func() { ps.images[c.Name] = img })
	l.a.events.pod(p, c.Name, false, "Pulled", "Container image %q already present on machine and can be accessed by the pod", c.Image)
}

func (l *puller) fetch(ctx context.Context, ps *podState, p *corev1.Pod, c *corev1.Container, img pod.Image) {
	begun := l.a.cfg.Clock()
	if err := l.slots.Acquire(ctx, 1); err != nil {
		return
	}
	defer l.slots.Release(1)
	waited := l.a.cfg.Clock().Sub(begun)
	l.a.events.pod(p, c.Name, false, "Pulling", "Pulling image %q", c.Image)
	started := l.a.cfg.Clock()
	var got image.Image
	err := l.a.timed(ps, "pull", c.Name, func() (err error) {
		defer l.tell(ctx, p, c.Name, c.Image)()
		got, err = l.bring(ctx, p, c.Image)
		return err
	})
	if ctx.Err() != nil {
		return
	}
	l.a.tally.ops.done("pull_image", begun, err)
	if err != nil {
		l.fail(ps, p, c, img, reasonOf(err), pullMessage(err))
		return
	}
	took := l.a.cfg.Clock().Sub(started).Truncate(time.Millisecond)
	l.a.tally.pulled.WithLabelValues(sizeClass(got.Size)).Observe(took.Seconds())
	l.a.events.pod(p, c.Name, false, "Pulled", "Successfully pulled image %q in %v (%v including waiting). Image size: %v bytes.",
		c.Image, took, (took + waited).Truncate(time.Millisecond), got.Size)
	l.mu.Lock()
	delete(l.delays[p.UID], c.Image)
	l.mu.Unlock()
	img.Pulling, img.Ready, img.ID, img.Failure = false, true, got.Ref(), nil
	l.a.queueAfterChange(ps.uid, ps, func() { ps.images[c.Name] = img })
	l.a.node.imagesChanged()
}

// fail records a failed attempt with the delay to the next one.
func (l *puller) fail(ps *podState, p *corev1.Pod, c *corev1.Container, img pod.Image, reason, message string) {
	l.mu.Lock()
	delay := pod.NextBackoff(l.delays[p.UID][c.Image])
	if l.delays[p.UID] == nil {
		l.delays[p.UID] = map[string]time.Duration{}
	}
	l.delays[p.UID][c.Image] = delay
	l.mu.Unlock()
	switch reason {
	case pod.ReasonErrImagePull, pod.ReasonUntrusted:
		l.a.events.pod(p, c.Name, true, "Failed", "Failed to pull image %q: %s", c.Image, message)
	case pod.ReasonInvalidImageName:
		l.a.events.pod(p, c.Name, true, "InspectFailed", "%s", message)
	case pod.ReasonErrImageNeverPull:
		l.a.events.pod(p, c.Name, true, "ErrImageNeverPull", "%s", message)
	}
	l.a.events.pod(p, c.Name, true, "Failed", "Error: %s", reason)
	now := l.a.cfg.Clock()
	img.Pulling, img.Ready, img.At = false, false, now
	img.Failure = &pod.Failure{Attempt: img.Attempt, Reason: reason, Message: message, RetryAt: now.Add(delay)}
	l.a.queueAfterChange(ps.uid, ps, func() { ps.images[c.Name] = img })
}

// forget drops the back-off of a pod.
func (l *puller) forget(uid types.UID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.delays, uid)
}

// cause is what is wrong with an image, without the words around it.
func cause(err error) error {
	if e, ok := errors.AsType[*image.Error](err); ok && e.Err != nil {
		return e.Err
	}
	return err
}

func reasonOf(err error) string {
	switch image.CauseOf(err) {
	case image.InvalidName:
		return pod.ReasonInvalidImageName
	case image.Untrusted:
		return pod.ReasonUntrusted
	}
	return pod.ReasonErrImagePull
}

// pullMessage says why a pull failed, with its cause in front so that it is seen in a narrow column.
func pullMessage(err error) string {
	if e, ok := errors.AsType[*image.Error](err); ok {
		if e.Cause == image.Untrusted { // kubelet's words for a runtime that says so
			return fmt.Sprintf("image pull failed for %s because the signature validation failed: %v", e.Ref, e.Err)
		}
		return fmt.Sprintf("%s: %v", e.Cause, e.Err)
	}
	return err.Error()
}
