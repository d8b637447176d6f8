package apiserver

import (
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	translate "k8s.io/apiserver/pkg/util/proxy"
)

// admitConnect asks admission about a stream before anything is dialed, as upstream: before it is known whether the
// other end exists.
func (s *Server) admitConnect(c *call, options runtime.Object) error {
	return s.Registry.AdmitConnect(c.warning(c.r.Context()), c.request(), options)
}

// streamOptions are what an exec, attach or port forwarding asks for, as admission sees it.
func streamOptions(c *call, o translate.Options) runtime.Object {
	container := c.q.get("container")
	switch c.subresource {
	case "exec":
		return &corev1.PodExecOptions{Stdin: o.Stdin, Stdout: o.Stdout, Stderr: o.Stderr, TTY: o.Tty, Container: container, Command: c.q.values["command"]}
	case "attach":
		return &corev1.PodAttachOptions{Stdin: o.Stdin, Stdout: o.Stdout, Stderr: o.Stderr, TTY: o.Tty, Container: container}
	}
	out := &corev1.PodPortForwardOptions{}
	for _, list := range c.q.values["ports"] {
		for one := range strings.SplitSeq(list, ",") {
			if n, err := strconv.ParseInt(one, 10, 32); err == nil { // checked by streamValues
				out.Ports = append(out.Ports, int32(n))
			}
		}
	}
	return out
}

func proxyOptions(c *call) runtime.Object {
	switch c.resource {
	case "nodes":
		return &corev1.NodeProxyOptions{Path: c.rest}
	case "services":
		return &corev1.ServiceProxyOptions{Path: c.rest}
	}
	return &corev1.PodProxyOptions{Path: c.rest}
}
