package controllers_test

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/view/viewtest"
)

func quantity(s string) resource.Quantity { return resource.MustParse(s) }

func (st *storyteller) key(kind, name string) api.Key {
	st.T.Helper()
	switch kind {
	case "claim":
		return api.Key{Resource: storage.Claims, Cluster: api.Host, Namespace: "default", Name: name}
	case "volume":
		return api.Key{Resource: storage.Volumes, Cluster: api.Host, Name: name}
	case "pod":
		return api.Key{Resource: plan.Pods, Cluster: api.Host, Namespace: "default", Name: name}
	}
	st.T.Fatalf("what is a %q?", kind)
	return api.Key{}
}

func (st *storyteller) meta(kind, name string) metav1.ObjectMeta {
	st.T.Helper()
	obj, ok := st.Snapshot().Object(st.key(kind, name)).(metav1.Object)
	if !ok {
		st.T.Fatalf("there is no %s %s", kind, name)
	}
	return metav1.ObjectMeta{Name: name, UID: obj.GetUID()}
}

func (st *storyteller) editClaim(name string, edit func(*corev1.PersistentVolumeClaim)) {
	st.T.Helper()
	c := viewtest.Get[corev1.PersistentVolumeClaim](st.World, storage.Claims, "default", name)
	edit(c)
	st.Put(c)
}

// nodes do what is the node agent's: they wipe volumes that are deleted and free, and make file systems as large as their
// volumes. They report whether there was anything to do.
func (st *storyteller) nodes() (did bool) {
	for _, v := range viewtest.All[corev1.PersistentVolume](st.World, storage.Volumes) {
		if !storage.IsLocal(v) {
			continue
		}
		if v.DeletionTimestamp != nil && v.Status.Phase != corev1.VolumeBound && slices.Contains(v.Finalizers, storage.LocalFinalizer) {
			v.Finalizers = slices.DeleteFunc(v.Finalizers, func(f string) bool { return f == storage.LocalFinalizer })
			st.byOthers(plan.Update(st.key("volume", v.Name), v, "wiped"))
			did = true
			continue
		}
		for _, c := range viewtest.All[corev1.PersistentVolumeClaim](st.World, storage.Claims) {
			if v.Spec.ClaimRef.UID == c.UID && c.Status.Phase == corev1.ClaimBound && c.Status.Capacity.Storage().Cmp(*v.Spec.Capacity.Storage()) < 0 {
				c.Status.Capacity, c.Status.AllocatedResourceStatuses, c.Status.Conditions = v.Spec.Capacity, nil, nil
				st.Put(c)
				did = true
			}
		}
	}
	return did
}

// byOthers carries a write out that is not of the process that may die.
func (st *storyteller) byOthers(w client.Write) {
	st.T.Helper()
	k := st.CrashAfter
	st.CrashAfter = 0
	if errs := st.Apply(w); errs[0] != nil {
		st.T.Fatal(errs[0])
	}
	st.CrashAfter = k
}

// show writes down all claims and volumes, and what was told.
func (st *storyteller) show(told []string) {
	for _, line := range st.picture() {
		st.out.WriteString(line + "\n")
	}
	for _, line := range told {
		st.out.WriteString("  " + line + "\n")
	}
	st.out.WriteString("\n")
}

func (st *storyteller) picture() (lines []string) {
	for _, c := range viewtest.All[corev1.PersistentVolumeClaim](st.World, storage.Claims) {
		line := fmt.Sprintf("claim %s %s", c.Name, c.Status.Phase)
		add := func(what, value string) {
			if value != "" {
				line += " " + what + "=" + value
			}
		}
		if c.Spec.StorageClassName != nil {
			add("class", fmt.Sprintf("%q", *c.Spec.StorageClassName))
		}
		add("volume", c.Spec.VolumeName)
		if c.Status.Capacity != nil {
			add("has", c.Status.Capacity.Storage().String())
		}
		for _, cond := range c.Status.Conditions {
			add("condition", string(cond.Type))
		}
		add("resize", string(c.Status.AllocatedResourceStatuses[corev1.ResourceStorage]))
		add("notes", notes(c.Annotations))
		if ref := metav1.GetControllerOf(c); ref != nil {
			add("owner", ref.Kind+"/"+ref.Name)
		}
		if c.DeletionTimestamp != nil {
			line += " going"
		}
		lines = append(lines, line)
	}
	for _, v := range viewtest.All[corev1.PersistentVolume](st.World, storage.Volumes) {
		line := fmt.Sprintf("volume %s %s %s", v.Name, v.Spec.Capacity.Storage(), v.Status.Phase)
		if ref := v.Spec.ClaimRef; ref != nil {
			line += " claim=" + ref.Name + map[bool]string{true: " (reserved)"}[ref.UID == ""]
		}
		if n := notes(v.Annotations); n != "" {
			line += " notes=" + n
		}
		if v.Spec.Local != nil {
			term := v.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0]
			if storage.Block(v.Spec.VolumeMode) {
				line += " raw"
			}
			line += fmt.Sprintf(" path=%s %s=%s node=%s policy=%s", v.Spec.Local.Path, term.Key, term.Values[0], v.Labels[storage.LocalNode], v.Spec.PersistentVolumeReclaimPolicy)
		}
		if v.Status.Message != "" {
			line += fmt.Sprintf(" message=%q", v.Status.Message)
		}
		if v.DeletionTimestamp != nil {
			line += " going"
		}
		lines = append(lines, line)
	}
	return lines
}

// notes are the annotations of binding, by the last part of their names.
func notes(m map[string]string) string {
	var out []string
	for name, value := range m {
		if name == storage.OldStorageProvisioner {
			continue
		}
		if _, last, ok := strings.Cut(name, "/"); ok {
			if value != "yes" {
				last += ":" + value
			}
			out = append(out, last)
		}
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}
