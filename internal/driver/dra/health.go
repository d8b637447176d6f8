package dra

import (
	"maps"
	"slices"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	corev1 "k8s.io/api/core/v1"
	healthpb "k8s.io/kubelet/pkg/apis/dra-health/v1alpha1"
)

const (
	// healthTimeout is how long a word on a device's health holds if the driver does not say; kubelet's.
	healthTimeout = 30 * time.Second
	// healthRetry is the pause before a driver is asked again to tell of its devices, as kubelet's.
	healthRetry = 5 * time.Second
)

// health is what was last heard of a device.
type health struct {
	status  corev1.ResourceHealthStatus
	message string
	heard   time.Time
	holds   time.Duration
}

// Health is what is known of a device now.
func (m *Manager) Health(d Device) (corev1.ResourceHealthStatus, string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h, ok := m.health[d]
	if !ok || time.Since(h.heard) > h.holds {
		return corev1.ResourceHealthStatusUnknown, ""
	}
	return h.status, h.message
}

// watchHealth follows what a driver says of its devices. Most drivers say nothing.
func (m *Manager) watchHealth(d *driver) {
	client := healthpb.NewDRAResourceHealthClient(d.conn)
	for d.ctx.Err() == nil {
		stream, err := client.NodeWatchResources(d.ctx, &healthpb.NodeWatchResourcesRequest{})
		for err == nil {
			var res *healthpb.NodeWatchResourcesResponse
			if res, err = stream.Recv(); err == nil {
				m.hear(d.name, res.Devices)
			}
		}
		m.unhear(d.name)
		if status.Code(err) == codes.Unimplemented {
			return
		}
		select {
		case <-d.ctx.Done():
		case <-time.After(healthRetry):
		}
	}
}

// hear takes what a driver says, and tells whose devices have changed.
func (m *Manager) hear(driver string, devices []*healthpb.DeviceHealth) {
	changed := map[Device]bool{}
	m.mu.Lock()
	for _, d := range devices {
		id := Device{driver, d.GetDevice().GetPoolName(), d.GetDevice().GetDeviceName()}
		h := health{message: d.Message, heard: time.Now(), holds: time.Duration(d.HealthCheckTimeoutSeconds) * time.Second}
		if h.holds <= 0 {
			h.holds = healthTimeout
		}
		if at := time.Unix(d.LastUpdatedTime, 0); d.LastUpdatedTime > 0 && at.Before(h.heard) {
			h.heard = at
		}
		switch d.Health {
		case healthpb.HealthStatus_HEALTHY:
			h.status = corev1.ResourceHealthStatusHealthy
		case healthpb.HealthStatus_UNHEALTHY:
			h.status = corev1.ResourceHealthStatusUnhealthy
		default:
			h.status = corev1.ResourceHealthStatusUnknown
		}
		if was := m.health[id]; was.status != h.status || was.message != h.message {
			changed[id] = true
		}
		m.health[id] = h
	}
	pods := m.podsWith(changed)
	m.mu.Unlock()
	if len(pods) > 0 {
		m.c.Changed(pods)
	}
}

// unhear forgets what a driver has said.
func (m *Manager) unhear(driver string) {
	m.mu.Lock()
	lost := map[Device]bool{}
	for d := range m.health {
		if d.Driver == driver {
			lost[d] = true
			delete(m.health, d)
		}
	}
	pods := m.podsWith(lost)
	m.mu.Unlock()
	if len(pods) > 0 {
		m.c.Changed(pods)
	}
}

// podsWith are the pods that have one of the devices. The caller holds mu.
func (m *Manager) podsWith(devices map[Device]bool) []string {
	pods := map[string]bool{}
	for _, c := range m.claims {
		if slices.ContainsFunc(c.Devices, func(p Prepared) bool { return devices[p.Device] }) {
			for _, p := range c.Pods {
				pods[p] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(pods))
}
