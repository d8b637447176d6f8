package webhook

import (
	"errors"
	"fmt"
	"sync"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	admissionv1beta1 "k8s.io/api/admission/v1beta1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/types"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apiserver/pkg/admission"
	webhookerrors "k8s.io/apiserver/pkg/admission/plugin/webhook/errors"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/generic"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/request"
	webhookutil "k8s.io/apiserver/pkg/util/webhook"

	"gantry.dev/gantry/internal/admit"
)

// reviews decodes what webhooks answer as upstream's client does.
var reviews = sync.OnceValue(func() runtime.Decoder { //nolint:gochecknoglobals // has no state to share
	scheme := runtime.NewScheme()
	utilruntime.Must(admissionv1.AddToScheme(scheme))
	utilruntime.Must(admissionv1beta1.AddToScheme(scheme))
	return serializer.NewCodecFactory(scheme).LegacyCodec(admissionv1.SchemeGroupVersion, admissionv1beta1.SchemeGroupVersion)
})

// Question is a review to be sent to the server of a hook.
type Question struct {
	*Hook
	Body []byte
	// Took is how long the call took; who calls sets it.
	Took time.Duration

	uid      types.UID
	attr     *admission.VersionedAttributes
	answer   runtime.Object // an empty review of the version in which the question is asked
	mutating bool
}

// ask words a question. uid is its identity, which the answer must repeat.
func (h *Hook) ask(uid types.UID, attr *admission.VersionedAttributes, inv *generic.WebhookInvocation, mutating bool) (*Question, error) {
	switch missing, unsupported := h.sideEffects(attr.Attributes.IsDryRun()); {
	case missing:
		return nil, h.failed(errors.New("Webhook SideEffects is nil"), apierrors.NewBadRequest("Webhook SideEffects is nil"))
	case unsupported:
		return nil, webhookerrors.NewDryRunUnsupportedErr(h.Name())
	}
	q := &Question{Hook: h, uid: uid, attr: attr, mutating: mutating}
	var review runtime.Object
	for _, v := range h.accessor.GetAdmissionReviewVersions() {
		switch v {
		case admissionv1.SchemeGroupVersion.Version:
			review, q.answer = request.CreateV1AdmissionReview(uid, attr, inv), &admissionv1.AdmissionReview{}
		case admissionv1beta1.SchemeGroupVersion.Version:
			review, q.answer = request.CreateV1beta1AdmissionReview(uid, attr, inv), &admissionv1beta1.AdmissionReview{}
		default:
			continue
		}
		review.GetObjectKind().SetGroupVersionKind(admissionv1.SchemeGroupVersion.WithKind("AdmissionReview").GroupKind().WithVersion(v))
		break
	}
	err := errors.New("webhook does not accept known AdmissionReview versions (v1, v1beta1)")
	if review != nil {
		q.Body, err = utiljson.Marshal(review)
	}
	if err != nil {
		return nil, h.failed(fmt.Errorf("could not create admission objects: %w", err), apierrors.NewBadRequest("error creating admission objects"))
	}
	return q, nil
}

// failed is the error of a hook that could not be asked, which its failure policy may forgive.
func (h *Hook) failed(why error, status *apierrors.StatusError) *webhookutil.ErrCallingWebhook {
	return &webhookutil.ErrCallingWebhook{WebhookName: h.Name(), Reason: why, Status: status}
}

// judge reads an answer, or the error in its place. The result is nil only with an error: ErrCallingWebhook when there
// is no answer that counts, ErrWebhookRejection when the answer is no.
func (q *Question) judge(c *admit.Case, answer []byte, callErr error) (*request.AdmissionResponse, error) {
	if callErr == nil {
		_, _, callErr = reviews().Decode(answer, nil, q.answer)
	}
	if callErr != nil {
		var status *apierrors.StatusError
		if !errors.As(callErr, &status) {
			status = apierrors.NewServiceUnavailable("error calling webhook")
		}
		return nil, q.failed(fmt.Errorf("failed to call webhook: %w", callErr), status)
	}
	res, err := request.VerifyAdmissionResponse(q.uid, q.mutating, q.answer)
	if err != nil {
		return nil, q.failed(fmt.Errorf("received invalid webhook response: %w", err), apierrors.NewServiceUnavailable("error validating webhook response"))
	}
	for k, v := range res.AuditAnnotations {
		_ = c.AddAnnotation(q.Name()+"/"+k, v) // a bad key is the webhook's own loss, as upstream
	}
	for _, w := range res.Warnings {
		c.Warn(w)
	}
	if !res.Allowed {
		return nil, &webhookutil.ErrWebhookRejection{Status: webhookerrors.ToStatusErr(q.Name(), res.Result)}
	}
	return res, nil
}

// Final turns the error of a hook into that of the request, which is nil if the failure policy forgives it.
func (h *Hook) Final(err error) error {
	var call *webhookutil.ErrCallingWebhook
	var no *webhookutil.ErrWebhookRejection
	switch {
	case errors.As(err, &call) && h.ignore:
		return nil
	case errors.As(err, &call):
		return apierrors.NewInternalError(err)
	case errors.As(err, &no):
		return no.Status
	}
	return err
}
