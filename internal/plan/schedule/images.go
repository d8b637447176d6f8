package schedule

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// ImageLocality: nodes that have the pod's images already, the more so the larger and the more spread they are.

// Bounds between which the bytes that need not be pulled make a difference; upstream's figures.
const (
	imageMin = 23 << 20
	imageMax = 1000 << 20 // for each container
)

// imageName gives an image without a tag the tag that is meant.
func imageName(name string) string {
	if strings.LastIndexByte(name, ':') <= strings.LastIndexByte(name, '/') {
		return name + ":latest"
	}
	return name
}

// imagesOf lists the images of a pod, as often as it uses them.
func imagesOf(p *corev1.Pod) []string {
	out := make([]string, 0, len(p.Spec.Containers)+len(p.Spec.InitContainers))
	for i := range p.Spec.InitContainers {
		out = append(out, imageName(p.Spec.InitContainers[i].Image))
	}
	for i := range p.Spec.Containers {
		out = append(out, imageName(p.Spec.Containers[i].Image))
	}
	for i := range p.Spec.Volumes {
		if img := p.Spec.Volumes[i].Image; img != nil {
			out = append(out, imageName(img.Reference))
		}
	}
	return out
}

// countImages counts the images of a node in, or with sign -1 out.
func (s *State) countImages(n *corev1.Node, sign int) {
	if n == nil {
		return
	}
	for i := range n.Status.Images {
		for k, name := range n.Status.Images[i].Names {
			if namedBefore(n, i, k) {
				continue
			}
			if s.images[name] += sign; s.images[name] == 0 {
				delete(s.images, name)
			}
			s.imageGen++
		}
	}
}

// namedBefore reports whether name k of image i of a node has come up before: it counts once.
func namedBefore(n *corev1.Node, i, k int) bool {
	name := n.Status.Images[i].Names[k]
	for j := 0; j <= i; j++ {
		names := n.Status.Images[j].Names
		if j == i {
			names = names[:k]
		}
		for _, other := range names {
			if other == name {
				return true
			}
		}
	}
	return false
}

// lookForImages notes how large the form's images on a node are.
func (s *State) lookForImages(f *form, i int) {
	n := s.nodes[i].obj
	for k, name := range f.images {
		var size int64
		if n != nil && s.images[name] > 0 {
			size = imageSize(n, name)
		}
		if f.imageSizes == nil {
			if size == 0 {
				continue
			}
			f.imageSizes = make([][]int64, len(f.images))
		}
		for len(f.imageSizes[k]) < len(s.nodes) {
			f.imageSizes[k] = append(f.imageSizes[k], 0)
		}
		f.imageSizes[k][i] = size
	}
}

func imageSize(n *corev1.Node, name string) int64 {
	for i := range n.Status.Images {
		for _, have := range n.Status.Images[i].Names {
			if have == name {
				return n.Status.Images[i].SizeBytes
			}
		}
	}
	return 0
}

// imageScore is the score of a node for the images that it has.
func (s *State) imageScore(c *class, i int) int64 {
	if c.imageSizes == nil || s.count == 0 {
		return 0
	}
	var sum int64
	for k, name := range c.images {
		if i < len(c.imageSizes[k]) && c.imageSizes[k][i] > 0 {
			spread := float64(s.images[name]) / float64(s.count)
			sum += int64(float64(c.imageSizes[k][i]) * spread)
		}
	}
	most := imageMax * int64(len(c.pod.Spec.InitContainers)+len(c.pod.Spec.Containers))
	sum = min(max(sum, imageMin), most)
	return maxScore * (sum - imageMin) / (most - imageMin)
}

// respread scores the nodes again that have images of the class, after the spread of images has changed.
func (s *State) respread(c *class) {
	if c.imageGen == s.imageGen {
		return
	}
	c.imageGen = s.imageGen
	for i := range s.nodes {
		for k := range c.imageSizes {
			if i < len(c.imageSizes[k]) && c.imageSizes[k][i] > 0 {
				c.file(i, s.look(c, i, false))
				break
			}
		}
	}
}
