package app

import (
	"fmt"
	"os"
	"path/filepath"

	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/driver/image/credential"
	"gantry.dev/gantry/internal/driver/image/hosts"
	"gantry.dev/gantry/internal/driver/image/trust"
)

// Images is what a node is told of images. Empty fields say nothing.
type Images struct {
	// Hosts is a directory with containerd's hosts.toml files: mirrors, and how registries are reached.
	Hosts string
	// Policy is a containers-policy.json: which images may be pulled, and who must have signed them.
	Policy string
	// CredentialConfig and CredentialBin are kubelet's flags: a CredentialProviderConfig, and where its programs are.
	CredentialConfig, CredentialBin string
	// Share gives layers to other nodes, and takes those that they have.
	Share bool
}

// Load reads all files; an error names the flag.
func (c Images) Load() (image.Options, *credential.Providers, error) {
	o, err := c.Options()
	if err != nil {
		return o, nil, err
	}
	p, err := credential.Load(c.CredentialConfig, c.CredentialBin)
	if err != nil {
		return o, nil, fmt.Errorf("--image-credential-provider-config: %w", err)
	}
	return o, p, nil
}

// Options are those of the image store.
func (c Images) Options() (o image.Options, err error) {
	if o.Hosts, err = hosts.Load(c.Hosts); err != nil {
		return o, fmt.Errorf("--registry-config-dir: %w", err)
	}
	if c.Policy == "" {
		return o, nil
	}
	text, err := os.ReadFile(c.Policy)
	if err != nil {
		return o, fmt.Errorf("--image-policy: %w", err)
	}
	read := func(path string) ([]byte, error) {
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(c.Policy), path)
		}
		return os.ReadFile(path)
	}
	if o.Trust, err = trust.Parse(text, read); err != nil {
		return o, fmt.Errorf("--image-policy: %s: %w", c.Policy, err)
	}
	return o, nil
}
