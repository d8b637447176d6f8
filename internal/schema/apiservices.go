package schema

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

// groupPriorities are upstream's places of the built-in groups in discovery, the highest first. Groups of definitions and of
// other servers come after them.
func groupPriorities() map[string]int32 {
	return map[string]int32{
		"": 18000, "apps": 17800, "events.k8s.io": 17750, "authentication.k8s.io": 17700, "authorization.k8s.io": 17600,
		"autoscaling": 17500, "batch": 17400, "certificates.k8s.io": 17300, "networking.k8s.io": 17200, "policy": 17100,
		"rbac.authorization.k8s.io": 17000, "storage.k8s.io": 16800, "apiextensions.k8s.io": 16700,
		"admissionregistration.k8s.io": 16700, "scheduling.k8s.io": 16600, "coordination.k8s.io": 16500, "node.k8s.io": 16300,
		"discovery.k8s.io": 16200, "resource.k8s.io": 16200, "flowcontrol.apiserver.k8s.io": 16100,
		"internal.apiserver.k8s.io": 16000, "storagemigration.k8s.io": 15800,
	}
}

// usualVersion is the priority of a version within its group, where upstream has no other.
const usualVersion = 15

// versionPriorities are the others, by "group/version" as group versions are written.
func versionPriorities() map[string]int32 {
	return map[string]int32{"v1": 1, "autoscaling/v2": 30, "resource.k8s.io/v1": 21, "flowcontrol.apiserver.k8s.io/v1": 21}
}

// Automanaged labels APIServices that the server keeps itself; its value says on which occasion.
const Automanaged = "kube-aggregator.kubernetes.io/automanaged"

// BootstrapAPIServices are the registrations of the groups that are built in, as objects of the caller's own. They lead to
// this server: they have no service. The group that registers others is not registered itself, as upstream.
func (s *Schema) BootstrapAPIServices() (out []*apiregistrationv1.APIService) {
	groups, versions := groupPriorities(), versionPriorities()
	for _, gv := range s.GroupVersions() {
		if gv.Group == apiregistrationv1.GroupName {
			continue
		}
		v, ok := versions[gv.String()]
		if !ok {
			v = usualVersion
		}
		out = append(out, &apiregistrationv1.APIService{
			ObjectMeta: metav1.ObjectMeta{Name: gv.Version + "." + gv.Group, Labels: map[string]string{Automanaged: "onstart"}},
			Spec:       apiregistrationv1.APIServiceSpec{Group: gv.Group, Version: gv.Version, GroupPriorityMinimum: groups[gv.Group], VersionPriority: v},
		})
	}
	return out
}
