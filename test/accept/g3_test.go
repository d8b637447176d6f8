package accept

import (
	"path/filepath"
	"testing"
)

// G3: a KubeSchedulerConfiguration gives several scheduler names their own plugins, weights and settings; what Gantry does
// not have is named.
func TestG3(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16473")
	file := filepath.Join(t.TempDir(), "scheduler.yaml")
	write(t, file, "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nprofiles: [{plugins: {permit: {enabled: [{name: Mine}]}}}]\n")
	if out, err := in.gantry("server", "--listen", in.listen, "--scheduler-config", file); err == nil {
		t.Fatalf("it started: %s", out)
	} else if err := want(err.Error(), file, "profiles[0].plugins.permit"); err != nil {
		t.Error(err)
	}
	write(t, file, `
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles:
- schedulerName: default-scheduler
- schedulerName: packer
  plugins: {score: {disabled: [{name: "*"}], enabled: [{name: NodeResourcesFit, weight: 10}]}}
  pluginConfig:
  - name: NodeResourcesFit
    args: {scoringStrategy: {type: MostAllocated, resources: [{name: cpu, weight: 1}]}}
  - name: NodeAffinity
    args: {addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: pool, operator: In, values: [batch]}]}]}}}
`)
	in.start(t, "server", "--listen", in.listen, "--scheduler-config", file)
	w := worldIn(t, in)
	for _, n := range []string{"p1", "p2", "p3"} {
		w.apply(simNode(n, "4", "pool: batch", ""))
	}
	w.apply(simNode("other", "64", "pool: web", ""))
	nodes := map[string]int{}
	for _, p := range []string{"a", "b", "c", "d"} {
		w.apply(simPod(p, "1", "schedulerName: packer,"))
		nodes[w.onNode(p)]++
	}
	if len(nodes) != 1 || nodes["other"] > 0 {
		t.Errorf("the packer did not fill one node of its pool: %v", nodes)
	}
	w.eventually("the event names the scheduler", func() error {
		return want(w.k("get", "events", "--field-selector=involvedObject.name=a,reason=Scheduled", "-o", "jsonpath={.items[*].source.component}{.items[*].reportingComponent}"), "packer")
	})
	w.apply(simPod("usual", "1", ""))
	if got := w.onNode("usual"); got != "other" {
		t.Errorf("the default scheduler chose %s, want the emptiest node", got)
	}
	w.apply(simPod("large", "5", "schedulerName: packer,"))
	w.says("large", "1 node(s) didn't match scheduler-enforced node affinity", "3 Insufficient cpu")
	w.apply(simPod("stranger", "1", "schedulerName: someone-else,"))
	out, err := in.gantry("explain", "pod/stranger", "-n", w.ns)
	if err := errorsOr(err, want(out, `nobody here schedules for "someone-else"`)); err != nil {
		t.Error(err)
	}
}
