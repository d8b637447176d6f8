package apiserver

import (
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"k8s.io/apimachinery/pkg/version"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/component-base/featuregate"
	"k8s.io/component-base/metrics/legacyregistry"
)

// libraryFamilies are the metrics that upstream's libraries count in this process where Gantry uses them: compiling and
// evaluating CEL, and validation by declarations. They are one set for the process, as the libraries have it. All else in
// upstream's registry is about programs that Gantry does not have.
var libraryFamilies = []string{ //nolint:gochecknoglobals // never changed; sorted
	"apiserver_cel_compilation_duration_seconds",
	"apiserver_cel_evaluation_duration_seconds",
	"apiserver_validation_declarative_validation_mismatch_total",
	"apiserver_validation_declarative_validation_panic_total",
	"apiserver_validation_duplicate_validation_error_total",
}

// gatherLibraries is the part of upstream's registry that says something here.
func gatherLibraries() ([]*dto.MetricFamily, error) {
	all, err := legacyregistry.DefaultGatherer.Gather()
	return slices.DeleteFunc(all, func(f *dto.MetricFamily) bool { return !slices.Contains(libraryFamilies, f.GetName()) }), err
}

// featureGates tells which of upstream's features are on in the libraries that Gantry is built on.
type featureGates struct{ desc *prometheus.Desc }

func newFeatureGates() featureGates {
	return featureGates{prometheus.NewDesc("kubernetes_feature_enabled", "Whether a feature of Kubernetes is on, by its name and stage.", []string{"name", "stage"}, nil)}
}

// Describe implements prometheus.Collector.
func (f featureGates) Describe(ch chan<- *prometheus.Desc) { ch <- f.desc }

// Collect implements prometheus.Collector.
func (f featureGates) Collect(ch chan<- prometheus.Metric) {
	gate := utilfeature.DefaultMutableFeatureGate
	for name, spec := range gate.GetAll() {
		on := 0.0
		if gate.Enabled(name) {
			on = 1
		}
		stage := string(spec.PreRelease)
		if spec.PreRelease == featuregate.GA {
			stage = ""
		}
		ch <- prometheus.MustNewConstMetric(f.desc, prometheus.GaugeValue, on, string(name), stage)
	}
}

// versionInfo is a constant 1 whose labels say which release's behaviour is served.
func versionInfo(v *version.Info) prometheus.Collector {
	binary, _, _ := strings.Cut(strings.TrimPrefix(v.GitVersion, "v"), "+")
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "version_info", Help: "Which release's behaviour is served; always 1.",
		ConstLabels: prometheus.Labels{"component": "kube", "binary": binary, "emulation": v.EmulationMajor + "." + v.EmulationMinor,
			"min_compat": v.MinCompatibilityMajor + "." + v.MinCompatibilityMinor}}, func() float64 { return 1 })
}
