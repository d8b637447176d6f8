package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

const (
	// listed pods are what one LIST answers, as in the anchors.
	listed = 10_000
	// filled is how many pods and ConfigMaps there are when memory is read.
	filled = 30_000
	// fillLimit bounds the time of a step that only fills up: what is read afterwards compares only if all is there.
	fillLimit = 5 * time.Minute
)

// apiRun is one measurement of an API server.
type apiRun struct {
	sheet
	c *caller
	// servers are the measured processes.
	servers servers
	ns      string
	// pods and maps count what has been created.
	pods, maps int
}

// API measures requests to the API server, with the loads of the anchors.
func API(ctx context.Context, cfg Config) (err error) {
	s, err := cfg.subject(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	r := &apiRun{sheet: sheet{cfg, "api"}, servers: s.servers}
	if s.own != nil {
		r.add("ready_ms", millis(s.own.ready), "ms", map[string]any{"runs": 1, "directory": "fresh"})
	}
	if r.servers.known() {
		if err := r.idle(ctx, r.servers); err != nil {
			return err
		}
	}
	if r.c, err = connect(s.kubeconfig, connections); err != nil {
		return err
	}
	defer r.c.close()
	var remove func() error
	if r.ns, remove, err = r.c.namespace(ctx); err != nil {
		return err
	}
	if cfg.Kubeconfig != "" { // a server of our own goes as a whole
		defer func() { err = errors.Join(err, remove()) }()
	}
	for _, row := range r.rows(s.kubeconfig) {
		if !cfg.wants(row.name) {
			continue
		}
		// Rows read what earlier ones have made; where those are left out, it is made in silence.
		if err := r.fill(ctx, row.pods, row.maps); err != nil {
			return err
		}
		if err := row.run(ctx); err != nil {
			return err
		}
	}
	return nil
}

// row is one part of the measurement, with the pods and ConfigMaps that there must be before it.
type row struct {
	name       string
	pods, maps int
	run        func(context.Context) error
}

// rows lists the parts in the order in which they are measured: each leaves what the next ones read.
func (r *apiRun) rows(kubeconfig string) []row {
	few := r.cfg.scaled(listed)
	return []row{
		{"configmaps", 0, 0, r.configMaps},
		{"pods", 0, 0, r.createPods},
		{"status", few, 0, r.patchPods},
		{"lists", few, 0, r.listPods},
		{"watch", few, 0, r.watchUpdates},
		{"idle-watchers", few, 0, func(ctx context.Context) error { return r.idleWatchers(ctx, kubeconfig) }},
		{"storm", few, 0, func(ctx context.Context) error { return r.storm(ctx, kubeconfig) }},
		{"memory", 0, 0, r.memory},
	}
}

// APIRows names the parts of API's measurement.
func APIRows() (names []string) {
	for _, row := range (&apiRun{}).rows("") {
		names = append(names, row.name)
	}
	return names
}

// load is bounded by a count and the time of a step.
func (r *apiRun) load(count int) load {
	return load{count: count, limit: r.cfg.Step, servers: r.servers}
}

func (r *apiRun) path(resource string) string { return "/api/v1/namespaces/" + r.ns + "/" + resource }

// create makes objects of a form from a number on.
func (r *apiRun) create(ctx context.Context, l load, resource, form string, from int) (outcome, error) {
	return l.run(ctx, func(ctx context.Context, w, i int) error {
		_, err := r.c.do(ctx, w, http.MethodPost, r.path(resource), mediaJSON, fmt.Sprintf(form, from+i))
		return err
	})
}

func (r *apiRun) configMaps(ctx context.Context) error {
	r.cfg.say("creating and reading ConfigMaps ...")
	o, err := r.create(ctx, r.load(r.cfg.scaled(filled)), "configmaps", configMapBody(), 0)
	if err != nil {
		return err
	}
	r.tell("create_configmap", o, r.servers.known())
	r.maps = o.n
	o, err = r.load(0).run(ctx, func(ctx context.Context, w, i int) error {
		_, err := r.c.do(ctx, w, http.MethodGet, r.path(fmt.Sprintf("configmaps/c%05d", i%r.maps)), mediaJSON, "")
		return err
	})
	if err != nil {
		return err
	}
	r.tell("get_configmap", o, r.servers.known())
	return nil
}

func (r *apiRun) createPods(ctx context.Context) error {
	r.cfg.say("creating pods ...")
	o, err := r.create(ctx, r.load(r.cfg.scaled(listed)), "pods", podBody(), 0)
	if err != nil {
		return err
	}
	r.pods = o.n
	r.tell("create_pod", o, r.servers.known())
	return nil
}

// patchPods does what nodes do: it writes the status of pods.
func (r *apiRun) patchPods(ctx context.Context) error {
	r.cfg.say("patching the status of pods ...")
	o, err := r.load(0).run(ctx, func(ctx context.Context, w, i int) error { return r.patchStatus(ctx, w, i%r.pods) })
	if err != nil {
		return err
	}
	r.tell("patch_pod_status", o, r.servers.known())
	return nil
}

func (r *apiRun) patchStatus(ctx context.Context, worker, pod int) error {
	_, err := r.c.do(ctx, worker, http.MethodPatch, r.path(fmt.Sprintf("pods/p%05d/status", pod)), mediaStrategic, statusBody(time.Now()))
	return err
}

// fill makes pods and ConfigMaps until there are so many of each.
func (r *apiRun) fill(ctx context.Context, pods, maps int) error {
	for _, f := range []struct {
		resource, form string
		have           *int
		want           int
	}{{"pods", podBody(), &r.pods, pods}, {"configmaps", configMapBody(), &r.maps, maps}} {
		if *f.have >= f.want {
			continue
		}
		o, err := r.create(ctx, load{count: f.want - *f.have, limit: fillLimit}, f.resource, f.form, *f.have)
		if err != nil {
			return err
		}
		if *f.have += o.n; *f.have < f.want {
			return fmt.Errorf("only %d of %d %s could be made in %s", *f.have, f.want, f.resource, fillLimit)
		}
	}
	return nil
}

// memory fills the store up and reads what the server then holds.
func (r *apiRun) memory(ctx context.Context) error {
	if !r.servers.known() {
		r.cfg.say("rss_after_load_mib is left out: name the processes of the instance with --pids")
		return nil
	}
	r.cfg.say("filling up for the figure of memory ...")
	if err := r.fill(ctx, r.cfg.scaled(filled), r.cfg.scaled(filled)); err != nil {
		return err
	}
	settle := r.cfg.scaledTime(settle)
	if err := wait(ctx, settle); err != nil {
		return err
	}
	u, err := r.servers.usage()
	if err != nil {
		return err
	}
	params := map[string]any{"pods": r.pods, "configmaps": r.maps, "seconds_after": settle.Seconds()}
	r.add("rss_after_load_mib", mib(u.RSS), "MiB", params)
	r.add("pss_after_load_mib", mib(u.PSS), "MiB", params)
	return nil
}
