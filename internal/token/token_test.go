package token

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	jose "gopkg.in/go-jose/go-jose.v2"
	"gopkg.in/go-jose/go-jose.v2/jwt"

	"gantry.dev/gantry/internal/api"
)

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func keys(t *testing.T, k *ecdsa.PrivateKey, retired ...*ecdsa.PublicKey) *Keys {
	t.Helper()
	ks, err := NewKeys(k, retired...)
	if err != nil {
		t.Fatal(err)
	}
	return ks
}

func TestIssueAndVerify(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	old, fresh := newKey(t), newKey(t)
	ks := keys(t, old)
	bot := Claims{Namespace: "red", Account: Ref{"bot", "u1"}, Pod: &Ref{"web", "u2"}, Node: &Ref{"n1", "u3"}}
	self := []string{IssuerOf(api.Host)}
	issue := func(ks *Keys, cl api.Cluster, aud []string) string {
		raw, err := ks.Issue(cl, bot, aud, now, time.Hour, bytes.NewReader(make([]byte, 16)))
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	raw := issue(ks, api.Host, self)
	c, aud, err := ks.Verify(api.Host, raw, self, now.Add(time.Minute))
	if err != nil || !slices.Equal(aud, self) || c.Account != bot.Account || *c.Pod != *bot.Pod || c.ID == "" {
		t.Fatalf("%+v %q %v", c, aud, err)
	}
	u := c.User()
	if u.GetName() != "system:serviceaccount:red:bot" || !slices.Equal(u.GetGroups(), []string{"system:serviceaccounts", "system:serviceaccounts:red"}) ||
		!slices.Equal(u.GetExtra()["authentication.kubernetes.io/pod-name"], []string{"web"}) {
		t.Errorf("user %+v", u)
	}

	none, err := jwt.Signed(mustSigner(t, jose.HS256, []byte("0123456789abcdef0123456789abcdef"), ks.ids[0])).
		Claims(jwt.Claims{Issuer: IssuerOf(api.Host), Expiry: jwt.NewNumericDate(now.Add(time.Hour)), Audience: self}).CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(raw, ".")
	forged := strings.Replace(decode(t, parts[1]), `"bot"`, `"adm"`, 1)
	tests := []struct {
		name    string
		keys    *Keys
		cluster api.Cluster
		raw     string
		wanted  []string
		at      time.Time
		want    string
	}{
		{"expired", ks, api.Host, raw, self, now.Add(2 * time.Hour), "has expired"},
		{"early", ks, api.Host, raw, self, now.Add(-time.Hour), "not valid yet"},
		{"audience", ks, api.Host, raw, []string{"vault"}, now, "is invalid for the target audiences"},
		{"other cluster", ks, "tenant", raw, self, now, ErrForeign.Error()},
		{"foreign", ks, api.Host, "abc", self, now, ErrForeign.Error()},
		{"huge", ks, api.Host, strings.Repeat("a.", 2) + strings.Repeat("a", maxToken), self, now, ErrForeign.Error()},
		{"unknown key", keys(t, fresh), api.Host, raw, self, now, "key that is not trusted"},
		{"algorithm", ks, api.Host, none, self, now, "not trusted"},
		{"forged", ks, api.Host, parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(forged)) + "." + parts[2], self, now, "does not verify"},
	}
	for _, tt := range tests {
		if _, _, err := tt.keys.Verify(tt.cluster, tt.raw, tt.wanted, tt.at); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
	rotated := keys(t, fresh, &old.PublicKey)
	if _, _, err := rotated.Verify(api.Host, raw, self, now); err != nil {
		t.Errorf("a token of the retired key: %v", err)
	}
	tenant := issue(ks, "tenant", []string{IssuerOf("tenant")})
	if _, _, err := ks.Verify(api.Host, tenant, []string{IssuerOf("tenant")}, now); !errors.Is(err, ErrForeign) {
		t.Errorf("a tenant's token in the host: %v", err)
	}
	set, err := rotated.KeySet()
	if err != nil || strings.Count(string(set), `"kty":"EC"`) != 2 || strings.Contains(string(set), `"d":`) {
		t.Errorf("key set %s, %v", set, err)
	}
}

func decode(t *testing.T, part string) string {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func mustSigner(t *testing.T, alg jose.SignatureAlgorithm, key any, id string) jose.Signer {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: id}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type objects map[string]struct {
	uid     string
	deleted time.Time
}

func (o objects) Lookup(k api.Key) (string, time.Time, bool) {
	e, ok := o[k.String()]
	return e.uid, e.deleted, ok
}

func TestAlive(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	at := func(uid string, deleted time.Time) struct {
		uid     string
		deleted time.Time
	} {
		return struct {
			uid     string
			deleted time.Time
		}{uid, deleted}
	}
	o := objects{
		"host/serviceaccounts/red/bot": at("u1", time.Time{}), "host/serviceaccounts/red/dying": at("u1", now.Add(-time.Hour)),
		"host/pods/red/web": at("u2", time.Time{}), "host/pods/red/leaving": at("u2", now.Add(-time.Second)), "host/nodes/n1": at("u3", time.Time{}),
	}
	bot := Ref{"bot", "u1"}
	for _, tt := range []struct {
		name   string
		claims Claims
		want   string
	}{
		{"account", Claims{Account: bot}, ""},
		{"account of another life", Claims{Account: Ref{"bot", "u9"}}, "does not match claim"},
		{"no account", Claims{Account: Ref{"who", "u1"}}, "not found"},
		{"deleted account", Claims{Account: Ref{"dying", "u1"}}, "has been deleted"},
		{"pod", Claims{Account: bot, Pod: &Ref{"web", "u2"}}, ""},
		{"pod leaves", Claims{Account: bot, Pod: &Ref{"leaving", "u2"}}, ""},
		{"pod of another life", Claims{Account: bot, Pod: &Ref{"web", "u7"}}, "pod UID"},
		{"pod gone", Claims{Account: bot, Pod: &Ref{"db", "u2"}}, "invalidated"},
		{"pod on a node that is gone", Claims{Account: bot, Pod: &Ref{"web", "u2"}, Node: &Ref{"n9", "u"}}, ""},
		{"node gone", Claims{Account: bot, Node: &Ref{"n9", "u"}}, "invalidated"},
		{"node", Claims{Account: bot, Node: &Ref{"n1", "u3"}}, ""},
	} {
		tt.claims.Namespace = "red"
		err := tt.claims.Alive(api.Host, o, now)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

func FuzzVerify(f *testing.F) {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	ks, err := NewKeys(k)
	if err != nil {
		f.Fatal(err)
	}
	now := time.Unix(1_700_000_000, 0)
	good, err := ks.Issue(api.Host, Claims{Namespace: "a", Account: Ref{"b", "c"}}, []string{"x"}, now, time.Hour, rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, raw string) {
		if c, _, err := ks.Verify(api.Host, raw, []string{"x"}, now); err == nil && c.Account.Name != "b" {
			t.Fatalf("%q verifies as %+v", raw, c)
		}
	})
}
