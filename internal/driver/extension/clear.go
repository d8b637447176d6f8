package extension

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/client-go/transport"

	"gantry.dev/gantry/internal/api"
)

const (
	// clearLimit bounds one try to empty a namespace at one server.
	clearLimit = 30 * time.Second
	// clearPause is how long the outcome of a try counts.
	clearPause = time.Second
	// maxAnswer bounds what is read of an answer.
	maxAnswer = 32 << 20
)

// Left is what an extension server still has in a namespace.
type Left struct {
	// Objects and Finalizers count by resource and by finalizer.
	Objects    map[api.Resource]int
	Finalizers map[string]int
}

// Cleaner deletes what extension servers have in namespaces that end. As a Checker, it is asked and answers at once with what
// the last try came to; tries are made beside. It is safe for concurrent use.
type Cleaner struct {
	transport Transport
	mu        sync.Mutex
	tries     map[place]*try
}

type place struct {
	cluster                   api.Cluster
	group, version, namespace string
}

type try struct {
	left           Left
	err            error
	known, running bool
	at             time.Time
}

// NewCleaner makes a Cleaner.
func NewCleaner(t Transport) *Cleaner { return &Cleaner{transport: t, tries: map[place]*try{}} }

// Clear tells what the last try to empty a namespace at a server has left, and starts the next one. known is false until the
// first has come to an end.
func (c *Cleaner) Clear(cluster api.Cluster, to api.Webhook, group, version, namespace string) (left Left, err error, known bool) { //nolint:revive // the outcome is an error as a value
	p := place{cluster, group, version, namespace}
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.tries[p]
	if t == nil {
		c.forget(now)
		t = &try{}
		c.tries[p] = t
	}
	if t.known && t.err == nil && len(t.left.Objects) == 0 && now.Sub(t.at) < clearPause {
		return t.left, nil, true
	}
	if !t.running && (!t.known || now.Sub(t.at) >= clearPause) {
		t.running = true
		go c.run(p, t, to)
	}
	return t.left, t.err, t.known
}

// forget drops what nobody asks about any more, once there is much of it.
func (c *Cleaner) forget(now time.Time) {
	if len(c.tries) >= maxKept {
		maps.DeleteFunc(c.tries, func(_ place, t *try) bool { return !t.running && now.Sub(t.at) > forgetAfter })
	}
}

func (c *Cleaner) run(p place, t *try, to api.Webhook) {
	ctx, cancel := context.WithTimeout(context.Background(), clearLimit)
	defer cancel()
	s := server{c.transport(p.cluster, to), URL(to) + "/apis/" + p.group + "/" + p.version}
	left, err := s.clear(ctx, p.group, p.namespace)
	c.mu.Lock()
	defer c.mu.Unlock()
	t.left, t.err, t.known, t.running, t.at = left, err, true, false, time.Now()
}

// server is one group and version of an extension server.
type server struct {
	via  http.RoundTripper
	root string
}

// clear deletes all that a namespace holds and looks what is left.
func (s server) clear(ctx context.Context, group, namespace string) (Left, error) {
	left := Left{Objects: map[api.Resource]int{}, Finalizers: map[string]int{}}
	var list metav1.APIResourceList
	if err := s.do(ctx, http.MethodGet, "", nil, &list); err != nil {
		return left, err
	}
	for _, r := range list.APIResources {
		if !r.Namespaced || !slices.Contains(r.Verbs, "list") || !slices.Contains(r.Verbs, "delete") {
			continue
		}
		at := "/namespaces/" + namespace + "/" + r.Name
		var objects metav1.PartialObjectMetadataList
		if err := s.do(ctx, http.MethodGet, at, nil, &objects); err != nil {
			return left, err
		}
		if len(objects.Items) == 0 {
			continue
		}
		if err := s.empty(ctx, at, r.Verbs, objects.Items); err != nil {
			return left, err
		}
		if err := s.do(ctx, http.MethodGet, at, nil, &objects); err != nil {
			return left, err
		}
		for i := range objects.Items {
			left.Objects[api.Resource{Group: group, Name: r.Name}]++
			for _, f := range objects.Items[i].Finalizers {
				left.Finalizers[f]++
			}
		}
	}
	return left, nil
}

// empty deletes a collection as a whole if the server can, else its objects one by one.
func (s server) empty(ctx context.Context, at string, verbs []string, items []metav1.PartialObjectMetadata) error {
	background := metav1.DeletePropagationBackground
	opts := metav1.DeleteOptions{TypeMeta: metav1.TypeMeta{Kind: "DeleteOptions", APIVersion: "v1"}, PropagationPolicy: &background}
	if slices.Contains(verbs, "deletecollection") {
		return s.do(ctx, http.MethodDelete, at, opts, nil)
	}
	for i := range items {
		if items[i].DeletionTimestamp != nil {
			continue
		}
		if err := s.do(ctx, http.MethodDelete, at+"/"+items[i].Name, opts, nil); err != nil {
			return err
		}
	}
	return nil
}

// do calls the server on the API server's own behalf. What is not there is no error.
func (s server) do(ctx context.Context, method, path string, body, into any) error {
	var send io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		send = bytes.NewReader(b)
	}
	rq, err := http.NewRequestWithContext(ctx, method, s.root+path, send)
	if err != nil {
		return err
	}
	rq.Header.Set("Accept", "application/json")
	rq.Header.Set("Content-Type", "application/json")
	transport.SetAuthProxyHeaders(rq, Caller, "", []string{user.SystemPrivilegedGroup}, nil)
	res, err := s.via.RoundTrip(rq)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, s.root+path, err)
	}
	defer res.Body.Close()
	switch {
	case method == http.MethodDelete && res.StatusCode == http.StatusNotFound:
		return nil
	case res.StatusCode < http.StatusOK || res.StatusCode >= http.StatusMultipleChoices:
		return fmt.Errorf("%s %s: %s", method, s.root+path, res.Status)
	case into == nil:
		return nil
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxAnswer)).Decode(into); err != nil {
		return fmt.Errorf("%s %s: %w", method, s.root+path, err)
	}
	return nil
}
