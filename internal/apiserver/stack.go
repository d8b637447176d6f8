package apiserver

import "os"

// stackRoom is what the handlers of objects need of the stack at least. Every request has a goroutine of its own, which
// comes with a small stack and doubles it when it is full, copying what is on it each time: 4 % of a write.
const stackRoom = 12 << 10

// growStack makes the stack as large as it will be before there is anything on it to copy.
//
//go:noinline
func growStack() byte {
	var room [stackRoom]byte
	return room[len(os.Args)%stackRoom] // which one is not known to the compiler
}
