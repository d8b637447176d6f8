package trust_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/distribution/reference"

	"gantry.dev/gantry/internal/driver/image/trust"
	"gantry.dev/gantry/internal/testimage"
)

const digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111"

func named(t *testing.T, ref string) reference.Named {
	t.Helper()
	n, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		t.Fatal(err)
	}
	return reference.TagNameOnly(n)
}

func policy(t *testing.T, text string, files map[string][]byte) *trust.Policy {
	t.Helper()
	p, err := trust.Parse([]byte(text), func(path string) ([]byte, error) {
		if b, ok := files[path]; ok {
			return b, nil
		}
		return nil, fs.ErrNotExist
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestScopes(t *testing.T) {
	const accept, reject = `[{"type":"insecureAcceptAnything"}]`, `[{"type":"reject"}]`
	p := policy(t, `{"default":`+reject+`,"transports":{"docker-daemon":{"":`+accept+`},"docker":{"reg.io":`+accept+`,"reg.io/bad":`+reject+`,"reg.io/bad/web:1":`+accept+
		`,"*.cloud.io":`+accept+`,"docker.io/library":`+accept+`}}}`, nil)
	for ref, want := range map[string]trust.Verdict{
		"reg.io/web": trust.Allowed, "reg.io/bad/web": trust.Refused, "reg.io/bad/web:1": trust.Allowed, "reg.io/badly/web": trust.Allowed,
		"eu.cloud.io/web": trust.Allowed, "a.eu.cloud.io/web": trust.Allowed, "cloud.io/web": trust.Refused,
		"busybox": trust.Allowed, "team/busybox": trust.Refused, "reg.io:5000/web": trust.Refused, "reg.io/bad/web@" + digest: trust.Refused,
	} {
		if got := p.About(named(t, ref)); got != want {
			t.Errorf("%s: %v, want %v", ref, got, want)
		}
	}
	if err := p.Check(named(t, "elsewhere.io/web"), digest, nil); !errors.Is(err, trust.ErrRefused) {
		t.Error(err)
	}
}

func TestKeys(t *testing.T) {
	ecKey, _ := testimage.NewKey(t)
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	other, _ := testimage.NewKey(t)
	for _, k := range []crypto.Signer{ecKey, edKey, rsaKey} {
		p := policy(t, `{"default":[{"type":"sigstoreSigned","keyPaths":["other","it"]}]}`, map[string][]byte{"it": testimage.PublicKey(t, k), "other": testimage.PublicKey(t, other)})
		ref := named(t, "reg.io/web:1")
		if p.About(ref) != trust.Depends {
			t.Error("it needs signatures")
		}
		text, sig := testimage.SimpleSigning(t, k, digest, "reg.io/web:1")
		if err := p.Check(ref, digest, []trust.Signature{{Payload: []byte("{}"), Bytes: sig}, {Payload: text, Bytes: sig}}); err != nil {
			t.Errorf("%T: %v", k, err)
		}
		sig[len(sig)-1] ^= 1
		if err := p.Check(ref, digest, []trust.Signature{{Payload: text, Bytes: sig}}); err == nil || !strings.Contains(err.Error(), "none of the policy's keys") {
			t.Errorf("%T: a broken signature: %v", k, err)
		}
	}
}

func TestIdentities(t *testing.T) {
	k, public := testimage.NewKey(t)
	for _, c := range []struct{ identity, ref, signed, want string }{
		{``, "reg.io/web:1", "reg.io/web:1", ""},
		{``, "reg.io/web:1", "reg.io/web", "matchRepository"},
		{``, "reg.io/web:1", "reg.io/web:2", "the policy wants"},
		{``, "reg.io/web@" + digest, "reg.io/web:7", ""},
		{``, "reg.io/web:1", "reg.io/other:1", "the image is reg.io/web:1"},
		{`{"type":"matchExact"}`, "reg.io/web@" + digest, "reg.io/web", "matchExact"},
		{`{"type":"matchRepository"}`, "reg.io/web:1", "reg.io/web", ""},
		{`{"type":"matchRepository"}`, "reg.io/web:1", "reg.io/web/more", "the image is"},
		{`{"type":"exactReference","dockerReference":"up.io/web:1"}`, "reg.io/web:3", "up.io/web:1", ""},
		{`{"type":"exactRepository","dockerRepository":"up.io/web"}`, "reg.io/web:3", "up.io/web:9", ""},
		{`{"type":"exactRepository","dockerRepository":"up.io/web"}`, "reg.io/web:3", "reg.io/web", "up.io/web"},
		{`{"type":"remapIdentity","prefix":"reg.io/mirror","signedPrefix":"up.io"}`, "reg.io/mirror/web:1", "up.io/web:1", ""},
		{`{"type":"remapIdentity","prefix":"reg.io/mirror","signedPrefix":"up.io"}`, "reg.io/mirrored/web:1", "reg.io/mirrored/web:1", ""},
		{``, "reg.io/web:1", "no name", "no name"},
	} {
		field := ""
		if c.identity != "" {
			field = `,"signedIdentity":` + c.identity
		}
		p := policy(t, fmt.Sprintf(`{"default":[{"type":"sigstoreSigned","keyData":%q%s}]}`, base64.StdEncoding.EncodeToString(public), field), nil)
		text, sig := testimage.SimpleSigning(t, k, digest, c.signed)
		err := p.Check(named(t, c.ref), digest, []trust.Signature{{Payload: text, Bytes: sig}})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %s signed as %s: %v, want %q", c.identity, c.ref, c.signed, err, c.want)
		}
		if err := p.Check(named(t, c.ref), strings.ReplaceAll(digest, "1", "2"), []trust.Signature{{Payload: text, Bytes: sig}}); err == nil || !strings.Contains(err.Error(), "the signature is for") {
			t.Errorf("another image with the same signature: %v", err)
		}
	}
}

func TestRefused(t *testing.T) {
	_, public := testimage.NewKey(t)
	for text, want := range map[string]string{
		`{`:            "EOF",
		`{}`:           "default",
		`{"defalt":1}`: "defalt",
		`{"default":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"k"}]}`:                                       "signedBy",
		`{"default":[{"type":"reject","keyPath":"k"}]}`:                                                             "keyPath",
		`{"default":[{"type":"sigstoreSigned"}]}`:                                                                   "exactly one",
		`{"default":[{"type":"sigstoreSigned","keyPath":"k","keyData":"aa=="}]}`:                                    "exactly one",
		`{"default":[{"type":"sigstoreSigned","keyPath":"none"}]}`:                                                  "not exist",
		`{"default":[{"type":"sigstoreSigned","keyPath":"bad"}]}`:                                                   "PEM",
		`{"default":[{"type":"sigstoreSigned","keyPath":"private"}]}`:                                               "PRIVATE KEY",
		`{"default":[{"type":"sigstoreSigned","keyPath":"k","rekorPublicKeyPath":"r"}]}`:                            "rekorPublicKeyPath",
		`{"default":[{"type":"sigstoreSigned","fulcio":{}}]}`:                                                       "fulcio",
		`{"default":[{"type":"sigstoreSigned","keyPath":"k","signedIdentity":{"type":"matchAll"}}]}`:                "matchAll",
		`{"default":[{"type":"sigstoreSigned","keyPath":"k","signedIdentity":{"type":"exactReference"}}]}`:          "exactReference",
		`{"default":[{"type":"reject"}],"transports":{"docker":{"reg.io":[]}}}`:                                     `["reg.io"]`,
		`{"default":[{"type":"sigstoreSigned","keyPath":"k","signedIdentity":{"type":"matchExact","prefix":"a"}}]}`: "does not have",
	} {
		_, err := trust.Parse([]byte(text), func(path string) ([]byte, error) {
			switch path {
			case "k":
				return public, nil
			case "bad":
				return []byte("key"), nil
			case "private":
				return []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), nil
			}
			return nil, fs.ErrNotExist
		})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want the words %q", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"default":[{"type":"sigstoreSigned","keyPath":"k","signedIdentity":{"type":"matchExact"}}],"transports":{"docker":{"":[{"type":"reject"}]}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		_, _ = trust.Parse(text, func(string) ([]byte, error) { return text, nil })
	})
}
