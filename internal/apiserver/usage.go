package apiserver

import (
	"net/http"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	statsapi "k8s.io/kubelet/pkg/apis/stats/v1alpha1"
	metricsv1beta1 "k8s.io/metrics/pkg/apis/metrics/v1beta1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/registry"
)

// usageResources are the resources of metrics.k8s.io, as metrics-server has them.
func usageResources() []metav1.APIResource {
	verbs := metav1.Verbs{"get", "list"}
	return []metav1.APIResource{
		{Name: "nodes", Kind: "NodeMetrics", Verbs: verbs},
		{Name: "pods", Kind: "PodMetrics", Namespaced: true, Verbs: verbs},
	}
}

// serveUsage answers requests of metrics.k8s.io: how much CPU and memory nodes and pods use, measured when it is asked.
func (s *Server) serveUsage(c *call) error {
	namespaced, known := map[string]bool{"nodes": false, "pods": true}[c.resource]
	switch {
	case !known || c.subresource != "" || c.beyond, !namespaced && c.namespace != "", namespaced && c.name != "" && c.namespace == "":
		return errNoPath
	case c.verb != "get" && c.verb != "list" || c.r.Method == http.MethodHead:
		return notAllowed()
	}
	f, err := c.negotiate(plainOnly)
	if err != nil {
		return err
	}
	c.kind = s.Law.Kind(api.Resource{Name: c.resource}) // the objects that are measured
	objs, err := s.measuredObjects(c)
	if err != nil {
		return err
	}
	var out runtime.Object
	if c.resource == "nodes" {
		out, err = s.nodeMetrics(c, objs)
	} else {
		out, err = s.podMetrics(c, objs)
	}
	if err != nil {
		return err
	}
	s.send(c.w, c.r, f, http.StatusOK, out, metricsv1beta1.SchemeGroupVersion)
	return nil
}

// measuredObjects reads the nodes or pods that a request is about.
func (s *Server) measuredObjects(c *call) ([]runtime.Object, error) {
	q := registry.Request{Cluster: c.cluster, Kind: c.kind, Version: c.kind.Versions[0], Namespace: c.namespace, Name: c.name, User: c.user}
	if c.verb == "get" {
		rec, err := s.Registry.Get(c.r.Context(), q, "")
		if apierrors.IsNotFound(err) {
			return nil, s.noUsage(c)
		}
		if err != nil {
			return nil, err
		}
		obj, err := s.Law.Typed(c.kind, rec)
		return []runtime.Object{obj}, err
	}
	p, err := parseList(c.kind, &c.q, "")
	if err != nil {
		return nil, err
	}
	page, err := s.Registry.List(c.r.Context(), q, registry.ListOptions{Labels: p.Labels, Fields: p.Fields})
	if err != nil {
		return nil, err
	}
	out := make([]runtime.Object, 0, len(page.Records))
	for _, rec := range page.Records {
		obj, err := s.Law.Typed(c.kind, rec)
		if err != nil {
			return nil, err
		}
		out = append(out, obj)
	}
	return out, nil
}

// noUsage says that nothing is known of the object that was asked for.
func (s *Server) noUsage(c *call) error {
	return apierrors.NewNotFound(kschema.GroupResource{Group: metricsv1beta1.GroupName, Resource: c.resource}, c.name)
}

func (s *Server) nodeMetrics(c *call, objs []runtime.Object) (runtime.Object, error) {
	var names []string
	for _, obj := range objs {
		names = append(names, obj.(*corev1.Node).Name)
	}
	said := s.askNodes(c, names)
	list := &metricsv1beta1.NodeMetricsList{Items: []metricsv1beta1.NodeMetrics{}}
	for _, obj := range objs {
		n := obj.(*corev1.Node)
		answer := said[n.Name]
		if answer == nil {
			continue
		}
		used, at, ok := usageOf(answer.Node.CPU, answer.Node.Memory)
		if !ok {
			continue
		}
		list.Items = append(list.Items, metricsv1beta1.NodeMetrics{
			ObjectMeta: s.measuredMeta(&n.ObjectMeta), Timestamp: at, Window: answer.window, Usage: used})
	}
	if c.verb == "list" {
		list.SetGroupVersionKind(metricsv1beta1.SchemeGroupVersion.WithKind("NodeMetricsList"))
		return list, nil
	}
	if len(list.Items) == 0 {
		return nil, s.noUsage(c)
	}
	one := &list.Items[0]
	one.SetGroupVersionKind(metricsv1beta1.SchemeGroupVersion.WithKind("NodeMetrics"))
	return one, nil
}

func (s *Server) podMetrics(c *call, objs []runtime.Object) (runtime.Object, error) {
	var names []string
	for _, obj := range objs {
		if name := obj.(*corev1.Pod).Spec.NodeName; name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	said := s.askNodes(c, slices.Compact(names))
	list := &metricsv1beta1.PodMetricsList{Items: []metricsv1beta1.PodMetrics{}}
	for _, obj := range objs {
		p := obj.(*corev1.Pod)
		answer := said[p.Spec.NodeName]
		if answer == nil {
			continue
		}
		if st, ok := answer.pods[string(p.UID)]; ok {
			if m, ok := s.podMetric(p, st, answer.window); ok {
				list.Items = append(list.Items, m)
			}
		}
	}
	if c.verb == "list" {
		list.SetGroupVersionKind(metricsv1beta1.SchemeGroupVersion.WithKind("PodMetricsList"))
		return list, nil
	}
	if len(list.Items) == 0 {
		return nil, s.noUsage(c)
	}
	one := &list.Items[0]
	one.SetGroupVersionKind(metricsv1beta1.SchemeGroupVersion.WithKind("PodMetrics"))
	return one, nil
}

// podMetric tells of a pod whose containers have all been measured: half a pod would mislead whoever scales by it.
func (s *Server) podMetric(p *corev1.Pod, st *statsapi.PodStats, window metav1.Duration) (metricsv1beta1.PodMetrics, bool) {
	m := metricsv1beta1.PodMetrics{ObjectMeta: s.measuredMeta(&p.ObjectMeta), Window: window, Containers: []metricsv1beta1.ContainerMetrics{}}
	for i := range st.Containers {
		used, at, ok := usageOf(st.Containers[i].CPU, st.Containers[i].Memory)
		if !ok {
			return m, false
		}
		if m.Timestamp.IsZero() || at.Before(&m.Timestamp) {
			m.Timestamp = at
		}
		m.Containers = append(m.Containers, metricsv1beta1.ContainerMetrics{Name: st.Containers[i].Name, Usage: used})
	}
	slices.SortFunc(m.Containers, func(a, b metricsv1beta1.ContainerMetrics) int { return strings.Compare(a.Name, b.Name) })
	return m, len(m.Containers) > 0
}

// measuredMeta names the object that was measured; it is as old as the answer.
func (s *Server) measuredMeta(m *metav1.ObjectMeta) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: m.Name, Namespace: m.Namespace, Labels: m.Labels, CreationTimestamp: metav1.NewTime(s.Clock())}
}

// usageOf is the use of CPU, in cores, and of memory; ok is false where either has not been measured yet.
func usageOf(cpu *statsapi.CPUStats, memory *statsapi.MemoryStats) (used corev1.ResourceList, at metav1.Time, ok bool) {
	if cpu == nil || cpu.UsageNanoCores == nil || memory == nil || memory.WorkingSetBytes == nil {
		return nil, at, false
	}
	return corev1.ResourceList{
		corev1.ResourceCPU:    *resource.NewScaledQuantity(int64(*cpu.UsageNanoCores), resource.Nano),
		corev1.ResourceMemory: *resource.NewQuantity(int64(*memory.WorkingSetBytes), resource.BinarySI),
	}, cpu.Time, true
}
