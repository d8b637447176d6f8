package webhook

import (
	"container/list"
	"crypto/sha256"
	"crypto/tls"
	"net/http"
	"sync"

	utilnet "k8s.io/apimachinery/pkg/util/net"

	"gantry.dev/gantry/internal/api"
)

// maxTargets bounds the targets whose connections are kept, for all clusters together. The one that was not called for
// the longest time is forgotten; calls under way end undisturbed.
const maxTargets = 512

// key tells targets apart between which connections must not be shared.
type key struct {
	cluster  api.Cluster
	host     string
	caller   string
	service  bool
	ca       [sha256.Size]byte
	insecure bool
	identity *tls.Certificate
}

// pool keeps transports by target, the last used in front.
type pool struct {
	mu    sync.Mutex
	byKey map[key]*list.Element
	order list.List
}

type pooled struct {
	key       key
	transport http.RoundTripper
}

func (p *pool) get(k key, build func() http.RoundTripper) http.RoundTripper {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e := p.byKey[k]; e != nil {
		p.order.MoveToFront(e)
		return e.Value.(*pooled).transport
	}
	t := build()
	if p.byKey == nil {
		p.byKey = map[key]*list.Element{}
	}
	p.byKey[k] = p.order.PushFront(&pooled{k, t})
	if p.order.Len() > maxTargets {
		last := p.order.Remove(p.order.Back()).(*pooled)
		delete(p.byKey, last.key)
		utilnet.CloseIdleConnectionsFor(last.transport)
	}
	return t
}
