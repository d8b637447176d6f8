package nodeapi

import (
	"fmt"
	"net/url"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// logOptions are what a reader of a log asks for.
type logOptions struct {
	follow, previous, timestamps bool
	since                        time.Time
	// tail is the number of last lines, -1 for all; limit the number of bytes, 0 for all.
	tail   int64
	limit  int64
	stream string
}

// parseLogOptions reads the query of a request, with the names of corev1.PodLogOptions.
func parseLogOptions(q url.Values, now time.Time) (logOptions, error) {
	o := logOptions{tail: -1, stream: corev1.LogStreamAll}
	for name, to := range map[string]*bool{"follow": &o.follow, "previous": &o.previous, "timestamps": &o.timestamps} {
		if v := q.Get(name); v != "" {
			b, err := strconv.ParseBool(v)
			if err != nil {
				return o, fmt.Errorf("%s: %q is neither true nor false", name, v)
			}
			*to = b
		}
	}
	number := func(name string, least int64) (int64, bool, error) {
		v := q.Get(name)
		if v == "" {
			return 0, false, nil
		}
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n < least {
			return 0, false, fmt.Errorf("%s: %q is not a number from %d", name, v, least)
		}
		return n, true, nil
	}
	if n, ok, err := number("tailLines", 0); err != nil {
		return o, err
	} else if ok {
		o.tail = n
	}
	// An old name of the same, which kubelet still knows.
	if v := q.Get("tail"); v != "" && v != "all" {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return o, fmt.Errorf("tail: %q is not a number", v)
		}
		o.tail = n
	}
	if n, ok, err := number("limitBytes", 1); err != nil {
		return o, err
	} else if ok {
		o.limit = n
	}
	if n, ok, err := number("sinceSeconds", 1); err != nil {
		return o, err
	} else if ok {
		o.since = now.Add(-time.Duration(n) * time.Second)
	}
	if v := q.Get("sinceTime"); v != "" {
		t, err := time.Parse(time.RFC3339, v)
		if err != nil {
			return o, fmt.Errorf("sinceTime: %w", err)
		}
		o.since = t
	}
	if v := q.Get("stream"); v != "" {
		o.stream = v
	}
	switch o.stream {
	case corev1.LogStreamAll, corev1.LogStreamStdout, corev1.LogStreamStderr:
	default:
		return o, fmt.Errorf("stream: %q is not one of All, Stdout, Stderr", o.stream)
	}
	return o, nil
}
