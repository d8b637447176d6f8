package apiserver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Check is one thing that must hold for the server to be well.
type Check struct {
	Name string
	// ReadyOnly checks say that the server should get no traffic now, not that it should be restarted.
	ReadyOnly bool
	Probe     func(context.Context) error
}

// health answers /healthz, /livez and /readyz, and single checks below them.
func (s *Server) health(c *call, path string) error {
	endpoint, name, single := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if !slices.Contains([]string{"healthz", "livez", "readyz"}, endpoint) {
		return errNoPath
	}
	checks := s.checks(endpoint)
	if single {
		i := slices.IndexFunc(checks, func(ch Check) bool { return ch.Name == name })
		if i < 0 {
			return errNoPath
		}
		if err := s.examine(c, endpoint, checks[i]); err != nil {
			return s.healthAnswer(c, http.StatusInternalServerError, fmt.Sprintf("internal server error: %v\n", err))
		}
		return s.healthAnswer(c, http.StatusOK, "ok")
	}
	report, failed := s.probe(c, endpoint, checks)
	_, verbose := c.q.values["verbose"]
	switch {
	case failed:
		return s.healthAnswer(c, http.StatusInternalServerError, report+endpoint+" check failed\n")
	case verbose:
		return s.healthAnswer(c, http.StatusOK, report+endpoint+" check passed\n")
	}
	return s.healthAnswer(c, http.StatusOK, "ok")
}

// probe asks the checks that the request does not exclude, and reports a line for each.
func (s *Server) probe(c *call, endpoint string, checks []Check) (report string, failed bool) {
	unknown := slices.Compact(slices.Sorted(slices.Values(c.q.values["exclude"])))
	excluded := slices.Clone(unknown)
	var out strings.Builder
	for _, ch := range checks {
		if slices.Contains(excluded, ch.Name) {
			unknown = slices.DeleteFunc(unknown, func(name string) bool { return name == ch.Name })
			fmt.Fprintf(&out, "[+]%s excluded: ok\n", ch.Name)
			continue
		}
		if err := s.examine(c, endpoint, ch); err != nil {
			failed = true
			s.Log.Warn("a health check failed", "check", ch.Name, "err", err)
			fmt.Fprintf(&out, "[-]%s failed: reason withheld\n", ch.Name) // anybody may ask
			continue
		}
		fmt.Fprintf(&out, "[+]%s ok\n", ch.Name)
	}
	if len(unknown) > 0 {
		fmt.Fprintf(&out, "warn: some health checks cannot be excluded: no matches for \"%s\"\n", strings.Join(unknown, `", "`))
	}
	return out.String(), failed
}

// examine makes one check and counts its outcome.
func (s *Server) examine(c *call, endpoint string, ch Check) error {
	err := ch.Probe(c.r.Context())
	well, status := 1.0, "success"
	if err != nil {
		well, status = 0, "error"
	}
	s.metrics.health.WithLabelValues(ch.Name, endpoint).Set(well)
	s.metrics.healths.WithLabelValues(ch.Name, endpoint, status).Inc()
	return err
}

func (s *Server) healthAnswer(c *call, code int, text string) error {
	h := c.w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-cache, private")
	c.w.WriteHeader(code)
	if c.r.Method == http.MethodHead {
		return nil
	}
	if _, err := c.w.Write([]byte(text)); err != nil {
		s.Log.Debug("a client went away during an answer", "path", c.path, "err", err)
	}
	return nil
}

// donePostStart names what upstream does after its start and others wait for by these names. Here it is done before
// the server listens.
var donePostStart = []string{"rbac/bootstrap-roles", "scheduling/bootstrap-system-priority-classes", "priority-and-fairness-config-producer", "priority-and-fairness-config-consumer", "priority-and-fairness-filter"}

// checks lists what an endpoint asks: upstream's names where the thing exists here, then what app gave.
func (s *Server) checks(endpoint string) []Check {
	well := func(context.Context) error { return nil }
	stored := func(context.Context) error { return s.Registry.Ready() }
	out := []Check{{Name: "ping", Probe: well}, {Name: "log", Probe: well}, {Name: "etcd", Probe: stored}}
	if endpoint == "readyz" {
		out = append(out, Check{Name: "etcd-readiness", Probe: stored}, Check{Name: "informer-sync", Probe: stored})
	}
	for _, name := range donePostStart {
		out = append(out, Check{Name: "poststarthook/" + name, Probe: well})
	}
	for _, ch := range s.Checks {
		if endpoint == "readyz" || !ch.ReadyOnly {
			out = append(out, ch)
		}
	}
	if endpoint == "readyz" {
		out = append(out, Check{Name: "shutdown", Probe: func(context.Context) error {
			if s.stopping.Err() != nil {
				return errors.New("the server is shutting down")
			}
			return nil
		}})
	}
	return out
}
