package apiserver

import (
	"context"
	"math"
	"net/netip"

	"github.com/prometheus/client_golang/prometheus"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/store"
)

// hostMetrics tell about objects of the host's cluster, under upstream's names, when somebody asks: which APIServices do not
// answer, and how full the ranges of Services' addresses are.
type hostMetrics struct {
	s                        *Server
	unavailable, taken, free *prometheus.Desc
}

func (s *Server) hostMetrics() hostMetrics {
	ranges := []string{"cidr"}
	return hostMetrics{s,
		prometheus.NewDesc("aggregator_unavailable_apiservice", "Whether an APIService is unavailable.", []string{"name"}, nil),
		prometheus.NewDesc("kube_apiserver_clusterip_allocator_allocated_ips", "Addresses of a range that Services have.", ranges, nil),
		prometheus.NewDesc("kube_apiserver_clusterip_allocator_available_ips", "Addresses of a range that no Service has.", ranges, nil)}
}

// Describe implements prometheus.Collector.
func (h hostMetrics) Describe(ch chan<- *prometheus.Desc) {
	ch <- h.unavailable
	ch <- h.taken
	ch <- h.free
}

// Collect implements prometheus.Collector.
func (h hostMetrics) Collect(ch chan<- prometheus.Metric) {
	for _, obj := range h.list(apiServices()) {
		if a, ok := obj.(*apiregistrationv1.APIService); ok {
			down := 1.0
			for _, c := range a.Status.Conditions {
				if c.Type == apiregistrationv1.Available && c.Status == apiregistrationv1.ConditionTrue {
					down = 0
				}
			}
			ch <- prometheus.MustNewConstMetric(h.unavailable, prometheus.GaugeValue, down, a.Name)
		}
	}
	h.addresses(ch)
}

// addresses tells how full the ranges are.
func (h hostMetrics) addresses(ch chan<- prometheus.Metric) {
	group := networkingv1.SchemeGroupVersion.Group
	page, err := h.s.Registry.Store.Range(store.Range{Scope: api.Scope{Resource: api.Resource{Group: group, Name: "ipaddresses"}, Cluster: api.Host}})
	if err != nil {
		return // the server is stopping
	}
	for _, obj := range h.list(api.Resource{Group: group, Name: "servicecidrs"}) {
		sc, ok := obj.(*networkingv1.ServiceCIDR)
		if !ok {
			continue
		}
		for _, cidr := range sc.Spec.CIDRs {
			in, err := netip.ParsePrefix(cidr)
			if err != nil {
				continue // nobody could have stored it
			}
			taken := 0.0
			for _, rec := range page.Records {
				if ip, err := netip.ParseAddr(rec.Key.Name); err == nil && in.Contains(ip) {
					taken++
				}
			}
			size := math.Exp2(float64(in.Addr().BitLen()-in.Bits())) - 1 // without the address of the network
			if in.Addr().Is4() {
				size-- // and without that of broadcasts
			}
			ch <- prometheus.MustNewConstMetric(h.taken, prometheus.GaugeValue, taken, cidr)
			ch <- prometheus.MustNewConstMetric(h.free, prometheus.GaugeValue, max(size-taken, 0), cidr)
		}
	}
}

// list reads the typed objects of a kind; none if they cannot be read, as while the server stops.
func (h hostMetrics) list(r api.Resource) []runtime.Object {
	k := h.s.Law.Kind(r)
	page, err := h.s.Registry.List(context.Background(), registry.Request{Cluster: api.Host, Kind: k, Version: k.Versions[0]}, registry.ListOptions{})
	if err != nil {
		return nil
	}
	var out []runtime.Object
	for _, rec := range page.Records {
		if obj, err := h.s.Law.Typed(k, rec); err == nil {
			out = append(out, obj)
		}
	}
	return out
}
