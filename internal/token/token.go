// Package token makes and checks service account tokens: JSON web tokens, signed with ECDSA P-256, bound to an audience,
// a lifetime and, if wanted, to a pod, secret or node whose end is also the token's end.
//
// It is pure: keys, time and chance come in as arguments, and what still exists is asked through the Objects port. The
// claims are those of kube-apiserver, so that OIDC verifiers outside accept them. A token is good in one cluster only:
// the cluster is part of the issuer.
package token

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	jose "gopkg.in/go-jose/go-jose.v2"
	"gopkg.in/go-jose/go-jose.v2/jwt"

	"gantry.dev/gantry/internal/api"
)

// HostIssuer is the issuer of the host cluster's tokens; tenants have theirs below it.
const HostIssuer = "https://kubernetes.default.svc.cluster.local"

// IssuerOf returns the issuer of a cluster's tokens, which is also the audience of its API server.
func IssuerOf(c api.Cluster) string {
	if c == api.Host {
		return HostIssuer
	}
	return HostIssuer + "/clusters/" + string(c)
}

// Ref names an object by name and identity.
type Ref struct {
	Name string `json:"name,omitempty"`
	UID  string `json:"uid,omitempty"`
}

// Claims are what a token says about its bearer. Pod, Secret and Node are nil where the token is not bound to one; with
// a Pod, Node says where it runs and binds nothing.
type Claims struct {
	Namespace string           `json:"namespace,omitempty"`
	Account   Ref              `json:"serviceaccount,omitzero"`
	Pod       *Ref             `json:"pod,omitempty"`
	Secret    *Ref             `json:"secret,omitempty"`
	Node      *Ref             `json:"node,omitempty"`
	WarnAfter *jwt.NumericDate `json:"warnafter,omitempty"`

	// ID is the token's own identity (jti); Issue sets it.
	ID string `json:"-"`
}

type privateClaims struct {
	Kubernetes *Claims `json:"kubernetes.io,omitempty"`
}

// Keys signs with one key and trusts it and the keys before it. It is immutable.
type Keys struct {
	signer  jose.Signer
	trusted map[string]*ecdsa.PublicKey // by key id
	ids     []string                    // in the order given
}

// NewKeys makes Keys. retired are public keys whose tokens are still honoured until they expire.
func NewKeys(key *ecdsa.PrivateKey, retired ...*ecdsa.PublicKey) (*Keys, error) {
	k := &Keys{trusted: map[string]*ecdsa.PublicKey{}}
	for _, pub := range append([]*ecdsa.PublicKey{&key.PublicKey}, retired...) {
		if pub.Curve != elliptic.P256() {
			return nil, fmt.Errorf("token: the signing key is on curve %s, want P-256", pub.Curve.Params().Name)
		}
		id, err := keyID(pub)
		if err != nil {
			return nil, err
		}
		if k.trusted[id] == nil {
			k.trusted[id], k.ids = pub, append(k.ids, id)
		}
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256,
		Key: jose.JSONWebKey{Key: key, KeyID: k.ids[0], Algorithm: string(jose.ES256)}}, nil)
	if err != nil {
		return nil, fmt.Errorf("token: preparing the signing key: %w", err)
	}
	k.signer = signer
	return k, nil
}

// keyID is upstream's: the hash of the public key.
func keyID(pub *ecdsa.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return "", fmt.Errorf("token: encoding a public key: %w", err)
	}
	sum := sha256.Sum256(der)
	return base64.RawURLEncoding.EncodeToString(sum[:]), nil
}

// Issue signs a token for a service account of a cluster. chance is read for the token's id.
func (k *Keys) Issue(cl api.Cluster, c Claims, audiences []string, now time.Time, lifetime time.Duration, chance io.Reader) (string, error) {
	id, err := newID(chance)
	if err != nil {
		return "", fmt.Errorf("token: making an id: %w", err)
	}
	public := jwt.Claims{
		ID: id, Issuer: IssuerOf(cl), Subject: "system:serviceaccount:" + c.Namespace + ":" + c.Account.Name, Audience: audiences,
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(lifetime)),
	}
	out, err := jwt.Signed(k.signer).Claims(public).Claims(privateClaims{&c}).CompactSerialize()
	if err != nil {
		return "", fmt.Errorf("token: signing for service account %s/%s: %w", c.Namespace, c.Account.Name, err)
	}
	return out, nil
}

// newID makes a version 4 UUID.
func newID(chance io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(chance, b[:]); err != nil {
		return "", err
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}

// ErrForeign says that a bearer token is not one of ours at all: another authenticator may know it.
var ErrForeign = errors.New("token: not a service account token of this cluster")

// maxToken bounds what is parsed; ours have about 1 KiB.
const maxToken = 16 << 10

// Verify checks signature, issuer, lifetime and audience, and returns the claims and the audiences out of wanted that
// the token is for. It does not check that the bound objects still exist: see Claims.Alive.
func (k *Keys) Verify(cl api.Cluster, raw string, wanted []string, now time.Time) (Claims, []string, error) {
	if len(raw) > maxToken || strings.Count(raw, ".") != 2 {
		return Claims{}, nil, ErrForeign
	}
	parsed, err := jwt.ParseSigned(raw)
	if err != nil || len(parsed.Headers) != 1 {
		return Claims{}, nil, ErrForeign
	}
	var public jwt.Claims
	if err := parsed.UnsafeClaimsWithoutVerification(&public); err != nil || public.Issuer != IssuerOf(cl) {
		return Claims{}, nil, ErrForeign
	}
	head := parsed.Headers[0]
	key := k.trusted[head.KeyID]
	if key == nil || head.Algorithm != string(jose.ES256) {
		return Claims{}, nil, errors.New("invalid bearer token: signed with a key that is not trusted")
	}
	var private privateClaims
	if err := parsed.Claims(key, &public, &private); err != nil {
		return Claims{}, nil, errors.New("invalid bearer token: the signature does not verify")
	}
	switch err := public.Validate(jwt.Expected{Time: now}); {
	case err == nil && public.Expiry != nil:
	case errors.Is(err, jwt.ErrExpired):
		return Claims{}, nil, errors.New("service account token has expired")
	case errors.Is(err, jwt.ErrNotValidYet):
		return Claims{}, nil, errors.New("service account token is not valid yet")
	case errors.Is(err, jwt.ErrIssuedInTheFuture):
		return Claims{}, nil, errors.New("service account token is issued in the future")
	default:
		return Claims{}, nil, errors.New("service account token claims could not be validated")
	}
	var audiences []string
	for _, w := range wanted {
		if slices.Contains(public.Audience, w) {
			audiences = append(audiences, w)
		}
	}
	if len(audiences) == 0 {
		return Claims{}, nil, fmt.Errorf("token audiences %q is invalid for the target audiences %q", []string(public.Audience), wanted)
	}
	c := private.Kubernetes
	if c == nil || public.Subject != "system:serviceaccount:"+c.Namespace+":"+c.Account.Name {
		return Claims{}, nil, errors.New("service account token has no service account claims that fit its subject")
	}
	c.ID = public.ID
	return *c, audiences, nil
}

// Discovery is the OIDC provider configuration of a cluster; jwks is the URL at which KeySet is served.
func (k *Keys) Discovery(cl api.Cluster, jwks string) []byte {
	doc, err := json.Marshal(struct {
		Issuer        string   `json:"issuer"`
		JWKSURI       string   `json:"jwks_uri"`
		ResponseTypes []string `json:"response_types_supported"`
		SubjectTypes  []string `json:"subject_types_supported"`
		SigningAlgs   []string `json:"id_token_signing_alg_values_supported"`
	}{IssuerOf(cl), jwks, []string{"id_token"}, []string{"public"}, []string{string(jose.ES256)}})
	if err != nil {
		panic("token: strings do not encode: " + err.Error())
	}
	return doc
}

// KeySet is the JSON web key set of all trusted keys.
func (k *Keys) KeySet() ([]byte, error) {
	var set jose.JSONWebKeySet
	for _, id := range k.ids {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: k.trusted[id], KeyID: id, Algorithm: string(jose.ES256), Use: "sig"})
	}
	out, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("token: encoding the key set: %w", err)
	}
	return out, nil
}
