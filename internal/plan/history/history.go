// Package history keeps the past of StatefulSets and DaemonSets as ControllerRevisions: which revision holds a template,
// what a new one is called, which ones may go. Names, hashes and data are upstream's, so that `kubectl rollout history`
// and `undo` read and apply them, and so that a set that comes from another cluster finds its own past. It is pure.
package history

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	utiljson "k8s.io/apimachinery/pkg/util/json"
)

// Patch is the data of a revision: a strategic merge patch that replaces the pod template of the owner.
func Patch(t *corev1.PodTemplateSpec) ([]byte, error) {
	raw, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("history: encoding a pod template: %w", err)
	}
	template := map[string]any{} // a map, so that fields come in the order of their names as upstream's do
	if err := utiljson.Unmarshal(raw, &template); err != nil {
		return nil, fmt.Errorf("history: encoding a pod template: %w", err)
	}
	template["$patch"] = "replace"
	return json.Marshal(map[string]any{"spec": map[string]any{"template": template}})
}

// Template is the pod template that a revision holds.
func Template(rev *appsv1.ControllerRevision) (*corev1.PodTemplateSpec, error) {
	var data struct {
		Spec struct {
			Template *corev1.PodTemplateSpec `json:"template"`
		} `json:"spec"`
	}
	if err := json.Unmarshal(rev.Data.Raw, &data); err != nil {
		return nil, fmt.Errorf("history: data of ControllerRevision %s: %w", rev.Name, err)
	}
	if data.Spec.Template == nil {
		return nil, fmt.Errorf("history: data of ControllerRevision %s has no spec.template", rev.Name)
	}
	return data.Spec.Template, nil
}

// Holds reports whether a revision's data is that patch.
func Holds(rev *appsv1.ControllerRevision, patch []byte) bool {
	return bytes.Equal(rev.Data.Raw, patch)
}

// Means reports whether a revision's data, written by another version with other spellings of empty fields, stands for
// that patch: an upgrade must not roll anything out.
func Means(rev *appsv1.ControllerRevision, patch []byte) bool {
	t, err := Template(rev)
	if err != nil {
		return false
	}
	again, err := Patch(t)
	return err == nil && bytes.Equal(again, patch)
}

// Sort orders revisions by number, the oldest first; of equal ones the older, then the name.
func Sort(revs []*appsv1.ControllerRevision) {
	slices.SortStableFunc(revs, func(a, b *appsv1.ControllerRevision) int {
		return cmp.Or(cmp.Compare(a.Revision, b.Revision), a.CreationTimestamp.Time.Compare(b.CreationTimestamp.Time), strings.Compare(a.Name, b.Name))
	})
}

// Next is the number of the revision that follows sorted ones.
func Next(revs []*appsv1.ControllerRevision) int64 {
	if len(revs) == 0 {
		return 1
	}
	return revs[len(revs)-1].Revision + 1
}

// Surplus are the revisions beyond limit that nobody lives in, oldest first. revs are sorted.
func Surplus(revs []*appsv1.ControllerRevision, limit int, live func(*appsv1.ControllerRevision) bool) []*appsv1.ControllerRevision {
	old := slices.DeleteFunc(slices.Clone(revs), live)
	if limit < 0 || len(old) <= limit {
		return nil
	}
	return old[:len(old)-limit]
}
