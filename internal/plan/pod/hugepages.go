package pod

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// HugePages are the bounds of a pod's huge pages, in bytes by the size of a page in the kernel's form ("2MB"), for every size that the
// node has: none of what the pod does not ask for.
func HugePages(p *corev1.Pod, node corev1.ResourceList) map[string]int64 {
	var out map[string]int64
	for name, all := range node {
		size, ok := strings.CutPrefix(string(name), corev1.ResourceHugePagesPrefix)
		bytes, err := resource.ParseQuantity(size)
		if !ok || err != nil || all.IsZero() {
			continue
		}
		if out == nil {
			out = map[string]int64{}
		}
		q := Requests(p, name)
		out[pageName(bytes.Value())] = q.Value()
	}
	return out
}

// HugePageName is the resource of huge pages of a size in bytes.
func HugePageName(size int64) corev1.ResourceName {
	return corev1.ResourceName(corev1.ResourceHugePagesPrefix + resource.NewQuantity(size, resource.BinarySI).String())
}

// pageName is the size of a page as the kernel names it in its cgroup files.
func pageName(bytes int64) string {
	for i, unit := range []string{"GB", "MB"} {
		if n := int64(1) << (30 - 10*i); bytes >= n {
			return fmt.Sprintf("%d%s", bytes/n, unit)
		}
	}
	return fmt.Sprintf("%dKB", bytes>>10)
}

// Medium is the medium of an emptyDir. One of huge pages without a size is of the size that the pod asks for, which has to be one.
func Medium(p *corev1.Pod, v *corev1.Volume) (corev1.StorageMedium, error) {
	medium := v.EmptyDir.Medium
	if !strings.HasPrefix(string(medium), string(corev1.StorageMediumHugePages)) {
		return medium, nil
	}
	var sizes []string
	asked := func(r corev1.ResourceList) {
		for name := range r {
			if size, ok := strings.CutPrefix(string(name), corev1.ResourceHugePagesPrefix); ok && !slices.Contains(sizes, size) {
				sizes = append(sizes, size)
			}
		}
	}
	if p.Spec.Resources != nil {
		asked(p.Spec.Resources.Requests)
	}
	for _, list := range [][]corev1.Container{p.Spec.InitContainers, p.Spec.Containers} {
		for i := range list {
			asked(list[i].Resources.Requests)
		}
	}
	want := strings.TrimPrefix(strings.TrimPrefix(string(medium), string(corev1.StorageMediumHugePages)), "-")
	switch {
	case want == "" && len(sizes) > 1:
		return "", fmt.Errorf("medium %q cannot be used if the pod requests huge pages of several sizes: name the size, as in %s2Mi", medium, corev1.StorageMediumHugePagesPrefix)
	case want == "" && len(sizes) == 1:
		want = sizes[0]
	case !slices.Contains(sizes, want):
		return "", fmt.Errorf("medium %q: the pod requests no huge pages of that size in resources.requests", medium)
	}
	return corev1.StorageMediumHugePagesPrefix + corev1.StorageMedium(want), nil
}
