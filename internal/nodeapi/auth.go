package nodeapi

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"k8s.io/apiserver/pkg/authentication/user"
)

// Reviewer asks the API who somebody is and what he may do.
type Reviewer interface {
	// Token says whose token it is; ErrStranger if nobody's.
	Token(ctx context.Context, token string) (user.Info, error)
	// Allowed says whether a user may do something to a subresource of this node.
	Allowed(ctx context.Context, u user.Info, verb, subresource string) (bool, error)
}

// ErrStranger is about a token that nobody knows.
var ErrStranger = errors.New("the token is nobody's")

// Bounds of what is remembered of the API's answers. A right that is taken away ends after answerLife at the latest.
const (
	answerLife = 10 * time.Second
	maxAnswers = 4096
)

// gate lets in who may do what he asks for. The API server's own client is known by its name; of all others the API is asked, as
// kubelet does with webhook authentication and authorization.
type gate struct {
	clients  []string
	reviewer Reviewer // nil lets in nobody else
	now      func() time.Time

	mu      sync.Mutex
	answers map[[sha256.Size]byte]answer
}

// answer is one of the API's: a user, or a permission.
type answer struct {
	user  user.Info
	ok    bool
	until time.Time
}

func newGate(clients []string, r Reviewer) *gate {
	return &gate{clients: clients, reviewer: r, now: time.Now, answers: map[[sha256.Size]byte]answer{}}
}

// wrap is the handler behind the gate.
func (g *gate) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var u user.Info
		if r.TLS != nil && len(r.TLS.VerifiedChains) > 0 {
			leaf := r.TLS.VerifiedChains[0][0].Subject
			if slices.Contains(g.clients, leaf.CommonName) {
				next.ServeHTTP(w, r)
				return
			}
			u = &user.DefaultInfo{Name: leaf.CommonName, Groups: append(slices.Clone(leaf.Organization), user.AllAuthenticated)}
		}
		if raw, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && u == nil && g.reviewer != nil {
			var err error
			if u, err = g.whose(r.Context(), strings.TrimSpace(raw)); err != nil && !errors.Is(err, ErrStranger) {
				http.Error(w, "asking the API whose the token is: "+err.Error(), http.StatusInternalServerError)
				return
			}
		}
		if u == nil {
			http.Error(w, "Unauthorized", http.StatusUnauthorized)
			return
		}
		verb, subresources := attributes(r)
		allowed, err := g.allowed(r.Context(), u, verb, subresources)
		switch {
		case err != nil:
			http.Error(w, fmt.Sprintf("Authorization error (user=%s, verb=%s, resource=nodes, subresource(s)=%v)", u.GetName(), verb, subresources), http.StatusInternalServerError)
		case !allowed:
			http.Error(w, fmt.Sprintf("Forbidden (user=%s, verb=%s, resource=nodes, subresource(s)=%v)", u.GetName(), verb, subresources), http.StatusForbidden)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func (g *gate) whose(ctx context.Context, token string) (user.Info, error) {
	a, err := g.ask("token\x00"+token, func() (a answer, err error) {
		a.user, err = g.reviewer.Token(ctx, token)
		return a, err
	})
	return a.user, err
}

// allowed asks for each of the subresources until one is allowed.
func (g *gate) allowed(ctx context.Context, u user.Info, verb string, subresources []string) (bool, error) {
	if g.reviewer == nil {
		return false, nil
	}
	for _, sub := range subresources {
		key := fmt.Sprintf("may\x00%q\x00%q\x00%q\x00%q\x00%s\x00%s", u.GetName(), u.GetUID(), u.GetGroups(), u.GetExtra(), verb, sub)
		a, err := g.ask(key, func() (a answer, err error) {
			a.ok, err = g.reviewer.Allowed(ctx, u, verb, sub)
			return a, err
		})
		if err != nil || a.ok {
			return a.ok, err
		}
	}
	return false, nil
}

// ask answers from memory, or from the API. Failures are not remembered.
func (g *gate) ask(question string, api func() (answer, error)) (answer, error) {
	key := sha256.Sum256([]byte(question))
	g.mu.Lock()
	a, known := g.answers[key]
	g.mu.Unlock()
	if known && g.now().Before(a.until) {
		return a, nil
	}
	a, err := api()
	if err != nil {
		return a, err
	}
	a.until = g.now().Add(answerLife)
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.answers) >= maxAnswers {
		clear(g.answers)
	}
	g.answers[key] = a
	return a, nil
}

// attributes are the verb of a request and the subresources of the node that it is about, kubelet's: one of them has to be
// allowed.
func attributes(r *http.Request) (verb string, subresources []string) {
	verb = map[string]string{http.MethodPost: "create", http.MethodGet: "get", http.MethodHead: "", http.MethodPut: "update", http.MethodPatch: "patch", http.MethodDelete: "delete"}[r.Method]
	below := func(dir string) bool { return r.URL.Path == dir || strings.HasPrefix(r.URL.Path, dir+"/") }
	switch {
	case below("/pods"), below("/runningpods"):
		subresources = append(subresources, "pods")
	case below("/healthz"):
		subresources = append(subresources, "healthz")
	case below("/configz"):
		subresources = append(subresources, "configz")
	}
	switch {
	case below("/stats"):
		return verb, append(subresources, "stats")
	case below("/metrics"):
		return verb, append(subresources, "metrics")
	case below("/logs"):
		return verb, append(subresources, "log")
	case below("/v2"): // ours, see Config.Images
		return verb, append(subresources, "images")
	case below("/checkpoint"):
		return verb, append(subresources, "checkpoint")
	}
	return verb, append(subresources, "proxy")
}
