package bench

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const ebsDriver = "ebs.csi.aws.com"

// volumeWorkloads are those about volumes: one for each pod, bound before.
func volumeWorkloads() []Workload {
	list := []Workload{
		{Name: "SchedulingInTreePVs", About: "a bound volume of a built-in kind for each pod", Nodes: 5000, Init: 1000, Pods: 2000, Peer: 90, script: withVolumes(inTree, 0, "")},
		{Name: "SchedulingMigratedInTreePVs", About: "a bound volume of a built-in kind for each pod, on nodes that leave it to a driver and take 39", Nodes: 5000, Init: 5000, Pods: 5000, Peer: 35,
			script: withVolumes(inTree, 39, "kubernetes.io/aws-ebs")},
		{Name: "SchedulingCSIPVs", About: "a bound volume of a driver for each pod, on nodes that take 39", Nodes: 5000, Init: 5000, Pods: 5000, Peer: 48, script: withVolumes(ofDriver, 39, "")},
		{Name: "PreemptionPVs", About: "every pod has a bound volume and has to evict three of lower priority", Nodes: 1000, Init: 4000, Pods: 1000, script: preemptWithVolumes},
	}
	for i := range list {
		list[i].nodes = []nodeSeries{{100, perfNode}}
		list[i].spaces = []string{"sched-0", "sched-1"}
	}
	return list
}

func inTree(v *corev1.PersistentVolume) {
	v.Spec.AWSElasticBlockStore = &corev1.AWSElasticBlockStoreVolumeSource{VolumeID: v.Name}
}

func ofDriver(v *corev1.PersistentVolume) {
	v.Spec.CSI = &corev1.CSIPersistentVolumeSource{Driver: ebsDriver, VolumeHandle: v.Name}
}

// withVolumes is pods with a volume each. Nodes take so many of the driver, 0 for any number, in whose place it does the work of a plugin.
func withVolumes(source func(*corev1.PersistentVolume), most int32, migrated string) script {
	return func(ctx context.Context, r *serverRun) error {
		if most > 0 {
			if err := r.limitVolumes(ctx, most, migrated); err != nil {
				return err
			}
		}
		before, pods := podSeries{form: claiming(defaultPod()), namespaces: []string{"sched-0"}}, podSeries{form: claiming(defaultPod()), namespaces: []string{"sched-1"}}
		for ns, n := range map[string]int{"sched-0": r.load.initCount, "sched-1": r.load.podCount} {
			if err := r.volumes(ctx, ns, n, corev1.ReadOnlyMany, source); err != nil {
				return err
			}
		}
		if err := r.settle(ctx, before.make("init-", r.load.initCount)); err != nil {
			return err
		}
		measured := pods.make("measured-", r.load.podCount)
		return r.time(ctx, measured, func() error { return r.addPods(ctx, measured) })
	}
}

func preemptWithVolumes(ctx context.Context, r *serverRun) error {
	low := podSeries{form: shape("900m", "500Mi", priority(0), prompt), namespaces: []string{"sched-0"}}
	high := podSeries{form: claiming(shape("3", "500Mi", priority(10))), namespaces: []string{"sched-1"}}
	if err := r.volumes(ctx, "sched-1", r.load.podCount, corev1.ReadOnlyMany, inTree); err != nil {
		return err
	}
	if err := r.settle(ctx, low.make("init-", r.load.initCount)); err != nil {
		return err
	}
	measured := high.make("measured-", r.load.podCount)
	return r.time(ctx, measured, func() error { return r.addPods(ctx, measured) })
}

// limitVolumes says how many volumes of the driver each node takes.
func (r *serverRun) limitVolumes(ctx context.Context, most int32, migrated string) error {
	nodes := r.load.makeNodes()
	return create(ctx, r, "/apis/storage.k8s.io/v1/csinodes", len(nodes), func(i int) *storagev1.CSINode {
		n := &storagev1.CSINode{ObjectMeta: metav1.ObjectMeta{Name: nodes[i].Name}}
		n.Spec.Drivers = []storagev1.CSINodeDriver{{Name: ebsDriver, NodeID: n.Name, Allocatable: &storagev1.VolumeNodeResources{Count: &most}}}
		if migrated != "" {
			n.Annotations = map[string]string{"storage.alpha.kubernetes.io/migrated-plugins": migrated}
		}
		return n
	})
}

// claimName is the claim of pod i of a series.
func claimName(i int) string { return fmt.Sprintf("pvc-%d", i) }

// claiming gives each pod of a form its claim.
func claiming(f form) form {
	return func(i int) *corev1.Pod {
		p := f(i)
		p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: "vol", VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claimName(i)}}})
		return p
	}
}

// volumes makes n volumes and as many claims, and waits until they are bound to them.
func (r *serverRun) volumes(ctx context.Context, ns string, n int, mode corev1.PersistentVolumeAccessMode, source func(*corev1.PersistentVolume)) error {
	size := corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}
	name := func(i int) string { return fmt.Sprintf("%s-pv-%d", ns, i) }
	none := ""
	err := create(ctx, r, "/api/v1/persistentvolumes", n, func(i int) *corev1.PersistentVolume {
		v := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: name(i)}, Spec: corev1.PersistentVolumeSpec{Capacity: size, AccessModes: []corev1.PersistentVolumeAccessMode{mode},
			PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimRetain, ClaimRef: &corev1.ObjectReference{Kind: "PersistentVolumeClaim", APIVersion: "v1", Namespace: ns, Name: claimName(i)}}}
		source(v)
		return v
	})
	if err != nil {
		return err
	}
	claims := "/api/v1/namespaces/" + ns + "/persistentvolumeclaims"
	err = create(ctx, r, claims, n, func(i int) *corev1.PersistentVolumeClaim {
		return &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: claimName(i)},
			Spec: corev1.PersistentVolumeClaimSpec{AccessModes: []corev1.PersistentVolumeAccessMode{mode}, Resources: corev1.VolumeResourceRequirements{Requests: size}, VolumeName: name(i), StorageClassName: &none}}
	})
	if err != nil {
		return err
	}
	w, err := r.c.watchFor(ctx, claims+"?watch=1", mediaJSON, []byte(`"phase":"Bound"`))
	if err != nil {
		return err
	}
	defer w.stop()
	return w.await(ctx, n)
}
