package fair

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"sync"

	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	"k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap"
	"k8s.io/apiserver/pkg/util/shufflesharding"

	"gantry.dev/gantry/internal/api"
)

// Source is the port through which the configuration of a cluster comes in. What it returns is shared and immutable.
type Source interface {
	// Version changes whenever an object of the cluster does. It must be cheap: every request asks for it.
	Version(c api.Cluster) uint64
	// Objects reads all objects of a cluster. The version that it returns is not newer than the objects.
	Objects(c api.Cluster) ([]*flowcontrolv1.FlowSchema, []*flowcontrolv1.PriorityLevelConfiguration, uint64)
}

// config is the configuration of a cluster, compiled. It is immutable once published, but for its caches.
type config struct {
	version uint64
	schemas []*flowSchema // in the order of matching
	levels  []*levelSpec  // in the order of names

	mu       sync.RWMutex
	profiles map[string]*profile // by the name of the user
	flows    map[flowKey]*flow
}

// levelSpec is a PriorityLevelConfiguration, compiled.
type levelSpec struct {
	name, uid string
	exempt    bool
	shares    int
	// lendable is the percentage of the nominal limit that others may use, borrowing the percentage on top of it that it
	// may use of others; negative is no bound.
	lendable, borrowing int
	// queues is 0 if what finds no seat is refused; else how many there are, how many requests each holds, and how they
	// are dealt.
	queues, queueLength int
	dealer              *shufflesharding.Dealer
	handSize            int
}

// flowSchema is a FlowSchema, compiled.
type flowSchema struct {
	name, uid  string
	precedence int32
	by         flowcontrolv1.FlowDistinguisherMethodType // empty: all requests are one flow
	policies   []policy
	spec       *levelSpec
	// header and levelHeader are what answers carry; shared, so nobody may change them.
	header, levelHeader []string

	// level and pair are set when the configuration comes into force.
	level *level
	pair  *pair
}

// distinguishes says by what requests of the schema are different flows; where there is one queue, they are not.
func (s *flowSchema) distinguishes() flowcontrolv1.FlowDistinguisherMethodType {
	if s.spec.queues < 2 {
		return ""
	}
	return s.by
}

// flow is what shares a level fairly with others: a schema and what distinguishes its requests.
type flow struct {
	distinguisher string
	// hand are the queues that it may use.
	hand []int
}

type flowKey struct {
	schema        *flowSchema
	distinguisher string
}

// defaultShares is what defaulting gives a level that names no shares.
const defaultShares = 30

// specOf compiles a priority level; nil if it is broken, which upstream takes for absent.
func specOf(o *flowcontrolv1.PriorityLevelConfiguration) *levelSpec {
	s := &levelSpec{name: o.Name, uid: string(o.UID), exempt: o.Spec.Type == flowcontrolv1.PriorityLevelEnablementExempt, borrowing: -1}
	if s.exempt != (o.Spec.Exempt != nil) || s.exempt == (o.Spec.Limited != nil) || s.exempt != (o.Name == flowcontrolv1.PriorityLevelConfigurationNameExempt) {
		return nil
	}
	if s.exempt {
		s.shares, s.lendable = int(value(o.Spec.Exempt.NominalConcurrencyShares, 0)), int(value(o.Spec.Exempt.LendablePercent, 0))
		return s
	}
	l := o.Spec.Limited
	s.shares, s.lendable, s.borrowing = int(value(l.NominalConcurrencyShares, defaultShares)),
		int(value(l.LendablePercent, 0)), int(value(l.BorrowingLimitPercent, -1))
	q := l.LimitResponse.Queuing
	if (q == nil) != (l.LimitResponse.Type == flowcontrolv1.LimitResponseTypeReject) {
		return nil
	}
	if q != nil {
		var err error
		if s.dealer, err = shufflesharding.NewDealer(int(q.Queues), int(q.HandSize)); err != nil {
			return nil
		}
		s.queues, s.queueLength, s.handSize = int(q.Queues), int(q.QueueLengthLimit), int(q.HandSize)
	}
	return s
}

func value(p *int32, otherwise int32) int32 {
	if p == nil {
		return otherwise
	}
	return *p
}

// compile makes a configuration of objects. Broken levels and schemas without a level count for nothing. What must be
// there and is missing is imagined: levels that nothing but the schemas imagined with them lead to, the exempt schema
// first and the one that catches all last.
func compile(schemas []*flowcontrolv1.FlowSchema, levels []*flowcontrolv1.PriorityLevelConfiguration, version uint64) *config {
	c := &config{version: version, profiles: map[string]*profile{}, flows: map[flowKey]*flow{}}
	byName := map[string]*levelSpec{}
	add := func(o *flowcontrolv1.PriorityLevelConfiguration) {
		if s := specOf(o); s != nil && byName[o.Name] == nil {
			byName[o.Name] = s
			c.levels = append(c.levels, s)
		}
	}
	for _, o := range levels {
		add(o)
	}
	seen := map[string]bool{}
	for _, o := range schemas {
		if spec := byName[o.Spec.PriorityLevelConfiguration.Name]; spec != nil {
			seen[o.Name] = true
			c.schemas = append(c.schemas, schemaOf(o, spec))
		}
	}
	slices.SortFunc(c.schemas, func(a, b *flowSchema) int {
		return cmp.Or(cmp.Compare(a.precedence, b.precedence), cmp.Compare(a.name, b.name))
	})
	for _, o := range bootstrap.MandatoryPriorityLevelConfigurations {
		add(o)
	}
	slices.SortFunc(c.levels, func(a, b *levelSpec) int { return cmp.Compare(a.name, b.name) })
	if o := bootstrap.MandatoryFlowSchemaExempt; !seen[o.Name] {
		c.schemas = slices.Insert(c.schemas, 0, schemaOf(o, byName[o.Spec.PriorityLevelConfiguration.Name]))
	}
	if o := bootstrap.MandatoryFlowSchemaCatchAll; !seen[o.Name] {
		c.schemas = append(c.schemas, schemaOf(o, byName[o.Spec.PriorityLevelConfiguration.Name]))
	}
	return c
}

// schemaOf compiles a flow schema whose level is spec.
func schemaOf(o *flowcontrolv1.FlowSchema, spec *levelSpec) *flowSchema {
	s := &flowSchema{name: o.Name, uid: string(o.UID), precedence: o.Spec.MatchingPrecedence, spec: spec, header: []string{string(o.UID)}, levelHeader: []string{spec.uid}}
	if o.Spec.DistinguisherMethod != nil {
		s.by = o.Spec.DistinguisherMethod.Type
	}
	for i := range o.Spec.Rules {
		s.policies = append(s.policies, policyOf(&o.Spec.Rules[i]))
	}
	return s
}

// maxFlows bounds the flows and users that a cluster remembers; what is forgotten is found out again.
const maxFlows = 4096

// flow is the flow of a schema's requests with a distinguisher.
func (c *config) flow(s *flowSchema, distinguisher string) *flow {
	k := flowKey{s, distinguisher}
	c.mu.RLock()
	f := c.flows[k]
	c.mu.RUnlock()
	if f != nil {
		return f
	}
	f = &flow{distinguisher: distinguisher}
	if s.spec.queues > 0 {
		f.hand = s.spec.dealer.DealIntoHand(hashOf(s.name, distinguisher), nil)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.flows) >= maxFlows {
		clear(c.flows)
	}
	c.flows[k] = f
	return f
}

// hashOf is upstream's, so that a flow has the same hand here and there.
func hashOf(schema, distinguisher string) uint64 {
	sum := sha256.Sum256([]byte(schema + "\x00" + distinguisher))
	return binary.LittleEndian.Uint64(sum[:8])
}
