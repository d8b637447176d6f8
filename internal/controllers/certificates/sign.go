package certificates

import (
	"crypto/x509"
	"fmt"
	"slices"
	"time"

	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// Times of life, upstream's.
const (
	longest  = 365 * 24 * time.Hour // --cluster-signing-duration
	shortest = 10 * time.Minute
	backdate = 5 * time.Minute // for clocks that are behind
	short    = 8 * time.Hour   // below it a certificate lives as long as was asked for in spite of the backdating
)

// plan signs what has been approved.
func (sign Authority) plan(s *view.Snapshot, key api.Key, now time.Time) (p reconcile.Plan, err error) {
	r, ok := view.Get[request](s, key)
	if !ok || r.DeletionTimestamp != nil || len(r.Status.Certificate) > 0 || has(r, certificatesv1.CertificateFailed) {
		return p, nil
	}
	if approved, denied := decided(r); !approved || denied {
		return p, nil
	}
	req, err := parse(r)
	if err != nil {
		return p, err
	}
	mine, bad := judge(r.Spec.SignerName, req, r.Spec.Usages)
	if !mine {
		p.Note = "signer " + r.Spec.SignerName + " is not one of ours"
		return p, nil
	}
	if bad == nil {
		bad = req.CheckSignature()
	}
	fresh := r.DeepCopy()
	if bad != nil {
		stamp := metav1.NewTime(now)
		fresh.Status.Conditions = append(fresh.Status.Conditions, certificatesv1.CertificateSigningRequestCondition{Type: certificatesv1.CertificateFailed,
			Status: corev1.ConditionTrue, Reason: "SignerValidationFailure", Message: bad.Error(), LastUpdateTime: stamp, LastTransitionTime: stamp})
		p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "the signer's rules forbid it"))
		return p, nil
	}
	tmpl, err := template(r, req, now)
	if err != nil {
		return p, err
	}
	if fresh.Status.Certificate, err = sign(key.Cluster, tmpl); err != nil {
		return p, fmt.Errorf("certificates: signing %s: %w", r.Name, err)
	}
	p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "approved"))
	return p, nil
}

// template is the certificate but for its serial number: subject and names as asked for, no extension, and a life that
// nobody can make longer than ours.
func template(r *request, req *x509.CertificateRequest, now time.Time) (*x509.Certificate, error) {
	life := longest
	if s := r.Spec.ExpirationSeconds; s != nil {
		life = min(longest, max(shortest, time.Duration(*s)*time.Second))
	}
	end := now.Add(life)
	if life >= short {
		end = end.Add(-backdate)
	}
	t := &x509.Certificate{Subject: req.Subject, DNSNames: req.DNSNames, IPAddresses: req.IPAddresses, EmailAddresses: req.EmailAddresses, URIs: req.URIs,
		PublicKeyAlgorithm: req.PublicKeyAlgorithm, PublicKey: req.PublicKey, NotBefore: now.Add(-backdate), NotAfter: end, BasicConstraintsValid: true}
	for _, u := range r.Spec.Usages {
		switch u { // judge has let no other pass
		case certificatesv1.UsageDigitalSignature:
			t.KeyUsage |= x509.KeyUsageDigitalSignature
		case certificatesv1.UsageKeyEncipherment:
			t.KeyUsage |= x509.KeyUsageKeyEncipherment
		case certificatesv1.UsageClientAuth:
			t.ExtKeyUsage = append(t.ExtKeyUsage, x509.ExtKeyUsageClientAuth)
		case certificatesv1.UsageServerAuth:
			t.ExtKeyUsage = append(t.ExtKeyUsage, x509.ExtKeyUsageServerAuth)
		default:
			return nil, fmt.Errorf("certificates: request %s: no use %q of a key is known", r.Name, u)
		}
	}
	slices.Sort(t.ExtKeyUsage)
	t.ExtKeyUsage = slices.Compact(t.ExtKeyUsage)
	return t, nil
}
