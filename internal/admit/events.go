package admit

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/time/rate"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/utils/lru"

	"gantry.dev/gantry/internal/api"
)

// EventLimit is one of EventRateLimit's limits, in the words of its configuration.
type EventLimit struct {
	// Type is Server, Namespace, User or SourceAndObject: whose events are counted together.
	Type string `json:"type"`
	// QPS and Burst are a token bucket's.
	QPS   int32 `json:"qps"`
	Burst int32 `json:"burst"`
	// CacheSize is how many buckets are remembered, for each cluster; zero is 4,096.
	CacheSize int32 `json:"cacheSize,omitempty"`
}

// bucketsKept is upstream's default of CacheSize.
const bucketsKept = 4096

// eventLimits are the limits and the buckets that are in use, by cluster: a tenant must not spend another's events.
type eventLimits struct {
	limits []EventLimit
	mu     sync.Mutex
	kept   map[api.Cluster][]*lru.Cache // one per limit
}

func newEventLimits(limits []EventLimit) (*eventLimits, error) {
	if len(limits) == 0 {
		return nil, fmt.Errorf("limits: must not be empty")
	}
	for i, l := range limits {
		switch l.Type {
		case "Server", "Namespace", "User", "SourceAndObject":
		default:
			return nil, fmt.Errorf("limits[%d].type: %q is none of Server, Namespace, User, SourceAndObject", i, l.Type)
		}
		switch {
		case l.Burst <= 0:
			return nil, fmt.Errorf("limits[%d].burst: %d must be positive", i, l.Burst)
		case l.QPS <= 0:
			return nil, fmt.Errorf("limits[%d].qps: %d must be positive", i, l.QPS)
		case l.Type != "Server" && l.CacheSize < 0:
			return nil, fmt.Errorf("limits[%d].cacheSize: %d must not be negative", i, l.CacheSize)
		}
	}
	return &eventLimits{limits: limits, kept: map[api.Cluster][]*lru.Cache{}}, nil
}

// take takes a token from every bucket of an event, and refuses it if one is empty. Dry runs cost nothing.
func (e *eventLimits) take(_ context.Context, w *Write) error {
	if w.IsDryRun() {
		return nil
	}
	now := w.Now()
	var errs []error
	for i, l := range e.limits {
		key := l.key(w)
		if !e.bucket(w.Cluster(), i, key).AllowN(now, 1) {
			errs = append(errs, fmt.Errorf("limit reached on type %v for key %v", l.Type, key))
		}
	}
	if err := utilerrors.NewAggregate(errs); err != nil {
		return apierrors.NewTooManyRequestsError(err.Error())
	}
	return nil
}

func (e *eventLimits) bucket(c api.Cluster, i int, key string) *rate.Limiter {
	e.mu.Lock()
	defer e.mu.Unlock()
	caches := e.kept[c]
	if caches == nil {
		for _, l := range e.limits {
			size := int(l.CacheSize)
			if size == 0 {
				size = bucketsKept
			}
			caches = append(caches, lru.New(size))
		}
		e.kept[c] = caches
	}
	if b, ok := caches[i].Get(key); ok {
		return b.(*rate.Limiter)
	}
	b := rate.NewLimiter(rate.Limit(e.limits[i].QPS), int(e.limits[i].Burst))
	caches[i].Add(key, b)
	return b
}

func (l EventLimit) key(w *Write) string {
	switch l.Type {
	case "Namespace":
		return w.GetNamespace()
	case "User":
		if u := w.GetUserInfo(); u != nil {
			return u.GetName()
		}
	case "SourceAndObject":
		e := w.GetObject().(*corev1.Event)
		of := &e.InvolvedObject
		return strings.Join([]string{e.Source.Component, e.Source.Host, of.Kind, of.Namespace, of.Name, string(of.UID), of.APIVersion}, "")
	}
	return ""
}
