package pod

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"
)

// epoch is the start of every story.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// node is a model of what an agent does with plans: it carries them out at once and keeps what they leave behind.
type node struct {
	t       testing.TB
	in      Input
	now     time.Time
	deleted bool
	log     []string
	// badImages are pulls that fail, badStarts containers whose process does not start.
	badImages, badStarts map[string]bool
	// badResize is what the kernel says when limits are changed; plan is the last one.
	badResize string
	plan      Plan
}

func newNode(t testing.TB, p *corev1.Pod) *node {
	p.Name, p.Namespace = "web", "default"
	p.UID = types.UID("u1")
	p.Generation = 1
	if p.Spec.RestartPolicy == "" {
		p.Spec.RestartPolicy = corev1.RestartPolicyAlways
	}
	n := &node{t: t, now: epoch, badImages: map[string]bool{}, badStarts: map[string]bool{}}
	n.in = Input{
		Pod: p, Was: p.Status, HostIPs: []string{"10.97.255.254"},
		Images: map[string]Image{}, Failures: map[string]Failure{}, Probes: map[string]ProbeResults{},
	}
	return n
}

// settle decides and acts until nothing is left to do.
func (n *node) settle() {
	for round := 0; ; round++ {
		if round > 100 {
			n.t.Fatalf("the pod does not come to rest: %s", strings.Join(n.log, "\n"))
		}
		n.in.Now = n.now
		plan := Decide(n.in)
		n.check(plan)
		n.plan = plan
		n.in.Was = plan.Status
		wrote := !sameStatus(n.in.Pod.Status, plan.Status)
		n.in.Pod = n.in.Pod.DeepCopy()
		n.in.Pod.Status = *plan.Status.DeepCopy()
		for _, a := range plan.Actions {
			n.act(a)
		}
		if len(plan.Actions) == 0 && !wrote || n.deleted {
			return
		}
	}
}

func sameStatus(a, b corev1.PodStatus) bool { return apiequality.Semantic.DeepEqual(a, b) }

// check holds the invariants of the package's comment against one plan.
func (n *node) check(plan Plan) {
	n.t.Helper()
	running := map[string]int{}
	for _, c := range n.in.Containers {
		if c.Running {
			running[c.Name]++
		}
	}
	was := n.in.Pod.Status.Phase
	if terminal(was) && plan.Status.Phase != was {
		n.t.Fatalf("never: phase left %s for %s", was, plan.Status.Phase)
	}
	for _, a := range plan.Actions {
		switch a.Verb {
		case Start:
			if running[a.Container] > 0 {
				n.t.Fatalf("never: %s while an instance runs", a)
			}
			if n.in.Gone || n.in.Pod.DeletionTimestamp != nil || terminal(was) {
				n.t.Fatalf("never: %s in a pod that ends", a)
			}
			if n.in.Sandbox == nil || !n.in.Volumes.Ready {
				n.t.Fatalf("never: %s before sandbox and volumes", a)
			}
			n.checkInit(a)
			running[a.Container]++
		case RemoveSandbox:
			if !n.in.Sandbox.brokenOr(n.in.Gone || terminal(was) || n.in.Evicted != nil) {
				n.t.Fatalf("never: %s before the end is recorded", a)
			}
		}
	}
}

func (s *Sandbox) brokenOr(ok bool) bool { return ok || s != nil && s.Broken }

// checkInit holds that main containers start only when init containers are done.
func (n *node) checkInit(a Action) {
	main := false
	for _, c := range n.in.Pod.Spec.Containers {
		main = main || c.Name == a.Container
		for _, have := range n.in.Containers {
			if have.Name == c.Name {
				return
			}
		}
	}
	if !main {
		return
	}
	for _, c := range n.in.Pod.Spec.InitContainers {
		done := false
		for _, have := range n.in.Containers {
			done = done || have.Name == c.Name && (isSidecar(&c) && have.Running || !have.Running && have.ExitCode == 0)
		}
		if !done {
			n.t.Fatalf("never: %s before init container %s is done", a, c.Name)
		}
	}
}

func (n *node) act(a Action) {
	n.log = append(n.log, fmt.Sprintf("%s %s", n.clock(), a))
	switch a.Verb {
	case PrepareVolumes:
		n.in.Volumes = Volumes{Ready: true, Present: true}
	case CreateSandbox:
		n.in.Sandbox = &Sandbox{IPs: []string{"10.96.0.5"}}
	case RemoveSandbox:
		n.in.Sandbox, n.in.Containers = nil, nil
	case CleanVolumes:
		n.in.Volumes = Volumes{}
	case Pull:
		n.pull(a)
	case Start:
		spec := n.spec(a.Container)
		c := Container{
			Name: a.Container, ID: fmt.Sprintf("u1_%s_%d", a.Container, a.Attempt), Attempt: a.Attempt, Running: true,
			StartedAt: n.now, Image: spec.Image, ImageID: "sha256:" + spec.Image, Backoff: a.Backoff, PostStart: Done,
		}
		for _, granted := range n.plan.Allotted.Spec.Containers {
			if granted.Name == a.Container {
				c.Resources = granted.Resources.DeepCopy()
			}
		}
		if spec.Lifecycle != nil && spec.Lifecycle.PostStart != nil {
			c.PostStart = Underway
		}
		if n.badStarts[a.Container] {
			n.end(&c, NotStartedCode)
			c.NotStarted, c.Message = true, "no such file"
		}
		n.in.Containers = append(n.in.Containers, c)
	case DeletePod:
		n.deleted = true
	case Resize:
		n.resize()
	default:
		n.actOn(a)
	}
}

func (n *node) actOn(a Action) {
	for i := range n.in.Containers {
		c := &n.in.Containers[i]
		if c.ID != a.ID {
			continue
		}
		stop := Stop{}
		if c.Stop != nil {
			stop = *c.Stop
		}
		switch a.Verb {
		case BeginStop:
			if c.Stop == nil {
				stop.Replace = a.Replace
			}
			stop.Begin(n.now, a.Grace)
		case PreStop:
			stop.PreStop = Underway
		case Signal:
			stop.Signalled = n.now
		case Kill:
			stop.Killed = n.now
			n.end(c, 137)
		case Remove:
			n.in.Containers = append(n.in.Containers[:i:i], n.in.Containers[i+1:]...)
			return
		}
		c.Stop = &stop
		return
	}
}

func (n *node) pull(a Action) {
	spec := n.spec(a.Container)
	img := Image{Name: spec.Image, Attempt: a.Attempt, At: n.now, Ready: true, ID: "sha256:" + spec.Image}
	if n.badImages[spec.Image] {
		img.Ready = false
		img.Failure = &Failure{Reason: ReasonErrImagePull, Message: "not there", RetryAt: n.now.Add(backoffFirst)}
	}
	n.in.Images[a.Container] = img
}

func (n *node) spec(name string) *corev1.Container {
	for _, list := range [][]corev1.Container{n.in.Pod.Spec.InitContainers, n.in.Pod.Spec.Containers} {
		for i := range list {
			if list[i].Name == name {
				return &list[i]
			}
		}
	}
	for i := range n.in.Pod.Spec.EphemeralContainers {
		if c := &n.in.Pod.Spec.EphemeralContainers[i]; c.Name == name {
			return (*corev1.Container)(&c.EphemeralContainerCommon)
		}
	}
	n.t.Fatalf("no container %q in the spec", name)
	return nil
}

// find is the running instance of a container, else the newest.
func (n *node) find(name string) *Container {
	var found *Container
	for i := range n.in.Containers {
		if c := &n.in.Containers[i]; c.Name == name && (found == nil || c.Attempt > found.Attempt) {
			found = c
		}
	}
	if found == nil {
		n.t.Fatalf("there is no container %q", name)
	}
	return found
}

func (n *node) end(c *Container, code int32) {
	c.Running, c.ExitCode, c.FinishedAt = false, code, n.now
}

func (n *node) clock() string { return fmt.Sprintf("%4ds", int(n.now.Sub(epoch).Seconds())) }

// step carries out one line of a story.
func (n *node) step(line string) {
	f := strings.Fields(line)
	n.log = append(n.log, "> "+line)
	change := func(name string, set func(*Container)) { set(n.find(name)) }
	switch f[0] {
	case "settle":
	case "exit":
		var code int32
		fmt.Sscan(f[2], &code)
		change(f[1], func(c *Container) { n.end(c, code) })
	case "oom":
		change(f[1], func(c *Container) { n.end(c, 137); c.OOMKilled = true })
	case "lost":
		change(f[1], func(c *Container) { n.end(c, 255); c.Lost = true })
	case "hook":
		change(f[1], func(c *Container) {
			step := map[string]Step{"done": Done, "failed": Failed}[f[2]]
			if c.Stop != nil {
				stop := *c.Stop
				stop.PreStop = step
				c.Stop = &stop
			} else {
				c.PostStart = step
			}
		})
	case "probe":
		r := n.in.Probes[n.find(f[1]).ID]
		out := map[string]Outcome{"ok": Healthy, "bad": Unhealthy}[f[3]]
		switch f[2] {
		case "startup":
			r.Startup = out
		case "liveness":
			r.Liveness = out
		case "readiness":
			r.Readiness = out
		}
		n.in.Probes[n.find(f[1]).ID] = r
	case "start":
		n.badStarts[f[1]] = f[2] == "bad"
	case "refuse":
		n.in.Refused = &Refusal{Reason: "OutOfcpu", Message: "Pod was rejected: no room"}
	case "image":
		n.badImages[f[1]] = f[2] == "bad"
	case "pass":
		d, err := time.ParseDuration(f[1])
		if err != nil {
			n.t.Fatal(err)
		}
		n.now = n.now.Add(d)
	case "delete":
		grace := Grace(n.in.Pod)
		if len(f) > 1 {
			grace, _ = time.ParseDuration(f[1])
		}
		seconds := int64(grace.Seconds())
		at := metav1.NewTime(n.now.Add(grace))
		n.in.Pod.DeletionTimestamp, n.in.Pod.DeletionGracePeriodSeconds = &at, &seconds
	case "set-image":
		n.in.Pod.Spec = *n.in.Pod.Spec.DeepCopy()
		n.spec(f[1]).Image = f[2]
	case "debug":
		n.in.Pod.Spec.EphemeralContainers = append(n.in.Pod.Spec.EphemeralContainers, corev1.EphemeralContainer{
			EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: f[1], Image: "busybox"},
		})
	case "gone":
		n.in.Gone, n.in.Forced = true, true
	case "reboot":
		n.in.Sandbox, n.in.Containers = nil, nil
	case "init-dies":
		n.in.Sandbox.Broken = true
	case "evict":
		n.in.Evicted = &Refusal{Reason: "Evicted", Message: "The node was low on resource: memory."}
		if len(f) > 1 {
			grace, _ := time.ParseDuration(f[1])
			n.in.Evicted.Grace = &grace
		}
	case "show":
		n.show()
		return
	default:
		n.t.Fatalf("unknown step %q", line)
	}
	n.settle()
}

// show prints the status as kubectl's users see it.
func (n *node) show() {
	st := n.in.Pod.Status
	line := fmt.Sprintf("= %s", st.Phase)
	if st.Reason != "" {
		line += " " + st.Reason
	}
	if st.PodIP != "" {
		line += " " + st.PodIP
	}
	for _, c := range st.Conditions {
		if c.Status == corev1.ConditionTrue {
			line += " +" + string(c.Type)
		}
	}
	n.log = append(n.log, line)
	for _, list := range [][]corev1.ContainerStatus{st.InitContainerStatuses, st.ContainerStatuses, st.EphemeralContainerStatuses} {
		for _, c := range list {
			n.log = append(n.log, "  "+c.Name+": "+describeState(c.State)+" restarts="+fmt.Sprint(c.RestartCount)+
				fmt.Sprintf(" ready=%t started=%t", c.Ready, isTrue(c.Started))+lastOf(c))
		}
	}
}

func lastOf(c corev1.ContainerStatus) string {
	if c.LastTerminationState.Terminated == nil {
		return ""
	}
	return " last=" + describeState(c.LastTerminationState)
}

func describeState(s corev1.ContainerState) string {
	switch {
	case s.Running != nil:
		return "running"
	case s.Terminated != nil:
		return fmt.Sprintf("terminated %s %d", s.Terminated.Reason, s.Terminated.ExitCode)
	case s.Waiting != nil:
		return "waiting " + s.Waiting.Reason
	}
	return "nothing"
}

// TestStories plays every file of testdata: a pod, steps, and what was done. GOLDEN=write writes the last part anew.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			head, want, _ := strings.Cut(string(text), "-- want --\n")
			spec, steps, ok := strings.Cut(head, "-- steps --\n")
			if !ok {
				t.Fatal("a story is: spec, -- steps --, steps, -- want --, log")
			}
			p := &corev1.Pod{}
			if err := yaml.UnmarshalStrict([]byte(spec), &p.Spec); err != nil {
				t.Fatal(err)
			}
			n := newNode(t, p)
			for step := range strings.Lines(steps) {
				if step = strings.TrimSpace(step); step != "" {
					n.step(step)
				}
			}
			got := strings.Join(n.log, "\n") + "\n"
			if os.Getenv("GOLDEN") == "write" {
				if err := os.WriteFile(file, []byte(head+"-- want --\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// resize gives running containers what they were granted, if the kernel lets it.
func (n *node) resize() {
	if n.badResize != "" {
		n.in.ResizeFailure = &Failure{Reason: ReasonResizeError, Message: n.badResize, RetryAt: n.now.Add(backoffFirst)}
		return
	}
	n.in.Sandbox.Resources = Whole(n.plan.Allotted)
	for i := range n.in.Containers {
		for _, granted := range n.plan.Allotted.Spec.Containers {
			if c := &n.in.Containers[i]; c.Name == granted.Name {
				c.Resources = granted.Resources.DeepCopy()
			}
		}
	}
}
