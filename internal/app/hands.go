package app

import (
	"cmp"
	"slices"
	"time"

	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/client/events"
	"gantry.dev/gantry/internal/controllers/aggregation"
	"gantry.dev/gantry/internal/controllers/apiservices"
	"gantry.dev/gantry/internal/controllers/attachment"
	"gantry.dev/gantry/internal/controllers/certificates"
	"gantry.dev/gantry/internal/controllers/cronjob"
	"gantry.dev/gantry/internal/controllers/customresources"
	"gantry.dev/gantry/internal/controllers/daemonset"
	"gantry.dev/gantry/internal/controllers/deployment"
	"gantry.dev/gantry/internal/controllers/descheduler"
	"gantry.dev/gantry/internal/controllers/disruption"
	"gantry.dev/gantry/internal/controllers/elasticquota"
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
	"gantry.dev/gantry/internal/controllers/nodepool"
	"gantry.dev/gantry/internal/controllers/nodettl"
	"gantry.dev/gantry/internal/controllers/podgc"
	"gantry.dev/gantry/internal/controllers/podgroup"
	"gantry.dev/gantry/internal/controllers/policystatus"
	"gantry.dev/gantry/internal/controllers/protection"
	"gantry.dev/gantry/internal/controllers/quota"
	"gantry.dev/gantry/internal/controllers/replicaset"
	"gantry.dev/gantry/internal/controllers/replicationcontroller"
	"gantry.dev/gantry/internal/controllers/resourceclaim"
	"gantry.dev/gantry/internal/controllers/rootca"
	"gantry.dev/gantry/internal/controllers/serviceaccount"
	"gantry.dev/gantry/internal/controllers/servicecidr"
	"gantry.dev/gantry/internal/controllers/statefulset"
	"gantry.dev/gantry/internal/controllers/tokens"
	"gantry.dev/gantry/internal/controllers/ttlafterfinished"
	"gantry.dev/gantry/internal/controllers/volumebinder"
	"gantry.dev/gantry/internal/driver/extension"
	"gantry.dev/gantry/internal/plan/deschedule"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/scheduler"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/simnode"
)

// Ports are what controllers know of the world outside of a snapshot.
type Ports struct {
	Law *schema.Schema
	// Started is when this control plane began to listen: nodes could not be heard before.
	Started      time.Time
	RootCA       func(api.Cluster) string
	CheckPolicy  policystatus.Check
	CheckService apiservices.Check
	// Foreign empties namespaces of what extension servers have; nil knows of none.
	Foreign namespace.Foreign
	Pools   loadbalancer.Pools
	Tokens  tokens.Ports
	MayAsk  certificates.May
	Sign    certificates.Authority
	// Descheduler, if not nil, is the policy of the descheduler, which runs every DeschedulerInterval.
	Descheduler         *deschedule.Policy
	DeschedulerInterval time.Duration
}

// Controllers is the table of all controllers.
func Controllers(p Ports) []reconcile.Controller {
	lifecycle := nodelifecycle.Defaults()
	lifecycle.Started = p.Started
	builtin := func(r api.Resource) bool { return p.Law.Kind(r) != nil } // served without a definition
	var optional []reconcile.Controller
	if p.Descheduler != nil {
		optional = append(optional, descheduler.New(p.Descheduler, p.DeschedulerInterval))
	}
	if builtin(gang.Native) {
		optional = append(optional, protection.Groups())
	}
	return append([]reconcile.Controller{
		namespace.New(namespaced(p.Law), p.Foreign),
		serviceaccount.Controller(),
		customresources.Controller(builtin),
		policystatus.New(p.CheckPolicy),
		rootca.New(p.RootCA),
		deployment.Controller(),
		replicaset.Controller(),
		statefulset.Controller(),
		daemonset.Controller(),
		endpointslice.Controller(),
		endpoints.Controller(),
		garbage.New(Stored(p.Law)),
		podgroup.Controller(),
		elasticquota.Controller(),
		nodelifecycle.New(lifecycle),
		nodettl.Controller(),
		nodepool.Controller(),
		eviction.Controller(),
		podgc.New(maxEndedPods),
		quota.Controller(),
		disruption.Controller(),
		disruption.Stale(),
		aggregation.Controller(),
		flowschema.Controller(),
		flowschema.Producer(),
		apiservices.New(p.CheckService),
		apiservices.Registration(),
		expire.New(expire.DefaultTTL),
		volumebinder.Controller(),
		localvolume.Controller(),
		localvolume.Space(),
		ephemeralvolume.Controller(),
		attachment.Controller(),
		resourceclaim.Controller(),
		replicationcontroller.Controller(),
		cronjob.Controller(),
		ttlafterfinished.Controller(),
		endpointslicemirroring.Controller(),
		loadbalancer.New(p.Pools),
		tokens.New(p.Tokens),
	}, slices.Concat(optional, job.Controllers(p.Law.Enabled(job.GroupGate) && builtin(gang.Native) && builtin(gang.Workloads)), protection.Controllers(), certificates.Controllers(p.MayAsk, p.Sign), servicecidr.Controllers())...)
}

// controllers is the table with this server's ports.
func (s *Server) controllers() []reconcile.Controller {
	pem := string(s.pki.CAPEM())
	ca := func(api.Cluster) string { return pem }
	return Controllers(Ports{Law: s.law, Started: s.clock(), RootCA: ca, CheckPolicy: s.checkPolicy,
		CheckService: extension.New(s.extensionTransport).Check, Foreign: foreign(extension.NewCleaner(s.extensionTransport)), Pools: s.balancerPool,
		Tokens: tokens.Ports{Issue: s.longToken, RootCA: ca}, MayAsk: s.mayAskForCertificate, Sign: s.signCertificate,
		Descheduler: s.deschedule, DeschedulerInterval: cmp.Or(s.cfg.DeschedulingInterval, descheduler.DefaultInterval)})
}

// maxEndedPods is upstream's --terminated-pod-gc-threshold.
const maxEndedPods = 12500

// Stored lists the resources that a view follows: every kind that has records of its own.
func Stored(law *schema.Schema) (out []api.Resource) {
	for _, k := range law.Kinds() {
		if !k.Virtual && k.StoreAs == k.Resource {
			out = append(out, k.Resource)
		}
	}
	return out
}

// namespaced lists what a namespace can hold.
func namespaced(law *schema.Schema) (out []api.Resource) {
	for _, r := range Stored(law) {
		if law.Kind(r).Namespaced {
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
	if s.deschedule, err = deschedulerPolicy(s.cfg.DeschedulerPolicy, s.cfg.DeschedulingInterval); err != nil {
		return err
	}
	all, list := s.controllers(), controllerList(s.cfg.Controllers)
	err = list.check(all)
	if err != nil {
		return err
	}
	s.runner, err = reconcile.NewRunner(s.view, as(user.KubeControllerManager), rec, s.clock, s.log, list.pick(all))
	if err != nil {
		return err
	}
	how := scheduler.Config{View: s.view, Client: as(user.KubeScheduler), Events: rec, Clock: s.clock, Log: s.log, Gangs: s.law.Enabled(gang.Gate)}
	if err := configureScheduler(&how, s.cfg.SchedulerConfig); err != nil {
		return err
	}
	sched := scheduler.New(how)
	s.whatIf = sched
	sims := simnode.New(simnode.Config{View: s.view, Client: as("system:node-simulator"), Clock: s.clock, Log: s.log, Nodes: s.cfg.SimNodes, OwnLeases: s.cfg.SimNodeLeases})
	s.runs = append(s.runs, s.events.Run, s.runner.Run, sims.Run)
	if list.enabled(schedulerName) {
		s.runs = append(s.runs, sched.Run)
	}
	return nil
}
