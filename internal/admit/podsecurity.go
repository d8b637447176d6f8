package admit

import (
	"context"
	"errors"
	"fmt"

	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/audit"
	"k8s.io/apiserver/pkg/warning"
	security "k8s.io/pod-security-admission/admission"
	securityconfig "k8s.io/pod-security-admission/admission/api"
	"k8s.io/pod-security-admission/admission/api/load"
	securityapi "k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/metrics"
	"k8s.io/pod-security-admission/policy"

	"gantry.dev/gantry/internal/api"
)

// podOwners are the resources that hold a pod template: what would be refused later is warned of now.
func podOwners() []api.Resource {
	return []api.Resource{{Name: "replicationcontrollers"}, {Name: "podtemplates"},
		{Group: "apps", Name: "replicasets"}, {Group: "apps", Name: "deployments"}, {Group: "apps", Name: "statefulsets"}, {Group: "apps", Name: "daemonsets"},
		{Group: "batch", Name: "jobs"}, {Group: "batch", Name: "cronjobs"}}
}

// podSecurity holds pods against the Pod Security Standards that the labels of their namespace name, or the configuration.
// Everything is upstream's library, with upstream's defaults: privileged where nothing is said, no exemptions.
type podSecurity struct{ base security.Admission }

func newPodSecurity(config *securityconfig.PodSecurityConfiguration) (*podSecurity, error) {
	var err error
	if config == nil {
		if config, err = load.LoadFromData(nil); err != nil {
			return nil, fmt.Errorf("the defaults: %w", err)
		}
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return nil, fmt.Errorf("the checks: %w", err)
	}
	p := &podSecurity{security.Admission{Configuration: config, Evaluator: evaluator, Metrics: silent{}, PodSpecExtractor: security.DefaultPodSpecExtractor{},
		NamespaceGetter: clusterReader{}, PodLister: clusterReader{}}}
	if err := errors.Join(p.base.CompleteConfiguration(), p.base.ValidateConfiguration()); err != nil {
		return nil, err
	}
	return p, nil
}

func hangPodSecurity(h *hanger, s *Settings) error {
	security, err := newPodSecurity(s.PodSecurity)
	if err != nil {
		return err
	}
	e := entry{rule: security.validate}
	if s.PodSecurity == nil { // else namespaces that ask for nothing may be given something
		e.when = hasPodSecurity
	}
	h.validate(writes, pods, "", e)
	h.validate(updates, pods, "ephemeralcontainers", e)
	h.validate(updates, pods, "resize", e)
	h.validate(writes, namespaces, "", e)
	for _, res := range podOwners() {
		h.validate(writes, res, "", e)
	}
	return nil
}

func (p *podSecurity) validate(ctx context.Context, w *Write) error {
	here := p.base
	here.NamespaceGetter, here.PodLister = clusterReader{w}, clusterReader{w}
	answer := here.Validate(ctx, securityAttributes{w})
	for _, text := range answer.Warnings {
		warning.AddWarning(ctx, "", text)
	}
	for key, value := range answer.AuditAnnotations {
		audit.AddAuditAnnotation(ctx, securityapi.AuditAnnotationPrefix+key, value)
	}
	if answer.Allowed {
		return nil
	}
	err := w.forbid(errors.New("Not allowed by PodSecurity"))
	var status *apierrors.StatusError
	if answer.Result == nil || !errors.As(err, &status) {
		return err
	}
	if answer.Result.Message != "" {
		status.ErrStatus.Message = answer.Result.Message
	}
	if answer.Result.Reason != "" {
		status.ErrStatus.Reason = answer.Result.Reason
	}
	if answer.Result.Details != nil {
		status.ErrStatus.Details = answer.Result.Details.DeepCopy() // answers may be shared
	}
	if answer.Result.Code != 0 {
		status.ErrStatus.Code = answer.Result.Code
	}
	return err
}

// securityAttributes are a write as the library wants it.
type securityAttributes struct{ *Write }

func (a securityAttributes) GetOperation() admissionv1.Operation {
	return admissionv1.Operation(a.Write.GetOperation())
}
func (a securityAttributes) GetObject() (runtime.Object, error) { return a.Write.GetObject(), nil }
func (a securityAttributes) GetOldObject() (runtime.Object, error) {
	return a.Write.GetOldObject(), nil
}
func (a securityAttributes) GetUserName() string { return a.GetUserInfo().GetName() }

// clusterReader reads for the library.
type clusterReader struct{ l Lookup }

func (r clusterReader) GetNamespace(_ context.Context, name string) (*corev1.Namespace, error) {
	ns, ok := get[*corev1.Namespace](r.l, namespaces, "", name)
	if !ok {
		return nil, apierrors.NewNotFound(corev1.Resource("namespaces"), name)
	}
	return ns, nil
}

func (r clusterReader) ListPods(_ context.Context, namespace string) (out []*corev1.Pod, err error) {
	for _, obj := range r.l.Objects(pods, namespace) {
		out = append(out, obj.(*corev1.Pod))
	}
	return out, nil
}

// silent records nothing: upstream's recorder is state of the process, and these are many clusters.
type silent struct{}

func (silent) RecordEvaluation(metrics.Decision, securityapi.LevelVersion, metrics.Mode, securityapi.Attributes) {
}
func (silent) RecordExemption(securityapi.Attributes)   {}
func (silent) RecordError(bool, securityapi.Attributes) {}
