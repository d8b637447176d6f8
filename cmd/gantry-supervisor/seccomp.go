package main

import (
	"fmt"
	"os"
	"path/filepath"

	profiles "github.com/moby/profiles/seccomp"
	"github.com/opencontainers/runc/libcontainer/configs"
	"github.com/opencontainers/runc/libcontainer/specconv"
	"github.com/opencontainers/runtime-spec/specs-go"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// maxProfile bounds a Localhost profile; Docker's own default has 20 KiB.
const maxProfile = 1 << 20

// seccompProfile is the filter of a container in libcontainer's terms; nil is none.
func seccompProfile(sp *wire.Spec, bounding []string) (*configs.Seccomp, error) {
	profile, err := ociSeccomp(sp, bounding)
	if profile == nil || err != nil {
		return nil, err
	}
	return specconv.SetupSeccomp(profile)
}

// ociSeccomp is the filter of a container; nil is none. The default profile depends on the capabilities held.
func ociSeccomp(sp *wire.Spec, bounding []string) (*specs.LinuxSeccomp, error) {
	if sp.Privileged || sp.Seccomp == "" || sp.Seccomp == wire.SeccompUnconfined {
		return nil, nil
	}
	rs := &specs.Spec{Process: &specs.Process{Capabilities: &specs.LinuxCapabilities{Bounding: bounding}}}
	var profile *specs.LinuxSeccomp
	var err error
	switch {
	case sp.Seccomp == wire.SeccompRuntimeDefault:
		profile, err = profiles.GetDefaultProfile(rs)
	case filepath.IsAbs(sp.Seccomp):
		profile, err = localProfile(sp.Seccomp, rs)
	default:
		return nil, unsupported("seccomp profile %q", sp.Seccomp)
	}
	if err != nil {
		return nil, fmt.Errorf("seccomp profile %s: %w", sp.Seccomp, err)
	}
	return profile, nil
}

func localProfile(path string, rs *specs.Spec) (*specs.LinuxSeccomp, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxProfile {
		return nil, fmt.Errorf("%d bytes are more than %d", info.Size(), maxProfile)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return profiles.LoadProfile(string(body), rs)
}
