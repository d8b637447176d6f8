package scheduler

import "sync"

// Together runs the parts of a pass at the same time, the first of them on the goroutine that waits for all.
func Together(parts int, do func(part int)) {
	var others sync.WaitGroup
	for part := 1; part < parts; part++ {
		others.Go(func() { do(part) })
	}
	do(0)
	others.Wait()
}
