package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"gantry.dev/gantry/internal/driver/host"
)

const (
	// listed pods are what one LIST answers, as in the anchors.
	listed = 10_000
	// filled is how many pods and ConfigMaps there are when memory is read.
	filled = 30_000
	// lists are made of each media type, one after the other; the median counts.
	lists = 5
)

// apiRun is one measurement of an API server.
type apiRun struct {
	sheet
	c *caller
	// server is the measured process, zero for an instance that runs elsewhere.
	server int
	ns     string
	// pods and maps count what has been created.
	pods, maps int
}

// API measures requests to the API server, with the loads of the anchors.
func API(ctx context.Context, cfg Config) (err error) {
	r := &apiRun{sheet: sheet{cfg, "api"}}
	kubeconfig := cfg.Kubeconfig
	if kubeconfig == "" {
		i, err := cfg.startServer(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, i.stop()) }()
		kubeconfig, r.server = i.kubeconfig(), i.cmd.Process.Pid
	}
	if r.c, err = connect(kubeconfig); err != nil {
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
	for _, step := range []func(context.Context) error{r.configMaps, r.createPods, r.patchPods, r.listPods, r.watchPods, r.memory} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// load is bounded by a count and the time of a step.
func (r *apiRun) load(count int) load {
	return load{count: count, limit: r.cfg.Step, server: r.server}
}

func (r *apiRun) path(resource string) string { return "/api/v1/namespaces/" + r.ns + "/" + resource }

func (r *apiRun) configMaps(ctx context.Context) error {
	r.cfg.say("creating and reading ConfigMaps ...")
	body := configMapBody()
	o, err := r.load(filled).run(ctx, func(ctx context.Context, w, i int) error {
		_, err := r.c.do(ctx, w, http.MethodPost, r.path("configmaps"), mediaJSON, fmt.Sprintf(body, i))
		return err
	})
	if err != nil {
		return err
	}
	r.tell("create_configmap", o, r.server != 0)
	r.maps = o.n
	o, err = r.load(0).run(ctx, func(ctx context.Context, w, i int) error {
		_, err := r.c.do(ctx, w, http.MethodGet, r.path(fmt.Sprintf("configmaps/c%05d", i%r.maps)), mediaJSON, "")
		return err
	})
	if err != nil {
		return err
	}
	r.tell("get_configmap", o, r.server != 0)
	return nil
}

func (r *apiRun) createPods(ctx context.Context) error {
	r.cfg.say("creating pods ...")
	body := podBody()
	o, err := r.load(listed).run(ctx, func(ctx context.Context, w, i int) error {
		_, err := r.c.do(ctx, w, http.MethodPost, r.path("pods"), mediaJSON, fmt.Sprintf(body, i))
		return err
	})
	if err != nil {
		return err
	}
	r.pods = o.n
	r.tell("create_pod", o, r.server != 0)
	return nil
}

// patchPods does what nodes do: it writes the status of pods.
func (r *apiRun) patchPods(ctx context.Context) error {
	r.cfg.say("patching the status of pods ...")
	o, err := r.load(0).run(ctx, func(ctx context.Context, w, i int) error { return r.patchStatus(ctx, w, i%r.pods) })
	if err != nil {
		return err
	}
	r.tell("patch_pod_status", o, r.server != 0)
	return nil
}

func (r *apiRun) patchStatus(ctx context.Context, worker, pod int) error {
	_, err := r.c.do(ctx, worker, http.MethodPatch, r.path(fmt.Sprintf("pods/p%05d/status", pod)), mediaStrategic, statusBody(time.Now()))
	return err
}

func (r *apiRun) listPods(ctx context.Context) error {
	r.cfg.say("listing pods ...")
	for _, form := range []struct{ name, media string }{{"json", mediaJSON}, {"protobuf", mediaProtobuf}} {
		var took []time.Duration
		var size int64
		for range lists {
			start := time.Now()
			n, err := r.c.do(ctx, 0, http.MethodGet, r.path("pods"), form.media, "")
			if err != nil {
				return err
			}
			took, size = append(took, time.Since(start)), n
		}
		mid := median(took)
		params := map[string]any{"pods": r.pods, "bytes": size, "concurrency": 1, "runs": lists, "compression": false}
		r.add("list_pods_"+form.name+"_mb_per_s", float64(size)/1e6/mid.Seconds(), "MB/s", params)
		r.add("list_pods_"+form.name+"_p50_ms", millis(mid), "ms", params)
	}
	return nil
}

// memory fills the store up and reads what the server then holds.
func (r *apiRun) memory(ctx context.Context) error {
	if r.server == 0 {
		r.cfg.say("rss_after_load_mib is left out: the process of the instance is not ours")
		return nil
	}
	r.cfg.say("filling up for the figure of memory ...")
	more := func(resource, body string, from int) (int, error) {
		if from >= filled {
			return from, nil
		}
		l := r.load(filled - from)
		l.limit *= 3 // more than a measurement: the figure is the more telling, the more there is
		o, err := l.run(ctx, func(ctx context.Context, w, i int) error {
			_, err := r.c.do(ctx, w, http.MethodPost, r.path(resource), mediaJSON, fmt.Sprintf(body, from+i))
			return err
		})
		return from + o.n, err
	}
	var err error
	if r.pods, err = more("pods", podBody(), r.pods); err != nil {
		return err
	}
	if r.maps, err = more("configmaps", configMapBody(), r.maps); err != nil {
		return err
	}
	if err := wait(ctx, settle); err != nil {
		return err
	}
	u, err := host.UsageOf(r.server)
	if err != nil {
		return err
	}
	params := map[string]any{"pods": r.pods, "configmaps": r.maps, "seconds_after": settle.Seconds()}
	r.add("rss_after_load_mib", mib(u.RSS), "MiB", params)
	r.add("pss_after_load_mib", mib(u.PSS), "MiB", params)
	return nil
}
