package apiserver

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/token"
)

var errUnauthorized = apierrors.NewUnauthorized("Unauthorized")

// authenticate finds out who sends a request: by client certificate, by bearer token, or nobody in particular.
// Credentials that do not hold are refused; they do not make one anonymous.
//
// A certificate of the host's authority counts in a tenant's cluster only for system:masters: other users of the host
// are strangers there, whatever they are called.
func (s *Server) authenticate(r *http.Request, c api.Cluster) (user.Info, error) {
	cred := false
	if r.TLS != nil && len(r.TLS.PeerCertificates) > 0 && s.ClientCAs != nil {
		u, err := s.byCertificate(r)
		if err == nil && (c == api.Host || slices.Contains(u.GetGroups(), user.SystemPrivilegedGroup)) {
			return u, nil
		}
		if err != nil {
			s.Log.Debug("a client certificate was refused", "remote", r.RemoteAddr, "err", err)
		}
		cred = true
	}
	if raw := bearer(r); raw != "" {
		u, _, err := s.byToken(c, raw, []string{token.IssuerOf(c)})
		if err == nil {
			return u, nil
		}
		s.Log.Debug("a bearer token was refused", "remote", r.RemoteAddr, "err", err)
		cred = true
	}
	if cred {
		return nil, errUnauthorized
	}
	return &user.DefaultInfo{Name: user.Anonymous, Groups: []string{user.AllUnauthenticated}}, nil
}

// connIdentity is who is at the other end of a connection: certificates are verified once for each.
type connIdentity struct {
	once sync.Once
	user user.Info
	end  time.Time // of the certificate's life
	err  error
}

type connKey struct{}

func withConn(ctx context.Context, _ net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, &connIdentity{})
}

func (s *Server) byCertificate(r *http.Request) (user.Info, error) {
	id, ok := r.Context().Value(connKey{}).(*connIdentity)
	if !ok { // served by somebody else's http.Server
		id = &connIdentity{}
	}
	id.once.Do(func() { id.user, id.end, id.err = s.verify(r.TLS.PeerCertificates) })
	if id.err == nil && s.Clock().After(id.end) {
		return nil, errors.New("the certificate expired while the connection lasted")
	}
	if id.err == nil {
		s.metrics.door.certificates.Observe(id.end.Sub(s.Clock()).Seconds())
	}
	return id.user, id.err
}

func (s *Server) verify(certs []*x509.Certificate) (user.Info, time.Time, error) {
	leaf, between := certs[0], x509.NewCertPool()
	for _, c := range certs[1:] {
		between.AddCert(c)
	}
	opts := x509.VerifyOptions{Roots: s.ClientCAs, Intermediates: between, CurrentTime: s.Clock(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	if _, err := leaf.Verify(opts); err != nil {
		return nil, time.Time{}, err
	}
	if leaf.Subject.CommonName == "" {
		return nil, time.Time{}, errors.New("the certificate names no user")
	}
	sum := sha256.Sum256(leaf.Raw)
	groups := slices.Clone(leaf.Subject.Organization)
	return &user.DefaultInfo{Name: leaf.Subject.CommonName, Groups: authenticated(groups),
		Extra: map[string][]string{user.CredentialIDKey: {"X509SHA256=" + hex.EncodeToString(sum[:])}}}, leaf.NotAfter, nil
}

// authenticated adds the group of everybody who is somebody.
func authenticated(groups []string) []string {
	if slices.Contains(groups, user.AllAuthenticated) {
		return groups
	}
	return append(groups, user.AllAuthenticated)
}

// websocketToken begins the subprotocol in which browsers, which cannot set headers, send a token.
const websocketToken = "base64url.bearer.authorization.k8s.io."

// bearer returns the request's bearer token.
func bearer(r *http.Request) string {
	if h := r.Header.Get("Authorization"); h != "" {
		scheme, raw, ok := strings.Cut(strings.TrimSpace(h), " ")
		if ok && strings.EqualFold(scheme, "bearer") {
			return strings.TrimSpace(raw)
		}
		return ""
	}
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		return ""
	}
	var found string
	var keep []string
	for _, line := range r.Header.Values("Sec-Websocket-Protocol") {
		for p := range strings.SplitSeq(line, ",") {
			p = strings.TrimSpace(p)
			enc, ok := strings.CutPrefix(p, websocketToken)
			if !ok {
				keep = append(keep, p)
				continue
			}
			if raw, err := base64.RawURLEncoding.DecodeString(enc); err == nil && utf8.Valid(raw) {
				found = string(raw)
			}
		}
	}
	if found != "" {
		// The token must reach neither the node nor a log.
		r.Header.Set("Sec-Websocket-Protocol", strings.Join(keep, ","))
	}
	return found
}

// byToken checks a service account token for any of the audiences and returns its user and the audiences that it fits.
func (s *Server) byToken(c api.Cluster, raw string, audiences []string) (user.Info, []string, error) {
	if s.Tokens == nil {
		return nil, nil, token.ErrForeign
	}
	now := s.Clock()
	claims, fits, err := s.tokens.verify(s.Tokens, c, raw, audiences, now)
	if err != nil {
		return nil, nil, err
	}
	if err := claims.Alive(c, s.Objects, now); err != nil {
		return nil, nil, err
	}
	s.metrics.door.token(&claims, now)
	u := claims.User()
	return &user.DefaultInfo{Name: u.GetName(), UID: u.GetUID(), Groups: authenticated(u.GetGroups()), Extra: u.GetExtra()}, fits, nil
}

const (
	// cachedTokens bounds the verified tokens that are remembered; a signature costs 70 µs, a look-up none.
	cachedTokens = 8192
	// tokenTrust is how long a verified token is taken for granted; its bound objects are asked for every time.
	tokenTrust = 10 * time.Second
)

// tokenCache remembers tokens whose signature held.
type tokenCache struct {
	mu      sync.Mutex
	entries map[tokenKey]tokenEntry
}

type tokenKey struct {
	cluster api.Cluster
	sum     [sha256.Size]byte
}

type tokenEntry struct {
	claims    token.Claims
	audiences []string
	until     time.Time
}

func (tc *tokenCache) verify(keys *token.Keys, c api.Cluster, raw string, audiences []string, now time.Time) (token.Claims, []string, error) {
	k := tokenKey{c, sha256.Sum256([]byte(raw + "\x00" + strings.Join(audiences, "\x00")))}
	tc.mu.Lock()
	e, ok := tc.entries[k]
	tc.mu.Unlock()
	if ok && now.Before(e.until) {
		return e.claims, e.audiences, nil
	}
	claims, fits, err := keys.Verify(c, raw, audiences, now)
	if err != nil {
		return claims, nil, err
	}
	tc.mu.Lock()
	defer tc.mu.Unlock()
	if tc.entries == nil || len(tc.entries) >= cachedTokens {
		tc.entries = map[tokenKey]tokenEntry{}
	}
	tc.entries[k] = tokenEntry{claims, fits, now.Add(tokenTrust)}
	return claims, fits, nil
}
