package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

// life of all certificates: a measurement is over in minutes.
const life = 24 * time.Hour

// authority signs certificates.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// keys makes what the programs need, and returns the administrator's certificate.
func (p *plane) keys() (admin tls.Certificate, err error) {
	ca, err := p.authority("ca")
	if err != nil {
		return admin, err
	}
	front, err := p.authority("front")
	if err != nil {
		return admin, err
	}
	both := []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	if err := p.leaf(ca, "server", pkix.Name{CommonName: "kube-apiserver"}, both); err != nil {
		return admin, err
	}
	if err := p.leaf(ca, "admin", pkix.Name{CommonName: "kubernetes-admin", Organization: []string{"system:masters"}}, both[1:]); err != nil {
		return admin, err
	}
	if err := p.leaf(front, "proxy", pkix.Name{CommonName: "front-proxy-client"}, both[1:]); err != nil {
		return admin, err
	}
	sa, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return admin, err
	}
	if err := p.pem("sa.key", "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(sa)); err != nil {
		return admin, err
	}
	return tls.LoadX509KeyPair(p.file("admin.crt"), p.file("admin.key"))
}

func (p *plane) authority(name string) (authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return authority{}, err
	}
	t := template(pkix.Name{CommonName: name})
	t.IsCA, t.BasicConstraintsValid, t.KeyUsage = true, true, x509.KeyUsageCertSign|x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return authority{}, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return authority{}, err
	}
	return authority{cert, key}, p.pem(name+".crt", "CERTIFICATE", der)
}

func (p *plane) leaf(ca authority, name string, subject pkix.Name, usage []x509.ExtKeyUsage) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	t := template(subject)
	t.ExtKeyUsage, t.KeyUsage = usage, x509.KeyUsageDigitalSignature
	t.DNSNames, t.IPAddresses = []string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1)}
	der, err := x509.CreateCertificate(rand.Reader, t, ca.cert, key.Public(), ca.key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	if err := p.pem(name+".key", "EC PRIVATE KEY", private); err != nil {
		return err
	}
	return p.pem(name+".crt", "CERTIFICATE", der)
}

func template(subject pkix.Name) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)) // rand.Reader never fails
	now := time.Now()
	return &x509.Certificate{SerialNumber: serial, Subject: subject, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(life)}
}

func (p *plane) pem(name, kind string, der []byte) error {
	return os.WriteFile(p.file(name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

// kubeconfig writes the administrator's.
func (p *plane) kubeconfig(server string) error {
	var data [3]string
	for i, name := range []string{"ca.crt", "admin.crt", "admin.key"} {
		b, err := os.ReadFile(p.file(name))
		if err != nil {
			return err
		}
		data[i] = base64.StdEncoding.EncodeToString(b)
	}
	return os.WriteFile(p.file("kubeconfig"), fmt.Appendf(nil, `apiVersion: v1
kind: Config
current-context: peer
clusters: [{name: peer, cluster: {server: %q, certificate-authority-data: %s}}]
users: [{name: admin, user: {client-certificate-data: %s, client-key-data: %s}}]
contexts: [{name: peer, context: {cluster: peer, user: admin}}]
`, server, data[0], data[1], data[2]), 0o600)
}
