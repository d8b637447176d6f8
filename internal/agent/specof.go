package agent

import corev1 "k8s.io/api/core/v1"

// part is what a container is in its pod.
type part int

const (
	mainPart part = iota
	initPart
	ephemeralPart
)

// partOf finds a container of any kind in a pod; nil, and a regular one, if there is none of the name.
func partOf(p *corev1.Pod, name string) (*corev1.Container, part) {
	for i := range p.Spec.Containers {
		if c := &p.Spec.Containers[i]; c.Name == name {
			return c, mainPart
		}
	}
	for i := range p.Spec.InitContainers {
		if c := &p.Spec.InitContainers[i]; c.Name == name {
			return c, initPart
		}
	}
	if e := ephemeralOf(p, name); e != nil {
		return (*corev1.Container)(&e.EphemeralContainerCommon), ephemeralPart
	}
	return nil, mainPart
}

// specOf is the container that partOf finds.
func specOf(p *corev1.Pod, name string) *corev1.Container {
	c, _ := partOf(p, name)
	return c
}

// ephemeralOf finds an ephemeral container; nil if there is none of the name.
func ephemeralOf(p *corev1.Pod, name string) *corev1.EphemeralContainer {
	for i := range p.Spec.EphemeralContainers {
		if e := &p.Spec.EphemeralContainers[i]; e.Name == name {
			return e
		}
	}
	return nil
}
