package agent

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/link"
	"gantry.dev/gantry/internal/plan/pod"
)

// found is what an agent finds on the machine when it starts.
type found struct {
	sandboxes  map[types.UID]container.SandboxStatus
	containers []container.Status
	links      []link.Attachment
	namespaces []string
	// dirs are the UIDs of pods that have volumes.
	dirs []string
}

// observe reads everything and reserves the addresses that are in use.
func (a *Agent) observe(ctx context.Context) (*found, error) {
	f := &found{sandboxes: map[types.UID]container.SandboxStatus{}}
	sandboxes, err := a.cfg.Containers.ListSandboxes(ctx)
	if err != nil {
		return nil, fmt.Errorf("agent: listing sandboxes: %w", err)
	}
	used := map[netip.Addr]bool{}
	take := func(ips []netip.Addr) {
		for _, ip := range ips {
			used[ip] = true
		}
	}
	for _, sb := range sandboxes {
		f.sandboxes[types.UID(sb.ID)] = sb
		take(addressesOf(sb))
		a.allot.restore(types.UID(sb.ID), sb.Labels[labelAllotted])
		if sb.IDs != nil {
			a.ids.hold(types.UID(sb.ID), *sb.IDs)
		}
	}
	if f.containers, err = a.cfg.Containers.List(ctx); err != nil {
		return nil, fmt.Errorf("agent: listing containers: %w", err)
	}
	if f.namespaces, err = a.cfg.Containers.ListNetNS(ctx); err != nil {
		return nil, fmt.Errorf("agent: listing network namespaces: %w", err)
	}
	if f.links, err = a.cfg.Network.Observe(); err != nil {
		return nil, fmt.Errorf("agent: listing links: %w", err)
	}
	for _, l := range f.links {
		take(l.Addresses)
	}
	if f.dirs, err = a.cfg.Volumes.Pods(); err != nil {
		return nil, err
	}
	a.ips, err = newAddresses(a.cfg.podCIDRs(), slices.Collect(maps.Keys(used)))
	return f, err
}

// adopt gives what was found to the pods that it belongs to, and removes what belongs to none.
func (a *Agent) adopt(ctx context.Context, f *found) {
	for uid, sb := range f.sandboxes {
		ps := a.podOf(uid)
		if ps == nil {
			continue
		}
		ips := addressesOf(sb)
		ps.change(func() {
			ps.ips = ips
			ps.sandbox = &pod.Sandbox{Broken: !sb.InitAlive, IPs: texts(ips)}
			ps.volumes.Present = true
		})
	}
	for _, l := range f.links {
		if ps := a.podOf(types.UID(l.PodUID)); ps != nil {
			ps.change(func() {
				if len(ps.ips) == 0 {
					ps.ips = l.Addresses
				}
				ps.halfMade()
			})
		}
	}
	for _, ns := range f.namespaces {
		if ps := a.podOf(types.UID(ns)); ps != nil {
			ps.change(ps.halfMade)
		}
	}
	for _, uid := range f.dirs {
		if ps := a.podOf(types.UID(uid)); ps != nil {
			ps.change(func() { ps.volumes.Present = true })
		}
	}
	for _, st := range f.containers {
		if ps := a.podOf(types.UID(st.Sandbox)); ps != nil {
			a.adoptContainer(ps, st)
		}
	}
	a.removeOrphans(ctx, f)
	a.mu.Lock()
	defer a.mu.Unlock()
	for uid := range a.pods {
		a.queue.Add(uid)
	}
}

// halfMade notes that there is something of a sandbox, whose making or removal was cut off: it has to be removed, and made
// anew if the pod still wants one. Call under the lock.
func (ps *podState) halfMade() {
	if ps.sandbox == nil {
		ps.sandbox = &pod.Sandbox{Broken: true}
	}
}

// adoptContainer takes over one container, with what the API remembers of its probes: a pod that was ready stays so.
func (a *Agent) adoptContainer(ps *podState, st container.Status) {
	c, err := observed(st)
	if err != nil {
		a.log.Warn("a container cannot be taken over, it is left alone", "err", err)
		return
	}
	a.restoreDevices(st)
	if !c.Running {
		c.Message = a.lastWords(st)
	}
	a.order.begin(ps.uid)
	ps.change(func() {
		for _, list := range [][]corev1.ContainerStatus{ps.pod.Status.InitContainerStatuses, ps.pod.Status.ContainerStatuses} {
			for _, known := range list {
				if known.ContainerID != pod.ContainerIDPrefix+c.ID {
					continue
				}
				var r pod.ProbeResults
				if isTrue(known.Started) {
					r.Startup = pod.Healthy
				}
				if known.Ready {
					r.Readiness = pod.Healthy
				}
				ps.probes[c.ID] = r
				c.User = known.User
			}
		}
		ps.containers[c.ID] = c
	})
}

// follow takes in the ends of containers until ctx ends.
func (a *Agent) follow(ctx context.Context) {
	for st := range a.cfg.Containers.Events(ctx) {
		a.ended(st)
	}
}

// ended takes in the end of a container. A repeat is no news.
func (a *Agent) ended(st container.Status) {
	ps := a.podOf(types.UID(st.Sandbox))
	if ps == nil || st.State != container.Exited {
		return
	}
	words := a.lastWords(st)
	news := false
	ps.change(func() {
		c := ps.containers[st.ID]
		if c == nil {
			ps.exits[st.ID] = st
			return
		}
		if c.Running {
			defer func() { a.tally.ended(ps.pod, c) }()
		}
		// started sets containers of which the end is known already; their words are still to be read.
		news = c.Running || c.Message != words
		update(c, st)
		c.Message = words
	})
	if news {
		a.checkInit(ps)
		a.queue.Add(ps.uid)
	}
}

// checkInit looks whether what all containers of a pod depend on has died: a shared PID namespace, or a kernel of their own.
func (a *Agent) checkInit(ps *podState) {
	p := ps.current()
	if !isTrue(p.Spec.ShareProcessNamespace) && p.Spec.RuntimeClassName == nil {
		return
	}
	sb, err := a.cfg.Containers.SandboxStatus(a.life, string(ps.uid))
	if err != nil {
		if !errors.Is(err, context.Canceled) && !errors.Is(err, container.ErrNotFound) {
			a.log.Warn("looking at a sandbox", "pod", p.Namespace+"/"+p.Name, "err", err)
		}
		return
	}
	if !sb.InitAlive {
		ps.change(func() {
			if ps.sandbox != nil {
				ps.sandbox.Broken = true
			}
		})
	}
}
