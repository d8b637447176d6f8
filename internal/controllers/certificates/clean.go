package certificates

import (
	"crypto/x509"
	"encoding/pem"
	"time"

	certificatesv1 "k8s.io/api/certificates/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// How long requests are kept, upstream's figures. Upstream looks once an hour; here each has its moment.
const (
	keepAnswered = time.Hour
	keepWaiting  = 24 * time.Hour
)

// clean deletes what has had its answer, or has waited too long for one.
func clean(s *view.Snapshot, key api.Key, now time.Time) (p reconcile.Plan, err error) {
	r, ok := view.Get[request](s, key)
	if !ok || r.DeletionTimestamp != nil {
		return p, nil
	}
	at, why := end(r)
	if now.Before(at) {
		p.Again = at
		return p, nil
	}
	if !at.IsZero() {
		p.Writes = append(p.Writes, plan.DeleteUnchanged(key, r, why))
	}
	return p, nil
}

// end is when a request goes, and why; zero for never.
func end(r *request) (at time.Time, why string) {
	if len(r.Status.Conditions) == 0 {
		return r.CreationTimestamp.Add(keepWaiting), "nobody has answered it"
	}
	take := func(t time.Time, reason string) {
		if at.IsZero() || t.Before(at) {
			at, why = t, reason
		}
	}
	for _, c := range r.Status.Conditions {
		issued := len(r.Status.Certificate) > 0
		switch {
		case c.LastUpdateTime.IsZero():
		case c.Type == certificatesv1.CertificateDenied:
			take(c.LastUpdateTime.Add(keepAnswered), "denied")
		case c.Type == certificatesv1.CertificateFailed:
			take(c.LastUpdateTime.Add(keepAnswered), "failed")
		case c.Type == certificatesv1.CertificateApproved && issued:
			take(c.LastUpdateTime.Add(keepAnswered), "issued")
		case c.Type == certificatesv1.CertificateApproved:
			take(c.LastUpdateTime.Add(keepWaiting), "approved, and nobody has signed it")
		}
		if c.Type == certificatesv1.CertificateApproved && issued {
			if t := expiry(r.Status.Certificate); !t.IsZero() {
				take(t, "expired")
			}
		}
	}
	return at, why
}

func expiry(raw []byte) time.Time {
	block, _ := pem.Decode(raw)
	if block == nil {
		return time.Time{}
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return time.Time{} // another signer's; its age decides
	}
	return cert.NotAfter
}
