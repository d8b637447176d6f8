package agent

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/driver/image"
)

// credentials reads the pod's imagePullSecrets and asks the credential providers of the node. A secret that is missing is no error: the pull may work without, and its
// own error says more.
// The holders are those of them whose credentials are for the image's repository; there are none of what is the node's own.
func (l *puller) credentials(ctx context.Context, p *corev1.Pod, ref string) (auths []image.Auth, holders []pullHolder, err error) {
	repository, err := image.Repository(ref)
	if err != nil {
		return nil, nil, err
	}
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
			return nil, nil, fmt.Errorf("reading image pull secret %s/%s: %w", p.Namespace, ref.Name, err)
		}
		auths = append(auths, more...)
		if of := slices.DeleteFunc(slices.Clone(more), func(a image.Auth) bool { return !a.Matches(repository) }); len(of) > 0 {
			holders = append(holders, pullHolder{Namespace: p.Namespace, Name: s.Name, UID: string(s.UID), Hash: fmt.Sprintf("%x", sha256.Sum256(fmt.Append(nil, of)))})
		}
	}
	if l.a.cfg.Credentials == nil {
		return auths, holders, nil
	}
	account := &podAccount{a: l.a, p: p}
	more, err := l.a.cfg.Credentials.For(ctx, ref, account)
	if err != nil {
		l.a.log.Warn("asking credential providers", "pod", p.Namespace+"/"+p.Name, "err", err)
	}
	if len(more) > 0 && account.asked != nil {
		holders = append(holders, *account.asked)
	}
	return append(auths, more...), holders, nil
}

// bring pulls an image with the credentials of a pod and records whose they were.
func (l *puller) bring(ctx context.Context, p *corev1.Pod, ref string) (got image.Image, err error) {
	auths, holders, err := l.credentials(ctx, p, ref)
	if err != nil {
		return got, err
	}
	if len(holders) > 0 {
		if err := l.records.intend(ref); err != nil {
			return got, err
		}
	}
	if got, err = l.a.cfg.Images.Pull(ctx, ref, auths); err != nil {
		return got, err
	}
	repository, err := image.Repository(ref)
	if err != nil {
		return got, err
	}
	return got, l.records.pulled(ref, repository, got.ID, holders)
}

// free says whether an image that is present may be used without showing credentials.
func (l *puller) free(ref string, have image.Image) bool {
	repository, err := image.Repository(ref)
	return err == nil && l.records.open(ref, repository, have.ID)
}

// mayUse says whether a pod holds credentials with which an image that is present was pulled before.
func (l *puller) mayUse(ctx context.Context, p *corev1.Pod, ref string, have image.Image) bool {
	_, holders, err := l.credentials(ctx, p, ref)
	if err != nil {
		return false // the pull says why
	}
	repository, err := image.Repository(ref)
	return err == nil && l.records.allows(repository, have.ID, holders)
}

// podAccount gives credential providers what they may know of a pod's service account.
type podAccount struct {
	a *Agent
	p *corev1.Pod
	// asked is the account, once somebody wanted to know of it: what is given then is given to it.
	asked *pullHolder
}

// Account implements credential.Accounts. A static pod has none.
func (c *podAccount) Account(ctx context.Context) (*corev1.ServiceAccount, error) {
	if c.p.Spec.ServiceAccountName == "" {
		return nil, nil
	}
	sa, err := getAs[corev1.ServiceAccount](ctx, c.a, accountResource, c.p.Namespace, c.p.Spec.ServiceAccountName)
	if err == nil {
		c.asked = &pullHolder{Namespace: sa.Namespace, Name: sa.Name, UID: string(sa.UID)}
	}
	return sa, err
}

// Token implements credential.Accounts.
func (c *podAccount) Token(ctx context.Context, audience string) (string, error) {
	if c.asked == nil {
		c.asked = &pullHolder{Namespace: c.p.Namespace, Name: c.p.Spec.ServiceAccountName}
	}
	held, err := c.a.requestToken(ctx, c.p, &corev1.ServiceAccountTokenProjection{Audience: audience})
	return held.token, err
}
