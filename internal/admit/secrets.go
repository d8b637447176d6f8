package admit

import (
	"context"
	"fmt"
	"strconv"

	corev1 "k8s.io/api/core/v1"
)

// enforceSecretsNote on a service account lets its pods mount only the secrets that the account lists.
const enforceSecretsNote = "kubernetes.io/enforce-mountable-secrets"

func limitsSecrets(sa *corev1.ServiceAccount) bool {
	limits, err := strconv.ParseBool(sa.Annotations[enforceSecretsNote])
	return err == nil && limits
}

func onlySecretsOf(sa *corev1.ServiceAccount, pod *corev1.Pod) error {
	mountable, pull := secretNames(sa)
	for i := range pod.Spec.Volumes {
		if s := pod.Spec.Volumes[i].Secret; s != nil && !mountable[s.SecretName] {
			return fmt.Errorf("volume with secret.secretName=%q is not allowed because service account %s does not reference that secret", s.SecretName, sa.Name)
		}
	}
	for i := range pod.Spec.InitContainers {
		c := &pod.Spec.InitContainers[i]
		if err := onlyMountable(mountable, sa, "init container", c.Name, c.Env, c.EnvFrom); err != nil {
			return err
		}
	}
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		if err := onlyMountable(mountable, sa, "container", c.Name, c.Env, c.EnvFrom); err != nil {
			return err
		}
	}
	for i, ref := range pod.Spec.ImagePullSecrets {
		if !pull[ref.Name] {
			return fmt.Errorf("imagePullSecrets[%d].name=%q is not allowed because service account %s does not reference that imagePullSecret", i, ref.Name, sa.Name)
		}
	}
	return nil
}

func secretNames(sa *corev1.ServiceAccount) (mountable, pull map[string]bool) {
	mountable, pull = map[string]bool{}, map[string]bool{}
	for i := range sa.Secrets {
		mountable[sa.Secrets[i].Name] = true
	}
	for i := range sa.ImagePullSecrets {
		pull[sa.ImagePullSecrets[i].Name] = true
	}
	return mountable, pull
}

func onlyMountable(mountable map[string]bool, sa *corev1.ServiceAccount, what, container string, env []corev1.EnvVar, from []corev1.EnvFromSource) error {
	for i := range env {
		if ref := secretOf(&env[i]); ref != nil && !mountable[ref.Name] {
			return fmt.Errorf("%s %s with envVar %s referencing secret.secretName=%q is not allowed because service account %s does not reference that secret", what, container, env[i].Name, ref.Name, sa.Name)
		}
	}
	for i := range from {
		if ref := from[i].SecretRef; ref != nil && !mountable[ref.Name] {
			return fmt.Errorf("%s %s with envFrom referencing secret.secretName=%q is not allowed because service account %s does not reference that secret", what, container, ref.Name, sa.Name)
		}
	}
	return nil
}

func secretOf(e *corev1.EnvVar) *corev1.SecretKeySelector {
	if e.ValueFrom == nil {
		return nil
	}
	return e.ValueFrom.SecretKeyRef
}

// ephemeralSecrets is checkServiceAccount for containers that are added to a running pod.
func ephemeralSecrets(_ context.Context, w *Write) error {
	pod := w.GetObject().(*corev1.Pod)
	if pod.Spec.ServiceAccountName == "" {
		return w.forbid(fmt.Errorf("no service account specified for pod %s/%s", w.GetNamespace(), pod.Name))
	}
	sa, err := accountOf(w, pod)
	if err != nil || !limitsSecrets(sa) {
		return err
	}
	mountable, _ := secretNames(sa)
	for i := range pod.Spec.EphemeralContainers {
		c := &pod.Spec.EphemeralContainers[i]
		if err := onlyMountable(mountable, sa, "ephemeral container", c.Name, c.Env, c.EnvFrom); err != nil {
			return err // as upstream: no refusal in form
		}
	}
	return nil
}
