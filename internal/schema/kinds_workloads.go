package schema

import (
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/kubernetes/pkg/registry/apps/controllerrevision"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/replicaset"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/autoscaling/horizontalpodautoscaler"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"

	"gantry.dev/gantry/internal/api"
)

func appsKinds() []*Kind {
	v1 := []string{"v1"}
	in := func(name string) api.Resource { return api.Resource{Group: "apps", Name: name} }
	return []*Kind{
		{
			Resource: in("controllerrevisions"), Kind: "ControllerRevision", Singular: "controllerrevision",
			Namespaced: true, Versions: v1, Verbs: allVerbs, Strategy: controllerrevision.Strategy,
		}, {
			Resource: in("daemonsets"), Kind: "DaemonSet", Singular: "daemonset", ShortNames: []string{"ds"},
			Categories: []string{"all"}, Namespaced: true, Versions: v1, Verbs: allVerbs, Strategy: daemonset.Strategy,
			Subresources: subs(ownSub("status", daemonset.StatusStrategy, updateVerbs...)),
		}, {
			Resource: in("deployments"), Kind: "Deployment", Singular: "deployment", ShortNames: []string{"deploy"},
			Categories: []string{"all"}, Namespaced: true, Versions: v1, Verbs: allVerbs, Strategy: deployment.Strategy,
			Subresources: subs(
				bodySub("scale", scaleGVK, updateVerbs...),
				ownSub("status", deployment.StatusStrategy, updateVerbs...)),
		}, {
			Resource: in("replicasets"), Kind: "ReplicaSet", Singular: "replicaset", ShortNames: []string{"rs"},
			Categories: []string{"all"}, Namespaced: true, Versions: v1, Verbs: allVerbs, Strategy: replicaset.Strategy,
			fields: replicaSetFields,
			Subresources: subs(
				bodySub("scale", scaleGVK, updateVerbs...),
				ownSub("status", replicaset.StatusStrategy, updateVerbs...)),
		}, {
			Resource: in("statefulsets"), Kind: "StatefulSet", Singular: "statefulset", ShortNames: []string{"sts"},
			Categories: []string{"all"}, Namespaced: true, Versions: v1, Verbs: allVerbs, Strategy: statefulset.Strategy,
			complete: nameClaims,
			Subresources: subs(
				bodySub("scale", scaleGVK, updateVerbs...),
				ownSub("status", statefulset.StatusStrategy, updateVerbs...)),
		},
	}
}

// nameClaims writes kind and version into the claims inside of a StatefulSet, as upstream shows them since 1.17.
func nameClaims(typed runtime.Object) {
	claims := typed.(*appsv1.StatefulSet).Spec.VolumeClaimTemplates
	for i := range claims {
		claims[i].APIVersion, claims[i].Kind = "v1", "PersistentVolumeClaim"
	}
}

// autoscalingKinds are served in two shapes of the same record; the older one keeps what it cannot say in annotations.
func autoscalingKinds() []*Kind {
	return []*Kind{{
		Resource: api.Resource{Group: "autoscaling", Name: "horizontalpodautoscalers"}, Kind: "HorizontalPodAutoscaler",
		Singular: "horizontalpodautoscaler", ShortNames: []string{"hpa"}, Categories: []string{"all"}, Namespaced: true,
		Versions: []string{"v2", "v1"}, Verbs: allVerbs, Strategy: horizontalpodautoscaler.Strategy,
		Unserved:     "HorizontalPodAutoscaler is kept but not acted on: this version of Gantry scales nothing by itself",
		Subresources: subs(ownSub("status", horizontalpodautoscaler.StatusStrategy, updateVerbs...)),
	}}
}

func batchKinds() []*Kind {
	v1 := []string{"v1"}
	return []*Kind{
		{
			Resource: api.Resource{Group: "batch", Name: "cronjobs"}, Kind: "CronJob", Singular: "cronjob",
			ShortNames: []string{"cj"}, Categories: []string{"all"}, Namespaced: true, Versions: v1, Verbs: allVerbs,
			Strategy:     cronjob.Strategy,
			Subresources: subs(ownSub("status", cronjob.StatusStrategy, updateVerbs...)),
		}, {
			Resource: api.Resource{Group: "batch", Name: "jobs"}, Kind: "Job", Singular: "job",
			Categories: []string{"all"}, Namespaced: true, Versions: v1, Verbs: allVerbs,
			stamp: stampJob, Strategy: job.Strategy, fields: jobFields,
			Subresources: subs(ownSub("status", job.StatusStrategy, updateVerbs...)),
		},
	}
}
