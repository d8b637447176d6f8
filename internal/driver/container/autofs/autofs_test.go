package autofs

import (
	"encoding/binary"
	"testing"
)

func TestDecode(t *testing.T) {
	packet := func(name string, length int) []byte {
		b := make([]byte, packetBytes)
		binary.NativeEndian.PutUint32(b[packetToken:], 7)
		binary.NativeEndian.PutUint32(b[packetTID:], 4711)
		binary.NativeEndian.PutUint32(b[packetLen:], uint32(length))
		copy(b[packetName:], name)
		return b
	}
	r, ok, err := decode(packet("a_b.pts", 7))
	if want := (Request{token: 7, Name: "a_b.pts", TID: 4711}); r != want || !ok || err != nil {
		t.Errorf("%+v, %t, %v, want %+v", r, ok, err, want)
	}
	if r, _, _ := decode(packet("x", 1<<31)); len(r.Name) > packetBytes {
		t.Errorf("a name of %d bytes", len(r.Name))
	}
	if _, ok, err := decode(make([]byte, packetName-1)); ok || err == nil {
		t.Error("half a packet is taken")
	}
}
