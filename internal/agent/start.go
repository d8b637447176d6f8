package agent

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/plan/pod"
)

// Reasons of failed starts, as kubelet names them. A container that was made but did not start has ended: see notStarted.
const (
	reasonConfigError = "CreateContainerConfigError"
	reasonCreateError = "CreateContainerError"
)

// createError is a refusal that comes from the runtime with kubelet, which has it as CreateContainerError.
type createError struct{ error }

func (e createError) Unwrap() error { return e.error }

// startContainer compiles the specification of a container and starts it.
func (a *Agent) startContainer(ctx context.Context, ps *podState, act pod.Action) {
	p := ps.current()
	c := specOf(p, act.Container)
	if c == nil {
		return
	}
	ps.mu.Lock()
	ips := ps.sandbox.IPs
	imageID := ps.images[c.Name].ID
	ps.mu.Unlock()
	if p.Spec.HostNetwork {
		ips = a.hostIPs()
	}
	granted, _ := ps.allotment()
	given := specOf(granted, c.Name)
	if given == nil {
		given = c
	}
	spec, user, err := a.compile(ctx, p, c, a.limited(granted, given, pod.ContainerLimits(granted, given.Resources)), act, ips)
	if errors.Is(err, errImageGone) {
		ps.change(func() { delete(ps.images, c.Name) }) // it is brought again
	}
	if err != nil {
		reason := reasonConfigError
		if _, ok := errors.AsType[createError](err); ok {
			reason = reasonCreateError
		}
		a.startFailed(ctx, ps, p, c, act, reason, err)
		return
	}
	spec.Labels[labelImageID] = imageID
	if spec.Target, err = ps.target(p, c.Name); err != nil {
		a.startFailed(ctx, ps, p, c, act, reasonConfigError, err)
		return
	}
	if err := errors.Join(a.grantDevices(ctx, ps, p, c, &spec), a.grantClaims(ctx, p, c, &spec)); err != nil {
		a.startFailed(ctx, ps, p, c, act, reasonConfigError, err)
		return
	}
	if err := a.openLogs(p, c.Name, act.Attempt); err != nil {
		a.startFailed(ctx, ps, p, c, act, reasonConfigError, err)
		return
	}
	begun := a.cfg.Clock()
	err = a.timed(ps, "start", c.Name, func() error { return a.cfg.Containers.Start(ctx, spec) })
	switch {
	case errors.Is(err, container.ErrStart):
		a.notStarted(ctx, ps, p, c, &pod.Container{
			Name: c.Name, ID: spec.ID, Attempt: act.Attempt, Backoff: act.Backoff, StartedAt: begun, FinishedAt: a.cfg.Clock(),
			ExitCode: pod.NotStartedCode, NotStarted: true, Message: strings.TrimPrefix(err.Error(), "start container "+spec.ID+": "),
			Image: c.Image, ImageID: imageID, User: user, Resources: &given.Resources,
		})
		return
	case err != nil && !errors.Is(err, container.ErrExists):
		a.startFailed(ctx, ps, p, c, act, reasonCreateError, err)
		return
	}
	st, err := a.cfg.Containers.Status(ctx, spec.ID)
	if err != nil {
		a.startFailed(ctx, ps, p, c, act, pod.ReasonRunError, err)
		return
	}
	a.started(ps, p, c, given.Resources, st, user)
}

// started records a container that was started, and runs its hook.
func (a *Agent) started(ps *podState, p *corev1.Pod, c *corev1.Container, given corev1.ResourceRequirements, st container.Status, user *corev1.ContainerUser) {
	got, err := observed(st)
	if err != nil {
		// The labels are what compile wrote.
		a.log.Error("a container that was just started is not ours", "err", err)
		return
	}
	got.User = user
	got.Resources = &given
	hook := c.Lifecycle != nil && c.Lifecycle.PostStart != nil
	if hook && got.Running {
		got.PostStart = pod.Underway
	}
	a.tally.containersStarted.WithLabelValues(containerType(p, c.Name)).Inc()
	a.events.pod(p, c.Name, false, "Created", "Container created")
	a.events.pod(p, c.Name, false, "Started", "Container started")
	a.order.begin(ps.uid)
	var early container.Status
	var ended bool
	over := !got.Running // before others see it
	ps.change(func() {
		delete(ps.failures, c.Name)
		ps.worked("start " + c.Name)
		ps.containers[got.ID] = got
		early, ended = ps.exits[got.ID]
		delete(ps.exits, got.ID)
	})
	if over {
		a.tally.ended(p, got)
	}
	switch {
	case ended:
		a.ended(early)
	case !got.Running:
		a.ended(st)
	}
	if got.PostStart == pod.Underway {
		a.start(func() { a.runPostStart(ps, p, c, got.ID) })
	}
}

// notStarted records a container whose process did not start. It counts as one that ran and failed, so that a pod that is not to
// restart fails; the runtime has forgotten it.
func (a *Agent) notStarted(ctx context.Context, ps *podState, p *corev1.Pod, c *corev1.Container, got *pod.Container) {
	if ctx.Err() != nil {
		return
	}
	a.countFailed(p, c, pod.ReasonRunError)
	a.events.pod(p, c.Name, false, "Created", "Container created")
	a.events.pod(p, c.Name, true, "Failed", "Error: %s", got.Message)
	ps.change(func() {
		delete(ps.failures, c.Name)
		ps.worked("start " + c.Name)
		ps.containers[got.ID] = got
	})
	a.tally.ended(p, got)
}

func (a *Agent) countFailed(p *corev1.Pod, c *corev1.Container, reason string) {
	a.tally.containersFailed.WithLabelValues(containerType(p, c.Name), reason).Inc()
	if ownUsers(p) {
		a.tally.usersFailed.Inc()
	}
}

// startFailed records why a container could not be made, and when to try again. Its image is looked for again then, as the policy of
// its pulls says of every attempt.
func (a *Agent) startFailed(ctx context.Context, ps *podState, p *corev1.Pod, c *corev1.Container, act pod.Action, reason string, err error) {
	if ctx.Err() != nil {
		return
	}
	a.countFailed(p, c, reason)
	a.events.pod(p, c.Name, true, "Failed", "Error: %v", err)
	ps.change(func() {
		delete(ps.images, c.Name)
		ps.failures[c.Name] = pod.Failure{
			Attempt: act.Attempt, Reason: reason, Message: err.Error(), RetryAt: a.cfg.Clock().Add(ps.failed("start " + c.Name)),
		}
	})
}

// errImageGone says that somebody has removed an image since it was looked for.
var errImageGone = errors.New("it is not present any more")

// compile resolves everything about one container: what is left is for the runtime to do.
func (a *Agent) compile(ctx context.Context, p *corev1.Pod, c *corev1.Container, limits container.Resources, act pod.Action, ips []string) (container.Spec, *corev1.ContainerUser, error) {
	img, ok := a.cfg.Images.Get(c.Image)
	if !ok {
		return container.Spec{}, nil, fmt.Errorf("image %q: %w", c.Image, errImageGone)
	}
	env, err := a.environment(ctx, p, c, ips)
	if err != nil {
		return container.Spec{}, nil, err
	}
	base, err := a.baseEnv(p)
	if err != nil {
		return container.Spec{}, nil, err
	}
	id := containerID(p.UID, c.Name, act.Attempt)
	spec := container.Spec{
		ID: id, Sandbox: string(p.UID), Labels: podLabels(p),
		Sole: sole(p),
		Env:  layerEnv(layerEnv(base, img.Config.Env), env), Cwd: c.WorkingDir, Image: c.Image, Layers: img.Layers,
		Resources: limits, OOMScoreAdj: pod.OOMScoreAdj(p, c, a.node.memory()),
		TTY: c.TTY, Stdin: c.Stdin, StdinOnce: c.StdinOnce,
		LogPath: a.logPath(p, c.Name, act.Attempt), LogMaxBytes: a.cfg.Settings.LogMaxBytes, LogMaxFiles: a.cfg.Settings.LogMaxFiles,
	}
	a.allot.place(p.UID, c.Name, &spec)
	if spec.Cwd == "" {
		spec.Cwd = img.Config.WorkingDir
	}
	if spec.Args = command(c, img.Config.Entrypoint, img.Config.Cmd, env); len(spec.Args) == 0 {
		return spec, nil, createError{fmt.Errorf("no command specified: neither the container nor image %q names one", c.Image)}
	}
	for k, v := range map[string]string{
		labelContainer: c.Name, labelAttempt: strconv.Itoa(act.Attempt), labelBackoff: act.Backoff.String(), labelImage: c.Image,
		labelMessageFrom: string(c.TerminationMessagePolicy),
	} {
		spec.Labels[k] = v
	}
	user, err := a.identity(p, c, img, &spec)
	if err != nil {
		return spec, nil, err
	}
	if err := a.secure(p, c, &spec); err != nil {
		return spec, nil, err
	}
	if err := a.mounts(p, c, act.Attempt, env, ips, &spec); err != nil {
		return spec, nil, err
	}
	return spec, user, nil
}

// sole says whether a container is all there is of its pod, and has the same limits: they can have one cgroup then.
func sole(p *corev1.Pod) bool {
	s := &p.Spec
	return len(s.Containers) == 1 && len(s.InitContainers) == 0 && len(s.EphemeralContainers) == 0 && s.Resources == nil && len(s.Overhead) == 0
}

// command is what runs: the spec's command replaces the image's entrypoint and cmd, its args the cmd only.
func command(c *corev1.Container, entrypoint, cmd, env []string) []string {
	switch {
	case len(c.Command) > 0:
		return append(pod.ExpandAll(c.Command, env), pod.ExpandAll(c.Args, env)...)
	case len(c.Args) > 0:
		return append(append([]string{}, entrypoint...), pod.ExpandAll(c.Args, env)...)
	}
	return append(append([]string{}, entrypoint...), cmd...)
}

// environment gathers what the environment is made of. Objects are read when a container starts, not watched: a
// running program's environment cannot change.
func (a *Agent) environment(ctx context.Context, p *corev1.Pod, c *corev1.Container, ips []string) ([]string, error) {
	in := pod.EnvInput{
		Pod: p, Container: c, ConfigMaps: map[string]*corev1.ConfigMap{}, Secrets: map[string]*corev1.Secret{},
		Files:    map[pod.EnvFile]string{},
		Services: listOf[corev1.Service](a.services), Node: a.facts(ips),
	}
	configMaps, secrets := pod.EnvRefs(c)
	for _, name := range configMaps {
		cm, err := getAs[corev1.ConfigMap](ctx, a, configMapRes, p.Namespace, name)
		if err != nil && !apierrors.IsNotFound(err) {
			return nil, err
		}
		in.ConfigMaps[name] = cm
	}
	for _, name := range secrets {
		s, err := getAs[corev1.Secret](ctx, a, secretRes, p.Namespace, name)
		if err != nil && !apierrors.IsNotFound(err) {
			return nil, err
		}
		in.Secrets[name] = s
	}
	for _, f := range pod.EnvFiles(c) {
		text, err := a.cfg.Volumes.ReadFile(string(p.UID), f.Volume, f.Path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading the environment from volume %q: %w", f.Volume, err)
		}
		in.Files[f] = string(text)
	}
	return pod.Env(in)
}

// defaultPath is what every runtime gives programs of images that set none; without it nothing is found by its name.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// baseEnv is what a container has whatever its image and its pod say.
func (a *Agent) baseEnv(p *corev1.Pod) ([]string, error) {
	host := a.cfg.Hostname
	if !p.Spec.HostNetwork {
		var err error
		if host, err = pod.UTSHostname(p, a.cfg.ClusterDomain); err != nil {
			return nil, err
		}
	}
	return []string{"PATH=" + defaultPath, "HOSTNAME=" + host}, nil
}

// layerEnv puts variables over others: those of the upper win.
func layerEnv(lower, upper []string) []string {
	env := make([]string, 0, len(lower)+len(upper))
	set := map[string]bool{}
	for _, e := range upper {
		set[envName(e)] = true
	}
	for _, e := range lower {
		if !set[envName(e)] {
			env = append(env, e)
		}
	}
	return append(env, upper...)
}

func envName(e string) string {
	for i := range e {
		if e[i] == '=' {
			return e[:i]
		}
	}
	return e
}

func (a *Agent) facts(ips []string) pod.Facts {
	return pod.Facts{PodIPs: ips, HostIPs: a.hostIPs(), Allocatable: a.node.allocatable()}
}

// hookTimeout bounds hooks that have no grace period to end them: a postStart hook may take as long as a container may
// hang in starting, but not for ever.
const hookTimeout = 10 * time.Minute
