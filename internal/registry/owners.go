package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/warning"
)

// uniqueOwners drops owners that an object names twice, and warns of them: as upstream, before admission of what was sent as a
// whole, and after it of everything.
func uniqueOwners(ctx context.Context, st *step, admitted bool) {
	if st.obj == nil || st.op != admission.Create && st.op != admission.Update || !admitted && st.q.Verb == "patch" {
		return
	}
	m, err := meta.Accessor(st.obj)
	if err != nil {
		return // a body without metadata has no owners
	}
	refs := m.GetOwnerReferences()
	if len(refs) < 2 {
		return
	}
	var kept []metav1.OwnerReference
	var twice []string
	for i := range refs {
		if slices.ContainsFunc(kept, func(r metav1.OwnerReference) bool { return equality.Semantic.DeepEqual(r, refs[i]) }) {
			twice = append(twice, string(refs[i].UID))
			continue
		}
		kept = append(kept, refs[i])
	}
	if len(twice) == 0 {
		return
	}
	when := ""
	if admitted {
		when = " after mutating admission happens"
	}
	warning.AddWarning(ctx, "", fmt.Sprintf(".metadata.ownerReferences contains duplicate entries%s; API server dedups owner references in 1.20+, "+
		"and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: %s", when, strings.Join(twice, ", ")))
	m.SetOwnerReferences(kept)
	st.made = nil
}
