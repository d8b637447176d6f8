package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// mediaMeta asks for metadata only: a watcher that is cheap enough not to be what is measured.
const mediaMeta = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"

// boundPods is a watch of the pods that have a node, or of other objects that have come so far.
type boundPods struct {
	stop func()
	mark []byte

	mu    sync.Mutex
	times map[string]time.Time // by namespace/name, the first
	count int
	wake  chan struct{} // closed and replaced at each arrival
	ended error
}

// watchBound watches the pods that have a node.
func (c *caller) watchBound(ctx context.Context) (*boundPods, error) {
	return c.watchFor(ctx, "/api/v1/pods?watch=1&fieldSelector=spec.nodeName!%3D", mediaMeta, added)
}

// watchTried watches the pods that the scheduler has looked at, whatever came of it.
func (c *caller) watchTried(ctx context.Context) (*boundPods, error) {
	return c.watchFor(ctx, "/api/v1/pods?watch=1", mediaJSON, []byte(corev1.PodScheduled))
}

// watchFor begins to watch the objects whose events have a mark.
func (c *caller) watchFor(ctx context.Context, path, media string, mark []byte) (*boundPods, error) {
	ctx, cancel := context.WithCancel(ctx)
	res, err := c.open(ctx, 0, path, media)
	if err != nil {
		cancel()
		return nil, err
	}
	b := &boundPods{mark: mark, times: map[string]time.Time{}, wake: make(chan struct{})}
	var done sync.WaitGroup
	b.stop = func() { cancel(); done.Wait() }
	done.Go(func() {
		defer res.Body.Close()
		in := bufio.NewReaderSize(res.Body, 1<<20) // more than a pod has
		for {
			line, err := in.ReadSlice('\n')
			if err == nil {
				err = b.take(line)
			}
			if err != nil {
				b.end(fmt.Errorf("the watch of bound pods ended: %w", err))
				return
			}
		}
	})
	return b, nil
}

var added = []byte(`"ADDED"`) // never changed

func (b *boundPods) take(line []byte) error {
	if !bytes.Contains(line, b.mark) {
		return nil
	}
	var ev struct {
		Object struct {
			Metadata struct{ Name, Namespace string }
		}
	}
	if err := json.Unmarshal(line, &ev); err != nil {
		return err
	}
	m := ev.Object.Metadata
	if m.Namespace == flood {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, known := b.times[m.Namespace+"/"+m.Name]; known {
		return nil
	}
	b.times[m.Namespace+"/"+m.Name] = time.Now()
	b.count++
	close(b.wake)
	b.wake = make(chan struct{})
	return nil
}

func (b *boundPods) end(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = err
	close(b.wake)
	b.wake = make(chan struct{})
}

// await waits until so many pods have been seen.
func (b *boundPods) await(ctx context.Context, n int) error {
	return b.until(ctx, func() bool { return b.count >= n }, func() string { return fmt.Sprintf("%d of %d objects were seen", b.count, n) })
}

// awaitAll waits until each of the pods has been seen.
func (b *boundPods) awaitAll(ctx context.Context, pods []*corev1.Pod) error {
	i := 0 // all before have been
	return b.until(ctx, func() bool {
		for i < len(pods) && !b.times[pods[i].Namespace+"/"+pods[i].Name].IsZero() {
			i++
		}
		return i == len(pods)
	}, func() string { return fmt.Sprintf("pod %s/%s was not seen", pods[i].Namespace, pods[i].Name) })
}

// until waits until done, which it calls with the lock, as tell.
func (b *boundPods) until(ctx context.Context, done func() bool, tell func() string) error {
	limit := time.NewTimer(placeLimit)
	defer limit.Stop()
	for {
		b.mu.Lock()
		ok, wake, err := done(), b.wake, b.ended
		b.mu.Unlock()
		switch {
		case ok:
			return nil
		case err != nil:
			return err
		}
		select {
		case <-wake:
			continue
		case <-limit.C:
			err = fmt.Errorf("in %s", placeLimit)
		case <-ctx.Done():
			err = ctx.Err()
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		return fmt.Errorf("%s: %w", tell(), err)
	}
}

// forget begins to count anew.
func (b *boundPods) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.times, b.count = map[string]time.Time{}, 0
}

// at is when a pod was seen bound.
func (b *boundPods) at(p *corev1.Pod) (time.Time, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t, ok := b.times[p.Namespace+"/"+p.Name]
	return t, ok
}
