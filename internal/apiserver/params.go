package apiserver

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	internalvalidation "k8s.io/apimachinery/pkg/apis/meta/internalversion/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
)

// query reads query parameters and gathers what is wrong with their values. Numbers that are none are refused at once,
// as upstream's conversion does.
type query struct {
	values    url.Values
	malformed error
	errs      field.ErrorList
}

func (q *query) get(name string) string { return q.values.Get(name) }

// boolean reads as upstream's conversion does: present is true, unless it says otherwise.
func (q *query) boolean(name string) bool {
	vs := q.values[name]
	return len(vs) > 0 && vs[0] != "0" && !strings.EqualFold(vs[0], "false")
}

// integer reads a number; nil if it is absent.
func (q *query) integer(name string) *int64 {
	vs := q.values[name]
	if len(vs) == 0 {
		return nil
	}
	n, err := strconv.ParseInt(vs[0], 10, 64)
	if err != nil {
		q.malformed = cmp.Or(q.malformed, err)
		return nil
	}
	return &n
}

// bad returns what is wrong, as the API's error for an options kind.
func (q *query) bad(kind string) error {
	if q.malformed != nil {
		return apierrors.NewBadRequest(q.malformed.Error())
	}
	if len(q.errs) == 0 {
		return nil
	}
	return apierrors.NewInvalid(kschema.GroupKind{Group: metav1.GroupName, Kind: kind}, "", q.errs)
}

// listParams are the parameters of list, watch and deletecollection.
type listParams struct {
	registry.ListOptions
	bookmarks bool
	timeout   time.Duration // zero if not given
}

// parseList reads the options of a collection; k says which fields selectors may name. name, if not empty, narrows the
// collection to one object.
func parseList(k *schema.Kind, q *query, name string) (listParams, error) {
	var p listParams
	if s := q.get("labelSelector"); s != "" {
		sel, err := labels.Parse(s)
		if err != nil {
			return p, apierrors.NewBadRequest(err.Error())
		}
		p.Labels = sel
	}
	if s := q.get("fieldSelector"); s != "" {
		sel, err := k.FieldSelector(s)
		if err != nil {
			return p, err
		}
		p.Fields = sel
	}
	if name != "" {
		if p.Fields == nil || p.Fields.Empty() {
			p.Fields = fields.OneTermEqualSelector(metav1.ObjectNameField, name)
		} else if asked, ok := p.Fields.RequiresExactMatch(metav1.ObjectNameField); !ok || asked != name {
			return p, apierrors.NewBadRequest("fieldSelector metadata.name doesn't match requested name")
		}
	}
	if n := q.integer("limit"); n != nil {
		p.Limit = *n
	}
	p.Continue, p.ResourceVersion = q.get("continue"), q.get("resourceVersion")
	p.Match = metav1.ResourceVersionMatch(q.get("resourceVersionMatch"))
	p.bookmarks = q.boolean("allowWatchBookmarks")
	if _, asked := q.values["sendInitialEvents"]; asked {
		initial := q.boolean("sendInitialEvents")
		p.SendInitialEvents = &initial
	}
	if n := q.integer("timeoutSeconds"); n != nil && *n > 0 {
		p.timeout = time.Duration(min(*n, maxWatchSeconds)) * time.Second
	}
	return p, q.bad("ListOptions")
}

// maxWatchSeconds bounds what a client may ask for, so that no arithmetic overflows: a year.
const maxWatchSeconds = 365 * 24 * 3600

// check refuses what upstream refuses of the options of a collection.
func (p *listParams) check(q *query, watch bool) error {
	q.errs = append(q.errs, internalvalidation.ValidateListOptions(&internalversion.ListOptions{Watch: watch,
		ResourceVersion: p.ResourceVersion, ResourceVersionMatch: p.Match, Continue: p.Continue,
		SendInitialEvents: p.SendInitialEvents}, true)...)
	if watch && p.Continue != "" && p.SendInitialEvents == nil && (p.ResourceVersion == "" || p.ResourceVersion == "0") {
		// Upstream's default for such a watch is the state first, by a match that no page can have.
		q.errs = append(q.errs, field.Forbidden(field.NewPath("resourceVersionMatch"), "resourceVersionMatch is forbidden when continue is provided"))
	}
	return q.bad("ListOptions")
}

// maxManager is upstream's bound on the length of a field manager's name.
const maxManager = 128

// parseWrite reads the options of create, update and patch.
func parseWrite(q *query, kind string) (registry.WriteOptions, error) {
	var o registry.WriteOptions
	q.errs = append(q.errs, metav1validation.ValidateFieldManager(q.get("fieldManager"), field.NewPath("fieldManager"))...)
	o.DryRun = q.dryRun()
	q.errs = append(q.errs, metav1validation.ValidateFieldValidation(field.NewPath("fieldValidation"), q.get("fieldValidation"))...)
	if err := q.bad(kind); err != nil {
		return o, err
	}
	var err error
	o.FieldValidation, err = schema.ParseFieldValidation(q.get("fieldValidation"))
	return o, err
}

func (q *query) dryRun() bool {
	q.errs = append(q.errs, metav1validation.ValidateDryRun(field.NewPath("dryRun"), q.values["dryRun"])...)
	return len(q.values["dryRun"]) > 0
}

// deleteParams fills delete options from the query, as a client without a body sends them.
func deleteParams(q *query) (*metav1.DeleteOptions, error) {
	o := &metav1.DeleteOptions{GracePeriodSeconds: q.integer("gracePeriodSeconds"), DryRun: q.values["dryRun"]}
	if vs := q.values["propagationPolicy"]; len(vs) > 0 {
		p := metav1.DeletionPropagation(vs[0])
		o.PropagationPolicy = &p
	}
	if _, ok := q.values["orphanDependents"]; ok {
		b := q.boolean("orphanDependents")
		o.OrphanDependents = &b
	}
	uid, rv := types.UID(q.get("uid")), q.get("resourceVersion")
	if uid != "" || rv != "" {
		o.Preconditions = &metav1.Preconditions{}
	}
	if uid != "" {
		o.Preconditions.UID = &uid
	}
	if rv != "" {
		o.Preconditions.ResourceVersion = &rv
	}
	return o, q.bad("DeleteOptions") // an unsafe delete is asked for in vain, as upstream by default: no object here is unreadable
}

// sinceTime reads a time in RFC 3339.
func (q *query) time(name string) *metav1.Time {
	s := q.get(name)
	if s == "" {
		return nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		q.errs = append(q.errs, field.Invalid(field.NewPath(name), s, "must be a time in RFC 3339 form"))
		return nil
	}
	return &metav1.Time{Time: t}
}
