package app

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/apiserver/pkg/authentication/user"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/scheduler"
	"gantry.dev/gantry/internal/view"
)

// Bounds of a manifest whose pods are given places in thought: the answer is for people, who wait for it.
const (
	maxDraftObjects = 1000
	maxDraftPods    = 5000
)

// workload is what a document of a manifest makes pods of.
type workload struct {
	kind, name, namespace string
	count                 int // every is one on each node
	every                 bool
	pod                   *corev1.Pod
	claims                []corev1.PersistentVolumeClaim // of a StatefulSet, or the object itself
}

// explainManifest says where the pods of a manifest would go, were it created by who now: each is created in a dry run, with all
// defaults and admission, and given a place in a picture of the cluster.
func (s *Server) explainManifest(ctx context.Context, cluster api.Cluster, who user.Info, namespace string, raw []byte) (string, error) {
	all, err := readManifest(raw, namespace)
	if err != nil {
		return "", apierrors.NewBadRequest(err.Error())
	}
	var b strings.Builder
	draft, with := s.whatIf.Draft(cluster), givenBy(all)
	exists := func(namespace string) bool {
		_, ok := view.Get[corev1.Namespace](s.view.Snapshot(), api.Key{Resource: plan.Namespaces, Cluster: cluster, Name: namespace})
		return ok
	}
	fmt.Fprintf(&b, "dry run: nothing is created\n")
	for _, w := range all {
		if w.pod == nil {
			fmt.Fprintf(&b, "%s %s has no pods\n", w.kind, w.name)
			continue
		}
		fmt.Fprintf(&b, "%s %s/%s\n", w.kind, w.pod.Namespace, w.name)
		stand, apart := with.stand(w.pod, exists)
		pod, err := s.dryPod(ctx, cluster, who, stand)
		if apart {
			b.WriteString("  in a namespace that the manifest makes: no quota and no rule of it is looked at\n")
		}
		if err == nil {
			pod.Namespace = w.pod.Namespace
		}
		switch {
		case err != nil:
			fmt.Fprintf(&b, "  its pods would be refused: %v\n", err)
		case pod.Spec.NodeName != "":
			fmt.Fprintf(&b, "  it names its node itself: %s\n", pod.Spec.NodeName)
		case !s.whatIf.Schedules(pod.Spec.SchedulerName):
			fmt.Fprintf(&b, "  nobody here schedules for %q\n", pod.Spec.SchedulerName)
		default:
			if len(pod.Spec.SchedulingGates) > 0 {
				fmt.Fprintf(&b, "  its pods would wait for their scheduling gate %s to be removed; then:\n", pod.Spec.SchedulingGates[0].Name)
			}
			writePlacement(&b, &w, place(draft, &w, pod, with.claims[pod.Namespace]))
		}
	}
	return b.String(), nil
}

// place gives the pods of a workload their places; shared are claims that are made for all of them.
func place(draft *scheduler.Draft, w *workload, pod *corev1.Pod, shared map[string]*corev1.PersistentVolumeClaim) scheduler.Placement {
	if w.every {
		pod.Spec.Tolerations = append(pod.Spec.Tolerations, daemonTolerations()...)
		return draft.Everywhere(pod)
	}
	claims := map[string]*corev1.PersistentVolumeClaim{}
	maps.Copy(claims, shared)
	for i := range w.claims {
		c := &w.claims[i]
		c.Namespace = pod.Namespace
		claims[c.Name+"-draft"] = c
		pod.Spec.Volumes = append(slices.DeleteFunc(pod.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == c.Name }), corev1.Volume{Name: c.Name,
			VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: c.Name + "-draft"}}})
	}
	return draft.Place(pod, w.count, claims)
}

// daemonTolerations are those that the pods of a DaemonSet get on their way.
func daemonTolerations() (out []corev1.Toleration) {
	for _, key := range []string{corev1.TaintNodeDiskPressure, corev1.TaintNodeMemoryPressure, corev1.TaintNodePIDPressure, corev1.TaintNodeUnschedulable} {
		out = append(out, corev1.Toleration{Key: key, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule})
	}
	for _, key := range []string{corev1.TaintNodeNotReady, corev1.TaintNodeUnreachable} {
		out = append(out, corev1.Toleration{Key: key, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute})
	}
	return out
}

// dryPod is the pod as it would be created.
func (s *Server) dryPod(ctx context.Context, cluster api.Cluster, who user.Info, pod *corev1.Pod) (*corev1.Pod, error) {
	kind := s.law.Kind(plan.Pods)
	obj, err := s.law.FromTyped(kind, pod.DeepCopy())
	if err != nil {
		return nil, err
	}
	q := registry.Request{Cluster: cluster, Kind: kind, Version: "v1", Namespace: pod.Namespace, Name: pod.Name, User: who, FieldManager: "gantry-explain"}
	out, err := s.reg.Create(ctx, q, obj, registry.WriteOptions{DryRun: true})
	if err != nil {
		return nil, err
	}
	typed, err := s.law.Typed(kind, out.Rec)
	if err != nil {
		return nil, err
	}
	made := typed.(*corev1.Pod).DeepCopy()
	made.GenerateName = pod.GenerateName
	return made, nil
}

func writePlacement(b *strings.Builder, w *workload, p scheduler.Placement) {
	n := 0
	nodes := slices.SortedFunc(maps.Keys(p.Nodes), func(x, y string) int {
		if p.Nodes[x] != p.Nodes[y] {
			return p.Nodes[y] - p.Nodes[x]
		}
		return strings.Compare(x, y)
	})
	var names []string
	for _, node := range nodes {
		n += p.Nodes[node]
		names = append(names, fmt.Sprintf("%s (%d)", node, p.Nodes[node]))
	}
	if more := len(names) - namesShown; more > 0 {
		names = append(names[:namesShown], fmt.Sprintf("and %d more nodes", more))
	}
	if n > 0 {
		fmt.Fprintf(b, "  %d pod(s) would go to %s\n", n, strings.Join(names, ", "))
	}
	switch {
	case w.every && p.Left > 0:
		fmt.Fprintf(b, "  %d node(s) would have none\n", p.Left)
		p.Why.Fitting, p.Why.Node = 0, ""
	case p.Left > 0:
		fmt.Fprintf(b, "  %d pod(s) would wait\n", p.Left)
	case n > 0 || w.count == 0 && !w.every:
		return
	}
	writeAnswer(b, p.Why)
}

// readManifest reads documents of YAML or JSON.
func readManifest(raw []byte, namespace string) (out []workload, err error) {
	docs := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(raw)))
	total := 0
	for {
		doc, err := docs.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the manifest: %w", err)
		}
		if len(bytes.TrimSpace(doc)) == 0 {
			continue
		}
		some, err := readObject(doc, namespace)
		if err != nil {
			return nil, err
		}
		for _, w := range some {
			total += w.count
		}
		if out = append(out, some...); len(out) > maxDraftObjects || total > maxDraftPods {
			return nil, fmt.Errorf("the manifest has more than %d objects or %d pods", maxDraftObjects, maxDraftPods)
		}
	}
}

// readObject reads one object, or those of a list.
func readObject(doc []byte, namespace string) ([]workload, error) {
	var meta metav1.PartialObjectMetadata
	if err := yaml.Unmarshal(doc, &meta); err != nil {
		return nil, fmt.Errorf("reading the manifest: %w", err)
	}
	if meta.Kind == "" || meta.APIVersion == "" {
		return nil, errors.New("reading the manifest: an object has no kind or no apiVersion")
	}
	w := workload{kind: meta.Kind, name: meta.Name + meta.GenerateName, namespace: cmp.Or(meta.Namespace, namespace), count: 1}
	into := func(obj runtime.Object) error {
		if err := yaml.UnmarshalStrict(doc, obj); err != nil {
			return fmt.Errorf("%s %s: %w", w.kind, w.name, err)
		}
		return nil
	}
	var template *corev1.PodTemplateSpec
	replicas := func(n *int32) {
		if n != nil {
			w.count = int(*n)
		}
	}
	var err error
	switch meta.APIVersion + "/" + meta.Kind {
	case "v1/List":
		var list metav1.List
		if err := into(&list); err != nil {
			return nil, err
		}
		var all []workload
		for _, item := range list.Items {
			some, err := readObject(item.Raw, namespace)
			if err != nil {
				return nil, err
			}
			all = append(all, some...)
		}
		return all, nil
	case "v1/PersistentVolumeClaim":
		var x corev1.PersistentVolumeClaim
		err, w.count = into(&x), 0
		x.Namespace = w.namespace
		w.claims = []corev1.PersistentVolumeClaim{x}
	case "v1/Pod":
		var x corev1.Pod
		err = into(&x)
		template = &corev1.PodTemplateSpec{ObjectMeta: x.ObjectMeta, Spec: x.Spec}
	case "apps/v1/Deployment":
		var x appsv1.Deployment
		err = into(&x)
		replicas(x.Spec.Replicas)
		template = &x.Spec.Template
	case "apps/v1/ReplicaSet":
		var x appsv1.ReplicaSet
		err = into(&x)
		replicas(x.Spec.Replicas)
		template = &x.Spec.Template
	case "apps/v1/StatefulSet":
		var x appsv1.StatefulSet
		err = into(&x)
		replicas(x.Spec.Replicas)
		template, w.claims = &x.Spec.Template, x.Spec.VolumeClaimTemplates
	case "apps/v1/DaemonSet":
		var x appsv1.DaemonSet
		err = into(&x)
		template, w.every, w.count = &x.Spec.Template, true, 0
	case "v1/ReplicationController":
		var x corev1.ReplicationController
		err = into(&x)
		replicas(x.Spec.Replicas)
		template = x.Spec.Template
	case "batch/v1/Job":
		var x batchv1.Job
		err = into(&x)
		replicas(x.Spec.Parallelism)
		template = &x.Spec.Template
	case "batch/v1/CronJob":
		var x batchv1.CronJob
		err = into(&x)
		replicas(x.Spec.JobTemplate.Spec.Parallelism)
		template = &x.Spec.JobTemplate.Spec.Template
	}
	if err != nil {
		return nil, err
	}
	if template == nil {
		return []workload{w}, nil
	}
	if w.count < 0 {
		return nil, fmt.Errorf("%s %s: a negative number of pods", w.kind, w.name)
	}
	w.pod = &corev1.Pod{ObjectMeta: *template.ObjectMeta.DeepCopy(), Spec: *template.Spec.DeepCopy()}
	w.pod.Name, w.pod.GenerateName = "", w.name+"-"
	w.pod.Namespace = w.namespace
	for i := range w.claims { // the pods that are created mount them; their volumes are added when places are looked for
		w.pod.Spec.Volumes = slices.DeleteFunc(w.pod.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == w.claims[i].Name })
		w.pod.Spec.Volumes = append(w.pod.Spec.Volumes, corev1.Volume{Name: w.claims[i].Name, VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}})
	}
	return []workload{w}, nil
}
