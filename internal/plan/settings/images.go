package settings

import (
	"fmt"
	"slices"
	"strings"

	kubelet "k8s.io/kubelet/config/v1beta1"
)

// ImageVerification is kubelet's imagePullCredentialsVerificationPolicy: which images that are present a pod has to show credentials
// for. The zero value is kubelet's default.
type ImageVerification struct {
	Policy kubelet.ImagePullCredentialsVerificationPolicy
	// Allowed are repositories, or prefixes that end with /*, that NeverVerifyAllowlistedImages lets pass.
	Allowed []string
}

// Verifies says whether credentials are wanted for an image of a repository; pulled says that a pod had it pulled.
func (v ImageVerification) Verifies(repository string, pulled bool) bool {
	switch v.Policy {
	case kubelet.NeverVerify:
		return false
	case kubelet.AlwaysVerify:
		return true
	case kubelet.NeverVerifyAllowlistedImages:
		return !slices.ContainsFunc(v.Allowed, func(p string) bool {
			prefix, any := strings.CutSuffix(p, "*")
			return any && strings.HasPrefix(repository, prefix) || p == repository
		})
	}
	return pulled
}

// verification reads it.
func (n *Node) verification(c *kubelet.KubeletConfiguration) error {
	n.Images = ImageVerification{c.ImagePullCredentialsVerificationPolicy, c.PreloadedImagesVerificationAllowlist}
	policies := []kubelet.ImagePullCredentialsVerificationPolicy{"", kubelet.NeverVerify, kubelet.NeverVerifyPreloadedImages, kubelet.NeverVerifyAllowlistedImages, kubelet.AlwaysVerify}
	if !slices.Contains(policies, n.Images.Policy) {
		return fmt.Errorf("imagePullCredentialsVerificationPolicy: want one of %q, got %q", policies[1:], n.Images.Policy)
	}
	if len(n.Images.Allowed) > 0 && n.Images.Policy != kubelet.NeverVerifyAllowlistedImages {
		return fmt.Errorf("preloadedImagesVerificationAllowlist: can only be set with the policy %s", kubelet.NeverVerifyAllowlistedImages)
	}
	for i, p := range n.Images.Allowed {
		name := strings.TrimSuffix(p, "/*")
		if name == "" || strings.ContainsAny(name, "*@ ") || strings.Contains(name[strings.LastIndex(name, "/")+1:], ":") {
			return fmt.Errorf("preloadedImagesVerificationAllowlist[%d]: want a repository without tag and digest, or a prefix that ends with /*, got %q", i, p)
		}
	}
	return nil
}
