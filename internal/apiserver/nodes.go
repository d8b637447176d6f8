package apiserver

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/registry"
)

// nodeTransports are how the server reaches nodes and pods, made at the first use.
type nodeTransports struct {
	once     sync.Once
	verified *http.Transport // to nodes' own servers, with our client certificate
	blind    *http.Transport // the same without checking theirs: insecureSkipTLSVerifyBackend of logs
	pods     *http.Transport // to what runs in pods, whose certificates nobody can know
}

// dialTimeout is for a connection to a node or pod, which answer at once or not at all.
const dialTimeout = 10 * time.Second

func (t *nodeTransports) make(nodes *tls.Config) {
	t.once.Do(func() {
		dial := (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext
		with := func(c *tls.Config) *http.Transport {
			// HTTP/1.1 only: what is proxied may be upgraded.
			return &http.Transport{DialContext: dial, TLSClientConfig: c, TLSHandshakeTimeout: dialTimeout,
				MaxIdleConnsPerHost: 16, IdleConnTimeout: idleTimeout, DisableCompression: true}
		}
		if nodes != nil {
			t.verified = with(nodes.Clone())
			c := nodes.Clone()
			c.InsecureSkipVerify = true
			t.blind = with(c)
		}
		t.pods = with(&tls.Config{InsecureSkipVerify: true})
	})
}

// kubelet returns the address of a node's server.
func (s *Server) kubelet(c *call, name string) (*url.URL, error) {
	s.nodes.make(s.Nodes)
	if s.nodes.verified == nil {
		return nil, apierrors.NewServiceUnavailable("this server was started without credentials for nodes: logs, exec, attach, port-forward and node proxies are not available")
	}
	obj, err := s.object(c, api.Resource{Name: "nodes"}, "", name)
	if err != nil {
		return nil, err
	}
	node := obj.(*corev1.Node)
	if node.Labels[plan.NodeClassLabel] == plan.SimClass {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("node %q is simulated: no container runs there, and nobody could be asked", name))
	}
	port := node.Status.DaemonEndpoints.KubeletEndpoint.Port
	host := nodeAddress(node)
	if host == "" || port == 0 {
		return nil, apierrors.NewServiceUnavailable(fmt.Sprintf("node %q has not reported the address and port of its server yet", name))
	}
	return &url.URL{Scheme: "https", Host: net.JoinHostPort(host, strconv.Itoa(int(port)))}, nil
}

// nodeAddress prefers addresses to names: they need no resolver.
func nodeAddress(n *corev1.Node) string {
	for _, typ := range []corev1.NodeAddressType{corev1.NodeInternalIP, corev1.NodeExternalIP, corev1.NodeHostName, corev1.NodeInternalDNS} {
		for _, a := range n.Status.Addresses {
			if a.Type == typ && a.Address != "" {
				return a.Address
			}
		}
	}
	return ""
}

// object reads the typed object of a kind other than the request's.
func (s *Server) object(c *call, r api.Resource, namespace, name string) (runtime.Object, error) {
	k := s.Law.Kind(r)
	rec, err := s.Registry.Get(c.r.Context(), registry.Request{Cluster: c.cluster, Kind: k, Version: k.Versions[0], Namespace: namespace, Name: name, User: c.user}, "")
	if err != nil {
		return nil, err
	}
	return s.Law.Typed(k, rec)
}

func (s *Server) pod(c *call, name string) (*corev1.Pod, error) {
	obj, err := s.object(c, api.Resource{Name: "pods"}, c.namespace, name)
	if err != nil {
		return nil, err
	}
	return obj.(*corev1.Pod), nil
}

// containerOf checks the container that a request names, or finds the only one.
func containerOf(pod *corev1.Pod, name string) (string, error) {
	var names []string
	for _, c := range pod.Spec.InitContainers {
		names = append(names, c.Name)
	}
	for _, c := range pod.Spec.Containers {
		names = append(names, c.Name)
	}
	for _, c := range pod.Spec.EphemeralContainers {
		names = append(names, c.Name)
	}
	switch {
	case name == "" && len(pod.Spec.Containers) == 1:
		return pod.Spec.Containers[0].Name, nil
	case name == "":
		return "", apierrors.NewBadRequest(fmt.Sprintf("a container name must be specified for pod %s, choose one of: %s", pod.Name, names))
	case !slices.Contains(names, name):
		return "", apierrors.NewBadRequest(fmt.Sprintf("container %s is not valid for pod %s", name, pod.Name))
	}
	return name, nil
}

// splitProxyName reads the forms name, name:port and scheme:name:port in which proxy requests name pods and services.
func splitProxyName(id string) (scheme, name, port string, err error) {
	parts := strings.Split(id, ":")
	switch len(parts) {
	case 1:
		name = parts[0]
	case 2:
		name, port = parts[0], parts[1]
	case 3:
		scheme, name, port = parts[0], parts[1], parts[2]
	}
	if name == "" || scheme != "" && scheme != "http" && scheme != "https" {
		return "", "", "", apierrors.NewBadRequest(fmt.Sprintf("invalid proxy request %q: want name, name:port or scheme:name:port", id))
	}
	if scheme == "" {
		scheme = "http"
	}
	return scheme, name, port, nil
}
