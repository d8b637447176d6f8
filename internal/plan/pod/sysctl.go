package pod

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// safeSysctls are upstream's: a pod has them for itself, and cannot harm others with them.
var safeSysctls = []string{
	"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
	"net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout",
	"net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
}

// RefuseSysctls refuses pods that set sysctls which are neither safe nor allowed. Of allowed, those that end with * are
// prefixes.
func RefuseSysctls(p *corev1.Pod, allowed []string) *Refusal {
	if p.Spec.SecurityContext == nil {
		return nil
	}
	for _, s := range p.Spec.SecurityContext.Sysctls {
		if err := checkSysctl(&p.Spec, DottedSysctl(s.Name), allowed); err != nil {
			return &Refusal{Reason: "SysctlForbidden", Message: fmt.Sprintf("forbidden sysctl: %v", err)}
		}
	}
	return nil
}

func checkSysctl(spec *corev1.PodSpec, name string, allowed []string) error {
	ok := slices.Contains(safeSysctls, name) || slices.ContainsFunc(allowed, func(a string) bool {
		prefix, open := strings.CutSuffix(DottedSysctl(a), "*")
		return open && strings.HasPrefix(name, prefix) || name == prefix
	})
	switch {
	case !ok:
		return fmt.Errorf("%q not allowlisted", name)
	case strings.HasPrefix(name, "net."):
		if spec.HostNetwork {
			return fmt.Errorf("%q not allowed with host net enabled", name)
		}
	case spec.HostIPC:
		return fmt.Errorf("%q not allowed with host ipc enabled", name)
	}
	return nil
}

// DottedSysctl is the name of a sysctl with dots where it has slashes; in a name that begins with a dot they mean themselves.
func DottedSysctl(name string) string {
	if i := strings.IndexAny(name, "./"); i < 0 || name[i] == '.' {
		return name
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case '/':
			return '.'
		case '.':
			return '/'
		}
		return r
	}, name)
}
