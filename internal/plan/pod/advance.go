package pod

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Reasons of waiting containers, as kubelet and its image manager name them.
const (
	reasonCreating     = "ContainerCreating"
	reasonInitializing = "PodInitializing"
	reasonCrashLoop    = "CrashLoopBackOff"
	reasonUnknown      = "ContainerStatusUnknown"
	reasonStartError   = "StartError" // containerd's, CRI-O has none
	reasonPostStart    = "PostStartHookError"
	// ReasonRunError is what a container waits with whose process did not start.
	ReasonRunError         = "RunContainerError"
	ReasonErrImagePull     = "ErrImagePull"
	reasonImagePullBackOff = "ImagePullBackOff"
	// ReasonUntrusted is a pull that failed because the policy wants signatures that the image does not have.
	ReasonUntrusted = "SignatureValidationFailed"
	// ReasonInvalidImageName and ReasonErrImageNeverPull are not followed by a back-off state of their own.
	ReasonInvalidImageName  = "InvalidImageName"
	ReasonErrImageNeverPull = "ErrImageNeverPull"
)

// causeShown is how long the cause of a back-off is shown (ErrImagePull, RunContainerError, PostStartHookError) before the back-off
// itself is. With kubelet it is the time until it looks at the pod again.
const causeShown = 3 * time.Second

// NotStartedCode is the exit code of a container whose process did not start, containerd's.
const NotStartedCode = 128

// advance brings a pod that should run nearer to what its spec says.
func (d *decider) advance() {
	if !d.prepare() {
		return
	}
	if d.restartAll() {
		return
	}
	for _, s := range d.slots() {
		d.tend(s)
	}
	d.resize()
	for _, s := range d.ephemerals {
		if s.cur == nil && s.lastSeen() == nil {
			d.start(s)
		}
	}
	if !d.initialize() {
		return
	}
	for _, s := range d.mains {
		if (s.cur == nil || !s.cur.Running) && !d.ended(s) {
			if !d.start(s) {
				return
			}
		}
	}
}

// prepare makes volumes and sandbox, and says whether both are there.
func (d *decider) prepare() bool {
	if d.Sandbox != nil && d.Sandbox.Broken {
		d.do(Action{Verb: RemoveSandbox, Message: "Pod sandbox changed, it will be killed and re-created."})
		return false
	}
	if !d.Volumes.Ready && d.retry(d.Volumes.Failure) {
		d.do(Action{Verb: PrepareVolumes})
	}
	if !d.Volumes.Ready {
		d.waitForVolume()
	}
	if d.Sandbox == nil && d.retry(d.SandboxFailure) {
		d.do(Action{Verb: CreateSandbox})
	}
	return d.Volumes.Ready && d.Sandbox != nil
}

// waitForVolume shows at the containers that mount a volume why its image is not there.
func (d *decider) waitForVolume() {
	v := d.Volumes.Pull
	if v == nil {
		return
	}
	for _, s := range d.slots() {
		if s.cur == nil && slices.ContainsFunc(s.spec.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == v.Volume }) {
			d.waitForImage(s, v.Image, &v.Failure, v.At)
		}
	}
}

// tend looks after an instance that runs: it is stopped when its image is no longer the spec's, when a probe or its
// postStart hook failed; one that is being stopped goes on being stopped.
func (d *decider) tend(s *slot) {
	c := s.cur
	if c == nil || !c.Running {
		return
	}
	if c.Stop != nil {
		d.stop(s, true)
		return
	}
	grace := Grace(d.Pod)
	results := d.Probes[c.ID]
	var why string
	anew := d.startsAnew(s) // whatever it ends with
	tell := true
	switch {
	case c.Image != s.spec.Image && s.role != Init:
		why, anew = "definition changed", true
	case s.role != Ephemeral && s.restartsToResize():
		why, anew, tell = "resize requires restart", true, false
	case c.PostStart == Failed:
		d.do(Action{Verb: BeginStop, Container: s.spec.Name, ID: c.ID, Grace: grace, Message: "FailedPostStartHook"}) // kubelet's words
		return
	case s.spec.StartupProbe != nil && results.Startup == Unhealthy:
		why, grace = "failed startup probe", probeGrace(s.spec.StartupProbe, grace)
	case s.spec.LivenessProbe != nil && results.Liveness == Unhealthy:
		why, grace = "failed liveness probe", probeGrace(s.spec.LivenessProbe, grace)
	default:
		return
	}
	kind := "Container"
	if s.role == Init || s.role == Sidecar {
		kind = "Init container"
	}
	message := fmt.Sprintf("%s %s %s", kind, s.spec.Name, why)
	if anew && tell {
		message += ", will be restarted"
	}
	d.do(Action{Verb: BeginStop, Container: s.spec.Name, ID: c.ID, Grace: grace, Message: message, Replace: anew})
}

// initialize starts init containers one after another, keeps sidecars running, and says whether main containers may
// start. Once a main container has run in this sandbox only sidecars count.
func (d *decider) initialize() bool {
	begun := d.mainBegun()
	for _, s := range d.inits {
		if s.role == Sidecar {
			if !d.keepSidecar(s) && !begun {
				return false
			}
			continue
		}
		switch {
		case begun:
		case s.cur == nil || !s.cur.Running && s.cur.code() != 0:
			d.start(s)
			return false
		case s.cur.Running:
			return false
		}
	}
	return true
}

// keepSidecar starts a sidecar if it does not run and says whether what comes after it may start.
func (d *decider) keepSidecar(s *slot) bool {
	if s.cur == nil || !s.cur.Running {
		if !d.windingUp() {
			d.start(s)
		}
		return false
	}
	return d.started(s)
}

// windingUp says whether the last main containers are being stopped for good: the pod ends with them, and what has ended until then stays so.
func (d *decider) windingUp() bool {
	return !slices.ContainsFunc(d.mains, func(s *slot) bool {
		return !d.ended(s) && (s.cur == nil || s.cur.Stop == nil || d.startsAnew(s) || s.cur.replaced())
	})
}

// mainBegun says whether a main container has been started in this sandbox.
func (d *decider) mainBegun() bool {
	for _, s := range d.mains {
		if s.cur != nil {
			return true
		}
	}
	return false
}

// start starts a container as soon as its back-off, an earlier failure and its image permit. It answers false when those
// after it have to wait: containers of a pod start in order, and a postStart hook holds up the next.
func (d *decider) start(s *slot) bool {
	attempt := s.nextAttempt()
	// The first restart is immediate, so the first instance is followed by no delay.
	var backoff time.Duration
	if s.cur != nil {
		delay := backoffAfter(s.cur)
		if s.cur.Image != s.spec.Image {
			delay = 0 // what another image did says nothing of this one
		}
		if until := s.cur.FinishedAt.Add(delay); d.Now.Before(until) {
			d.wake(until)
			if d.showCause(s) {
				return true
			}
			s.wait(reasonCrashLoop, fmt.Sprintf("back-off %s restarting failed container=%s pod=%s", shortDuration(delay), s.spec.Name, FullName(d.Pod)))
			return true
		}
		backoff = NextBackoff(delay)
		if d.BackoffMax > 0 {
			backoff = min(backoff, d.BackoffMax)
		}
	}
	if d.postStartUnderway() {
		return false
	}
	if f, ok := d.Failures[s.spec.Name]; ok && f.Attempt == attempt {
		s.wait(f.Reason, f.Message)
		if !d.retry(&f) {
			return true
		}
	}
	if !d.image(s, attempt) {
		return true
	}
	d.do(Action{Verb: Start, Container: s.spec.Name, Attempt: attempt, Backoff: backoff})
	// What comes after it in the plan may go on only when it is known whether it has a hook to wait for.
	return s.spec.Lifecycle == nil || s.spec.Lifecycle.PostStart == nil
}

// showCause shows why a container is not started again at once, if it never got to run its program, as long as that is news.
func (d *decider) showCause(s *slot) bool {
	turn := s.cur.FinishedAt.Add(causeShown)
	if !d.Now.Before(turn) {
		return false
	}
	switch {
	case s.cur.NotStarted:
		s.wait(ReasonRunError, s.cur.Message)
	case s.cur.PostStart == Failed:
		s.wait(reasonPostStart, s.cur.HookFailure)
	default:
		return false
	}
	d.wake(turn)
	return true
}

// image makes the image of an attempt present and says whether it is.
func (d *decider) image(s *slot, attempt int) bool {
	img, ok := d.Images[s.spec.Name]
	// Whether the policy allows what is present is for the agent's image manager: it is asked anew for every attempt.
	if !ok || img.Name != s.spec.Image || img.Attempt != attempt {
		d.do(Action{Verb: Pull, Container: s.spec.Name, Attempt: attempt})
		return false
	}
	if img.Ready {
		return true
	}
	if img.Failure == nil {
		return false
	}
	d.waitForImage(s, s.spec.Image, img.Failure, img.At)
	if !img.Pulling && d.retry(img.Failure) {
		d.do(Action{Verb: Pull, Container: s.spec.Name, Attempt: attempt})
	}
	return false
}

// waitForImage shows a failed pull: first the failure, then that it is being backed off from.
func (d *decider) waitForImage(s *slot, image string, f *Failure, at time.Time) {
	if f.Reason != ReasonErrImagePull && f.Reason != ReasonUntrusted {
		s.wait(f.Reason, f.Message)
		return
	}
	if turn := at.Add(causeShown); d.Now.Before(turn) {
		d.wake(turn)
		s.wait(f.Reason, f.Message)
		return
	}
	s.wait(reasonImagePullBackOff, fmt.Sprintf("%s: %s: %s", pullBackOff(image), f.Reason, f.Message))
}

// pullBackOff is what is told of an image whose pull is backed off from, the container's own or that of a volume that it mounts.
func pullBackOff(image string) string { return fmt.Sprintf("Back-off pulling image %q", image) }

// PullBackOff is what kubelet's event says of a container that waits with ImagePullBackOff and this message: which image it is, without why.
func PullBackOff(message string) string {
	if what, _, ok := strings.Cut(message, `": `); ok {
		return what + `"`
	}
	return message
}

func (d *decider) postStartUnderway() bool {
	for i := range d.Containers {
		if c := &d.Containers[i]; c.Running && c.PostStart == Underway {
			return true
		}
	}
	return false
}

// nextAttempt numbers the instance to be started; no number is used twice.
func (s *slot) nextAttempt() int {
	switch {
	case s.cur != nil:
		return s.cur.Attempt + 1
	case s.lastSeen() != nil:
		return int(s.was.RestartCount) + 1
	}
	return 0
}

func (s *slot) wait(reason, message string) {
	s.waiting = &corev1.ContainerStateWaiting{Reason: reason, Message: message}
}

// FullName is how kubelet names a pod in messages: name_namespace(uid).
func FullName(p *corev1.Pod) string {
	return fmt.Sprintf("%s_%s(%s)", p.Name, p.Namespace, p.UID)
}

// shortDuration prints like kubelet: "5m0s", "10s".
func shortDuration(d time.Duration) string { return d.Round(time.Second).String() }

// Grace is the time that a pod gets to end, as its specification says.
func Grace(p *corev1.Pod) time.Duration {
	if g := p.Spec.TerminationGracePeriodSeconds; g != nil {
		return time.Duration(*g) * time.Second
	}
	return corev1.DefaultTerminationGracePeriodSeconds * time.Second
}

func probeGrace(p *corev1.Probe, grace time.Duration) time.Duration {
	if g := p.TerminationGracePeriodSeconds; g != nil {
		return time.Duration(*g) * time.Second
	}
	return grace
}
