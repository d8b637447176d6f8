package hosts

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// file is a hosts.toml.
type file struct {
	Server string            `toml:"server"`
	fields                   // of the server
	Host   map[string]fields `toml:"host"`
}

// fields are those of one host. Some have two forms.
type fields struct {
	Capabilities []string       `toml:"capabilities"`
	CA           any            `toml:"ca"`
	Client       any            `toml:"client"`
	SkipVerify   bool           `toml:"skip_verify"`
	Header       map[string]any `toml:"header"`
	OverridePath bool           `toml:"override_path"`
	DialTimeout  string         `toml:"dial_timeout"`
}

// parse reads a file; dir is where it lies.
func parse(text []byte, dir string) ([]Host, error) {
	var f file
	d := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(strict.Errors) > 0 {
			return nil, fmt.Errorf("%s: there is no such setting", strings.Join(strict.Errors[0].Key(), "."))
		}
		return nil, err
	}
	order := orderOf(text)
	var out []Host
	for _, u := range slices.SortedFunc(maps.Keys(f.Host), func(a, b string) int {
		return cmp.Or(cmp.Compare(order[a], order[b]), cmp.Compare(a, b))
	}) {
		h, err := f.Host[u].host(u, dir)
		if err != nil {
			return nil, fmt.Errorf("host %q: %w", u, err)
		}
		h.Mirror = true
		out = append(out, h)
	}
	own, err := f.fields.host(f.Server, dir)
	if err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	return append(out, own), nil
}

// orderOf finds in which order the hosts stand in the file, which is that in which they are asked. Maps do not keep it.
func orderOf(text []byte) map[string]int {
	order := map[string]int{}
	var p unstable.Parser
	p.Reset(text)
	for p.NextExpression() {
		e := p.Expression()
		if e.Kind != unstable.Table {
			continue
		}
		var key []string
		for it := e.Key(); it.Next(); {
			key = append(key, string(it.Node().Data))
		}
		if len(key) >= 2 && key[0] == "host" && order[key[1]] == 0 {
			order[key[1]] = len(order) + 1
		}
	}
	return order
}

func (f fields) host(u, dir string) (Host, error) {
	h := Host{Pull: true, Resolve: true}
	if u != "" {
		if err := h.setURL(u, f.OverridePath); err != nil {
			return h, err
		}
	} else if f.OverridePath {
		return h, errors.New("override_path without a server")
	}
	if f.Capabilities != nil {
		h.Pull, h.Resolve = slices.Contains(f.Capabilities, "pull"), slices.Contains(f.Capabilities, "resolve")
	}
	for _, c := range f.Capabilities {
		if c != "pull" && c != "resolve" && c != "push" { // `gantry image push` sends to the registry that it is told
			return h, fmt.Errorf("capabilities: %q is none of pull, resolve, push", c)
		}
	}
	if f.DialTimeout != "" {
		var err error
		if h.timeout, err = time.ParseDuration(f.DialTimeout); err != nil || h.timeout <= 0 {
			return h, fmt.Errorf("dial_timeout: %q is not a duration", f.DialTimeout)
		}
	}
	for k, v := range f.Header {
		list, err := stringsOf(v)
		if err != nil {
			return h, fmt.Errorf("header %s: %w", k, err)
		}
		if h.header == nil {
			h.header = http.Header{}
		}
		h.header[http.CanonicalHeaderKey(k)] = list
	}
	ca, err := stringsOf(f.CA)
	if err != nil {
		return h, fmt.Errorf("ca: %w", err)
	}
	client, err := pairsOf(f.Client)
	if err != nil {
		return h, fmt.Errorf("client: %w", err)
	}
	return h, h.certificates(dir, ca, client, f.SkipVerify)
}

// stringsOf reads a string or a list of them.
func stringsOf(v any) ([]string, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case string:
		return []string{v}, nil
	case []any:
		var out []string
		for _, e := range v {
			s, ok := e.(string)
			if !ok {
				return nil, fmt.Errorf("%v is not a string", e)
			}
			out = append(out, s)
		}
		return out, nil
	}
	return nil, fmt.Errorf("want a string or a list of strings, got %v", v)
}

// pairsOf reads client certificates: a file with certificate and key, a list of such, or a list of pairs of files.
func pairsOf(v any) ([][2]string, error) {
	list, ok := v.([]any)
	if !ok && v != nil {
		list = []any{v}
	}
	var out [][2]string
	for _, e := range list {
		files, err := stringsOf(e)
		switch {
		case err != nil:
			return nil, err
		case len(files) == 1:
			out = append(out, [2]string{files[0], files[0]})
		case len(files) == 2:
			out = append(out, [2]string{files[0], files[1]})
		default:
			return nil, fmt.Errorf("want a certificate and its key, got %v", files)
		}
	}
	return out, nil
}
