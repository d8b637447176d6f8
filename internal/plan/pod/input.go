package pod

import (
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Input is everything that a decision depends on. Decide changes nothing of it.
type Input struct {
	// Pod is the newest version of the API, or the last one if it is gone.
	Pod *corev1.Pod
	// Gone says that the API no longer has the pod.
	Gone bool
	// Forced says that the API did not wait for the node before it let go of the pod: it is to end at once.
	Forced bool
	// Was is the status decided last; at first Pod.Status.
	Was corev1.PodStatus
	// HostIPs are the node's addresses.
	HostIPs []string
	// Refused is why this node does not run the pod at all: it fails.
	Refused *Refusal
	// Evicted is why a pod that runs has to go: it fails.
	Evicted *Refusal

	// Sandbox is nil while there is none. SandboxFailure is the last failed attempt to make one.
	Sandbox        *Sandbox
	SandboxFailure *Failure
	// Volumes tells of all volumes of the pod together.
	Volumes Volumes
	// Containers are all that exist for the pod, ended ones too, in any order.
	Containers []Container
	// Room is what the node has for the pod; it may be nil unless Resizing. ResizeFailure is the last failed attempt to
	// change the limits of containers that run.
	Room          *Room
	ResizeFailure *Failure
	// Images, by container name, are outcomes of pulls; Failures are the last failed attempts to start.
	Images   map[string]Image
	Failures map[string]Failure
	// Probes, by container ID, are results after thresholds.
	Probes map[string]ProbeResults
	// BackoffMax bounds the delay between restarts; zero is kubelet's five minutes.
	BackoffMax time.Duration

	Now time.Time
}

// Refusal is a reason in CamelCase and a message for people.
type Refusal struct {
	Reason  string
	Message string
	// Grace bounds the time that a pod which has to go gets; nil is kubelet's second for evictions.
	Grace *time.Duration
	// Disruption is the message of the pod's condition DisruptionTarget; empty is Message.
	Disruption string
}

// Sandbox is the pod's sandbox as observed.
type Sandbox struct {
	// Broken sandboxes (their init process died) have to be made anew.
	Broken bool
	// IPs are the pod's addresses; empty with hostNetwork.
	IPs []string
	// Resources are what its cgroup was given last, of a pod that has resources of its own; nil if nobody remembers: then the
	// status tells.
	Resources *corev1.ResourceRequirements
}

// Volumes is the state of a pod's volumes.
type Volumes struct {
	// Ready: all are there. Present: something may be on the node that has to be cleaned up at the end.
	Ready   bool
	Present bool
	Failure *Failure
	// Pull is the image of a volume that could not be had, nil if none.
	Pull *VolumePull
}

// VolumePull is an image of a volume that could not be pulled at At: the containers that mount the volume wait for it.
type VolumePull struct {
	Volume, Image string
	Failure       Failure
	At            time.Time
}

// Failure is an attempt that failed.
type Failure struct {
	// Attempt is that of the container which should have been started.
	Attempt int
	Reason  string
	Message string
	// RetryAt is when the next attempt is due.
	RetryAt time.Time
}

// Container is one instance of a container, as observed, with what the agent remembers of it.
type Container struct {
	Name    string // in the spec
	ID      string
	Attempt int
	Running bool

	StartedAt  time.Time
	FinishedAt time.Time
	ExitCode   int32
	Signal     int32
	OOMKilled  bool
	// Lost: how it ended is not known (nobody was there to see it). It counts as a failure.
	Lost bool
	// Message is the termination message.
	Message string
	// NotStarted: it was made, but its process did not start; Message says why.
	NotStarted bool

	// Image is what the spec named when it was started; ImageID what that was.
	Image   string
	ImageID string
	// User is the identity of its first process.
	User *corev1.ContainerUser
	// Resources are what its cgroup was given last; nil if nobody remembers: then the status tells.
	Resources *corev1.ResourceRequirements
	// Backoff is the delay that follows its end.
	Backoff time.Duration

	PostStart Step
	// HookFailure is why PostStart failed.
	HookFailure string
	// Stop is set from the moment that it is being stopped.
	Stop *Stop
}

// Step is how far a hook is.
type Step uint8

// The steps of a hook. A hook that the agent does not remember (it was restarted) counts as done.
const (
	NotRun Step = iota
	Underway
	Done
	Failed
)

// Stop is the stopping of a container under way.
type Stop struct {
	Since time.Time
	// Grace is the time from Since until it is killed, or, if it has had no signal until then, until it gets that.
	Grace   time.Duration
	PreStop Step
	// Replace says that it is stopped to be started anew, whatever it ends with. An agent that was restarted meanwhile does not know that, as kubelet.
	Replace bool
	// Signalled and Killed are when the stop signal and the kill were sent; zero if not yet.
	Signalled time.Time
	Killed    time.Time
}

// Image is the outcome of making an image present for one attempt of a container.
type Image struct {
	// Name is the image as the spec named it, Attempt that of the container it was pulled for.
	Name    string
	Attempt int
	Pulling bool
	Ready   bool
	ID      string
	// Failure is set when the last pull failed; At is when.
	Failure *Failure
	At      time.Time
}

// ProbeResults are the results for one container instance.
type ProbeResults struct {
	Startup, Liveness, Readiness Outcome
}

// Outcome is a probe's verdict after its thresholds.
type Outcome uint8

// The outcomes. Unknown counts as not yet started, alive, and not ready.
const (
	Unknown Outcome = iota
	Healthy
	Unhealthy
)
