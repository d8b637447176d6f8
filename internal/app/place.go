package app

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/driver/extender"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/deschedule"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/scheduler"
	"gantry.dev/gantry/internal/scheduler/profiles"
)

// configureScheduler has a scheduler do what the file of a KubeSchedulerConfiguration says; "" says nothing.
func configureScheduler(c *scheduler.Config, file string) error {
	cores := runtime.GOMAXPROCS(0)
	if file == "" {
		c.Cores = min(cores, profiles.DefaultParallelism)
		return nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("scheduler configuration: %w", err)
	}
	out, err := profiles.Read(raw)
	if err != nil {
		return fmt.Errorf("scheduler configuration %s: %w", file, err)
	}
	for _, cfg := range out.Extenders {
		e, err := extender.New(cfg)
		if err != nil {
			return fmt.Errorf("scheduler configuration %s: %w", file, err)
		}
		c.Extenders = append(c.Extenders, e)
	}
	for _, f := range out.Unused {
		c.Log.Warn("scheduler configuration: a field is without effect", "file", file, "field", f)
	}
	c.Profiles, c.Backoff = out.Profiles, scheduler.Backoff(out.Backoff)
	c.Cores = min(cores, out.Parallelism)
	return nil
}

// deschedulerPolicy reads the file of a DeschedulerPolicy; nil for "".
func deschedulerPolicy(file string, every time.Duration) (*deschedule.Policy, error) {
	if file == "" {
		if every != 0 {
			return nil, errors.New("--descheduling-interval: there is no --descheduler-policy")
		}
		return nil, nil
	}
	if every < 0 || every > 0 && every < time.Second {
		return nil, fmt.Errorf("--descheduling-interval %s: want a second or more", every)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("descheduler policy: %w", err)
	}
	p, err := deschedule.Read(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return p, nil
}

// namesShown bounds the nodes that are named for one reason.
const namesShown = 5

// explainPlace says where a pod that has no node would go now, or for each class of nodes the first filter that refuses them
// and what would have to change.
func (s *Server) explainPlace(b *strings.Builder, key api.Key, pod *corev1.Pod) {
	if pod.Spec.NodeName != "" || pod.DeletionTimestamp != nil || plan.Terminated(pod) {
		return
	}
	switch {
	case !s.whatIf.Schedules(pod.Spec.SchedulerName):
		fmt.Fprintf(b, "    nobody here schedules for %q\n", pod.Spec.SchedulerName)
		return
	case len(pod.Spec.SchedulingGates) > 0:
		fmt.Fprintf(b, "    it waits for its scheduling gate %s to be removed; without it:\n", pod.Spec.SchedulingGates[0].Name)
	}
	if group, ok := gang.Of(key.Cluster, pod); ok {
		fmt.Fprintf(b, "    it is one of the group %s, whose pods get nodes together; what follows is said of it alone\n", group.Name)
	}
	writeAnswer(b, s.whatIf.WhatIf(key.Cluster, pod))
}

func writeAnswer(b *strings.Builder, a schedule.Answer) {
	when := "now"
	if a.Held != "" {
		fmt.Fprintf(b, "    it has to wait: %s\n      would help: pods of the quota that leave, or a greater max\n", a.Held)
		when = "but for that"
	}
	switch {
	case a.Never != "":
		fmt.Fprintf(b, "    no node will do: %s\n", a.Never)
	case a.Fitting > 0:
		fmt.Fprintf(b, "    %s it would go to %s, of %d nodes that would do\n", when, a.Node, a.Fitting)
	case a.Node != "":
		fmt.Fprintf(b, "    it would go to %s, once these pods of lower priority have left:", a.Node)
		for _, p := range a.Leave {
			fmt.Fprintf(b, " %s/%s", p.Namespace, p.Name)
		}
		b.WriteByte('\n')
	case len(a.Refused) == 0:
		b.WriteString("    there are no nodes\n")
	}
	for _, r := range a.Refused {
		names := strings.Join(r.Nodes[:min(len(r.Nodes), namesShown)], ", ")
		if more := len(r.Nodes) - namesShown; more > 0 {
			names += fmt.Sprintf(" and %d more", more)
		}
		fmt.Fprintf(b, "    %d node(s) refused by %s: %s (%s)\n      would help: %s\n", len(r.Nodes), r.Plugin, strings.Join(r.Reasons, ", "), names, r.Change)
	}
}
