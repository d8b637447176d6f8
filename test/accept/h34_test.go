package accept

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/driver/pki"
	"gantry.dev/gantry/internal/testimage"
)

// sharing is what nodes that share images may do; see docs/images.md.
const sharing = `
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: image-peers}, rules: [
  {apiGroups: [""], resources: [nodes], verbs: [list]}, {apiGroups: [""], resources: [nodes/images], verbs: [get]}]}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: image-peers},
 roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: image-peers}, subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:nodes"}]}
`

// H34: nodes give each other the layers that they have. The second node is the test itself: a Node object, and a server with
// a certificate of the cluster.
func TestH34(t *testing.T) {
	reg := testimage.NewRegistry(t)
	img := says(t, "from a peer")
	ref := reg.Push(t, "team/web:1", img)
	digest, err := img.Digest()
	if err != nil {
		t.Fatal(err)
	}
	mine, err := image.Open(filepath.Join(t.TempDir(), "images"), image.Options{Share: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mine.Close() })
	if _, err := mine.Pull(t.Context(), ref, nil); err != nil {
		t.Fatal(err)
	}

	w := imageNode(t, "127.0.0.1:16496", "--share-images")
	certs, err := pki.Open(filepath.Join(w.dir, "pki"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	leaf := func(name string, l pki.Leaf) tls.Certificate {
		pair, err := certs.Pair(name, l)
		if err != nil {
			t.Fatal(err)
		}
		cert, err := tls.X509KeyPair(pair.CertPEM, pair.KeyPEM)
		if err != nil {
			t.Fatal(err)
		}
		return cert
	}
	served := leaf("peer-server", pki.Leaf{CommonName: "system:node:peer", Organizations: []string{"system:nodes"}, IPs: []net.IP{net.IPv4(127, 0, 0, 1)}, Server: true})
	var given atomic.Int32
	var asker atomic.Value
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{served}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: certs.Pool()})
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asker.Store(r.TLS.PeerCertificates[0].Subject.CommonName)
		if strings.Contains(r.URL.Path, "/blobs/") {
			given.Add(1)
		}
		mine.Handler().ServeHTTP(rw, r)
	})}
	go func() { _ = srv.Serve(l) }() // it ends with the test
	t.Cleanup(func() { srv.Close() })

	w.apply(sharing)
	port := l.Addr().(*net.TCPAddr).Port
	w.apply("{apiVersion: v1, kind: Node, metadata: {name: peer}, spec: {unschedulable: true}}")
	w.k("patch", "node", "peer", "--subresource=status", "--type=merge", "-p", fmt.Sprintf(`{"status":{"addresses":[{"type":"InternalIP","address":"127.0.0.1"}],"daemonEndpoints":{"kubeletEndpoint":{"Port":%d}},
		"conditions":[{"type":"Ready","status":"True"}],"images":[{"names":[%q],"sizeBytes":1}]}}`, port, reg.Host+"/team/web@"+digest.String()))

	before := reg.Count(http.MethodGet, "/blobs/")
	w.apply(pod("web", ref, catWord, "", ""))
	w.prints("web", "from a peer")
	node := w.field("pod/web", ".spec.nodeName")
	if n := reg.Count(http.MethodGet, "/blobs/") - before; n != 0 || given.Load() == 0 {
		t.Errorf("the registry gave %d blobs, the peer %d", n, given.Load())
	}
	if asker.Load() != "system:node:"+node {
		t.Errorf("the peer was asked by %v", asker.Load())
	}

	// The other way: what the node has now, others of the cluster may have, and nobody else.
	layers, err := img.Layers()
	if err != nil {
		t.Fatal(err)
	}
	blob, err := layers[0].Digest()
	if err != nil {
		t.Fatal(err)
	}
	at := "https://" + net.JoinHostPort(w.field("node/"+node, `.status.addresses[?(@.type=="InternalIP")].address`), w.field("node/"+node, ".status.daemonEndpoints.kubeletEndpoint.Port")) + "/v2/team/web/blobs/" + blob.String()
	ask := func(certificates ...tls.Certificate) (int, int64, error) {
		c := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: certs.Pool(), Certificates: certificates}, DisableKeepAlives: true}}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
		if err != nil {
			return 0, 0, err
		}
		resp, err := c.Do(req)
		if err != nil {
			return 0, 0, err
		}
		n, err := io.Copy(io.Discard, resp.Body)
		return resp.StatusCode, n, errors.Join(err, resp.Body.Close())
	}
	size, err := layers[0].Size()
	if err != nil {
		t.Fatal(err)
	}
	peer := leaf("peer-client", pki.Leaf{CommonName: "system:node:peer", Organizations: []string{"system:nodes"}, Client: true})
	if code, n, err := ask(peer); code != http.StatusOK || n != size || err != nil {
		t.Errorf("another node got %d, %d of %d bytes, %v", code, n, size, err)
	}
	if code, _, err := ask(); code != http.StatusUnauthorized {
		t.Errorf("nobody got %d, %v", code, err)
	}
	user := leaf("someone", pki.Leaf{CommonName: "someone", Organizations: []string{"people"}, Client: true})
	if code, _, err := ask(user); code != http.StatusForbidden {
		t.Errorf("a user got %d, %v", code, err)
	}
}
