package bench

import (
	"encoding/binary"
	"fmt"
	"runtime"
)

// pause is a static program that waits for ever: what pods run whose start is measured. It is a whole ELF file of one
// segment and a handful of instructions, so that nothing but Gantry is measured.
func pause() ([]byte, error) {
	var code []byte
	var machine uint16
	le := binary.LittleEndian
	switch runtime.GOARCH {
	case "amd64":
		machine = 62
		// mov eax, SYS_pause; syscall; jmp back
		code = []byte{0xb8, 34, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7}
	case "arm64":
		machine = 183
		// x0..x4 = 0; x8 = SYS_ppoll; svc 0; b back
		for _, w := range []uint32{0xd2800000, 0xd2800001, 0xd2800002, 0xd2800003, 0xd2800004, 0xd2800928, 0xd4000001, 0x17fffff9} {
			code = le.AppendUint32(code, w)
		}
	default:
		return nil, fmt.Errorf("there is no test program for %s: name an image with --image", runtime.GOARCH)
	}
	const header, segment, base = 64, 56, 0x400000
	size := uint64(header + segment + len(code))
	b := []byte{0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	b = le.AppendUint16(b, 2) // executable
	b = le.AppendUint16(b, machine)
	b = le.AppendUint32(b, 1)
	b = le.AppendUint64(b, base+header+segment) // entry
	b = le.AppendUint64(b, header)              // the segment's table
	b = le.AppendUint64(b, 0)                   // no sections
	b = le.AppendUint32(b, 0)
	for _, v := range []uint16{header, segment, 1, 0, 0, 0} {
		b = le.AppendUint16(b, v)
	}
	b = le.AppendUint32(b, 1) // load
	b = le.AppendUint32(b, 5) // readable, executable
	for _, v := range []uint64{0, base, base, size, size, 0x1000} {
		b = le.AppendUint64(b, v)
	}
	return append(b, code...), nil
}
