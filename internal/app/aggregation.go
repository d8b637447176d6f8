package app

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/controllers/namespace"
	"gantry.dev/gantry/internal/driver/extension"
	"gantry.dev/gantry/internal/driver/pki"
	"gantry.dev/gantry/internal/schema"
)

// frontProxyName is the common name of the certificate that extension servers are told to trust, as kubeadm's.
const frontProxyName = "front-proxy-client"

// frontProxy is how this server shows itself to extension servers. It has an authority of its own: what that has signed
// may say in headers who somebody is, and no other certificate may.
type frontProxy struct {
	ca   []byte
	cert *tls.Certificate
}

func openFrontProxy(dir string, clock client.Clock) (frontProxy, error) {
	ca, err := pki.Open(filepath.Join(dir, "front-proxy"), clock)
	if err != nil {
		return frontProxy{}, err
	}
	pair, err := ca.Pair(frontProxyName, pki.Leaf{CommonName: frontProxyName, Client: true})
	if err != nil {
		return frontProxy{}, err
	}
	cert, err := tls.X509KeyPair(pair.CertPEM, pair.KeyPEM)
	if err != nil {
		return frontProxy{}, fmt.Errorf("the certificate towards extension servers: %w", err)
	}
	return frontProxy{ca.CAPEM(), &cert}, nil
}

// extensionTransport leads to an extension server.
func (s *Server) extensionTransport(c api.Cluster, to api.Webhook) http.RoundTripper {
	return s.webhooks.Transport(c, to, s.front.cert)
}

// foreign empties namespaces of what extension servers have.
func foreign(cl *extension.Cleaner) namespace.Foreign {
	return func(c api.Cluster, to api.Webhook, group, version, ns string) (map[api.Resource]int, map[string]int, error, bool) { //nolint:revive // as Clear
		left, err, known := cl.Clear(c, to, group, version, ns)
		return left.Objects, left.Finalizers, err, known
	}
}

// readyAggregation writes what extension servers look for in a cluster, and the registrations of the built-in groups.
func readyAggregation(ctx context.Context, c client.Interface, law *schema.Schema, cluster api.Cluster, ca *pki.Authority, front frontProxy) error {
	auth, err := extensionAuthentication(ca.CAPEM(), front.ca)
	if err != nil {
		return err
	}
	if err := update(ctx, c, law, cluster, []runtime.Object{auth}); err != nil {
		return err
	}
	var writes []client.Write
	for _, a := range law.BootstrapAPIServices() {
		writes = append(writes, client.Write{Verb: client.Create, Object: a,
			Key: api.Key{Resource: api.Resource{Group: apiregistrationv1.GroupName, Name: "apiservices"}, Cluster: cluster, Name: a.Name}})
	}
	return create(ctx, c, writes)
}

// extensionAuthentication tells extension servers, as upstream's API server does, by which certificates they know users
// and the proxy that speaks for users.
func extensionAuthentication(clients, front []byte) (runtime.Object, error) {
	data := map[string]string{"client-ca-file": string(clients), "requestheader-client-ca-file": string(front)}
	for key, values := range map[string][]string{
		"requestheader-allowed-names":        {frontProxyName},
		"requestheader-username-headers":     {"X-Remote-User"},
		"requestheader-uid-headers":          {"X-Remote-Uid"},
		"requestheader-group-headers":        {"X-Remote-Group"},
		"requestheader-extra-headers-prefix": {"X-Remote-Extra-"},
	} {
		b, err := json.Marshal(values)
		if err != nil {
			return nil, err
		}
		data[key] = string(b)
	}
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: metav1.NamespaceSystem, Name: "extension-apiserver-authentication"}, Data: data}, nil
}
