package schema

import (
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kubernetes/pkg/registry/core/configmap"
	"k8s.io/kubernetes/pkg/registry/core/endpoint"
	"k8s.io/kubernetes/pkg/registry/core/event"
	"k8s.io/kubernetes/pkg/registry/core/limitrange"
	"k8s.io/kubernetes/pkg/registry/core/namespace"
	"k8s.io/kubernetes/pkg/registry/core/node"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolume"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/podtemplate"
	"k8s.io/kubernetes/pkg/registry/core/replicationcontroller"
	"k8s.io/kubernetes/pkg/registry/core/resourcequota"
	"k8s.io/kubernetes/pkg/registry/core/secret"
	"k8s.io/kubernetes/pkg/registry/core/service"
	"k8s.io/kubernetes/pkg/registry/core/serviceaccount"

	"gantry.dev/gantry/internal/api"
)

func inCore(name string) api.Resource { return api.Resource{Name: name} }

// coreKinds are the rows of the core group.
func coreKinds() []*Kind {
	v1 := []string{"v1"}
	return []*Kind{
		{
			Resource: inCore("bindings"), Kind: "Binding", Singular: "binding", Namespaced: true, Versions: v1,
			Verbs: []string{"create"}, Virtual: true,
		}, {
			Resource: inCore("componentstatuses"), Kind: "ComponentStatus", ListKind: "ComponentStatusList",
			Singular: "componentstatus", ShortNames: []string{"cs"}, Versions: v1, Verbs: []string{"get", "list"}, Virtual: true,
		}, {
			Resource: inCore("configmaps"), Kind: "ConfigMap", Singular: "configmap", ShortNames: []string{"cm"},
			Namespaced: true, Versions: v1, Verbs: allVerbs, Strategy: configmap.Strategy,
		}, {
			Resource: inCore("endpoints"), Kind: "Endpoints", Singular: "endpoints", ShortNames: []string{"ep"},
			Namespaced: true, Versions: v1, Verbs: allVerbs, Strategy: endpoint.Strategy,
		}, {
			Resource: inCore("events"), Kind: "Event", Singular: "event", ShortNames: []string{"ev"},
			Namespaced: true, Versions: v1, Verbs: allVerbs, Strategy: event.Strategy, fields: eventFields,
		}, {
			Resource: inCore("limitranges"), Kind: "LimitRange", Singular: "limitrange", ShortNames: []string{"limits"},
			Namespaced: true, Versions: v1, Verbs: allVerbs, Strategy: limitrange.Strategy, plain: true,
		}, {
			Resource: inCore("namespaces"), Kind: "Namespace", Singular: "namespace", ShortNames: []string{"ns"},
			Versions: v1, Verbs: noCollectionDelete, Strategy: namespace.Strategy, fields: namespaceFields,
			Subresources: subs(
				ownSub("finalize", namespace.FinalizeStrategy, "update"),
				ownSub("status", namespace.StatusStrategy, updateVerbs...)),
		}, {
			Resource: inCore("nodes"), Kind: "Node", Singular: "node", ShortNames: []string{"no"},
			Versions: v1, Verbs: allVerbs, Strategy: node.Strategy, fields: nodeFields,
			Subresources: subs(
				bodySub("proxy", schema.GroupVersionKind{Kind: "NodeProxyOptions"}, proxyVerbs...),
				ownSub("status", node.StatusStrategy, updateVerbs...)),
		}, {
			Resource: inCore("persistentvolumeclaims"), Kind: "PersistentVolumeClaim", Singular: "persistentvolumeclaim",
			ShortNames: []string{"pvc"}, Namespaced: true, followed: true, Versions: v1, Verbs: allVerbs,
			Strategy:     persistentvolumeclaim.Strategy,
			Subresources: subs(ownSub("status", persistentvolumeclaim.StatusStrategy, updateVerbs...)),
		}, {
			Resource: inCore("persistentvolumes"), Kind: "PersistentVolume", Singular: "persistentvolume",
			ShortNames: []string{"pv"}, followed: true, Versions: v1, Verbs: allVerbs, Strategy: persistentvolume.Strategy, stamp: stampVolume,
			Subresources: subs(ownSub("status", persistentvolume.StatusStrategy, updateVerbs...)),
		}, {
			Resource: inCore("pods"), Kind: "Pod", Singular: "pod", ShortNames: []string{"po"}, followed: true, seen: &seenPods{},
			Categories: []string{"all"}, Namespaced: true, Versions: v1, Verbs: allVerbs,
			Strategy: pod.Strategy, Graceful: podGraceful, fields: podFields,
			Subresources: subs(
				bodySub("attach", schema.GroupVersionKind{Kind: "PodAttachOptions"}, "create", "get"),
				bodySub("binding", schema.GroupVersionKind{Version: "v1", Kind: "Binding"}, "create"),
				ownSub("ephemeralcontainers", pod.EphemeralContainersStrategy, updateVerbs...),
				bodySub("eviction", schema.GroupVersionKind{Group: "policy", Version: "v1", Kind: "Eviction"}, "create"),
				bodySub("exec", schema.GroupVersionKind{Kind: "PodExecOptions"}, "create", "get"),
				ownSub("log", nil, "get"),
				bodySub("portforward", schema.GroupVersionKind{Kind: "PodPortForwardOptions"}, "create", "get"),
				bodySub("proxy", schema.GroupVersionKind{Kind: "PodProxyOptions"}, proxyVerbs...),
				ownSub("resize", pod.ResizeStrategy, updateVerbs...),
				ownSub("status", pod.StatusStrategy, updateVerbs...)),
		}, {
			Resource: inCore("podtemplates"), Kind: "PodTemplate", Singular: "podtemplate",
			Namespaced: true, Versions: v1, Verbs: allVerbs, Strategy: podtemplate.Strategy,
		}, {
			Resource: inCore("replicationcontrollers"), Kind: "ReplicationController", Singular: "replicationcontroller",
			ShortNames: []string{"rc"}, Categories: []string{"all"}, Namespaced: true, Versions: v1, Verbs: allVerbs,
			Strategy: replicationcontroller.Strategy, fields: controllerFields,
			Subresources: subs(
				bodySub("scale", scaleGVK, updateVerbs...),
				ownSub("status", replicationcontroller.StatusStrategy, updateVerbs...)),
		}, {
			Resource: inCore("resourcequotas"), Kind: "ResourceQuota", Singular: "resourcequota",
			ShortNames: []string{"quota"}, Namespaced: true, Versions: v1, Verbs: allVerbs, Strategy: resourcequota.Strategy,
			Subresources: subs(ownSub("status", resourcequota.StatusStrategy, updateVerbs...)),
		}, {
			Resource: inCore("secrets"), Kind: "Secret", Singular: "secret",
			Namespaced: true, Versions: v1, Verbs: allVerbs, Strategy: secret.Strategy, fields: secretFields,
		}, {
			Resource: inCore("serviceaccounts"), Kind: "ServiceAccount", Singular: "serviceaccount",
			ShortNames: []string{"sa"}, Namespaced: true, Versions: v1, Verbs: allVerbs,
			Strategy: serviceaccount.Strategy,
			Subresources: subs(bodySub("token", schema.GroupVersionKind{Group: "authentication.k8s.io", Version: "v1",
				Kind: "TokenRequest"}, "create")),
		}, {
			Resource: inCore("services"), Kind: "Service", Singular: "service", ShortNames: []string{"svc"},
			Categories: []string{"all"}, Namespaced: true, Versions: v1, Verbs: allVerbs,
			Strategy: service.Strategy, fields: serviceFields,
			Subresources: subs(
				bodySub("proxy", schema.GroupVersionKind{Kind: "ServiceProxyOptions"}, proxyVerbs...),
				ownSub("status", service.StatusStrategy, updateVerbs...)),
		},
	}
}
