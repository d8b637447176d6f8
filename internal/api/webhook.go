package api

import "context"

// Webhook says where a review or a conversion is sent: to a URL, or to a Service of the cluster. It is upstream's
// WebhookClientConfig and ServiceReference in the form in which all callers share it.
type Webhook struct {
	// URL is set, or Namespace and Name are.
	URL string
	// Namespace, Name, Path and Port name a Service; a zero port means 443.
	Namespace, Name, Path string
	Port                  int32
	// CABundle is the PEM of the authorities that may sign the server's certificate; empty trusts the system's.
	CABundle []byte
	// Insecure takes any certificate: an APIService may ask for it.
	Insecure bool
	// Caller is the admission plugin whose credentials are shown to the server; empty shows none.
	Caller string
}

// Poster sends a JSON body to a webhook of a cluster and returns the body of its answer with a status of success. The context
// bounds the call. Errors are about the call: what the answer says is the caller's to judge.
type Poster interface {
	Post(ctx context.Context, c Cluster, to Webhook, body []byte) ([]byte, error)
}
