package controllers_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"

	"gantry.dev/gantry/internal/controllers/ephemeralvolume"
	"gantry.dev/gantry/internal/controllers/localvolume"
	"gantry.dev/gantry/internal/controllers/protection"
	"gantry.dev/gantry/internal/controllers/volumebinder"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view/viewtest"
)

var updateStorage = flag.Bool("update-storage", false, "write what comes out into the goldens of storage")

func storageControllers() []reconcile.Controller {
	return append(protection.Controllers(), volumebinder.Controller(), localvolume.Controller(), ephemeralvolume.Controller())
}

// TestStorageGoldens tells a story per file. What is given is what happens, one thing per line (or more, indented):
//
//	class NAME FIELDS          a StorageClass; FIELDS are YAML in flow style, as they follow
//	default NAME               the class becomes the default one
//	volume NAME SPEC           a PersistentVolume of 1Gi for one writer, unless SPEC says otherwise; policy Retain
//	claim NAME SPEC            a claim for 1Gi for one writer, unless SPEC says otherwise
//	node NAME [ANNOTATIONS]    a node
//	pod NAME SPEC              a pod without containers worth mentioning
//	select CLAIM NODE          the scheduler selects a node
//	request CLAIM SIZE         the user wants more
//	delete claim|volume|pod N  it is deleted, as far as finalizers let it go
//	gone claim|volume N        it is taken away, whatever holds it
//	made                       nodes do what is theirs: wipe, grow
//	policy VOLUME POLICY       the administrator changes the reclaim policy
//	settle                     the controllers work until they rest; what came of it is shown
func TestStorageGoldens(t *testing.T) {
	files, err := filepath.Glob("testdata/storage/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			given, want, _ := strings.Cut(strings.TrimPrefix(string(b), "-- given --\n"), "-- want --\n")
			st := &storyteller{World: viewtest.New(t)}
			st.tell(given)
			if *updateStorage {
				if err := os.WriteFile(f, []byte("-- given --\n"+given+"-- want --\n"+st.out.String()), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got := st.out.String(); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

type storyteller struct {
	*viewtest.World
	out strings.Builder
}

func (st *storyteller) tell(given string) {
	for line := range strings.Lines(given) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			st.line(line)
		}
	}
}

func (st *storyteller) line(line string) {
	verb, rest, _ := strings.Cut(line, " ")
	name, more, _ := strings.Cut(rest, " ")
	sep := ""
	if more != "" {
		sep = ", "
	}
	switch verb {
	case "class":
		st.Add(fmt.Sprintf("{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: %s}, %s}", name, more))
		for _, c := range viewtest.All[storagev1.StorageClass](st.World, storage.Classes) { // defaults that the registry fills in
			if c.VolumeBindingMode == nil {
				mode := storagev1.VolumeBindingImmediate
				c.VolumeBindingMode = &mode
				st.Put(c)
			}
		}
	case "default":
		c := viewtest.Get[storagev1.StorageClass](st.World, storage.Classes, "", name)
		c.Annotations = map[string]string{"storageclass.kubernetes.io/is-default-class": "true"}
		st.Put(c)
	case "volume":
		v := st.Typed("{apiVersion: v1, kind: PersistentVolume, metadata: {name: " + name + ", finalizers: [kubernetes.io/pv-protection]}, spec: {" + more + sep + "hostPath: {path: /x}}}").(*corev1.PersistentVolume)
		if v.Spec.Capacity == nil {
			v.Spec.Capacity = corev1.ResourceList{corev1.ResourceStorage: quantity("1Gi")}
		}
		if v.Spec.AccessModes == nil {
			v.Spec.AccessModes = []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}
		}
		if v.Spec.PersistentVolumeReclaimPolicy == "" {
			v.Spec.PersistentVolumeReclaimPolicy = corev1.PersistentVolumeReclaimRetain
		}
		v.Labels = map[string]string{"name": name}
		v.Status.Phase = corev1.VolumePending
		st.Put(v)
	case "claim":
		c := st.Typed("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: " + name + ", finalizers: [kubernetes.io/pvc-protection]}, spec: {" + more + "}}").(*corev1.PersistentVolumeClaim)
		if c.Spec.Resources.Requests == nil {
			c.Spec.Resources.Requests = corev1.ResourceList{corev1.ResourceStorage: quantity("1Gi")}
		}
		if c.Spec.AccessModes == nil {
			c.Spec.AccessModes = []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}
		}
		c.Status.Phase = corev1.ClaimPending
		st.Put(c)
	case "node":
		st.Add("{apiVersion: v1, kind: Node, metadata: {name: " + name + ", labels: {kubernetes.io/hostname: " + name + "-host}, annotations: {" + more + "}}}")
	case "pod":
		st.Add("{apiVersion: v1, kind: Pod, metadata: {name: " + name + "}, spec: {" + more + "}}")
	case "select":
		st.editClaim(name, func(c *corev1.PersistentVolumeClaim) {
			c.Annotations = map[string]string{storage.SelectedNode: more}
		})
	case "request":
		st.editClaim(name, func(c *corev1.PersistentVolumeClaim) {
			c.Spec.Resources.Requests = corev1.ResourceList{corev1.ResourceStorage: quantity(more)}
		})
	case "policy":
		v := viewtest.Get[corev1.PersistentVolume](st.World, storage.Volumes, "", name)
		v.Spec.PersistentVolumeReclaimPolicy = corev1.PersistentVolumeReclaimPolicy(more)
		st.Put(v)
	case "delete":
		st.byOthers(plan.Delete(st.key(name, more), &corev1.PersistentVolume{ObjectMeta: st.meta(name, more)}, ""))
	case "gone":
		st.Remove(st.key(name, more))
	case "made":
		st.nodes()
	case "settle":
		told, _ := st.Settle(storageControllers()...)
		st.show(told)
	default:
		st.T.Fatalf("what is %q?", line)
	}
}
