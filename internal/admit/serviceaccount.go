package admit

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

const (
	// tokenMountPath is where every client library looks for its credentials.
	tokenMountPath = "/var/run/secrets/kubernetes.io/serviceaccount"
	// tokenSeconds is the life of the token in a pod: an hour and seven seconds, by which upstream tells such tokens apart.
	tokenSeconds = 3607
	tokenVolume  = "kube-api-access-"
)

func mirror(pod *corev1.Pod) bool {
	_, ok := pod.Annotations[corev1.MirrorPodAnnotationKey]
	return ok
}

// serviceAccount gives the pod its account, the account's pull secrets, and a volume with a token, the cluster's CA and
// the namespace in every container that does not mount something there itself.
func serviceAccount(ctx context.Context, w *Write) error {
	pod := w.GetObject().(*corev1.Pod)
	if mirror(pod) {
		return mirrorPod(w, pod)
	}
	if pod.Spec.ServiceAccountName == "" {
		pod.Spec.ServiceAccountName = "default"
	}
	pod.Spec.DeprecatedServiceAccount = pod.Spec.ServiceAccountName
	sa, err := accountOf(w, pod)
	if err != nil {
		return err
	}
	if automount(pod, sa) {
		mountToken(pod, w.Suffix)
	}
	if len(pod.Spec.ImagePullSecrets) == 0 {
		pod.Spec.ImagePullSecrets = append([]corev1.LocalObjectReference(nil), sa.ImagePullSecrets...)
	}
	return checkServiceAccount(ctx, w)
}

// checkServiceAccount holds a pod against its account; it is asked again when webhooks have changed the pod.
func checkServiceAccount(_ context.Context, w *Write) error {
	pod := w.GetObject().(*corev1.Pod)
	if mirror(pod) {
		return mirrorPod(w, pod)
	}
	if pod.Spec.ServiceAccountName == "" {
		return w.forbid(fmt.Errorf("no service account specified for pod %s/%s", w.GetNamespace(), pod.Name))
	}
	sa, err := accountOf(w, pod)
	if err != nil || !limitsSecrets(sa) {
		return err
	}
	if err := onlySecretsOf(sa, pod); err != nil {
		return w.forbid(err)
	}
	return nil
}

func accountOf(w *Write, pod *corev1.Pod) (*corev1.ServiceAccount, error) {
	name := pod.Spec.ServiceAccountName
	sa, ok := get[*corev1.ServiceAccount](w, serviceAccounts, w.GetNamespace(), name)
	if !ok {
		return nil, w.forbid(fmt.Errorf("error looking up service account %s/%s: serviceaccount %q not found", w.GetNamespace(), name, name))
	}
	return sa, nil
}

// mirrorPod is a static pod's reflection: it may not reach for anything in the API.
func mirrorPod(w *Write, pod *corev1.Pod) error {
	if pod.Spec.ServiceAccountName != "" {
		return w.forbid(fmt.Errorf("a mirror pod may not reference service accounts"))
	}
	if namesSecret(pod) {
		return w.forbid(fmt.Errorf("a mirror pod may not reference secrets"))
	}
	for i := range pod.Spec.Volumes {
		if p := pod.Spec.Volumes[i].Projected; p != nil {
			for j := range p.Sources {
				if p.Sources[j].ServiceAccountToken != nil {
					return w.forbid(fmt.Errorf("a mirror pod may not use ServiceAccountToken volume projections"))
				}
			}
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
	volume, there := "", false
	for i := range pod.Spec.Volumes {
		if name := pod.Spec.Volumes[i].Name; strings.HasPrefix(name, tokenVolume) {
			volume, there = name, true
			break
		}
	}
	used := false
	mount := func(cs []corev1.Container) {
		for i := range cs {
			if mountsAt(&cs[i], tokenMountPath) {
				continue
			}
			if volume == "" {
				volume = tokenVolume + suffix()
			}
			cs[i].VolumeMounts = append(cs[i].VolumeMounts, corev1.VolumeMount{Name: volume, ReadOnly: true, MountPath: tokenMountPath})
			used = true
		}
	}
	mount(pod.Spec.InitContainers)
	mount(pod.Spec.Containers)
	if used && !there {
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
