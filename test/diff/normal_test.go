package diff

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// shownHeaders are compared; others (dates, lengths, priority levels' ids) differ between any two servers.
var shownHeaders = []string{"Content-Type", "Warning", "Retry-After", "Location", "Allow", "Www-Authenticate", "Cache-Control"}

// hidden are fields whose values are a server's own; that they are there is compared.
var hidden = map[string]bool{
	"uid": true, "creationTimestamp": true, "resourceVersion": true, "deletionTimestamp": true, "time": true, "continue": true, "token": true,
	"lastTransitionTime": true, "lastTimestamp": true, "firstTimestamp": true, "serverAddress": true, "expirationTimestamp": true, "clusterIP": true, "nodePort": true,
}

var patterns = []struct {
	find *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "<uid>"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "<server>"},
	{regexp.MustCompile(`\b10\.(43|9[67])\.\d+\.\d+(/\d+)?\b`), "<clusterIP>"}, // both servers' ranges
	{regexp.MustCompile(`\bfd00:43::[0-9a-f:]*(/\d+)?`), "<clusterIP6>"},
	{regexp.MustCompile(`kube-api-access-[a-z0-9]{5}`), "kube-api-access-<suffix>"},
	{regexp.MustCompile(`X509SHA256=[0-9a-f]{64}`), "X509SHA256=<hash>"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`), "<time>"},
	{regexp.MustCompile(`\(\d{1,10}\)`), "(<n>)"}, // "too old resource version: 1 (27)"
	{regexp.MustCompile(`current: (\d+|\$\{\w+\})`), "current: <n>"},
	{regexp.MustCompile(`object meta: \d+$`), "object meta: <n>"},
	{regexp.MustCompile(`(resourceVersion\\*"?: ?\\*")\d+`), "${1}<n>"},                                                   // in YAML, and in words about a patch
	{regexp.MustCompile(`StorageError: invalid object, Code: 4, Key: \S+, ResourceVersion: 0, AdditionalErrorMsg: `), ""}, // words of etcd's client
	{regexp.MustCompile(`\b\d+:\d{5}/TCP`), "<ports>"},
}

// unserved is in warnings of kinds that nothing acts on yet, which only Gantry gives.
const unserved = "this version of Gantry"

// normal is an answer as text, without what has to differ between two servers.
func normal(s *server, a response) string {
	var out strings.Builder
	fmt.Fprintln(&out, a.status)
	for _, name := range shownHeaders {
		for _, v := range a.header.Values(name) {
			if strings.Contains(v, unserved) {
				continue
			}
			fmt.Fprintf(&out, "%s: %s\n", name, s.own(v))
		}
	}
	out.WriteString(s.body(a))
	return out.String()
}

// body makes JSON readable and comparable; other bodies stay as they are.
func (s *server) body(a response) string {
	if !strings.Contains(a.header.Get("Content-Type"), "json") || a.status == http.StatusNotModified {
		return s.own(a.body)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	for dec := json.NewDecoder(strings.NewReader(a.body)); ; { // a watch has many
		dec.UseNumber()
		var v any
		err := dec.Decode(&v)
		if errors.Is(err, io.EOF) {
			return out.String()
		}
		if err != nil {
			return out.String() + "no JSON: " + a.body
		}
		_ = enc.Encode(s.mask("", v)) // what was decoded can be encoded
	}
}

// mask replaces values that are a server's own.
func (s *server) mask(key string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v)) // keys of field managers' lists hold a server's own, too
		for k := range v {
			out[s.own(k)] = s.mask(k, v[k])
		}
		return out
	case []any:
		if key == "cells" || key == "clusterIPs" {
			for i := range v {
				switch text, ok := v[i].(string); {
				case ok && key == "clusterIPs" && strings.Contains(text, ":"):
					v[i] = "<own IPv6>"
				case ok && (key == "clusterIPs" && text != "None" || key == "cells" && age.MatchString(text)):
					v[i] = "<own>"
				}
			}
		}
		for i := range v {
			v[i] = s.mask("", v[i])
		}
		if key == "managedFields" { // upstream sorts by the second of each change, which two servers need not share
			slices.SortFunc(v, func(a, b any) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		}
		return v
	case string:
		if key == "manager" && (v == "kube-apiserver" || v == "kube-controller-manager") {
			return "<the server>" // the same controllers live in different programs
		}
		if hidden[key] && v != "" && v != "None" {
			return "<" + key + ">"
		}
		return s.own(v)
	case json.Number:
		if key == "nodePort" || key == "healthCheckNodePort" || key == "remainingItemCount" {
			return "<" + key + ">"
		}
	}
	return v
}

var age = regexp.MustCompile(`^(\d+[smhd])+$`)

// own masks a server's own in text, its captured variables first.
func (s *server) own(text string) string {
	for _, name := range slices.Sorted(maps.Keys(s.vars)) {
		if v := s.vars[name]; len(v) > 1 {
			text = regexp.MustCompile(`\b`+regexp.QuoteMeta(v)+`\b`).ReplaceAllLiteralString(text, "${"+name+"}")
		}
	}
	for _, p := range patterns {
		text = p.find.ReplaceAllString(text, p.with)
	}
	return text
}

// field reads a value of a JSON document by a path of names and numbers.
func field(body, path string) string {
	var v any
	if json.Unmarshal([]byte(body), &v) != nil {
		return ""
	}
	for name := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(at) {
				return ""
			}
			v = at[i]
		}
	}
	text, ok := v.(string)
	if !ok {
		return ""
	}
	return text
}

// shownLines bounds what is shown of a difference.
const shownLines = 60

// unified shows where two texts differ, by the longest common sequence of their lines.
func unified(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	const most = 2000 // lines: the table below is their square
	x, y = x[:min(len(x), most)], y[:min(len(y), most)]
	common := make([][]int16, len(x)+1)
	for i := range common {
		common[i] = make([]int16, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out []string
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		switch {
		case i < len(x) && j < len(y) && x[i] == y[j]:
			out = append(out, "  "+x[i])
			i, j = i+1, j+1
		case j == len(y) || i < len(x) && common[i+1][j] >= common[i][j+1]:
			out = append(out, "- "+x[i])
			i++
		default:
			out = append(out, "+ "+y[j])
			j++
		}
	}
	out = slices.DeleteFunc(out, func(l string) bool { return strings.HasPrefix(l, "  ") && len(out) > shownLines })
	if len(out) > shownLines {
		out = append(out[:shownLines], fmt.Sprintf("... and %d lines more", len(out)-shownLines))
	}
	return strings.Join(out, "\n")
}
