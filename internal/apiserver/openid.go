package apiserver

import (
	"context"
	"crypto/rand"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/token"
)

// openID answers with the OIDC provider configuration, from which others learn to check our tokens.
func (s *Server) openID(c *call) error {
	if s.Tokens == nil {
		return errNoPath
	}
	c.w.Header()["Cache-Control"] = []string{"public, max-age=3600"}
	prefix := ""
	if c.cluster != api.Host {
		prefix = clusterPrefix + string(c.cluster)
	}
	c.w.Header().Set("Content-Type", mediaJSON)
	s.sendBytes(c, s.Tokens.Discovery(c.cluster, s.URL+prefix+"/openid/v1/jwks"))
	return nil
}

func (s *Server) keySet(c *call) error {
	if s.Tokens == nil {
		return errNoPath
	}
	set, err := s.Tokens.KeySet()
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/jwk-set+json")
	s.sendBytes(c, set)
	return nil
}

// TokenIssuer signs the tokens that the registry grants. It implements registry.TokenIssuer.
type TokenIssuer struct {
	Keys  *token.Keys
	Clock client.Clock
}

var _ registry.TokenIssuer = TokenIssuer{}

// Issue implements registry.TokenIssuer.
func (i TokenIssuer) Issue(_ context.Context, c api.Cluster, sa types.NamespacedName, uid types.UID, bound *registry.Bound, tr *authenticationv1.TokenRequest) error {
	claims := token.Claims{Namespace: sa.Namespace, Account: token.Ref{Name: sa.Name, UID: string(uid)}}
	if bound != nil {
		ref := &token.Ref{Name: bound.Name, UID: string(bound.UID)}
		switch bound.Kind {
		case "Pod":
			claims.Pod = ref
			if bound.Node != nil {
				claims.Node = &token.Ref{Name: bound.Node.Name, UID: string(bound.Node.UID)}
			}
		case "Secret":
			claims.Secret = ref
		case "Node":
			claims.Node = ref
		}
	}
	if len(tr.Spec.Audiences) == 0 {
		tr.Spec.Audiences = []string{token.IssuerOf(c)}
	}
	now, life := i.Clock(), time.Duration(*tr.Spec.ExpirationSeconds)*time.Second
	raw, err := i.Keys.Issue(c, claims, tr.Spec.Audiences, now, life, rand.Reader)
	if err != nil {
		return err
	}
	tr.Status = authenticationv1.TokenRequestStatus{Token: raw, ExpirationTimestamp: metav1.NewTime(now.Add(life).Truncate(time.Second))}
	return nil
}

// BoundObjects answers what tokens are bound to, from the store. It implements token.Objects.
type BoundObjects struct {
	Law   *schema.Schema
	Store store.Store
}

var _ token.Objects = BoundObjects{}

// Lookup implements token.Objects.
func (b BoundObjects) Lookup(key api.Key) (uid string, deleted time.Time, ok bool) {
	k, rec := b.Law.Kind(key.Resource), b.Store.Get(key)
	if k == nil || rec == nil {
		return "", time.Time{}, false
	}
	m, err := b.Law.Meta(k, rec)
	if err != nil { // what cannot be read cannot vouch for anybody
		return "", time.Time{}, false
	}
	if m.DeletionTimestamp != nil {
		deleted = m.DeletionTimestamp.Time
	}
	return string(m.UID), deleted, true
}
