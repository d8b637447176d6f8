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
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	checks := s.checks(parts[0] == "readyz")
	excluded := c.q.values["exclude"]
	switch len(parts) {
	case 1:
	case 2:
		i := slices.IndexFunc(checks, func(ch Check) bool { return ch.Name == parts[1] })
		if i < 0 {
			return errNoPath
		}
		checks = checks[i : i+1]
	default:
		return errNoPath
	}
	if !slices.Contains([]string{"healthz", "livez", "readyz"}, parts[0]) {
		return errNoPath
	}
	var out strings.Builder
	failed := false
	for _, ch := range checks {
		if slices.Contains(excluded, ch.Name) {
			fmt.Fprintf(&out, "[+]%s excluded: ok\n", ch.Name)
			continue
		}
		if err := ch.Probe(c.r.Context()); err != nil {
			failed = true
			s.Log.Warn("a health check failed", "check", ch.Name, "err", err)
			fmt.Fprintf(&out, "[-]%s failed: reason withheld\n", ch.Name)
			continue
		}
		fmt.Fprintf(&out, "[+]%s ok\n", ch.Name)
	}
	h := c.w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-cache, private")
	code, text := http.StatusOK, "ok"
	_, verbose := c.q.values["verbose"]
	switch {
	case failed:
		code, text = http.StatusInternalServerError, out.String()+parts[0]+" check failed\n"
	case verbose:
		text = out.String() + parts[0] + " check passed\n"
	}
	c.w.WriteHeader(code)
	if c.r.Method == http.MethodHead {
		return nil
	}
	if _, err := c.w.Write([]byte(text)); err != nil {
		s.Log.Debug("a client went away during an answer", "path", c.path, "err", err)
	}
	return nil
}

// checks lists what is asked: our own, then what app gave.
func (s *Server) checks(ready bool) []Check {
	out := []Check{{Name: "ping", Probe: func(context.Context) error { return nil }}}
	if ready {
		out = append(out, Check{Name: "registry", Probe: func(context.Context) error { return s.Registry.Ready() }},
			Check{Name: "shutdown", Probe: func(context.Context) error {
				if s.stopping.Err() != nil {
					return errors.New("the server is shutting down")
				}
				return nil
			}})
	}
	for _, ch := range s.Checks {
		if ready || !ch.ReadyOnly {
			out = append(out, ch)
		}
	}
	return out
}
