package credential

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	kubeletconfig "k8s.io/kubelet/config/v1"
	v1 "k8s.io/kubelet/pkg/apis/credentialprovider/v1"

	"gantry.dev/gantry/internal/driver/image"
)

const (
	// patience is how long a program may take, as with kubelet.
	patience = time.Minute
	// maxAnswer bounds what it may say.
	maxAnswer = 1 << 20
)

// Accounts is what providers with tokenAttributes need of a pod's service account.
type Accounts interface {
	// Account is the pod's; nil if it has none.
	Account(ctx context.Context) (*corev1.ServiceAccount, error)
	// Token is one of the account, for an audience and bound to the pod.
	Token(ctx context.Context, audience string) (string, error)
}

// For asks the providers that are for an image. What some give is returned although others fail.
func (p *Providers) For(ctx context.Context, ref string, pod Accounts) (auths []image.Auth, err error) {
	repository, err := image.Repository(ref)
	if err != nil {
		return nil, err
	}
	var failed []error
	for _, one := range p.list {
		if !slices.ContainsFunc(one.MatchImages, func(m string) bool { return image.Auth{Registry: m}.Matches(repository) }) {
			continue
		}
		more, err := one.ask(ctx, repository, pod)
		if err != nil {
			failed = append(failed, fmt.Errorf("credential provider %s, image %s: %w", one.Name, repository, err))
		}
		auths = append(auths, more...)
	}
	return auths, errors.Join(failed...)
}

// asked is a request, and who may share its answer.
type asked struct {
	v1.CredentialProviderRequest
	holder string // "" for every pod
}

func (p *provider) ask(ctx context.Context, repository string, pod Accounts) ([]image.Auth, error) {
	req := asked{}
	req.APIVersion, req.Kind, req.Image = p.APIVersion, "CredentialProviderRequest", repository
	if p.TokenAttributes != nil {
		ok, err := p.identify(ctx, &req, pod)
		if err != nil || !ok {
			return nil, err
		}
	}
	host, _, _ := strings.Cut(repository, "/")
	for _, key := range []string{repository, host, ""} {
		if auths, ok := p.kept(key + "\x00" + req.holder); ok {
			return auths, nil
		}
	}
	got, err, _ := p.group.Do(repository+"\x00"+req.holder, func() (any, error) {
		// Others may wait for the same answer: it must not end with the pod that asked first.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		return p.run(ctx, req.CredentialProviderRequest)
	})
	if err != nil {
		return nil, err
	}
	answer := got.(*v1.CredentialProviderResponse)
	if t := p.TokenAttributes; t != nil && t.CacheType != kubeletconfig.TokenServiceAccountTokenCacheType && req.ServiceAccountToken != "" {
		for _, a := range answer.Auth {
			if a.Password == req.ServiceAccountToken {
				return nil, errors.New("it gave back the token of the service account as a password, which needs cacheType Token")
			}
		}
	}
	var auths []image.Auth
	for _, registry := range slices.Sorted(maps.Keys(answer.Auth)) {
		a := answer.Auth[registry]
		auths = append(auths, image.Auth{Registry: registry, Username: a.Username, Password: a.Password})
	}
	if err := p.keep(answer, repository, host, req.holder, auths); err != nil {
		return nil, err
	}
	return auths, nil
}

// identify adds what the provider wants to know of the service account; false if it does not want to be asked.
func (p *provider) identify(ctx context.Context, req *asked, pod Accounts) (bool, error) {
	t := p.TokenAttributes
	account, err := pod.Account(ctx)
	if err != nil {
		return false, fmt.Errorf("service account: %w", err)
	}
	if account == nil {
		return !*t.RequireServiceAccount, nil
	}
	req.ServiceAccountAnnotations = map[string]string{}
	for _, k := range t.RequiredServiceAccountAnnotationKeys {
		v, ok := account.Annotations[k]
		if !ok {
			return false, nil // kubelet passes over it as well: the account has not asked for it
		}
		req.ServiceAccountAnnotations[k] = v
	}
	for _, k := range t.OptionalServiceAccountAnnotationKeys {
		if v, ok := account.Annotations[k]; ok {
			req.ServiceAccountAnnotations[k] = v
		}
	}
	if req.ServiceAccountToken, err = pod.Token(ctx, t.ServiceAccountTokenAudience); err != nil {
		return false, err
	}
	holder := []any{account.Namespace, account.Name, account.UID, req.ServiceAccountAnnotations}
	if t.CacheType == kubeletconfig.TokenServiceAccountTokenCacheType {
		holder = append(holder, sha256.Sum256([]byte(req.ServiceAccountToken)))
	}
	text, err := json.Marshal(holder)
	req.holder = string(text)
	return true, err
}

// run executes the program.
func (p *provider) run(ctx context.Context, req v1.CredentialProviderRequest) (*v1.CredentialProviderResponse, error) {
	in, err := json.Marshal(req)
	if err != nil {
		return nil, err
	}
	var out, said bytes.Buffer
	c := exec.CommandContext(ctx, p.program, p.Args...)
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(in), &limited{&out, maxAnswer}, &limited{&said, 4096}
	c.Env = os.Environ()
	c.WaitDelay = time.Second
	for _, e := range p.Env {
		c.Env = append(c.Env, e.Name+"="+e.Value)
	}
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", cmp.Or(context.Cause(ctx), err), strings.TrimSpace(said.String()))
	}
	answer := &v1.CredentialProviderResponse{}
	if err := json.Unmarshal(out.Bytes(), answer); err != nil {
		return nil, errors.New("its answer cannot be read") // the error might show secrets
	}
	if answer.APIVersion != p.APIVersion || answer.Kind != "CredentialProviderResponse" {
		return nil, fmt.Errorf("it answered with %q %q, want %s CredentialProviderResponse", answer.APIVersion, answer.Kind, p.APIVersion)
	}
	return answer, nil
}

// limited takes so much and fails at more.
type limited struct {
	io.Writer
	left int
}

func (l *limited) Write(b []byte) (int, error) {
	if l.left -= len(b); l.left < 0 {
		return 0, errors.New("the program says too much")
	}
	return l.Writer.Write(b)
}

func (p *provider) kept(key string) ([]image.Auth, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.cache[key]
	return c.auths, ok && time.Now().Before(c.expires)
}

// keep remembers an answer for as long as it says.
func (p *provider) keep(answer *v1.CredentialProviderResponse, repository, host, holder string, auths []image.Auth) error {
	var key string
	switch answer.CacheKeyType {
	case v1.ImagePluginCacheKeyType:
		key = repository
	case v1.RegistryPluginCacheKeyType:
		key = host
	case v1.GlobalPluginCacheKeyType:
	default:
		return fmt.Errorf("its answer has the cacheKeyType %q, want Image, Registry or Global", answer.CacheKeyType)
	}
	lasts := p.DefaultCacheDuration.Duration
	if answer.CacheDuration != nil {
		lasts = answer.CacheDuration.Duration
	}
	if lasts <= 0 {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(p.cache, func(_ string, c cached) bool { return now.After(c.expires) })
	p.cache[key+"\x00"+holder] = cached{auths, now.Add(lasts)}
	return nil
}
