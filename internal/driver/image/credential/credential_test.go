package credential_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/driver/image/credential"
)

const header = "apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\nproviders:\n"

// world is a directory with programs that note what they were asked.
type world struct {
	*testing.T
	dir string
}

func (w world) program(name, answer string) {
	w.Helper()
	text := fmt.Sprintf("#!/bin/sh\ncat >> %s/asked\necho >> %s/asked\ncat <<EOF\n%s\nEOF\n", w.dir, w.dir, answer)
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o700); err != nil {
		w.Fatal(err)
	}
}

func (w world) load(config string) (*credential.Providers, error) {
	w.Helper()
	file := filepath.Join(w.dir, "config.yaml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		w.Fatal(err)
	}
	return credential.Load(file, w.dir)
}

func (w world) asked() []string {
	b, err := os.ReadFile(filepath.Join(w.dir, "asked"))
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimSpace(string(b)), "\n")
}

// pod has a service account of which the token is its audience and a number.
type pod struct {
	account *corev1.ServiceAccount
	token   string
}

func (p pod) Account(context.Context) (*corev1.ServiceAccount, error) { return p.account, nil }
func (p pod) Token(_ context.Context, audience string) (string, error) {
	return audience + "-" + p.token, nil
}

func answer(key, duration, password string) string {
	return fmt.Sprintf(`{"apiVersion":"credentialprovider.kubelet.k8s.io/v1","kind":"CredentialProviderResponse","cacheKeyType":%q,"cacheDuration":%q,"auth":{"reg.io":{"username":"u","password":%q}}}`, key, duration, password)
}

func one(name, more string) string {
	return header + fmt.Sprintf("- {name: %s, apiVersion: credentialprovider.kubelet.k8s.io/v1, matchImages: [reg.io, \"*.cloud.io/team\"], defaultCacheDuration: 1m%s}\n", name, more)
}

func TestAsk(t *testing.T) {
	for _, c := range []struct {
		key, duration string
		refs          []string
		want          int // times asked
	}{
		{"Image", "1h", []string{"reg.io/a:1", "reg.io/a:2", "reg.io/b"}, 2},
		{"Registry", "1h", []string{"reg.io/a", "reg.io/b", "eu.cloud.io/team/x"}, 2},
		{"Global", "1h", []string{"reg.io/a", "eu.cloud.io/team/x"}, 1},
		{"Global", "0s", []string{"reg.io/a", "reg.io/a"}, 2},
		{"Image", "1h", []string{"busybox", "reg.io:5000/a", "eu.cloud.io/other/x", "a.eu.cloud.io/team/x"}, 0},
	} {
		w := world{t, t.TempDir()}
		w.program("helper", answer(c.key, c.duration, "$SECRET-$1"))
		p, err := w.load(one("helper", ", args: [arg], env: [{name: SECRET, value: s}]"))
		if err != nil {
			t.Fatal(err)
		}
		for _, ref := range c.refs {
			auths, err := p.For(t.Context(), ref, pod{})
			if err != nil {
				t.Fatal(err)
			}
			if c.want > 0 && (len(auths) != 1 || auths[0].Password != "s-arg" || auths[0].Registry != "reg.io" || auths[0].Username != "u") || c.want == 0 && len(auths) > 0 {
				t.Errorf("%s: %+v", ref, auths)
			}
		}
		if got := w.asked(); len(got) != c.want || c.want > 0 && !strings.Contains(got[0], `"image":"reg.io/a"`) {
			t.Errorf("%s, %s, %v: asked %q, want %d times", c.key, c.duration, c.refs, got, c.want)
		}
	}
}

func TestServiceAccounts(t *testing.T) {
	const attributes = ", tokenAttributes: {serviceAccountTokenAudience: aud, cacheType: %s, requireServiceAccount: true, requiredServiceAccountAnnotationKeys: [needed], optionalServiceAccountAnnotationKeys: [more]}"
	account := func(name string, annotations map[string]string) *corev1.ServiceAccount {
		return &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: name, UID: "1", Annotations: annotations}}
	}
	has := map[string]string{"needed": "1", "else": "2"}
	for _, c := range []struct {
		cache string
		pods  []pod
		want  int
	}{
		{"ServiceAccount", []pod{{account("a", has), "1"}, {account("a", has), "2"}, {account("b", has), "1"}}, 2},
		{"Token", []pod{{account("a", has), "1"}, {account("a", has), "2"}, {account("a", has), "1"}}, 2},
		{"Token", []pod{{}, {account("a", nil), "1"}}, 0},
	} {
		w := world{t, t.TempDir()}
		w.program("helper", answer("Image", "1h", "p"))
		p, err := w.load(one("helper", fmt.Sprintf(attributes, c.cache)))
		if err != nil {
			t.Fatal(err)
		}
		for _, pod := range c.pods {
			if auths, err := p.For(t.Context(), "reg.io/a", pod); err != nil || len(auths) != min(c.want, 1) {
				t.Errorf("%v: %v, %v", pod, auths, err)
			}
		}
		got := w.asked()
		if len(got) != c.want || c.want > 0 && (!strings.Contains(got[0], `"serviceAccountToken":"aud-1"`) || !strings.Contains(got[0], `"serviceAccountAnnotations":{"needed":"1"}`)) {
			t.Errorf("%s: asked %q, want %d times", c.cache, got, c.want)
		}
	}
	w := world{t, t.TempDir()}
	w.program("echo", answer("Image", "1h", "aud-1"))
	p, err := w.load(one("echo", fmt.Sprintf(attributes, "ServiceAccount")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.For(t.Context(), "reg.io/a", pod{account("a", has), "1"}); err == nil || !strings.Contains(err.Error(), "cacheType Token") {
		t.Errorf("a token as password that is shared: %v", err)
	}
}

func TestBadPrograms(t *testing.T) {
	for name, c := range map[string]struct{ answer, want string }{
		"words":   {"hello $TOKEN", "cannot be read"},
		"version": {strings.Replace(answer("Image", "1h", "p"), "k8s.io/v1", "k8s.io/v1beta1", 1), "v1beta1"},
		"key":     {answer("Pod", "1h", "p"), "cacheKeyType"},
		"fails":   {"EOF\necho broken >&2; exit 3\n<<EOF", "broken"},
	} {
		w := world{t, t.TempDir()}
		w.program(name, c.answer)
		p, err := w.load(one(name, ""))
		if err != nil {
			t.Fatal(err)
		}
		if auths, err := p.For(t.Context(), "reg.io/a", pod{}); err == nil || !strings.Contains(err.Error(), c.want) || len(auths) > 0 {
			t.Errorf("%s: %v, %v, want the words %q", name, auths, err, c.want)
		}
	}
}

func TestRefused(t *testing.T) {
	w := world{t, t.TempDir()}
	w.program("helper", "")
	for config, want := range map[string]string{
		"kind: X":                              "CredentialProviderConfig",
		header:                                 "at least one",
		one("helper", ", tokenAttributs: {}"):  "tokenAttributs",
		one("none", ""):                        "none",
		one("../helper", ""):                   ".name",
		one("helper", ", tokenAttributes: {}"): "serviceAccountTokenAudience",
		one("helper", "") + one("helper", "")[len(header):]:                                 "two of the name",
		strings.Replace(one("helper", ""), "credentialprovider.kubelet.k8s.io/v1", "v7", 1): "providers[0].apiVersion",
		strings.Replace(one("helper", ""), "reg.io, \"*.cloud.io/team\"", "", 1):            "matchImages",
		strings.Replace(one("helper", ""), ", defaultCacheDuration: 1m", "", 1):             "defaultCacheDuration",
	} {
		if _, err := w.load(config); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want the words %q", config, err, want)
		}
	}
	if _, err := credential.Load("x", ""); err == nil {
		t.Error("a configuration without programs is accepted")
	}
	if _, err := credential.Load("/no/such/file", "/bin"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
