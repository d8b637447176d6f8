package app

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"

	"gantry.dev/gantry/internal/driver/image"
)

// peerTimeout is how long another node may take to answer at all; the registry is asked then.
const peerTimeout = 3 * time.Second

// imagePeers makes the function that finds nodes to get layers from: those that find names, spoken to as this node.
func (n *node) imagePeers(find func(ctx context.Context, name string) []string) (func(context.Context, string) []image.Peer, error) {
	conf, err := n.identity()
	if err != nil {
		return nil, err
	}
	cert, err := tls.X509KeyPair(conf.CertData, conf.KeyData)
	if err != nil {
		return nil, fmt.Errorf("the node's client certificate: %w", err)
	}
	rt := &http.Transport{
		DialContext:         (&net.Dialer{Timeout: peerTimeout}).DialContext,
		TLSClientConfig:     &tls.Config{RootCAs: n.pki.Pool(), Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: peerTimeout, ResponseHeaderTimeout: peerTimeout, IdleConnTimeout: time.Minute,
	}
	n.cleanup = append(n.cleanup, rt.CloseIdleConnections)
	return func(ctx context.Context, name string) (out []image.Peer) {
		for _, host := range find(ctx, name) {
			out = append(out, image.Peer{Host: host, Transport: rt})
		}
		return out
	}, nil
}
