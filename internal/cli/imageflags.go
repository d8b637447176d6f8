package cli

import (
	"github.com/spf13/pflag"

	"gantry.dev/gantry/internal/app"
)

// sourceFlags say where images come from and which of them may.
func sourceFlags(f *pflag.FlagSet, c *app.Images) {
	f.StringVar(&c.Hosts, "registry-config-dir", "", "directory of mirrors and settings of registries, NAME/hosts.toml as containerd has them; see docs/images.md")
	f.StringVar(&c.Policy, "image-policy", "", "file that says which images may be pulled and who must have signed them, as containers-policy.json(5); see docs/images.md")
}

func imageFlags(f *pflag.FlagSet, c *app.Images) {
	sourceFlags(f, c)
	f.StringVar(&c.CredentialConfig, "image-credential-provider-config", "", "file or directory of a CredentialProviderConfig (kubelet.config.k8s.io/v1): programs that give credentials of registries")
	f.BoolVar(&c.Share, shareFlag, false, "keep the layers that are pulled for other nodes, and ask those before registries; see docs/images.md for the rights that this needs")
	f.StringVar(&c.CredentialBin, "image-credential-provider-bin-dir", "", "directory of the programs of --image-credential-provider-config")
}

// shareFlag is the name of Images.Share.
const shareFlag = "share-images"

// imageArgs are the flags again, for the daemon.
func imageArgs(c *app.Images) (out []string) {
	for _, f := range []struct{ name, value string }{
		{"registry-config-dir", c.Hosts}, {"image-policy", c.Policy},
		{"image-credential-provider-config", c.CredentialConfig}, {"image-credential-provider-bin-dir", c.CredentialBin},
	} {
		if f.value != "" {
			out = append(out, "--"+f.name, absolute(f.value))
		}
	}
	if c.Share {
		out = append(out, "--"+shareFlag)
	}
	return out
}
