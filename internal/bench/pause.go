package bench

import (
	"encoding/binary"
	"runtime"
)

// pause is a static program that waits for ever: what pods run whose start is measured. It is a whole ELF file of one
// segment and a handful of instructions, so that nothing but Gantry is measured.
func pause() ([]byte, error) {
	switch runtime.GOARCH {
	case "amd64":
		// mov eax, SYS_pause; syscall; jmp back
		return elfFile(elfAMD64, nil, []byte{0xb8, 34, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7}), nil
	case "arm64":
		var code []byte
		// x0..x4 = 0; x8 = SYS_ppoll; svc 0; b back
		for _, w := range []uint32{0xd2800000, 0xd2800001, 0xd2800002, 0xd2800003, 0xd2800004, 0xd2800928, 0xd4000001, 0x17fffff9} {
			code = binary.LittleEndian.AppendUint32(code, w)
		}
		return elfFile(elfARM64, nil, code), nil
	}
	return nil, noProgram()
}
