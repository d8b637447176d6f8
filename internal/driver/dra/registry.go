package dra

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	registerapi "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

const (
	// lookEvery is how often the directory is read whatever was heard of it: a driver whose handshake failed is tried again.
	lookEvery = 5 * time.Second
	// handshakeTimeout bounds each call of a registration, as kubelet's.
	handshakeTimeout = 10 * time.Second
)

// Serve listens to drivers until ctx ends. Sockets that are there already are taken as well.
func (m *Manager) Serve(ctx context.Context) error {
	if err := os.MkdirAll(m.c.Dir, 0o750); err != nil {
		return fmt.Errorf("DRA drivers: %w", err)
	}
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("DRA drivers: %w", err)
	}
	defer w.Close()
	if err := w.Add(m.c.Dir); err != nil {
		return fmt.Errorf("DRA drivers: watch %s: %w", m.c.Dir, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer m.work.Wait()
	defer cancel()
	m.mu.Lock()
	m.life = ctx
	m.mu.Unlock()
	m.mourn("") // slices of drivers that have gone with an earlier process
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		m.look(ctx)
		select {
		case <-ctx.Done():
			m.hangUpAll()
			return nil
		case <-tick.C:
		case <-w.Events:
		case err := <-w.Errors:
			m.c.Log.Warn("watching for DRA drivers", "dir", m.c.Dir, "err", err)
		}
	}
}

// look compares the sockets of the directory with the drivers that are known.
func (m *Manager) look(ctx context.Context) {
	found := map[string]bool{}
	err := filepath.WalkDir(m.c.Dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type()&fs.ModeSocket != 0 {
			found[path] = true
		}
		return nil // what has gone meanwhile
	})
	if err != nil {
		m.c.Log.Warn("looking for DRA drivers", "dir", m.c.Dir, "err", err)
		return
	}
	m.mu.Lock()
	var lost []*driver
	for _, list := range m.drivers {
		for _, d := range list {
			if !found[d.socket] {
				lost = append(lost, d)
			}
			delete(found, d.socket)
		}
	}
	m.mu.Unlock()
	for _, d := range lost {
		m.remove(d)
	}
	maps.DeleteFunc(m.failed, func(path, _ string) bool { return !found[path] })
	for path := range found {
		err := m.register(ctx, path)
		if err == nil {
			delete(m.failed, path)
		} else if ctx.Err() == nil && m.failed[path] != err.Error() { // the same is not told every few seconds
			m.failed[path] = err.Error()
			m.c.Log.Warn("a DRA driver could not be registered", "socket", path, "err", err)
		}
	}
}

// register makes the acquaintance of the program behind a socket.
func (m *Manager) register(ctx context.Context, socket string) error {
	conn, err := grpc.NewClient("unix:"+socket, grpc.WithTransportCredentials(insecure.NewCredentials())) // a local socket
	if err != nil {
		return err
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(ctx, handshakeTimeout)
	defer cancel()
	client := registerapi.NewRegistrationClient(conn)
	info, err := client.GetInfo(ctx, &registerapi.InfoRequest{})
	if err != nil {
		return fmt.Errorf("GetInfo: %w", err)
	}
	endpoint := info.Endpoint
	if endpoint == "" {
		endpoint = socket
	}
	err = m.add(info, endpoint, socket)
	told := &registerapi.RegistrationStatus{PluginRegistered: err == nil}
	if err != nil {
		told.Error = err.Error()
	}
	if _, terr := client.NotifyRegistrationStatus(ctx, told); terr != nil {
		return errors.Join(err, fmt.Errorf("NotifyRegistrationStatus: %w", terr))
	}
	return err
}

func (m *Manager) add(info *registerapi.PluginInfo, endpoint, socket string) error {
	if info.Type != registerapi.DRAPlugin {
		return fmt.Errorf("a plugin of type %s: this node takes %s here, and device plugins at their own socket", info.Type, registerapi.DRAPlugin)
	}
	if len(info.SupportedVersions) == 0 {
		return fmt.Errorf("DRA driver %s: empty list of supported gRPC services (aka supported versions)", info.Name)
	}
	m.mu.Lock()
	life := m.life
	m.mu.Unlock()
	d, err := dial(life, info.Name, endpoint, socket, info.SupportedVersions, m.tally.measured(info.Name))
	if err != nil {
		return fmt.Errorf("invalid supported gRPC versions of DRA driver plugin %s at endpoint %s: %w", info.Name, endpoint, err)
	}
	m.mu.Lock()
	taken := slices.ContainsFunc(m.drivers[d.name], func(o *driver) bool { return o.endpoint == endpoint })
	if !taken {
		m.drivers[d.name] = append(m.drivers[d.name], d)
	}
	m.mu.Unlock()
	if taken {
		d.hangUp()
		return fmt.Errorf("endpoint %s already registered for DRA driver plugin %s", endpoint, info.Name)
	}
	m.c.Log.Info("a DRA driver registered", "driver", d.name, "endpoint", endpoint)
	m.work.Go(func() {
		d.follow(func(up bool) {
			if up {
				m.comfort(d.name)
			} else {
				m.mournUnless(d.name)
			}
		})
	})
	m.work.Go(func() { m.watchHealth(d) })
	return nil
}

// remove forgets a registration whose socket has gone.
func (m *Manager) remove(d *driver) {
	d.hangUp()
	m.mu.Lock()
	m.drivers[d.name] = slices.DeleteFunc(m.drivers[d.name], func(o *driver) bool { return o == d })
	last := len(m.drivers[d.name]) == 0
	if last {
		delete(m.drivers, d.name)
	}
	m.mu.Unlock()
	m.c.Log.Info("a DRA driver has gone", "driver", d.name, "endpoint", d.endpoint)
	if last {
		m.mourn(d.name)
	}
}

func (m *Manager) hangUpAll() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, list := range m.drivers {
		for _, d := range list {
			d.hangUp()
		}
	}
	clear(m.drivers)
}
