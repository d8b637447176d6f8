package app

import (
	"context"
	"fmt"
	"net/netip"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/schema"
)

// ownManager is the field manager of what a cluster begins with, as upstream's API server is.
const ownManager = "kube-apiserver"

// bootstrap writes what every cluster has from its first second. It is repeated at each start: what is there stays, what
// somebody deleted comes back, and the address of the API follows the instance.
func bootstrap(ctx context.Context, c client.Interface, law *schema.Schema, cluster api.Cluster, in Instance, apiPort int32) error {
	var writes []client.Write
	add := func(objs ...runtime.Object) error {
		for _, o := range objs {
			k := law.KindOf(o)
			if k == nil {
				return fmt.Errorf("bootstrap: %T is not served", o)
			}
			m := o.(metav1.Object)
			writes = append(writes, client.Write{Verb: client.Create, Object: o,
				Key: api.Key{Resource: k.Resource, Cluster: cluster, Namespace: m.GetNamespace(), Name: m.GetName()}})
		}
		return nil
	}
	// Namespaces first and alone: the rest is guarded by their existence.
	for _, ns := range []string{corev1.NamespaceDefault, "kube-system", "kube-public", corev1.NamespaceNodeLease} {
		if err := add(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}}); err != nil {
			return err
		}
	}
	if err := create(ctx, c, writes); err != nil {
		return err
	}
	writes = nil
	if err := add(systemPriorities()...); err != nil {
		return err
	}
	if err := add(policyObjects(law)...); err != nil {
		return err
	}
	if err := add(serviceCIDR(in), localClass()); err != nil {
		return err
	}
	if err := add(builtinServices(in, apiPort)...); err != nil {
		return err
	}
	if err := create(ctx, c, writes); err != nil {
		return err
	}
	if err := reconcilePolicy(ctx, c, law, cluster); err != nil {
		return err
	}
	return update(ctx, c, law, cluster, builtinEndpoints(in, apiPort))
}

func create(ctx context.Context, c client.Interface, writes []client.Write) error {
	for i, res := range c.Apply(ctx, writes) {
		if res.Err != nil && !apierrors.IsAlreadyExists(res.Err) {
			return fmt.Errorf("bootstrap: creating %s: %w", writes[i].Key, res.Err)
		}
	}
	return nil
}

// update creates or replaces objects that belong to the server alone.
func update(ctx context.Context, c client.Interface, law *schema.Schema, cluster api.Cluster, objs []runtime.Object) error {
	var writes []client.Write
	for _, o := range objs {
		m := o.(metav1.Object)
		writes = append(writes, client.Write{Verb: client.Create, Object: o,
			Key: api.Key{Resource: law.KindOf(o).Resource, Cluster: cluster, Namespace: m.GetNamespace(), Name: m.GetName()}})
	}
	var again []client.Write
	for i, res := range c.Apply(ctx, writes) {
		switch {
		case apierrors.IsAlreadyExists(res.Err):
			writes[i].Verb = client.Update
			again = append(again, writes[i])
		case res.Err != nil:
			return fmt.Errorf("bootstrap: creating %s: %w", writes[i].Key, res.Err)
		}
	}
	for i, res := range c.Apply(ctx, again) {
		if res.Err != nil {
			return fmt.Errorf("bootstrap: updating %s: %w", again[i].Key, res.Err)
		}
	}
	return nil
}

// policyObjects are the bootstrap roles and bindings as objects of the caller's own.
func policyObjects(law *schema.Schema) (out []runtime.Object) {
	p := law.BootstrapPolicy()
	for _, o := range p.ClusterRoles {
		out = append(out, o.DeepCopy())
	}
	for _, o := range p.ClusterRoleBindings {
		out = append(out, o.DeepCopy())
	}
	for _, o := range p.Roles {
		out = append(out, o.DeepCopy())
	}
	for _, o := range p.RoleBindings {
		out = append(out, o.DeepCopy())
	}
	return append(out, usageReader())
}

// usageReader lets whoever may look at a namespace see what its pods use: metrics.k8s.io is built in, and so is the role that
// metrics-server brings.
func usageReader() *rbacv1.ClusterRole {
	labels := map[string]string{}
	for _, to := range []string{"admin", "edit", "view"} {
		labels["rbac.authorization.k8s.io/aggregate-to-"+to] = "true"
	}
	return &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "system:aggregated-metrics-reader", Labels: labels},
		Rules: []rbacv1.PolicyRule{{APIGroups: []string{"metrics.k8s.io"}, Resources: []string{"pods", "nodes"}, Verbs: []string{"get", "list", "watch"}}}}
}

// systemPriorities are the two classes that every cluster has, with upstream's values.
func systemPriorities() []runtime.Object {
	class := func(name string, value int32, text string) runtime.Object {
		return &schedulingv1.PriorityClass{ObjectMeta: metav1.ObjectMeta{Name: name}, Value: value, Description: text}
	}
	return []runtime.Object{
		class("system-cluster-critical", 2_000_000_000, "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."),
		class("system-node-critical", 2_000_001_000, "Used for system critical pods that must not be moved from their current node."),
	}
}

// dnsHost is the place of kube-dns in the service range, where users expect it.
const dnsHost = 10

func nth(p netip.Prefix, n int) netip.Addr {
	a := p.Masked().Addr()
	for range n {
		a = a.Next()
	}
	return a
}

// builtinServices lead to the API and to DNS.
func builtinServices(in Instance, apiPort int32) []runtime.Object {
	single := corev1.IPFamilyPolicySingleStack
	svc := func(ns, name string, labels map[string]string, ip netip.Addr, ports ...corev1.ServicePort) runtime.Object {
		return &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name, Labels: labels}, Spec: corev1.ServiceSpec{
			ClusterIP: ip.String(), ClusterIPs: []string{ip.String()}, IPFamilies: []corev1.IPFamily{corev1.IPv4Protocol}, IPFamilyPolicy: &single, Ports: ports}}
	}
	return []runtime.Object{
		svc(metav1.NamespaceDefault, "kubernetes", map[string]string{"component": "apiserver", "provider": "kubernetes"}, nth(in.ServiceCIDR, 1),
			corev1.ServicePort{Name: "https", Port: 443, Protocol: corev1.ProtocolTCP, TargetPort: intstr.FromInt32(apiPort)}),
		svc(metav1.NamespaceSystem, "kube-dns", map[string]string{"k8s-app": "kube-dns", "kubernetes.io/name": "CoreDNS"}, nth(in.ServiceCIDR, dnsHost),
			corev1.ServicePort{Name: "dns", Port: 53, Protocol: corev1.ProtocolUDP}, corev1.ServicePort{Name: "dns-tcp", Port: 53, Protocol: corev1.ProtocolTCP}),
	}
}

// builtinEndpoints say where these answer: at the node's own address, which pods can reach and API validation accepts.
func builtinEndpoints(in Instance, apiPort int32) []runtime.Object {
	type port struct {
		name  string
		port  int32
		proto corev1.Protocol
	}
	ready := true
	at := func(ns, svc string, ports ...port) []runtime.Object {
		slice := &discoveryv1.EndpointSlice{
			ObjectMeta:  metav1.ObjectMeta{Namespace: ns, Name: svc, Labels: map[string]string{discoveryv1.LabelServiceName: svc}},
			AddressType: discoveryv1.AddressTypeIPv4,
			Endpoints:   []discoveryv1.Endpoint{{Addresses: []string{in.NodeAddress.String()}, Conditions: discoveryv1.EndpointConditions{Ready: &ready}}},
		}
		subset := corev1.EndpointSubset{Addresses: []corev1.EndpointAddress{{IP: in.NodeAddress.String()}}}
		for _, p := range ports {
			slice.Ports = append(slice.Ports, discoveryv1.EndpointPort{Name: &p.name, Port: &p.port, Protocol: &p.proto})
			subset.Ports = append(subset.Ports, corev1.EndpointPort{Name: p.name, Port: p.port, Protocol: p.proto})
		}
		return []runtime.Object{slice, &corev1.Endpoints{
			ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: svc, Labels: map[string]string{discoveryv1.LabelSkipMirror: "true"}}, Subsets: []corev1.EndpointSubset{subset}}}
	}
	return append(at(metav1.NamespaceDefault, "kubernetes", port{"https", apiPort, corev1.ProtocolTCP}),
		at(metav1.NamespaceSystem, "kube-dns", port{"dns", 53, corev1.ProtocolUDP}, port{"dns-tcp", 53, corev1.ProtocolTCP})...)
}
