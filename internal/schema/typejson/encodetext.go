package typejson

import (
	"bytes"
	"encoding/json"
	"reflect"
	"unicode/utf8"
	"unsafe"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

const hexDigits = "0123456789abcdef"

// text writes a string with encoding/json's escapes, those for HTML included.
func (w *writer) text(s string) {
	w.buf = append(w.buf, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plainByte[c] {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			w.buf = append(w.buf, s[start:i]...)
			w.buf = appendEscaped(w.buf, c)
			i++
			start = i
			continue
		}
		ch, size := utf8.DecodeRuneInString(s[i:])
		if ch == utf8.RuneError && size == 1 {
			w.buf = append(append(w.buf, s[start:i]...), `\ufffd`...)
			i++
			start = i
			continue
		}
		if ch == '\u2028' || ch == '\u2029' {
			w.buf = append(append(w.buf, s[start:i]...), `\u202`...)
			w.buf = append(w.buf, hexDigits[ch&0xf])
			i += size
			start = i
			continue
		}
		i += size
	}
	w.buf = append(w.buf, s[start:]...)
	w.buf = append(w.buf, '"')
}

func appendEscaped(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
}

// raw writes JSON that somebody else has made.
func (w *writer) raw(b []byte) {
	if len(b) == 0 {
		w.null()
		return
	}
	if compact(b) {
		r := reader{data: b, all: unsafe.String(unsafe.SliceData(b), len(b))}
		if r.pass() && r.at == len(b) {
			w.buf = append(w.buf, b...)
			return
		}
	}
	var out bytes.Buffer
	if err := json.Compact(&out, b); err != nil {
		w.failed = true
		return
	}
	start := len(w.buf)
	buf := bytes.NewBuffer(w.buf)
	json.HTMLEscape(buf, out.Bytes())
	w.buf = buf.Bytes()
	w.failed = w.failed || len(w.buf) == start
}

// compact says that JSON surely is in the form in which encoding/json writes it: no white space, nothing to escape that is
// not. Valid it may be or not.
func compact(b []byte) bool {
	for _, c := range b {
		if !plainByte[c] && c != '"' && c != '\\' || c == ' ' {
			return false
		}
	}
	return true
}

// marshal asks the type itself, or the library about what has no plan.
func (w *writer) marshal(n *plan, at unsafe.Pointer) {
	v := reflect.NewAt(n.typ, at)
	if n.how == custom {
		w.failed = w.failed || w.stored && !carried(v.Interface())
		b, err := v.Elem().Interface().(json.Marshaler).MarshalJSON()
		w.failed = w.failed || err != nil || len(b) == 0
		w.raw(b)
		return
	}
	w.failed = w.failed || w.stored // who knows what is in it
	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(v.Interface()); err != nil {
		w.failed = true
		return
	}
	w.buf = append(w.buf, bytes.TrimSuffix(buf.Bytes(), []byte("\n"))...)
}

// carried says that protobuf gives back a value that writes itself in the same JSON.
func carried(v any) bool {
	switch v := v.(type) {
	case *runtime.RawExtension:
		return v.Object == nil && (v.Raw == nil || len(v.Raw) > 0)
	case *metav1.Duration:
		return true
	}
	return false
}
