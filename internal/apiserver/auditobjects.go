package apiserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	auditinternal "k8s.io/apiserver/pkg/apis/audit"

	"gantry.dev/gantry/internal/schema"
)

// maxAudited bounds the JSON of an answer that the audit log takes; a list that is longer is left out, and the event says
// so. It is the log's own bound of an event.
const maxAudited = 8 << 20

// trailOf is the trail of the request that w answers.
func trailOf(w http.ResponseWriter) *trail {
	if a, ok := w.(*answer); ok {
		return a.trail
	}
	return nil
}

// auditAny notes an answer that no store keeps. A Status is told at every level, without its object.
func (s *Server) auditAny(w http.ResponseWriter, obj runtime.Object, gv kschema.GroupVersion) {
	t := trailOf(w)
	if t == nil {
		return
	}
	st, isStatus := obj.(*metav1.Status)
	var body []byte
	if t.wants(auditinternal.LevelRequestResponse) {
		var err error
		if body, err = s.Law.EncodeAny(obj, schema.JSON, gv); err != nil {
			s.Log.Error("an answer is missing from the audit log", "type", errType(obj), "err", err)
		}
	}
	switch {
	case isStatus:
		t.auditStatus(st, body)
	case body != nil:
		t.auditResponse(body)
	}
}

// auditRecords notes an answer that consists of records. sent is the answer in format f, nil if it is yet to be made; write
// makes it in another form.
func (s *Server) auditRecords(w http.ResponseWriter, f format, sent []byte, write func(io.Writer, schema.Form) error, version string) error {
	t := trailOf(w)
	if !t.wants(auditinternal.LevelRequestResponse) {
		return nil
	}
	if sent != nil && f.media == schema.JSON {
		t.auditResponse(sent)
		return nil
	}
	form := f.form(version)
	form.Media = schema.JSON
	out := &limited{left: maxAudited}
	switch err := write(out, form); {
	case errors.Is(err, errTooLong):
		t.annotate("audit.k8s.io/truncated", "true")
	case err != nil:
		return err
	default:
		t.auditResponse(out.Bytes())
	}
	return nil
}

var errTooLong = errors.New("too long for the audit log")

// limited is a buffer with a bound.
type limited struct {
	bytes.Buffer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, errTooLong
	}
	return l.Buffer.Write(p)
}

// trim returns a copy of an object's JSON, without managed fields if the policy leaves them out. The original may be a
// borrowed buffer.
func (t *trail) trim(body []byte) []byte {
	if !t.plain {
		return slices.Clone(body)
	}
	var doc map[string]json.RawMessage
	if json.Unmarshal(body, &doc) != nil {
		return slices.Clone(body)
	}
	withoutManaged(doc)
	out, err := json.Marshal(doc)
	if err != nil {
		return slices.Clone(body)
	}
	return out
}

// withoutManaged takes the managed fields out of an object, of the items of a list, or of the objects of a table.
func withoutManaged(doc map[string]json.RawMessage) {
	edit(doc, "metadata", func(m map[string]json.RawMessage) { delete(m, "managedFields") })
	edit(doc, "object", withoutManaged)
	for _, list := range []string{"items", "rows"} {
		var items []map[string]json.RawMessage
		if json.Unmarshal(doc[list], &items) != nil || items == nil {
			continue
		}
		for _, it := range items {
			withoutManaged(it)
		}
		if b, err := json.Marshal(items); err == nil {
			doc[list] = b
		}
	}
}

// edit changes the object in a field.
func edit(doc map[string]json.RawMessage, field string, change func(map[string]json.RawMessage)) {
	var in map[string]json.RawMessage
	if json.Unmarshal(doc[field], &in) != nil || in == nil {
		return
	}
	change(in)
	if b, err := json.Marshal(in); err == nil {
		doc[field] = b
	}
}
