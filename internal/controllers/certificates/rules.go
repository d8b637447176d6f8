package certificates

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"

	certificatesv1 "k8s.io/api/certificates/v1"
	"k8s.io/apiserver/pkg/authentication/user"
)

// judge says whether a signer of ours may sign a request; mine is false for the signers of others. Upstream's rules.
func judge(signer string, req *x509.CertificateRequest, usages []certificatesv1.KeyUsage) (mine bool, err error) {
	switch signer {
	case certificatesv1.KubeAPIServerClientSignerName:
		return true, apiClient(usages)
	case certificatesv1.KubeAPIServerClientKubeletSignerName:
		return true, kubeletClient(req, usages)
	case certificatesv1.KubeletServingSignerName:
		return true, kubeletServing(req, usages)
	default:
		return false, nil
	}
}

func apiClient(usages []certificatesv1.KeyUsage) error {
	for _, u := range usages {
		switch u {
		case certificatesv1.UsageDigitalSignature, certificatesv1.UsageKeyEncipherment, certificatesv1.UsageClientAuth:
		default:
			return fmt.Errorf("invalid usage for client certificate: %s", u)
		}
	}
	if !slices.Contains(usages, certificatesv1.UsageClientAuth) {
		return fmt.Errorf("missing required usage for client certificate: %s", certificatesv1.UsageClientAuth)
	}
	return nil
}

func kubeletClient(req *x509.CertificateRequest, usages []certificatesv1.KeyUsage) error {
	if err := ofNodes(req); err != nil {
		return err
	}
	switch {
	case len(req.DNSNames) > 0:
		return errors.New("DNS subjectAltNames are not allowed")
	case len(req.EmailAddresses) > 0:
		return errors.New("Email subjectAltNames are not allowed")
	case len(req.IPAddresses) > 0:
		return errors.New("IP subjectAltNames are not allowed")
	case len(req.URIs) > 0:
		return errors.New("URI subjectAltNames are not allowed")
	}
	return asNode(req, usages, certificatesv1.UsageClientAuth)
}

func kubeletServing(req *x509.CertificateRequest, usages []certificatesv1.KeyUsage) error {
	if err := ofNodes(req); err != nil {
		return err
	}
	switch {
	case len(req.DNSNames) == 0 && len(req.IPAddresses) == 0:
		return errors.New("DNS or IP subjectAltName is required")
	case len(req.EmailAddresses) > 0:
		return errors.New("Email subjectAltNames are not allowed")
	case len(req.URIs) > 0:
		return errors.New("URI subjectAltNames are not allowed")
	}
	return asNode(req, usages, certificatesv1.UsageServerAuth)
}

func ofNodes(req *x509.CertificateRequest) error {
	if !slices.Equal(req.Subject.Organization, []string{user.NodesGroup}) {
		return errors.New("subject organization is not system:nodes")
	}
	return nil
}

// asNode checks that a node asks, for exactly one use of the key; encipherment is for RSA keys only.
func asNode(req *x509.CertificateRequest, usages []certificatesv1.KeyUsage, auth certificatesv1.KeyUsage) error {
	want := []certificatesv1.KeyUsage{auth, certificatesv1.UsageDigitalSignature, certificatesv1.UsageKeyEncipherment}
	slices.Sort(want)
	got := slices.Compact(slices.Sorted(slices.Values(usages)))
	withoutRSA := slices.DeleteFunc(slices.Clone(want), func(u certificatesv1.KeyUsage) bool { return u == certificatesv1.UsageKeyEncipherment })
	if !slices.Equal(got, want) && !slices.Equal(got, withoutRSA) {
		return fmt.Errorf("usages did not match %v", want)
	}
	if !strings.HasPrefix(req.Subject.CommonName, "system:node:") {
		return errors.New("subject common name does not begin with system:node:")
	}
	return nil
}
