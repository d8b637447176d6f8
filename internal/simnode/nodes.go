package simnode

import (
	"context"
	"fmt"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
)

// MaxNodes bounds the numbered nodes: their names have six digits.
const MaxNodes = 1_000_000

// zones is over how many zones the numbered nodes are spread.
const zones = 3

// enlist makes the numbered nodes that are missing. One that is refused is left out, and said so.
func (n *Nodes) enlist(ctx context.Context) {
	s := n.View.Snapshot()
	var writes []client.Write
	flush := func() {
		for i, res := range n.Client.Apply(ctx, writes) {
			if res.Err != nil && !apierrors.IsAlreadyExists(res.Err) && ctx.Err() == nil {
				n.Log.Error("a simulated node was not made", "node", writes[i].Key.Name, "err", res.Err)
			}
		}
		writes = writes[:0]
	}
	for i := range n.Nodes {
		key := api.Key{Resource: plan.Nodes, Cluster: api.Host, Name: fmt.Sprintf("sim-%06d", i)}
		if s.Record(key) != nil {
			continue
		}
		writes = append(writes, plan.Create(key, n.numbered(i, key.Name, metav1.NewTime(n.Clock())), "--sim-nodes"))
		if len(writes) == writeBatch {
			flush()
		}
	}
	if len(writes) > 0 {
		flush()
	}
}

// numbered is a machine of the usual size.
func (n *Nodes) numbered(i int, name string, now metav1.Time) *corev1.Node {
	list := plan.SimCapacity()
	labels := map[string]string{plan.NodeClassLabel: plan.SimClass, corev1.LabelHostname: name, corev1.LabelOSStable: "linux", corev1.LabelArchStable: "amd64",
		corev1.LabelTopologyZone: "sim-zone-" + strconv.Itoa(i%zones), corev1.LabelTopologyRegion: "sim"}
	if n.OwnLeases {
		labels[plan.NodeLeaseLabel] = plan.OwnLease
	}
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels},
		Status: corev1.NodeStatus{Capacity: list, Allocatable: list, Conditions: conditions(now),
			Addresses: []corev1.NodeAddress{{Type: corev1.NodeHostName, Address: name}, {Type: corev1.NodeInternalIP, Address: hostIP(name)}}},
	}
}

// conditions are those of a node in good health.
func conditions(now metav1.Time) []corev1.NodeCondition {
	c := func(t corev1.NodeConditionType, status corev1.ConditionStatus, reason, message string) corev1.NodeCondition {
		return corev1.NodeCondition{Type: t, Status: status, Reason: reason, Message: message, LastHeartbeatTime: now, LastTransitionTime: now}
	}
	return []corev1.NodeCondition{
		c(corev1.NodeMemoryPressure, corev1.ConditionFalse, "Simulated", "the node is simulated"),
		c(corev1.NodeDiskPressure, corev1.ConditionFalse, "Simulated", "the node is simulated"),
		c(corev1.NodePIDPressure, corev1.ConditionFalse, "Simulated", "the node is simulated"),
		c(corev1.NodeReady, corev1.ConditionTrue, "Simulated", "the node is simulated"),
	}
}
