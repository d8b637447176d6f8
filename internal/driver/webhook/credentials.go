package webhook

import (
	"fmt"
	"net/http"

	webhookutil "k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/client-go/rest"

	"gantry.dev/gantry/internal/api"
)

// Credentials are what is shown to webhooks, by who calls them (api.Webhook.Caller): for each server the user of a
// kubeconfig that is named after it, as kube-apiserver finds him.
type Credentials map[string]webhookutil.AuthenticationInfoResolver

// OpenCredentials reads the kubeconfigs of callers.
func OpenCredentials(files map[string]string) (Credentials, error) {
	out := Credentials{}
	for caller, file := range files {
		r, err := webhookutil.NewDefaultAuthenticationInfoResolver(file)
		if err != nil {
			return nil, fmt.Errorf("kubeconfig %s of %s: %w", file, caller, err)
		}
		out[caller] = r
	}
	return out, nil
}

// wrap makes a transport show its caller's credentials to a server.
func (cs Credentials) wrap(to api.Webhook, host string, t *http.Transport) http.RoundTripper {
	users := cs[to.Caller]
	if users == nil {
		return t
	}
	conf, err := users.ClientConfigFor(host)
	if err != nil {
		return broken{err}
	}
	certs, err := rest.TLSConfigFor(conf)
	if err != nil {
		return broken{err}
	}
	if certs != nil {
		t.TLSClientConfig.Certificates, t.TLSClientConfig.GetClientCertificate = certs.Certificates, certs.GetClientCertificate
	}
	wrapped, err := rest.HTTPWrappersForConfig(conf, t)
	if err != nil {
		return broken{err}
	}
	return wrapped
}
