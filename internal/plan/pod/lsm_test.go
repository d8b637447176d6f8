package pod

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestSecurityModules(t *testing.T) {
	local := func(name string) *corev1.AppArmorProfile {
		return &corev1.AppArmorProfile{Type: corev1.AppArmorProfileTypeLocalhost, LocalhostProfile: &name}
	}
	def := &corev1.AppArmorProfile{Type: corev1.AppArmorProfileTypeRuntimeDefault}
	free := &corev1.AppArmorProfile{Type: corev1.AppArmorProfileTypeUnconfined}
	none, some := SecurityModules{}, SecurityModules{AppArmor: true, SELinux: true, Profiles: []string{"mine", "docker-default"}}
	for name, c := range map[string]struct {
		host    SecurityModules
		profile *corev1.AppArmorProfile
		label   *corev1.SELinuxOptions
		refused bool
		want    string
		err     string
	}{
		"nothing said":                {host: some},
		"unconfined without AppArmor": {host: none, profile: free},
		"a profile without AppArmor":  {host: none, profile: def, refused: true},
		"a loaded profile":            {host: some, profile: local("mine"), want: "mine"},
		"a profile that is not there": {host: some, profile: local("other"), err: `"other" is not loaded`},
		"the default":                 {host: some, profile: def, want: "docker-default"},
		"unconfined":                  {host: some, profile: free, want: "unconfined"},
		"a label without SELinux":     {host: none, label: &corev1.SELinuxOptions{Type: "x"}},
		"a label":                     {host: some, label: &corev1.SELinuxOptions{Type: "x"}, err: "SELinux"},
	} {
		p := &corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{{SecurityContext: &corev1.SecurityContext{AppArmorProfile: c.profile, SELinuxOptions: c.label}}}}}
		if refused := c.host.Refuse(p); (refused != nil) != c.refused {
			t.Errorf("%s: refusal %v", name, refused)
		}
		if c.refused {
			continue
		}
		got, err := c.host.AppArmorProfile(p, &p.Spec.Containers[0])
		if err == nil {
			err = c.host.SELinuxUnsupported(p, &p.Spec.Containers[0])
		}
		if c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) || c.err == "" && (err != nil || got != c.want) {
			t.Errorf("%s: %q, %v; want %q, %q", name, got, err, c.want, c.err)
		}
	}
}

func TestRefuseSysctls(t *testing.T) {
	for name, c := range map[string]struct {
		set     string
		allowed []string
		spec    corev1.PodSpec
		want    string
	}{
		"safe":                   {set: "net.ipv4.ping_group_range"},
		"safe with slashes":      {set: "net/ipv4/ping_group_range"},
		"unsafe":                 {set: "kernel.shmmax", want: `"kernel.shmmax" not allowlisted`},
		"allowed":                {set: "kernel.shmmax", allowed: []string{"kernel.shmmax"}},
		"allowed by prefix":      {set: "net.core.somaxconn", allowed: []string{"net.core.*"}},
		"another prefix":         {set: "kernel.shmmax", allowed: []string{"kernel.msg*"}, want: "not allowlisted"},
		"of the host's network":  {set: "net.ipv4.tcp_syncookies", spec: corev1.PodSpec{HostNetwork: true}, want: "host net"},
		"of the host's IPC":      {set: "kernel.shm_rmid_forced", spec: corev1.PodSpec{HostIPC: true}, want: "host ipc"},
		"an interface with dots": {set: "net/ipv4/conf/eno2.100/forwarding", allowed: []string{"net/ipv4/conf/eno2.100/forwarding"}},
	} {
		c.spec.SecurityContext = &corev1.PodSecurityContext{Sysctls: []corev1.Sysctl{{Name: c.set, Value: "1"}}}
		got := RefuseSysctls(&corev1.Pod{Spec: c.spec}, c.allowed)
		if (got != nil) != (c.want != "") || got != nil && (got.Reason != "SysctlForbidden" || !strings.Contains(got.Message, c.want)) {
			t.Errorf("%s: %+v, want %q", name, got, c.want)
		}
	}
}
