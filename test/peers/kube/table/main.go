// Table compares measurements of `gantry bench api --json`: medians of the runs of a peer and of ours, with their ratio.
//
//	bench-table PEER.jsonl OURS.jsonl
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
)

// figure is a line of `gantry bench --json`.
type figure struct {
	Metric string  `json:"metric"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
}

// runs are the values of each metric, and the metrics in the order in which they came.
type runs struct {
	values map[string][]float64
	units  map[string]string
	order  []string
}

func read(path string) (*runs, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := &runs{values: map[string][]float64{}, units: map[string]string{}}
	for dec := json.NewDecoder(f); ; {
		var fig figure
		err := dec.Decode(&fig)
		if errors.Is(err, io.EOF) {
			return r, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if _, known := r.units[fig.Metric]; !known {
			r.order = append(r.order, fig.Metric)
			r.units[fig.Metric] = fig.Unit
		}
		r.values[fig.Metric] = append(r.values[fig.Metric], fig.Value)
	}
}

// median is that of a metric's runs.
func (r *runs) median(metric string) (float64, bool) {
	v := slices.Sorted(slices.Values(r.values[metric]))
	if len(v) == 0 {
		return 0, false
	}
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2, true
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: bench-table PEER.jsonl OURS.jsonl")
		os.Exit(2)
	}
	if err := table(os.Stdout, os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "bench-table:", err)
		os.Exit(1)
	}
}

func table(out io.Writer, peerPath, oursPath string) error {
	peer, err := read(peerPath)
	if err != nil {
		return err
	}
	ours, err := read(oursPath)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "metric\tunit\tkube-apiserver+etcd\tgantry\ttimes better\truns\t")
	for _, metric := range ours.order {
		mine, _ := ours.median(metric)
		theirs, both := peer.median(metric)
		ratio := "-"
		if both && mine > 0 && theirs > 0 {
			better := mine / theirs
			if !more(ours.units[metric]) {
				better = 1 / better
			}
			ratio = fmt.Sprintf("%.2f", better)
		}
		left := "-"
		if both {
			left = fmt.Sprintf("%.3f", theirs)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%.3f\t%s\t%d/%d\t\n", metric, ours.units[metric], left, mine, ratio, len(peer.values[metric]), len(ours.values[metric]))
	}
	return w.Flush()
}

// more says that more of a unit is better.
func more(unit string) bool { return strings.HasSuffix(unit, "/s") }
