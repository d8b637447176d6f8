package flowdiff

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap"
	"k8s.io/apiserver/pkg/authentication/user"
	apirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/util/flowcontrol"
	fqtesting "k8s.io/apiserver/pkg/util/flowcontrol/fairqueuing/testing"
	"k8s.io/apiserver/pkg/util/flowcontrol/metrics"
	"k8s.io/apiserver/pkg/util/flowcontrol/request"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/component-base/metrics/legacyregistry"
	"k8s.io/utils/clock"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/fair"
)

// serverSeats is the concurrency limit that both divide.
const serverSeats = 600

// sentinel is a user for whom each configuration has a schema of its own: by it one sees that upstream has read it.
const sentinel = "sentinel"

// sentinelLevel is the level of that schema.
func sentinelLevel(seed uint64) string { return fmt.Sprint("level-of-", seed) }

// TestClassifyDiff asks both what random requests are by random configurations, and for the limits of the levels.
func TestClassifyDiff(t *testing.T) {
	metrics.Register()
	for seed := *first; seed < *first+uint64(max(1, *seeds/4)); seed++ { // each starts a controller
		classify(t, seed, rand.New(rand.NewPCG(seed, 11)))
		if t.Failed() {
			return
		}
	}
}

func classify(t *testing.T, seed uint64, rng *rand.Rand) {
	src := randomConfig(rng, seed)
	theirs, stop := newPeer(t, src, seed)
	defer stop()
	gate := fair.New(src, fair.Options{Seats: serverSeats})
	for range 300 {
		q := randomRequest(rng)
		tk := &fair.Ticket{Request: q}
		gate.Classify(tk, api.Host, time.Now())
		here := tk.Schema() + " " + tk.Level() + " " + tk.Distinguisher()
		if there := theirs.classify(q); there != here {
			t.Errorf("seed %d: %+v is %q for upstream, %q here", seed, q, there, here)
			return
		}
	}
	levels, _ := gate.Report(api.Host, time.Now())
	there := limitsThere(t)
	for _, l := range levels {
		if l.Name == "catch-all" || l.Name == "exempt" {
			continue // peers of other seeds tell them too, and one that was stopped may have the last word
		}
		if here := fmt.Sprint(l.Nominal, " ", l.Lower, " ", l.Upper); there[l.Name] != here {
			t.Errorf("seed %d: limits of %s are %s for upstream, %s here", seed, l.Name, there[l.Name], here)
		}
	}
}

// peer is upstream's controller with a configuration. Its metrics are those of the process.
type peer struct{ ctl flowcontrol.Interface }

func newPeer(t *testing.T, src *objects, seed uint64) (p *peer, stop func()) {
	client := fake.NewClientset()
	ctx, cancel := context.WithCancel(t.Context())
	for _, l := range src.levels {
		if _, err := client.FlowcontrolV1().PriorityLevelConfigurations().Create(ctx, l, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range src.schemas {
		if _, err := client.FlowcontrolV1().FlowSchemas().Create(ctx, s, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	p = &peer{ctl: flowcontrol.NewTestable(flowcontrol.TestableConfig{Name: "peer", Clock: clock.RealClock{}, AsFieldManager: "peer",
		FoundToDangling: func(found bool) bool { return !found }, InformerFactory: factory, FlowcontrolClient: client.FlowcontrolV1(),
		ServerConcurrencyLimit: serverSeats, ReqsGaugeVec: metrics.PriorityLevelConcurrencyGaugeVec, ExecSeatsGaugeVec: metrics.PriorityLevelExecutionSeatsGaugeVec,
		QueueSetFactory: fqtesting.NewNoRestraintFactory()})}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	ended := make(chan error, 1)
	go func() { ended <- p.ctl.Run(ctx.Done()) }()
	stop = func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for p.classify(fair.Request{User: sentinel, Groups: []string{user.AllAuthenticated}, Verb: "get", Path: "/"}) != sentinel+" "+sentinelLevel(seed)+" " {
		<-tick.C // the test's own deadline is the bound
	}
	return p, stop
}

func (p *peer) classify(q fair.Request) (found string) {
	info := &apirequest.RequestInfo{IsResourceRequest: q.Resource != "", Path: q.Path, Verb: q.Verb, APIGroup: q.Group, Resource: q.Resource,
		Subresource: q.Subresource, Namespace: q.Namespace, Name: q.Name}
	p.ctl.Handle(context.Background(), flowcontrol.RequestDigest{RequestInfo: info, User: &user.DefaultInfo{Name: q.User, Groups: q.Groups}},
		func(fs *flowcontrolv1.FlowSchema, pl *flowcontrolv1.PriorityLevelConfiguration, distinguisher string) {
			found = fs.Name + " " + pl.Name + " " + distinguisher
		}, func() request.WorkEstimate { return request.WorkEstimate{InitialSeats: 1} }, func(bool) {}, func() {})
	return found
}

// limitsThere reads the limits that upstream's controller told last.
func limitsThere(t *testing.T) map[string]string {
	families, err := legacyregistry.DefaultGatherer.Gather()
	if err != nil {
		t.Fatal(err)
	}
	value := map[string]map[string]float64{}
	for _, f := range families {
		for _, m := range f.Metric {
			if len(m.Label) == 1 && m.Label[0].GetName() == "priority_level" && m.Gauge != nil {
				if value[f.GetName()] == nil {
					value[f.GetName()] = map[string]float64{}
				}
				value[f.GetName()][m.Label[0].GetValue()] = m.Gauge.GetValue()
			}
		}
	}
	out := map[string]string{}
	for name, nominal := range value["apiserver_flowcontrol_nominal_limit_seats"] {
		out[name] = fmt.Sprint(nominal, " ", value["apiserver_flowcontrol_lower_limit_seats"][name], " ", value["apiserver_flowcontrol_upper_limit_seats"][name])
	}
	return out
}

func one(rng *rand.Rand, of ...string) string { return of[rng.IntN(len(of))] }

func some(rng *rand.Rand, of ...string) []string {
	if rng.IntN(4) == 0 {
		return []string{"*"}
	}
	rng.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
	return slices.Clone(of[:1+rng.IntN(len(of))])
}

// The words of which configurations and requests are made are few, so that they meet often.
var (
	verbs      = []string{"get", "list", "create"}
	groups     = []string{"", "apps", "example.com"}
	resources  = []string{"pods", "pods/log", "nodes", "deployments"}
	namespaces = []string{"n0", "n1", "n2"}
	urls       = []string{"/a", "/a/*", "/a/b", "/b/", "/healthz"}
	users      = []string{"u0", "u1", "u2", "system:serviceaccount:n0:x", "system:serviceaccount:n0:y", "system:serviceaccount:n01:x"}
	teams      = []string{"g0", "g1", user.SystemPrivilegedGroup}
)

func randomRequest(rng *rand.Rand) fair.Request {
	q := fair.Request{User: one(rng, users...), Verb: one(rng, append(verbs, "delete")...)}
	for _, g := range teams[:2] {
		if rng.IntN(2) == 0 {
			q.Groups = append(q.Groups, g)
		}
	}
	if rng.IntN(12) == 0 {
		q.Groups = append(q.Groups, user.SystemPrivilegedGroup)
	}
	if rng.IntN(10) > 0 {
		q.Groups = append(q.Groups, user.AllAuthenticated)
	}
	if rng.IntN(3) == 0 {
		q.Path = one(rng, "/a", "/a/", "/a/b", "/a/b/c", "/ab", "/b", "/b/c", "/healthz", "/")
		return q
	}
	q.Resource, q.Group = one(rng, "pods", "nodes", "deployments", "secrets"), one(rng, groups...)
	if rng.IntN(3) == 0 {
		q.Subresource = one(rng, "log", "status")
	}
	if rng.IntN(3) > 0 {
		q.Namespace = one(rng, append(namespaces, "n3")...)
	}
	return q
}

func randomConfig(rng *rand.Rand, seed uint64) *objects {
	src := &objects{version: 1}
	var names []string
	for i := range 1 + rng.IntN(5) {
		names = append(names, fmt.Sprintf("level-%d-%d", seed, i))
		src.levels = append(src.levels, randomLevel(rng, names[i]))
	}
	if rng.IntN(2) == 0 {
		src.levels = append(src.levels, bootstrap.MandatoryPriorityLevelConfigurations...)
	}
	last := randomLevel(rng, sentinelLevel(seed))
	last.Spec.Limited.LimitResponse = flowcontrolv1.LimitResponse{Type: flowcontrolv1.LimitResponseTypeReject}
	src.levels = append(src.levels, last)
	for i := range rng.IntN(12) {
		src.schemas = append(src.schemas, randomSchema(rng, fmt.Sprint("schema-", i), one(rng, append(names, "missing", "catch-all", "exempt")...)))
	}
	return &objects{version: 1, levels: src.levels, schemas: append(src.schemas, &flowcontrolv1.FlowSchema{ObjectMeta: metav1.ObjectMeta{Name: sentinel},
		Spec: flowcontrolv1.FlowSchemaSpec{MatchingPrecedence: 1, PriorityLevelConfiguration: flowcontrolv1.PriorityLevelConfigurationReference{Name: sentinelLevel(seed)},
			Rules: []flowcontrolv1.PolicyRulesWithSubjects{{Subjects: []flowcontrolv1.Subject{{Kind: flowcontrolv1.SubjectKindUser, User: &flowcontrolv1.UserSubject{Name: sentinel}}},
				NonResourceRules: []flowcontrolv1.NonResourcePolicyRule{{Verbs: []string{"*"}, NonResourceURLs: []string{"*"}}}}}}})}
}

func randomLevel(rng *rand.Rand, name string) *flowcontrolv1.PriorityLevelConfiguration {
	n := func(most int) *int32 { v := int32(rng.IntN(most)); return &v }
	l := &flowcontrolv1.LimitedPriorityLevelConfiguration{NominalConcurrencyShares: n(60), LendablePercent: n(101), LimitResponse: flowcontrolv1.LimitResponse{Type: flowcontrolv1.LimitResponseTypeReject}}
	if rng.IntN(2) == 0 {
		l.BorrowingLimitPercent = n(300)
	}
	if rng.IntN(3) > 0 {
		l.LimitResponse = flowcontrolv1.LimitResponse{Type: flowcontrolv1.LimitResponseTypeQueue, Queuing: &flowcontrolv1.QueuingConfiguration{Queues: 1 + *n(64), HandSize: 1, QueueLengthLimit: 5}}
	}
	out := &flowcontrolv1.PriorityLevelConfiguration{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: flowcontrolv1.PriorityLevelConfigurationSpec{Type: flowcontrolv1.PriorityLevelEnablementLimited, Limited: l}}
	if rng.IntN(10) == 0 {
		out.Spec.Limited.LimitResponse.Type = flowcontrolv1.LimitResponseTypeReject // a broken one, if it has queues
	}
	return out
}

func randomSchema(rng *rand.Rand, name, level string) *flowcontrolv1.FlowSchema {
	s := &flowcontrolv1.FlowSchema{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: flowcontrolv1.FlowSchemaSpec{
		MatchingPrecedence: int32(2 + rng.IntN(4)), PriorityLevelConfiguration: flowcontrolv1.PriorityLevelConfigurationReference{Name: level}}}
	if by := one(rng, "", "ByUser", "ByNamespace"); by != "" {
		s.Spec.DistinguisherMethod = &flowcontrolv1.FlowDistinguisherMethod{Type: flowcontrolv1.FlowDistinguisherMethodType(by)}
	}
	for range 1 + rng.IntN(2) {
		var r flowcontrolv1.PolicyRulesWithSubjects
		switch rng.IntN(3) {
		case 0:
			r.Subjects = []flowcontrolv1.Subject{{Kind: flowcontrolv1.SubjectKindUser, User: &flowcontrolv1.UserSubject{Name: one(rng, append(users, "*")...)}}}
		case 1:
			r.Subjects = []flowcontrolv1.Subject{{Kind: flowcontrolv1.SubjectKindGroup, Group: &flowcontrolv1.GroupSubject{Name: one(rng, append(teams, "*")...)}}}
		default:
			r.Subjects = []flowcontrolv1.Subject{{Kind: flowcontrolv1.SubjectKindServiceAccount, ServiceAccount: &flowcontrolv1.ServiceAccountSubject{Namespace: one(rng, "n0", "n1"), Name: one(rng, "x", "*")}}}
		}
		for range rng.IntN(3) {
			r.ResourceRules = append(r.ResourceRules, flowcontrolv1.ResourcePolicyRule{Verbs: some(rng, verbs...), APIGroups: some(rng, groups...),
				Resources: some(rng, resources...), Namespaces: some(rng, namespaces...), ClusterScope: rng.IntN(2) == 0})
		}
		for range rng.IntN(2) {
			r.NonResourceRules = append(r.NonResourceRules, flowcontrolv1.NonResourcePolicyRule{Verbs: some(rng, verbs...), NonResourceURLs: some(rng, urls...)})
		}
		s.Spec.Rules = append(s.Spec.Rules, r)
	}
	return s
}
