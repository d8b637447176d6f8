package registry

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"gantry.dev/gantry/internal/api"
)

const firstNodePort, lastNodePort = 30000, 32767

// What is wrong with a node port.
var (
	errPortRange = fmt.Errorf("provided port is not in the valid range. The range of valid ports is %d-%d", firstNodePort, lastNodePort)
	errPortTaken = errors.New("provided port is already allocated")
	errPortsFull = errors.New("range is full")
)

func (a *serviceAllocator) portKey(c api.Cluster, port int32) api.Key {
	return api.Key{Resource: nodePorts, Cluster: c, Name: strconv.Itoa(int(port))}
}

// allocatePorts gives a Service the node ports that it asks for or needs.
func (a *serviceAllocator) allocatePorts(q *Request, svc, old *corev1.Service, p *pending) error {
	had := portsOf(old)
	if hasNodePorts(svc) {
		if old == nil && wantsNodePorts(svc) {
			shareRequested(svc.Spec.Ports)
		}
		if err := a.portsOfService(q, svc, old, had, p); err != nil {
			return err
		}
	}
	if wantsHealthPort(svc) && (old == nil || !wantsHealthPort(old)) {
		if err := a.healthPort(q, svc, p); err != nil {
			return apierrors.NewInternalError(err)
		}
	}
	now := portsOf(svc)
	for _, port := range had {
		if !slices.Contains(now, port) {
			a.give(a.portKey(q.Cluster, port), p)
		}
	}
	return nil
}

// shareRequested gives ports of one number and different protocols the node port that one of them asks for.
func shareRequested(ports []corev1.ServicePort) {
	for i := range ports {
		for _, o := range ports {
			if ports[i].NodePort == 0 && o.Port == ports[i].Port {
				ports[i].NodePort = o.NodePort
			}
		}
	}
}

// portsOfService takes what the ports name, and for those that name none what is free. A new Service's ports of one number
// share their node port.
func (a *serviceAllocator) portsOfService(q *Request, svc, old *corev1.Service, had []int32, p *pending) error {
	chosen := map[int32]int32{} // of a port number
	for i := range svc.Spec.Ports {
		sp := &svc.Spec.Ports[i]
		if sp.NodePort == 0 && old == nil && wantsNodePorts(svc) {
			sp.NodePort = chosen[sp.Port]
		}
		switch {
		case sp.NodePort != 0 && (sp.NodePort == chosen[sp.Port] || old != nil && p.has(a.portKey(q.Cluster, sp.NodePort))):
		case sp.NodePort != 0:
			if err := a.namedPort(q, svc, sp.NodePort, had, p); err != nil {
				path := field.NewPath("spec", "ports").Index(i).Child("nodePort")
				return apierrors.NewInvalid(kindOf(q), svc.Name, field.ErrorList{field.Invalid(path, sp.NodePort, err.Error())})
			}
		case wantsNodePorts(svc):
			port, err := a.freePort(q, svc, p)
			if err != nil {
				return apierrors.NewInternalError(fmt.Errorf("failed to allocate a nodePort: %w", err))
			}
			sp.NodePort = port
		default:
			continue // none unless it is asked for
		}
		if chosen[sp.Port] == 0 {
			chosen[sp.Port] = sp.NodePort
		}
	}
	return nil
}

func (a *serviceAllocator) healthPort(q *Request, svc *corev1.Service, p *pending) error {
	if port := svc.Spec.HealthCheckNodePort; port != 0 {
		if err := a.namedPort(q, svc, port, nil, p); err != nil {
			return fmt.Errorf("failed to allocate requested HealthCheck NodePort %d: %w", port, err)
		}
		return nil
	}
	port, err := a.freePort(q, svc, p)
	if err != nil {
		return fmt.Errorf("failed to allocate a HealthCheck NodePort 0: %w", err)
	}
	svc.Spec.HealthCheckNodePort = port
	return nil
}

// namedPort takes a port that a Service asks for.
func (a *serviceAllocator) namedPort(q *Request, svc *corev1.Service, port int32, had []int32, p *pending) error {
	key := a.portKey(q.Cluster, port)
	switch {
	case slices.Contains(had, port):
		return nil
	case port < firstNodePort || port > lastNodePort:
		return errPortRange
	case p.has(key) || a.st.Get(key) != nil:
		return errPortTaken
	}
	a.take(key, []byte(svc.Namespace+"/"+svc.Name), p)
	return nil
}

// staticNodePorts is the band at the start of the port range that dynamic allocation leaves alone (KEP-3668).
const staticNodePorts = 86

func (a *serviceAllocator) freePort(q *Request, svc *corev1.Service, p *pending) (int32, error) {
	const all = lastNodePort - firstNodePort + 1
	const dynamic = all - staticNodePorts
	start := a.chance(q)
	for i := range uint32(all) {
		port := int32(firstNodePort + staticNodePorts + (start+i)%dynamic)
		if i >= dynamic { // the band is for those who ask by name until nothing else is left
			port = int32(firstNodePort + i - dynamic)
		}
		if key := a.portKey(q.Cluster, port); !p.has(key) && a.st.Get(key) == nil {
			a.take(key, []byte(svc.Namespace+"/"+svc.Name), p)
			return port, nil
		}
	}
	return 0, errPortsFull
}

// hasNodePorts says whether a Service's ports may have node ports. A load balancer's may although none are allocated for it.
func hasNodePorts(svc *corev1.Service) bool {
	return svc.Spec.Type == corev1.ServiceTypeNodePort || svc.Spec.Type == corev1.ServiceTypeLoadBalancer
}

// portsOf lists the ports that a Service holds.
func portsOf(svc *corev1.Service) (out []int32) {
	if svc == nil {
		return nil
	}
	if hasNodePorts(svc) {
		for i := range svc.Spec.Ports {
			if n := svc.Spec.Ports[i].NodePort; n != 0 && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	if n := svc.Spec.HealthCheckNodePort; wantsHealthPort(svc) && n != 0 && !slices.Contains(out, n) {
		out = append(out, n)
	}
	return out
}
