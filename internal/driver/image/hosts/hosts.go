// Package hosts reads where images of a registry come from: mirrors, and how the registry itself is reached. The form is
// containerd's, a directory with one hosts.toml for each registry, so that files made for it work here:
//
//	DIR/docker.io/hosts.toml          of docker.io
//	DIR/reg.example.org:5000/hosts.toml, or reg.example.org_5000_
//	DIR/_default/hosts.toml           of every registry without a directory of its own
//
// The files are read once, when the node starts. What it does not know is refused by its name.
package hosts

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// Host is a place of a registry's images.
type Host struct {
	// Name is "mirror.local:5000".
	Name string
	// Plain is set if the URL says http.
	Plain bool
	// Pull and Resolve are its capabilities: to give what a digest names, and to say which digest a tag is.
	Pull, Resolve bool
	// Mirror tells a mirror from the registry itself.
	Mirror bool

	header  http.Header
	path    string // replaces /v2 if it is not empty
	tls     *tls.Config
	timeout time.Duration
}

// Config is what a directory says. Its zero value says nothing: every registry is reached at its own name.
type Config struct{ byRegistry map[string][]Host }

// anyRegistry is the name of the directory for registries without one.
const anyRegistry = "_default"

// Of are the hosts of a registry in the order in which to ask them; the last is the registry itself.
func (c Config) Of(registry string) []Host {
	for _, key := range []string{registry, anyRegistry} {
		if list, ok := c.byRegistry[key]; ok {
			list = append([]Host(nil), list...)
			if own := &list[len(list)-1]; own.Name == "" {
				own.Name = serverOf(registry)
			}
			return list
		}
	}
	return []Host{{Name: serverOf(registry), Pull: true, Resolve: true}}
}

// serverOf is where a registry answers that no file says more of.
func serverOf(registry string) string {
	if registry == "docker.io" {
		return "index.docker.io"
	}
	return registry
}

// Load reads a directory; "" is none.
func Load(dir string) (Config, error) {
	if dir == "" {
		return Config{}, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return Config{}, fmt.Errorf("read the registries' hosts: %w", err)
	}
	c := Config{byRegistry: map[string][]Host{}}
	for _, e := range entries {
		file := filepath.Join(dir, e.Name(), "hosts.toml")
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) || !e.IsDir() {
			continue // docker's own form, certificates without a hosts.toml, is not read
		}
		if err != nil {
			return Config{}, fmt.Errorf("read the registries' hosts: %w", err)
		}
		registry := registryOf(e.Name())
		if c.byRegistry[registry] != nil {
			return Config{}, fmt.Errorf("%s: there are two directories of registry %s", file, registry)
		}
		if c.byRegistry[registry], err = parse(text, filepath.Dir(file)); err != nil {
			return Config{}, fmt.Errorf("%s: %w", file, err)
		}
	}
	return c, nil
}

// registryOf reads the name of a directory: file systems that have no colons say reg_5000_.
func registryOf(dir string) string {
	if rest, ok := strings.CutSuffix(dir, "_"); ok && dir != anyRegistry {
		if i := strings.LastIndexByte(rest, '_'); i > 0 {
			return rest[:i] + ":" + rest[i+1:]
		}
	}
	return dir
}

// Transport is how the host is spoken to: base, unless the host has settings of its own.
func (h Host) Transport(base *http.Transport) http.RoundTripper {
	var rt http.RoundTripper = base
	if h.tls != nil || h.timeout > 0 {
		own := base.Clone()
		own.TLSClientConfig = h.tls
		if h.timeout > 0 {
			own.DialContext = (&net.Dialer{Timeout: h.timeout, KeepAlive: 30 * time.Second}).DialContext
			own.TLSHandshakeTimeout = h.timeout
		}
		rt = own
	}
	if h.path != "" || h.header != nil {
		rt = rewriter{rt, h}
	}
	return rt
}

// rewriter gives requests to a host its headers and path. Requests elsewhere (tokens, storage behind a redirect) pass.
type rewriter struct {
	inner http.RoundTripper
	host  Host
}

func (r rewriter) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Host != r.host.Name {
		return r.inner.RoundTrip(req)
	}
	req = req.Clone(req.Context())
	for k, v := range r.host.header {
		req.Header[k] = v
	}
	if rest, ok := strings.CutPrefix(req.URL.Path, "/v2/"); ok && r.host.path != "" {
		req.URL.Path = path.Join(r.host.path, rest)
		if rest == "" {
			req.URL.Path += "/"
		}
	}
	return r.inner.RoundTrip(req)
}

// setURL takes what a host's URL says.
func (h *Host) setURL(s string, overridePath bool) error {
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil {
		return err
	}
	if u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.User != nil {
		return fmt.Errorf("%q: want https://HOST[:PORT][/PATH] or http://...", s)
	}
	h.Name, h.Plain = u.Host, u.Scheme == "http"
	switch p := path.Clean("/" + u.Path); {
	case overridePath:
		h.path = p
	case p != "/" && p != "/v2":
		h.path = path.Join(p, "v2")
	}
	return nil
}

// certificates makes the host's own TLS settings, if it has any.
func (h *Host) certificates(dir string, ca []string, client [][2]string, skip bool) error {
	if len(ca) == 0 && len(client) == 0 && !skip {
		return nil
	}
	h.tls = &tls.Config{InsecureSkipVerify: skip} //nolint:gosec // skip_verify is the administrator's word
	for _, file := range ca {
		pem, err := os.ReadFile(under(dir, file))
		if err != nil {
			return fmt.Errorf("ca: %w", err)
		}
		if h.tls.RootCAs == nil {
			if h.tls.RootCAs, err = x509.SystemCertPool(); err != nil {
				h.tls.RootCAs = x509.NewCertPool()
			}
		}
		if !h.tls.RootCAs.AppendCertsFromPEM(pem) {
			return fmt.Errorf("ca: %s holds no certificate", file)
		}
	}
	for _, pair := range client {
		cert, err := tls.LoadX509KeyPair(under(dir, pair[0]), under(dir, pair[1]))
		if err != nil {
			return fmt.Errorf("client: %w", err)
		}
		h.tls.Certificates = append(h.tls.Certificates, cert)
	}
	return nil
}

// under finds a file that is named relative to the hosts.toml.
func under(dir, file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(dir, file)
}
