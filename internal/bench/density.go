package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	// densityIdle is how long the node is left alone before and while its idle use is measured.
	densityIdle = 30 * time.Second
	// densityProbed is how many pods have http probes and stand behind the Service, as far as there are so many.
	densityProbed = 500
	densityImage  = "bench.gantry.dev/tiny:1"
	// leastMemory of the machine stops the growth, as it is shared, and noMemory ends the run.
	leastMemory = 2 << 30
	noMemory    = 1 << 30
)

// density is one run of many pods on one node.
type density struct {
	sheet
	// pods is how many there are; fewer than wanted if memory did not last.
	pods, wanted int
	node         *wholeNode
	// id is the instance's, in the names of all that it has in the kernel; pid its process.
	id     string
	pid    int
	c      *caller
	ns     string
	probed int
	// process is what a process of the pods' program takes without a container, in KiB.
	process float64
}

// Density fills a node with pods and measures what they cost and how they behave: see the help of `gantry bench density`.
// The caller is in network and mount namespaces of its own, below a cgroup that bounds memory and processes.
func Density(ctx context.Context, cfg Config, pods int) error {
	d := &density{sheet: sheet{cfg, "density"}, pods: pods, wanted: pods, probed: min(densityProbed, pods)}
	left, after, err := d.live(ctx, func() ([]string, error) {
		err := d.measure(ctx)
		if err != nil {
			d.tellWhy(ctx)
		}
		left, lerr := d.leftovers()
		return left, errors.Join(err, lerr)
	}, "--max-pods", strconv.Itoa(pods+1))
	if err != nil {
		return err
	}
	for _, l := range append(left, after...) {
		cfg.say("left over: %s", l)
	}
	d.add("leftovers", float64(len(left)+len(after)), "things", map[string]any{"after_delete": len(left), "after_down": len(after)})
	return os.RemoveAll(d.node.dir)
}

// live starts the node, has f use it and say what is there too much, and takes it down; remains is what is left of it then. The
// node's directory is left to the caller, unless there is an error.
func (d *density) live(ctx context.Context, f func() (left []string, err error), args ...string) (left, remains []string, err error) {
	if d.node, err = d.cfg.startNode(ctx, args...); err != nil {
		return nil, nil, err
	}
	stopped := false
	defer func() {
		if !stopped {
			err = errors.Join(err, d.node.stop(ctx))
		}
	}()
	if err := d.prepare(ctx); err != nil {
		return nil, nil, err
	}
	defer d.c.close()
	left, err = f()
	stopped = true
	if err := errors.Join(err, d.node.down(ctx)); err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(d.node.dir))
	}
	remains, err = d.remains()
	return left, remains, err
}

// logTail is how much of the node's log is shown when a run fails.
const logTail = 4 << 10

// tellWhy shows what helps to understand a failure: a pod that does not run, and the end of the node's log.
func (d *density) tellWhy(ctx context.Context) {
	for i := range d.pods {
		p, err := d.get(ctx, podName(i))
		if err != nil || p.Status.Phase == "Running" {
			continue
		}
		if res, err := d.c.open(ctx, 0, d.path("events?limit=20&fieldSelector=involvedObject.name%3D"+podName(i)), mediaJSON); err == nil {
			b, _ := io.ReadAll(res.Body) // for people
			res.Body.Close()
			d.cfg.say("pod %s: %+v\n%s", podName(i), p.Status, b)
		}
		break
	}
	if b, err := os.ReadFile(filepath.Join(d.node.data, "gantry.log")); err == nil {
		d.cfg.say("the node's log ends:\n%s", b[max(0, len(b)-logTail):])
	}
}

// prepare reads who the instance is, and makes the image, the namespace and the Service.
func (d *density) prepare(ctx context.Context) error {
	b, err := os.ReadFile(filepath.Join(d.node.data, "instance.json"))
	if err != nil {
		return err
	}
	var in struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(b, &in); err != nil || in.ID == "" {
		return fmt.Errorf("%s names no instance: %w", d.node.data, err)
	}
	d.id = in.ID
	if b, err = os.ReadFile(filepath.Join(d.node.data, "gantry.pid")); err != nil {
		return err
	}
	if d.pid, err = strconv.Atoi(strings.TrimSpace(string(b))); err != nil {
		return fmt.Errorf("gantry.pid: %w", err)
	}
	program, err := tiny(tinyPort)
	if err != nil {
		return err
	}
	if err := d.node.buildImage(ctx, densityImage, program); err != nil {
		return err
	}
	if d.c, err = connect(d.node.kubeconfig(), connections); err != nil {
		return err
	}
	if d.ns, _, err = d.c.namespace(ctx); err != nil {
		return err
	}
	_, err = d.c.do(ctx, 0, http.MethodPost, d.path("services"), mediaJSON,
		fmt.Sprintf(`{"metadata":{"name":"web"},"spec":{"selector":{"probed":"yes"},"ports":[{"port":80,"targetPort":%d}]}}`, tinyPort))
	return err
}

// measure is the whole life: start, idle, use, delete.
func (d *density) measure(ctx context.Context) error {
	if err := d.processCost(ctx); err != nil {
		return err
	}
	span := d.cfg.scaledTime(densityIdle) // also for the kernel to take back what those processes had
	d.cfg.say("instance %s: waiting %s before the first pod ...", d.id, span)
	if err := wait(ctx, span); err != nil {
		return err
	}
	before, err := d.weigh(ctx)
	if err != nil {
		return err
	}
	if err := d.start(ctx); err != nil {
		return err
	}
	if err := d.startCPU(before); err != nil {
		return err
	}
	d.cfg.say("waiting %s with all pods running ...", 2*span)
	if err := wait(ctx, span); err != nil {
		return err
	}
	if err := d.idleCPU(ctx, span); err != nil {
		return err
	}
	after, err := d.weigh(ctx)
	if err != nil {
		return err
	}
	d.tellMemory(before, after)
	if err := d.use(ctx); err != nil {
		return err
	}
	return d.deleteAll(ctx)
}

// path of a resource in the run's namespace.
func (d *density) path(resource string) string {
	return "/api/v1/namespaces/" + d.ns + "/" + resource
}

func podName(i int) string { return fmt.Sprintf("p%05d", i) }

// podBody is the manifest of a pod; the first ones have probes and stand behind the Service.
func (d *density) podBody(i int) string {
	labels, probes := "", ""
	if i < d.probed {
		labels = `,"labels":{"probed":"yes"}`
		probe := fmt.Sprintf(`{"httpGet":{"path":"/","port":%d},"periodSeconds":10}`, tinyPort)
		probes = `,"readinessProbe":` + probe + `,"livenessProbe":` + probe
	}
	return fmt.Sprintf(`{"metadata":{"name":%q%s},"spec":{"terminationGracePeriodSeconds":5,"containers":[{"name":"c","image":%q,"imagePullPolicy":"IfNotPresent"%s}]}}`,
		podName(i), labels, densityImage, probes)
}
