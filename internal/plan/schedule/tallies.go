package schedule

// tally counts, by key and value, the nodes that have a label or a taint.
type tally map[string]map[string]int

// add counts n more of a pair; fresh says that there was none before.
func (t tally) add(key, value string, n int) (fresh bool) {
	if t[key] == nil {
		t[key] = map[string]int{}
	}
	was := t[key][value]
	if t[key][value] = was + n; was+n == 0 {
		delete(t[key], value)
	}
	if len(t[key]) == 0 {
		delete(t, key)
	}
	return was == 0
}
