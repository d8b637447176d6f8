package agent

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// orphanRetry is the pause before what could not be removed is tried again: until a process that hangs in the kernel ends, usually.
const orphanRetry = 30 * time.Second

// removeOrphans removes what no pod of the node owns. What cannot be removed now is tried again until it is gone.
func (a *Agent) removeOrphans(ctx context.Context, f *found) {
	orphans := map[string]bool{}
	note := func(uid string) {
		if uid != "" && a.podOf(types.UID(uid)) == nil {
			orphans[uid] = true
		}
	}
	for uid := range f.sandboxes {
		note(string(uid))
	}
	for _, c := range f.containers {
		note(c.Sandbox)
	}
	for _, ns := range f.namespaces {
		note(ns)
	}
	for _, uid := range f.dirs {
		note(uid)
	}
	for _, l := range f.links {
		note(l.PodUID)
		if l.PodUID == "" {
			if err := a.cfg.Network.DetachLink(l.Link); err != nil {
				a.log.Warn("removing a half-made link", "link", l.Link, "err", err)
			}
		}
	}
	a.removeOrphanLogs()
	a.askOrphans(ctx, f.containers, orphans)
	a.clearOrphans(ctx, f, orphans)
	if len(orphans) > 0 {
		a.start(func() { a.keepClearing(ctx, f, orphans) })
	}
}

func (a *Agent) keepClearing(ctx context.Context, f *found, orphans map[string]bool) {
	tick := time.NewTicker(orphanRetry)
	defer tick.Stop()
	for len(orphans) > 0 {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			a.clearOrphans(ctx, f, orphans)
		}
	}
}

// clearOrphans removes what is left of pods, and from the set those of which nothing is left.
func (a *Agent) clearOrphans(ctx context.Context, f *found, orphans map[string]bool) {
	for uid := range orphans {
		if a.podOf(types.UID(uid)) != nil { // a manifest that was put back: its pod has the UID that it had
			delete(orphans, uid)
			continue
		}
		a.log.Info("removing what is left of a pod that the API does not know", "uid", uid)
		err := a.tearDown(ctx, uid)
		if err == nil {
			err = a.cfg.Volumes.Remove(uid)
		}
		if err != nil {
			a.log.Warn("removing what is left of a pod", "uid", uid, "err", err)
			continue
		}
		delete(orphans, uid)
		a.ids.free(types.UID(uid))
		a.allot.release(types.UID(uid))
		if sb, ok := f.sandboxes[types.UID(uid)]; ok {
			a.ips.free(addressesOf(sb))
		}
		for _, l := range f.links {
			if l.PodUID == uid {
				a.ips.free(l.Addresses)
			}
		}
	}
}
