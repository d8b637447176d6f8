package apiserver

import (
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	kschema "k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/fair"
)

// flowDumps is where upstream tells how its priority levels stand, in tables for people.
const flowDumps = "/debug/api_priority_and_fairness/"

// dumpFlows answers there.
func (s *Server) dumpFlows(c *call, what string) error {
	if s.gate == nil {
		return errNoPath
	}
	levels, _ := s.gate.Report(c.cluster, time.Now())
	var rows [][]string
	switch what {
	case "dump_priority_levels":
		rows = dumpLevels(levels)
	case "dump_queues":
		rows = dumpQueues(levels)
	case "dump_requests":
		rows = dumpRequests(levels, c.q.get("includeRequestDetails") != "")
	default:
		return errNoPath
	}
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 8, 0, 1, ' ', 0)
	for _, r := range rows {
		if _, err := w.Write([]byte(strings.Join(r, ",\t") + "\n")); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return plain(c, out.String())
}

func dumpLevels(levels []fair.LevelReport) [][]string {
	rows := [][]string{{"PriorityLevelName", "ActiveQueues", "IsIdle", "IsQuiescing", "WaitingRequests", "ExecutingRequests",
		"DispatchedRequests", "RejectedRequests", "TimedoutRequests", "CancelledRequests"}}
	for i := range levels {
		l, active := &levels[i], 0
		for _, q := range l.Queues {
			if len(q.Waiting) > 0 {
				active++
			}
		}
		rows = append(rows, []string{l.Name, strconv.Itoa(active), strconv.FormatBool(l.Idle), strconv.FormatBool(l.Quiescing), strconv.Itoa(l.Waiting), strconv.Itoa(l.Running),
			count(l.Dispatched), count(l.Rejected), "0", count(l.Cancelled)}) // who waited too long is among the cancelled, as upstream
	}
	return rows
}

func count(n uint64) string { return strconv.FormatUint(n, 10) }

func dumpQueues(levels []fair.LevelReport) [][]string {
	rows := [][]string{{"PriorityLevelName", "Index", "PendingRequests", "ExecutingRequests", "SeatsInUse", "NextDispatchR", "InitialSeatsSum", "MaxSeatsSum", "TotalWorkSum"}}
	for i := range levels {
		for n, q := range levels[i].Queues {
			rows = append(rows, []string{levels[i].Name, strconv.Itoa(n), strconv.Itoa(len(q.Waiting)), strconv.Itoa(len(q.Running)), strconv.Itoa(q.Seats),
				q.Next, strconv.Itoa(q.InitialSeats), strconv.Itoa(q.SeatsWaiting), q.Work})
		}
	}
	return rows
}

func dumpRequests(levels []fair.LevelReport, details bool) [][]string {
	head := []string{"PriorityLevelName", "FlowSchemaName", "QueueIndex", "RequestIndexInQueue", "FlowDistingsher", "ArriveTime", "InitialSeats", "FinalSeats", "AdditionalLatency", "StartTime"}
	if details {
		head = append(head, "UserName", "Verb", "APIPath", "Namespace", "Name", "APIVersion", "Resource", "SubResource")
	}
	rows := [][]string{head}
	add := func(level string, queue, place int, r *fair.RequestReport) {
		row := []string{level, r.Schema, strconv.Itoa(queue), strconv.Itoa(place), r.Distinguisher, r.Arrived.UTC().Format(time.RFC3339Nano),
			strconv.Itoa(r.Width.Initial), strconv.Itoa(r.Width.Final), r.Width.Linger.String(), r.Started.UTC().Format(time.RFC3339Nano)}
		if details {
			row = append(row, r.User, r.Verb, r.Path, r.Namespace, r.Name, kschema.GroupVersion{Group: r.Group, Version: r.Version}.String(), r.Resource, r.Subresource)
		}
		rows = append(rows, row)
	}
	for i := range levels {
		l := &levels[i]
		for n := range l.Queues {
			q := &l.Queues[n]
			for place := range q.Waiting {
				add(l.Name, n, place, &q.Waiting[place])
			}
			for j := range q.Running {
				add(l.Name, n, -1, &q.Running[j])
			}
		}
	}
	return rows
}
