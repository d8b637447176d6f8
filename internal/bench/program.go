package bench

import (
	"encoding/binary"
	"fmt"
	"runtime"
)

// elfBase is where a test program is mapped, elfHead the bytes before its content: the file's header and one segment's.
const (
	elfBase = 0x400000
	elfHead = 64 + 56
)

// elfMachine are the ELF numbers of the machines that test programs exist for.
const (
	elfAMD64 uint16 = 62
	elfARM64 uint16 = 183
)

// elfFile is a whole static program: one segment that holds data and then code, at which it begins.
func elfFile(machine uint16, data, code []byte) []byte {
	const header, segment = 64, 56
	le := binary.LittleEndian
	size := uint64(elfHead + len(data) + len(code))
	b := []byte{0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	b = le.AppendUint16(b, 2) // executable
	b = le.AppendUint16(b, machine)
	b = le.AppendUint32(b, 1)
	b = le.AppendUint64(b, elfBase+elfHead+uint64(len(data))) // entry
	b = le.AppendUint64(b, header)                            // the segment's table
	b = le.AppendUint64(b, 0)                                 // no sections
	b = le.AppendUint32(b, 0)
	for _, v := range []uint16{header, segment, 1, 0, 0, 0} {
		b = le.AppendUint16(b, v)
	}
	b = le.AppendUint32(b, 1) // load
	b = le.AppendUint32(b, 5) // readable, executable
	for _, v := range []uint64{0, elfBase, elfBase, size, size, 0x1000} {
		b = le.AppendUint64(b, v)
	}
	return append(append(b, data...), code...)
}

// noProgram says that a test program is missing for this machine.
func noProgram() error {
	return fmt.Errorf("there is no test program for %s", runtime.GOARCH)
}
