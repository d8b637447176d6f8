package tracing

import (
	"fmt"
	"os"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	v1 "k8s.io/component-base/tracing/api/v1"
	"sigs.k8s.io/yaml"
)

// Config says where spans go and how many traces are kept: the fields of kube-apiserver's and kubelet's TracingConfiguration.
type Config = v1.TracingConfiguration

const (
	configKind  = "TracingConfiguration"
	configGroup = "apiserver.config.k8s.io/"
)

// Load reads the file of --tracing-config-file: a TracingConfiguration of apiserver.config.k8s.io. No file is no configuration.
func Load(path string) (*Config, error) {
	if path == "" {
		return nil, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--tracing-config-file: %w", err)
	}
	var file struct {
		metav1.TypeMeta `json:",inline"`
		Config          `json:",inline"`
	}
	if err := yaml.UnmarshalStrict(b, &file); err != nil {
		return nil, fmt.Errorf("--tracing-config-file %s: %w", path, err)
	}
	versions := []string{configGroup + "v1", configGroup + "v1beta1", configGroup + "v1alpha1"}
	if file.Kind != configKind || !slices.Contains(versions, file.APIVersion) {
		return nil, fmt.Errorf("--tracing-config-file %s: it is a %q of %q, want a %s of %s", path, file.Kind, file.APIVersion, configKind, versions[0])
	}
	if errs := v1.ValidateTracingConfiguration(&file.Config, nil, field.NewPath("")); len(errs) > 0 {
		return nil, fmt.Errorf("--tracing-config-file %s: %w", path, errs.ToAggregate())
	}
	return &file.Config, nil
}

// asked says whether the environment asks for spans, by the variables that every program with OpenTelemetry knows.
func asked() (bool, error) {
	if os.Getenv("OTEL_SDK_DISABLED") == "true" {
		return false, nil
	}
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" {
		return false, nil
	}
	for _, name := range []string{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"} {
		if p := os.Getenv(name); p != "" && p != "grpc" {
			return false, fmt.Errorf("%s=%s: only grpc is spoken (port 4317 of most collectors)", name, p)
		}
	}
	return true, nil
}
