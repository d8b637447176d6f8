package nodeapi

import (
	"bufio"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// expositionType is the text format of Prometheus.
const expositionType = "text/plain; version=0.0.4; charset=utf-8"

// exposition writes metrics in the text format of Prometheus, one after the other: a node with ten thousand pods has a million of them, which
// the client library would gather before it wrote the first. Whoever writes keeps the samples of a family together.
type exposition struct {
	w    *bufio.Writer
	line []byte
	name string
	err  error // the first; then nothing more is written
}

// newExposition writes to w; the caller calls flush at the end.
func newExposition(w io.Writer) *exposition {
	return &exposition{w: bufio.NewWriterSize(w, 64<<10), line: make([]byte, 0, 1<<10)}
}

// expose answers a request with what write writes, compressed for clients that want it so.
func expose(w http.ResponseWriter, r *http.Request, write func(*exposition)) {
	w.Header().Set("Content-Type", expositionType)
	var to io.Writer = w
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		defer z.Close()
		to = z
	}
	e := newExposition(to)
	write(e)
	e.flush()
}

// family begins a family; kind is "counter" or "gauge".
func (e *exposition) family(name, kind, help string) {
	e.name = name
	e.line = append(e.line[:0], "# HELP "...)
	e.line = append(append(append(e.line, name...), ' '), help...)
	e.line = append(append(append(e.line, "\n# TYPE "...), name...), ' ')
	e.line = append(append(e.line, kind...), '\n')
	e.put()
}

// sample writes one sample of the family. labels are pieces of what stands between the braces, see label; empty ones are left out.
func (e *exposition) sample(v float64, labels ...string) {
	e.line = append(e.line[:0], e.name...)
	open := false
	for _, l := range labels {
		if l == "" {
			continue
		}
		sep := byte(',')
		if !open {
			open, sep = true, '{'
		}
		e.line = append(append(e.line, sep), l...)
	}
	if open {
		e.line = append(e.line, '}')
	}
	e.line = strconv.AppendFloat(append(e.line, ' '), v, 'g', -1, 64)
	e.line = append(e.line, '\n')
	e.put()
}

func (e *exposition) put() {
	if e.err == nil {
		_, e.err = e.w.Write(e.line)
	}
}

func (e *exposition) flush() {
	if e.err == nil {
		e.err = e.w.Flush()
	}
}

// label is name="value" of each pair.
func label(pairs ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(pairs[i])
		b.WriteString(`="`)
		escape(&b, pairs[i+1])
		b.WriteByte('"')
	}
	return b.String()
}

// escape writes a label's value as the format has it.
func escape(b *strings.Builder, s string) {
	if !strings.ContainsAny(s, "\\\"\n") {
		b.WriteString(s)
		return
	}
	for _, c := range s {
		switch c {
		case '\\':
			b.WriteString(`\\`)
		case '"':
			b.WriteString(`\"`)
		case '\n':
			b.WriteString(`\n`)
		default:
			b.WriteRune(c)
		}
	}
}
