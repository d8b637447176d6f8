package agent

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/driver/image"
)

// credentials reads the pod's imagePullSecrets and asks the credential providers of the node. A secret that is missing is no error: the pull may work without, and its
// own error says more.
func (l *puller) credentials(ctx context.Context, p *corev1.Pod, ref string) ([]image.Auth, error) {
	var auths []image.Auth
	for _, ref := range p.Spec.ImagePullSecrets {
		s, err := getAs[corev1.Secret](ctx, l.a, secretRes, p.Namespace, ref.Name)
		if err != nil {
			l.a.events.pod(p, "", true, "FailedToRetrieveImagePullSecret", "Unable to retrieve some image pull secrets (%s); attempting to pull the image may not succeed.", ref.Name)
			continue
		}
		data, ok := s.Data[corev1.DockerConfigJsonKey]
		if !ok {
			data = s.Data[corev1.DockerConfigKey]
		}
		more, err := image.ParseDockerConfig(data)
		if err != nil {
			return nil, fmt.Errorf("reading image pull secret %s/%s: %w", p.Namespace, ref.Name, err)
		}
		auths = append(auths, more...)
	}
	if l.a.cfg.Credentials == nil {
		return auths, nil
	}
	more, err := l.a.cfg.Credentials.For(ctx, ref, podAccount{l.a, p})
	if err != nil {
		l.a.log.Warn("asking credential providers", "pod", p.Namespace+"/"+p.Name, "err", err)
	}
	return append(auths, more...), nil
}

// podAccount gives credential providers what they may know of a pod's service account.
type podAccount struct {
	a *Agent
	p *corev1.Pod
}

// Account implements credential.Accounts. A static pod has none.
func (c podAccount) Account(ctx context.Context) (*corev1.ServiceAccount, error) {
	if c.p.Spec.ServiceAccountName == "" {
		return nil, nil
	}
	return getAs[corev1.ServiceAccount](ctx, c.a, accountResource, c.p.Namespace, c.p.Spec.ServiceAccountName)
}

// Token implements credential.Accounts.
func (c podAccount) Token(ctx context.Context, audience string) (string, error) {
	held, err := c.a.requestToken(ctx, c.p, &corev1.ServiceAccountTokenProjection{Audience: audience})
	return held.token, err
}
