package admissiondiff

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	batchv1 "k8s.io/api/batch/v1"
	certificatesv1 "k8s.io/api/certificates/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	resourcev1 "k8s.io/api/resource/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authentication/user"
)

// write is one, with its objects in v1.
type write struct {
	op       admission.Operation
	resource kschema.GroupVersionResource
	kind     kschema.GroupVersionKind
	sub      string
	ns, name string
	obj, old runtime.Object
	who      user.Info
}

// sort is a kind that is written: how an object of it is made.
type sort struct {
	group, resource, kind string
	namespaced            bool
	subs                  []string
	make                  func(ns, name string) runtime.Object
}

func (w *world) sorts() []sort {
	template := func(ns, name string) corev1.PodTemplateSpec {
		p := w.pod(ns, name)
		return corev1.PodTemplateSpec{ObjectMeta: p.ObjectMeta, Spec: p.Spec}
	}
	pod := sort{"", "pods", "Pod", true, []string{"", "", "", "", "", "status", "ephemeralcontainers", "resize"}, func(ns, name string) runtime.Object { return w.pod(ns, name) }}
	return []sort{pod, pod, pod, pod, pod, pod, pod,
		{"", "pods", "Binding", true, []string{"binding"}, func(ns, name string) runtime.Object {
			return &corev1.Binding{ObjectMeta: within(ns, name), Target: corev1.ObjectReference{Kind: pick(w, "Node", "Node", "X"), Name: pick(w, "n0", "n1", "n9")}}
		}},
		{"policy", "pods", "Eviction", true, []string{"eviction"}, func(ns, name string) runtime.Object { return &policyv1.Eviction{ObjectMeta: within(ns, name)} }},
		{"", "nodes", "Node", false, []string{"", "", "status"}, func(_, name string) runtime.Object { return w.node(name) }},
		{"", "namespaces", "Namespace", false, []string{"", "status"}, func(_, name string) runtime.Object {
			return &corev1.Namespace{ObjectMeta: w.labelled(name)}
		}},
		{"", "persistentvolumes", "PersistentVolume", false, []string{"", "status"}, func(_, name string) runtime.Object { return w.volume(name) }},
		{"", "persistentvolumeclaims", "PersistentVolumeClaim", true, []string{"", "status"}, func(ns, name string) runtime.Object { return w.claim(ns, name) }},
		{"", "services", "Service", true, []string{"", "status"}, func(ns, name string) runtime.Object {
			return &corev1.Service{ObjectMeta: within(ns, name), Spec: corev1.ServiceSpec{ExternalIPs: pick(w, nil, []string{"1.1.1.1"}, []string{"1.1.1.1", "2.2.2.2"})}}
		}},
		{"authentication.k8s.io", "serviceaccounts", "TokenRequest", true, []string{"token"}, w.token},
		{"", "serviceaccounts", "ServiceAccount", true, []string{""}, func(ns, name string) runtime.Object { return &corev1.ServiceAccount{ObjectMeta: within(ns, name)} }},
		{"coordination.k8s.io", "leases", "Lease", true, []string{""}, func(ns, name string) runtime.Object { return &coordinationv1.Lease{ObjectMeta: within(ns, name)} }},
		{"storage.k8s.io", "csinodes", "CSINode", false, []string{""}, func(_, name string) runtime.Object { return &storagev1.CSINode{ObjectMeta: named(name)} }},
		{"storage.k8s.io", "volumeattributesclasses", "VolumeAttributesClass", false, []string{""}, func(_, name string) runtime.Object {
			return &storagev1.VolumeAttributesClass{ObjectMeta: named(name)}
		}},
		{"resource.k8s.io", "resourceslices", "ResourceSlice", false, []string{""}, func(_, name string) runtime.Object {
			return &resourcev1.ResourceSlice{ObjectMeta: named(name), Spec: resourcev1.ResourceSliceSpec{NodeName: some(w, "n0", "n1")}}
		}},
		{"networking.k8s.io", "ingresses", "Ingress", true, []string{"", "status"}, func(ns, name string) runtime.Object {
			i := &networkingv1.Ingress{ObjectMeta: within(ns, name), Spec: networkingv1.IngressSpec{IngressClassName: some(w, "ic0", "")}}
			if w.maybe(3) {
				i.Annotations = map[string]string{"kubernetes.io/ingress.class": "x"}
			}
			return i
		}},
		{"scheduling.k8s.io", "priorityclasses", "PriorityClass", false, []string{""}, func(_, name string) runtime.Object {
			return &schedulingv1.PriorityClass{ObjectMeta: named(strings.Replace(name, "n", "pc", 1)), GlobalDefault: w.maybe(2)}
		}},
		{"certificates.k8s.io", "certificatesigningrequests", "CertificateSigningRequest", false, []string{"", "approval", "status"}, w.signing},
		{"apps", "deployments", "Deployment", true, []string{"", "status"}, func(ns, name string) runtime.Object {
			return &appsv1.Deployment{ObjectMeta: within(ns, name), Spec: appsv1.DeploymentSpec{Template: template(ns, name)}}
		}},
		{"batch", "cronjobs", "CronJob", true, []string{""}, func(ns, name string) runtime.Object {
			return &batchv1.CronJob{ObjectMeta: within(ns, name), Spec: batchv1.CronJobSpec{JobTemplate: batchv1.JobTemplateSpec{Spec: batchv1.JobSpec{Template: template(ns, name)}}}}
		}},
	}
}

// write makes a random one.
func (w *world) write() write {
	s := pick(w, w.sorts()...)
	x := write{op: pick(w, admission.Create, admission.Create, admission.Update, admission.Update, admission.Delete), sub: pick(w, s.subs...), name: pick(w, "n0", "n1", "p0", "p1", "p2", "p3", "p4", "p5")}
	if s.namespaced {
		x.ns = pick(w, "ns0", "ns0", "ns1", "ns2", "kube-node-lease", "gone")
	}
	if s.resource == "namespaces" {
		x.name = pick(w, "ns0", "ns1")
		x.ns = x.name
	}
	group := s.group
	switch s.kind {
	case "Eviction", "TokenRequest":
		group, x.op = "", admission.Create
	case "Binding":
		x.op = admission.Create
	}
	if s.kind == "Pod" && x.sub != "" && x.op == admission.Create {
		x.op = admission.Update
	}
	x.kind = kschema.GroupVersionKind{Group: s.group, Version: "v1", Kind: s.kind}
	x.resource = kschema.GroupVersionResource{Group: group, Version: "v1", Resource: s.resource}
	if x.op != admission.Delete {
		x.obj = s.make(x.ns, x.name)
	}
	if x.op != admission.Create {
		x.old = s.make(x.ns, x.name)
		if m := metaOf(x.old); x.obj != nil && (s.kind == "Pod" || w.maybe(2)) { // a small change: pods keep their containers
			x.old = x.obj.DeepCopyObject()
			w.change(x.obj)
			metaOf(x.obj).SetGeneration(m.GetGeneration() + int64(w.r.IntN(2)))
		}
	}
	x.who = w.user()
	return x
}

// change alters one thing.
func (w *world) change(o runtime.Object) {
	m := metaOf(o)
	switch w.r.IntN(5) {
	case 0:
		m.SetLabels(w.labels())
	case 1:
		m.SetOwnerReferences(w.owners(2))
	case 2:
		m.SetAnnotations(map[string]string{"a": "b"})
	case 3:
		m.SetFinalizers([]string{"a"})
	}
	p, ok := o.(*corev1.Pod)
	if !ok {
		return
	}
	other := w.pod(p.Namespace, p.Name)
	switch w.r.IntN(6) {
	case 0:
		p.Spec.Containers[0].Resources = corev1.ResourceRequirements{Requests: w.list(), Limits: w.list()}
	case 1:
		p.Spec.Containers[0].Image = pick(w, "a", "b")
	case 2:
		p.Status = other.Status
	case 3:
		p.Spec.Tolerations, p.Spec.Priority, p.Spec.PreemptionPolicy = other.Spec.Tolerations, other.Spec.Priority, other.Spec.PreemptionPolicy
	case 4:
		p.Spec.EphemeralContainers, p.Spec.SecurityContext = other.Spec.EphemeralContainers, other.Spec.SecurityContext
	case 5:
		p.Spec.NodeName = other.Spec.NodeName
	}
}

func (w *world) user() user.Info {
	switch w.r.IntN(6) {
	case 0, 1:
		return &user.DefaultInfo{Name: "system:node:" + pick(w, "n0", "n1"), Groups: []string{user.NodesGroup}}
	case 2:
		return &user.DefaultInfo{Name: pick(w, "system:node:n0", "system:node:"), Groups: pick(w, nil, []string{user.NodesGroup})}
	}
	return &user.DefaultInfo{Name: pick(w, "boss", "anna", "otto")}
}

func (w *world) token(ns, _ string) runtime.Object {
	t := &authenticationv1.TokenRequest{}
	t.Namespace = ns
	for w.maybe(2) {
		t.Spec.Audiences = append(t.Spec.Audiences, pick(w, audiences...))
	}
	if !w.maybe(8) {
		p := pick(w, "p0", "p1", "p2", "p3", "p4", "p5", "p6", "gone")
		t.Spec.BoundObjectRef = &authenticationv1.BoundObjectReference{APIVersion: "v1", Kind: pick(w, "Pod", "Pod", "Pod", "Pod", "Node"), Name: p, UID: pick(w, types.UID("uid-"+p), types.UID("uid-"+p), "", "other")}
	}
	return t
}

func (w *world) signing(_, name string) runtime.Object {
	c := &certificatesv1.CertificateSigningRequest{ObjectMeta: named(name), Spec: certificatesv1.CertificateSigningRequestSpec{
		SignerName: pick(w, certificatesv1.KubeAPIServerClientSignerName, certificatesv1.KubeAPIServerClientSignerName, certificatesv1.KubeletServingSignerName, certificatesv1.KubeAPIServerClientKubeletSignerName, "x.io/a", "y.io/b"),
		Request:    pick(w, []byte("x"), request("system:node:n0"), request("system:node:n0"), request("anna", "system:masters"), pem.EncodeToMemory(&pem.Block{Type: "X"}))}}
	if w.maybe(2) {
		c.Status.Certificate = []byte(pick(w, "a", "b"))
	}
	if w.maybe(2) {
		c.Status.Conditions = []certificatesv1.CertificateSigningRequestCondition{{Type: certificatesv1.CertificateFailed, Status: corev1.ConditionTrue}}
	}
	return c
}

// request is a certificate request; what is random in it nobody looks at.
func request(name string, groups ...string) []byte {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err) // the machine has no entropy
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: name, Organization: groups}}, key)
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})
}
