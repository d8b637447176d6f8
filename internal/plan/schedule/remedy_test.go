package schedule

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// What would have to change is said in the words of the pod and of the nodes.
func TestRemedies(t *testing.T) {
	s := NewState(nil)
	for i, zone := range []string{"z1", "z1", "z2"} {
		n := mkNode(fmt.Sprint("n", i+1), "4", "4Gi", 10)
		n.Labels = map[string]string{"zone": zone, "kubernetes.io/hostname": n.Name}
		s.SetNode(n)
	}
	there := read(t, "there", `{metadata: {labels: {app: db}}, spec: {nodeName: n3, containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: 80}]}],
		affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {app: rival}}, topologyKey: zone}]}}}}`)
	s.SetPod(there)
	for name, tc := range map[string]struct{ pod, want string }{
		"selector": {`spec: {nodeSelector: {disk: ssd, zone: z9}}`, "n1,n2,n3 NodeAffinity: a node with disk=ssd and zone=z9; these have no disk, zone=z1|z2"},
		"terms": {`spec: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
			{matchExpressions: [{key: zone, operator: In, values: [z8, z9]}, {key: disk, operator: DoesNotExist}]}, {matchExpressions: [{key: gpu, operator: Exists}]}]}}}}`,
			"n1,n2,n3 NodeAffinity: a node with zone in (z8, z9) and no disk, or gpu; these have no disk, no gpu, zone=z1|z2"},
		"affinity": {`spec: {affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {app: nobody}}, topologyKey: zone}]}}}`,
			"n1,n2,n3 InterPodAffinity: to be there: pods with app=nobody of namespace default on a node of the same zone"},
		"anti-affinity": {`spec: {nodeSelector: {zone: z2}, affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {app: db}}, namespaces: [default, other], topologyKey: zone}]}}}`,
			"n1,n2 NodeAffinity: a node with zone=z2; these have zone=z1\nn3 InterPodAffinity: to leave: pods with app=db of namespace default, other on a node of the same zone"},
		"others' anti-affinity": {`{metadata: {labels: {app: rival}}, spec: {nodeSelector: {zone: z2}}}`,
			"n1,n2 NodeAffinity: a node with zone=z2; these have zone=z1\nn3 InterPodAffinity: pods there that have an anti-affinity against this one have to leave"},
		"missing key": {`spec: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: db}}}]}`,
			"n1,n2,n3 PodTopologySpread: a label rack on the node"},
		"skew": {`{metadata: {labels: {app: db}}, spec: {nodeSelector: {zone: z2}, topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, nodeAffinityPolicy: Ignore, labelSelector: {matchLabels: {app: db}}}]}}`,
			"n1,n2 NodeAffinity: a node with zone=z2; these have zone=z1\nn3 PodTopologySpread: fewer pods with app=db in the node's zone, or more in the emptiest one (maxSkew is 1)"},
		"port": {`spec: {nodeSelector: {zone: z2}, containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: 80}]}]}`,
			"n1,n2 NodeAffinity: a node with zone=z2; these have zone=z1\nn3 NodePorts: a node where nobody has host port 80"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := said(s.WhatIf(&Pod{Pod: read(t, "p", tc.pod)})); got != tc.want {
				t.Errorf("said\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
	v := &Volumes{Key: "k", Check: func(*corev1.Node) []string { return []string{"no"} }, Wants: func() string { return "a volume of class fast" }}
	if got, want := said(s.WhatIf(&Pod{Pod: mkPod("p", "1", "1Mi"), Volumes: v})), "n1,n2,n3 VolumeBinding: a node that can have a volume of class fast"; got != want {
		t.Errorf("said %q, want %q", got, want)
	}
}

// said writes down what keeps a pod away.
func said(a Answer) string {
	var out []string
	for _, r := range a.Refused {
		out = append(out, strings.Join(r.Nodes, ",")+" "+r.Plugin+": "+r.Change)
	}
	return strings.Join(out, "\n")
}
