package admit

import (
	"context"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/predicates/rules"
	auditinternal "k8s.io/apiserver/pkg/apis/audit"
	"k8s.io/apiserver/pkg/authorization/authorizer"
)

// Case is one write that rules of users (webhooks and policies) decide about, together with what they may ask.
type Case struct {
	admission.Attributes
	// Objects converts between the internal object and the versions that rules want to see.
	Objects admission.ObjectInterfaces
	// Equivalents are all forms in which the resource of the request is served.
	Equivalents func() []Form
	// Namespace reads a namespace of the cluster; NotFound if there is none.
	Namespace func(name string) (*corev1.Namespace, error)
	// Authorizer answers what CEL expressions ask about permissions.
	Authorizer authorizer.Authorizer
	// Warn takes a warning for the client.
	Warn func(text string)
	// Note takes an annotation for the audit log, for events of at least a level; nil if nobody keeps one.
	Note func(key, value string, level auditinternal.Level)
	// Checked counts evaluations of policies, and Now is the time that they take; both may be nil.
	Checked func(Check)
	Now     func() time.Time
}

// AddAnnotation implements admission.Attributes: the key is checked, the first value stays.
func (c *Case) AddAnnotation(key, value string) error {
	return c.AddAnnotationWithLevel(key, value, auditinternal.LevelMetadata)
}

// AddAnnotationWithLevel implements admission.Attributes.
func (c *Case) AddAnnotationWithLevel(key, value string, level auditinternal.Level) error {
	if err := c.Attributes.AddAnnotationWithLevel(key, value, level); err != nil {
		return err
	}
	if c.Note != nil {
		c.Note(key, value, level)
	}
	return nil
}

// Form is a resource of a group and version, and the kind of its bodies.
type Form struct {
	Resource kschema.GroupVersionResource
	Kind     kschema.GroupVersionKind
}

// form is the one of the request itself.
func (c *Case) form() Form { return Form{c.GetResource(), c.GetKind()} }

// Version converts the objects of the case.
func (c *Case) Version(kind kschema.GroupVersionKind) (*admission.VersionedAttributes, error) {
	return admission.NewVersionedAttributes(c.Attributes, kind, c.Objects)
}

// NamespaceObject is what CEL sees as namespaceObject: nil for cluster-scoped objects, and for namespaces themselves.
func (c *Case) NamespaceObject() (*corev1.Namespace, error) {
	if k := c.GetKind(); c.GetNamespace() == "" || k.Group == "" && k.Version == "v1" && k.Kind == "Namespace" {
		return nil, nil
	}
	return c.Namespace(c.GetNamespace())
}

// Versions keeps what Version has made of a case, by kind. It is for one goroutine.
type Versions struct {
	c    *Case
	made map[kschema.GroupVersionKind]*admission.VersionedAttributes
}

// NewVersions returns an empty one.
func NewVersions(c *Case) *Versions {
	return &Versions{c, map[kschema.GroupVersionKind]*admission.VersionedAttributes{}}
}

// In returns the case in a version.
func (v *Versions) In(kind kschema.GroupVersionKind) (*admission.VersionedAttributes, error) {
	if va := v.made[kind]; va != nil {
		return va, nil
	}
	va, err := v.c.Version(kind)
	if err != nil {
		return nil, err
	}
	v.made[kind] = va
	return va, nil
}

// Exempt are writes about which no rule of users is asked, so that a bad rule can always be taken away.
func Exempt(a admission.Attributes) bool { return rules.IsExemptAdmissionConfigurationResource(a) }

// Criteria say which writes a webhook or a policy is for. They are compiled once and read by many.
type Criteria struct {
	Rules, Except []admissionregistrationv1.NamedRuleWithOperations
	// All says that no rules at all means every resource: so it is for policies and bindings.
	All                 bool
	equivalent          bool
	namespaces, objects labels.Selector
	namespacesErr       error
	objectsErr          error
}

// NewCriteria compiles the selectors. A selector that cannot be read refuses the writes that the rules name.
func NewCriteria(policy *admissionregistrationv1.MatchPolicyType, namespaces, objects *metav1.LabelSelector) *Criteria {
	c := &Criteria{equivalent: policy != nil && *policy == admissionregistrationv1.Equivalent}
	c.namespaces, c.namespacesErr = metav1.LabelSelectorAsSelector(namespaces)
	c.objects, c.objectsErr = metav1.LabelSelectorAsSelector(objects)
	return c
}

// Match decides whether a case is meant, and in which form the rules name it. objects, if not nil, has the objects in
// the state to which earlier rules have brought them.
//
// Upstream looks at selectors first. Rules are cheaper, and whatever is refused or selected by both is so in any order.
func (cr *Criteria) Match(c *Case, objects admission.Attributes) (Form, bool, error) {
	if _, except := cr.named(c, cr.Except); except {
		return Form{}, false, nil
	}
	form, ok := c.form(), cr.All && len(cr.Rules) == 0
	if !ok {
		if form, ok = cr.named(c, cr.Rules); !ok {
			return Form{}, false, nil
		}
	}
	inNamespace, namespaceErr := cr.namespace(c)
	if !inNamespace && namespaceErr == nil {
		return Form{}, false, nil
	}
	if objects == nil {
		objects = c.Attributes
	}
	switch {
	case cr.objectsErr == nil && !cr.objects.Empty() && !labelled(objects.GetObject(), cr.objects) && !labelled(objects.GetOldObject(), cr.objects):
		return Form{}, false, nil
	case namespaceErr != nil:
		return Form{}, false, namespaceErr
	case cr.objectsErr != nil:
		return Form{}, false, apierrors.NewInternalError(cr.objectsErr)
	}
	return form, true, nil
}

func labelled(obj runtime.Object, sel labels.Selector) bool {
	if obj == nil {
		return false
	}
	m, err := meta.Accessor(obj)
	return err == nil && sel.Matches(labels.Set(m.GetLabels()))
}

// named finds the form of the case that one of the rules names: its own, else an equivalent one.
func (cr *Criteria) named(c *Case, in []admissionregistrationv1.NamedRuleWithOperations) (Form, bool) {
	if ruled(c.Attributes, c.GetName(), in) {
		return c.form(), true
	}
	if !cr.equivalent || len(in) == 0 {
		return Form{}, false
	}
	for i := range in { // earlier rules come first, as upstream
		for _, f := range c.Equivalents() {
			if f.Resource != c.GetResource() && ruled(inForm{c.Attributes, f.Resource}, c.GetName(), in[i:i+1]) {
				return f, true
			}
		}
	}
	return Form{}, false
}

func ruled(a admission.Attributes, name string, in []admissionregistrationv1.NamedRuleWithOperations) bool {
	for i := range in {
		m := rules.Matcher{Rule: in[i].RuleWithOperations, Attr: a}
		if m.Matches() && namedIn(in[i].ResourceNames, name) {
			return true
		}
	}
	return false
}

func namedIn(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return len(names) == 0
}

// inForm shows the attributes under an equivalent resource.
type inForm struct {
	admission.Attributes
	resource kschema.GroupVersionResource
}

// GetResource implements admission.Attributes.
func (f inForm) GetResource() kschema.GroupVersionResource { return f.resource }

// namespace applies the namespace selector. Cluster-scoped objects other than namespaces are never exempt by it.
func (cr *Criteria) namespace(c *Case) (bool, error) {
	isNamespace := c.GetResource().Resource == "namespaces"
	if c.GetNamespace() == "" && !isNamespace {
		return true, nil
	}
	if cr.namespacesErr != nil {
		return false, apierrors.NewInternalError(cr.namespacesErr)
	}
	if cr.namespaces.Empty() {
		return true, nil
	}
	op := c.GetOperation()
	if isNamespace && c.GetSubresource() == "" && (op == admission.Create || op == admission.Update) {
		// What counts are the labels that it is about to have.
		m, err := meta.Accessor(c.GetObject())
		if err != nil {
			return false, apierrors.NewInternalError(err)
		}
		return cr.namespaces.Matches(labels.Set(m.GetLabels())), nil
	}
	ns, err := c.Namespace(c.GetNamespace())
	switch {
	case apierrors.IsNotFound(err):
		return false, err
	case err != nil:
		return false, apierrors.NewInternalError(err)
	}
	return cr.namespaces.Matches(labels.Set(ns.Labels)), nil
}

// Ended says that nobody waits for the request any more, in upstream's words.
func Ended(ctx context.Context) error {
	if ctx.Err() != nil {
		return apierrors.NewTimeoutError("request did not complete within requested timeout", 0)
	}
	return nil
}
