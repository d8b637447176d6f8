package deschedule

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// selector is a label selector, nil for everything.
type selector struct{ labels.Selector }

func (s selector) matches(set map[string]string) bool {
	return s.Selector == nil || s.Matches(labels.Set(set))
}

func parseSelector(text string) (selector, error) {
	s, err := labels.Parse(text)
	return selector{s}, err
}

func selectorOf(s *metav1.LabelSelector) (selector, error) {
	if s == nil {
		return selector{}, nil
	}
	out, err := metav1.LabelSelectorAsSelector(s)
	if err != nil {
		return selector{}, fmt.Errorf("labelSelector: %w", err)
	}
	return selector{out}, nil
}

// namespaces are those that a strategy looks at, or those that it does not; not both.
type namespaces struct {
	Include []string `json:"include,omitempty"`
	Exclude []string `json:"exclude,omitempty"`
}

func (n *namespaces) check() error {
	if n != nil && len(n.Include) > 0 && len(n.Exclude) > 0 {
		return fmt.Errorf("namespaces: only one of include and exclude can be set")
	}
	return nil
}

func (n *namespaces) has(ns string) bool {
	switch {
	case n == nil:
		return true
	case len(n.Include) > 0:
		return slices.Contains(n.Include, ns)
	default:
		return !slices.Contains(n.Exclude, ns)
	}
}

// scope is which pods a strategy looks at.
type scope struct {
	namespaces *namespaces
	labels     selector
}

func (s scope) has(p *corev1.Pod) bool {
	return s.namespaces.has(p.Namespace) && s.labels.matches(p.Labels)
}

// scoped are the arguments that most strategies have.
type scoped struct {
	metav1.TypeMeta `json:",inline"`
	Namespaces      *namespaces           `json:"namespaces,omitempty"`
	LabelSelector   *metav1.LabelSelector `json:"labelSelector,omitempty"`
}

func (s *scoped) scope() (scope, error) {
	if err := s.Namespaces.check(); err != nil {
		return scope{}, err
	}
	l, err := selectorOf(s.LabelSelector)
	return scope{s.Namespaces, l}, err
}
