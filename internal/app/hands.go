package app

import (
	"slices"

	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/client/events"
	"gantry.dev/gantry/internal/controllers/aggregation"
	"gantry.dev/gantry/internal/controllers/apiservices"
	"gantry.dev/gantry/internal/controllers/certificates"
	"gantry.dev/gantry/internal/controllers/cronjob"
	"gantry.dev/gantry/internal/controllers/customresources"
	"gantry.dev/gantry/internal/controllers/daemonset"
	"gantry.dev/gantry/internal/controllers/deployment"
	"gantry.dev/gantry/internal/controllers/disruption"
	"gantry.dev/gantry/internal/controllers/endpoints"
	"gantry.dev/gantry/internal/controllers/endpointslice"
	"gantry.dev/gantry/internal/controllers/endpointslicemirroring"
	"gantry.dev/gantry/internal/controllers/ephemeralvolume"
	"gantry.dev/gantry/internal/controllers/eviction"
	"gantry.dev/gantry/internal/controllers/expire"
	"gantry.dev/gantry/internal/controllers/flowschema"
	"gantry.dev/gantry/internal/controllers/garbage"
	"gantry.dev/gantry/internal/controllers/job"
	"gantry.dev/gantry/internal/controllers/loadbalancer"
	"gantry.dev/gantry/internal/controllers/localvolume"
	"gantry.dev/gantry/internal/controllers/namespace"
	"gantry.dev/gantry/internal/controllers/nodelifecycle"
	"gantry.dev/gantry/internal/controllers/podgc"
	"gantry.dev/gantry/internal/controllers/policystatus"
	"gantry.dev/gantry/internal/controllers/protection"
	"gantry.dev/gantry/internal/controllers/quota"
	"gantry.dev/gantry/internal/controllers/replicaset"
	"gantry.dev/gantry/internal/controllers/replicationcontroller"
	"gantry.dev/gantry/internal/controllers/rootca"
	"gantry.dev/gantry/internal/controllers/serviceaccount"
	"gantry.dev/gantry/internal/controllers/statefulset"
	"gantry.dev/gantry/internal/controllers/tokens"
	"gantry.dev/gantry/internal/controllers/ttlafterfinished"
	"gantry.dev/gantry/internal/controllers/volumebinder"
	"gantry.dev/gantry/internal/driver/extension"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/scheduler"
)

// controllers is the table of all controllers.
func (s *Server) controllers() []reconcile.Controller {
	ca := string(s.pki.CAPEM())
	lifecycle := nodelifecycle.Defaults()
	lifecycle.Started = s.clock() // nodes could not be heard while we were down
	return append([]reconcile.Controller{
		namespace.New(s.namespaced()),
		serviceaccount.Controller(),
		customresources.Controller(s.builtin),
		policystatus.New(s.checkPolicy),
		rootca.New(func(api.Cluster) string { return ca }),
		deployment.Controller(),
		replicaset.Controller(),
		statefulset.Controller(),
		daemonset.Controller(),
		endpointslice.Controller(),
		endpoints.Controller(),
		garbage.New(s.stored()),
		nodelifecycle.New(lifecycle),
		eviction.Controller(),
		podgc.New(maxEndedPods),
		quota.Controller(),
		disruption.Controller(),
		disruption.Stale(),
		aggregation.Controller(),
		flowschema.Controller(),
		apiservices.New(extension.New(s.extensionTransport).Check),
		apiservices.Registration(),
		expire.New(expire.DefaultTTL),
		volumebinder.Controller(),
		localvolume.Controller(),
		ephemeralvolume.Controller(),
		replicationcontroller.Controller(),
		cronjob.Controller(),
		ttlafterfinished.Controller(),
		endpointslicemirroring.Controller(),
		loadbalancer.New(s.balancerPool),
		tokens.New(tokens.Ports{Issue: s.longToken, RootCA: func(api.Cluster) string { return ca }}),
	}, slices.Concat(job.Controllers(), protection.Controllers(), certificates.Controllers(s.mayAskForCertificate, s.signCertificate))...)
}

// maxEndedPods is upstream's --terminated-pod-gc-threshold.
const maxEndedPods = 12500

// builtin reports whether the API serves a resource without a definition.
func (s *Server) builtin(r api.Resource) bool { return s.law.Kind(r) != nil }

// namespaced lists what a namespace can hold.
func (s *Server) namespaced() (out []api.Resource) {
	for _, r := range s.stored() {
		if s.law.Kind(r).Namespaced {
			out = append(out, r)
		}
	}
	return out
}

// hands builds what acts on the view: the controllers' runner, the scheduler and the writer of their events.
func (s *Server) hands(own client.Interface) error {
	s.events = events.NewRecorder(own, s.clock, s.log)
	rec := planEvents{s.law, s.events}
	as := func(name string) client.Interface {
		return s.reg.Client(&user.DefaultInfo{Name: name, Groups: []string{user.AllAuthenticated}}, name[len("system:"):])
	}
	var err error
	s.runner, err = reconcile.NewRunner(s.view, as(user.KubeControllerManager), rec, s.clock, s.log, s.controllers())
	if err != nil {
		return err
	}
	sched := scheduler.New(scheduler.Config{View: s.view, Client: as(user.KubeScheduler), Events: rec, Clock: s.clock, Log: s.log})
	s.runs = append(s.runs, s.events.Run, s.runner.Run, sched.Run)
	return nil
}
