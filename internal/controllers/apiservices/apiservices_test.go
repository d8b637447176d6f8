package apiservices

import (
	"errors"
	"testing"
	"time"

	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/view/viewtest"
)

const (
	local    = "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v1.apps}, spec: {group: apps, version: v1, groupPriorityMinimum: 1, versionPriority: 1}}"
	remote   = "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v1.x.io}, spec: {group: x.io, version: v1, groupPriorityMinimum: 1, versionPriority: 1, service: {namespace: ns, name: ext}}}"
	service  = "{apiVersion: v1, kind: Service, metadata: {namespace: ns, name: ext}, spec: {clusterIP: 10.43.0.9, ports: [{name: https, port: 443}]}}"
	external = "{apiVersion: v1, kind: Service, metadata: {namespace: ns, name: ext}, spec: {type: ExternalName, externalName: elsewhere.example.com}}"
	closed   = "{apiVersion: v1, kind: Service, metadata: {namespace: ns, name: ext}, spec: {clusterIP: 10.43.0.9, ports: [{name: https, port: 80}]}}"
	ready    = "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {namespace: ns, name: ext-1, labels: {kubernetes.io/service-name: ext}}, addressType: IPv4, endpoints: [{addresses: [10.1.1.1], conditions: {ready: true}}], ports: [{name: https, port: 8443}]}"
	unready  = "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {namespace: ns, name: ext-1, labels: {kubernetes.io/service-name: ext}}, addressType: IPv4, endpoints: [{addresses: [10.1.1.1], conditions: {ready: false}}], ports: [{name: https, port: 8443}]}"
	other    = "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {namespace: ns, name: z, labels: {kubernetes.io/service-name: z}}, addressType: IPv4, endpoints: [{addresses: [10.1.1.1]}], ports: [{name: https, port: 8443}]}"
)

func outcome(err error, known bool) Check {
	return func(api.Cluster, api.Webhook, string) (error, bool) { return err, known }
}

func TestAvailable(t *testing.T) {
	for name, tt := range map[string]struct {
		objects []string
		check   Check
		want    string // of the condition: status and reason
		again   time.Duration
	}{
		"local":                  {[]string{local}, nil, "True Local", 0},
		"no service":             {[]string{remote}, nil, "False ServiceNotFound", 0},
		"another port":           {[]string{remote, closed}, nil, "False ServicePortError", 0},
		"no slice":               {[]string{remote, service, other}, nil, "False EndpointsNotFound", 0},
		"nobody ready":           {[]string{remote, service, unready}, nil, "False MissingEndpoints", 0},
		"not called yet":         {[]string{remote, service, ready}, outcome(nil, false), "", calling},
		"answers":                {[]string{remote, service, ready}, outcome(nil, true), "True Passed", passing},
		"does not answer":        {[]string{remote, service, ready}, outcome(errors.New("refused"), true), "False FailedDiscoveryCheck", failing},
		"outside of the cluster": {[]string{remote, external}, outcome(nil, true), "True Passed", passing},
	} {
		t.Run(name, func(t *testing.T) {
			w := viewtest.New(t, tt.objects...)
			ctl := New(tt.check)
			key := api.Key{Resource: resource(), Cluster: api.Host, Name: "v1.x.io"}
			if name == "local" {
				key.Name = "v1.apps"
			}
			_, again := w.Plan(ctl, key)
			a := viewtest.Get[apiregistrationv1.APIService](w, resource(), "", key.Name)
			got := ""
			for _, c := range a.Status.Conditions {
				got = string(c.Status) + " " + c.Reason
			}
			if got != tt.want {
				t.Errorf("it is %q, want %q", got, tt.want)
			}
			if want := viewtest.Epoch.Add(tt.again); tt.again == 0 && !again.IsZero() || tt.again != 0 && !again.Equal(want) {
				t.Errorf("it asks again at %s, want %s later than %s", again, tt.again, viewtest.Epoch)
			}
			if told, _ := w.Plan(ctl, key); len(told) != 0 {
				t.Errorf("planned twice, it writes again: %v", told)
			}
		})
	}
}

// A change behind the Service is one of the APIService.
func TestTriggers(t *testing.T) {
	up := outcome(nil, true)
	w := viewtest.New(t, remote, service, unready)
	w.Settle(New(up))
	w.Add(ready)
	w.Settle(New(up))
	a := viewtest.Get[apiregistrationv1.APIService](w, resource(), "", "v1.x.io")
	if len(a.Status.Conditions) != 1 || a.Status.Conditions[0].Status != apiregistrationv1.ConditionTrue {
		t.Errorf("conditions %v", a.Status.Conditions)
	}
}
