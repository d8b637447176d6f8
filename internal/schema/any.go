package schema

import (
	"fmt"
	"reflect"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// EncodeAny encodes a small object that no store keeps: Status, Scale, reviews, TokenRequest, discovery documents,
// Table. obj is typed or internal; an internal one is converted to gv. An object that carries its kind keeps it, else
// the kind is looked up. JSON ends with a line end, as upstream's does.
func (s *Schema) EncodeAny(obj runtime.Object, media Media, gv schema.GroupVersion) ([]byte, error) {
	gvk := obj.GetObjectKind().GroupVersionKind()
	if gvk.Kind == "" || gvk.Version == runtime.APIVersionInternal {
		var err error
		if obj, gvk, err = s.named(obj, gv); err != nil {
			return nil, err
		}
	}
	if media == JSON {
		b, err := s.encodeJSON(obj)
		if err != nil {
			return nil, fmt.Errorf("schema: encoding %s: %w", gvk, err)
		}
		return append(b, '\n'), nil
	}
	raw, err := marshal(obj)
	if err != nil {
		return nil, notAcceptable(gvk)
	}
	dst := appendEnvelopeHead(make([]byte, 0, envelopeLen(gvk, len(raw))), gvk, len(raw))
	return append(append(dst, raw...), envelopeTail...), nil
}

// named returns a shallow copy of obj in gv that carries its kind.
func (s *Schema) named(obj runtime.Object, gv schema.GroupVersion) (runtime.Object, schema.GroupVersionKind, error) {
	if st, ok := obj.(*metav1.Status); ok { // the one kind that belongs to every group
		c := *st
		gvk := schema.GroupVersionKind{Version: "v1", Kind: "Status"}
		c.SetGroupVersionKind(gvk)
		return &c, gvk, nil
	}
	gvks, _, err := s.scheme.ObjectKinds(obj)
	if err != nil {
		return nil, schema.GroupVersionKind{}, fmt.Errorf("schema: %w", err)
	}
	if gvks[0].Version == runtime.APIVersionInternal {
		if obj, err = s.convert(obj, gv); err != nil {
			return nil, schema.GroupVersionKind{}, err
		}
		gvk := gv.WithKind(gvks[0].Kind)
		obj.GetObjectKind().SetGroupVersionKind(gvk)
		return obj, gvk, nil
	}
	gvk := gvks[0]
	for _, g := range gvks {
		if g.GroupVersion() == gv {
			gvk = g
		}
	}
	c := shallowCopy(obj)
	c.GetObjectKind().SetGroupVersionKind(gvk)
	return c, gvk, nil
}

// notAcceptable is for kinds that have no protobuf form (Table).
func notAcceptable(gvk schema.GroupVersionKind) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{Status: metav1.StatusFailure, Code: 406, Reason: metav1.StatusReasonNotAcceptable,
		Message: fmt.Sprintf("object %s does not implement the protobuf marshalling interface and cannot be encoded to a protobuf message", gvk.Kind)}}
}

// shallowCopy copies the top level of a typed object, so that its kind can be set.
func shallowCopy(obj runtime.Object) runtime.Object {
	v := reflect.ValueOf(obj).Elem()
	c := reflect.New(v.Type())
	c.Elem().Set(v)
	return c.Interface().(runtime.Object)
}
