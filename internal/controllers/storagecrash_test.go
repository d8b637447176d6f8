package controllers_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/view/viewtest"
)

// storageLife is a story in which everything happens once: binding, provisioning, growing, letting go, reclaiming.
const storageLife = `
class local provisioner: gantry.dev/local, volumeBindingMode: WaitForFirstConsumer, reclaimPolicy: Delete, allowVolumeExpansion: true
node n1 gantry.dev/local-volumes: /data/volumes
volume a
volume b capacity: {storage: 2Gi}
claim static storageClassName: ""
claim large storageClassName: "", resources: {requests: {storage: 2Gi}}
claim data storageClassName: local
settle
select data n1
settle
request data 2Gi
pod p nodeName: n1, volumes: [{name: s, ephemeral: {volumeClaimTemplate: {spec: {storageClassName: local, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}]
settle
select p-s n1
settle
delete claim static
delete claim data
settle
`

// Death between any two writes changes nothing about the end.
func TestStorageDeathBetweenAnyTwoWrites(t *testing.T) {
	end := func(k int) string {
		st := &storyteller{World: viewtest.New(t)}
		st.CrashAfter = k
		for line := range strings.Lines(storageLife) {
			st.tell(line)
			if strings.HasPrefix(line, "settle") {
				for st.nodes() {
					st.tell("settle")
				}
			}
		}
		return strings.Join(st.picture(), "\n")
	}
	want := end(0)
	if !strings.Contains(want, "claim p-s Bound") || !strings.Contains(want, "volume a 1Gi Released") || strings.Contains(want, "claim data") {
		t.Fatalf("without a death:\n%s", want)
	}
	for k := 1; k < 45; k++ {
		if got := end(k); got != want {
			t.Errorf("death after %d writes:\n%s\nwant:\n%s", k, got, want)
		}
	}
}

// Random histories of claims and volumes: never do two claims have one volume, and finally both sides agree.
func TestStorageRandomHistories(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 7))
			st := &storyteller{World: viewtest.New(t)}
			st.tell("class local provisioner: gantry.dev/local, volumeBindingMode: WaitForFirstConsumer, reclaimPolicy: Delete, allowVolumeExpansion: true\nnode n1 gantry.dev/local-volumes: /data/volumes")
			for range 40 {
				st.stir(rng)
				if rng.IntN(3) == 0 {
					st.CrashAfter = rng.IntN(4)
					st.tell("settle")
					st.never()
				}
			}
			st.CrashAfter = 0
			st.tell("settle")
			for st.nodes() {
				st.tell("settle")
			}
			st.never()
			st.finally()
		})
	}
}

// stir does something that users or administrators do.
func (st *storyteller) stir(rng *rand.Rand) {
	i := rng.IntN(5)
	claims, volumes := viewtest.All[corev1.PersistentVolumeClaim](st.World, storage.Claims), viewtest.All[corev1.PersistentVolume](st.World, storage.Volumes)
	exists := func(kind, name string) bool { return st.Snapshot().Record(st.key(kind, name)) != nil }
	switch name := fmt.Sprintf("c%d", i); rng.IntN(8) {
	case 0, 1:
		if exists("claim", name) {
			return
		}
		st.tell("claim " + name + " " + []string{`storageClassName: ""`, `storageClassName: "", resources: {requests: {storage: 2Gi}}`,
			fmt.Sprintf(`storageClassName: "", volumeName: v%d`, rng.IntN(5)), "storageClassName: local"}[rng.IntN(4)])
	case 2, 3:
		if name := fmt.Sprintf("v%d", i); !exists("volume", name) {
			st.tell("volume " + name + " " + []string{"", "capacity: {storage: 3Gi}", fmt.Sprintf("claimRef: {namespace: default, name: c%d}", rng.IntN(5))}[rng.IntN(3)])
		}
	case 4:
		if len(claims) > 0 {
			c := claims[rng.IntN(len(claims))]
			st.tell("delete claim " + c.Name)
		}
	case 5:
		if len(volumes) > 0 {
			st.tell("delete volume " + volumes[rng.IntN(len(volumes))].Name)
		}
	case 6:
		for _, c := range claims {
			if storage.ClassName(c) == "local" && c.Spec.VolumeName == "" && c.DeletionTimestamp == nil {
				st.tell("select " + c.Name + " n1")
				return
			}
		}
	case 7:
		st.nodes()
	}
}

func (st *storyteller) never() {
	st.T.Helper()
	owner := map[string]string{}
	for _, c := range viewtest.All[corev1.PersistentVolumeClaim](st.World, storage.Claims) {
		if c.Status.Phase != corev1.ClaimBound {
			continue
		}
		if other, ok := owner[c.Spec.VolumeName]; ok {
			st.T.Fatalf("claims %s and %s are both bound to %s", other, c.Name, c.Spec.VolumeName)
		}
		owner[c.Spec.VolumeName] = c.Name
	}
}

func (st *storyteller) finally() {
	st.T.Helper()
	volumes := map[string]*corev1.PersistentVolume{}
	for _, v := range viewtest.All[corev1.PersistentVolume](st.World, storage.Volumes) {
		volumes[v.Name] = v
	}
	claims := map[string]*corev1.PersistentVolumeClaim{}
	for _, c := range viewtest.All[corev1.PersistentVolumeClaim](st.World, storage.Claims) {
		claims[c.Name] = c
		v := volumes[c.Spec.VolumeName]
		switch c.Status.Phase {
		case corev1.ClaimBound:
			if v == nil || v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != c.UID || v.Status.Phase != corev1.VolumeBound {
				st.T.Errorf("claim %s is bound to %s, which is %+v", c.Name, c.Spec.VolumeName, v)
			}
		case corev1.ClaimPending:
			if storage.ClassName(c) != "" || c.DeletionTimestamp != nil || c.Spec.VolumeName != "" {
				continue
			}
			for _, v := range volumes {
				if v.Status.Phase == corev1.VolumeAvailable && (v.Spec.ClaimRef == nil || storage.IsBoundTo(v, c)) && storage.Satisfies(v, c) == nil {
					st.T.Errorf("claim %s is pending, and volume %s would do", c.Name, v.Name)
				}
			}
		}
	}
	for _, v := range volumes {
		if v.Status.Phase == corev1.VolumeBound && (claims[v.Spec.ClaimRef.Name] == nil || claims[v.Spec.ClaimRef.Name].Spec.VolumeName != v.Name) {
			st.T.Errorf("volume %s is bound to claim %s, which is not its", v.Name, v.Spec.ClaimRef.Name)
		}
		if v.DeletionTimestamp != nil && v.Status.Phase != corev1.VolumeBound {
			st.T.Errorf("volume %s is still there: %v", v.Name, v.Finalizers)
		}
	}
}
