package fair

import (
	"slices"

	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
)

// profile is what a configuration holds for a user: the schemas some of whose rules are about them. Most requests of a
// user are classified by looking at two or three rules.
type profile struct {
	groups     []string
	candidates []candidate
	// last is what catches requests that match nothing, which upstream's catch-all leaves none of.
	last *flowSchema
}

// candidate is a schema, with the rules that concern the user.
type candidate struct {
	schema    *flowSchema
	resources []resourceRule
	paths     []pathRule
	// flow is that of all the user's requests; nil if it depends on their namespace.
	flow *flow
}

func (c *candidate) matches(q *Request) bool {
	if q.Resource == "" {
		for i := range c.paths {
			if c.paths[i].matches(q) {
				return true
			}
		}
		return false
	}
	for i := range c.resources {
		if c.resources[i].matches(q) {
			return true
		}
	}
	return false
}

// profile is that of a request's user.
func (c *config) profile(q *Request) *profile {
	c.mu.RLock()
	p := c.profiles[q.User]
	c.mu.RUnlock()
	if p != nil && slices.Equal(p.groups, q.Groups) {
		return p
	}
	p = &profile{groups: slices.Clone(q.Groups)}
	for _, s := range c.schemas {
		if s.name == flowcontrolv1.FlowSchemaNameCatchAll {
			p.last = s
		}
		cand := candidate{schema: s}
		for i := range s.policies {
			if r := &s.policies[i]; r.concerns(q.User, q.Groups) {
				cand.resources, cand.paths = append(cand.resources, r.resources...), append(cand.paths, r.paths...)
			}
		}
		if len(cand.resources)+len(cand.paths) == 0 {
			continue
		}
		switch s.distinguishes() {
		case flowcontrolv1.FlowDistinguisherMethodByNamespaceType:
		case flowcontrolv1.FlowDistinguisherMethodByUserType:
			cand.flow = c.flow(s, q.User)
		default:
			cand.flow = c.flow(s, "")
		}
		p.candidates = append(p.candidates, cand)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.profiles) >= maxFlows {
		clear(c.profiles)
	}
	c.profiles[q.User] = p
	return p
}

// classify finds the schema and the flow of a request.
func (c *config) classify(q *Request) (*flowSchema, *flow) {
	p := c.profile(q)
	for i := range p.candidates {
		cand := &p.candidates[i]
		if !cand.matches(q) {
			continue
		}
		if cand.flow == nil {
			return cand.schema, c.flow(cand.schema, q.Namespace)
		}
		return cand.schema, cand.flow
	}
	return p.last, c.flow(p.last, "")
}
