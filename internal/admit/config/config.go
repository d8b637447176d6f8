// Package config reads what --admission-control-config-file names: an AdmissionConfiguration and the configuration of each
// plugin that takes one. It is pure: files come in by a function. What upstream has a library for is read by that.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/admission/plugin/resourcequota"
	quotaconfig "k8s.io/apiserver/pkg/admission/plugin/resourcequota/apis/resourcequota"
	quotavalidation "k8s.io/apiserver/pkg/admission/plugin/resourcequota/apis/resourcequota/validation"
	webhookconfig "k8s.io/apiserver/pkg/admission/plugin/webhook/config"
	apiserverv1 "k8s.io/apiserver/pkg/apis/apiserver/v1"
	"k8s.io/pod-security-admission/admission/api/load"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/admit"
)

// Read fills in settings what the file at a path says to the plugins that are on, and returns what is told to those that
// need more than settings. read reads a file.
func Read(s *admit.Settings, path string, read func(path string) ([]byte, error)) (Elsewhere, error) {
	var out Elsewhere
	on, err := s.Enabled()
	if err != nil {
		return out, err
	}
	docs, err := documents(on, path, read)
	if err != nil {
		return out, fmt.Errorf("failed to read plugin config: %w", err)
	}
	for _, d := range docs {
		if err := d.apply(s, &out); err != nil {
			return out, fmt.Errorf("%s: configuration of admission plugin %s: %w", path, d.plugin, err)
		}
	}
	if out.Images == nil && on.Has(imagePolicy) {
		return out, fmt.Errorf("couldn't init admission plugin %q: no config specified", imagePolicy)
	}
	return out, nil
}

// Elsewhere is what plugins are told that make connections.
type Elsewhere struct {
	// Images is ImagePolicyWebhook's; nil if it is off.
	Images *ImagePolicy
	// Kubeconfigs are the files with the credentials that are shown to webhooks, by plugin.
	Kubeconfigs map[string]string
}

const (
	imagePolicy     = "ImagePolicyWebhook"
	podNodeSelector = "PodNodeSelector"
)

// document is what a file says to one plugin.
type document struct {
	plugin string
	body   []byte
}

// documents reads the file and those that it names, for the plugins that are on.
func documents(on sets.Set[string], path string, read func(string) ([]byte, error)) (out []document, err error) {
	if path == "" {
		return nil, nil
	}
	data, err := read(path)
	if err != nil {
		return nil, fmt.Errorf("unable to read admission control configuration from %q [%w]", path, err)
	}
	var kind struct {
		APIVersion, Kind string
		Legacy           any `json:"imagePolicy"`
		LegacySelectors  any `json:"podNodeSelectorPluginConfig"`
	}
	if err := yaml.Unmarshal(data, &kind); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if kind.Kind == "" && (kind.Legacy != nil || kind.LegacySelectors != nil) { // before there was an AdmissionConfiguration
		for _, name := range []string{imagePolicy, podNodeSelector} {
			if on.Has(name) {
				out = append(out, document{name, data})
			}
		}
		return out, nil
	}
	if kind.Kind != "AdmissionConfiguration" || !slices.Contains([]string{"apiserver.config.k8s.io/v1", "apiserver.k8s.io/v1alpha1"}, kind.APIVersion) {
		return nil, fmt.Errorf("%s: no kind %q is registered for version %q: want an AdmissionConfiguration of apiserver.config.k8s.io/v1", path, kind.Kind, kind.APIVersion)
	}
	var conf apiserverv1.AdmissionConfiguration // v1alpha1 has the same fields
	if err := yaml.UnmarshalStrict(data, &conf); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	seen := sets.New[string]()
	for i := range conf.Plugins {
		p := &conf.Plugins[i]
		known, takes := admit.Configured(p.Name)
		switch {
		case !known:
			return nil, fmt.Errorf("%s: plugins[%d].name: there is no admission plugin %q", path, i, p.Name)
		case seen.Has(p.Name) || !on.Has(p.Name): // the first counts; who is off is not told
			continue
		}
		seen.Insert(p.Name)
		d := document{plugin: p.Name}
		switch {
		case p.Configuration != nil:
			d.body = p.Configuration.Raw
		case p.Path != "":
			at := p.Path
			if !filepath.IsAbs(at) {
				at = filepath.Join(filepath.Dir(path), at)
			}
			if d.body, err = read(at); err != nil {
				return nil, fmt.Errorf("%s: plugins[%d].path: %w", path, i, err)
			}
		default:
			continue
		}
		if !takes {
			return nil, fmt.Errorf("%s: plugins[%d]: admission plugin %s takes no configuration", path, i, p.Name)
		}
		out = append(out, d)
	}
	return out, nil
}

func (d document) apply(s *admit.Settings, out *Elsewhere) (err error) {
	switch d.plugin {
	case "PodSecurity":
		s.PodSecurity, err = load.LoadFromData(d.body)
		return err
	case podNodeSelector:
		var conf struct {
			Selectors map[string]string `json:"podNodeSelectorPluginConfig"`
		}
		err = yaml.Unmarshal(d.body, &conf)
		s.NodeSelectors = conf.Selectors
		return err
	case "PodTolerationRestriction":
		s.Tolerations, err = tolerations(d.body)
		return err
	case "EventRateLimit":
		s.EventLimits, err = eventLimits(d.body)
		return err
	case imagePolicy:
		out.Images, err = images(d.body)
		return err
	case admit.ResourceQuota:
		s.Limited, err = limited(d.body)
		return err
	case admit.MutatingAdmissionWebhook, admit.ValidatingWebhook:
		conf, err := webhookconfig.LoadConfig(bytes.NewReader(d.body))
		if err != nil {
			return err
		}
		if conf.StaticManifestsDir != "" {
			return errors.New("staticManifestsDir: ManifestBasedAdmissionControlConfig feature gate is disabled")
		}
		if conf.KubeConfigFile != "" {
			if out.Kubeconfigs == nil {
				out.Kubeconfigs = map[string]string{}
			}
			out.Kubeconfigs[d.plugin] = conf.KubeConfigFile
		}
		return nil
	}
	return fmt.Errorf("admission plugin %s takes no configuration", d.plugin)
}

func limited(body []byte) ([]quotaconfig.LimitedResource, error) {
	conf, err := resourcequota.LoadConfiguration(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if errs := quotavalidation.ValidateConfiguration(conf); len(errs) > 0 {
		return nil, errs.ToAggregate()
	}
	return conf.LimitedResources, nil
}
