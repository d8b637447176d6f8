package settings

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"
	tracing "k8s.io/component-base/tracing/api/v1"
	kubelet "k8s.io/kubelet/config/v1beta1"
)

// tracing reads where spans go.
func (n *Node) tracing(c *kubelet.KubeletConfiguration) error {
	if errs := tracing.ValidateTracingConfiguration(c.Tracing, nil, field.NewPath("tracing")); len(errs) > 0 {
		return fmt.Errorf("tracing: %w", errs.ToAggregate())
	}
	n.Tracing = c.Tracing
	return nil
}
