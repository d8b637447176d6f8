package config

import (
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/admit"
)

// kinded reads a configuration strictly, which must be of a kind.
func kinded(body []byte, into any, kind string, versions ...string) error {
	var tm metav1.TypeMeta
	if err := yaml.Unmarshal(body, &tm); err != nil {
		return err
	}
	if tm.Kind != kind || !slices.Contains(versions, tm.APIVersion) {
		return fmt.Errorf("no kind %q is registered for version %q: want a %s of %s", tm.Kind, tm.APIVersion, kind, versions[0])
	}
	return yaml.UnmarshalStrict(body, into)
}

func tolerations(body []byte) (admit.TolerationSettings, error) {
	var conf struct {
		metav1.TypeMeta `json:",inline"`
		Default         []corev1.Toleration `json:"default,omitempty"`
		Whitelist       []corev1.Toleration `json:"whitelist,omitempty"`
	}
	if err := kinded(body, &conf, "Configuration", "podtolerationrestriction.admission.k8s.io/v1alpha1"); err != nil {
		return admit.TolerationSettings{}, err
	}
	s := admit.TolerationSettings{Default: conf.Default, Whitelist: conf.Whitelist}
	if err := s.Check(); err != nil {
		return s, fmt.Errorf("invalid config: %w", err)
	}
	return s, nil
}

// eventLimits are checked where they are used.
func eventLimits(body []byte) ([]admit.EventLimit, error) {
	var conf struct {
		metav1.TypeMeta `json:",inline"`
		Limits          []admit.EventLimit `json:"limits"`
	}
	err := kinded(body, &conf, "Configuration", "eventratelimit.admission.k8s.io/v1alpha1")
	return conf.Limits, err
}

// ImagePolicy is the configuration of ImagePolicyWebhook.
type ImagePolicy struct {
	// KubeConfigFile says where the server is and what is shown to it.
	KubeConfigFile string
	// AllowTTL and DenyTTL are how long answers are good for; zero is not at all.
	AllowTTL, DenyTTL time.Duration
	// RetryBackoff is the first pause before a call is repeated.
	RetryBackoff time.Duration
	// DefaultAllow lets images in when the server cannot be asked.
	DefaultAllow bool
}

// Upstream's bounds of ImagePolicyWebhook's durations, and their defaults.
const (
	defaultRetryBackoff = 500 * time.Millisecond
	maxRetryBackoff     = 5 * time.Minute
	defaultAllowTTL     = 5 * time.Minute
	defaultDenyTTL      = 30 * time.Second
	maxTTL              = 30 * time.Minute
)

func images(body []byte) (*ImagePolicy, error) {
	var conf struct {
		ImagePolicy struct {
			KubeConfigFile                  string
			AllowTTL, DenyTTL, RetryBackoff int64
			DefaultAllow                    bool
		}
	}
	if err := yaml.Unmarshal(body, &conf); err != nil {
		return nil, err
	}
	in := conf.ImagePolicy
	out := &ImagePolicy{KubeConfigFile: in.KubeConfigFile, DefaultAllow: in.DefaultAllow}
	var err error
	if out.RetryBackoff, err = duration(in.RetryBackoff, time.Millisecond, 1, maxRetryBackoff, defaultRetryBackoff); err != nil {
		return nil, fmt.Errorf("retryBackoff: %w", err)
	}
	if out.AllowTTL, err = duration(in.AllowTTL, time.Second, time.Second, maxTTL, defaultAllowTTL); err != nil {
		return nil, fmt.Errorf("allowTTL: %w", err)
	}
	if out.DenyTTL, err = duration(in.DenyTTL, time.Second, time.Second, maxTTL, defaultDenyTTL); err != nil {
		return nil, fmt.Errorf("denyTTL: %w", err)
	}
	return out, nil
}

// duration reads a number of units: 0 is the default, -1 is none.
func duration(n int64, unit, least, most, fallback time.Duration) (time.Duration, error) {
	switch {
	case n == -1:
		return 0, nil
	case n == 0:
		return fallback, nil
	case n < 0 || n > int64(most/unit) || time.Duration(n)*unit < least:
		return 0, fmt.Errorf("valid value is between %v and %v, got %d times %v", least, most, n, unit)
	}
	return time.Duration(n) * unit, nil
}
