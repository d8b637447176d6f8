package app

import (
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"net/netip"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan/ipam"
	"gantry.dev/gantry/internal/token"
)

// This file is what controllers may ask of the instance's keys, rules and addresses.

// mayAskForCertificate implements certificates.May.
func (s *Server) mayAskForCertificate(c api.Cluster, u user.Info, subresource string) bool {
	ok, _ := s.access(c, authorizer.AttributesRecord{User: u, Verb: "create", APIGroup: "certificates.k8s.io", APIVersion: "*",
		Resource: "certificatesigningrequests", Subresource: subresource, ResourceRequest: true})
	return ok
}

// signCertificate implements certificates.Authority: all clusters of an instance have its authority.
func (s *Server) signCertificate(_ api.Cluster, template *x509.Certificate) ([]byte, error) {
	return s.pki.SignFor(template)
}

// secretTokenLife is longer than any cluster's: a token in a Secret ends with the Secret.
const secretTokenLife = 100 * 365 * 24 * time.Hour

// longToken implements tokens.Ports.
func (s *Server) longToken(c api.Cluster, account *corev1.ServiceAccount, secret *corev1.Secret, now time.Time) (string, error) {
	claims := token.Claims{Namespace: account.Namespace, Account: token.Ref{Name: account.Name, UID: string(account.UID)},
		Secret: &token.Ref{Name: secret.Name, UID: string(secret.UID)}}
	return s.keys.Issue(c, claims, []string{token.IssuerOf(c)}, now, secretTokenLife, rand.Reader)
}

// balancerPool implements loadbalancer.Pools: the addresses are this machine's, so the host cluster has them.
func (s *Server) balancerPool(c api.Cluster) ipam.Pool {
	if c != api.Host {
		return nil
	}
	return s.pool
}

// parsePool reads --load-balancer-pool and refuses what would take addresses that have another meaning here.
func parsePool(texts []string, in Instance) (pool ipam.Pool, err error) {
	for _, t := range texts {
		p, err := netip.ParsePrefix(t)
		switch {
		case err != nil:
			return nil, fmt.Errorf("--load-balancer-pool %q: want a range like 192.168.10.64/27", t)
		case p.Addr().Is6() && !in.NodeAddress6.IsValid():
			return nil, fmt.Errorf("--load-balancer-pool %s: without --dual-stack only IPv4 addresses are forwarded", t)
		}
		for _, f := range in.links() {
			if p.Overlaps(f.PodCIDR) || p.Overlaps(f.ServiceCIDR) || p.Contains(f.NodeAddress) {
				return nil, fmt.Errorf("--load-balancer-pool %s overlaps the instance's pods %s, services %s or node address %s", t, f.PodCIDR, f.ServiceCIDR, f.NodeAddress)
			}
		}
		for _, o := range pool {
			if o.Overlaps(p) {
				return nil, fmt.Errorf("--load-balancer-pool %s overlaps %s", t, o)
			}
		}
		pool = append(pool, p.Masked())
	}
	return pool, nil
}
