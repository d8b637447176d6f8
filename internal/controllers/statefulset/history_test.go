package statefulset

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/history"
	"gantry.dev/gantry/internal/view/viewtest"
)

func revisions(w *viewtest.World) []*appsv1.ControllerRevision {
	revs := viewtest.All[appsv1.ControllerRevision](w, plan.Revisions)
	history.Sort(revs)
	return revs
}

// past is the revisions as number:image, the current one marked with c, the update one with u.
func past(w *viewtest.World) string {
	var out []string
	st := get(w).Status
	for _, rev := range revisions(w) {
		t, err := history.Template(rev)
		if err != nil {
			w.T.Fatal(err)
		}
		s := fmt.Sprintf("%d:%s", rev.Revision, t.Spec.Containers[0].Image)
		if rev.Name == st.CurrentRevision {
			s += "c"
		}
		if rev.Name == st.UpdateRevision {
			s += "u"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

// The name, labels and data are those that kube-controller-manager 1.36 gives the same set.
func TestRevisionIsUpstreams(t *testing.T) {
	w := viewtest.New(t, db)
	w.Settle(Controller())
	rev := revisions(w)[0]
	data := `{"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"db"}},"spec":{"containers":[{"image":"db:1","imagePullPolicy":"IfNotPresent","name":"c","resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}],"dnsPolicy":"ClusterFirst","restartPolicy":"Always","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30}}}}`
	if string(rev.Data.Raw) != data {
		t.Errorf("data %s\n want %s", rev.Data.Raw, data)
	}
	hash := history.DataHash([]byte(data), 0)
	if rev.Name != "db-"+hash || rev.Labels["controller.kubernetes.io/hash"] != hash || rev.Labels["app"] != "db" || rev.Annotations["kubernetes.io/change-cause"] != "first" {
		t.Errorf("%s: labels %v, annotations %v, want hash %s", rev.Name, rev.Labels, rev.Annotations, hash)
	}
	if ref := metav1.GetControllerOf(rev); ref == nil || ref.Kind != "StatefulSet" || ref.Name != "db" {
		t.Errorf("owner %v", ref)
	}
}

func TestHistory(t *testing.T) {
	for name, c := range map[string]struct {
		given string
		do    func(w *viewtest.World)
		want  string
	}{
		"one":            {given: db, want: "1:db:1cu"},
		"an update":      {given: db, do: func(w *viewtest.World) { change(w, image("db:2")); w.Settle(Controller()) }, want: "1:db:1c 2:db:2u"},
		"a whole update": {given: db, do: func(w *viewtest.World) { change(w, image("db:2")); steps(w) }, want: "1:db:1 2:db:2cu"},
		"undo": {given: db, do: func(w *viewtest.World) {
			change(w, image("db:2"))
			steps(w)
			change(w, image("db:1"))
			steps(w)
		}, want: "2:db:2 3:db:1cu"},
		"a change that is none of the template": {given: db, do: func(w *viewtest.World) { change(w, scale(2)); steps(w) }, want: "1:db:1cu"},
		"limited": {given: with("revisionHistoryLimit: 1"), do: func(w *viewtest.World) {
			for i := range 5 {
				change(w, image(fmt.Sprintf("db:%d", i)))
				steps(w)
			}
		}, want: "5:db:3 6:db:4cu"},
		"none kept but those in use": {given: with("revisionHistoryLimit: 0", "updateStrategy: {rollingUpdate: {partition: 2}}"), do: func(w *viewtest.World) {
			change(w, image("db:2"))
			steps(w)
			change(w, image("db:3"))
			steps(w)
		}, want: "1:db:1c 3:db:3u"},
		"orphans are adopted": {given: db, do: func(w *viewtest.World) {
			rev := revisions(w)[0]
			rev.OwnerReferences = nil
			w.Put(rev)
			for _, p := range pods(w) {
				p.OwnerReferences = nil
				w.Put(p)
			}
			steps(w)
			for _, o := range pods(w) {
				if ref := metav1.GetControllerOf(o); ref == nil || ref.Name != "db" {
					w.T.Errorf("pod %s has no controller", o.Name)
				}
			}
			if ref := metav1.GetControllerOf(revisions(w)[0]); ref == nil || ref.Name != "db" {
				w.T.Error("the revision has no controller")
			}
		}, want: "1:db:1cu"},
	} {
		t.Run(name, func(t *testing.T) {
			w := viewtest.New(t, c.given)
			steps(w)
			if c.do != nil {
				c.do(w)
			}
			if got := past(w); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// Another version of the API wrote the same template with another spelling: nothing is rolled out.
func TestOtherSpellingsAreTheSameRevision(t *testing.T) {
	w := viewtest.New(t, db)
	steps(w)
	rev := revisions(w)[0]
	rev.Data.Raw = []byte(strings.Replace(string(rev.Data.Raw), `"metadata":{`, `"metadata":{"creationTimestamp":null,`, 1))
	w.Put(rev)
	before := state(w)
	if got := steps(w); got != before || len(revisions(w)) != 1 {
		t.Errorf("went through %s to %s", got, past(w))
	}
}

func TestNameCollision(t *testing.T) {
	w := viewtest.New(t, db)
	patch, err := history.Patch(&get(w).Spec.Template)
	if err != nil {
		t.Fatal(err)
	}
	w.Put(&appsv1.ControllerRevision{ObjectMeta: metav1.ObjectMeta{Name: history.Name("db", history.DataHash(patch, 0)), Namespace: "default"}, Data: runtime.RawExtension{Raw: []byte(`{}`)}})
	steps(w)
	st := get(w).Status
	if *st.CollisionCount != 1 || st.UpdateRevision != history.Name("db", history.DataHash(patch, 1)) || st.ReadyReplicas != 3 {
		t.Errorf("collisions %d, update revision %s, ready %d", *st.CollisionCount, st.UpdateRevision, st.ReadyReplicas)
	}
}

func TestBadRevisionIsAnError(t *testing.T) {
	w := viewtest.New(t, with("updateStrategy: {rollingUpdate: {partition: 3}}"))
	steps(w)
	change(w, image("db:2"))
	steps(w)
	rev := revisions(w)[0]
	rev.Data.Raw, _ = json.Marshal(map[string]string{"spec": "nonsense"})
	w.Put(rev)
	w.Remove(plan.Beside(key, plan.Pods, "db-0"))
	if _, err := Controller().Plan(w.Snapshot(), key, w.Now); err == nil || !strings.Contains(err.Error(), "data of ControllerRevision "+rev.Name) {
		t.Errorf("error %v", err)
	}
}
