package bench

import (
	"fmt"
	"strings"
)

// SchedTableHead is the head of a Markdown table with a row for each workload, as SchedRow makes them.
const SchedTableHead = "| workload | measured | nodes, pods before, measured | pods/s | p99, ms | CPU-ms per pod: server, client | MiB | load | upstream CI | times |\n" +
	"|---|---|---|---|---|---|---|---|---|---|\n"

// SchedRow is the row of a workload: its figures, or why there are none. Alone there is no client, and MiB is the heap of the brain with
// the pods that it holds; with a server it is the server's PSS. Load is the load average of the machine when it ended.
func SchedRow(w Workload, figures []Figure, err error) string {
	if err != nil {
		return fmt.Sprintf("| %s | %s | %s | | | | | | | |\n", w.Name, w.mode(), strings.ReplaceAll(firstLine(err.Error()), "|", "/"))
	}
	value, params := map[string]float64{}, map[string]any{}
	for _, f := range figures {
		value[f.Metric] = f.Value
		if f.Metric == "pods_per_s" {
			params = f.Params
		}
	}
	cpu := fmt.Sprintf("%.4f", value["cpu_ms_per_pod"])
	if client, ok := value["client_cpu_ms_per_pod"]; ok {
		cpu = fmt.Sprintf("%.2f, %.2f", value["cpu_ms_per_pod"], client)
	}
	upstream, times := "", ""
	if peer, ok := params["upstream_ci_pods_per_s"].(float64); ok {
		upstream, times = fmt.Sprintf("%.0f", peer), fmt.Sprintf("%.1f", value["pods_per_s"]/peer)
	}
	memory := value["memory_mib"] + value["server_pss_mib"] // one of them
	return fmt.Sprintf("| %s | %s | %v, %v, %v | %.0f | %.0f | %s | %.0f | %.1f | %s | %s |\n", w.Name, w.mode(), params["nodes"], params["init_pods"], params["pods"],
		value["pods_per_s"], value["p99_ms"], cpu, memory, params["load"], upstream, times)
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
