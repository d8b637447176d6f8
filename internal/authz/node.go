package authz

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/selection"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/authentication/user"
)

// nodeUserPrefix begins the names of the users that nodes authenticate as: system:node:<node>.
const nodeUserPrefix = "system:node:"

// nodeName returns the node that a user is. Both the group and the name are needed, as upstream.
func nodeName(u user.Info) (string, bool) {
	name, ok := strings.CutPrefix(u.GetName(), nodeUserPrefix)
	return name, ok && slices.Contains(u.GetGroups(), user.NodesGroup)
}

// authorizeNode gives a node what it needs to run the pods that are bound to it, and no more: a stolen node must not
// read the secrets of other nodes. What a node may write is narrowed further by admission (it may touch only itself
// and its own pods).
func authorizeNode(node string, at Attributes, rel Relations) Decision {
	no := func(format string, args ...any) Decision { return Decision{Reason: fmt.Sprintf(format, args...)} }
	if node == "" {
		return no("unknown node for user %q", at.User.GetName())
	}
	if at.Resource == "" {
		return Decision{} // paths are RBAC's
	}
	related := func(t target) Decision {
		if at.Name == "" {
			return no("No Object name found")
		}
		if !relates(rel, node, t, at.Namespace, at.Name) {
			return no("no relationship found between node '%s' and this object", node)
		}
		return Decision{Allowed: true}
	}
	reads := at.Verb == "get" || at.Verb == "list" || at.Verb == "watch"

	switch key := resourceKey(at.Group, at.Resource); key {
	case "secrets", "configmaps":
		switch {
		case !reads:
			return no("can only read resources of this type")
		case at.Subresource != "":
			return no("cannot read subresource")
		case at.Namespace == "":
			return no("can only read namespaced object of this type")
		}
		return related(map[string]target{"secrets": toSecret, "configmaps": toConfigMap}[key])
	case "persistentvolumeclaims":
		if at.Subresource == "status" {
			if at.Verb != "update" && at.Verb != "patch" {
				return no("can only get/update/patch this type")
			}
			return related(toClaim)
		}
		return getOnly(at, related, toClaim)
	case "persistentvolumes":
		return nodeVolumes(node, at, rel, related)
	case "resourceclaims.resource.k8s.io":
		return getOnly(at, related, toResourceClaim)
	case "serviceaccounts":
		if at.Verb == "get" && at.Subresource == "" {
			return related(toServiceAccount)
		}
		if at.Verb != "create" || at.Subresource != "token" || at.Name == "" {
			return no("can only create tokens for individual service accounts")
		}
		return related(toServiceAccount)
	case "leases.coordination.k8s.io":
		return ownObject(node, at, corev1.NamespaceNodeLease, "node lease")
	case "csinodes.storage.k8s.io":
		return ownObject(node, at, "", "CSINode")
	case "nodes":
		return nodeObject(node, at)
	case "pods":
		return nodePods(node, at, related)
	case "volumeattachments.storage.k8s.io":
		return getOnly(at, func(target) Decision { return isOf(node, at, rel.AttachedTo) }, 0)
	case "resourceslices.resource.k8s.io":
		return nodeSlices(node, at, rel)
	case "podcertificaterequests.certificates.k8s.io":
		return no("nodes may not access %s: the feature is off, as upstream's default", key)
	}
	return Decision{Allowed: rulesAllow(nodeRules(), &at)}
}

func resourceKey(group, resource string) string {
	if group == "" {
		return resource
	}
	return resource + "." + group
}

func getOnly(at Attributes, related func(target) Decision, t target) Decision {
	if at.Verb != "get" {
		return Decision{Reason: "can only get individual resources of this type"}
	}
	if at.Subresource != "" {
		return Decision{Reason: "cannot get subresource"}
	}
	return related(t)
}

// ownObject allows everything but lists on the object that is named like the node. The name is not known on create;
// admission checks it there.
func ownObject(node string, at Attributes, namespace, what string) Decision {
	switch {
	case !slices.Contains([]string{"get", "create", "update", "patch", "delete"}, at.Verb):
		return Decision{Reason: "can only get, create, update, patch, or delete a " + what}
	case at.Subresource != "":
		return Decision{Reason: "cannot authorize " + what + " subresources"}
	case at.Namespace != namespace:
		return Decision{Reason: fmt.Sprintf("can only access leases in the %q system namespace", namespace)}
	case at.Verb != "create" && at.Name != node:
		return Decision{Reason: "can only access " + what + " with the same name as the requesting node"}
	}
	return Decision{Allowed: true}
}

func nodeObject(node string, at Attributes) Decision {
	switch at.Subresource + ":" + at.Verb {
	case ":create", ":update", ":patch", "status:update", "status:patch":
		return Decision{Allowed: true} // only its own: admission
	case ":get", ":list", ":watch":
		switch at.Name {
		case node:
			return Decision{Allowed: true}
		case "":
			return Decision{Reason: fmt.Sprintf("node '%s' cannot read all nodes, only its own Node object", node)}
		}
		return Decision{Reason: fmt.Sprintf("node '%s' cannot read '%s', only its own Node object", node, at.Name)}
	}
	return Decision{}
}

func nodePods(node string, at Attributes, related func(target) Decision) Decision {
	switch at.Subresource + ":" + at.Verb {
	case ":get":
		return related(toPod)
	case ":list", ":watch":
		for _, f := range at.Fields {
			if f.Field == "spec.nodeName" && f.Operator == selection.Equals && f.Value == node {
				return Decision{Allowed: true}
			}
		}
		if at.Name != "" {
			return related(toPod)
		}
		return Decision{Reason: "can only list/watch pods with spec.nodeName field selector"}
	case ":create", ":delete", "status:update", "status:patch", "eviction:create":
		return Decision{Allowed: true} // only mirror pods and pods bound to it: admission
	}
	return Decision{}
}

// localNode is the label of volumes on a node's own disk, which the node looks after without a pod (plan/storage).
const localNode = "gantry.dev/local-volumes-node"

// nodeVolumes lets a node read the volumes of its pods, and those that lie on its own disk, and write the latter. What it may
// write into them is narrowed by admission.
func nodeVolumes(node string, at Attributes, rel Relations, related func(target) Decision) Decision {
	switch at.Subresource + ":" + at.Verb {
	case ":list", ":watch":
		for _, r := range at.Labels {
			if r.Key() == localNode && r.Operator() == selection.Equals && r.Values().Equal(sets.NewString(node)) {
				return Decision{Allowed: true}
			}
		}
	case ":update", ":patch":
		if v := rel.Volume(at.Name); v != nil && v.Labels[localNode] == node {
			return Decision{Allowed: true}
		}
		return Decision{Reason: fmt.Sprintf("PersistentVolume is not on the disk of node '%s'", node)}
	}
	return getOnly(at, related, toVolume)
}

// isOf allows what belongs to the node by name.
func isOf(node string, at Attributes, owner func(name string) string) Decision {
	switch {
	case at.Name == "":
		return Decision{Reason: "No Object name found"}
	case owner(at.Name) != node:
		return Decision{Reason: fmt.Sprintf("no relationship found between node '%s' and this object", node)}
	}
	return Decision{Allowed: true}
}

// nodeSlices lets a node keep the ResourceSlices that describe its own devices.
func nodeSlices(node string, at Attributes, rel Relations) Decision {
	if at.Subresource != "" {
		return Decision{Reason: "cannot authorize ResourceSlice subresources"}
	}
	switch at.Verb {
	case "create":
		return Decision{Allowed: true} // what is in it is known to admission
	case "get", "update", "patch", "delete":
		return isOf(node, at, rel.SliceOf)
	case "list", "watch", "deletecollection":
		for _, f := range at.Fields {
			if f.Field == "spec.nodeName" && f.Operator == selection.Equals && f.Value == node {
				return Decision{Allowed: true}
			}
		}
		return Decision{Reason: "can only list/watch/deletecollection resourceslices with nodeName field selector"}
	}
	return Decision{Reason: "only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection"}
}

// nodeRules are what every node may do beyond what authorizeNode decides object by object.
func nodeRules() []rbacv1.PolicyRule {
	rule := func(group, resources, verbs string) rbacv1.PolicyRule {
		return rbacv1.PolicyRule{APIGroups: []string{group}, Resources: strings.Fields(resources), Verbs: strings.Fields(verbs)}
	}
	return []rbacv1.PolicyRule{
		rule("authentication.k8s.io", "tokenreviews", "create"),
		rule("authorization.k8s.io", "subjectaccessreviews localsubjectaccessreviews", "create"),
		rule("", "services", "get list watch"),
		rule("", "endpoints", "get"),
		// The agent is the node's proxy as well; upstream's kube-proxy has a user with a role of its own for this.
		rule("discovery.k8s.io", "endpointslices", "get list watch"),
		rule("", "events", "create update patch"),
		rule("events.k8s.io", "events", "create update patch"),
		rule("certificates.k8s.io", "certificatesigningrequests", "create get list watch"),
		rule("storage.k8s.io", "csidrivers", "get list watch"),
		rule("node.k8s.io", "runtimeclasses", "get list watch"),
	}
}
