// Package credential asks programs of the administrator for credentials of registries: kubelet's image credential providers
// (CredentialProviderConfig kubelet.config.k8s.io/v1, requests and answers of credentialprovider.kubelet.k8s.io/v1), so that
// those of the clouds work unchanged. A program gets a request as JSON on its standard input and answers on its output.
package credential

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
	kubeletconfig "k8s.io/kubelet/config/v1"
	v1 "k8s.io/kubelet/pkg/apis/credentialprovider/v1"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/driver/image"
)

// Providers are the programs, in the order in which their credentials are tried.
type Providers struct{ list []*provider }

type provider struct {
	kubeletconfig.CredentialProvider
	program string
	group   singleflight.Group

	mu    sync.Mutex
	cache map[string]cached
}

type cached struct {
	auths   []image.Auth
	expires time.Time
}

// Load reads a configuration, a file or a directory of *.yaml, *.yml and *.json, of programs in binDir. Without one there
// are no providers.
func Load(config, binDir string) (*Providers, error) {
	if config == "" && binDir == "" {
		return &Providers{}, nil
	}
	if config == "" || binDir == "" {
		return nil, errors.New("a configuration and a directory of programs belong together")
	}
	files, err := filesOf(config)
	if err != nil {
		return nil, err
	}
	p := &Providers{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if err := p.add(text, binDir); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	if len(p.list) == 0 {
		return nil, fmt.Errorf("%s: providers: at least one is needed", config)
	}
	return p, nil
}

func filesOf(config string) ([]string, error) {
	st, err := os.Stat(config)
	if err != nil || !st.IsDir() {
		return []string{config}, err
	}
	entries, err := os.ReadDir(config)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries { // they are sorted
		if ext := filepath.Ext(e.Name()); !e.IsDir() && slices.Contains([]string{".json", ".yaml", ".yml"}, ext) {
			out = append(out, filepath.Join(config, e.Name()))
		}
	}
	return out, nil
}

func (p *Providers) add(text []byte, binDir string) error {
	var c kubeletconfig.CredentialProviderConfig
	if err := yaml.UnmarshalStrict(text, &c); err != nil {
		return fmt.Errorf("not a CredentialProviderConfig: %w", err)
	}
	if c.Kind != "CredentialProviderConfig" || c.APIVersion != kubeletconfig.SchemeGroupVersion.String() {
		return fmt.Errorf("want apiVersion %s and kind CredentialProviderConfig, got %q and %q", kubeletconfig.SchemeGroupVersion, c.APIVersion, c.Kind)
	}
	for i, one := range c.Providers {
		if err := check(one); err != nil {
			return fmt.Errorf("providers[%d]%w", i, err)
		}
		if slices.ContainsFunc(p.list, func(o *provider) bool { return o.Name == one.Name }) {
			return fmt.Errorf("providers[%d].name: there are two of the name %q", i, one.Name)
		}
		program := filepath.Join(binDir, one.Name)
		st, err := os.Stat(program)
		if err != nil {
			return fmt.Errorf("providers[%d].name: %w", i, err)
		}
		if st.IsDir() || st.Mode()&0o111 == 0 {
			return fmt.Errorf("providers[%d].name: %s is no program", i, program)
		}
		p.list = append(p.list, &provider{CredentialProvider: one, program: program, cache: map[string]cached{}})
	}
	return nil
}

// check refuses what kubelet refuses; its error begins with the field.
func check(p kubeletconfig.CredentialProvider) error {
	if p.Name == "" || p.Name == "." || p.Name == ".." || strings.ContainsAny(p.Name, "/ ") {
		return fmt.Errorf(".name: %q is not the name of a program", p.Name)
	}
	if p.APIVersion != v1.SchemeGroupVersion.String() {
		return fmt.Errorf(".apiVersion: want %s, got %q", v1.SchemeGroupVersion, p.APIVersion)
	}
	if len(p.MatchImages) == 0 {
		return errors.New(".matchImages: at least one is needed")
	}
	if p.DefaultCacheDuration == nil || p.DefaultCacheDuration.Duration < 0 {
		return errors.New(".defaultCacheDuration: want a duration of 0 or more")
	}
	t := p.TokenAttributes
	if t == nil {
		return nil
	}
	switch {
	case t.ServiceAccountTokenAudience == "":
		return errors.New(".tokenAttributes.serviceAccountTokenAudience: it is needed")
	case t.RequireServiceAccount == nil:
		return errors.New(".tokenAttributes.requireServiceAccount: it is needed")
	case !*t.RequireServiceAccount && len(t.RequiredServiceAccountAnnotationKeys) > 0:
		return errors.New(".tokenAttributes.requiredServiceAccountAnnotationKeys: not with requireServiceAccount false")
	case t.CacheType != kubeletconfig.TokenServiceAccountTokenCacheType && t.CacheType != kubeletconfig.ServiceAccountServiceAccountTokenCacheType:
		return fmt.Errorf(".tokenAttributes.cacheType: want Token or ServiceAccount, got %q", t.CacheType)
	}
	return nil
}
