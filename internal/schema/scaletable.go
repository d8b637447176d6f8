package schema

import (
	"fmt"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kubernetes/pkg/printers"
)

// ScaleTable prints the Scale of a built-in kind as kubectl shows it.
func (s *Schema) ScaleTable(scale *autoscalingv1.Scale, f Form, opts *metav1.TableOptions) (*metav1.Table, error) {
	internal, err := s.toInternal(scale.DeepCopy())
	if err != nil {
		return nil, fmt.Errorf("schema: scale of %s/%s: %w", scale.Namespace, scale.Name, err)
	}
	out, err := s.printers.get().GenerateTable(internal, printers.GenerateOptions{NoHeaders: opts.NoHeaders, Wide: true})
	if err != nil {
		return nil, fmt.Errorf("schema: printing the scale of %s/%s: %w", scale.Namespace, scale.Name, err)
	}
	rows := out.Rows
	out.Rows, out.ResourceVersion = nil, scale.ResourceVersion
	out.SetGroupVersionKind(schema.GroupVersionKind{Group: metav1.GroupName, Version: metaVersion(f), Kind: "Table"})
	return out, s.addParts(out, rows, internal, autoscalingv1.SchemeGroupVersion.WithKind("Scale"), f, opts)
}
