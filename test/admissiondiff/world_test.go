package admissiondiff

import (
	"fmt"
	"math/rand/v2"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	nodev1 "k8s.io/api/node/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
)

// world is a random cluster. Few names and values, so that things meet.
type world struct {
	r       *rand.Rand
	objects map[api.Resource][]runtime.Object
}

func metaOf(o any) metav1.Object {
	m, _ := o.(metav1.Object)
	return m
}

// pick takes one of some values; maybe says yes one time in n.
func pick[T any](w *world, from ...T) T { return from[w.r.IntN(len(from))] }
func (w *world) maybe(n int) bool       { return w.r.IntN(n) == 0 }

// some takes a value or none.
func some[T any](w *world, from ...T) *T {
	if w.maybe(2) {
		return nil
	}
	v := pick(w, from...)
	return &v
}

func (w *world) put(group, resource string, o runtime.Object) {
	r := api.Resource{Group: group, Name: resource}
	w.objects[r] = append(w.objects[r], o)
}

func (w *world) ns() string { return fmt.Sprintf("ns%d", w.r.IntN(3)) }

func named(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, UID: types.UID("uid-" + name)}
}

func within(ns, name string) metav1.ObjectMeta {
	m := named(name)
	m.Namespace = ns
	return m
}

func newWorld(seed uint64) *world {
	w := &world{r: rand.New(rand.NewPCG(seed, 2)), objects: map[api.Resource][]runtime.Object{}}
	for i := range 3 {
		w.namespace(fmt.Sprintf("ns%d", i))
	}
	w.namespace("kube-node-lease")
	for i := range 3 {
		w.put("", "nodes", w.node(fmt.Sprintf("n%d", i)))
	}
	values := w.r.Perm(3)
	policies := []corev1.PreemptionPolicy{corev1.PreemptNever, corev1.PreemptLowerPriority}
	for i := range 3 {
		w.put("scheduling.k8s.io", "priorityclasses", &schedulingv1.PriorityClass{ObjectMeta: named(fmt.Sprintf("pc%d", i)), Value: int32(values[i] * 100),
			GlobalDefault: w.maybe(3), PreemptionPolicy: &policies[w.r.IntN(2)]})
	}
	for i := range 3 {
		rc := &nodev1.RuntimeClass{ObjectMeta: named(fmt.Sprintf("r%d", i)), Handler: "h"}
		if w.maybe(2) {
			rc.Overhead = &nodev1.Overhead{PodFixed: w.list()}
		}
		if w.maybe(2) {
			rc.Scheduling = &nodev1.Scheduling{NodeSelector: map[string]string{pick(w, "disk", "zone"): pick(w, "ssd", "a")}, Tolerations: w.tolerations()}
		}
		w.put("node.k8s.io", "runtimeclasses", rc)
	}
	stamp := func(m metav1.ObjectMeta, note string) metav1.ObjectMeta {
		m.CreationTimestamp = metav1.Unix(int64(w.r.IntN(3)), 0)
		if w.maybe(2) {
			m.Annotations = map[string]string{note: pick(w, "true", "false")}
		}
		return m
	}
	for i := range 3 {
		w.put("storage.k8s.io", "storageclasses", &storagev1.StorageClass{Provisioner: "p", AllowVolumeExpansion: some(w, true, false),
			ObjectMeta: stamp(named(fmt.Sprintf("sc%d", i)), pick(w, "storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"))})
		w.put("networking.k8s.io", "ingressclasses", &networkingv1.IngressClass{ObjectMeta: stamp(named(fmt.Sprintf("ic%d", i)), networkingv1.AnnotationIsDefaultIngressClass)})
		w.put("storage.k8s.io", "csidrivers", &storagev1.CSIDriver{ObjectMeta: named(fmt.Sprintf("d%d", i)),
			Spec: storagev1.CSIDriverSpec{TokenRequests: []storagev1.TokenRequest{{Audience: pick(w, audiences...)}}}})
	}
	for i := range 6 {
		w.put("", "persistentvolumes", w.volume(fmt.Sprintf("v%d", i)))
		w.put("", "persistentvolumeclaims", w.claim(w.ns(), fmt.Sprintf("c%d", i)))
	}
	for i := range 12 {
		p := w.pod(w.ns(), fmt.Sprintf("p%d", i))
		p.Spec.NodeName = pick(w, "n0", "n1", "")
		w.put("", "pods", p)
	}
	return w
}

var audiences = []string{"", "vault", "api"}

func (w *world) namespace(name string) {
	ns := &corev1.Namespace{ObjectMeta: named(name)}
	ns.Labels, ns.Annotations = w.security(), w.schedulingNotes()
	w.put("", "namespaces", ns)
	for i, n := range []string{"default", "sa"} {
		sa := &corev1.ServiceAccount{ObjectMeta: within(name, n), AutomountServiceAccountToken: some(w, true, false)}
		for range w.r.IntN(3) {
			sa.Secrets = append(sa.Secrets, corev1.ObjectReference{Name: pick(w, secretNames...)})
			sa.ImagePullSecrets = append(sa.ImagePullSecrets, corev1.LocalObjectReference{Name: pick(w, secretNames...)})
		}
		if i == 1 {
			sa.Annotations = map[string]string{"kubernetes.io/enforce-mountable-secrets": pick(w, "true", "false", "x")}
		}
		w.put("", "serviceaccounts", sa)
	}
	for i := range w.r.IntN(2) { // upstream takes several in no order
		lr := &corev1.LimitRange{ObjectMeta: within(name, fmt.Sprintf("lr%d", i))}
		for range 1 + w.r.IntN(2) {
			item := corev1.LimitRangeItem{Type: pick(w, corev1.LimitTypeContainer, corev1.LimitTypePod, corev1.LimitTypePersistentVolumeClaim)}
			fill := func() corev1.ResourceList {
				if w.maybe(2) {
					return nil
				}
				if item.Type == corev1.LimitTypePersistentVolumeClaim {
					return corev1.ResourceList{corev1.ResourceStorage: w.quantity()}
				}
				return w.list()
			}
			item.Min, item.Max = fill(), fill()
			if item.Type == corev1.LimitTypeContainer {
				item.Default, item.DefaultRequest = fill(), fill()
			}
			if item.Type != corev1.LimitTypePersistentVolumeClaim && w.maybe(2) {
				item.MaxLimitRequestRatio = corev1.ResourceList{pick(w, corev1.ResourceCPU, corev1.ResourceMemory): resource.MustParse(pick(w, "1", "1500m", "2"))}
			}
			lr.Spec.Limits = append(lr.Spec.Limits, item)
		}
		w.put("", "limitranges", lr)
	}
}

// security are labels of Pod Security, some of them wrong.
func (w *world) security() map[string]string {
	out := map[string]string{}
	for _, mode := range []string{"enforce", "warn", "audit"} {
		if w.maybe(2) {
			out["pod-security.kubernetes.io/"+mode] = pick(w, "privileged", "baseline", "restricted", "restricted", "no such")
		}
		if w.maybe(3) {
			out["pod-security.kubernetes.io/"+mode+"-version"] = pick(w, "latest", "v1.20", "v1.24", "v1.34", "v1.36", "v2")
		}
	}
	return out
}

func (w *world) schedulingNotes() map[string]string {
	out := map[string]string{}
	if w.maybe(2) {
		out["scheduler.alpha.kubernetes.io/node-selector"] = pick(w, "disk=ssd", "", "zone=a,disk=ssd", "not a selector")
	}
	if w.maybe(2) {
		out["scheduler.alpha.kubernetes.io/defaultTolerations"] = pick(w, "", `[]`, `[{"key":"a","operator":"Exists"}]`, `[{"key":"b","operator":"Equal","value":"x","effect":"NoSchedule"}]`, `{`)
	}
	if w.maybe(2) {
		out["scheduler.alpha.kubernetes.io/tolerationsWhitelist"] = pick(w, "", `[{"operator":"Exists"}]`, `[{"key":"a","operator":"Exists"},{"key":"node.kubernetes.io/memory-pressure","operator":"Exists"}]`, `[{"key":"b","value":"x"}]`)
	}
	return out
}

func (w *world) node(name string) *corev1.Node {
	n := &corev1.Node{ObjectMeta: named(name)}
	n.Labels = map[string]string{}
	for range w.r.IntN(4) {
		n.Labels[pick(w, "topology.kubernetes.io/zone", "topology.kubernetes.io/region", "kubernetes.io/hostname", "kubernetes.io/os", "a.node-restriction.kubernetes.io/x",
			"node-restriction.kubernetes.io/x", "x.k8s.io/a", "kubelet.kubernetes.io/a", "node.kubernetes.io/a", "app", "kubernetes.io/x")] = pick(w, "a", "b", "linux", "windows")
	}
	for range w.r.IntN(3) {
		n.Spec.Taints = append(n.Spec.Taints, corev1.Taint{Key: pick(w, "a", "node.kubernetes.io/not-ready"), Effect: pick(w, corev1.TaintEffectNoSchedule, corev1.TaintEffectNoExecute)})
	}
	if w.maybe(8) {
		n.Spec.ConfigSource = &corev1.NodeConfigSource{ConfigMap: &corev1.ConfigMapNodeConfigSource{Name: pick(w, "a", "b")}}
	}
	n.OwnerReferences = w.owners(6)
	n.Status.Allocatable = corev1.ResourceList{corev1.ResourceCPU: w.quantity(), corev1.ResourceMemory: w.quantity()}
	if w.maybe(2) {
		n.Status.DeclaredFeatures = []string{pick(w, "GuaranteedQoSPodCPUResize", "InPlacePodLevelResourcesVerticalScaling", "RestartAllContainersOnContainerExits", "X")}
	}
	return n
}

func (w *world) volume(name string) *corev1.PersistentVolume {
	v := &corev1.PersistentVolume{ObjectMeta: named(name)}
	v.Spec.CSI = &corev1.CSIPersistentVolumeSource{Driver: fmt.Sprintf("d%d", w.r.IntN(4)), VolumeHandle: "h"}
	if w.maybe(4) {
		v.Finalizers = []string{"kubernetes.io/pv-protection"}
	}
	return v
}

func (w *world) claim(ns, name string) *corev1.PersistentVolumeClaim {
	c := &corev1.PersistentVolumeClaim{ObjectMeta: within(ns, name)}
	if w.maybe(4) {
		c.Finalizers = []string{"a", "kubernetes.io/pvc-protection"}
	}
	if w.maybe(5) {
		c.Annotations = map[string]string{corev1.BetaStorageClassAnnotation: pick(w, "sc0", "sc1", "")}
	}
	c.Spec.StorageClassName = some(w, "sc0", "sc1", "sc2", "gone", "")
	c.Spec.VolumeName = pick(w, "v0", "v1", "v2", "gone", "")
	c.Spec.Resources.Requests = corev1.ResourceList{corev1.ResourceStorage: w.quantity()}
	c.Status.Phase = pick(w, corev1.ClaimBound, corev1.ClaimBound, corev1.ClaimPending)
	if w.maybe(3) {
		c.Status.Capacity = corev1.ResourceList{corev1.ResourceStorage: w.quantity()}
		c.Status.Conditions = []corev1.PersistentVolumeClaimCondition{{Type: corev1.PersistentVolumeClaimResizing, Status: corev1.ConditionTrue}}
	}
	return c
}

func (w *world) quantity() resource.Quantity {
	return resource.MustParse(pick(w, "0", "100m", "500m", "1", "1500m", "2", "1Gi", "2Gi", "1T", "9E", "1n"))
}

func (w *world) list() corev1.ResourceList {
	out := corev1.ResourceList{}
	for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage, "example.com/gpu", "requests.example.com/x", "hugepages-2Mi", "a.kubernetes.io/b"} {
		if w.maybe(3) {
			out[name] = w.quantity()
		}
	}
	return out
}

func (w *world) labels() map[string]string {
	out := map[string]string{}
	for range w.r.IntN(3) {
		out[pick(w, "disk", "zone", "app")] = pick(w, "ssd", "a", "b")
	}
	return out
}

func (w *world) tolerations() (out []corev1.Toleration) {
	for range w.r.IntN(4) {
		t := corev1.Toleration{Key: pick(w, "a", "b", "", "example.com/gpu", corev1.TaintNodeNotReady, corev1.TaintNodeUnreachable), Effect: pick(w, "", corev1.TaintEffectNoSchedule, corev1.TaintEffectNoExecute),
			Operator: pick(w, "", corev1.TolerationOpEqual, corev1.TolerationOpExists, corev1.TolerationOpExists)}
		if t.Operator != corev1.TolerationOpExists {
			t.Value = pick(w, "x", "y", "")
		}
		if t.Effect == corev1.TaintEffectNoExecute {
			t.TolerationSeconds = some(w, int64(1), 300, 600)
		}
		out = append(out, t)
	}
	return out
}

// owners are references, with one at all one time in n.
func (w *world) owners(n int) (out []metav1.OwnerReference) {
	for w.maybe(n) {
		out = append(out, metav1.OwnerReference{APIVersion: pick(w, "v1", "v1", "apps/v1", "x/y/z", "v2"), Kind: pick(w, "Node", "Node", "Deployment", "Pod"), Name: pick(w, "n0", "n1", "x"),
			UID: types.UID(pick(w, "uid-n0", "uid-n1", "u")), Controller: some(w, true, false), BlockOwnerDeletion: some(w, true, false)})
	}
	return out
}

var secretNames = []string{"s0", "s1", "s2"}

func (w *world) labelled(name string) metav1.ObjectMeta {
	m := named(name)
	m.Labels = w.security()
	return m
}

// tokens replaces what is random in the names of token volumes.
func tokens(o runtime.Object) {
	p, ok := o.(*corev1.Pod)
	if !ok {
		return
	}
	fix := func(name *string) { *name = random.ReplaceAllString(*name, "kube-api-access-*") }
	for i := range p.Spec.Volumes {
		fix(&p.Spec.Volumes[i].Name)
	}
	for _, cs := range [][]corev1.Container{p.Spec.InitContainers, p.Spec.Containers} {
		for i := range cs {
			for j := range cs[i].VolumeMounts {
				fix(&cs[i].VolumeMounts[j].Name)
			}
		}
	}
}
