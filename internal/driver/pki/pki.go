// Package pki keeps the keys and certificates of one Gantry in a directory: its certificate authority, the API server's
// serving certificate, client certificates of the administrator and of components, the serving certificates of nodes,
// and the key that signs service account tokens. It makes what is missing, renews at start what will expire or no longer
// names the right hosts, and refuses what is broken with one line that says which file and what to do.
//
// It reads and writes only its directory. A key is written once, before its certificate, and certificates are always made
// for the key that is there: so a crash between the two files leaves nothing that the next start could not complete.
package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const (
	caLife   = 10 * 365 * 24 * time.Hour
	leafLife = 365 * 24 * time.Hour
	// renewBefore is when a certificate counts as used up: a server that is restarted now and then never sees an expiry.
	renewBefore = leafLife / 3
	// backdate is for clients whose clocks are behind.
	backdate = 5 * time.Minute
)

// Authority is the certificate authority of a directory.
type Authority struct {
	dir  string
	now  func() time.Time
	cert *x509.Certificate
	pem  []byte
	key  *ecdsa.PrivateKey
}

// Pair is a certificate with its key, in PEM as kubeconfigs and tls.X509KeyPair want them.
type Pair struct {
	CertPEM, KeyPEM []byte
}

// Leaf says what a certificate is for.
type Leaf struct {
	CommonName    string   // the user name of a client
	Organizations []string // the groups of a client
	DNSNames      []string
	IPs           []net.IP
	Client        bool // may authenticate as a client
	Server        bool // may authenticate as a server
}

// Open opens the authority in dir, and makes the directory and the authority at the first start.
func Open(dir string, now func() time.Time) (*Authority, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("pki: making the directory of keys: %w", err)
	}
	a := &Authority{dir: dir, now: now}
	key, err := a.keyFile("ca")
	if err != nil {
		return nil, err
	}
	a.key = key
	path := a.path("ca.crt")
	switch a.cert, a.pem, err = readCert(path); {
	case errors.Is(err, fs.ErrNotExist):
		return a, a.makeCA(path)
	case err != nil:
		return nil, err
	case !key.PublicKey.Equal(a.cert.PublicKey):
		return nil, fmt.Errorf("pki: %s does not belong to %s: put back the one that does, or remove both and every client gets a new kubeconfig", path, a.path("ca.key"))
	case !a.cert.IsCA:
		return nil, fmt.Errorf("pki: %s is not the certificate of an authority", path)
	case now().After(a.cert.NotAfter):
		return nil, fmt.Errorf("pki: %s expired on %s: remove it to have it renewed", path, a.cert.NotAfter.Format(time.DateOnly))
	}
	return a, nil
}

func (a *Authority) makeCA(path string) error {
	now := a.now()
	tmpl := &x509.Certificate{
		Subject: pkix.Name{CommonName: "gantry-ca"}, NotBefore: now.Add(-backdate), NotAfter: now.Add(caLife),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature,
	}
	der, err := signCert(tmpl, tmpl, &a.key.PublicKey, a.key)
	if err != nil {
		return fmt.Errorf("pki: making the authority: %w", err)
	}
	a.pem = encodeCert(der)
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		return fmt.Errorf("pki: reading back the new authority: %w", err)
	}
	return writeFile(path, a.pem)
}

// CAPEM is the authority's certificate.
func (a *Authority) CAPEM() []byte { return slices.Clone(a.pem) }

// Pool holds the authority's certificate, for verifying what it signed.
func (a *Authority) Pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(a.cert)
	return p
}

// Pair returns the certificate kept under name, and makes or renews it when it is missing, has less than a third of its
// life left, was signed by another authority, or does not say what leaf says.
func (a *Authority) Pair(name string, leaf Leaf) (Pair, error) {
	key, err := a.keyFile(name)
	if err != nil {
		return Pair{}, err
	}
	keyPEM, err := encodeKey(key)
	if err != nil {
		return Pair{}, err
	}
	path := a.path(name + ".crt")
	cert, certPEM, err := readCert(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return Pair{}, err
	case !key.PublicKey.Equal(cert.PublicKey):
		return Pair{}, fmt.Errorf("pki: %s does not belong to %s: remove the certificate to have it made anew", path, a.path(name+".key"))
	case a.fits(cert, leaf):
		return Pair{certPEM, keyPEM}, nil
	}
	der, err := a.sign(leaf, &key.PublicKey)
	if err != nil {
		return Pair{}, fmt.Errorf("pki: making %s: %w", path, err)
	}
	certPEM = encodeCert(der)
	return Pair{certPEM, keyPEM}, writeFile(path, certPEM)
}

// SigningKey returns the key kept under name without a certificate: that of the service account tokens.
func (a *Authority) SigningKey(name string) (*ecdsa.PrivateKey, error) { return a.keyFile(name) }

func (a *Authority) path(file string) string { return filepath.Join(a.dir, file) }

// fits reports whether a certificate can go on serving as leaf.
func (a *Authority) fits(c *x509.Certificate, leaf Leaf) bool {
	left := c.NotAfter.Sub(a.now())
	return left > renewBefore && c.CheckSignatureFrom(a.cert) == nil &&
		c.Subject.CommonName == leaf.CommonName && sameSet(c.Subject.Organization, leaf.Organizations) &&
		sameSet(c.DNSNames, leaf.DNSNames) && sameSet(ipStrings(c.IPAddresses), ipStrings(leaf.IPs)) &&
		slices.Equal(c.ExtKeyUsage, leaf.usage())
}

func (l *Leaf) usage() (u []x509.ExtKeyUsage) {
	if l.Client {
		u = append(u, x509.ExtKeyUsageClientAuth)
	}
	if l.Server {
		u = append(u, x509.ExtKeyUsageServerAuth)
	}
	return u
}

func (a *Authority) sign(leaf Leaf, pub *ecdsa.PublicKey) ([]byte, error) {
	now := a.now()
	end := now.Add(leafLife)
	if end.After(a.cert.NotAfter) {
		end = a.cert.NotAfter // a chain is only as long-lived as its root
	}
	return signCert(&x509.Certificate{
		Subject:   pkix.Name{CommonName: leaf.CommonName, Organization: leaf.Organizations},
		NotBefore: now.Add(-backdate), NotAfter: end, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: leaf.usage(), DNSNames: leaf.DNSNames, IPAddresses: leaf.IPs,
	}, a.cert, pub, a.key)
}

// SignFor signs a certificate for somebody else's key, which is in the template, and returns it in PEM form. It gets a
// serial number, and outlives the authority as little as any other.
func (a *Authority) SignFor(tmpl *x509.Certificate) ([]byte, error) {
	t := *tmpl
	if t.NotAfter.After(a.cert.NotAfter) {
		t.NotAfter = a.cert.NotAfter
	}
	der, err := signCert(&t, a.cert, t.PublicKey, a.key)
	if err != nil {
		return nil, fmt.Errorf("pki: signing for %q: %w", t.Subject.CommonName, err)
	}
	return encodeCert(der), nil
}

func signCert(tmpl, parent *x509.Certificate, pub crypto.PublicKey, key *ecdsa.PrivateKey) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	tmpl.SerialNumber = serial
	return x509.CreateCertificate(rand.Reader, tmpl, parent, pub, key)
}

func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

func ipStrings(ips []net.IP) []string {
	out := make([]string, len(ips))
	for i, ip := range ips {
		out[i] = ip.String()
	}
	return out
}
