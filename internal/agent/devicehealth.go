package agent

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/dynamic-resource-allocation/resourceclaim"
)

// DevicesUnwell has the statuses of pods reported anew whose devices have changed their health.
func (a *Agent) DevicesUnwell(pods []string) {
	select {
	case <-a.ready:
	default:
		return // all are looked at when the agent begins
	}
	for _, uid := range pods {
		if a.podOf(types.UID(uid)) != nil {
			a.queue.Add(types.UID(uid))
		}
	}
}

// deviceHealth writes into a status how the devices of its containers are: those of claims, and those of plugins.
func (a *Agent) deviceHealth(p *corev1.Pod, st *corev1.PodStatus) {
	if a.cfg.DRA == nil && a.cfg.Devices == nil {
		return
	}
	for i, was := range st.ContainerStatuses {
		c := specOf(p, was.Name)
		if c == nil {
			continue
		}
		now := a.claimHealth(p, c)
		now = append(now, a.pluginHealth(p, c)...)
		if len(now) == 0 && len(was.AllocatedResourcesStatus) == 0 {
			continue
		}
		st.ContainerStatuses = slices.Clone(st.ContainerStatuses)
		st.ContainerStatuses[i].AllocatedResourcesStatus = now
	}
}

// claimHealth is how the devices of a container's claims are.
func (a *Agent) claimHealth(p *corev1.Pod, c *corev1.Container) (out []corev1.ResourceStatus) {
	if a.cfg.DRA == nil {
		return nil
	}
	for _, cc := range c.Resources.Claims {
		if r := a.healthOf(p, cc); len(r.Resources) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// pluginHealth is how the devices of plugins are that a container has.
func (a *Agent) pluginHealth(p *corev1.Pod, c *corev1.Container) (out []corev1.ResourceStatus) {
	if a.cfg.Devices == nil {
		return nil
	}
	held := a.cfg.Devices.Held(string(p.UID), c.Name)
	for _, name := range slices.Sorted(maps.Keys(held)) {
		r := corev1.ResourceStatus{Name: corev1.ResourceName(name)}
		for _, id := range held[name] {
			h := corev1.ResourceHealth{ResourceID: corev1.ResourceID(id), Health: corev1.ResourceHealthStatusHealthy}
			if !a.cfg.Devices.Well(name, id) {
				h.Health = corev1.ResourceHealthStatusUnhealthy
			}
			r.Resources = append(r.Resources, h)
		}
		if len(r.Resources) > 0 {
			out = append(out, r)
		}
	}
	return out
}

func (a *Agent) healthOf(p *corev1.Pod, cc corev1.ResourceClaim) corev1.ResourceStatus {
	out := corev1.ResourceStatus{Name: corev1.ResourceName("claim:" + cc.Name)}
	if cc.Request != "" {
		out.Name += corev1.ResourceName("/" + cc.Request)
	}
	i := slices.IndexFunc(p.Spec.ResourceClaims, func(pc corev1.PodResourceClaim) bool { return pc.Name == cc.Name })
	if i < 0 {
		return out
	}
	name, _, err := resourceclaim.Name(p, &p.Spec.ResourceClaims[i])
	if err != nil || name == nil {
		return out
	}
	devices, err := a.cfg.DRA.Devices(p.Namespace, *name, resourceclaim.BaseRequestRef(cc.Request))
	if err != nil {
		return out // not prepared yet, or no more
	}
	for _, d := range devices {
		id := corev1.ResourceID(d.Driver + "/" + d.Pool + "/" + d.Device.Device)
		if len(d.CDI) > 0 {
			id = corev1.ResourceID(d.CDI[0])
		}
		if slices.ContainsFunc(out.Resources, func(r corev1.ResourceHealth) bool { return r.ResourceID == id }) {
			continue
		}
		h := corev1.ResourceHealth{ResourceID: id}
		var message string
		if h.Health, message = a.cfg.DRA.Health(d.Device); message != "" {
			if len(message) > corev1.ResourceHealthMessageMaxLength {
				message = message[:corev1.ResourceHealthMessageMaxLength-3] + "..."
			}
			h.Message = &message
		}
		out.Resources = append(out.Resources, h)
	}
	return out
}
