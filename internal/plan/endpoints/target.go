package endpoints

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// Targets are the addresses, as host:port, at which a port of a Service can be reached now, any of which will do: its
// ready endpoints of the primary address family, else those of the other one, or the outside name. It words refusals as
// upstream's aggregator does.
func Targets(svc *corev1.Service, all []*discoveryv1.EndpointSlice, port int32) ([]string, error) {
	if svc.Spec.Type == corev1.ServiceTypeExternalName {
		return []string{hostPort(svc.Spec.ExternalName, port)}, nil
	}
	i := slices.IndexFunc(svc.Spec.Ports, func(p corev1.ServicePort) bool { return p.Port == port })
	if i < 0 {
		return nil, apierrors.NewServiceUnavailable(fmt.Sprintf("no service port %d found for service %q", port, svc.Name))
	}
	primary := discoveryv1.AddressTypeIPv4
	if f := svc.Spec.IPFamilies; len(f) > 0 {
		primary = discoveryv1.AddressType(f[0])
	}
	var first, rest []string
	for _, s := range all {
		targets := ready(s, svc.Spec.Ports[i].Name)
		if s.AddressType == primary {
			first = append(first, targets...)
		} else {
			rest = append(rest, targets...)
		}
	}
	switch {
	case len(first) > 0:
		return first, nil
	case len(rest) > 0:
		return rest, nil
	}
	return nil, apierrors.NewServiceUnavailable(fmt.Sprintf("no endpoints available for service %q", svc.Name))
}

// ready are the addresses of a slice's ready endpoints at the port of that name.
func ready(s *discoveryv1.EndpointSlice, name string) (out []string) {
	for i := range s.Ports {
		p := &s.Ports[i]
		if p.Port == nil || p.Name == nil && name != "" || p.Name != nil && *p.Name != name {
			continue
		}
		for j := range s.Endpoints {
			e := &s.Endpoints[j]
			if len(e.Addresses) > 0 && (e.Conditions.Ready == nil || *e.Conditions.Ready) {
				out = append(out, hostPort(e.Addresses[0], *p.Port))
			}
		}
	}
	return out
}

// hostPort is net.JoinHostPort, which this floor may not import.
func hostPort(host string, port int32) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(int(port))
}
