package apiserver

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	authenticationv1 "k8s.io/api/authentication/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/registry/rest"

	"gantry.dev/gantry/internal/registry"
)

// serveSubresource sends a request below an object to where it belongs.
func (s *Server) serveSubresource(c *call) error {
	sub := c.kind.Sub(c.subresource)
	if sub == nil && c.kind.IsCustom() && c.name != "" {
		return apierrors.NewNotFound(groupResource(c.group, c.resource), c.name)
	}
	if sub == nil || c.name == "" {
		return errNoPath
	}
	// A proxy passes on the question for options, which is no verb of the API.
	proxied := c.subresource == "proxy"
	if !slices.Contains(sub.Verbs, c.verb) && !(proxied && c.r.Method == http.MethodOptions) || c.r.Method == http.MethodHead && !proxied {
		return notAllowed()
	}
	switch c.subresource {
	case "log":
		return s.log(c)
	case "exec", "attach", "portforward":
		return s.stream(c)
	case "proxy":
		return s.proxy(c)
	case "scale":
		return s.scale(c)
	case "binding":
		return order(s, c, s.Registry.Bind)
	case "eviction":
		return order(s, c, s.Registry.Evict)
	case "token":
		return s.createToken(c)
	}
	if sub.Strategy == nil {
		return apierrors.NewMethodNotSupported(groupResource(c.group, c.resource+"/"+c.subresource), c.verb)
	}
	switch c.verb {
	case "get":
		return s.get(c)
	case "update":
		return s.update(c)
	case "patch":
		return s.patch(c)
	}
	return notAllowed()
}

// typedBody reads a body whose kind is the subresource's own.
func typedBody[T runtime.Object](s *Server, c *call) (T, []string, error) {
	var none T
	options := "CreateOptions"
	if c.verb == "update" {
		options = "UpdateOptions"
	}
	o, err := parseWrite(&c.q, options)
	if err != nil {
		return none, nil, err
	}
	body, err := s.readBody(c)
	if err != nil {
		return none, nil, err
	}
	obj, warnings, err := s.Law.DecodeRequest(c.kind, c.subresource, c.version, c.r.Header.Get("Content-Type"), body, o.FieldValidation)
	if err != nil {
		return none, nil, err
	}
	typed, err := s.Law.ToTyped(c.kind, obj)
	if err != nil {
		return none, nil, apierrors.NewInternalError(err)
	}
	s.auditRequest(c, typed)
	if m, err := meta.Accessor(typed); err == nil {
		if err := rest.EnsureObjectNamespaceMatchesRequestNamespace(rest.ExpectedNamespaceForScope(c.namespace, c.kind.Namespaced), m); err != nil {
			return none, nil, err
		}
	}
	out, ok := typed.(T)
	if !ok {
		return none, nil, apierrors.NewBadRequest(fmt.Sprintf("the body must be a %T, not a %T", none, typed))
	}
	return out, warnings, nil
}

// order serves a subresource that is only an order, a binding or an eviction: its answer is a Status.
func order[T runtime.Object](s *Server, c *call, do func(context.Context, registry.Request, T, registry.WriteOptions) error) error {
	f, o, err := c.writeOptions("CreateOptions")
	if err != nil {
		return err
	}
	body, warnings, err := typedBody[T](s, c)
	if err != nil {
		return err
	}
	warn(c.w.Header(), warnings)
	ctx, cancel, err := c.deadline()
	if err != nil {
		return err
	}
	defer cancel()
	if err := do(ctx, c.writeRequest(), body, o); err != nil {
		return err
	}
	f.as = ""
	s.send(c.w, c.r, f, http.StatusCreated, &metav1.Status{Status: metav1.StatusSuccess, Code: http.StatusCreated}, metaV1)
	return nil
}

func (s *Server) createToken(c *call) error {
	f, err := c.negotiate(plainOnly)
	if err != nil {
		return err
	}
	tr, warnings, err := typedBody[*authenticationv1.TokenRequest](s, c)
	if err != nil {
		return err
	}
	warn(c.w.Header(), warnings)
	if tr, err = s.Registry.CreateToken(c.warning(c.requestContext()), c.writeRequest(), tr); err != nil {
		return err
	}
	s.send(c.w, c.r, f, http.StatusCreated, tr, authenticationv1.SchemeGroupVersion)
	return nil
}

// scale reads and writes the number of replicas.
func (s *Server) scale(c *call) error {
	can := objectsOf
	if c.kind.IsCustom() {
		can = plainOnly
	}
	f, err := c.negotiate(can)
	if err != nil {
		return err
	}
	var out *autoscalingv1.Scale
	switch c.verb {
	case "get":
		out, err = s.Registry.GetScale(c.requestContext(), c.request())
	case "update":
		out, err = s.updateScale(c)
	case "patch":
		out, err = s.patchScale(c)
	}
	if err != nil {
		return err
	}
	return s.sendScale(c, f, out)
}

func (s *Server) sendScale(c *call, f format, scale *autoscalingv1.Scale) error {
	switch f.as {
	case "Table":
		opts, err := c.tableOptions()
		if err != nil {
			return err
		}
		t, err := s.Law.ScaleTable(scale, f.form(c.version), opts)
		if err != nil {
			return err
		}
		s.send(c.w, c.r, f, http.StatusOK, t, metaV1)
	case "PartialObjectMetadataList":
		return misfit(f.as, "not a list", "*autoscaling.Scale")
	case "PartialObjectMetadata":
		m := meta.AsPartialObjectMetadata(scale)
		m.SetGroupVersionKind(metav1.SchemeGroupVersion.WithKind(f.as))
		m.APIVersion = metav1.GroupName + "/" + f.metaVersion
		s.send(c.w, c.r, f, http.StatusOK, m, metaV1)
	default:
		s.send(c.w, c.r, f, http.StatusOK, scale, autoscalingv1.SchemeGroupVersion)
	}
	return nil
}

func (s *Server) updateScale(c *call) (*autoscalingv1.Scale, error) {
	in, warnings, err := typedBody[*autoscalingv1.Scale](s, c)
	if err != nil {
		return nil, err
	}
	warn(c.w.Header(), warnings)
	o, err := parseWrite(&c.q, "UpdateOptions")
	if err != nil {
		return nil, err
	}
	ctx, cancel, err := c.deadline()
	if err != nil {
		return nil, err
	}
	defer cancel()
	return s.Registry.UpdateScale(ctx, c.writeRequest(), in, o)
}

func (s *Server) patchScale(c *call) (*autoscalingv1.Scale, error) {
	p, err := s.readPatch(c)
	if err != nil {
		return nil, err
	}
	ctx, cancel, err := c.deadline()
	if err != nil {
		return nil, err
	}
	defer cancel()
	out, warnings, err := s.Registry.PatchScale(ctx, p.request, p.typ, p.body, p.force, p.options)
	warn(c.w.Header(), warnings)
	return out, err
}
