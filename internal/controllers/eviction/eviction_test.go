package eviction

import (
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

func TestTolerations(t *testing.T) {
	for _, tc := range []struct {
		name, tolerations string
		want              int // seconds until it goes; -1 for never
	}{
		{"none", ``, 0},
		{"for ever", `{key: lost, operator: Exists, effect: NoExecute}`, -1},
		{"for a while", `{key: lost, operator: Exists, effect: NoExecute, tolerationSeconds: 300}`, 300},
		{"the shorter counts", `{key: lost, operator: Exists, effect: NoExecute, tolerationSeconds: 300}, {operator: Exists, tolerationSeconds: 20}`, 20},
		{"other taint", `{key: other, operator: Exists}`, 0},
		{"everything", `{operator: Exists}`, -1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := viewtest.New(t, `
apiVersion: v1
kind: Node
metadata: {name: n1}
spec: {taints: [{key: lost, effect: NoExecute, timeAdded: "2026-01-01T00:00:00Z"}]}
`, fmt.Sprintf(`
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {nodeName: n1, containers: [{name: c, image: i}], tolerations: [%s]}
`, tc.tolerations))
			told, again := w.Settle(Controller())
			gone := len(viewtest.All[corev1.Pod](w, plan.Pods)) == 0
			switch {
			case tc.want < 0 && (gone || !again.IsZero()):
				t.Errorf("gone %v, again %v", gone, again)
			case tc.want == 0 && (!gone || len(told) != 1 || told[0] != "p Normal TaintManagerEviction: Marking for deletion Pod default/p"):
				t.Errorf("gone %v, told %q", gone, told)
			case tc.want > 0 && (gone || !again.Equal(w.Now.Add(time.Duration(tc.want)*time.Second))):
				t.Errorf("gone %v, again %v", gone, again)
			}
			if tc.want > 0 {
				w.Now = again
				w.Plan(Controller(), w.Key(w.Typed("{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: default}}")))
				if n := len(viewtest.All[corev1.Pod](w, plan.Pods)); n != 0 {
					t.Error("still there when its time was over")
				}
			}
		})
	}
}
