package certificates

import (
	"time"

	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// approve says yes to kubelets: to one that renews its own certificate, and to one that joins, if RBAC lets its maker.
func (may May) approve(s *view.Snapshot, key api.Key, now time.Time) (p reconcile.Plan, err error) {
	r, ok := view.Get[request](s, key)
	if !ok || r.DeletionTimestamp != nil || len(r.Status.Certificate) > 0 {
		return p, nil
	}
	if approved, denied := decided(r); approved || denied || r.Spec.SignerName != certificatesv1.KubeAPIServerClientKubeletSignerName {
		return p, nil
	}
	req, err := parse(r)
	if err != nil {
		return p, err
	}
	if err := kubeletClient(req, r.Spec.Usages); err != nil {
		p.Note = "waits for a person: " + err.Error()
		return p, nil
	}
	u := &user.DefaultInfo{Name: r.Spec.Username, UID: r.Spec.UID, Groups: r.Spec.Groups, Extra: map[string][]string{}}
	for k, v := range r.Spec.Extra {
		u.Extra[k] = v
	}
	message := ""
	switch {
	case r.Spec.Username == req.Subject.CommonName && may(key.Cluster, u, "selfnodeclient"):
		message = "Auto approving self kubelet client certificate after SubjectAccessReview."
	case may(key.Cluster, u, "nodeclient"):
		message = "Auto approving kubelet client certificate after SubjectAccessReview."
	default:
		p.Note = "waits for a person: " + r.Spec.Username + " may not create certificatesigningrequests/nodeclient"
		return p, nil
	}
	fresh := r.DeepCopy()
	stamp := metav1.NewTime(now)
	fresh.Status.Conditions = append(fresh.Status.Conditions, certificatesv1.CertificateSigningRequestCondition{Type: certificatesv1.CertificateApproved,
		Status: corev1.ConditionTrue, Reason: "AutoApproved", Message: message, LastUpdateTime: stamp, LastTransitionTime: stamp})
	w := plan.Update(key, fresh, "a node that may")
	w.Subresource = "approval"
	p.Writes = append(p.Writes, w)
	return p, nil
}
