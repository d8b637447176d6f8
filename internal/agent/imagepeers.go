package agent

import (
	"context"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

const (
	// peersLife is how long the list of nodes is good for a pull: a thousand pods of one rollout read it once.
	peersLife = 30 * time.Second
	// maxPeers bounds the nodes that are asked for a layer before its registry is.
	maxPeers = 3
)

// imagePeers knows which other nodes have which images, from what they write in their statuses.
type imagePeers struct {
	mu    sync.Mutex
	until time.Time
	nodes []*corev1.Node
}

// ImagePeers are the addresses of some other nodes that say that they have an image, "HOST:PORT". name is its full name with
// digest. A node that may not read the others' objects finds none.
func (a *Agent) ImagePeers(ctx context.Context, name string) []string {
	var out []string
	for _, n := range a.peers.read(ctx, a) {
		has := slices.ContainsFunc(n.Status.Images, func(i corev1.ContainerImage) bool { return slices.Contains(i.Names, name) })
		if at := serverOf(n); has && at != "" && n.Name != a.cfg.NodeName {
			out = append(out, at)
		}
	}
	rand.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out[:min(len(out), maxPeers)]
}

// read lists the nodes that are ready, or remembers them.
func (p *imagePeers) read(ctx context.Context, a *Agent) []*corev1.Node {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := a.cfg.Clock()
	if now.Before(p.until) {
		return p.nodes
	}
	objects, _, err := a.cfg.Client.List(ctx, api.Scope{Resource: nodeResource, Cluster: a.cfg.Cluster}, client.ListOptions{})
	if err != nil {
		a.log.Warn("looking for nodes that have an image; see docs/images.md for the rights that this needs", "err", err)
	}
	p.until, p.nodes = now.Add(peersLife), nil
	for _, o := range objects {
		n, ok := o.(*corev1.Node)
		if ok && slices.ContainsFunc(n.Status.Conditions, func(c corev1.NodeCondition) bool {
			return c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue
		}) {
			p.nodes = append(p.nodes, n)
		}
	}
	return p.nodes
}

// serverOf is where a node's server listens; "" if it does not say.
func serverOf(n *corev1.Node) string {
	port := n.Status.DaemonEndpoints.KubeletEndpoint.Port
	for _, a := range n.Status.Addresses {
		if a.Type == corev1.NodeInternalIP && port > 0 {
			return net.JoinHostPort(a.Address, strconv.Itoa(int(port)))
		}
	}
	return ""
}
