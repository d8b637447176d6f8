package certificates

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/view/viewtest"
)

const (
	clientKubelet = certificatesv1.KubeAPIServerClientKubeletSignerName
	serving       = certificatesv1.KubeletServingSignerName
	apiClients    = certificatesv1.KubeAPIServerClientSignerName
)

// bench is a key, an authority and the rules of a test.
type bench struct {
	t    *testing.T
	key  *ecdsa.PrivateKey
	may  map[string]string // user: subresource
	seen *x509.Certificate
}

func newBench(t *testing.T) *bench {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &bench{t: t, key: key, may: map[string]string{}}
}

func (b *bench) rows() (rows struct{ approve, sign, clean func(*viewtest.World) }) {
	ctls := Controllers(func(_ api.Cluster, u user.Info, sub string) bool { return b.may[u.GetName()] == sub },
		func(_ api.Cluster, tmpl *x509.Certificate) ([]byte, error) {
			b.seen = tmpl
			t := *tmpl
			t.SerialNumber = big.NewInt(1)
			der, err := x509.CreateCertificate(rand.Reader, &t, &t, t.PublicKey, b.key)
			return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), err
		})
	run := func(i int) func(*viewtest.World) {
		return func(w *viewtest.World) { w.Plan(ctls[i], api.Key{Resource: requests(), Cluster: api.Host, Name: "r"}) }
	}
	rows.approve, rows.sign, rows.clean = run(0), run(1), run(2)
	return rows
}

// asks is a request in words: maker, common name, organization, then names and uses.
func (b *bench) asks(signer, maker, cn, org string, more ...string) *request {
	tmpl := &x509.CertificateRequest{Subject: pkix.Name{CommonName: cn, Organization: []string{org}}}
	r := &request{ObjectMeta: metav1.ObjectMeta{Name: "r", CreationTimestamp: metav1.NewTime(viewtest.Epoch)}}
	r.Spec.SignerName, r.Spec.Username = signer, maker
	for _, m := range more {
		switch k, v, _ := strings.Cut(m, "="); k {
		case "dns":
			tmpl.DNSNames = append(tmpl.DNSNames, v)
		case "ip":
			tmpl.IPAddresses = append(tmpl.IPAddresses, net.ParseIP(v))
		default:
			r.Spec.Usages = append(r.Spec.Usages, certificatesv1.KeyUsage(m))
		}
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, tmpl, b.key)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Spec.Request = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})
	return r
}

func now(w *viewtest.World) *request { return viewtest.Get[request](w, requests(), "", "r") }

// text is the outcome of a request.
func text(r *request) string {
	var out []string
	for _, c := range r.Status.Conditions {
		out = append(out, string(c.Type)+" "+c.Reason+": "+c.Message)
	}
	if len(r.Status.Certificate) > 0 {
		out = append(out, "issued")
	}
	return strings.Join(out, "; ")
}

func TestApproval(t *testing.T) {
	const sig, enc, client = "digital signature", "key encipherment", "client auth"
	for _, tc := range []struct {
		name, maker, cn, org string
		more                 []string
		want                 string
	}{
		{"a node joins", "bootstrap", "system:node:n1", "system:nodes", []string{sig, client}, "Approved AutoApproved: Auto approving kubelet client certificate after SubjectAccessReview."},
		{"a node renews", "system:node:n1", "system:node:n1", "system:nodes", []string{sig, enc, client}, "Approved AutoApproved: Auto approving self kubelet client certificate after SubjectAccessReview."},
		{"a node asks for another", "system:node:n1", "system:node:n2", "system:nodes", []string{sig, client}, ""},
		{"somebody without permission", "eve", "system:node:n1", "system:nodes", []string{sig, client}, ""},
		{"not a node's name", "bootstrap", "admin", "system:nodes", []string{sig, client}, ""},
		{"not a node's group", "bootstrap", "system:node:n1", "system:masters", []string{sig, client}, ""},
		{"a server's use", "bootstrap", "system:node:n1", "system:nodes", []string{sig, "server auth"}, ""},
		{"with other names", "bootstrap", "system:node:n1", "system:nodes", []string{sig, client, "dns=a"}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := newBench(t)
			b.may = map[string]string{"bootstrap": "nodeclient", "system:node:n1": "selfnodeclient"}
			w := viewtest.New(t)
			w.Put(b.asks(clientKubelet, tc.maker, tc.cn, tc.org, tc.more...))
			b.rows().approve(w)
			b.rows().approve(w)
			if got := text(now(w)); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestServingRequestsWaitForAPerson(t *testing.T) {
	b := newBench(t)
	b.may["system:node:n1"] = "selfnodeclient"
	w := viewtest.New(t)
	w.Put(b.asks(serving, "system:node:n1", "system:node:n1", "system:nodes", "digital signature", "server auth", "dns=n1"))
	b.rows().approve(w)
	b.rows().sign(w)
	if got := text(now(w)); got != "" {
		t.Errorf("got %q", got)
	}
}

func approved(w *viewtest.World, r *request) {
	r.Status.Conditions = append(r.Status.Conditions, certificatesv1.CertificateSigningRequestCondition{Type: certificatesv1.CertificateApproved,
		Status: corev1.ConditionTrue, Reason: "ByHand", LastUpdateTime: metav1.NewTime(w.Now)})
	w.Put(r)
}

func TestSigning(t *testing.T) {
	const sig, client, server = "digital signature", "client auth", "server auth"
	for _, tc := range []struct {
		name, signer, cn, org string
		more                  []string
		want                  string
	}{
		{"client", apiClients, "eve", "dev", []string{sig, client}, "issued"},
		{"client without the use", apiClients, "eve", "dev", []string{sig}, "Failed SignerValidationFailure: missing required usage for client certificate: client auth"},
		{"client that would be an authority", apiClients, "eve", "dev", []string{client, "cert sign"}, "Failed SignerValidationFailure: invalid usage for client certificate: cert sign"},
		{"kubelet", clientKubelet, "system:node:n", "system:nodes", []string{sig, client}, "issued"},
		{"kubelet of no group", clientKubelet, "system:node:n", "x", []string{sig, client}, "Failed SignerValidationFailure: subject organization is not system:nodes"},
		{"kubelet with addresses", clientKubelet, "system:node:n", "system:nodes", []string{sig, client, "ip=10.0.0.1"}, "Failed SignerValidationFailure: IP subjectAltNames are not allowed"},
		{"serving", serving, "system:node:n", "system:nodes", []string{sig, server, "dns=n", "ip=10.0.0.1"}, "issued"},
		{"serving nothing", serving, "system:node:n", "system:nodes", []string{sig, server}, "Failed SignerValidationFailure: DNS or IP subjectAltName is required"},
		{"serving as a client", serving, "system:node:n", "system:nodes", []string{sig, client, "dns=n"}, "Failed SignerValidationFailure: usages did not match [digital signature key encipherment server auth]"},
		{"serving under a wrong name", serving, "n", "system:nodes", []string{sig, server, "dns=n"}, "Failed SignerValidationFailure: subject common name does not begin with system:node:"},
		{"a stranger's signer", "example.com/s", "x", "y", []string{client}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := newBench(t)
			w := viewtest.New(t)
			approved(w, b.asks(tc.signer, "u", tc.cn, tc.org, tc.more...))
			b.rows().sign(w)
			b.rows().sign(w)
			want := strings.TrimSuffix("Approved ByHand: ; "+tc.want, "; ")
			if got := text(now(w)); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// Nobody is signed for who has not been approved, or has been denied as well.
func TestNotWithoutApproval(t *testing.T) {
	b := newBench(t)
	w := viewtest.New(t)
	r := b.asks(apiClients, "u", "eve", "dev", "client auth")
	w.Put(r)
	b.rows().sign(w)
	r.Status.Conditions = append(r.Status.Conditions, certificatesv1.CertificateSigningRequestCondition{Type: certificatesv1.CertificateDenied, Status: corev1.ConditionTrue})
	approved(w, r)
	b.rows().sign(w)
	if b.seen != nil {
		t.Error("signed")
	}
}

func TestLife(t *testing.T) {
	for asked, want := range map[int32]time.Duration{0: 365*24*time.Hour - 5*time.Minute, 60: 10 * time.Minute, 3600: time.Hour,
		9 * 3600: 9*time.Hour - 5*time.Minute, 1 << 30: 365*24*time.Hour - 5*time.Minute} {
		b := newBench(t)
		w := viewtest.New(t)
		r := b.asks(apiClients, "u", "eve", "dev", "client auth")
		if asked > 0 {
			r.Spec.ExpirationSeconds = &asked
		}
		approved(w, r)
		b.rows().sign(w)
		if got := b.seen.NotAfter.Sub(w.Now); got != want || !b.seen.NotBefore.Equal(w.Now.Add(-5*time.Minute)) || b.seen.IsCA {
			t.Errorf("asked for %d s: got %s from %s, want %s", asked, got, b.seen.NotBefore, want)
		}
	}
}

func TestCleaning(t *testing.T) {
	for _, tc := range []struct {
		name string
		make func(b *bench, w *viewtest.World, r *request)
		want time.Duration
	}{
		{"waiting", func(_ *bench, w *viewtest.World, r *request) { w.Put(r) }, 24 * time.Hour},
		{"denied", func(_ *bench, w *viewtest.World, r *request) {
			r.Status.Conditions = []certificatesv1.CertificateSigningRequestCondition{{Type: certificatesv1.CertificateDenied, Status: corev1.ConditionTrue, LastUpdateTime: metav1.NewTime(w.Now)}}
			w.Put(r)
		}, time.Hour},
		{"approved for a stranger", func(_ *bench, w *viewtest.World, r *request) { approved(w, r) }, 24 * time.Hour},
		{"issued", func(b *bench, w *viewtest.World, r *request) { approved(w, r); b.rows().sign(w) }, time.Hour},
		{"issued for a short time", func(b *bench, w *viewtest.World, r *request) {
			short := int32(600)
			r.Spec.ExpirationSeconds = &short
			approved(w, r)
			b.rows().sign(w)
		}, 10 * time.Minute},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := newBench(t)
			w := viewtest.New(t)
			tc.make(b, w, b.asks(apiClients, "u", "eve", "dev", "client auth"))
			w.Now = viewtest.Epoch.Add(tc.want - time.Second)
			b.rows().clean(w)
			if len(viewtest.All[request](w, requests())) != 1 {
				t.Fatal("gone too early")
			}
			w.Now = viewtest.Epoch.Add(tc.want)
			b.rows().clean(w)
			if len(viewtest.All[request](w, requests())) != 0 {
				t.Error("still there")
			}
		})
	}
}
