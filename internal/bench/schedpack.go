package bench

// packing tells how many nodes carry pods, against the fewest that could: the sum of what is asked for over the size of a
// node, by the resource that is scarcest. No packing can do with fewer, and none may reach it. Where nodes differ in size, how full those are that carry
// pods says more.
func (r *aloneRun) packing(params map[string]any) {
	used, bound := r.state.NodesUsed()
	r.add("nodes_used", float64(used), "nodes", params)
	r.add("nodes_lower_bound", float64(bound), "nodes", params)
	r.add("fill_percent", r.state.Fill(), "%", params)
}
