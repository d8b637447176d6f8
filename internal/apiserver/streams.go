package apiserver

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/labels"
	upgrade "k8s.io/apimachinery/pkg/util/proxy"
	translate "k8s.io/apiserver/pkg/util/proxy"
	"k8s.io/streaming/pkg/httpstream/wsstream"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/registry"
)

// streamContext ends with the request or with the server.
func (s *Server) streamContext(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(s.stopping, cancel)
	return ctx, func() { stop(); cancel() }
}

// lift takes away the deadline that answers have which are no streams.
func (c *call) lift(s *Server) {
	rc := http.NewResponseController(c.w)
	for _, err := range []error{rc.SetWriteDeadline(time.Time{}), rc.SetReadDeadline(time.Time{})} {
		if err != nil && !errors.Is(err, http.ErrNotSupported) {
			s.Log.Debug("lifting a deadline failed", "err", err)
		}
	}
}

// responder turns what goes wrong on the way to a node into the API's errors.
type responder struct {
	s *Server
	c *call
}

// Error is upstream's ErrorResponder.
func (p responder) Error(w http.ResponseWriter, r *http.Request, err error) {
	if p.c.w.code != 0 {
		p.s.Log.Debug("a stream broke", "path", r.URL.Path, "err", err)
		return
	}
	var st apierrors.APIStatus
	if !errors.As(err, &st) {
		err = apierrors.NewInternalError(fmt.Errorf("error dialing backend: %w", err))
	}
	p.s.fail(w, r, err)
}

// stream serves exec, attach and port forwarding. Nodes speak SPDY; what comes over a WebSocket is translated here, as
// upstream does for nodes that cannot.
func (s *Server) stream(c *call) error {
	opts, values, err := streamValues(c)
	if err != nil {
		return err
	}
	if err := s.admitConnect(c, streamOptions(c, opts)); err != nil {
		return err
	}
	pod, err := s.pod(c, c.name)
	if err != nil {
		return err
	}
	if pod.Spec.NodeName == "" {
		return apierrors.NewBadRequest(fmt.Sprintf("pod %s does not have a host assigned", c.name))
	}
	container := ""
	if c.subresource != "portforward" {
		if container, err = containerOf(pod, c.q.get("container")); err != nil {
			return err
		}
	}
	loc, err := s.kubelet(c, pod.Spec.NodeName)
	if err != nil {
		return err
	}
	loc.RawQuery = values.Encode()
	ctx, cancel := s.streamContext(c.requestContext())
	defer cancel()
	r := c.r.WithContext(ctx)
	c.lift(s)
	if c.subresource == "portforward" {
		loc.Path = "/portForward/" + pod.Namespace + "/" + pod.Name
		direct := upgrade.NewUpgradeAwareHandler(loc, s.nodes.verified, false, true, responder{s, c})
		translate.NewTranslatingHandler(direct, translate.NewTunnelingHandler(direct), wsstream.IsWebSocketRequestWithTunnelingProtocol).ServeHTTP(c.w, r)
		return nil
	}
	loc.Path = "/" + c.subresource + "/" + pod.Namespace + "/" + pod.Name + "/" + container
	direct := upgrade.NewUpgradeAwareHandler(loc, s.nodes.verified, false, true, responder{s, c})
	translator := translate.NewStreamTranslatorHandler(loc, s.nodes.verified, 0, opts)
	translate.NewTranslatingHandler(direct, translator, wsstream.IsWebSocketRequestWithStreamCloseProtocol).ServeHTTP(c.w, r)
	return nil
}

// streamValues reads the options of exec, attach and portforward and returns them as a node reads them.
func streamValues(c *call) (translate.Options, url.Values, error) {
	q, out := &c.q, url.Values{}
	if c.subresource == "portforward" {
		for _, p := range q.values["ports"] {
			for one := range strings.SplitSeq(p, ",") {
				if n, err := strconv.ParseUint(one, 10, 16); err != nil || n == 0 {
					return translate.Options{}, nil, apierrors.NewBadRequest(fmt.Sprintf("ports: %q is no port", one))
				}
			}
		}
		if ps := q.values["ports"]; len(ps) > 0 {
			out.Set(corev1.PortHeader, strings.Join(ps, ","))
		}
		return translate.Options{}, out, nil
	}
	// A stream that the client does not name it does not open: waiting for one would be waiting for ever. A node refuses
	// to run a command without any.
	o := translate.Options{Stdin: q.boolean("stdin"), Stdout: q.boolean("stdout"), Stderr: q.boolean("stderr"), Tty: q.boolean("tty")}
	if o.Tty {
		o.Stderr = false // a terminal has one output
	}
	if err := q.bad("PodExecOptions"); err != nil {
		return o, nil, err
	}
	for name, set := range map[string]bool{corev1.ExecStdinParam: o.Stdin, corev1.ExecStdoutParam: o.Stdout, corev1.ExecStderrParam: o.Stderr, corev1.ExecTTYParam: o.Tty} {
		if set {
			out.Set(name, "1")
		}
	}
	if c.subresource == "exec" {
		if len(q.values["command"]) == 0 {
			return o, nil, apierrors.NewBadRequest("you must specify at least one command for the container")
		}
		out["command"] = q.values["command"]
	}
	return o, out, nil
}

// proxy passes requests on to what listens in a pod, behind a service, or on a node.
func (s *Server) proxy(c *call) error {
	scheme, name, port, err := splitProxyName(c.name)
	if err != nil {
		return err
	}
	if err := s.admitConnect(c, proxyOptions(c)); err != nil {
		return err
	}
	s.nodes.make(s.Nodes)
	transport := s.nodes.pods
	var loc *url.URL
	switch c.resource {
	case "nodes":
		if loc, err = s.kubelet(c, name); err != nil {
			return err
		}
		if port != "" && port != loc.Port() {
			return apierrors.NewBadRequest(fmt.Sprintf("only the node's own server, port %s, can be reached through a node's proxy", loc.Port()))
		}
		transport = s.nodes.verified
	case "pods":
		loc, err = s.podLocation(c, scheme, name, port)
	case "services":
		loc, err = s.serviceLocation(c, scheme, name, port)
	default:
		return errNoPath
	}
	if err != nil {
		return err
	}
	if c.rest == "" && (c.r.Method == http.MethodGet || c.r.Method == http.MethodHead) { // relative links of the page need the slash
		to := *c.r.URL
		to.Path += "/"
		http.Redirect(c.w, c.r, to.String(), http.StatusMovedPermanently)
		return nil
	}
	loc.Path = c.rest
	ctx, cancel := s.streamContext(c.r.Context())
	defer cancel()
	c.lift(s)
	h := upgrade.NewUpgradeAwareHandler(loc, transport, true, false, responder{s, c})
	h.ServeHTTP(c.w, c.r.WithContext(ctx))
	return nil
}

func (s *Server) podLocation(c *call, scheme, name, port string) (*url.URL, error) {
	pod, err := s.pod(c, name)
	if err != nil {
		return nil, err
	}
	for _, ctr := range pod.Spec.Containers {
		if port == "" && len(ctr.Ports) > 0 {
			port = strconv.Itoa(int(ctr.Ports[0].ContainerPort))
		}
	}
	return backend(scheme, pod.Status.PodIP, port)
}

// backend is the address of something in a pod. Only addresses that pods can have are let through: who may set a pod's
// status must not reach what listens on this machine.
func backend(scheme, ip, port string) (*url.URL, error) {
	if a := net.ParseIP(ip); a == nil || !a.IsGlobalUnicast() {
		return nil, apierrors.NewBadRequest("address not allowed")
	}
	host := ip
	if strings.Contains(ip, ":") {
		host = "[" + ip + "]"
	}
	if port != "" {
		host = net.JoinHostPort(ip, port)
	}
	return &url.URL{Scheme: scheme, Host: host}, nil
}

// serviceLocation picks a ready endpoint of a service at random.
func (s *Server) serviceLocation(c *call, scheme, name, port string) (*url.URL, error) {
	obj, err := s.object(c, api.Resource{Name: "services"}, c.namespace, name)
	if err != nil {
		return nil, err
	}
	svc := obj.(*corev1.Service)
	portName, found := "", false
	for _, p := range svc.Spec.Ports {
		if port == "" || port == p.Name || port == strconv.Itoa(int(p.Port)) {
			portName, found = p.Name, true
			break
		}
	}
	if !found {
		return nil, apierrors.NewServiceUnavailable(fmt.Sprintf("no service port %q found for service %q", port, name))
	}
	k := s.Law.Kind(api.Resource{Group: discoveryv1.GroupName, Name: "endpointslices"})
	page, err := s.Registry.List(c.r.Context(), registry.Request{Cluster: c.cluster, Kind: k, Version: k.Versions[0], Namespace: c.namespace, User: c.user},
		registry.ListOptions{Labels: labels.SelectorFromSet(labels.Set{discoveryv1.LabelServiceName: name})})
	if err != nil {
		return nil, err
	}
	var ready []*url.URL
	for _, rec := range page.Records {
		obj, err := s.Law.Typed(k, rec)
		if err != nil {
			return nil, apierrors.NewInternalError(err)
		}
		ready = append(ready, readyBackends(obj.(*discoveryv1.EndpointSlice), scheme, portName)...)
	}
	if len(ready) == 0 {
		return nil, apierrors.NewServiceUnavailable(fmt.Sprintf("no endpoints available for service %q", name))
	}
	return ready[rand.IntN(len(ready))], nil
}

func readyBackends(slice *discoveryv1.EndpointSlice, scheme, portName string) (out []*url.URL) {
	for _, p := range slice.Ports {
		if p.Port == nil || p.Name != nil && *p.Name != portName || p.Name == nil && portName != "" {
			continue
		}
		for _, e := range slice.Endpoints {
			if e.Conditions.Ready != nil && !*e.Conditions.Ready || len(e.Addresses) == 0 {
				continue
			}
			if u, err := backend(scheme, e.Addresses[0], strconv.Itoa(int(*p.Port))); err == nil {
				out = append(out, u)
			}
		}
	}
	return out
}
