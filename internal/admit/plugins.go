package admit

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/admission"
	quotaconfig "k8s.io/apiserver/pkg/admission/plugin/resourcequota/apis/resourcequota"
	security "k8s.io/pod-security-admission/admission/api"

	"gantry.dev/gantry/internal/api"
)

// The plugins that are not rules of this package: the registry asks whether they are on.
const (
	NamespaceAutoProvision    = "NamespaceAutoProvision"
	NamespaceLifecycle        = "NamespaceLifecycle"
	MutatingAdmissionPolicy   = "MutatingAdmissionPolicy"
	MutatingAdmissionWebhook  = "MutatingAdmissionWebhook"
	ValidatingAdmissionPolicy = "ValidatingAdmissionPolicy"
	ValidatingWebhook         = "ValidatingAdmissionWebhook"
	ResourceQuota             = "ResourceQuota"
)

// Settings say which plugins are on, and hold what their configuration says. The zero value is kube-apiserver's defaults and
// NodeRestriction. All clusters of a process share them.
type Settings struct {
	// Enable and Disable name plugins beyond and out of those that are on by default.
	Enable, Disable []string
	// NotReady and Unreachable are the seconds that DefaultTolerationSeconds gives; nil is 300.
	NotReady, Unreachable *int64
	// PodSecurity is its configuration; nil is upstream's default.
	PodSecurity *security.PodSecurityConfiguration
	// NodeSelectors are PodNodeSelector's: by namespace, and clusterDefaultNodeSelector.
	NodeSelectors map[string]string
	// Tolerations are PodTolerationRestriction's.
	Tolerations TolerationSettings
	// EventLimits are EventRateLimit's.
	EventLimits []EventLimit
	// Limited are the resources that ResourceQuota lets nobody use without a quota.
	Limited []quotaconfig.LimitedResource
	// Images answers for ImagePolicyWebhook.
	Images ImageReviewer
	// Gate says whether a feature of upstream is on that is off by default; nil is that all are off.
	Gate func(name string) bool
}

// TolerationSettings are what PodTolerationRestriction falls back to for namespaces that do not say.
type TolerationSettings struct{ Default, Whitelist []corev1.Toleration }

// plugin is one of kube-apiserver's: a name, and the rules that it hangs up.
type plugin struct {
	name string
	// off says that it is so unless it is asked for.
	off bool
	// configured says that a configuration file may tell it something.
	configured bool
	// hang is nil for plugins that have no rule here: the registry's, and those of features that are off by default.
	hang func(h *hanger, s *Settings) error
}

// plugins are all of them, in the order in which they are asked (upstream's pkg/kubeapiserver/options/plugins.go).
func plugins() []plugin {
	return []plugin{
		{name: "AlwaysAdmit", off: true},
		{name: NamespaceAutoProvision, off: true},
		{name: NamespaceLifecycle, hang: func(h *hanger, _ *Settings) error {
			h.validate(deletes, namespaces, "", entry{rule: namespaceDelete})
			return nil
		}},
		{name: "NamespaceExists", off: true, hang: func(h *hanger, _ *Settings) error {
			h.everywhere(&h.validating, entry{rule: namespaceExists}, func(c Concerned) bool { return (writes | deletes).has(c.Operation) })
			return nil
		}},
		{name: "LimitPodHardAntiAffinityTopology", off: true, hang: func(h *hanger, _ *Settings) error {
			h.validate(writes, pods, "", entry{rule: hostAntiAffinity})
			return nil
		}},
		{name: "LimitRanger", hang: limitRanger},
		{name: "ServiceAccount", hang: func(h *hanger, _ *Settings) error {
			h.mutate(creates, pods, "", entry{rule: serviceAccount})
			h.validate(creates, pods, "", entry{rule: checkServiceAccount, again: true})
			h.validate(updates, pods, "ephemeralcontainers", entry{rule: ephemeralSecrets})
			return nil
		}},
		{name: "NodeRestriction", hang: func(h *hanger, _ *Settings) error {
			h.everywhere(&h.mutating, entry{rule: restrictNode, judges: true}, func(c Concerned) bool { return c.Operation != admission.Delete && restricted(c) })
			h.everywhere(&h.validating, entry{rule: restrictNode}, func(c Concerned) bool { return c.Operation == admission.Delete && restricted(c) })
			return nil
		}},
		{name: "TaintNodesByCondition", hang: func(h *hanger, _ *Settings) error {
			h.mutate(creates, nodes, "", entry{rule: notReadyTaint})
			return nil
		}},
		{name: "AlwaysPullImages", off: true, hang: func(h *hanger, _ *Settings) error {
			h.mutate(writes, pods, "", entry{rule: alwaysPull})
			h.validate(writes, pods, "", entry{rule: checkAlwaysPull})
			return nil
		}},
		{name: "ImagePolicyWebhook", off: true, configured: true, hang: imagePolicy},
		{name: "PodSecurity", configured: true, hang: hangPodSecurity},
		{name: "PodNodeSelector", off: true, configured: true, hang: func(h *hanger, s *Settings) error {
			h.mutate(creates, pods, "", entry{rule: nodeSelectors(s.NodeSelectors).merge})
			h.validate(creates, pods, "", entry{rule: nodeSelectors(s.NodeSelectors).check})
			return nil
		}},
		{name: "Priority", hang: func(h *hanger, s *Settings) error {
			if s.Gate != nil && s.Gate(GroupPriority) {
				h.mutate(creates, podGroups, "", entry{rule: groupPriority})
			}
			h.mutate(creates, pods, "", entry{rule: priority})
			h.mutate(updates, pods, "", entry{rule: keepPriority})
			h.validate(writes, priorityClasses, "", entry{rule: oneDefaultPriority})
			return nil
		}},
		{name: "DefaultTolerationSeconds", hang: func(h *hanger, s *Settings) error {
			h.mutate(writes, pods, "", entry{rule: tolerationDefaults(s)})
			return nil
		}},
		{name: "PodTolerationRestriction", off: true, configured: true, hang: func(h *hanger, s *Settings) error {
			h.mutate(writes, pods, "", entry{rule: s.Tolerations.merge})
			h.validate(writes, pods, "", entry{rule: s.Tolerations.check})
			return nil
		}},
		{name: "EventRateLimit", off: true, configured: true, hang: func(h *hanger, s *Settings) error {
			limits, err := newEventLimits(s.EventLimits)
			h.validate(writes, events, "", entry{rule: limits.take})
			return err
		}},
		{name: "ExtendedResourceToleration", off: true, hang: func(h *hanger, _ *Settings) error {
			h.mutate(writes, pods, "", entry{rule: tolerateExtended})
			return nil
		}},
		{name: "DefaultStorageClass", hang: func(h *hanger, _ *Settings) error {
			h.mutate(creates, claims, "", entry{rule: defaultStorageClass})
			return nil
		}},
		{name: "StorageObjectInUseProtection", hang: func(h *hanger, _ *Settings) error {
			for _, res := range []api.Resource{claims, volumes, volumeClasses} {
				h.mutate(creates, res, "", entry{rule: protect, when: unprotected})
			}
			return nil
		}},
		{name: "PodGroupProtection", hang: func(h *hanger, _ *Settings) error {
			h.mutate(creates, podGroups, "", entry{rule: protect, when: unprotected})
			return nil
		}},
		{name: "OwnerReferencesPermissionEnforcement", off: true, hang: func(h *hanger, _ *Settings) error {
			h.everywhere(&h.validating, entry{rule: mayOwn, when: ownersChange}, func(c Concerned) bool {
				return writes.has(c.Operation) && (c.Resource != pods || c.Subresource != "status")
			})
			return nil
		}},
		{name: "PersistentVolumeClaimResize", hang: func(h *hanger, _ *Settings) error {
			h.validate(updates, claims, "", entry{rule: claimResize})
			return nil
		}},
		{name: "RuntimeClass", hang: func(h *hanger, _ *Settings) error {
			h.mutate(creates, pods, "", entry{rule: runtimeClass})
			h.validate(creates, pods, "", entry{rule: checkOverhead, again: true})
			return nil
		}},
		{name: "CertificateApproval", hang: func(h *hanger, _ *Settings) error {
			h.validate(updates, signingRequests, "approval", entry{rule: certificateApproval})
			return nil
		}},
		{name: "CertificateSigning", hang: func(h *hanger, _ *Settings) error {
			h.validate(updates, signingRequests, "status", entry{rule: certificateSigning})
			return nil
		}},
		{name: "ClusterTrustBundleAttest"},
		{name: "CertificateSubjectRestriction", hang: func(h *hanger, _ *Settings) error {
			h.validate(creates, signingRequests, "", entry{rule: certificateSubject})
			return nil
		}},
		{name: "DefaultIngressClass", hang: func(h *hanger, _ *Settings) error {
			h.mutate(creates, ingresses, "", entry{rule: defaultIngressClass, when: classless})
			return nil
		}},
		{name: "DenyServiceExternalIPs", off: true, hang: func(h *hanger, _ *Settings) error {
			h.validate(writes, services, "", entry{rule: noExternalIPs})
			return nil
		}},
		{name: "PodTopologyLabels", hang: func(h *hanger, _ *Settings) error {
			h.mutate(creates, pods, "", entry{rule: topologyLabels})
			h.mutate(creates, pods, "binding", entry{rule: bindingTopology})
			return nil
		}},
		{name: "PodGroupWorkloadExists", hang: func(h *hanger, _ *Settings) error {
			h.validate(creates, podGroups, "", entry{rule: groupExists})
			return nil
		}},
		{name: "NodeDeclaredFeatureValidator", hang: func(h *hanger, _ *Settings) error {
			h.validate(updates, pods, "", entry{rule: nodeFeatures, when: specChanged})
			h.validate(updates, pods, "resize", entry{rule: nodeFeatures, when: specChanged})
			return nil
		}},
		{name: "JobValidation", hang: func(h *hanger, _ *Settings) error {
			h.validate(updates, jobs, "", entry{rule: keepGangSize, when: grouped})
			return nil
		}},
		{name: "PodResizeValidator", hang: func(h *hanger, _ *Settings) error {
			h.validate(updates, pods, "resize", entry{rule: resizeFits, when: specChanged})
			return nil
		}},
		{name: MutatingAdmissionPolicy},
		{name: MutatingAdmissionWebhook, configured: true},
		{name: ValidatingAdmissionPolicy},
		{name: ValidatingWebhook, configured: true},
		{name: ResourceQuota, configured: true},
		{name: "AlwaysDeny", off: true, hang: func(h *hanger, _ *Settings) error {
			all := func(Concerned) bool { return true }
			h.everywhere(&h.mutating, entry{rule: never, judges: true}, all)
			h.everywhere(&h.validating, entry{rule: never}, all)
			return nil
		}},
	}
}

// Enabled are the plugins that settings turn on. Errors are in kube-apiserver's words, as its flags are called.
func (s *Settings) Enabled() (sets.Set[string], error) {
	on, known := sets.New[string](), sets.New[string]()
	for _, p := range plugins() {
		known.Insert(p.name)
		if !p.off {
			on.Insert(p.name)
		}
	}
	var errs []error
	check := func(flag string, names []string) {
		for _, name := range names {
			if !known.Has(name) {
				errs = append(errs, fmt.Errorf("%s plugin %q is unknown", flag, name))
			}
		}
	}
	check("enable-admission-plugins", s.Enable)
	check("disable-admission-plugins", s.Disable)
	if both := sets.New(s.Enable...).Intersection(sets.New(s.Disable...)); len(both) > 0 {
		errs = append(errs, fmt.Errorf("%v in enable-admission-plugins and disable-admission-plugins overlapped", sets.List(both)))
	}
	return on.Delete(s.Disable...).Insert(s.Enable...), errors.Join(errs...)
}

// Describe lists the plugins for a flag: those on by default, and all.
func Describe() (on, all string) {
	var defaults, names []string
	for _, p := range plugins() {
		names = append(names, p.name)
		if !p.off {
			defaults = append(defaults, p.name)
		}
	}
	slices.Sort(names)
	return strings.Join(defaults, ", "), strings.Join(names, ", ")
}

// Configured says whether there is such a plugin, and whether a configuration may tell it something.
func Configured(name string) (known, takes bool) {
	for _, p := range plugins() {
		if p.name == name {
			return true, p.configured
		}
	}
	return false, false
}
