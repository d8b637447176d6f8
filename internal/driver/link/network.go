package link

import (
	"context"
	"errors"
	"net/netip"
	"os"
)

var errSoon = errors.New("link: not written yet")

// Network is the running network of one node. Its methods are safe for concurrent use and safe to repeat.
type Network struct{ cfg Config }

// Setup makes what the node needs (address, routes, forwarding) and keeps what is already there.
func Setup(ctx context.Context, cfg Config) (*Network, error) { return nil, errSoon }

// AttachPod wires a pod's namespace. Repeating it for the same pod, address and namespace is harmless; a link of the
// same pod into another namespace is replaced.
func (n *Network) AttachPod(ctx context.Context, pod Pod) error { return errSoon }

// DetachPod removes the pod's link with all that hangs on it. A pod that has none is success.
func (n *Network) DetachPod(podUID string) error { return errSoon }

// DetachLink removes a link that Observe reported, for attachments without a PodUID.
func (n *Network) DetachLink(name string) error { return errSoon }

// Observe lists the pod links of this instance, sorted by name.
func (n *Network) Observe() ([]Attachment, error) { return nil, errSoon }

// Close releases sockets; what is in the kernel stays.
func (n *Network) Close() error { return nil }

// Cleanup removes every link of the instance and restores the host settings that stateFile remembers, where they are
// still as we left them. Twice is harmless.
func Cleanup(instance, stateFile string) error { return errSoon }

// Taken lists the prefixes in use on this host: addresses and routes. It is the input of ipam.ChooseRanges.
func Taken() ([]netip.Prefix, error) { return nil, errSoon }

// NewNamespace makes a network namespace that lives for as long as the file, or a process in it, does.
func NewNamespace() (*os.File, error) { return nil, errSoon }
