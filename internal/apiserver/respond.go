package apiserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// statusOf turns any error into the Status that a client gets.
func statusOf(err error) *metav1.Status {
	var api apierrors.APIStatus
	if errors.As(err, &api) {
		st := api.Status()
		if st.Status == "" {
			st.Status = metav1.StatusFailure
		}
		if st.Code == 0 {
			st.Code = http.StatusInternalServerError
		}
		return &st
	}
	// As upstream: what no part of the API has put into words is told as it is.
	return &metav1.Status{Status: metav1.StatusFailure, Code: http.StatusInternalServerError, Message: err.Error()}
}

// fail answers with an error. An Accept header that asks for what a Status cannot be gets JSON.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	st := statusOf(err)
	if st.Details != nil && st.Details.RetryAfterSeconds > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(st.Details.RetryAfterSeconds)))
	}
	f, nerr := negotiate(r, plainOnly, false)
	if nerr != nil {
		f = format{}
	}
	s.send(w, r, f, int(st.Code), st, kschema.GroupVersion{Version: "v1"})
}

// send answers with an object that no store keeps: Status, Scale, a review, a Table.
func (s *Server) send(w http.ResponseWriter, r *http.Request, f format, code int, obj runtime.Object, gv kschema.GroupVersion) {
	s.auditAny(w, obj, gv)
	body, err := s.Law.EncodeAny(obj, f.media, gv)
	if err != nil && f.media == schema.Protobuf { // no protobuf form: say so in JSON
		st := statusOf(err)
		f, code = format{}, int(st.Code)
		body, err = s.Law.EncodeAny(st, schema.JSON, gv)
	}
	if err != nil {
		s.Log.Error("encoding an answer failed", "type", errType(obj), "err", err)
		http.Error(w, "the server could not encode its answer", http.StatusInternalServerError)
		return
	}
	s.write(w, r, f, code, body)
}

// sendRecord answers with a stored object, from its bytes.
func (s *Server) sendRecord(w http.ResponseWriter, r *http.Request, f format, code int, k *schema.Kind, version string, rec *store.Record) error {
	buf := buffers.Get().(*[]byte)
	defer putBuffer(buf)
	body, err := s.Law.AppendObject((*buf)[:0], k, rec, f.form(version))
	if err != nil {
		return err
	}
	*buf = body
	if err := s.auditRecords(w, f, body, func(out io.Writer, form schema.Form) error {
		again, err := s.Law.AppendObject(nil, k, rec, form)
		if err == nil {
			_, err = out.Write(again)
		}
		return err
	}, version); err != nil {
		return err
	}
	s.write(w, r, f, code, body)
	return nil
}

// write sends a body that is complete, in JSON or protobuf; YAML and pretty JSON are made of it.
func (s *Server) write(w http.ResponseWriter, r *http.Request, f format, code int, body []byte) {
	body, err := f.dress(body)
	if err != nil {
		s.Log.Error("converting an answer failed", "err", err)
		http.Error(w, "the server could not convert its answer", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h["Content-Type"] = []string{f.contentType(false)}
	h["Cache-Control"] = noCache
	if len(body) >= gzipAbove && acceptsGzip(r) {
		z := newZipped(w, code)
		_, err = z.Write(body)
		err = errors.Join(err, z.Close())
	} else {
		h["Content-Length"] = []string{strconv.Itoa(len(body))}
		w.WriteHeader(code)
		if r.Method != http.MethodHead {
			_, err = w.Write(body)
		}
	}
	if err != nil {
		s.Log.Debug("a client went away during an answer", "path", r.URL.Path, "err", err)
	}
}

// dress turns JSON into YAML or pretty JSON where the format asks for it.
func (f *format) dress(body []byte) ([]byte, error) {
	switch {
	case f.yaml:
		return yaml.JSONToYAML(body)
	case f.pretty && f.media == schema.JSON:
		var out bytes.Buffer
		err := json.Indent(&out, bytes.TrimRight(body, "\n"), "", "  ")
		return out.Bytes(), err
	}
	return body, nil
}

// noCache is shared: nobody may change it. Answers hold what only this user may see, now.
var noCache = []string{"no-cache, private"}

// maxPooled is the largest buffer that is kept for the next request: most objects fit, a giant must not stay forever.
const maxPooled = 1 << 20

var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 16<<10); return &b }}

func putBuffer(b *[]byte) {
	if cap(*b) <= maxPooled {
		buffers.Put(b)
	}
}

// warn adds Warning headers, which kubectl shows to the user.
func warn(h http.Header, texts []string) {
	for _, t := range texts {
		if v, err := utilnet.NewWarningHeader(299, "-", t); err == nil { // only texts that no header can carry fail
			h.Add("Warning", v)
		}
	}
}

// headerWarnings puts warnings that are no part of an outcome into the answer's head, each once.
type headerWarnings struct {
	h    http.Header
	said map[string]bool
}

// AddWarning implements warning.Recorder.
func (w *headerWarnings) AddWarning(_, text string) {
	if w.said[text] {
		return
	}
	if w.said == nil {
		w.said = map[string]bool{}
	}
	w.said[text] = true
	warn(w.h, []string{text})
}

func acceptsGzip(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
}

func errType(obj runtime.Object) string { return obj.GetObjectKind().GroupVersionKind().Kind }
