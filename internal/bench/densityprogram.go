package bench

import (
	"encoding/binary"
	"runtime"
)

// What the program of a density pod says and where it listens.
const (
	tinyPort    = 8080
	tinyGreets  = "started\n"
	tinyAnswer  = "hello\n"
	tinyContent = "ok\n"
)

// tiny is the program of a density pod: a static ELF file of a few hundred bytes that writes one line, ends on SIGTERM, and
// answers every HTTP request on a port with tinyContent; port 0 is any that is free. With any argument it writes tinyAnswer and ends,
// for exec.
func tiny(port uint16) ([]byte, error) {
	if runtime.GOARCH != "amd64" {
		return nil, noProgram()
	}
	a := &assembler{names: map[string]uint32{}}
	a.data("greets", []byte(tinyGreets))
	a.data("answer", []byte(tinyAnswer))
	a.data("page", []byte("HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\n"+tinyContent))
	a.data("address", []byte{2, 0, byte(port >> 8), byte(port), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) // AF_INET, any
	a.align()
	// struct sigaction of the kernel: handler (set below), SA_RESTORER, a restorer that is never reached, no mask.
	action := len(a.bytes)
	a.data("action", make([]byte, 32))
	binary.LittleEndian.PutUint32(a.bytes[action+8:], 0x04000000)

	const sysRead, sysWrite, sysClose, sysSigaction, sysSocket, sysAccept, sysBind, sysListen, sysExit = 0, 1, 3, 13, 41, 43, 49, 50, 60
	// The handler comes first: its address is the first of the code.
	code := &a.code
	handler := a.here()
	a.put(0x31, 0xff) // xor edi, edi
	a.call(sysExit)
	entry := len(*code)
	a.put(0x48, 0x83, 0x3c, 0x24, 1) // cmp qword [rsp], 1
	skip := a.jumpNotEqual()         // to exec
	a.put(0xbf, 15, 0, 0, 0)         // mov edi, SIGTERM
	a.load(0xbe, "action")           // mov esi, action
	a.put(0x31, 0xd2)                // xor edx, edx
	a.put(0x41, 0xba, 8, 0, 0, 0)    // mov r10d, 8
	a.call(sysSigaction)             //
	a.write(1, "greets", len(tinyGreets))
	a.put(0xbf, 2, 0, 0, 0)       // mov edi, AF_INET
	a.put(0xbe, 1, 0, 0, 0)       // mov esi, SOCK_STREAM
	a.put(0x31, 0xd2)             // xor edx, edx
	a.call(sysSocket)             //
	a.put(0x49, 0x89, 0xc4)       // mov r12, rax
	a.put(0x4c, 0x89, 0xe7)       // mov rdi, r12
	a.load(0xbe, "address")       // mov esi, address
	a.put(0xba, 16, 0, 0, 0)      // mov edx, 16
	a.call(sysBind)               //
	a.put(0x4c, 0x89, 0xe7)       // mov rdi, r12
	a.put(0xbe, 16, 0, 0, 0)      // mov esi, 16
	a.call(sysListen)             //
	a.put(0x48, 0x81, 0xec)       // sub rsp, 512
	a.put(0, 2, 0, 0)             //
	loop := len(*code)            //
	a.put(0x4c, 0x89, 0xe7)       // mov rdi, r12
	a.put(0x31, 0xf6, 0x31, 0xd2) // xor esi, esi; xor edx, edx
	a.call(sysAccept)             //
	a.put(0x49, 0x89, 0xc5)       // mov r13, rax
	a.put(0x4c, 0x89, 0xef)       // mov rdi, r13
	a.put(0x48, 0x89, 0xe6)       // mov rsi, rsp
	a.put(0xba, 0, 2, 0, 0)       // mov edx, 512
	a.call(sysRead)               //
	a.put(0x4c, 0x89, 0xef)       // mov rdi, r13
	a.load(0xbe, "page")          // mov esi, page
	a.put(0xba, a.size("page"), 0, 0, 0)
	a.call(sysWrite)        //
	a.put(0x4c, 0x89, 0xef) // mov rdi, r13
	a.call(sysClose)        //
	a.put(0xeb, byte(loop-len(*code)-2))
	a.land(skip)
	a.write(1, "answer", len(tinyAnswer))
	a.put(0x31, 0xff) // xor edi, edi
	a.call(sysExit)

	binary.LittleEndian.PutUint32(a.bytes[action:], handler)
	// The segment begins at the code: a jump over the handler is simpler than an entry of its own.
	start := []byte{0xeb, byte(entry)}
	return elfFile(elfAMD64, a.bytes, append(start, *code...)), nil
}

// assembler puts together a program of the amd64. All data comes before the code, so that its addresses are known.
type assembler struct {
	bytes []byte
	code  []byte
	names map[string]uint32
	sizes map[string]int
}

func (a *assembler) data(name string, b []byte) {
	if a.sizes == nil {
		a.sizes = map[string]int{}
	}
	a.names[name], a.sizes[name] = elfBase+elfHead+uint32(len(a.bytes)), len(b)
	a.bytes = append(a.bytes, b...)
}

// align puts the next data at a multiple of 8.
func (a *assembler) align() {
	for (elfHead+len(a.bytes))%8 != 0 {
		a.bytes = append(a.bytes, 0)
	}
}

func (a *assembler) size(name string) byte { return byte(a.sizes[name]) }

// entryJump is the length of the jump that tiny puts before the code.
const entryJump = 2

// here is the address of the next instruction.
func (a *assembler) here() uint32 {
	return elfBase + elfHead + uint32(len(a.bytes)+entryJump+len(a.code))
}

func (a *assembler) put(b ...byte) { a.code = append(a.code, b...) }

// load is an instruction with the address of a datum as its immediate operand.
func (a *assembler) load(op byte, name string) {
	a.code = binary.LittleEndian.AppendUint32(append(a.code, op), a.names[name])
}

// call is mov eax, number; syscall.
func (a *assembler) call(number byte) { a.put(0xb8, number, 0, 0, 0, 0x0f, 0x05) }

// write is write(fd, datum, size).
func (a *assembler) write(fd byte, name string, size int) {
	a.put(0xbf, fd, 0, 0, 0)
	a.load(0xbe, name)
	a.put(0xba, byte(size), 0, 0, 0)
	a.call(1)
}

// jumpNotEqual is a jump whose target land sets.
func (a *assembler) jumpNotEqual() int {
	a.put(0x0f, 0x85, 0, 0, 0, 0)
	return len(a.code)
}

func (a *assembler) land(from int) {
	binary.LittleEndian.PutUint32(a.code[from-4:], uint32(len(a.code)-from))
}
