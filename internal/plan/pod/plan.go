package pod

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Plan is what has to be done for a pod now.
type Plan struct {
	// Actions are independent of each other unless their order says so: an action is meant after those before it.
	Actions []Action
	// Status is the complete status that the pod should have in the API.
	Status corev1.PodStatus
	// Probes are those that should be running.
	Probes []ProbeTarget
	// Allotted is the pod with the resources that the node has granted its containers, Applied with those that their cgroups
	// have; both are the pod itself unless it is being resized.
	Allotted, Applied *corev1.Pod
	// Wake is when to decide again even if nothing happens; zero is never.
	Wake time.Time
	// End is why the pod fails although its containers may be well; nil if it does not.
	End *Refusal
	// Stopping says that the pod is on its way out: pulls and hooks of starting containers can be given up.
	Stopping bool
	// Clean says that nothing of the pod is left on the node and its end is recorded.
	Clean bool
}

// Verb says what an Action does.
type Verb string

// The verbs, each safe to repeat.
const (
	PrepareVolumes Verb = "prepare-volumes"
	CreateSandbox  Verb = "create-sandbox"
	RemoveSandbox  Verb = "remove-sandbox" // with all containers in it
	CleanVolumes   Verb = "clean-volumes"
	Pull           Verb = "pull"
	Start          Verb = "start"
	Resize         Verb = "resize"     // bring the cgroups of running containers from Applied to Allotted
	BeginStop      Verb = "begin-stop" // Stop.Begin; again if the time is cut short
	PreStop        Verb = "pre-stop"
	Signal         Verb = "signal"
	Kill           Verb = "kill"
	Remove         Verb = "remove"
	DeletePod      Verb = "delete-pod" // the final delete in the API, with the UID as precondition
)

// Action is one step for the agent.
type Action struct {
	Verb Verb
	// Container is the name in the spec, ID that of an instance.
	Container string
	ID        string
	// Attempt and Backoff are for Pull and Start: what the new instance is labelled with.
	Attempt int
	Backoff time.Duration
	// Grace is for BeginStop. Replace says that it is stopped to be started anew, whatever it ends with.
	Grace   time.Duration
	Replace bool
	// Message is for the event that goes with the action.
	Message string
}

// String is for logs and goldens.
func (a Action) String() string {
	var b strings.Builder
	b.WriteString(string(a.Verb))
	if a.Container != "" {
		b.WriteString(" " + a.Container)
	}
	switch a.Verb {
	case Pull:
		fmt.Fprintf(&b, "#%d", a.Attempt)
	case Start:
		fmt.Fprintf(&b, "#%d backoff=%s", a.Attempt, a.Backoff)
	case BeginStop:
		fmt.Fprintf(&b, " grace=%s", a.Grace)
	}
	if a.Message != "" {
		fmt.Fprintf(&b, " (%s)", a.Message)
	}
	return b.String()
}

// ProbeKind is which of the three probes.
type ProbeKind uint8

// The kinds of probes.
const (
	Startup ProbeKind = iota
	Liveness
	Readiness
)

// String names the kind as kubelet's events do, with a capital.
func (k ProbeKind) String() string { return [...]string{"Startup", "Liveness", "Readiness"}[k] }

// ProbeTarget is a probe that should run.
type ProbeTarget struct {
	Container string
	ID        string
	Kind      ProbeKind
	Probe     *corev1.Probe
}
