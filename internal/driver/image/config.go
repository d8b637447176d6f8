package image

import (
	"fmt"
	"maps"
	"runtime"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// newConfig takes from an image's config what a runtime needs.
func newConfig(f v1.ConfigFile) Config {
	c := f.Config
	return Config{
		OS: f.OS, Architecture: f.Architecture,
		Entrypoint: c.Entrypoint, Cmd: c.Cmd, Env: c.Env, WorkingDir: c.WorkingDir, User: c.User, StopSignal: c.StopSignal,
		ExposedPorts: slices.Sorted(maps.Keys(c.ExposedPorts)),
		Volumes:      slices.Sorted(maps.Keys(c.Volumes)),
		Labels:       c.Labels,
	}
}

// checkPlatform refuses an image that this machine cannot run: better said here than by "exec format error". An image
// that does not say is taken.
func checkPlatform(os, arch string) error {
	if os != "" && os != runtime.GOOS || arch != "" && arch != runtime.GOARCH {
		return because(NoPlatform, fmt.Errorf("the image is for %s/%s, this machine is %s/%s", os, arch, runtime.GOOS, runtime.GOARCH))
	}
	return nil
}

// choose picks the manifest for this machine from an index. Of several variants of the architecture it takes the one
// without a variant, which runs everywhere, else the first.
func choose(im *v1.IndexManifest) (v1.Descriptor, error) {
	var match []v1.Descriptor
	var have []string
	for _, d := range im.Manifests {
		switch {
		case d.Platform == nil:
			if len(im.Manifests) == 1 {
				match = append(match, d) // ingest checks the config's platform
			}
		case d.Platform.OS == runtime.GOOS && d.Platform.Architecture == runtime.GOARCH:
			match = append(match, d)
		default:
			have = append(have, d.Platform.OS+"/"+d.Platform.Architecture)
		}
	}
	if len(match) == 0 {
		return v1.Descriptor{}, because(NoPlatform, fmt.Errorf("no image for %s/%s, only for %v", runtime.GOOS, runtime.GOARCH, have))
	}
	for _, d := range match {
		if d.Platform == nil || d.Platform.Variant == "" {
			return d, nil
		}
	}
	return match[0], nil
}
