package dra

import (
	"context"
	"time"

	"google.golang.org/grpc/connectivity"
)

// Pods must not be scheduled for devices of a driver that is not there. A driver that is away for a moment is being replaced.

// wipeRetry is the pause after a removal of ResourceSlices that failed.
const wipeRetry = 5 * time.Second

// mourn has the ResourceSlices of a driver removed if it does not come back; those of an empty name at once.
func (m *Manager) mourn(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.wipes[name] != nil || m.life.Err() != nil {
		return
	}
	ctx, cancel := context.WithCancel(m.life)
	m.wipes[name] = cancel
	m.work.Go(func() { m.wipe(ctx, name) })
}

// mournUnless is mourn, if no registration of the driver answers.
func (m *Manager) mournUnless(name string) {
	m.mu.Lock()
	up := false
	for _, d := range m.drivers[name] {
		up = up || d.conn.GetState() == connectivity.Ready
	}
	m.mu.Unlock()
	if !up {
		m.mourn(name)
	}
}

// comfort calls the removal off: the driver is there.
func (m *Manager) comfort(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if cancel := m.wipes[name]; cancel != nil {
		cancel()
		delete(m.wipes, name)
	}
}

func (m *Manager) wipe(ctx context.Context, name string) {
	wait := goneAfter
	if name == "" {
		wait = 0
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		err := m.c.Gone(ctx, name)
		if err == nil {
			m.comfort(name)
			return
		}
		if ctx.Err() == nil {
			m.c.Log.Warn("removing the ResourceSlices of a DRA driver that has gone", "driver", name, "err", err)
		}
		wait = wipeRetry
	}
}
