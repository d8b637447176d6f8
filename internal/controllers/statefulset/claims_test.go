package statefulset

import (
	"errors"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view/viewtest"
)

// disks is the claims with the kinds of their owners.
func disks(w *viewtest.World) string {
	var out []string
	for _, c := range viewtest.All[corev1.PersistentVolumeClaim](w, plan.VolumeClaims) {
		s := c.Name
		for _, r := range c.OwnerReferences {
			s += "<" + r.Kind + " " + r.Name
			if r.Controller == nil || !*r.Controller {
				s += "?"
			}
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

// collect plays the garbage collector for claims.
func collect(w *viewtest.World) {
	for _, c := range viewtest.All[corev1.PersistentVolumeClaim](w, plan.VolumeClaims) {
		if len(c.OwnerReferences) > 0 && !slices.ContainsFunc(c.OwnerReferences, func(r metav1.OwnerReference) bool {
			return r.UID == get(w).UID || slices.ContainsFunc(pods(w), func(p *corev1.Pod) bool { return p.UID == r.UID })
		}) {
			w.Remove(plan.Beside(key, plan.VolumeClaims, c.Name))
		}
	}
}

func TestClaimsComeBeforeTheirPod(t *testing.T) {
	w := viewtest.New(t, with(claims))
	p, err := Controller().Plan(w.Snapshot(), key, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	w.Apply(p.Writes...) // the revision
	p, err = Controller().Plan(w.Snapshot(), key, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	if got := viewtest.WriteText(p.Writes[0]); got != "create persistentvolumeclaims data-db-0" || viewtest.EventText(p.Events[0]) != "db Normal SuccessfulCreate: Create Claim data-db-0 Pod db-0 in StatefulSet db success" {
		t.Errorf("first %s, events %v", got, p.Events)
	}
	for _, wr := range p.Writes {
		if wr.Key.Resource == plan.Pods {
			t.Error("a pod is created beside its claim")
		}
	}
	c := p.Writes[0].Object.(*corev1.PersistentVolumeClaim)
	if c.Labels["app"] != "db" || c.Labels["tier"] != "disk" || len(c.OwnerReferences) != 0 {
		t.Errorf("labels %v, owners %v", c.Labels, c.OwnerReferences)
	}
	steps(w)
	if got := disks(w); got != "data-db-0, data-db-1, data-db-2" {
		t.Errorf("claims %s", got)
	}
	if v := pods(w)[1].Spec.Volumes[0]; v.Name != "data" || v.PersistentVolumeClaim.ClaimName != "data-db-1" {
		t.Errorf("volume %v", v)
	}
}

func TestClaimRetention(t *testing.T) {
	policy := func(scaled, deleted string) string {
		return with(claims, "persistentVolumeClaimRetentionPolicy: {whenScaled: "+scaled+", whenDeleted: "+deleted+"}")
	}
	for name, c := range map[string]struct {
		given               string
		all, scaled, regrow string
	}{
		"keep": {policy("Retain", "Retain"), "data-db-0, data-db-1, data-db-2", "data-db-0, data-db-1, data-db-2", "data-db-0, data-db-1, data-db-2"},
		"delete with the set": {policy("Retain", "Delete"), "data-db-0<StatefulSet db, data-db-1<StatefulSet db, data-db-2<StatefulSet db",
			"data-db-0<StatefulSet db, data-db-1<StatefulSet db, data-db-2<StatefulSet db", "data-db-0<StatefulSet db, data-db-1<StatefulSet db, data-db-2<StatefulSet db"},
		"delete with the pod": {policy("Delete", "Retain"), "data-db-0, data-db-1, data-db-2",
			"data-db-0, data-db-1<Pod db-1, data-db-2<Pod db-2", "data-db-0, data-db-1, data-db-2"},
		"delete with both": {policy("Delete", "Delete"), "data-db-0<StatefulSet db, data-db-1<StatefulSet db, data-db-2<StatefulSet db",
			"data-db-0<StatefulSet db, data-db-1<Pod db-1, data-db-2<Pod db-2", "data-db-0<StatefulSet db, data-db-1<StatefulSet db, data-db-2<StatefulSet db"},
	} {
		t.Run(name, func(t *testing.T) {
			w := viewtest.New(t, c.given)
			steps(w)
			if got := disks(w); got != c.all {
				t.Errorf("complete: %s\nwant: %s", got, c.all)
			}
			change(w, scale(1))
			steps(w)
			if got := disks(w); got != c.scaled {
				t.Errorf("scaled down: %s\nwant: %s", got, c.scaled)
			}
			change(w, scale(3))
			if strings.Contains(c.scaled, "<Pod") {
				if got := steps(w); got != "db-0:1" {
					t.Errorf("before the old claims are gone: %s", got)
				}
			}
			collect(w)
			steps(w)
			if got := disks(w); got != c.regrow || state(w) != "db-0:1 db-1:1 db-2:1" {
				t.Errorf("scaled up: %s with %s\nwant: %s", got, state(w), c.regrow)
			}
		})
	}
}

// The pod must not go before its claim knows that it goes with it.
func TestCondemnedClaimsGetTheirOwnerFirst(t *testing.T) {
	w := viewtest.New(t, with(claims, "persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}", "podManagementPolicy: Parallel"))
	steps(w)
	change(w, scale(0))
	p, err := Controller().Plan(w.Snapshot(), key, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, wr := range p.Writes {
		if wr.Verb == client.Delete {
			t.Errorf("%s beside the writes to its claim", viewtest.WriteText(wr))
		}
	}
	steps(w)
	if got := disks(w); got != "data-db-0<Pod db-0, data-db-1<Pod db-1, data-db-2<Pod db-2" || state(w) != "" {
		t.Errorf("%s with pods %q", got, state(w))
	}
}

func TestClaimOfAnotherControllerIsLeft(t *testing.T) {
	w := viewtest.New(t, with(claims, "persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}"))
	steps(w)
	c := viewtest.All[corev1.PersistentVolumeClaim](w, plan.VolumeClaims)[0]
	c.OwnerReferences = append(c.OwnerReferences, metav1.OwnerReference{APIVersion: "v1", Kind: "ConfigMap", Name: "x", UID: "x", Controller: new(bool)})
	*c.OwnerReferences[1].Controller = true
	c.OwnerReferences[0].Controller = nil
	w.Put(c)
	told, _ := w.Settle(Controller())
	if got := disks(w); !strings.HasPrefix(got, "data-db-0<ConfigMap x, ") {
		t.Errorf("claims %s", got)
	}
	if !slices.ContainsFunc(told, func(s string) bool {
		return strings.HasPrefix(s, "db Warning ConflictingController: PersistentVolumeClaim data-db-0 ")
	}) {
		t.Errorf("told %q", told)
	}
}

func TestPodWaitsForClaimThatIsBeingDeleted(t *testing.T) {
	w := viewtest.New(t, with(claims))
	steps(w)
	c := viewtest.All[corev1.PersistentVolumeClaim](w, plan.VolumeClaims)[0]
	now := metav1.NewTime(w.Now)
	c.DeletionTimestamp, c.Finalizers = &now, []string{"kubernetes.io/pvc-protection"}
	w.Put(c)
	w.Remove(plan.Beside(key, plan.Pods, "db-0"))
	told, _ := w.Settle(Controller())
	if got, want := state(w), "db-1:1 db-2:1"; got != want || !slices.Contains(told, "db Warning FailedCreate: Create Pod db-0 in StatefulSet db failed error: pvc data-db-0 is being deleted") {
		t.Errorf("pods %s, told %q", got, told)
	}
	w.Remove(plan.Beside(key, plan.VolumeClaims, "data-db-0"))
	if got := steps(w); !strings.HasSuffix(got, "db-0:1 db-1:1 db-2:1") {
		t.Errorf("then %s", got)
	}
}

// A stranger has the name: that is shown, and the end of the stranger is enough to go on.
func TestStrangerHasTheName(t *testing.T) {
	w := viewtest.New(t, db, `
apiVersion: v1
kind: Pod
metadata: {name: db-1, labels: {app: other}}
spec: {containers: [{name: c, image: "db:other"}]}
`)
	told, _ := w.Settle(Controller())
	run(w, "db-0")
	more, _ := w.Settle(Controller())
	if want := `db Warning FailedCreate: Create Pod db-1 in StatefulSet db failed error: pods "db-1" already exists`; !slices.Contains(append(told, more...), want) {
		t.Errorf("told %q", append(told, more...))
	}
	w.Remove(plan.Beside(key, plan.Pods, "db-1"))
	if got := steps(w); !strings.HasSuffix(got, "db-0:1 db-1:1 db-2:1") {
		t.Errorf("then %s", got)
	}
}

func TestRefusals(t *testing.T) {
	w := viewtest.New(t, with(claims))
	why := errors.New("exceeded quota")
	on := func(v client.Verb, r api.Resource, name string) reconcile.Refusal {
		return reconcile.Refusal{Write: client.Write{Verb: v, Key: plan.Beside(key, r, name)}, Err: why}
	}
	p, err := Controller().Refused(w.Snapshot(), key, w.Now, []reconcile.Refusal{
		on(client.Create, plan.Pods, "db-0"), on(client.Delete, plan.Pods, "db-1"), on(client.Update, plan.Pods, "db-2"), on(client.Create, plan.VolumeClaims, "data-db-0")})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"db Warning FailedCreate: Create Pod db-0 in StatefulSet db failed error: exceeded quota",
		"db Warning FailedDelete: Delete Pod db-1 in StatefulSet db failed error: exceeded quota",
		"db Warning FailedUpdate: Update Pod db-2 in StatefulSet db failed error: exceeded quota",
		"db Warning FailedCreate: Create Claim data-db-0 for Pod db-0 in StatefulSet db failed error: exceeded quota",
		"db Warning FailedCreate: Create Pod db-0 in StatefulSet db failed error: failed to create PVC data-db-0: exceeded quota",
	}
	var got []string
	for _, e := range p.Events {
		got = append(got, viewtest.EventText(e))
	}
	if !slices.Equal(got, want) {
		t.Errorf("told %q\nwant %q", got, want)
	}
}
