package config

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"gantry.dev/gantry/internal/admit"
)

const head = "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n"

func TestRead(t *testing.T) {
	files := map[string]string{
		"/etc/sel.yaml": "podNodeSelectorPluginConfig:\n  ns: a=b\n",
		"/etc/img.yaml": "imagePolicy: {kubeConfigFile: /k, allowTTL: 50, denyTTL: -1, defaultAllow: true}\n",
	}
	for _, c := range []struct {
		name, on, doc string
		want          string
		err           string
	}{
		{name: "nothing", doc: head},
		{name: "inline", on: "PodNodeSelector", doc: head + "- {name: PodNodeSelector, configuration: {podNodeSelectorPluginConfig: {ns: c=d}}}\n", want: "map[ns:c=d]"},
		{name: "by a relative path", on: "PodNodeSelector", doc: head + "- {name: PodNodeSelector, path: sel.yaml}\n", want: "map[ns:a=b]"},
		{name: "alpha", on: "PodNodeSelector", doc: strings.Replace(head, "apiserver.config.k8s.io/v1", "apiserver.k8s.io/v1alpha1", 1) + "- {name: PodNodeSelector, path: /etc/sel.yaml}\n", want: "map[ns:a=b]"},
		{name: "the old form", on: "PodNodeSelector", doc: files["/etc/sel.yaml"], want: "map[ns:a=b]"},
		{name: "off", doc: head + "- {name: PodNodeSelector, path: gone.yaml}\n"},
		{name: "no such file", on: "PodNodeSelector", doc: head + "- {name: PodNodeSelector, path: gone.yaml}\n", err: "plugins[0].path: /etc/gone.yaml: file does not exist"},
		{name: "no such plugin", doc: head + "- {name: Ghost}\n", err: `plugins[0].name: there is no admission plugin "Ghost"`},
		{name: "nothing to tell", doc: head + "- {name: Priority, configuration: {}}\n", err: "plugins[0]: admission plugin Priority takes no configuration"},
		{name: "another kind", doc: "apiVersion: v1\nkind: Pod\n", err: `no kind "Pod" is registered for version "v1"`},
		{name: "a field too many", doc: "plugin: []\n" + head, err: `unknown field "plugin"`},
		{name: "pod security", doc: head + `- {name: PodSecurity, configuration: {apiVersion: pod-security.admission.config.k8s.io/v1, kind: PodSecurityConfiguration, defaults: {enforce: baseline}, exemptions: {usernames: [root]}}}`, want: "baseline [root]"},
		{name: "pod security that is wrong", doc: head + `- {name: PodSecurity, configuration: {apiVersion: pod-security.admission.config.k8s.io/v9, kind: PodSecurityConfiguration}}`, err: "configuration of admission plugin PodSecurity"},
		{name: "tolerations", on: "PodTolerationRestriction", doc: head + `- {name: PodTolerationRestriction, configuration: {apiVersion: podtolerationrestriction.admission.k8s.io/v1alpha1, kind: Configuration, default: [{key: a, operator: Exists}]}}`, want: "[{a Exists   <nil>}]"},
		{name: "a toleration that is wrong", on: "PodTolerationRestriction", doc: head + `- {name: PodTolerationRestriction, configuration: {apiVersion: podtolerationrestriction.admission.k8s.io/v1alpha1, kind: Configuration, whitelist: [{operator: Equal}]}}`, err: "invalid config: whitelist[0]: operator must be Exists when `key` is empty"},
		{name: "events", on: "EventRateLimit", doc: head + `- {name: EventRateLimit, configuration: {apiVersion: eventratelimit.admission.k8s.io/v1alpha1, kind: Configuration, limits: [{type: Server, qps: 5, burst: 6}]}}`, want: "[{Server 5 6 0}]"},
		{name: "quota", doc: head + `- {name: ResourceQuota, configuration: {apiVersion: apiserver.config.k8s.io/v1, kind: ResourceQuotaConfiguration, limitedResources: [{resource: pods, matchContains: [cpu]}]}}`, want: "pods [cpu]"},
		{name: "images", on: "ImagePolicyWebhook", doc: head + "- {name: ImagePolicyWebhook, path: img.yaml}\n", want: "/k 50s 0s 500ms true"},
		{name: "images without a server", on: "ImagePolicyWebhook", doc: head, err: `couldn't init admission plugin "ImagePolicyWebhook": no config specified`},
		{name: "images for too long", on: "ImagePolicyWebhook", doc: "imagePolicy: {allowTTL: 1801}\n", err: "allowTTL: valid value is between 1s and 30m0s, got 1801 times 1s"},
		{name: "webhooks", doc: head + `- {name: MutatingAdmissionWebhook, configuration: {apiVersion: apiserver.config.k8s.io/v1, kind: WebhookAdmissionConfiguration, kubeConfigFile: /k}}`, want: "map[MutatingAdmissionWebhook:/k]"},
		{name: "webhooks, relative", doc: head + `- {name: ValidatingAdmissionWebhook, configuration: {apiVersion: apiserver.config.k8s.io/v1, kind: WebhookAdmissionConfiguration, kubeConfigFile: k}}`, err: "kubeConfigFile: Invalid value"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &admit.Settings{Enable: strings.Fields(c.on)}
			out, err := Read(s, "/etc/admission.yaml", func(path string) ([]byte, error) {
				if path == "/etc/admission.yaml" {
					return []byte(c.doc), nil
				}
				if text, ok := files[path]; ok {
					return []byte(text), nil
				}
				return nil, fmt.Errorf("%s: %w", path, os.ErrNotExist)
			})
			if c.err != "" || err != nil {
				if err == nil || c.err == "" || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("got %v, want %q", err, c.err)
				}
				return
			}
			if got := told(s, out); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// told prints what was read.
func told(s *admit.Settings, out Elsewhere) string {
	switch {
	case s.NodeSelectors != nil:
		return fmt.Sprint(s.NodeSelectors)
	case s.PodSecurity != nil:
		return fmt.Sprint(s.PodSecurity.Defaults.Enforce, " ", s.PodSecurity.Exemptions.Usernames)
	case s.Tolerations.Default != nil:
		return fmt.Sprint(s.Tolerations.Default)
	case s.EventLimits != nil:
		return fmt.Sprint(s.EventLimits)
	case s.Limited != nil:
		return fmt.Sprint(s.Limited[0].Resource, " ", s.Limited[0].MatchContains)
	case out.Images != nil:
		return fmt.Sprint(out.Images.KubeConfigFile, " ", out.Images.AllowTTL, " ", out.Images.DenyTTL, " ", out.Images.RetryBackoff, " ", out.Images.DefaultAllow)
	case out.Kubeconfigs != nil:
		return fmt.Sprint(out.Kubeconfigs)
	}
	return ""
}

func TestDuration(t *testing.T) {
	for n, want := range map[int64]time.Duration{0: time.Minute, -1: 0, 5: 5 * time.Second} {
		if got, err := duration(n, time.Second, time.Second, time.Hour, time.Minute); got != want || err != nil {
			t.Errorf("%d: got %s, %v", n, got, err)
		}
	}
	if _, err := duration(1<<62, time.Second, time.Second, time.Hour, time.Minute); err == nil {
		t.Error("a number that overflows was taken")
	}
}
