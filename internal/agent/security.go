package agent

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/image"
)

// identity sets the user and groups of a container: the container's, else the pod's, else the image's. It answers the
// identity in the form of the API's status.
func (a *Agent) identity(p *corev1.Pod, c *corev1.Container, img image.Image, spec *container.Spec) (*corev1.ContainerUser, error) {
	psc := p.Spec.SecurityContext
	if psc == nil {
		psc = &corev1.PodSecurityContext{}
	}
	csc := c.SecurityContext
	if csc == nil {
		csc = &corev1.SecurityContext{}
	}
	uid, gid := first(csc.RunAsUser, psc.RunAsUser), first(csc.RunAsGroup, psc.RunAsGroup)
	name := img.Config.User
	if uid != nil {
		name = strconv.FormatInt(*uid, 10)
	}
	user, err := image.ResolveUser(name, img.Layers)
	if err != nil {
		return nil, createError{err}
	}
	if nonRoot := first(csc.RunAsNonRoot, psc.RunAsNonRoot); nonRoot != nil && *nonRoot && user.UID == 0 {
		what := "container's runAsUser breaks non-root policy"
		if uid == nil {
			what = "container has runAsNonRoot and image will run as root"
		}
		return nil, fmt.Errorf("%s (pod: %q, container: %s)", what, p.Name+"_"+p.Namespace+"("+string(p.UID)+")", c.Name)
	}
	spec.UID, spec.GID = user.UID, user.GID
	if gid != nil {
		spec.GID = uint32(*gid)
	}
	groups := []uint32{}
	if psc.SupplementalGroupsPolicy == nil || *psc.SupplementalGroupsPolicy == corev1.SupplementalGroupsPolicyMerge {
		groups = append(groups, user.ExtraGIDs...)
	}
	for _, g := range psc.SupplementalGroups {
		groups = append(groups, uint32(g))
	}
	if psc.FSGroup != nil {
		groups = append(groups, uint32(*psc.FSGroup))
	}
	slices.Sort(groups)
	spec.AdditionalGIDs = slices.Compact(groups)
	if user.Home != "" && !slices.ContainsFunc(spec.Env, func(e string) bool { return envName(e) == "HOME" }) {
		spec.Env = append(spec.Env, "HOME="+user.Home)
	}
	return containerUser(spec), nil
}

func containerUser(spec *container.Spec) *corev1.ContainerUser {
	u := &corev1.LinuxContainerUser{UID: int64(spec.UID), GID: int64(spec.GID), SupplementalGroups: []int64{int64(spec.GID)}}
	for _, g := range spec.AdditionalGIDs {
		if g != spec.GID {
			u.SupplementalGroups = append(u.SupplementalGroups, int64(g))
		}
	}
	return &corev1.ContainerUser{Linux: u}
}

// secure sets what a container may do. The default seccomp profile is RuntimeDefault, not upstream's Unconfined: it is
// what every guide to production tells people to set, and nothing that runs under Docker notices. Profiles of type
// Localhost are files below seccomp in the agent's data directory.
func (a *Agent) secure(p *corev1.Pod, c *corev1.Container, spec *container.Spec) error {
	psc := p.Spec.SecurityContext
	if psc == nil {
		psc = &corev1.PodSecurityContext{}
	}
	csc := c.SecurityContext
	if csc == nil {
		csc = &corev1.SecurityContext{}
	}
	spec.Privileged = isTrue(csc.Privileged)
	spec.ReadOnlyRootfs = isTrue(csc.ReadOnlyRootFilesystem)
	spec.NoNewPrivileges = csc.AllowPrivilegeEscalation != nil && !*csc.AllowPrivilegeEscalation
	if csc.ProcMount == nil || *csc.ProcMount == corev1.DefaultProcMount {
		spec.MaskedPaths, spec.ReadonlyPaths = container.DefaultMaskedPaths(), container.DefaultReadonlyPaths()
	}
	var add, drop []string
	if csc.Capabilities != nil {
		for _, name := range csc.Capabilities.Add {
			add = append(add, string(name))
		}
		for _, name := range csc.Capabilities.Drop {
			drop = append(drop, string(name))
		}
	}
	spec.Capabilities = container.ResolveCapabilities(add, drop)
	profile := csc.SeccompProfile
	if profile == nil {
		profile = psc.SeccompProfile
	}
	spec.Seccomp = container.SeccompRuntimeDefault
	switch {
	case profile == nil:
		if a.cfg.Settings.SeccompUnconfined {
			spec.Seccomp = container.SeccompUnconfined
		}
	case profile.Type == corev1.SeccompProfileTypeUnconfined:
		spec.Seccomp = container.SeccompUnconfined
	case profile.Type == corev1.SeccompProfileTypeLocalhost && profile.LocalhostProfile != nil:
		spec.Seccomp = filepath.Join(a.cfg.DataDir, "seccomp", filepath.Join("/", *profile.LocalhostProfile))
	}
	modules := &a.node.machine.modules
	var err error
	if !spec.Privileged {
		spec.AppArmor, err = modules.AppArmorProfile(p, c)
	}
	return errors.Join(err, modules.SELinuxUnsupported(p, c))
}

// first is the first of two that is set: the container's setting goes before the pod's.
func first[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}
