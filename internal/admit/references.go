package admit

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
)

// environments visits the environment of every container of any sort until found says so.
func environments(spec *corev1.PodSpec, found func(env []corev1.EnvVar, from []corev1.EnvFromSource) bool) bool {
	for _, cs := range [][]corev1.Container{spec.InitContainers, spec.Containers} {
		for i := range cs {
			if found(cs[i].Env, cs[i].EnvFrom) {
				return true
			}
		}
	}
	for i := range spec.EphemeralContainers {
		if found(spec.EphemeralContainers[i].Env, spec.EphemeralContainers[i].EnvFrom) {
			return true
		}
	}
	return false
}

// namesSecret says whether a pod names any secret: for pulling, in an environment, or for a volume.
func namesSecret(pod *corev1.Pod) bool {
	for _, ref := range pod.Spec.ImagePullSecrets {
		if ref.Name != "" {
			return true
		}
	}
	if environments(&pod.Spec, func(env []corev1.EnvVar, from []corev1.EnvFromSource) bool {
		for i := range env {
			if ref := secretOf(&env[i]); ref != nil && ref.Name != "" {
				return true
			}
		}
		for i := range from {
			if ref := from[i].SecretRef; ref != nil && ref.Name != "" {
				return true
			}
		}
		return false
	}) {
		return true
	}
	for i := range pod.Spec.Volumes {
		if volumeNamesSecret(&pod.Spec.Volumes[i].VolumeSource) {
			return true
		}
	}
	return false
}

func volumeNamesSecret(v *corev1.VolumeSource) bool {
	named := func(ref *corev1.LocalObjectReference) bool { return ref != nil && ref.Name != "" }
	switch {
	case v.AzureFile != nil:
		return v.AzureFile.SecretName != ""
	case v.CephFS != nil:
		return named(v.CephFS.SecretRef)
	case v.Cinder != nil:
		return named(v.Cinder.SecretRef)
	case v.FlexVolume != nil:
		return named(v.FlexVolume.SecretRef)
	case v.Projected != nil:
		for i := range v.Projected.Sources {
			if s := v.Projected.Sources[i].Secret; s != nil && s.Name != "" {
				return true
			}
		}
	case v.RBD != nil:
		return named(v.RBD.SecretRef)
	case v.Secret != nil:
		return v.Secret.SecretName != ""
	case v.ScaleIO != nil:
		return named(v.ScaleIO.SecretRef)
	case v.ISCSI != nil:
		return named(v.ISCSI.SecretRef)
	case v.StorageOS != nil:
		return named(v.StorageOS.SecretRef)
	case v.CSI != nil:
		return named(v.CSI.NodePublishSecretRef)
	}
	return false
}

// namesConfigMap says whether a pod names any config map.
func namesConfigMap(pod *corev1.Pod) bool {
	if environments(&pod.Spec, func(env []corev1.EnvVar, from []corev1.EnvFromSource) bool {
		for i := range env {
			if env[i].ValueFrom != nil && env[i].ValueFrom.ConfigMapKeyRef != nil && env[i].ValueFrom.ConfigMapKeyRef.Name != "" {
				return true
			}
		}
		for i := range from {
			if ref := from[i].ConfigMapRef; ref != nil && ref.Name != "" {
				return true
			}
		}
		return false
	}) {
		return true
	}
	for i := range pod.Spec.Volumes {
		v := &pod.Spec.Volumes[i]
		if v.ConfigMap != nil && v.ConfigMap.Name != "" {
			return true
		}
		if v.Projected != nil {
			for j := range v.Projected.Sources {
				if c := v.Projected.Sources[j].ConfigMap; c != nil && c.Name != "" {
					return true
				}
			}
		}
	}
	return false
}

// referenced names what in the API a pod refers to, "" if nothing. A pod that a node makes for itself may not: it would
// give the node a right to read it.
func referenced(pod *corev1.Pod) (string, error) {
	switch {
	case pod.Spec.ServiceAccountName != "":
		return "serviceaccounts", nil
	case namesSecret(pod):
		return "secrets", nil
	case namesConfigMap(pod):
		return "configmaps", nil
	case len(pod.Spec.ResourceClaims) > 0:
		return "resourceclaims", nil
	}
	for i := range pod.Spec.Volumes {
		if what, err := volumeReference(&pod.Spec.Volumes[i]); what != "" || err != nil {
			return what, err
		}
	}
	return "", nil
}

func volumeReference(v *corev1.Volume) (string, error) {
	switch {
	case v.AWSElasticBlockStore != nil, v.AzureDisk != nil, v.CephFS != nil, v.Cinder != nil, v.DownwardAPI != nil, v.EmptyDir != nil,
		v.FC != nil, v.FlexVolume != nil, v.Flocker != nil, v.GCEPersistentDisk != nil, v.GitRepo != nil, v.HostPath != nil,
		v.Image != nil, v.ISCSI != nil, v.NFS != nil, v.PhotonPersistentDisk != nil, v.PortworxVolume != nil, v.Quobyte != nil,
		v.RBD != nil, v.ScaleIO != nil, v.StorageOS != nil, v.VsphereVolume != nil:
		return "", nil
	case v.ConfigMap != nil:
		return "configmaps (via configmap volumes)", nil
	case v.Secret != nil:
		return "secrets (via secret volumes)", nil
	case v.CSI != nil:
		return "csidrivers (via CSI volumes)", nil
	case v.Glusterfs != nil:
		return "endpoints (via glusterFS volumes)", nil
	case v.PersistentVolumeClaim != nil:
		return "persistentvolumeclaims", nil
	case v.Ephemeral != nil:
		return "persistentvolumeclaims (via ephemeral volumes)", nil
	case v.AzureFile != nil:
		return "secrets (via azureFile volumes)", nil
	case v.Projected != nil:
		return projectedReference(v)
	}
	return "", fmt.Errorf("unknown volume type for volume  %q", v.Name)
}

func projectedReference(v *corev1.Volume) (string, error) {
	for i := range v.Projected.Sources {
		switch s := &v.Projected.Sources[i]; {
		case s.ConfigMap != nil:
			return "configmaps (via projected volumes)", nil
		case s.Secret != nil:
			return "secrets (via projected volumes)", nil
		case s.ServiceAccountToken != nil:
			return "serviceaccounts (via projected volumes)", nil
		case s.ClusterTrustBundle != nil:
			return "clustertrustbundles", nil
		case s.PodCertificate != nil:
			return "podcertificates", nil
		case s.DownwardAPI == nil:
			return "", fmt.Errorf("unknown source for projected volume %q", v.Name)
		}
	}
	return "", nil
}
