package apiserver

import (
	"fmt"
	"net/url"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
)

// query reads query parameters and gathers what is wrong with them, so that an answer names every bad one.
type query struct {
	values url.Values
	errs   field.ErrorList
}

func (q *query) get(name string) string { return q.values.Get(name) }

// boolean reads as upstream's conversion does: present but empty is true.
func (q *query) boolean(name string) bool {
	vs, ok := q.values[name]
	if !ok || len(vs) == 0 {
		return false
	}
	switch vs[0] {
	case "", "true", "1", "True", "TRUE", "t", "T":
		return true
	case "false", "0", "False", "FALSE", "f", "F":
		return false
	}
	q.errs = append(q.errs, field.Invalid(field.NewPath(name), vs[0], "must be true or false"))
	return false
}

// integer reads a number that must not be negative; nil if it is absent.
func (q *query) integer(name string) *int64 {
	s := q.values.Get(name)
	if s == "" {
		return nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		q.errs = append(q.errs, field.Invalid(field.NewPath(name), s, "must be a number that is not negative"))
		return nil
	}
	return &n
}

// bad returns what is wrong, as the API's error for an options kind.
func (q *query) bad(kind string) error {
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
			return p, apierrors.NewBadRequest("unable to parse requirement: labelSelector: " + err.Error())
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
		one := fields.OneTermEqualSelector(metav1.ObjectNameField, name)
		if p.Fields != nil {
			one = fields.AndSelectors(p.Fields, one)
		}
		p.Fields = one
	}
	if n := q.integer("limit"); n != nil {
		p.Limit = *n
	}
	p.Continue, p.ResourceVersion = q.get("continue"), q.get("resourceVersion")
	p.Match = metav1.ResourceVersionMatch(q.get("resourceVersionMatch"))
	p.bookmarks, p.SendInitialEvents = q.boolean("allowWatchBookmarks"), q.boolean("sendInitialEvents")
	if n := q.integer("timeoutSeconds"); n != nil {
		p.timeout = time.Duration(*n) * time.Second
	}
	return p, q.bad("ListOptions")
}

// checkWatch refuses what upstream refuses of a watch's options.
func (p *listParams) checkWatch(q *query) error {
	_, asked := q.values["sendInitialEvents"]
	match := field.NewPath("resourceVersionMatch")
	switch {
	case asked && p.Match != metav1.ResourceVersionMatchNotOlderThan:
		q.errs = append(q.errs, field.Forbidden(match, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"))
	case !asked && p.Match != "":
		q.errs = append(q.errs, field.Forbidden(match, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"))
	}
	if p.Continue != "" {
		q.errs = append(q.errs, field.Forbidden(field.NewPath("continue"), "continue is not allowed for watch"))
	}
	return q.bad("ListOptions")
}

// checkList refuses what upstream refuses of a list's options.
func (p *listParams) checkList(q *query) error {
	if _, asked := q.values["sendInitialEvents"]; asked {
		q.errs = append(q.errs, field.Forbidden(field.NewPath("sendInitialEvents"), "sendInitialEvents is forbidden for list"))
	}
	match := field.NewPath("resourceVersionMatch")
	switch p.Match {
	case "":
	case metav1.ResourceVersionMatchExact, metav1.ResourceVersionMatchNotOlderThan:
		if p.ResourceVersion == "" {
			q.errs = append(q.errs, field.Forbidden(match, "resourceVersionMatch is forbidden unless resourceVersion is provided"))
		}
		if p.Continue != "" {
			q.errs = append(q.errs, field.Forbidden(match, "resourceVersionMatch is forbidden when continue is provided"))
		}
		if p.Match == metav1.ResourceVersionMatchExact && p.ResourceVersion == "0" {
			q.errs = append(q.errs, field.Forbidden(match, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""))
		}
	default:
		q.errs = append(q.errs, field.NotSupported(match, p.Match, []metav1.ResourceVersionMatch{metav1.ResourceVersionMatchExact, metav1.ResourceVersionMatchNotOlderThan}))
	}
	return q.bad("ListOptions")
}

// maxManager is upstream's bound on the length of a field manager's name.
const maxManager = 128

// parseWrite reads the options of create, update and patch.
func parseWrite(q *query, kind string) (registry.WriteOptions, error) {
	var o registry.WriteOptions
	o.DryRun = q.dryRun()
	fv, err := schema.ParseFieldValidation(q.get("fieldValidation"))
	if err != nil {
		q.errs = append(q.errs, field.NotSupported(field.NewPath("fieldValidation"), q.get("fieldValidation"), []string{"", "Ignore", "Strict", "Warn"}))
	}
	o.FieldValidation = fv
	if m := q.get("fieldManager"); len(m) > maxManager {
		q.errs = append(q.errs, field.TooLong(field.NewPath("fieldManager"), m, maxManager))
	} else {
		for i, r := range m {
			if !strconv.IsPrint(r) {
				q.errs = append(q.errs, field.Invalid(field.NewPath("fieldManager"), m, fmt.Sprintf("should only contain printable characters, the one at %d is not", i)))
				break
			}
		}
	}
	return o, q.bad(kind)
}

func (q *query) dryRun() bool {
	for _, v := range q.values["dryRun"] {
		if v != metav1.DryRunAll {
			q.errs = append(q.errs, field.NotSupported(field.NewPath("dryRun"), v, []string{metav1.DryRunAll}))
			return false
		}
	}
	return len(q.values["dryRun"]) > 0
}

// deleteParams fills delete options from the query, as a client without a body sends them.
func deleteParams(q *query) (*metav1.DeleteOptions, error) {
	o := &metav1.DeleteOptions{GracePeriodSeconds: q.integer("gracePeriodSeconds"), DryRun: q.values["dryRun"]}
	q.dryRun()
	if s := q.get("propagationPolicy"); s != "" {
		p := metav1.DeletionPropagation(s)
		o.PropagationPolicy = &p
	}
	if _, ok := q.values["orphanDependents"]; ok {
		b := q.boolean("orphanDependents")
		o.OrphanDependents = &b
	}
	if q.boolean("ignoreStoreReadErrorWithClusterBreakingPotential") {
		q.errs = append(q.errs, field.Forbidden(field.NewPath("ignoreStoreReadErrorWithClusterBreakingPotential"), "unsafe deletion is not offered: Gantry's store has no unreadable objects"))
	}
	return o, q.bad("DeleteOptions")
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
