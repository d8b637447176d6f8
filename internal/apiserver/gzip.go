package apiserver

import (
	"compress/gzip"
	"net/http"
	"sync"
)

// gzipAbove is the size from which answers are compressed, as upstream: below it, time costs more than bytes.
const gzipAbove = 128 << 10

// gzipLevel is the fastest: on a local network anything more is slower than sending.
const gzipLevel = gzip.BestSpeed

var zippers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzipLevel)
	if err != nil {
		panic("apiserver: " + err.Error()) // the level is a constant
	}
	return z
}}

// zipped compresses an answer.
type zipped struct {
	z *gzip.Writer
}

func newZipped(w http.ResponseWriter, code int) *zipped {
	h := w.Header()
	h.Set("Content-Encoding", "gzip")
	h.Add("Vary", "Accept-Encoding")
	h.Del("Content-Length")
	w.WriteHeader(code)
	z := zippers.Get().(*gzip.Writer)
	z.Reset(w)
	return &zipped{z}
}

func (z *zipped) Write(p []byte) (int, error) { return z.z.Write(p) }

// Close ends the stream and gives the compressor back.
func (z *zipped) Close() error {
	err := z.z.Close()
	zippers.Put(z.z)
	return err
}

// deferred holds back the beginning of a streamed answer until it is known whether it is large enough to compress.
type deferred struct {
	w    http.ResponseWriter
	gzip bool // the client accepts it
	held []byte
	out  interface{ Write([]byte) (int, error) }
	z    *zipped
}

func (d *deferred) Write(p []byte) (int, error) {
	if d.out != nil {
		return d.out.Write(p)
	}
	if d.gzip && len(d.held)+len(p) < gzipAbove {
		d.held = append(d.held, p...)
		return len(p), nil
	}
	if err := d.begin(d.gzip); err != nil {
		return 0, err
	}
	return d.out.Write(p)
}

func (d *deferred) begin(compress bool) error {
	if compress {
		d.z = newZipped(d.w, http.StatusOK)
		d.out = d.z
	} else {
		d.w.WriteHeader(http.StatusOK)
		d.out = d.w
	}
	held := d.held
	d.held = nil
	if len(held) == 0 {
		return nil
	}
	_, err := d.out.Write(held)
	return err
}

// Close sends what is still held back.
func (d *deferred) Close() error {
	if d.out == nil {
		if err := d.begin(false); err != nil {
			return err
		}
	}
	if d.z != nil {
		return d.z.Close()
	}
	return nil
}
