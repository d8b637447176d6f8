package admissiondiff

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func (w *world) pod(ns, name string) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: within(ns, name)}
	p.Labels = w.labels()
	if w.maybe(4) {
		p.Annotations = map[string]string{corev1.MirrorPodAnnotationKey: "x"}
	}
	if w.maybe(12) {
		p.Annotations = map[string]string{"container.apparmor.security.beta.kubernetes.io/c0": pick(w, "unconfined", "runtime/default", "localhost/x")}
	}
	p.OwnerReferences = w.owners(4)
	p.Generation = int64(w.r.IntN(3))
	s := &p.Spec
	for i := range 1 + w.r.IntN(2) {
		s.Containers = append(s.Containers, w.container("c", i))
	}
	for i := range max(0, w.r.IntN(4)-2) {
		c := w.container("i", i)
		if w.maybe(3) {
			always := corev1.ContainerRestartPolicyAlways
			c.RestartPolicy = &always
		}
		s.InitContainers = append(s.InitContainers, c)
	}
	if w.maybe(6) {
		c := w.container("e", 0)
		s.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: c.Name, Image: c.Image,
			ImagePullPolicy: c.ImagePullPolicy, Env: c.Env, EnvFrom: c.EnvFrom, SecurityContext: c.SecurityContext}}}
	}
	for range max(0, w.r.IntN(5)-2) {
		s.Volumes = append(s.Volumes, corev1.Volume{Name: pick(w, "a", "b", "kube-api-access-abcde"), VolumeSource: w.volumeSource()})
	}
	s.ServiceAccountName = pick(w, "", "", "default", "sa", "sa", "gone")
	if w.maybe(6) {
		s.DeprecatedServiceAccount = "other"
	}
	s.AutomountServiceAccountToken = some(w, true, false)
	if w.maybe(5) {
		s.ImagePullSecrets = []corev1.LocalObjectReference{{Name: pick(w, append(secretNames, "")...)}}
	}
	s.Tolerations, s.NodeSelector = w.tolerations(), w.labels()
	s.NodeName = pick(w, "", "n0", "n1", "n9")
	s.PriorityClassName = pick(w, "", "", "pc0", "pc1", "gone")
	if w.maybe(4) {
		s.Priority = some(w, int32(0), 100, 200)
		s.PreemptionPolicy = some(w, corev1.PreemptNever, corev1.PreemptLowerPriority)
	}
	s.RuntimeClassName = some(w, "r0", "r1", "r2", "gone")
	if w.maybe(3) {
		s.Overhead = w.list()
	}
	if w.maybe(6) {
		s.Resources = &corev1.ResourceRequirements{Requests: w.list(), Limits: w.list()}
	}
	if w.maybe(10) {
		s.ResourceClaims = []corev1.PodResourceClaim{{Name: "x", ResourceClaimName: &name}}
	}
	if w.maybe(4) {
		s.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{
			{TopologyKey: pick(w, corev1.LabelHostname, corev1.LabelHostname, "zone")}}}}
	}
	s.HostNetwork, s.HostPID, s.HostIPC = w.maybe(8), w.maybe(12), w.maybe(12)
	s.HostUsers = some(w, true, true, false)
	s.OS = some(w, corev1.PodOS{Name: corev1.Linux}, corev1.PodOS{Name: corev1.Linux}, corev1.PodOS{Name: corev1.Windows})
	if w.maybe(2) {
		s.SecurityContext = w.podSecurity()
	}
	if w.maybe(5) {
		p.Status.ResourceClaimStatuses = []corev1.PodResourceClaimStatus{{Name: pick(w, "x", "y")}}
	}
	if w.maybe(8) {
		p.Status.QOSClass = pick(w, corev1.PodQOSBestEffort, corev1.PodQOSBurstable)
	}
	if w.maybe(8) {
		p.Status.ExtendedResourceClaimStatus = &corev1.PodExtendedResourceClaimStatus{ResourceClaimName: pick(w, "x", "y")}
	}
	if w.maybe(20) {
		now := metav1.Unix(1, 0)
		p.DeletionTimestamp = &now
	}
	return p
}

func (w *world) container(name string, i int) corev1.Container {
	c := corev1.Container{Name: name + string(rune('0'+i)), Image: pick(w, "a", "b", "c"), ImagePullPolicy: pick(w, corev1.PullAlways, corev1.PullIfNotPresent, corev1.PullNever)}
	if w.maybe(2) {
		c.Resources = corev1.ResourceRequirements{Requests: w.list(), Limits: w.list()}
	}
	if w.maybe(6) {
		c.Env = []corev1.EnvVar{{Name: "E", ValueFrom: pick(w, &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: pick(w, secretNames...)}}},
			&corev1.EnvVarSource{ConfigMapKeyRef: &corev1.ConfigMapKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: "cm"}}},
			&corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.name"}})}}
	}
	if w.maybe(8) {
		c.EnvFrom = []corev1.EnvFromSource{pick(w, corev1.EnvFromSource{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: pick(w, secretNames...)}}},
			corev1.EnvFromSource{ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "cm"}}})}
	}
	if w.maybe(5) {
		c.VolumeMounts = []corev1.VolumeMount{{Name: "a", MountPath: pick(w, "/x", "/var/run/secrets/kubernetes.io/serviceaccount")}}
	}
	if w.maybe(8) {
		c.Ports = []corev1.ContainerPort{{ContainerPort: 80, HostPort: pick(w, int32(0), 80)}}
	}
	if w.maybe(10) {
		c.LivenessProbe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Port: intstr.FromInt32(80), Host: pick(w, "", "1.2.3.4", "127.0.0.1")}}}
	}
	if w.maybe(2) {
		c.SecurityContext = w.security2()
	}
	return c
}

func (w *world) security2() *corev1.SecurityContext {
	s := &corev1.SecurityContext{Privileged: some(w, true, false, false), AllowPrivilegeEscalation: some(w, false, false, true), RunAsNonRoot: some(w, true, true, false),
		RunAsUser: some(w, int64(0), 1, 1), ProcMount: some(w, corev1.DefaultProcMount, corev1.UnmaskedProcMount)}
	if w.maybe(2) {
		s.Capabilities = &corev1.Capabilities{Drop: []corev1.Capability{pick(w, corev1.Capability("ALL"), "ALL", "CHOWN")}}
		if w.maybe(2) {
			s.Capabilities.Add = []corev1.Capability{pick(w, corev1.Capability("NET_BIND_SERVICE"), "SYS_ADMIN", "CHOWN")}
		}
	}
	s.SeccompProfile, s.SELinuxOptions, s.WindowsOptions, s.AppArmorProfile = w.seccomp(), w.selinux(), w.windows(), w.apparmor()
	return s
}

func (w *world) podSecurity() *corev1.PodSecurityContext {
	s := &corev1.PodSecurityContext{RunAsNonRoot: some(w, true, true, false), RunAsUser: some(w, int64(0), 1, 1), SeccompProfile: w.seccomp(), SELinuxOptions: w.selinux(),
		WindowsOptions: w.windows(), AppArmorProfile: w.apparmor()}
	if w.maybe(4) {
		s.Sysctls = []corev1.Sysctl{{Name: pick(w, "net.ipv4.tcp_syncookies", "net.ipv4.tcp_rmem", "kernel.msgmax", "net.ipv4.ip_local_reserved_ports"), Value: "1"}}
	}
	return s
}

func (w *world) seccomp() *corev1.SeccompProfile {
	return some(w, corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}, corev1.SeccompProfile{Type: corev1.SeccompProfileTypeUnconfined})
}

func (w *world) selinux() *corev1.SELinuxOptions {
	if w.maybe(3) {
		return some(w, corev1.SELinuxOptions{Type: "container_t"}, corev1.SELinuxOptions{Type: "spc_t"}, corev1.SELinuxOptions{User: "u"}, corev1.SELinuxOptions{Type: "container_engine_t"})
	}
	return nil
}

func (w *world) windows() *corev1.WindowsSecurityContextOptions {
	if w.maybe(5) {
		yes := w.maybe(2)
		return &corev1.WindowsSecurityContextOptions{HostProcess: &yes}
	}
	return nil
}

func (w *world) apparmor() *corev1.AppArmorProfile {
	if w.maybe(5) {
		return &corev1.AppArmorProfile{Type: pick(w, corev1.AppArmorProfileTypeRuntimeDefault, corev1.AppArmorProfileTypeUnconfined)}
	}
	return nil
}

func (w *world) volumeSource() (v corev1.VolumeSource) {
	secret := &corev1.LocalObjectReference{Name: pick(w, append(secretNames, "")...)}
	switch w.r.IntN(24) {
	case 0:
		v.Secret = &corev1.SecretVolumeSource{SecretName: secret.Name}
	case 1:
		v.ConfigMap = &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: pick(w, "cm", "")}}
	case 2:
		v.CSI = &corev1.CSIVolumeSource{Driver: pick(w, "d0", "d1", "d9"), NodePublishSecretRef: secret}
	case 3:
		v.PersistentVolumeClaim = &corev1.PersistentVolumeClaimVolumeSource{ClaimName: pick(w, "c0", "c1", "c2", "c3", "gone")}
	case 4:
		v.Ephemeral = &corev1.EphemeralVolumeSource{VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{}}
	case 5:
		v.HostPath = &corev1.HostPathVolumeSource{Path: "/"}
	case 6:
		v.NFS = &corev1.NFSVolumeSource{Server: "s", Path: "/"}
	case 7:
		v.AzureFile = &corev1.AzureFileVolumeSource{SecretName: secret.Name}
	case 8:
		v.CephFS = &corev1.CephFSVolumeSource{SecretRef: secret}
	case 9:
		v.Cinder = &corev1.CinderVolumeSource{SecretRef: secret}
	case 10:
		v.FlexVolume = &corev1.FlexVolumeSource{SecretRef: secret}
	case 11:
		v.RBD = &corev1.RBDVolumeSource{SecretRef: secret}
	case 12:
		v.ScaleIO = &corev1.ScaleIOVolumeSource{SecretRef: secret}
	case 13:
		v.ISCSI = &corev1.ISCSIVolumeSource{SecretRef: secret}
	case 14:
		v.StorageOS = &corev1.StorageOSVolumeSource{SecretRef: secret}
	case 15:
		v.Glusterfs = &corev1.GlusterfsVolumeSource{}
	case 16:
		v.Image = &corev1.ImageVolumeSource{Reference: "a", PullPolicy: pick(w, corev1.PullNever, corev1.PullAlways)}
	case 17:
		v.DownwardAPI = &corev1.DownwardAPIVolumeSource{}
	case 18, 19, 20, 21:
		v.Projected = &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{w.projection(secret)}}
	default:
		limit := resource.MustParse("1Gi")
		v.EmptyDir = &corev1.EmptyDirVolumeSource{SizeLimit: &limit}
	}
	return v
}

func (w *world) projection(secret *corev1.LocalObjectReference) (p corev1.VolumeProjection) {
	switch w.r.IntN(7) {
	case 0:
		p.Secret = &corev1.SecretProjection{LocalObjectReference: *secret}
	case 1:
		p.ConfigMap = &corev1.ConfigMapProjection{LocalObjectReference: corev1.LocalObjectReference{Name: "cm"}}
	case 2:
		p.ClusterTrustBundle = &corev1.ClusterTrustBundleProjection{Path: "x"}
	case 3:
		p.DownwardAPI = &corev1.DownwardAPIProjection{}
	case 4:
		p.PodCertificate = &corev1.PodCertificateProjection{SignerName: "x/y"}
	default:
		p.ServiceAccountToken = &corev1.ServiceAccountTokenProjection{Audience: pick(w, audiences...), Path: "t"}
	}
	return p
}
