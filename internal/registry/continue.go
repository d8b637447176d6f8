package registry

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// continueToken is the place where a paged list goes on, in upstream's form, which some clients look into. It says
// nothing that the list did not show, and a forged one can only name another place in the same collection.
type continueToken struct {
	Version string `json:"v"`
	// Revision is that of the list's first page; latestRevision goes on with whatever is there now.
	Revision int64 `json:"rv"`
	// Start is the key to begin at, relative to the collection: the last one shown and a zero byte.
	Start string `json:"start"`
}

const (
	continueVersion = "meta.k8s.io/v1"
	latestRevision  = -1
)

// encodeContinue names the place behind last in a list of the scope.
func encodeContinue(rev int64, scope api.Scope, last api.Key) string {
	start := last.Name
	if scope.Namespace == "" && last.Namespace != "" {
		start = last.Namespace + "/" + last.Name
	}
	b, err := json.Marshal(continueToken{continueVersion, rev, start + "\x00"})
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// decodeContinue returns the revision to read at, zero for the latest, and the key behind which the page begins.
func decodeContinue(s string, scope api.Scope, namespaced bool) (api.Revision, api.Key, error) {
	var none api.Key
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return 0, none, fmt.Errorf("continue key is not valid: %w", err)
	}
	var t continueToken
	if err := json.Unmarshal(b, &t); err != nil {
		return 0, none, fmt.Errorf("continue key is not valid: %w", err)
	}
	switch {
	case t.Version != continueVersion:
		return 0, none, fmt.Errorf("continue key is not valid: server does not recognize this encoded version %s", t.Version)
	case t.Revision == 0:
		return 0, none, errors.New("continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)")
	case t.Start == "":
		return 0, none, errors.New("continue key is not valid: encoded start key empty (version meta.k8s.io/v1)")
	}
	clean := "/" + strings.TrimPrefix(t.Start, "/")
	if path.Clean(clean) != clean {
		return 0, none, fmt.Errorf("continue key is not valid: %s", t.Start)
	}
	key := api.Key{Resource: scope.Resource, Cluster: scope.Cluster, Namespace: scope.Namespace}
	key.Name = strings.TrimSuffix(clean[1:], "\x00")
	if namespaced && scope.Namespace == "" {
		var ok bool
		if key.Namespace, key.Name, ok = strings.Cut(key.Name, "/"); !ok {
			return 0, none, fmt.Errorf("continue key is not valid: %s", t.Start)
		}
	}
	return api.Revision(max(t.Revision, 0)), key, nil
}

// The texts of a history that is gone, as upstream words them.
const (
	tooOldForList     = "The resourceVersion for the provided list is too old."
	tooOldForContinue = "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list."
)

// pageError words what went wrong with a page. A client whose pages have expired may go on without consistency: the
// answer has a token for that.
func pageError(err error, rg *store.Range, paged bool) error {
	switch {
	case errors.Is(err, store.ErrCompacted) && paged:
		gone := apierrors.NewResourceExpired(tooOldForContinue)
		gone.ErrStatus.Continue = encodeContinue(latestRevision, rg.Scope, rg.After)
		return gone
	case errors.Is(err, store.ErrCompacted):
		return apierrors.NewResourceExpired(tooOldForList)
	case errors.Is(err, store.ErrFuture):
		return apierrors.NewTimeoutError("Too large resource version", 1)
	default:
		return apierrors.NewInternalError(err)
	}
}

// rangeError words what went wrong with a read that has no pages.
func rangeError(err error) error { return pageError(err, nil, false) }
