package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"time"
)

const (
	// cycleBatch is how many pods live at once: two of each shape.
	cycleBatch = 2 * len(cycleShapes)
	// warmUp are the pods that come and go before anything is counted: pools and caches fill.
	warmUp = 3 * cycleBatch
	// settleTime bounds the wait for what is given back later: threads that end, files that the collector closes.
	settleTime = time.Minute
	settleStep = 500 * time.Millisecond
)

// cycleShape is a kind of pod that comes and goes: what it is made of, and when it has lived long enough.
type cycleShape struct {
	name, spec string
	lived      func(*podSeen) bool
}

// cycleShapes leave behind what pods can leave behind, were it not removed: volumes, probes, several containers, ends by themselves,
// restarts, and a start that is cut off.
var cycleShapes = [...]cycleShape{
	{"serves", `"containers":[{"name":"c","image":%[1]q,"readinessProbe":{"httpGet":{"path":"/","port":8080},"periodSeconds":1}}]`, (*podSeen).ready},
	{"ends", `"restartPolicy":"Never","containers":[{"name":"c","image":%[1]q,"args":["x"]}]`, func(p *podSeen) bool { return p.Status.Phase == "Succeeded" }},
	{"volumes", `"volumes":[{"name":"d","emptyDir":{}},{"name":"m","emptyDir":{"medium":"Memory"}}],"initContainers":[{"name":"i","image":%[1]q,"args":["x"]}],"shareProcessNamespace":true,
"containers":[{"name":"c","image":%[1]q,"volumeMounts":[{"name":"d","mountPath":"/d"},{"name":"m","mountPath":"/m"}]},{"name":"e","image":%[1]q,"args":["x"]}]`,
		func(p *podSeen) bool { return p.Status.Phase == "Running" }},
	{"restarts", `"containers":[{"name":"c","image":%[1]q,"args":["x"]}]`, func(p *podSeen) bool {
		return slices.ContainsFunc(p.Status.ContainerStatuses, func(c containerSeen) bool { return c.RestartCount > 0 })
	}},
	{"cut off", `"containers":[{"name":"c","image":%[1]q}]`, func(*podSeen) bool { return true }},
}

// Cycles lets so many pods come and go on a node and counts what is not given back: see the help of `gantry bench node`. The
// caller is in namespaces of its own, as that of Density.
func Cycles(ctx context.Context, cfg Config, cycles int) error {
	d := &density{sheet: sheet{cfg, "node"}}
	leaked, remains, err := d.live(ctx, func() ([]string, error) {
		leaked, err := d.cycle(ctx, cycles)
		if err != nil {
			d.tellWhy(ctx)
		}
		return leaked, err
	})
	if err != nil {
		return err
	}
	for _, l := range append(leaked, remains...) {
		cfg.say("leaked: %s", l)
	}
	d.add("leaked", float64(len(leaked)+len(remains)), "things", map[string]any{"cycles": cycles, "after_delete": len(leaked), "after_down": len(remains)})
	return os.RemoveAll(d.node.dir)
}

// cycle runs the pods and says what is there that was not before.
func (d *density) cycle(ctx context.Context, cycles int) (leaked []string, err error) {
	for n := 0; n < warmUp; n += cycleBatch {
		if err := d.comeAndGo(ctx, n, cycleBatch); err != nil {
			return nil, err
		}
	}
	before, err := d.settled(ctx, nil)
	if err != nil {
		return nil, err
	}
	d.cfg.say("instance %s: %d pods come and go, %d at once ...", d.id, cycles, cycleBatch)
	begun, mark := time.Now(), time.Now()
	for n := 0; n < cycles; n += cycleBatch {
		if err := d.comeAndGo(ctx, n, min(cycleBatch, cycles-n)); err != nil {
			return nil, err
		}
		if time.Since(mark) > window {
			mark = time.Now()
			d.cfg.say("%6.0fs: %d of %d", time.Since(begun).Seconds(), n, cycles)
		}
	}
	d.add("cycles_per_s", float64(cycles)/time.Since(begun).Seconds(), "1/s", map[string]any{"cycles": cycles, "at_once": cycleBatch})
	after, err := d.settled(ctx, before)
	if err != nil {
		return nil, err
	}
	for _, what := range after.kinds() {
		d.add("held", float64(after[what]), "things", map[string]any{"what": what, "before": before[what], "slack": slackOf[what]})
		if grown := after[what] - before[what]; grown > slackOf[what] {
			leaked = append(leaked, fmt.Sprintf("%s: %d, and %d before", what, after[what], before[what]))
		}
	}
	left, err := d.leftovers()
	return append(leaked, left...), err
}

// comeAndGo makes pods, waits until each has lived, deletes them, and waits until they are gone.
func (d *density) comeAndGo(ctx context.Context, first, count int) error {
	ctx, cancel := context.WithTimeout(ctx, stall)
	defer cancel()
	for i := range count {
		s := i % len(cycleShapes)
		body := fmt.Sprintf(`{"metadata":{"name":"cycle-%d","labels":{"shape":"%d"}},"spec":{"terminationGracePeriodSeconds":1,%s}}`,
			first+i, s, fmt.Sprintf(cycleShapes[s].spec, densityImage))
		if _, err := d.c.do(ctx, i, http.MethodPost, d.path("pods"), mediaJSON, body); err != nil {
			return err
		}
	}
	if err := d.until(ctx, "lived", func(p podSeen) bool {
		i := 0
		_, err := fmt.Sscan(p.Metadata.Labels["shape"], &i)
		return err == nil && cycleShapes[i].lived(&p)
	}); err != nil {
		return err
	}
	if _, err := d.c.do(ctx, 0, http.MethodDelete, d.path("pods"), mediaJSON, ""); err != nil {
		return err
	}
	return d.until(ctx, "gone", func(podSeen) bool { return false })
}

// until waits until all pods that there are satisfy done.
func (d *density) until(ctx context.Context, what string, done func(podSeen) bool) error {
	for {
		pods, err := d.list(ctx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(pods, func(p podSeen) bool { return !done(p) })
		if i < 0 {
			return nil
		}
		if err := wait(ctx, 20*time.Millisecond); err != nil {
			text, _ := json.Marshal(pods[i]) // for people
			return fmt.Errorf("pod %s (%s) has not %s: %w: %s", pods[i].Metadata.Name, pods[i].Metadata.Labels["shape"], what, err, text)
		}
	}
}

// settled counts what the node holds, once that is not much more than before, or settleTime is over.
func (d *density) settled(ctx context.Context, before holdings) (holdings, error) {
	end := time.Now().Add(settleTime)
	for {
		left, err := d.leftovers()
		if err != nil {
			return nil, err
		}
		now, err := d.holdings(ctx)
		if err != nil {
			return nil, err
		}
		fine := len(left) == 0
		for what, n := range now {
			fine = fine && (before == nil || n <= before[what]+slackOf[what])
		}
		if fine || time.Now().After(end) {
			return now, nil
		}
		if err := wait(ctx, settleStep); err != nil {
			return nil, err
		}
	}
}
