package openapi

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"sync"
)

// Piece is a part of a document, compressed by itself: pieces join to a gzip stream without being inflated. So a document of
// a thousand parts of which one has changed costs one compression and a copy.
type Piece struct {
	deflated []byte // blocks of a deflate stream that end on a byte
	crc      uint32
	size     int
}

// NewPiece compresses a part.
func NewPiece(plain []byte) (Piece, error) {
	var buf bytes.Buffer
	w, err := flate.NewWriter(&buf, flate.DefaultCompression)
	if err != nil {
		return Piece{}, fmt.Errorf("openapi: %w", err)
	}
	if _, err := w.Write(plain); err != nil {
		return Piece{}, fmt.Errorf("openapi: %w", err)
	}
	if err := w.Flush(); err != nil { // not Close, which would end the stream
		return Piece{}, fmt.Errorf("openapi: %w", err)
	}
	return Piece{bytes.Clone(buf.Bytes()), crc32.ChecksumIEEE(plain), len(plain)}, nil
}

// The frame of a gzip stream: a header that says nothing of its content, and an empty last block.
const (
	gzipHead = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
	lastOne  = "\x03\x00"
)

// Join makes one gzip stream of the pieces.
func Join(pieces []Piece) []byte {
	n := len(gzipHead) + len(lastOne) + 8
	for i := range pieces {
		n += len(pieces[i].deflated)
	}
	out := append(make([]byte, 0, n), gzipHead...)
	var crc uint32
	size := 0
	for i := range pieces {
		p := &pieces[i]
		out = append(out, p.deflated...)
		crc = combine(crc, p.crc, p.size)
		size += p.size
	}
	out = append(out, lastOne...)
	out = binary.LittleEndian.AppendUint32(out, crc)
	return binary.LittleEndian.AppendUint32(out, uint32(size))
}

// combine is the checksum of two texts behind each other, made of theirs: the first one's is moved on by as many zero bits
// as the second has, which is a linear map, raised to that power by squaring.
func combine(first, second uint32, size int) uint32 {
	powers := zeros()
	for i, n := 0, uint64(size); n > 0; i, n = i+1, n>>1 {
		if n&1 == 1 {
			first = times(&powers[i], first)
		}
	}
	return first ^ second
}

// zeros are the maps of 1, 2, 4, ... zero bytes: what they do to each bit of a checksum. Joining a thousand parts takes
// thousands of them.
var zeros = sync.OnceValue(func() *[64][32]uint32 { //nolint:gochecknoglobals // has no state to share
	var m [32]uint32 // of one zero bit
	m[0] = crc32.IEEE
	for i := 1; i < 32; i++ {
		m[i] = 1 << (i - 1)
	}
	squared := func(m *[32]uint32) (out [32]uint32) {
		for i := range m {
			out[i] = times(m, m[i])
		}
		return out
	}
	for range 3 { // to a byte
		m = squared(&m)
	}
	out := &[64][32]uint32{m}
	for i := 1; i < len(out); i++ {
		out[i] = squared(&out[i-1])
	}
	return out
})

// times applies a linear map over bits.
func times(m *[32]uint32, v uint32) (out uint32) {
	for i := 0; v != 0; i, v = i+1, v>>1 {
		if v&1 == 1 {
			out ^= m[i]
		}
	}
	return out
}
