package apiserver

import (
	"fmt"
	"net/http"
	"slices"

	authenticationv1 "k8s.io/api/authentication/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

// serveSubresource sends a request below an object to where it belongs.
func (s *Server) serveSubresource(c *call) error {
	sub := c.kind.Sub(c.subresource)
	if sub == nil || c.name == "" {
		return errNoPath
	}
	if !slices.Contains(sub.Verbs, c.verb) {
		return notAllowed(c)
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
		return createdBody(s, c, "Success", func(b *corev1.Binding) error {
			o, err := parseWrite(&c.q, "CreateOptions")
			if err != nil {
				return err
			}
			return s.Registry.Bind(c.requestContext(), c.writeRequest(), b, o)
		})
	case "eviction":
		return createdBody(s, c, "Success", func(e *policyv1.Eviction) error {
			o, err := parseWrite(&c.q, "CreateOptions")
			if err != nil {
				return err
			}
			return s.Registry.Evict(c.requestContext(), c.writeRequest(), e, o)
		})
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
	return notAllowed(c)
}

// typedBody reads a body whose kind is the subresource's own.
func typedBody[T runtime.Object](s *Server, c *call) (T, []string, error) {
	var none T
	o, err := parseWrite(&c.q, "CreateOptions")
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
	out, ok := typed.(T)
	if !ok {
		return none, nil, apierrors.NewBadRequest(fmt.Sprintf("the body must be a %T, not a %T", none, typed))
	}
	return out, warnings, nil
}

// createdBody serves a subresource that is only an order: its answer is a Status.
func createdBody[T runtime.Object](s *Server, c *call, status string, do func(T) error) error {
	f, err := negotiate(c.r, plainOnly)
	if err != nil {
		return err
	}
	body, warnings, err := typedBody[T](s, c)
	if err != nil {
		return err
	}
	warn(c.w.Header(), warnings)
	if err := do(body); err != nil {
		return err
	}
	s.send(c.w, c.r, f, http.StatusCreated, &metav1.Status{Status: status, Code: http.StatusCreated}, metaV1)
	return nil
}

func (s *Server) createToken(c *call) error {
	f, err := negotiate(c.r, plainOnly)
	if err != nil {
		return err
	}
	tr, warnings, err := typedBody[*authenticationv1.TokenRequest](s, c)
	if err != nil {
		return err
	}
	warn(c.w.Header(), warnings)
	if tr, err = s.Registry.CreateToken(c.requestContext(), c.writeRequest(), tr); err != nil {
		return err
	}
	s.send(c.w, c.r, f, http.StatusCreated, tr, authenticationv1.SchemeGroupVersion)
	return nil
}

// scale reads and writes the number of replicas.
func (s *Server) scale(c *call) error {
	f, err := negotiate(c.r, plainOnly)
	if err != nil {
		return err
	}
	ctx, cancel, err := c.deadline()
	if err != nil {
		return err
	}
	defer cancel()
	var out *autoscalingv1.Scale
	switch c.verb {
	case "get":
		out, err = s.Registry.GetScale(ctx, c.request())
	case "update":
		var in *autoscalingv1.Scale
		var warnings []string
		if in, warnings, err = typedBody[*autoscalingv1.Scale](s, c); err != nil {
			return err
		}
		warn(c.w.Header(), warnings)
		o, oerr := parseWrite(&c.q, "UpdateOptions")
		if oerr != nil {
			return oerr
		}
		out, err = s.Registry.UpdateScale(ctx, c.writeRequest(), in, o)
	case "patch":
		var pt types.PatchType
		if pt, err = patchType(c.r); err != nil {
			return err
		}
		o, oerr := parseWrite(&c.q, "PatchOptions")
		if oerr != nil {
			return oerr
		}
		var body []byte
		if body, err = s.readBody(c); err != nil {
			return err
		}
		var force *bool
		if _, ok := c.q.values["force"]; ok {
			b := c.q.boolean("force")
			force = &b
		}
		if err = c.checkApply(pt, force != nil); err != nil {
			return err
		}
		out, err = s.Registry.PatchScale(ctx, c.writeRequest(), pt, body, force, o)
	}
	if err != nil {
		return err
	}
	s.send(c.w, c.r, f, http.StatusOK, out, autoscalingv1.SchemeGroupVersion)
	return nil
}
