package pod

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// SecurityModules are those of the kernel that a pod may ask something of.
type SecurityModules struct {
	AppArmor, SELinux bool
	// Profiles are the AppArmor profiles that are loaded.
	Profiles []string
}

// runtimeProfiles are names under which the default profile of container runtimes is loaded, by containerd and by Docker.
var runtimeProfiles = [...]string{"cri-containerd.apparmor.d", "docker-default"}

// Refuse refuses a pod that wants to be confined by AppArmor where the kernel does not do that.
func (m *SecurityModules) Refuse(p *corev1.Pod) *Refusal {
	for _, list := range [][]corev1.Container{p.Spec.InitContainers, p.Spec.Containers} {
		for i := range list {
			profile := appArmorOf(p, &list[i])
			if profile != nil && profile.Type != corev1.AppArmorProfileTypeUnconfined && !m.AppArmor {
				return &Refusal{Reason: "AppArmor", Message: "Cannot enforce AppArmor: AppArmor is not enabled on the host"}
			}
		}
	}
	return nil
}

// AppArmorProfile is the name of the profile that a container runs under, empty for none. Where the kernel has no AppArmor nothing is
// applied: pods that insist have been refused.
func (m *SecurityModules) AppArmorProfile(p *corev1.Pod, c *corev1.Container) (string, error) {
	profile := appArmorOf(p, c)
	if profile == nil || !m.AppArmor {
		return "", nil
	}
	switch profile.Type {
	case corev1.AppArmorProfileTypeLocalhost:
		name := strings.TrimSpace(*profile.LocalhostProfile)
		if !slices.Contains(m.Profiles, name) {
			return "", fmt.Errorf("AppArmor profile %q is not loaded", name)
		}
		return name, nil
	case corev1.AppArmorProfileTypeRuntimeDefault:
		for _, name := range runtimeProfiles {
			if slices.Contains(m.Profiles, name) {
				return name, nil
			}
		}
		return "", fmt.Errorf("none of the AppArmor profiles %s is loaded", strings.Join(runtimeProfiles[:], ", "))
	}
	return "unconfined", nil
}

// SELinuxUnsupported says why this node cannot label a container as it wants. Where the kernel has no SELinux the labels mean
// nothing, as with kubelet.
func (m *SecurityModules) SELinuxUnsupported(p *corev1.Pod, c *corev1.Container) error {
	o := podSELinux(&p.Spec)
	if c.SecurityContext != nil && c.SecurityContext.SELinuxOptions != nil {
		o = c.SecurityContext.SELinuxOptions
	}
	if m.SELinux && o != nil && *o != (corev1.SELinuxOptions{}) {
		return fmt.Errorf("seLinuxOptions: this node does not label containers and volumes for SELinux yet")
	}
	return nil
}

func appArmorOf(p *corev1.Pod, c *corev1.Container) *corev1.AppArmorProfile {
	if c.SecurityContext != nil && c.SecurityContext.AppArmorProfile != nil {
		return c.SecurityContext.AppArmorProfile
	}
	return podAppArmor(&p.Spec)
}
