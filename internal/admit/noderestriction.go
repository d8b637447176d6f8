package admit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	resourcev1 "k8s.io/api/resource/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authentication/user"
)

// nodeUserPrefix begins the names of the users that nodes authenticate as.
const nodeUserPrefix = "system:node:"

// nodeOf returns the node that a user is. Both the group and the name are needed, as upstream.
func nodeOf(u user.Info) (string, bool) {
	if u == nil {
		return "", false
	}
	name, ok := strings.CutPrefix(u.GetName(), nodeUserPrefix)
	return name, ok && slices.Contains(u.GetGroups(), user.NodesGroup)
}

// restricted says whether NodeRestriction has a word on a write: one by a node, to what nodes write.
func restricted(c Concerned) bool {
	node, ok := nodeOf(c.User)
	if !ok || !(writes | deletes).has(c.Operation) {
		return false
	}
	if node == "" { // nobody in particular writes nothing at all
		return true
	}
	switch c.Resource {
	case pods, nodes, claims, volumes, serviceAccounts, leases, csiNodes, resourceSlices, signingRequests, podCertificates:
		return true
	}
	return false
}

// restrictNode lets a node write only itself, its pods and what belongs to them: a node that has been taken over must
// not take over the cluster.
func restrictNode(ctx context.Context, w *Write) error {
	node, _ := nodeOf(w.GetUserInfo())
	if node == "" {
		return w.forbid(fmt.Errorf("could not determine node from user %q", w.GetUserInfo().GetName()))
	}
	switch resourceOf(w) {
	case pods:
		switch w.GetSubresource() {
		case "":
			return nodePod(w, node)
		case "status":
			return nodePodStatus(w, node)
		case "eviction":
			return nodeEviction(w, node)
		}
		return w.forbid(fmt.Errorf("unexpected pod subresource %q, only 'status' and 'eviction' are allowed", w.GetSubresource()))
	case nodes:
		return nodeNode(w, node)
	case claims:
		if w.GetSubresource() != "status" {
			return w.forbid(fmt.Errorf("may only update PVC status"))
		}
		return nodeClaimStatus(w, node)
	case volumes:
		return nodeVolume(w, node)
	case serviceAccounts:
		return nodeToken(ctx, w, node)
	case leases:
		if w.GetNamespace() != corev1.NamespaceNodeLease {
			return w.forbid(fmt.Errorf("can only access leases in the %q system namespace", corev1.NamespaceNodeLease))
		}
		return namedLike(w, node, "can only access node lease with the same name as the requesting node")
	case csiNodes:
		return namedLike(w, node, "can only access CSINode with the same name as the requesting node")
	case resourceSlices:
		return nodeSlice(w, node)
	case signingRequests:
		return nodeRequest(w, node)
	}
	return w.forbid(fmt.Errorf("PodCertificateRequest feature gate is disabled"))
}

// namedLike wants an object that has the node's name.
func namedLike(w *Write, node, refusal string) error {
	name := w.GetName()
	if w.GetOperation() == admission.Create {
		name = metaOf(w.GetObject()).GetName()
	}
	if name != node {
		return w.forbid(fmt.Errorf("%s", refusal))
	}
	return nil
}

func nodeNode(w *Write, name string) error {
	if w.GetName() != name {
		return w.forbid(fmt.Errorf("node %q is not allowed to modify node %q", name, w.GetName()))
	}
	switch w.GetOperation() {
	case admission.Create:
		node := w.GetObject().(*corev1.Node)
		if node.Spec.ConfigSource != nil {
			return w.forbid(fmt.Errorf("node %q is not allowed to create pods with a non-nil configSource", name))
		}
		if bad := foreignLabels(node.Labels, nil); len(bad) > 0 {
			return w.forbid(fmt.Errorf("node %q is not allowed to set the following labels: %s", name, strings.Join(bad, ", ")))
		}
	case admission.Update:
		return nodeUpdate(w, name)
	}
	return nil
}

// nodeToken allows tokens only for pods that run on the node, and only for audiences that these ask for.
func nodeToken(ctx context.Context, w *Write, node string) error {
	if w.GetOperation() != admission.Create || w.GetSubresource() != "token" {
		return nil
	}
	tr := w.GetObject().(*authenticationv1.TokenRequest)
	ref := tr.Spec.BoundObjectRef
	switch {
	case ref == nil || ref.APIVersion != "v1" || ref.Kind != "Pod" || ref.Name == "":
		return w.forbid(fmt.Errorf("node requested token not bound to a pod"))
	case ref.UID == "":
		return w.forbid(fmt.Errorf("node requested token with a pod binding without a uid"))
	}
	pod, ok := get[*corev1.Pod](w, pods, w.GetNamespace(), ref.Name)
	switch {
	case !ok:
		return apierrors.NewNotFound(corev1.Resource("pod"), ref.Name)
	case ref.UID != pod.UID:
		return w.forbid(fmt.Errorf("the UID in the bound object reference (%s) does not match the UID in record. The object might have been deleted and then recreated", ref.UID))
	case pod.Spec.NodeName != node:
		return w.forbid(fmt.Errorf("node requested token bound to a pod scheduled on a different node"))
	}
	if err := allowedAudience(ctx, w, tr.Spec.Audiences, pod); err != nil {
		return w.forbid(err)
	}
	return nil
}

func nodeSlice(w *Write, node string) error {
	of := func(obj any) bool {
		s, ok := obj.(*resourcev1.ResourceSlice)
		return ok && s.Spec.NodeName != nil && *s.Spec.NodeName == node
	}
	switch {
	case w.GetOperation() == admission.Create && !of(w.GetObject()):
		return w.forbid(fmt.Errorf("can only create ResourceSlice with the same NodeName as the requesting node"))
	case w.GetOperation() == admission.Delete && !of(w.GetOldObject()):
		return w.forbid(fmt.Errorf("can only delete ResourceSlice with the same NodeName as the requesting node"))
	}
	return nil
}

// nodeRequest allows certificate requests only for the node's own name.
func nodeRequest(w *Write, node string) error {
	if w.GetOperation() != admission.Create {
		return nil
	}
	csr := w.GetObject().(*certificatesv1.CertificateSigningRequest)
	if csr.Spec.SignerName != certificatesv1.KubeletServingSignerName && csr.Spec.SignerName != certificatesv1.KubeAPIServerClientKubeletSignerName {
		return nil
	}
	req, err := parseRequest(csr.Spec.Request)
	if err != nil {
		return w.forbid(fmt.Errorf("unable to parse csr: %w", err))
	}
	if req.Subject.CommonName != nodeUserPrefix+node {
		return w.forbid(fmt.Errorf("can only create a node CSR with CN=system:node:%s", node))
	}
	return nil
}
