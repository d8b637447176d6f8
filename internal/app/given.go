package app

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// given is what a manifest makes besides pods and what its pods need to be there: in a dry run nothing of it is.
type given struct {
	namespaces map[string]bool
	accounts   map[string]bool // by namespace/name
	claims     map[string]map[string]*corev1.PersistentVolumeClaim
}

func givenBy(all []workload) *given {
	g := &given{namespaces: map[string]bool{}, accounts: map[string]bool{}, claims: map[string]map[string]*corev1.PersistentVolumeClaim{}}
	for i := range all {
		switch w := &all[i]; w.kind {
		case "Namespace":
			g.namespaces[w.name] = true
		case "ServiceAccount":
			g.accounts[w.namespace+"/"+w.name] = true
		case "PersistentVolumeClaim":
			if g.claims[w.namespace] == nil {
				g.claims[w.namespace] = map[string]*corev1.PersistentVolumeClaim{}
			}
			for k := range w.claims {
				g.claims[w.namespace][w.claims[k].Name] = &w.claims[k]
			}
		}
	}
	return g
}

// stand is a pod as it can be created in a dry run: in a namespace and with an account that are there. apart says that the rules of the
// pod's own namespace are not known, because it is made by the manifest.
func (g *given) stand(pod *corev1.Pod, exists func(namespace string) bool) (in *corev1.Pod, apart bool) {
	in = pod.DeepCopy()
	if g.accounts[pod.Namespace+"/"+pod.Spec.ServiceAccountName] {
		in.Spec.ServiceAccountName, in.Spec.DeprecatedServiceAccount = "", ""
	}
	if apart = g.namespaces[pod.Namespace] && !exists(pod.Namespace); apart {
		in.Namespace = metav1.NamespaceDefault
	}
	return in, apart
}
