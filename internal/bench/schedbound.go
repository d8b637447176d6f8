package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// mediaMeta asks for metadata only: a watcher that is cheap enough not to be what is measured.
const mediaMeta = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"

// boundPods is a watch of the pods that have a node.
type boundPods struct {
	stop func()

	mu    sync.Mutex
	times map[string]time.Time // by namespace/name
	count int
	wake  chan struct{} // closed and replaced at each arrival
	ended error
}

// watchBound begins to watch.
func (c *caller) watchBound(ctx context.Context) (*boundPods, error) {
	ctx, cancel := context.WithCancel(ctx)
	res, err := c.open(ctx, 0, "/api/v1/pods?watch=1&fieldSelector=spec.nodeName!%3D", mediaMeta)
	if err != nil {
		cancel()
		return nil, err
	}
	b := &boundPods{times: map[string]time.Time{}, wake: make(chan struct{})}
	var done sync.WaitGroup
	b.stop = func() { cancel(); done.Wait() }
	done.Go(func() {
		defer res.Body.Close()
		in := bufio.NewReaderSize(res.Body, 1<<20)
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
	if !bytes.Contains(line[:min(len(line), 32)], added) {
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

// await waits until so many pods have been seen bound.
func (b *boundPods) await(ctx context.Context, n int) error {
	limit := time.NewTimer(placeLimit)
	defer limit.Stop()
	for {
		b.mu.Lock()
		have, wake, err := b.count, b.wake, b.ended
		b.mu.Unlock()
		switch {
		case have >= n:
			return nil
		case err != nil:
			return err
		}
		select {
		case <-wake:
		case <-limit.C:
			return fmt.Errorf("only %d of %d pods were bound in %s", have, n, placeLimit)
		case <-ctx.Done():
			return errors.Join(ctx.Err(), fmt.Errorf("%d of %d pods were bound", have, n))
		}
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
