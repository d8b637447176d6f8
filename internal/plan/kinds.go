// Package plan is the vocabulary that the brains below it and the controllers share: the names of resources, what is
// true of a pod, owner references, and writes as values. It decides nothing by itself and is as pure as they are: no
// I/O, no clock, no chance.
package plan

import "gantry.dev/gantry/internal/api"

// The resources that controllers and scheduler read and write. They are constants in all but grammar.
var (
	Pods                   = api.Resource{Name: "pods"}
	Nodes                  = api.Resource{Name: "nodes"}
	Namespaces             = api.Resource{Name: "namespaces"}
	Services               = api.Resource{Name: "services"}
	Endpoints              = api.Resource{Name: "endpoints"}
	ConfigMaps             = api.Resource{Name: "configmaps"}
	Secrets                = api.Resource{Name: "secrets"}
	ServiceAccounts        = api.Resource{Name: "serviceaccounts"}
	VolumeClaims           = api.Resource{Name: "persistentvolumeclaims"}
	Events                 = api.Resource{Name: "events"}
	Deployments            = api.Resource{Group: "apps", Name: "deployments"}
	ReplicaSets            = api.Resource{Group: "apps", Name: "replicasets"}
	StatefulSets           = api.Resource{Group: "apps", Name: "statefulsets"}
	DaemonSets             = api.Resource{Group: "apps", Name: "daemonsets"}
	Revisions              = api.Resource{Group: "apps", Name: "controllerrevisions"}
	ReplicationControllers = api.Resource{Name: "replicationcontrollers"}
	Jobs                   = api.Resource{Group: "batch", Name: "jobs"}
	CronJobs               = api.Resource{Group: "batch", Name: "cronjobs"}
	EndpointSlices         = api.Resource{Group: "discovery.k8s.io", Name: "endpointslices"}
	Leases                 = api.Resource{Group: "coordination.k8s.io", Name: "leases"}
	Budgets                = api.Resource{Group: "policy", Name: "poddisruptionbudgets"}
	PriorityClasses        = api.Resource{Group: "scheduling.k8s.io", Name: "priorityclasses"}
)

// Namespace is the key of the namespace that holds key.
func Namespace(key api.Key) api.Key {
	return api.Key{Resource: Namespaces, Cluster: key.Cluster, Name: key.Namespace}
}

// Beside is the key of an object of another resource in the namespace of key.
func Beside(key api.Key, r api.Resource, name string) api.Key {
	return api.Key{Resource: r, Cluster: key.Cluster, Namespace: key.Namespace, Name: name}
}

// Around is the scope of a resource in the namespace of key.
func Around(key api.Key, r api.Resource) api.Scope {
	return api.Scope{Resource: r, Cluster: key.Cluster, Namespace: key.Namespace}
}
