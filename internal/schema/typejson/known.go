package typejson

import (
	"reflect"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// known are the types that encode themselves and are everywhere: their methods cost more than what they do.
func known(t reflect.Type) how {
	switch t {
	case reflect.TypeFor[resource.Quantity]():
		return quantity
	case reflect.TypeFor[metav1.Time]():
		return instant
	case reflect.TypeFor[metav1.MicroTime]():
		return microInstant
	case reflect.TypeFor[intstr.IntOrString]():
		return intOrString
	case reflect.TypeFor[metav1.FieldsV1]():
		return rawFields
	}
	return foreign
}
