package schema

import (
	"encoding/json"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

// TestNodesPatchesNeedNoMaps merges the patches by which a node tells of a pod's life, as clients compute them, the short way.
func TestNodesPatchesNeedNoMaps(t *testing.T) {
	s := newSchema(t)
	at := metav1.NewTime(time.Unix(1_700_000_000, 0))
	condition := func(typ corev1.PodConditionType, status corev1.ConditionStatus, reason string) corev1.PodCondition {
		return corev1.PodCondition{Type: typ, Status: status, Reason: reason, LastTransitionTime: at, ObservedGeneration: 1}
	}
	container := func(state corev1.ContainerState, ready bool, restarts int32) []corev1.ContainerStatus {
		return []corev1.ContainerStatus{{Name: "c", Image: "i", State: state, Ready: ready, Started: &ready, RestartCount: restarts}}
	}
	waiting := corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ContainerCreating"}}
	running := corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: at}}
	ended := corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 1, StartedAt: at, FinishedAt: at}}
	scheduled := condition(corev1.PodScheduled, corev1.ConditionTrue, "")
	conditions := func(ready corev1.ConditionStatus) []corev1.PodCondition {
		return []corev1.PodCondition{
			condition(corev1.PodReadyToStartContainers, corev1.ConditionTrue, ""), condition(corev1.PodInitialized, corev1.ConditionTrue, ""),
			condition(corev1.PodReady, ready, "r"), condition(corev1.ContainersReady, ready, "r"), scheduled,
		}
	}
	here := []corev1.HostIP{{IP: "10.0.0.1"}}
	its := []corev1.PodIP{{IP: "10.1.0.1"}}
	life := []corev1.PodStatus{
		{Phase: corev1.PodPending, QOSClass: corev1.PodQOSBestEffort, Conditions: []corev1.PodCondition{scheduled}},
		{Phase: corev1.PodPending, QOSClass: corev1.PodQOSBestEffort, Conditions: conditions(corev1.ConditionFalse), HostIP: "10.0.0.1", HostIPs: here, StartTime: &at, ContainerStatuses: container(waiting, false, 0)},
		{Phase: corev1.PodRunning, QOSClass: corev1.PodQOSBestEffort, Conditions: conditions(corev1.ConditionFalse), HostIP: "10.0.0.1", HostIPs: here, PodIP: "10.1.0.1", PodIPs: its, StartTime: &at, ContainerStatuses: container(running, false, 0)},
		{Phase: corev1.PodRunning, QOSClass: corev1.PodQOSBestEffort, Conditions: conditions(corev1.ConditionTrue), HostIP: "10.0.0.1", HostIPs: here, PodIP: "10.1.0.1", PodIPs: its, StartTime: &at, ContainerStatuses: container(running, true, 0)},
		{Phase: corev1.PodRunning, QOSClass: corev1.PodQOSBestEffort, Conditions: conditions(corev1.ConditionFalse), HostIP: "10.0.0.1", HostIPs: here, PodIP: "10.1.0.1", PodIPs: its, StartTime: &at, ContainerStatuses: container(ended, false, 1)},
		{Phase: corev1.PodFailed, QOSClass: corev1.PodQOSBestEffort, Conditions: conditions(corev1.ConditionFalse), HostIP: "10.0.0.1", HostIPs: here, StartTime: &at, ContainerStatuses: container(ended, false, 1)},
	}
	for i := range len(life) - 1 {
		before, err := json.Marshal(&corev1.Pod{Status: life[i]})
		if err != nil {
			t.Fatal(err)
		}
		after, err := json.Marshal(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{UID: "u"}, Status: life[i+1]})
		if err != nil {
			t.Fatal(err)
		}
		patch, err := strategicpatch.CreateTwoWayMergePatch(before, after, corev1.Pod{})
		if err != nil {
			t.Fatal(err)
		}
		if into := (&corev1.Pod{ObjectMeta: metav1.ObjectMeta{UID: "u"}, Status: life[i]}).DeepCopy(); !s.json.Merge(patch, into) {
			t.Errorf("step %d takes the long way: %s", i, patch)
		} else if got, err := json.Marshal(into); err != nil || string(got) != string(after) {
			t.Errorf("step %d, %v:\n got  %s\n want %s", i, err, got, after)
		}
	}
}
