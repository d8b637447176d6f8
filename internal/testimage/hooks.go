package testimage

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// OnBlob applies a hook to reads of the layer only.
func OnBlob(layer v1.Layer, h Hook) Hook {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		digest, err := layer.Digest()
		if err == nil && r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/blobs/"+digest.String()) {
			h(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	}
}

// Corrupt changes one byte in the middle of every answer: the length is right, the digest is not.
func Corrupt(w http.ResponseWriter, r *http.Request, next http.Handler) {
	rec := record(r, next)
	if body := rec.Body.Bytes(); len(body) > 0 {
		body[len(body)/2] ^= 0xff
	}
	rec.replay(w)
}

// Append sends more than there is: neither length nor digest are right.
func Append(w http.ResponseWriter, r *http.Request, next http.Handler) {
	rec := record(r, next)
	_, _ = rec.Body.WriteString("and more")
	rec.Header().Del("Content-Length")
	rec.replay(w)
}

// Truncate breaks the connection after half of every answer.
func Truncate(w http.ResponseWriter, r *http.Request, next http.Handler) {
	rec := record(r, next)
	rec.copyHeader(w)
	_, _ = w.Write(rec.Body.Bytes()[:rec.Body.Len()/2])
	panic(http.ErrAbortHandler) // how a handler of net/http ends a connection
}

// Stall sends half of the answer, calls halfway, and sends no more until the client goes away.
func Stall(w http.ResponseWriter, r *http.Request, next http.Handler, halfway func()) {
	rec := record(r, next)
	rec.copyHeader(w)
	_, _ = w.Write(rec.Body.Bytes()[:rec.Body.Len()/2])
	_ = http.NewResponseController(w).Flush()
	halfway()
	<-r.Context().Done()
}

// Status answers everything with a status and no body.
func Status(code int) Hook {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(code) }
}

// Gate holds every request until release is closed, and tells on arrived about each; it lets go when the client does.
func Gate(arrived chan<- string, release <-chan struct{}) Hook {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		select {
		case arrived <- r.URL.Path:
		case <-r.Context().Done():
			return
		}
		select {
		case <-release:
			next.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}
}

// recorded is an answer that has not been sent yet.
type recorded struct{ *httptest.ResponseRecorder }

func record(r *http.Request, next http.Handler) recorded {
	rec := recorded{httptest.NewRecorder()}
	next.ServeHTTP(rec, r)
	return rec
}

func (rec recorded) copyHeader(w http.ResponseWriter) {
	for k, v := range rec.Header() {
		w.Header()[k] = v
	}
	w.WriteHeader(rec.Code)
}

func (rec recorded) replay(w http.ResponseWriter) {
	rec.copyHeader(w)
	_, _ = io.Copy(w, rec.Body)
}
