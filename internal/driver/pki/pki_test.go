package pki

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func clock(t *time.Time) func() time.Time { return func() time.Time { return *t } }

func server() Leaf {
	return Leaf{CommonName: "kube-apiserver", DNSNames: []string{"localhost", "kubernetes.default.svc"}, IPs: []net.IP{net.IPv4(127, 0, 0, 1)}, Server: true}
}

func admin() Leaf {
	return Leaf{CommonName: "admin", Organizations: []string{"system:masters"}, Client: true}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestStartsAgree(t *testing.T) {
	dir, now := filepath.Join(t.TempDir(), "pki"), time.Now()
	a := must[*Authority](t)(Open(dir, clock(&now)))
	pair, cl := must[Pair](t)(a.Pair("server", server())), must[Pair](t)(a.Pair("admin", admin()))
	key, err := a.SigningKey("sa")
	if err != nil {
		t.Fatal(err)
	}
	entries := must[[]os.DirEntry](t)(os.ReadDir(dir))
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", e.Name(), info.Mode(), err)
		}
	}
	if len(entries) != 7 {
		t.Errorf("%d files, want 7", len(entries))
	}

	again := must[*Authority](t)(Open(dir, clock(&now)))
	if p := must[Pair](t)(again.Pair("server", server())); !bytes.Equal(p.CertPEM, pair.CertPEM) || !bytes.Equal(p.KeyPEM, pair.KeyPEM) {
		t.Error("the second start made another serving certificate")
	}
	if k, err := again.SigningKey("sa"); err != nil || !k.Equal(key) {
		t.Errorf("the second start has another signing key, %v", err)
	}

	cert := must[tls.Certificate](t)(tls.X509KeyPair(pair.CertPEM, pair.KeyPEM))
	if _, err := cert.Leaf.Verify(x509.VerifyOptions{Roots: again.Pool(), DNSName: "kubernetes.default.svc", CurrentTime: now}); err != nil {
		t.Error(err)
	}
	if err := cert.Leaf.VerifyHostname("127.0.0.1"); err != nil {
		t.Error(err)
	}
	clCert := must[tls.Certificate](t)(tls.X509KeyPair(cl.CertPEM, cl.KeyPEM))
	if _, err := clCert.Leaf.Verify(x509.VerifyOptions{Roots: a.Pool(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, CurrentTime: now}); err != nil {
		t.Error(err)
	}
	if _, err := clCert.Leaf.Verify(x509.VerifyOptions{Roots: a.Pool(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, CurrentTime: now}); err == nil {
		t.Error("a client certificate passes for a server's")
	}
}

func TestRenewal(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	a := must[*Authority](t)(Open(dir, clock(&now)))
	first := must[Pair](t)(a.Pair("server", server()))
	more := server()
	more.IPs = append(more.IPs, net.ParseIP("10.43.0.1"))
	second := must[Pair](t)(a.Pair("server", more))
	if bytes.Equal(first.CertPEM, second.CertPEM) || !bytes.Equal(first.KeyPEM, second.KeyPEM) {
		t.Error("a new address must make a new certificate for the same key")
	}
	now = now.Add(leafLife - renewBefore + time.Hour)
	if third := must[Pair](t)(a.Pair("server", more)); bytes.Equal(second.CertPEM, third.CertPEM) {
		t.Error("an old certificate is not renewed")
	}
	now = now.Add(caLife)
	if _, err := Open(dir, clock(&now)); err == nil || !strings.Contains(err.Error(), "expired on") {
		t.Errorf("expired authority: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, "ca.crt")); err != nil {
		t.Fatal(err)
	}
	b := must[*Authority](t)(Open(dir, clock(&now)))
	must[Pair](t)(b.Pair("server", more))
}

func TestBrokenFiles(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(dir string) error
		want  string
	}{
		{"ca.key is garbage", func(d string) error { return os.WriteFile(filepath.Join(d, "ca.key"), []byte("x"), 0o600) }, "ca.key holds no key"},
		{"ca.crt is garbage", func(d string) error { return os.WriteFile(filepath.Join(d, "ca.crt"), []byte("x"), 0o600) }, "ca.crt holds no certificate"},
		{"ca.key is gone", func(d string) error { return os.Remove(filepath.Join(d, "ca.key")) }, "ca.key is missing"},
		{"ca.crt is another's", func(d string) error { return copyFile(d, "server.crt", "ca.crt") }, "does not belong to"},
		{"server.crt is another's", func(d string) error { return copyFile(d, "ca.crt", "server.crt") }, "does not belong to"},
		{"server.key is cut", func(d string) error {
			return os.WriteFile(filepath.Join(d, "server.key"), []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), 0o600)
		}, "server.key does not parse"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir, now := t.TempDir(), time.Now()
			open := func() error {
				a, err := Open(dir, clock(&now))
				if err == nil {
					_, err = a.Pair("server", server())
				}
				return err
			}
			if err := open(); err != nil {
				t.Fatal(err)
			}
			if err := tt.spoil(dir); err != nil {
				t.Fatal(err)
			}
			err := open()
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want one line with %q", err, tt.want)
			}
		})
	}
}

func TestCrashBetweenKeyAndCertificate(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	a := must[*Authority](t)(Open(dir, clock(&now)))
	must[Pair](t)(a.Pair("server", server()))
	for _, f := range []string{"ca.crt", "server.crt"} {
		if err := os.Remove(filepath.Join(dir, f)); err != nil {
			t.Fatal(err)
		}
	}
	b := must[*Authority](t)(Open(dir, clock(&now)))
	must[Pair](t)(b.Pair("server", server()))
}

func copyFile(dir, from, to string) error {
	b, err := os.ReadFile(filepath.Join(dir, from))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, to), b, 0o600)
}
