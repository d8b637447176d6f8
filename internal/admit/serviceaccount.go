package admit

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

const (
	// tokenMountPath is where every client library looks for its credentials.
	tokenMountPath = "/var/run/secrets/kubernetes.io/serviceaccount"
	// tokenSeconds is the life of the token in a pod: an hour and seven seconds, by which upstream tells such tokens apart.
	tokenSeconds = 3607
	tokenVolume  = "kube-api-access-"
	mirrorKey    = corev1.MirrorPodAnnotationKey
)

// serviceAccount gives the pod its account, the account's pull secrets, and a volume with a token, the cluster's CA and
// the namespace in every container that does not mount something there itself.
func serviceAccount(pod *corev1.Pod, l Lookup, suffix func() string) error {
	if _, mirror := pod.Annotations[mirrorKey]; mirror {
		return mirrorPod(pod)
	}
	if pod.Spec.ServiceAccountName == "" {
		pod.Spec.ServiceAccountName = "default"
	}
	name := pod.Spec.ServiceAccountName
	pod.Spec.DeprecatedServiceAccount = name
	sa := l.ServiceAccount(pod.Namespace, name)
	if sa == nil {
		return apierrors.NewForbidden(pods, pod.Name, fmt.Errorf("error looking up service account %s/%s: serviceaccount %q not found", pod.Namespace, name, name))
	}
	if len(pod.Spec.ImagePullSecrets) == 0 {
		pod.Spec.ImagePullSecrets = append([]corev1.LocalObjectReference(nil), sa.ImagePullSecrets...)
	}
	if automount(pod, sa) {
		mountToken(pod, suffix)
	}
	return nil
}

// mirrorPod is a static pod's reflection: it may not reach for anything in the API.
func mirrorPod(pod *corev1.Pod) error {
	if pod.Spec.ServiceAccountName != "" {
		return apierrors.NewForbidden(pods, pod.Name, fmt.Errorf("a mirror pod may not reference service accounts"))
	}
	for i := range pod.Spec.Volumes {
		if v := &pod.Spec.Volumes[i]; v.Secret != nil || v.Projected != nil {
			return apierrors.NewForbidden(pods, pod.Name, fmt.Errorf("a mirror pod may not reference secrets or projected volumes (volume %q)", v.Name))
		}
	}
	return nil
}

func automount(pod *corev1.Pod, sa *corev1.ServiceAccount) bool {
	if pod.Spec.AutomountServiceAccountToken != nil {
		return *pod.Spec.AutomountServiceAccountToken
	}
	return sa.AutomountServiceAccountToken == nil || *sa.AutomountServiceAccountToken
}

func mountToken(pod *corev1.Pod, suffix func() string) {
	volume := tokenVolume + suffix()
	used := false
	mount := func(cs []corev1.Container) {
		for i := range cs {
			if !mountsAt(&cs[i], tokenMountPath) {
				cs[i].VolumeMounts = append(cs[i].VolumeMounts, corev1.VolumeMount{Name: volume, ReadOnly: true, MountPath: tokenMountPath})
				used = true
			}
		}
	}
	mount(pod.Spec.InitContainers)
	mount(pod.Spec.Containers)
	if used {
		pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{Name: volume, VolumeSource: tokenSource()})
	}
}

func mountsAt(c *corev1.Container, path string) bool {
	for i := range c.VolumeMounts {
		if c.VolumeMounts[i].MountPath == path {
			return true
		}
	}
	return false
}

func tokenSource() corev1.VolumeSource {
	seconds, mode := int64(tokenSeconds), int32(0o644)
	return corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{DefaultMode: &mode, Sources: []corev1.VolumeProjection{
		{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{Path: "token", ExpirationSeconds: &seconds}},
		{ConfigMap: &corev1.ConfigMapProjection{
			LocalObjectReference: corev1.LocalObjectReference{Name: "kube-root-ca.crt"},
			Items:                []corev1.KeyToPath{{Key: "ca.crt", Path: "ca.crt"}}}},
		{DownwardAPI: &corev1.DownwardAPIProjection{Items: []corev1.DownwardAPIVolumeFile{
			{Path: "namespace", FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.namespace"}}}}},
	}}}
}
