package schema

import (
	"bytes"
	"math/rand"
	"reflect"
	"testing"

	"k8s.io/apimachinery/pkg/api/apitesting/fuzzer"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	apitesting "k8s.io/kubernetes/pkg/api/testing"
	"k8s.io/kubernetes/pkg/apis/core"

	"gantry.dev/gantry/internal/schema/typebytes"
)

// TestTypeBytesTellApart changes random pods in every place, one by one: each change must show, and taking it back must not.
func TestTypeBytesTellApart(t *testing.T) {
	var plans typebytes.Plans
	f := fuzzer.FuzzerFor(apitesting.FuzzerFuncs, rand.NewSource(41), legacyscheme.Codecs)
	changed, described := 0, 0
	for range 60 {
		pod := &core.Pod{}
		f.Fill(pod)
		stripTimes(&pod.Spec)
		before, ok := plans.Append(nil, &pod.Spec, "")
		if !ok {
			continue
		}
		described++
		if again, _ := plans.Append(nil, &pod.DeepCopy().Spec, ""); !bytes.Equal(again, before) {
			t.Fatal("a copy has other bytes")
		}
		eachChange(reflect.ValueOf(&pod.Spec).Elem(), func(where string) {
			changed++
			if after, ok := plans.Append(nil, &pod.Spec, ""); ok && bytes.Equal(after, before) {
				t.Errorf("%s has been changed and does not show", where)
			}
		})
		if after, _ := plans.Append(nil, &pod.Spec, ""); !bytes.Equal(after, before) {
			t.Fatal("the changes were not taken back")
		}
	}
	t.Logf("%d changes of %d pods", changed, described)
	if described < 30 {
		t.Errorf("only %d of 60 pods could be described", described)
	}
}

// TestTypeBytesOfAlias renames a text in one place and in all.
func TestTypeBytesOfAlias(t *testing.T) {
	type pair struct{ A, B string }
	var plans typebytes.Plans
	of := func(p pair, other string) string {
		b, ok := plans.Append(nil, &p, other)
		if !ok {
			t.Fatal("a pair of texts cannot be described")
		}
		return string(b)
	}
	if of(pair{"x", "x"}, "x") != of(pair{"y", "y"}, "y") {
		t.Error("renamed everywhere, it is another")
	}
	for _, p := range []pair{{"x", "y"}, {"y", "x"}, {"y", "y"}, {"x", ""}, {"", "x"}} {
		if of(p, "x") == of(pair{"x", "x"}, "x") {
			t.Errorf("%v is like one where both are the alias", p)
		}
	}
}

// stripTimes takes out what has hidden fields.
func stripTimes(spec *core.PodSpec) {
	for i := range spec.Volumes {
		spec.Volumes[i].Ephemeral = nil
	}
}

// eachChange changes every leaf of a value in turn, calls check, and takes the change back.
func eachChange(v reflect.Value, check func(where string)) {
	try := func(where string, to reflect.Value) {
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		v.Set(to)
		check(where)
		v.Set(old)
	}
	switch v.Kind() {
	case reflect.Bool:
		try(v.Type().String(), reflect.ValueOf(!v.Bool()).Convert(v.Type()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		try(v.Type().String(), reflect.ValueOf(v.Int()^1).Convert(v.Type()))
	case reflect.String:
		try(v.Type().String(), reflect.ValueOf(v.String()+"x").Convert(v.Type()))
	case reflect.Pointer:
		if v.IsNil() {
			try("nil "+v.Type().String(), reflect.New(v.Type().Elem()))
			return
		}
		try("no "+v.Type().String(), reflect.Zero(v.Type()))
		eachChange(v.Elem(), check)
	case reflect.Slice:
		if v.Len() == 0 {
			try("one more "+v.Type().String(), reflect.MakeSlice(v.Type(), 1, 1))
			return
		}
		try("one less "+v.Type().String(), v.Slice(0, v.Len()-1))
		for i := range v.Len() {
			eachChange(v.Index(i), check)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			was := v.MapIndex(k)
			v.SetMapIndex(k, reflect.Value{})
			check("without an entry " + v.Type().String())
			v.SetMapIndex(k, was)
		}
	case reflect.Struct:
		if q, ok := v.Addr().Interface().(*resource.Quantity); ok {
			more := q.DeepCopy()
			more.Add(resource.MustParse("1"))
			try("quantity", reflect.ValueOf(more))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				name := v.Type().Field(i).Name
				eachChange(v.Field(i), func(where string) { check(name + ": " + where) })
			}
		}
	}
}
