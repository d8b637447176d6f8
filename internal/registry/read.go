package registry

import (
	"context"
	"fmt"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// scanChunk is how many records one Range reads while a filtered list with a limit looks for matches.
const scanChunk = 1024

// ListOptions are the parameters of lists and watches. Nil selectors select everything.
type ListOptions struct {
	Labels          labels.Selector
	Fields          fields.Selector
	Limit           int64
	Continue        string
	ResourceVersion string
	Match           metav1.ResourceVersionMatch
	// SendInitialEvents asks a watch to begin with the present state, or not to; nil leaves it to the resourceVersion.
	SendInitialEvents *bool
}

// Page is the answer to a List.
type Page struct {
	Records   []*store.Record
	Rev       api.Revision
	Continue  string
	Remaining *int64
}

// Get reads one record. resourceVersion, if not empty, asks for a state at least that new.
func (r *Registry) Get(_ context.Context, q Request, resourceVersion string) (*store.Record, error) {
	if resourceVersion != "" {
		rev, err := readRevision(resourceVersion)
		if err != nil {
			return nil, apierrors.NewBadRequest(err.Error())
		}
		if err := r.notFuture(rev); err != nil {
			return nil, err
		}
	}
	return r.current(&q)
}

// notFuture answers as upstream does when a client has seen more than the server has.
func (r *Registry) notFuture(rev api.Revision) error {
	cur := r.Store.Revision()
	if rev <= cur {
		return nil
	}
	err := apierrors.NewTimeoutError(fmt.Sprintf("Too large resource version: %d, current: %d", rev, cur), 1)
	err.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: metav1.CauseTypeResourceVersionTooLarge, Message: "Too large resource version"}}
	return err
}

// List reads a page of a consistent snapshot.
func (r *Registry) List(_ context.Context, q Request, o ListOptions) (Page, error) {
	rg := store.Range{Scope: api.Scope{Resource: q.Kind.StoreAs, Cluster: q.Cluster, Namespace: q.Namespace}}
	if o.ResourceVersion == "0" {
		o.Limit = 0 // upstream answers from its cache then, which has no pages; reflectors count on one answer
	}
	if err := r.place(&rg, q.Kind.Namespaced, o); err != nil {
		return Page{}, err
	}
	f := newFilter(r.Law, q.Kind, o)
	if f.name != "" && o.Continue == "" && (q.Namespace != "" || !q.Kind.Namespaced) && rg.Rev == 0 {
		return r.listOne(&q, f), nil
	}
	if f.all() {
		rg.Limit = int(max(o.Limit, 0))
		page, err := r.Store.Range(rg)
		if err != nil {
			return Page{}, pageError(err, &rg, o.Continue != "")
		}
		out := Page{Records: page.Records, Rev: page.Rev}
		if page.More {
			out.Continue = encodeContinue(int64(page.Rev), rg.Scope, page.Records[len(page.Records)-1].Key)
			n := int64(page.Remaining)
			out.Remaining = &n
		}
		return out, nil
	}
	out, err := r.listFiltered(rg, f, int(max(o.Limit, 0)))
	if err != nil {
		return Page{}, pageError(err, &rg, o.Continue != "")
	}
	return out, nil
}

// listOne serves a list that names its only possible object, as `kubectl get x NAME -w` sends it.
func (r *Registry) listOne(q *Request, f *filter) Page {
	out := Page{Rev: r.Store.Revision()}
	key := q.Key()
	key.Name = f.name
	if rec := r.Store.Get(key); rec != nil && f.match(rec) {
		out.Rev = max(out.Rev, rec.Rev)
		out.Records = []*store.Record{rec}
	}
	return out
}

func (r *Registry) listFiltered(rg store.Range, f *filter, limit int) (Page, error) {
	var out Page
	if limit > 0 {
		rg.Limit = scanChunk
	}
	for {
		page, err := r.Store.Range(rg)
		if err != nil {
			return Page{}, err
		}
		out.Rev = page.Rev
		for i, rec := range page.Records {
			if !f.match(rec) {
				continue
			}
			if limit > 0 && len(out.Records) == limit {
				last := out.Records[limit-1].Key
				if i > 0 { // what lies between has been looked at already
					last = page.Records[i-1].Key
				}
				out.Continue = encodeContinue(int64(page.Rev), rg.Scope, last)
				return out, nil
			}
			out.Records = append(out.Records, rec)
		}
		if !page.More {
			return out, nil
		}
		rg.Rev, rg.After = page.Rev, page.Records[len(page.Records)-1].Key
	}
}

// place sets revision and start of the range by upstream's table of resourceVersion and resourceVersionMatch.
func (r *Registry) place(rg *store.Range, namespaced bool, o ListOptions) error {
	if o.Continue != "" {
		rev, after, err := decodeContinue(o.Continue, rg.Scope, namespaced)
		if err != nil {
			return apierrors.NewBadRequest("invalid continue token: " + err.Error())
		}
		if o.ResourceVersion != "" && o.ResourceVersion != "0" {
			return apierrors.NewBadRequest("specifying resource version is not allowed when using continue")
		}
		rg.Rev, rg.After = rev, after
		return r.notFuture(rev)
	}
	if o.ResourceVersion == "" {
		if o.Match != "" {
			return apierrors.NewBadRequest("resourceVersionMatch is forbidden unless resourceVersion is provided")
		}
		return nil
	}
	rev, err := readRevision(o.ResourceVersion)
	if err != nil {
		return apierrors.NewBadRequest("invalid resource version: " + err.Error())
	}
	switch o.Match {
	case metav1.ResourceVersionMatchExact:
		if rev == 0 {
			return apierrors.NewBadRequest("resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\"")
		}
		rg.Rev = rev
	case metav1.ResourceVersionMatchNotOlderThan, "":
		if o.Match == "" && o.Limit > 0 && rev > 0 {
			rg.Rev = rev // upstream reads exactly this revision for a limit with a version and no match
		}
	default:
		return apierrors.NewBadRequest(fmt.Sprintf("resourceVersionMatch: unsupported value %q", o.Match))
	}
	return r.notFuture(rev)
}

// readRevision reads the resourceVersion of a read; its errors are worded as upstream's.
func readRevision(s string) (api.Revision, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0, field.Invalid(field.NewPath("resourceVersion"), s, err.Error())
	}
	return api.Revision(n), nil
}

// FormatRevision is the resourceVersion of a revision.
func FormatRevision(rev api.Revision) string { return strconv.FormatUint(uint64(rev), 10) }
