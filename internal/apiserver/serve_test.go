package apiserver

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"

	"gantry.dev/gantry/internal/schema"
)

func TestPanicIsAnswered(t *testing.T) {
	d := newDoor(t, func(c *Config) {
		c.Log = slog.New(slog.DiscardHandler)
		c.Checks = []Check{{Name: "bug", Probe: func(context.Context) error { panic("a bug") }}, {Name: "bad", ReadyOnly: true, Probe: func(context.Context) error { return errors.New("x") }}}
	})
	a := d.admin()
	if st := a.must("GET", "/livez/bug", "", 500); !strings.Contains(at(st, "message"), "caused apiserver to panic") {
		t.Errorf("%v", st)
	}
	if _, _, body := a.do("GET", "/readyz/bad", ""); !strings.Contains(string(body), "internal server error: x") {
		t.Errorf("%s", body)
	}
	a.must("GET", "/livez/bad", "", 404)
	a.must("GET", "/livez/ping", "", 200)
}

// raw opens a TLS connection that speaks HTTP/1.1.
func (d *door) raw() net.Conn {
	d.t.Helper()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(d.ca.CAPEM())
	conn, err := tls.Dial("tcp", strings.TrimPrefix(d.url, "https://"), &tls.Config{RootCAs: pool})
	check(d.t, err)
	d.t.Cleanup(func() { conn.Close() })
	return conn
}

func TestMalformedRequests(t *testing.T) {
	d := newDoor(t)
	for _, tt := range []struct{ send, want string }{
		{"GARBAGE\r\n\r\n", "400"},
		{"GET /healthz HTTP/1.1\r\n\r\n", "400"}, // no Host
		{"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("y", maxHeader+8192) + "\r\n\r\n", "431"},
		{"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "200"},
		{"GET /api/v1/namespaces/%zz/pods HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
		{"BREW /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "403"},
	} {
		conn := d.raw()
		go func() { io.WriteString(conn, tt.send) }() // may break off half-way: the answer counts
		line, err := bufio.NewReader(conn).ReadString('\n')
		if err != nil || !strings.Contains(line, " "+tt.want+" ") {
			t.Errorf("%.60q: %q %v, want %s", tt.send, line, err, tt.want)
		}
	}
}

// TestStrangersCertificate: a certificate of another authority is refused, not ignored.
func TestStrangersCertificate(t *testing.T) {
	d, other := newDoor(t), newDoor(t)
	conf := other.config("admin", "system:masters")
	conf.Host, conf.CAData = d.url, d.ca.CAPEM()
	if code, _, body := d.as(conf).do("GET", "/healthz", ""); code != 401 {
		t.Errorf("%d %s", code, body)
	}
}

func FuzzSelectors(f *testing.F) {
	law, err := schema.New()
	if err != nil {
		f.Fatal(err)
	}
	pods := law.Lookup("", "v1", "pods")
	for _, v := range []string{"a=b", "a in (b,c)", "!a", "metadata.name=x", ",,", "a==b,c!=d"} {
		f.Add(v, v, "1")
	}
	f.Fuzz(func(t *testing.T, labels, fields, limit string) {
		q := query{values: map[string][]string{"labelSelector": {labels}, "fieldSelector": {fields}, "limit": {limit}}}
		p, err := parseList(pods, &q, "")
		if err == nil && p.Limit < 0 {
			t.Fatalf("limit %d of %q", p.Limit, limit)
		}
		if err != nil && statusOf(err).Code/100 != 4 {
			t.Fatalf("%v is not the client's fault", err)
		}
	})
}
