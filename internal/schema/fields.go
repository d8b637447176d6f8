package schema

import (
	"slices"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	resourcev1 "k8s.io/api/resource/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

// fieldTable says which fields of a kind selectors may look at, and reads them from a typed object. The names are
// shared by all records of the kind; a record keeps only its values.
type fieldTable struct {
	names  []string
	values func(typed runtime.Object) []string
}

// fieldValues are the selectable fields of one object.
type fieldValues struct {
	name, namespace string
	namespaced      bool
	table           *fieldTable
	values          []string
}

var _ fields.Fields = (*fieldValues)(nil)

// Get returns a field's value, or "".
func (f *fieldValues) Get(name string) string {
	v, _ := f.lookup(name)
	return v
}

// Has reports whether the kind has the field.
func (f *fieldValues) Has(name string) bool {
	_, ok := f.lookup(name)
	return ok
}

func (f *fieldValues) lookup(name string) (string, bool) {
	switch name {
	case "metadata.name":
		return f.name, true
	case "metadata.namespace":
		return f.namespace, f.namespaced
	}
	if f.table != nil {
		if i := slices.Index(f.table.names, name); i >= 0 {
			return f.values[i], true
		}
	}
	return "", false
}

// FieldSelector parses a selector of the kind in its preferred version. Labels that upstream does not support are
// refused with upstream's text.
func (k *Kind) FieldSelector(sel string) (fields.Selector, error) {
	parsed, err := fields.ParseSelector(sel)
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	if k.custom != nil {
		return k.customSelector(parsed)
	}
	gvk := k.GVK("")
	out, err := parsed.Transform(func(label, value string) (string, string, error) {
		return legacyscheme.Scheme.ConvertFieldLabel(gvk, label, value)
	})
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	return out, nil
}

var podFields = &fieldTable{
	names: []string{"spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
		"spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName"},
	values: func(o runtime.Object) []string {
		p := o.(*corev1.Pod)
		ip := p.Status.PodIP
		if len(p.Status.PodIPs) > 0 {
			ip = p.Status.PodIPs[0].IP
		}
		return []string{p.Spec.NodeName, string(p.Spec.RestartPolicy), p.Spec.SchedulerName, p.Spec.ServiceAccountName,
			strconv.FormatBool(p.Spec.HostNetwork), string(p.Status.Phase), ip, p.Status.NominatedNodeName}
	},
}

var eventFields = &fieldTable{
	names: []string{"involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
		"involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
		"reportingComponent", "source", "type"},
	values: func(o runtime.Object) []string {
		e := o.(*corev1.Event)
		source := e.Source.Component
		if source == "" {
			source = e.ReportingController
		}
		r := &e.InvolvedObject
		return []string{r.Kind, r.Namespace, r.Name, string(r.UID), r.APIVersion, r.ResourceVersion, r.FieldPath,
			e.Reason, e.ReportingController, source, e.Type}
	},
}

var namespaceFields = &fieldTable{
	// "name" is what upstream keeps for old clients; its conversion no longer lets it through.
	names: []string{"status.phase", "name"},
	values: func(o runtime.Object) []string {
		n := o.(*corev1.Namespace)
		return []string{string(n.Status.Phase), n.Name}
	},
}

var nodeFields = &fieldTable{
	names: []string{"spec.unschedulable"},
	values: func(o runtime.Object) []string {
		return []string{strconv.FormatBool(o.(*corev1.Node).Spec.Unschedulable)}
	},
}

var secretFields = &fieldTable{
	names:  []string{"type"},
	values: func(o runtime.Object) []string { return []string{string(o.(*corev1.Secret).Type)} },
}

var serviceFields = &fieldTable{
	names: []string{"spec.clusterIP", "spec.type"},
	values: func(o runtime.Object) []string {
		s := o.(*corev1.Service)
		return []string{s.Spec.ClusterIP, string(s.Spec.Type)}
	},
}

var replicaSetFields = &fieldTable{
	names: []string{"status.replicas"},
	values: func(o runtime.Object) []string {
		return []string{strconv.Itoa(int(o.(*appsv1.ReplicaSet).Status.Replicas))}
	},
}

var controllerFields = &fieldTable{
	names: []string{"status.replicas"},
	values: func(o runtime.Object) []string {
		return []string{strconv.Itoa(int(o.(*corev1.ReplicationController).Status.Replicas))}
	},
}

var jobFields = &fieldTable{
	names: []string{"status.successful"},
	values: func(o runtime.Object) []string {
		return []string{strconv.Itoa(int(o.(*batchv1.Job).Status.Succeeded))}
	},
}

var signingFields = &fieldTable{
	names: []string{"spec.signerName"},
	values: func(o runtime.Object) []string {
		return []string{o.(*certificatesv1.CertificateSigningRequest).Spec.SignerName}
	},
}

var sliceFields = &fieldTable{
	names: []string{resourcev1.ResourceSliceSelectorNodeName, resourcev1.ResourceSliceSelectorDriver},
	values: func(o runtime.Object) []string {
		s := o.(*resourcev1.ResourceSlice)
		node := ""
		if s.Spec.NodeName != nil {
			node = *s.Spec.NodeName
		}
		return []string{node, s.Spec.Driver}
	},
}
