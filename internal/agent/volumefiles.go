package agent

import (
	"context"
	"fmt"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/driver/volume"
	"gantry.dev/gantry/internal/plan/pod"
)

// Tokens are renewed when 80 % of their life is over, or after a day, as kubelet does.
const (
	tokenRenewAt  = 0.8
	tokenRenewMax = 24 * time.Hour
	// tokenMode lets only the owner and the group of a token read it, where a pod says who that is.
	tokenMode = 0o600
)

// volumeFiles makes the files of a volume from the API's objects.
func (a *Agent) volumeFiles(ctx context.Context, ps *podState, p *corev1.Pod, v *corev1.Volume) (volume.Files, time.Time, error) {
	var files volume.Files
	var err error
	switch {
	case v.ConfigMap != nil:
		s := v.ConfigMap
		files, err = a.configMapFiles(ctx, p, s.Name, s.Items, modeOf(s.DefaultMode), isTrue(s.Optional))
	case v.Secret != nil:
		s := v.Secret
		files, err = a.secretFiles(ctx, p, s.SecretName, s.Items, modeOf(s.DefaultMode), isTrue(s.Optional))
	case v.DownwardAPI != nil:
		files, err = a.downwardFiles(p, v.DownwardAPI.Items, modeOf(v.DownwardAPI.DefaultMode))
	case v.Projected != nil:
		return a.projectedFiles(ctx, ps, p, v.Projected)
	}
	return files, time.Time{}, err
}

func (a *Agent) projectedFiles(ctx context.Context, ps *podState, p *corev1.Pod, src *corev1.ProjectedVolumeSource) (volume.Files, time.Time, error) {
	all := volume.Files{}
	var refresh time.Time
	mode := modeOf(src.DefaultMode)
	for i := range src.Sources {
		s := &src.Sources[i]
		var files volume.Files
		var err error
		switch {
		case s.ConfigMap != nil:
			files, err = a.configMapFiles(ctx, p, s.ConfigMap.Name, s.ConfigMap.Items, mode, isTrue(s.ConfigMap.Optional))
		case s.Secret != nil:
			files, err = a.secretFiles(ctx, p, s.Secret.Name, s.Secret.Items, mode, isTrue(s.Secret.Optional))
		case s.DownwardAPI != nil:
			files, err = a.downwardFiles(p, s.DownwardAPI.Items, mode)
		case s.ServiceAccountToken != nil:
			var at time.Time
			files, at, err = a.tokenFile(ctx, ps, p, s.ServiceAccountToken, mode)
			if !at.IsZero() && (refresh.IsZero() || at.Before(refresh)) {
				refresh = at
			}
		case s.ClusterTrustBundle != nil:
			err = fmt.Errorf("projected source clusterTrustBundle is not supported by this node yet")
		case s.PodCertificate != nil:
			err = fmt.Errorf("projected source podCertificate is not supported by this node yet")
		}
		if err != nil {
			return nil, time.Time{}, err
		}
		all.Merge(files)
	}
	return all, refresh, nil
}

func (a *Agent) configMapFiles(ctx context.Context, p *corev1.Pod, name string, items []corev1.KeyToPath, mode int32, optional bool) (volume.Files, error) {
	cm, err := getAs[corev1.ConfigMap](ctx, a, configMapRes, p.Namespace, name)
	if optional && apierrors.IsNotFound(err) {
		return volume.Files{}, nil
	}
	if err != nil {
		return nil, singular(err, "configmap", name)
	}
	return volume.NewFiles(volume.ConfigMapData(cm), items, mode, optional, "config")
}

func (a *Agent) secretFiles(ctx context.Context, p *corev1.Pod, name string, items []corev1.KeyToPath, mode int32, optional bool) (volume.Files, error) {
	s, err := getAs[corev1.Secret](ctx, a, secretRes, p.Namespace, name)
	if optional && apierrors.IsNotFound(err) {
		return volume.Files{}, nil
	}
	if err != nil {
		return nil, singular(err, "secret", name)
	}
	return volume.NewFiles(s.Data, items, mode, optional, "secret")
}

// singular words the absence of an object as kubelet does.
func singular(err error, kind, name string) error {
	if apierrors.IsNotFound(err) {
		return apierrors.NewNotFound(schema.GroupResource{Resource: kind}, name)
	}
	return err
}

func (a *Agent) downwardFiles(p *corev1.Pod, items []corev1.DownwardAPIVolumeFile, mode int32) (volume.Files, error) {
	files := volume.Files{}
	facts := a.facts(nil)
	for _, item := range items {
		var value string
		var err error
		switch {
		case item.FieldRef != nil:
			value, err = pod.Field(p, item.FieldRef.FieldPath, facts)
		case item.ResourceFieldRef != nil:
			value, err = pod.Resource(p, nil, item.ResourceFieldRef, facts)
		}
		if err != nil {
			return nil, err
		}
		m := mode
		if item.Mode != nil {
			m = *item.Mode
		}
		files[item.Path] = volume.File{Data: []byte(value), Mode: uint32(m)}
	}
	return files, nil
}

// heldToken is a token of a pod that is good until it has to be renewed.
type heldToken struct {
	token string
	renew time.Time
}

// tokenFile is a file with a token of the pod's service account that is bound to the pod. A token is asked for anew only
// when its time has come, not whenever another file of the volume changes.
func (a *Agent) tokenFile(ctx context.Context, ps *podState, p *corev1.Pod, src *corev1.ServiceAccountTokenProjection, mode int32) (volume.Files, time.Time, error) {
	key := src.Audience + "\x00" + src.Path
	ps.mu.Lock()
	held, ok := ps.tokens[key]
	ps.mu.Unlock()
	if !ok || !a.cfg.Clock().Before(held.renew) {
		var err error
		if held, err = a.requestToken(ctx, p, src); err != nil {
			return nil, time.Time{}, err
		}
		ps.change(func() { ps.tokens[key] = held })
	}
	file := volume.File{Data: []byte(held.token), Mode: uint32(mode)}
	owner := oneUser(p)
	if owner != nil || groupOf(p).GID != nil {
		file.Mode, file.UID = tokenMode, owner
	}
	return volume.Files{src.Path: file}, held.renew, nil
}

func (a *Agent) requestToken(ctx context.Context, p *corev1.Pod, src *corev1.ServiceAccountTokenProjection) (heldToken, error) {
	req := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{
		ExpirationSeconds: src.ExpirationSeconds,
		BoundObjectRef:    &authenticationv1.BoundObjectReference{APIVersion: "v1", Kind: "Pod", Name: p.Name, UID: p.UID},
	}}
	if src.Audience != "" {
		req.Spec.Audiences = []string{src.Audience}
	}
	account := p.Spec.ServiceAccountName
	if account == "" {
		account = "default"
	}
	res := a.cfg.Client.Apply(ctx, []client.Write{{
		Verb: client.Create, Subresource: "token", Object: req, Why: "token of a pod's service account",
		Key: api.Key{Resource: accountResource, Cluster: a.cfg.Cluster, Namespace: p.Namespace, Name: account},
	}})[0]
	if res.Err != nil {
		return heldToken{}, fmt.Errorf("failed to fetch token: %w", res.Err)
	}
	got, ok := res.Object.(*authenticationv1.TokenRequest)
	if !ok || got.Status.Token == "" {
		return heldToken{}, fmt.Errorf("failed to fetch token: the API answered with %T", res.Object)
	}
	return heldToken{got.Status.Token, a.renewAt(got.Status.ExpirationTimestamp.Time)}, nil
}

func (a *Agent) renewAt(expires time.Time) time.Time {
	now := a.cfg.Clock()
	left := time.Duration(float64(expires.Sub(now)) * tokenRenewAt)
	return now.Add(min(max(left, retryFirst), tokenRenewMax))
}

// oneUser is the user that all containers run as, if the spec says so for all of them.
func oneUser(p *corev1.Pod) *int64 {
	var user *int64
	if sc := p.Spec.SecurityContext; sc != nil {
		user = sc.RunAsUser
	}
	var one *int64
	for _, list := range [][]corev1.Container{p.Spec.InitContainers, p.Spec.Containers} {
		for i := range list {
			u := user
			if sc := list[i].SecurityContext; sc != nil && sc.RunAsUser != nil {
				u = sc.RunAsUser
			}
			if u == nil || one != nil && *one != *u {
				return nil
			}
			one = u
		}
	}
	return one
}

// getAs reads an object of the pod's namespace.
func getAs[T any](ctx context.Context, a *Agent, res api.Resource, namespace, name string) (*T, error) {
	obj, err := a.cfg.Client.Get(ctx, api.Key{Resource: res, Cluster: a.cfg.Cluster, Namespace: namespace, Name: name})
	if err != nil {
		return nil, err
	}
	t, ok := any(obj).(*T)
	if !ok {
		return nil, fmt.Errorf("agent: reading %s %s/%s: the API answered with %T", res, namespace, name, obj)
	}
	return t, nil
}

// modeOf is the mode of files that say nothing of their own; the API fills in a default.
func modeOf(m *int32) int32 {
	if m == nil {
		return corev1.ConfigMapVolumeSourceDefaultMode
	}
	return *m
}

func isTrue(b *bool) bool { return b != nil && *b }
