// Package plan holds what the pure algorithms below it share: how to see what has changed between two inputs.
package plan

// Difference returns what is only in before and what is only in after, where no element occurs twice in one list. Equal beginnings and ends cost a comparison each.
func Difference[T comparable](before, after []T) (gone, come []T) {
	for len(before) > 0 && len(after) > 0 && before[0] == after[0] {
		before, after = before[1:], after[1:]
	}
	for len(before) > 0 && len(after) > 0 && before[len(before)-1] == after[len(after)-1] {
		before, after = before[:len(before)-1], after[:len(after)-1]
	}
	old := make(map[T]bool, len(before))
	for _, x := range before {
		old[x] = true
	}
	for _, x := range after {
		if old[x] {
			delete(old, x)
		} else {
			come = append(come, x)
		}
	}
	for _, x := range before {
		if old[x] {
			gone = append(gone, x)
		}
	}
	return gone, come
}
