package rollout

import (
	"encoding/binary"
	"hash/fnv"
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/rand"
)

// find returns the set whose template is the deployment's: the oldest, if several are.
func (w *work) find() *set {
	for _, s := range w.sets {
		if sameTemplate(&w.d.Spec.Template, &s.Spec.Template) {
			return s
		}
	}
	return nil
}

// sameTemplate compares templates but for the hash label.
func sameTemplate(a, b *corev1.PodTemplateSpec) bool {
	la, lb := withoutHash(a.Labels), withoutHash(b.Labels)
	if !maps.Equal(la, lb) {
		return false
	}
	x, y := *a, *b // shallow: only the label maps are exchanged
	x.Labels, y.Labels = nil, nil
	return equality.Semantic.DeepEqual(&x, &y)
}

func withoutHash(l map[string]string) map[string]string {
	if _, ok := l[appsv1.DefaultDeploymentUniqueLabelKey]; !ok {
		return l
	}
	l = maps.Clone(l)
	delete(l, appsv1.DefaultDeploymentUniqueLabelKey)
	return l
}

// TemplateHash names a template. It hashes the stored form, which does not change when the API gains fields, so an
// upgrade does not roll anything out. It is not upstream's number, only its shape.
func TemplateHash(t *corev1.PodTemplateSpec, collisions *int32) string {
	h := fnv.New32a()
	raw, err := t.Marshal()
	if err != nil { // what was read from the store can be written
		panic("rollout: pod template cannot be encoded: " + err.Error())
	}
	h.Write(raw)
	if collisions != nil {
		var b [4]byte
		binary.LittleEndian.PutUint32(b[:], uint32(*collisions))
		h.Write(b[:])
	}
	return rand.SafeEncodeString(uintString(h.Sum32()))
}

func uintString(n uint32) string {
	if n == 0 {
		return "0"
	}
	var b []byte
	for ; n > 0; n /= 10 {
		b = append(b, byte('0'+n%10))
	}
	slices.Reverse(b)
	return string(b)
}

// maxName keeps the name of a set a valid object name.
const maxName = 253

// create adds the new set. If its name is taken by something else, the hash has collided: the count goes into the status
// and the next step tries another name.
func (w *work) create() bool {
	hash := TemplateHash(&w.d.Spec.Template, w.Status.CollisionCount)
	base := w.d.Name[:min(len(w.d.Name), maxName-len(hash)-1)]
	name := base + "-" + hash
	if w.Taken(name) {
		var n int32
		if w.Status.CollisionCount != nil {
			n = *w.Status.CollisionCount
		}
		n++
		w.Status.CollisionCount = &n
		return false
	}
	template := w.d.Spec.Template.DeepCopy()
	if template.Labels == nil {
		template.Labels = map[string]string{}
	}
	template.Labels[appsv1.DefaultDeploymentUniqueLabelKey] = hash
	selector := w.d.Spec.Selector.DeepCopy()
	if selector.MatchLabels == nil {
		selector.MatchLabels = map[string]string{}
	}
	selector.MatchLabels[appsv1.DefaultDeploymentUniqueLabelKey] = hash
	rs := &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: w.d.Namespace, Labels: maps.Clone(template.Labels),
			OwnerReferences: []metav1.OwnerReference{controllerRef(w.d)}, CreationTimestamp: metav1.NewTime(w.Now)},
		Spec: appsv1.ReplicaSetSpec{Replicas: new(int32), MinReadySeconds: w.d.Spec.MinReadySeconds, Selector: selector, Template: *template},
	}
	s := &set{ReplicaSet: rs, created: true}
	w.sets = append(w.sets, s)
	w.fresh = s
	n := w.room()
	rs.Spec.Replicas = &n
	w.annotate(s)
	setReplicaAnnotations(rs, *w.d.Spec.Replicas, *w.d.Spec.Replicas+maxSurge(w.d))
	if n > 0 {
		w.tell(name, 0, n)
	}
	w.revise(rs.Annotations[RevisionAnnotation])
	if hasDeadline(w.d) {
		w.condition(appsv1.DeploymentProgressing, corev1.ConditionTrue, "NewReplicaSetCreated", `Created new replica set "`+name+`"`)
	}
	rs.CreationTimestamp = metav1.Time{} // it was for the order only
	return true
}
