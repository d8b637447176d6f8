package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/device"
	"gantry.dev/gantry/internal/plan/pod"
)

// labelDevices holds the devices that a container was granted, as JSON by resource, for the agent's next start.
const labelDevices = "gantry.dev/devices"

// DevicesChanged has the node's resources reported anew, and how the devices of pods are.
func (a *Agent) DevicesChanged() {
	a.node.conditionsChanged()
	a.DevicesUnwell(a.cfg.Devices.Pods())
}

// addDevices adds the resources of device plugins to what the node has, or has to give.
func (a *Agent) addDevices(to corev1.ResourceList, of func(device.Amount) int64) {
	if a.cfg.Devices == nil {
		return
	}
	for name, n := range a.cfg.Devices.Resources() {
		to[corev1.ResourceName(name)] = *resource.NewQuantity(of(n), resource.DecimalSI)
	}
}

// grantDevices gives a container the devices that it asks for. A pod that asks for more than there are does not belong here: it
// fails, as with kubelet, and its controller makes another.
func (a *Agent) grantDevices(ctx context.Context, ps *podState, p *corev1.Pod, c *corev1.Container, spec *container.Spec) error {
	if a.cfg.Devices == nil {
		return nil
	}
	claim := a.deviceClaim(p, c)
	g, err := a.cfg.Devices.Allocate(ctx, claim)
	if errors.Is(err, device.ErrUnavailable) {
		// The scheduler counts a pod no more as soon as it has ended, which is before the last of it is cleared away here.
		a.releaseEnded()
		g, err = a.cfg.Devices.Allocate(ctx, claim)
	}
	if errors.Is(err, device.ErrUnavailable) {
		ps.change(func() { ps.refused = noDevices(err) })
	}
	if err != nil || len(g.Devices) == 0 {
		return err
	}
	if len(g.CDI) > 0 {
		if a.cfg.DRA == nil {
			return fmt.Errorf("device plugins name a device by CDI (%s), and this node reads no CDI files", g.CDI[0])
		}
		if err := a.applyCDI(g.CDI, spec); err != nil {
			return err
		}
	}
	return applyGrant(&g, spec)
}

func (a *Agent) deviceClaim(p *corev1.Pod, c *corev1.Container) device.Claim {
	claim := device.Claim{Pod: string(p.UID), Container: c.Name, Wants: map[string]int64{}, Ended: endedInits(p, c.Name), Near: a.allot.near(p.UID, c.Name)}
	for name, q := range c.Resources.Limits {
		if q.Value() > 0 && !fromClaim(p, c.Name, name) {
			claim.Wants[string(name)] = q.Value()
		}
	}
	return claim
}

// noDevices is kubelet's refusal of a pod.
func noDevices(err error) *pod.Refusal {
	return &pod.Refusal{Reason: "UnexpectedAdmissionError", Message: fmt.Sprintf("Allocate failed due to %v, which is unexpected", err)}
}

// reserveDevices keeps the devices of all containers of a pod that is let in: they lie where its placement found them free, and no other pod
// gets them before it starts.
func (a *Agent) reserveDevices(ctx context.Context, p *corev1.Pod) *pod.Refusal {
	if a.cfg.Devices == nil {
		return nil
	}
	for _, list := range [][]corev1.Container{p.Spec.InitContainers, p.Spec.Containers} {
		for i := range list {
			claim := a.deviceClaim(p, &list[i])
			err := a.cfg.Devices.Reserve(ctx, claim)
			if errors.Is(err, device.ErrUnavailable) {
				// The scheduler counts a pod no more as soon as it has ended, which is before the last of it is cleared away here.
				a.releaseEnded()
				err = a.cfg.Devices.Reserve(ctx, claim)
			}
			if err != nil {
				a.cfg.Devices.Release(string(p.UID))
				return noDevices(err)
			}
		}
	}
	return nil
}

// fromClaim says whether an extended resource of a container is devices of the claim that the scheduler made for the pod: no plugin is asked then.
func fromClaim(p *corev1.Pod, name string, resource corev1.ResourceName) bool {
	claim := p.Status.ExtendedResourceClaimStatus
	return claim != nil && slices.ContainsFunc(claim.RequestMappings, func(m corev1.ContainerExtendedResourceRequest) bool {
		return m.ContainerName == name && m.ResourceName == string(resource)
	})
}

// releaseEnded takes back the devices of pods of which nothing runs and nothing will.
func (a *Agent) releaseEnded() {
	a.mu.Lock()
	var all []*podState
	for _, ps := range a.pods {
		all = append(all, ps)
	}
	a.mu.Unlock()
	for _, ps := range all {
		if ps.over() {
			a.cfg.Devices.Release(string(ps.uid))
		}
	}
}

// over says whether a pod has ended, or is on its way out with no container left running.
func (ps *podState) over() bool {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	for _, c := range ps.containers {
		if c.Running {
			return false
		}
	}
	ended := ps.was.Phase == corev1.PodSucceeded || ps.was.Phase == corev1.PodFailed
	return ended || ps.starting.Err() != nil // its worker has decided that it ends: no start is under way
}

// applyGrant writes a grant into the specification of its container. Variables of the pod win over those of plugins.
func applyGrant(g *device.Grant, spec *container.Spec) error {
	var env []string
	for name, value := range g.Env {
		env = append(env, name+"="+value)
	}
	slices.Sort(env)
	spec.Env = layerEnv(env, spec.Env)
	for _, m := range g.Mounts {
		// What a plugin wants mounted and is not there is made a directory, as container runtimes below kubelet do.
		if _, err := os.Stat(m.HostPath); errors.Is(err, fs.ErrNotExist) {
			if err := os.MkdirAll(m.HostPath, 0o755); err != nil {
				return fmt.Errorf("making %s, which a device plugin wants mounted: %w", m.HostPath, err)
			}
		}
		spec.Mounts = append(spec.Mounts, container.Mount{Destination: m.ContainerPath, Source: m.HostPath, ReadOnly: m.ReadOnly})
	}
	for _, d := range g.Nodes {
		spec.Devices = append(spec.Devices, container.Device{HostPath: d.HostPath, ContainerPath: d.ContainerPath, Permissions: d.Permissions})
	}
	b, err := json.Marshal(g.Devices)
	if err != nil {
		return fmt.Errorf("noting the devices of a container: %w", err)
	}
	spec.Labels[labelDevices] = string(b)
	return nil
}

// endedInits are the init containers before a container that have ended when it starts: their devices can be used again.
func endedInits(p *corev1.Pod, name string) (ended []string) {
	for i := range p.Spec.InitContainers {
		c := &p.Spec.InitContainers[i]
		if c.Name == name {
			break
		}
		if c.RestartPolicy == nil || *c.RestartPolicy != corev1.ContainerRestartPolicyAlways {
			ended = append(ended, c.Name)
		}
	}
	return ended
}

// restoreDevices tells the devices of a container that was taken over.
func (a *Agent) restoreDevices(st container.Status) {
	text := st.Labels[labelDevices]
	if a.cfg.Devices == nil || text == "" {
		return
	}
	var devices map[string][]string
	if err := json.Unmarshal([]byte(text), &devices); err != nil {
		a.log.Warn("the devices of a container cannot be read", "container", st.ID, "err", err)
		return
	}
	a.cfg.Devices.Restore(st.Sandbox, st.Labels[labelContainer], devices)
}
