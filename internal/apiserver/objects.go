package apiserver

import (
	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/version"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// objectCounts counts the stored objects of every built-in kind, over all clusters, when somebody asks.
type objectCounts struct {
	law       *schema.Schema
	registry  *registry.Registry
	old, each *prometheus.Desc
}

func newObjectCounts(law *schema.Schema, reg *registry.Registry) *objectCounts {
	return &objectCounts{law: law, registry: reg,
		old:  prometheus.NewDesc("apiserver_storage_objects", "Stored objects by resource (deprecated upstream).", []string{"resource"}, nil),
		each: prometheus.NewDesc("apiserver_resource_objects", "Stored objects by group and resource.", []string{"group", "resource"}, nil)}
}

// Describe implements prometheus.Collector.
func (o *objectCounts) Describe(ch chan<- *prometheus.Desc) { ch <- o.old; ch <- o.each }

// Collect implements prometheus.Collector.
func (o *objectCounts) Collect(ch chan<- prometheus.Metric) {
	for _, k := range o.law.Kinds() {
		if k.Virtual || k.StoreAs != k.Resource {
			continue
		}
		n := -1.0 // upstream's word for "could not be read"
		page, err := o.registry.Store.Range(store.Range{Scope: api.Scope{Resource: k.StoreAs}, Limit: 1})
		if err == nil {
			n = float64(len(page.Records) + page.Remaining)
		}
		ch <- prometheus.MustNewConstMetric(o.old, prometheus.GaugeValue, n, k.Resource.String())
		ch <- prometheus.MustNewConstMetric(o.each, prometheus.GaugeValue, n, k.Resource.Group, k.Resource.Name)
	}
}

// buildInfo is a constant 1 whose labels say what is running.
func buildInfo(v *version.Info) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "kubernetes_build_info", Help: "What is running; always 1.",
		ConstLabels: prometheus.Labels{"major": v.Major, "minor": v.Minor, "git_version": v.GitVersion, "git_commit": v.GitCommit,
			"git_tree_state": v.GitTreeState, "build_date": v.BuildDate, "go_version": v.GoVersion, "compiler": v.Compiler, "platform": v.Platform}},
		func() float64 { return 1 })
}
