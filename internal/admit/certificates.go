package admit

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"

	certificatesv1 "k8s.io/api/certificates/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
)

var signers = api.Resource{Group: "certificates.k8s.io", Name: "signers"}

// maySign asks for a verb on a signer by its name, or on all signers of its domain.
func maySign(w *Write, verb, signer string) bool {
	domain, _, _ := strings.Cut(signer, "/")
	return w.May(w.GetUserInfo(), verb, signers, "", signer) || w.May(w.GetUserInfo(), verb, signers, "", domain+"/*")
}

// certificateApproval judges by the old object: the signer cannot be changed on the way.
func certificateApproval(_ context.Context, w *Write) error {
	old := w.GetOldObject().(*certificatesv1.CertificateSigningRequest)
	if !maySign(w, "approve", old.Spec.SignerName) {
		return w.forbid(fmt.Errorf("user not permitted to approve requests with signerName %q", old.Spec.SignerName))
	}
	return nil
}

func certificateSigning(_ context.Context, w *Write) error {
	csr, old := w.GetObject().(*certificatesv1.CertificateSigningRequest), w.GetOldObject().(*certificatesv1.CertificateSigningRequest)
	if bytes.Equal(old.Status.Certificate, csr.Status.Certificate) && equality.Semantic.DeepEqual(old.Status.Conditions, csr.Status.Conditions) {
		return nil
	}
	if !maySign(w, "sign", old.Spec.SignerName) {
		return w.forbid(fmt.Errorf("user not permitted to sign requests with signerName %q", old.Spec.SignerName))
	}
	return nil
}

// certificateSubject keeps requests from making administrators.
func certificateSubject(_ context.Context, w *Write) error {
	csr := w.GetObject().(*certificatesv1.CertificateSigningRequest)
	if csr.Spec.SignerName != certificatesv1.KubeAPIServerClientSignerName {
		return nil
	}
	req, err := parseRequest(csr.Spec.Request)
	if err != nil {
		return w.forbid(fmt.Errorf("failed to parse CSR: %w", err))
	}
	if slices.Contains(req.Subject.Organization, user.SystemPrivilegedGroup) {
		return w.forbid(fmt.Errorf("use of %s signer with system:masters group is not allowed", csr.Spec.SignerName))
	}
	return nil
}

func parseRequest(pemBytes []byte) (*x509.CertificateRequest, error) {
	block, _ := pem.Decode(pemBytes)
	if block == nil || block.Type != "CERTIFICATE REQUEST" {
		return nil, fmt.Errorf("PEM block type must be CERTIFICATE REQUEST")
	}
	return x509.ParseCertificateRequest(block.Bytes)
}
