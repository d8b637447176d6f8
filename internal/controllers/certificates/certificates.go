// Package certificates approves, signs and clears away CertificateSigningRequests of Kubernetes' own signers: clients of
// the API server, kubelets as clients, and kubelets as servers.
//
// It reads CertificateSigningRequests, and approves those of nodes whose makers RBAC lets ask for them (the rules'
// changes wake what waits). It writes their approval and status and deletes what is old. Requests for other signers are
// somebody else's; it only clears them away, as upstream does. What it signs is decided here; that it is signed, and by
// whose key, is the Authority's.
package certificates

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

type request = certificatesv1.CertificateSigningRequest

// May tells whether a user may create a subresource of certificatesigningrequests: by that name RBAC speaks of what is
// approved without a person.
type May func(c api.Cluster, u user.Info, subresource string) bool

// Authority signs with the key of a cluster's authority: a certificate in PEM form for the public key of a template, from
// which it may only take time of life. It gives it a serial number.
type Authority func(c api.Cluster, template *x509.Certificate) ([]byte, error)

func requests() api.Resource {
	return api.Resource{Group: "certificates.k8s.io", Name: "certificatesigningrequests"}
}

// Controllers are the rows of this package.
func Controllers(may May, sign Authority) []reconcile.Controller {
	rbac := func(name string) api.Resource { return api.Resource{Group: "rbac.authorization.k8s.io", Name: name} }
	self := map[api.Resource]reconcile.Trigger{requests(): reconcile.Self}
	return []reconcile.Controller{
		{
			Name: "certificatesigningrequest-approving-controller", Plan: may.approve,
			Watches: map[api.Resource]reconcile.Trigger{requests(): reconcile.Self, rbac("clusterroles"): waiting, rbac("clusterrolebindings"): waiting},
			Writes:  []string{"certificatesigningrequests.certificates.k8s.io/approval"},
		},
		{
			Name: "certificatesigningrequest-signing-controller", Plan: sign.plan, Watches: self,
			Writes: []string{"certificatesigningrequests.certificates.k8s.io/status"},
		},
		{
			Name: "certificatesigningrequest-cleaner-controller", Plan: clean, Watches: self,
			Writes: []string{"certificatesigningrequests.certificates.k8s.io:metadata.deletionTimestamp"},
		},
	}
}

// waiting wakes the requests that wait for an approval: the rules have changed.
func waiting(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	cluster := ev.Record.Key.Cluster
	for r := range view.List[request](s, api.Scope{Resource: requests(), Cluster: cluster}) {
		if len(r.Status.Conditions) == 0 {
			keys = append(keys, plan.KeyOf(cluster, requests(), r))
		}
	}
	return keys
}

// has reports whether a condition is true.
func has(r *request, t certificatesv1.RequestConditionType) bool {
	for _, c := range r.Status.Conditions {
		if c.Type == t && c.Status == corev1.ConditionTrue {
			return true
		}
	}
	return false
}

// decided reports whether somebody has approved or denied a request, whatever the status says.
func decided(r *request) (approved, denied bool) {
	for _, c := range r.Status.Conditions {
		approved = approved || c.Type == certificatesv1.CertificateApproved
		denied = denied || c.Type == certificatesv1.CertificateDenied
	}
	return approved, denied
}

// parse reads what is to be signed. Validation has refused what cannot be read.
func parse(r *request) (*x509.CertificateRequest, error) {
	block, _ := pem.Decode(r.Spec.Request)
	if block == nil || block.Type != "CERTIFICATE REQUEST" {
		return nil, fmt.Errorf("certificates: request %s: %w", r.Name, errors.New("PEM block type must be CERTIFICATE REQUEST"))
	}
	req, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("certificates: request %s: %w", r.Name, err)
	}
	return req, nil
}
