package agent

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan/pod"
)

// portClaim is a port of the machine that a pod has taken.
type portClaim struct {
	protocol corev1.Protocol
	ip       string // everyAddress for all
	port     int32
}

// everyAddress is how upstream writes the address of a host port that names none.
const everyAddress = "0.0.0.0"

func (c portClaim) meets(o portClaim) bool {
	return c.protocol == o.protocol && c.port == o.port && (c.ip == o.ip || c.ip == everyAddress || o.ip == everyAddress)
}

// portClaims are the host ports of a pod, of its init containers those of the ones that stay.
func portClaims(p *corev1.Pod) (out []portClaim) {
	take := func(c *corev1.Container) {
		for _, port := range c.Ports {
			if port.HostPort > 0 {
				out = append(out, portClaim{cmp.Or(port.Protocol, corev1.ProtocolTCP), cmp.Or(port.HostIP, everyAddress), port.HostPort})
			}
		}
	}
	for i := range p.Spec.InitContainers {
		if r := p.Spec.InitContainers[i].RestartPolicy; r != nil && *r == corev1.ContainerRestartPolicyAlways {
			take(&p.Spec.InitContainers[i])
		}
	}
	for i := range p.Spec.Containers {
		take(&p.Spec.Containers[i])
	}
	return out
}

// claimPorts takes the host ports of a pod until it is released, if nobody has them.
func (l *ledger) claimPorts(p *corev1.Pod) *pod.Refusal {
	want := portClaims(p)
	if len(want) == 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for uid, have := range l.ports {
		if uid != p.UID && slices.ContainsFunc(want, func(c portClaim) bool { return slices.ContainsFunc(have, c.meets) }) {
			return &pod.Refusal{Reason: "NodePorts", Message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"}
		}
	}
	l.ports[p.UID] = want
	return nil
}
