package apiserver

import (
	"context"
	"net/http"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/endpoints/handlers/negotiation"

	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
)

// create stores a new object.
func (s *Server) create(c *call) error { return s.put(c, "CreateOptions", s.Registry.Create) }

// update replaces an object, or what a subresource of it covers.
func (s *Server) update(c *call) error { return s.put(c, "UpdateOptions", s.Registry.Update) }

// put hands the object in the body to a write of the registry.
func (s *Server) put(c *call, options string, write func(context.Context, registry.Request, runtime.Object, registry.WriteOptions) (registry.Outcome, error)) error {
	f, o, err := c.writeOptions(options)
	if err != nil {
		return err
	}
	body, err := s.readBody(c)
	if err != nil {
		return err
	}
	decode := func() (runtime.Object, []string, error) {
		return s.Law.DecodeRequest(c.kind, c.subresource, c.version, c.r.Header.Get("Content-Type"), body, o.FieldValidation)
	}
	obj, warnings, err := decode()
	if err != nil {
		return err
	}
	s.auditRequest(c, obj)
	o.Again = func() (runtime.Object, error) {
		obj, _, err := decode()
		return obj, err
	}
	ctx, cancel, err := c.deadline()
	if err != nil {
		return err
	}
	defer cancel()
	out, err := write(ctx, c.writeRequest(), obj, o)
	return s.wrote(c, f, out, warnings, err)
}

// patch changes an object.
func (s *Server) patch(c *call) error {
	p, err := s.readPatch(c)
	if err != nil {
		return err
	}
	ctx, cancel, err := c.deadline()
	if err != nil {
		return err
	}
	defer cancel()
	out, err := s.Registry.Patch(ctx, p.request, p.typ, p.body, p.force, p.options)
	return s.wrote(c, p.format, out, nil, err)
}

// patchRequest is what a PATCH carries.
type patchRequest struct {
	request registry.Request
	format  format
	typ     types.PatchType
	body    []byte
	force   *bool
	options registry.WriteOptions
}

func (s *Server) readPatch(c *call) (patchRequest, error) {
	p := patchRequest{request: c.writeRequest()}
	var err error
	if p.typ, err = patchType(c); err != nil {
		return p, err
	}
	if _, ok := c.q.values["force"]; ok {
		b := c.q.boolean("force")
		p.force = &b
	}
	c.checkApply(p.typ, p.force != nil)
	if p.format, p.options, err = c.writeOptions("PatchOptions"); err != nil {
		return p, err
	}
	if p.typ == types.ApplyPatchType {
		p.request.FieldManager = c.q.get("fieldManager") // never guessed: it decides who owns what
	}
	if p.body, err = s.readBody(c); err == nil {
		c.auditPatch(p.body)
	}
	return p, err
}

// checkApply notes what upstream refuses of a patch's options, before what it refuses of any write's.
func (c *call) checkApply(pt types.PatchType, hasForce bool) {
	switch {
	case pt == types.ApplyPatchType && c.q.get("fieldManager") == "":
		c.q.errs = append(c.q.errs, field.Required(field.NewPath("fieldManager"), "is required for apply patch"))
	case pt != types.ApplyPatchType && hasForce:
		c.q.errs = append(c.q.errs, field.Forbidden(field.NewPath("force"), "may not be specified for non-apply patch"))
	}
}

// patchType reads the Content-Type of a patch.
func patchType(c *call) (types.PatchType, error) {
	known := []types.PatchType{types.JSONPatchType, types.MergePatchType, types.StrategicMergePatchType, types.ApplyPatchType}
	if c.kind.IsCustom() { // nothing says how lists are merged strategically
		known = slices.Delete(known, 2, 3)
	}
	said := c.r.Header.Get("Content-Type")
	media, _, _ := strings.Cut(said, ";")
	if slices.Contains(known, types.PatchType(media)) {
		return types.PatchType(media), nil
	}
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	if !c.kind.IsCustom() && !routes(said, names) { // upstream's router comes first, and names no types
		return "", &apierrors.StatusError{ErrStatus: metav1.Status{Status: metav1.StatusFailure, Code: http.StatusUnsupportedMediaType,
			Reason: metav1.StatusReasonUnsupportedMediaType, Details: &metav1.StatusDetails{}, Message: "415: Unsupported Media Type"}}
	}
	return "", negotiation.NewUnsupportedMediaTypeError(names)
}

// writeOptions negotiates the answer and reads the options before anything is done.
func (c *call) writeOptions(kind string) (format, registry.WriteOptions, error) {
	f, err := c.negotiate(objectsOf)
	if err != nil {
		return f, registry.WriteOptions{}, err
	}
	o, err := parseWrite(&c.q, kind)
	return f, o, err
}

func (c *call) writeRequest() registry.Request {
	q := c.request()
	q.FieldManager = c.manager()
	return q
}

// wrote answers with the outcome of a write.
func (s *Server) wrote(c *call, f format, out registry.Outcome, warnings []string, err error) error {
	warn(c.w.Header(), warnings)
	warn(c.w.Header(), out.Warnings)
	if err != nil {
		return err
	}
	code := http.StatusOK
	if out.Created {
		code = http.StatusCreated
	}
	if f.as == "" {
		s.Law.Remember(c.kind, out.Rec, out.Fresh, f.form(c.version))
	}
	return s.sendObject(c, f, code, out.Rec)
}

// delete ends an object's life.
func (s *Server) delete(c *call) error {
	f, err := c.negotiate(objectsOf)
	if err != nil {
		return err
	}
	opts, err := s.deleteOptions(c)
	if err != nil {
		return err
	}
	ctx, cancel, err := c.deadline()
	if err != nil {
		return err
	}
	defer cancel()
	out, err := s.Registry.Delete(ctx, c.writeRequest(), opts)
	warn(c.w.Header(), out.Warnings)
	if err != nil {
		return err
	}
	if !out.Deleted || returnsDeleted(c.kind) {
		code := http.StatusOK
		if !out.Deleted && opts.OrphanDependents != nil && !*opts.OrphanDependents {
			code = http.StatusAccepted
		}
		return s.sendObject(c, f, code, out.Rec)
	}
	st := &metav1.Status{Status: metav1.StatusSuccess, Code: http.StatusOK,
		// Upstream's legacy: the kind of the details is the resource.
		Details: &metav1.StatusDetails{Name: c.name, Group: c.group, Kind: c.resource}}
	if m, err := s.Law.Meta(c.kind, out.Rec); err == nil {
		st.Details.UID = m.UID
	}
	if f.as != "" {
		f.as = "" // a Status is never a table
	}
	s.send(c.w, c.r, f, http.StatusOK, withoutCode(st), kschema.GroupVersion{Version: "v1"})
	return nil
}

// withoutCode drops what upstream does not say of a success.
func withoutCode(st *metav1.Status) *metav1.Status {
	st.Code = 0
	return st
}

// returnsDeleted lists the kinds whose delete answers with the object instead of a Status, as upstream's storages are
// configured.
func returnsDeleted(k *schema.Kind) bool {
	switch k.Resource.String() {
	case "pods", "services", "serviceaccounts", "namespaces", "resourcequotas", "persistentvolumes",
		"persistentvolumeclaims", "podtemplates", "storageclasses.storage.k8s.io", "csidrivers.storage.k8s.io",
		"csinodes.storage.k8s.io", "volumeattachments.storage.k8s.io", "volumeattributesclasses.storage.k8s.io",
		"deviceclasses.resource.k8s.io", "resourceclaims.resource.k8s.io", "resourceclaimtemplates.resource.k8s.io",
		"resourceslices.resource.k8s.io":
		return true
	}
	return false
}

// deleteOptions come in the body, or in the query of a client that sends none.
func (s *Server) deleteOptions(c *call) (*metav1.DeleteOptions, error) {
	body, err := s.readBody(c)
	if err != nil {
		return nil, err
	}
	var opts *metav1.DeleteOptions
	if len(body) == 0 {
		opts, err = deleteParams(&c.q)
	} else if opts, err = s.Law.DecodeDeleteOptions(c.r.Header.Get("Content-Type"), body); err == nil {
		s.auditRequest(c, opts)
	}
	if err != nil {
		return nil, err
	}
	if errs := metav1validation.ValidateDeleteOptions(opts); len(errs) > 0 {
		return nil, apierrors.NewInvalid(kschema.GroupKind{Group: metav1.GroupName, Kind: "DeleteOptions"}, "", errs)
	}
	return opts, nil
}

// deleteCollection deletes what a list would show.
func (s *Server) deleteCollection(c *call) error {
	f, err := c.negotiate(listsOf)
	if err != nil {
		return err
	}
	p, err := parseList(c.kind, &c.q, "")
	if err == nil {
		err = p.check(&c.q, false)
	}
	if err != nil {
		return err
	}
	opts, err := s.deleteOptions(c)
	if err != nil {
		return err
	}
	if p.ResourceVersion != "" && p.ResourceVersion != "0" && p.Match == "" {
		p.Match = metav1.ResourceVersionMatchExact // upstream reads in pages, and those are exact
	}
	ctx, cancel, err := c.deadline()
	if err != nil {
		return err
	}
	defer cancel()
	page, err := s.Registry.DeleteCollection(ctx, c.writeRequest(), opts, p.ListOptions)
	if err != nil {
		return err
	}
	return s.sendList(c, f, page.Records, schema.ListMeta{Rev: page.Rev, Continue: page.Continue, Remaining: page.Remaining})
}
