package agent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/link"
	"gantry.dev/gantry/internal/plan/pod"
)

// defaultPIDs bounds the processes of one pod, so that a fork bomb ends at its own pod. Kubelet has no bound by
// default, which is its podPidsLimit.
const defaultPIDs = 16_384

// podPIDs is the bound of processes of a pod; zero is none.
func (a *Agent) podPIDs() int64 { return max(cmp.Or(a.cfg.Settings.PodPIDs, defaultPIDs), 0) }

// createSandbox makes the sandbox and wires it. Every step is safe to repeat; the address is kept between attempts.
func (a *Agent) createSandbox(ctx context.Context, ps *podState) {
	p := ps.current()
	reason, what := "FailedPrepareDynamicResources", "Failed to prepare dynamic resources"
	var ips []netip.Addr
	err := a.beginClaims(ctx, p)
	if err == nil {
		reason, what = "FailedCreatePodSandBox", "Failed to create pod sandbox"
		ips, err = a.makeSandbox(ctx, ps, p)
	}
	if err == nil {
		a.tally.podsStarted.Inc()
		if ownUsers(p) {
			a.tally.usersStarted.Inc()
		}
		ps.change(func() {
			ps.worked("sandbox")
			ps.sandboxFailure = nil
			ps.sandbox = &pod.Sandbox{IPs: texts(ips)}
		})
		return
	}
	if ctx.Err() != nil {
		return
	}
	a.tally.podsFailed.Inc()
	a.events.pod(p, "", true, reason, "%s: %v", what, err)
	ps.change(func() {
		ps.sandboxFailure = &pod.Failure{
			Reason: reason, Message: err.Error(), RetryAt: a.cfg.Clock().Add(ps.failed("sandbox")),
		}
	})
}

func (a *Agent) makeSandbox(ctx context.Context, ps *podState, p *corev1.Pod) (ips []netip.Addr, err error) {
	hostname, err := pod.UTSHostname(p, a.cfg.ClusterDomain)
	if err != nil {
		return nil, err
	}
	handler, err := a.handler(ctx, p)
	if err != nil {
		return nil, err
	}
	granted, _ := ps.allotment()
	l := pod.PodLimits(granted)
	cfg := container.SandboxConfig{
		ID: string(p.UID), Hostname: hostname, Labels: podLabels(p), Handler: handler,
		HostNetwork: p.Spec.HostNetwork, HostIPC: p.Spec.HostIPC, HostPID: p.Spec.HostPID,
		SharePID:  p.Spec.ShareProcessNamespace != nil && *p.Spec.ShareProcessNamespace,
		Resources: a.podLimited(granted, l),
	}
	if own := a.allot.label(p.UID); own != "" {
		cfg.Labels[labelAllotted] = own
	}
	if sc := p.Spec.SecurityContext; sc != nil && len(sc.Sysctls) > 0 {
		cfg.Sysctls = map[string]string{}
		for _, s := range sc.Sysctls {
			cfg.Sysctls[pod.DottedSysctl(s.Name)] = s.Value
		}
	}
	if ownUsers(p) {
		if cfg.IDs, err = a.userNamespace(ctx, ps, cfg.ID, handler); err != nil {
			return nil, err
		}
	}
	if !p.Spec.HostNetwork {
		err := a.timed(ps, "network", "", func() (err error) {
			ips, err = a.wire(ctx, ps, cfg.ID)
			return err
		})
		if err != nil {
			return nil, err
		}
		cfg.NetNS = cfg.ID
		cfg.Labels[labelIP] = strings.Join(texts(ips), ",")
	}
	err = a.timed(ps, "sandbox", "", func() error { return a.cfg.Containers.CreateSandbox(ctx, cfg) })
	if err != nil && !errors.Is(err, container.ErrExists) {
		return nil, err
	}
	return ips, nil
}

// wire makes the pod's network namespace with its link and addresses.
func (a *Agent) wire(ctx context.Context, ps *podState, name string) ([]netip.Addr, error) {
	ps.mu.Lock()
	ips := ps.ips
	ps.mu.Unlock()
	if len(ips) == 0 {
		var err error
		if ips, err = a.ips.next(); err != nil {
			return nil, fmt.Errorf("failed to assign an address: %w", err)
		}
		ps.change(func() { ps.ips = ips })
	}
	if err := a.cfg.Containers.CreateNetNS(ctx, name); err != nil && !errors.Is(err, container.ErrExists) {
		return nil, fmt.Errorf("failed to make the network namespace: %w", err)
	}
	ns, err := a.cfg.Containers.OpenNetNS(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("failed to open the network namespace: %w", err)
	}
	defer ns.Close()
	if err := a.cfg.Network.AttachPod(ctx, link.Pod{UID: name, Addresses: ips, Netns: int(ns.Fd())}); err != nil {
		return nil, fmt.Errorf("failed to set up the network: %w", err)
	}
	return ips, nil
}

// removeSandbox takes the sandbox away with its containers, its link and its address.
func (a *Agent) removeSandbox(ctx context.Context, ps *podState, act pod.Action) error {
	p := ps.current()
	if act.Message != "" {
		a.events.pod(p, "", false, "SandboxChanged", "%s", act.Message)
	}
	if err := a.tearDown(ctx, string(ps.uid)); err != nil {
		return err
	}
	var ips []netip.Addr
	ps.change(func() {
		ps.sandbox, ps.sandboxFailure = nil, nil
		clear(ps.containers)
		clear(ps.probes)
		clear(ps.exits)
		ips, ps.ips = ps.ips, nil
	})
	a.ips.free(ips)
	a.ids.free(ps.uid)
	return nil
}

// tearDown removes what a sandbox of that name may have left, wherever its making or removal was interrupted.
func (a *Agent) tearDown(ctx context.Context, uid string) error {
	if err := a.cfg.Containers.RemoveSandbox(ctx, uid); err != nil && !errors.Is(err, container.ErrNotFound) {
		return fmt.Errorf("agent: removing the sandbox of pod %s: %w", uid, err)
	}
	if err := a.cfg.Network.DetachPod(uid); err != nil {
		return fmt.Errorf("agent: removing the link of pod %s: %w", uid, err)
	}
	if err := a.cfg.Containers.RemoveNetNS(ctx, uid); err != nil && !errors.Is(err, container.ErrNotFound) {
		return fmt.Errorf("agent: removing the network namespace of pod %s: %w", uid, err)
	}
	return nil
}

func resources(l pod.Limits, pids int64) container.Resources {
	return container.Resources{
		CPUShares: l.CPUShares, CPUQuota: l.CPUQuota, CPUPeriod: l.CPUPeriod, MemoryBytes: l.Memory, PIDs: pids,
	}
}

// limited are the limits of a container, with what it may swap out.
func (a *Agent) limited(p *corev1.Pod, c *corev1.Container, l pod.Limits) container.Resources {
	r := resources(l, 0)
	if a.cfg.Settings.LimitedSwap {
		r.SwapBytes = pod.Swap(p, c, a.node.machine.memory, a.node.machine.swap)
	}
	return r
}

// podLimited are those of all of a pod.
func (a *Agent) podLimited(p *corev1.Pod, l pod.Limits) container.Resources {
	r := resources(l, a.podPIDs())
	r.HugePages = pod.HugePages(p, a.node.machine.hugePages)
	if a.allot.ownCPUs(p.UID) {
		r.CPUQuota, r.CPUPeriod = 0, 0 // its containers would be slowed down on CPUs of their own
	}
	if a.cfg.Settings.LimitedSwap {
		r.SwapBytes = pod.PodSwap(p, a.node.machine.memory, a.node.machine.swap)
	}
	return r
}

func (a *Agent) hostIPs() []string { return texts(a.cfg.nodeAddresses()) }
