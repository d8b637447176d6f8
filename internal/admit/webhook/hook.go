// Package webhook decides about admission webhooks: which configurations mean a write, in which order and in which
// version of the object their servers are asked, what they are asked, and what an answer does. Sending a question is a
// function that the caller brings along; time and identities come with it.
package webhook

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/webhook"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/generic"

	"gantry.dev/gantry/internal/admit"
	"gantry.dev/gantry/internal/api"
)

// Hook is one webhook of a configuration. It is immutable but for its match conditions, which are compiled at their
// first use, once.
type Hook struct {
	accessor webhook.WebhookAccessor
	criteria *admit.Criteria
	// To is the server that is asked.
	To api.Webhook
	// Timeout bounds a call; zero leaves it to the request.
	Timeout time.Duration
	// ignore says that the write goes on when the server cannot be asked.
	ignore bool
	// again says that the webhook is called a second time when the object has changed after it.
	again bool
}

// Name is the name of the webhook.
func (h *Hook) Name() string { return h.accessor.GetName() }

// Mutating compiles a configuration. Webhooks come in the order in which they are called.
func Mutating(c *admissionregistrationv1.MutatingWebhookConfiguration) []*Hook {
	out, uid := make([]*Hook, len(c.Webhooks)), uids(c.Name)
	for i := range c.Webhooks {
		w := &c.Webhooks[i]
		out[i] = newHook(webhook.NewMutatingWebhookAccessor(uid(w.Name), c.Name, w), admit.MutatingAdmissionWebhook)
		out[i].again = w.ReinvocationPolicy != nil && *w.ReinvocationPolicy == admissionregistrationv1.IfNeededReinvocationPolicy
	}
	return out
}

// Validating compiles a configuration.
func Validating(c *admissionregistrationv1.ValidatingWebhookConfiguration) []*Hook {
	out, uid := make([]*Hook, len(c.Webhooks)), uids(c.Name)
	for i := range c.Webhooks {
		w := &c.Webhooks[i]
		out[i] = newHook(webhook.NewValidatingWebhookAccessor(uid(w.Name), c.Name, w), admit.ValidatingWebhook)
	}
	return out
}

// uids tells webhooks of a configuration apart, also those of the same name.
func uids(configuration string) func(name string) string {
	seen := map[string]int{}
	return func(name string) string {
		n := seen[name]
		seen[name]++
		return fmt.Sprintf("%s/%s/%d", configuration, name, n)
	}
}

func newHook(a webhook.WebhookAccessor, plugin string) *Hook {
	h := &Hook{accessor: a, criteria: admit.NewCriteria(a.GetMatchPolicy(), a.GetNamespaceSelector(), a.GetObjectSelector()),
		To: target(a.GetClientConfig()), ignore: a.GetFailurePolicy() != nil && *a.GetFailurePolicy() == admissionregistrationv1.Ignore}
	for _, r := range a.GetRules() {
		h.criteria.Rules = append(h.criteria.Rules, admissionregistrationv1.NamedRuleWithOperations{RuleWithOperations: r})
	}
	if s := a.GetTimeoutSeconds(); s != nil {
		h.Timeout = time.Duration(*s) * time.Second
	}
	h.To.Caller = plugin
	return h
}

func target(c admissionregistrationv1.WebhookClientConfig) api.Webhook {
	out := api.Webhook{CABundle: c.CABundle}
	if c.URL != nil {
		out.URL = *c.URL
	}
	if s := c.Service; s != nil {
		out.Namespace, out.Name = s.Namespace, s.Name
		if s.Path != nil {
			out.Path = *s.Path
		}
		if s.Port != nil {
			out.Port = *s.Port
		}
	}
	return out
}

// MayCall says whether the hook could be called for some write of a resource or its subresources, whatever the version
// and operation.
func (h *Hook) MayCall(r kschema.GroupResource) bool {
	return slices.ContainsFunc(h.accessor.GetRules(), func(rule admissionregistrationv1.RuleWithOperations) bool {
		return slices.ContainsFunc(rule.APIGroups, func(g string) bool { return g == "*" || g == r.Group }) &&
			slices.ContainsFunc(rule.Resources, func(res string) bool {
				name, _, _ := strings.Cut(res, "/")
				return name == "*" || name == r.Resource
			})
	})
}

// versions gives a case in the version of a kind.
type versions func(kschema.GroupVersionKind) (*admission.VersionedAttributes, error)

// selected decides whether the hook is called for a case, and in which form; nil says no. objects has the case as far
// as earlier hooks have changed it, or is nil.
func (h *Hook) selected(ctx context.Context, conditions cel.ConditionCompiler, c *admit.Case, objects admission.Attributes, in versions) (*generic.WebhookInvocation, error) {
	form, ok, err := h.criteria.Match(c, objects)
	if err != nil || !ok {
		return nil, err
	}
	if len(h.accessor.GetMatchConditions()) > 0 {
		va, err := in(form.Kind)
		if err != nil {
			return nil, apierrors.NewInternalError(err)
		}
		res := h.accessor.GetCompiledMatcher(conditions).Match(ctx, va, nil, c.Authorizer)
		if res.Error != nil {
			return nil, apierrors.NewForbidden(c.GetResource().GroupResource(), c.GetName(), res.Error)
		}
		if !res.Matches {
			return nil, nil
		}
	}
	return &generic.WebhookInvocation{Webhook: h.accessor, Resource: form.Resource, Subresource: c.GetSubresource(), Kind: form.Kind}, nil
}

// sideEffects refuses a dry run where the webhook might do something.
func (h *Hook) sideEffects(dryRun bool) (missing, unsupported bool) {
	if !dryRun {
		return false, false
	}
	s := h.accessor.GetSideEffects()
	if s == nil {
		return true, false
	}
	return false, *s != admissionregistrationv1.SideEffectClassNone && *s != admissionregistrationv1.SideEffectClassNoneOnDryRun
}
