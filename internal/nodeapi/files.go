package nodeapi

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/pprof"
	"strings"

	"gantry.dev/gantry/internal/driver/container"
)

// hostLogs is what the machine's own log directory is served from.
const hostLogs = "/var/log"

// runOutput bounds what /run answers with; a program that says more is better run with exec.
const runOutput = 10 << 20

// debugging registers what kubelet offers to those who look for a fault.
func (s *Server) debugging(mux *http.ServeMux) {
	mux.Handle("GET /logs/", http.StripPrefix("/logs/", s.machine))
	mux.HandleFunc("GET /configz", s.configz)
	mux.HandleFunc("POST /run/{namespace}/{pod}/{container}", s.run)
	mux.HandleFunc("POST /run/{namespace}/{pod}/{uid}/{container}", s.run)
	mux.HandleFunc("POST /checkpoint/{namespace}/{pod}/{container}", s.checkpoint)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	for name, h := range map[string]http.HandlerFunc{"cmdline": pprof.Cmdline, "profile": pprof.Profile, "symbol": pprof.Symbol, "trace": pprof.Trace} {
		mux.HandleFunc("GET /debug/pprof/"+name, h)
	}
}

// configz answers with the settings that the node works by, as a KubeletConfiguration.
func (s *Server) configz(w http.ResponseWriter, _ *http.Request) {
	s.answer(w, map[string]any{"kubeletconfig": s.agent.Configuration()})
}

// run runs a command in a container to its end and answers with what it said.
func (s *Server) run(w http.ResponseWriter, r *http.Request) {
	id, _, err := s.agent.RunningContainer(r.PathValue("namespace"), r.PathValue("pod"), r.PathValue("container"))
	if err != nil {
		refuse(w, err)
		return
	}
	cmd := strings.Fields(r.FormValue("cmd"))
	if len(cmd) == 0 {
		http.Error(w, "cmd: want a command", http.StatusBadRequest)
		return
	}
	out, err := s.runToEnd(r.Context(), id, cmd)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if _, err := w.Write(out); err != nil {
		s.log.Debug("answering was cut off", "err", err)
	}
}

func (s *Server) runToEnd(ctx context.Context, id string, cmd []string) ([]byte, error) {
	proc, err := s.containers.Exec(ctx, id, container.ExecSpec{Args: cmd, Stdout: true, TTY: false})
	if err != nil {
		return nil, err
	}
	defer proc.Close()
	var out bytes.Buffer
	if _, err := io.Copy(&out, io.LimitReader(proc.Stdout(), runOutput)); err != nil {
		return nil, fmt.Errorf("reading the output of %q: %w", cmd, err)
	}
	if n, err := io.Copy(io.Discard, proc.Stdout()); err != nil || n > 0 {
		return nil, fmt.Errorf("%q said more than %d bytes", cmd, runOutput)
	}
	exit, err := proc.Wait(ctx)
	if err != nil {
		return nil, err
	}
	if exit.Code != 0 {
		return nil, fmt.Errorf("command %q exited with %d: %s", strings.Join(cmd, " "), exit.Code, out.Bytes())
	}
	return out.Bytes(), nil
}

// checkpoint refuses, as a kubelet whose runtime cannot do it.
func (s *Server) checkpoint(w http.ResponseWriter, r *http.Request) {
	ns, pod, name := r.PathValue("namespace"), r.PathValue("pod"), r.PathValue("container")
	if _, _, err := s.agent.RunningContainer(ns, pod, name); err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	http.Error(w, fmt.Sprintf("checkpointing of %s/%s/%s failed (this node's runtime does not support checkpoints)", ns, pod, name), http.StatusInternalServerError)
}
