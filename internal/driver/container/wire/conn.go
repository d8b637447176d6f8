package wire

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
)

const (
	// maxFrame bounds one message: a list of 4,000 containers with 2 KiB of labels each, or a container with the
	// 1 MiB of environment that a ConfigMap may hold, fit several times.
	maxFrame = 16 << 20
	// maxFDs is what one frame may carry: the kernel's bound. A container uses three for namespaces and one a volume.
	maxFDs = 253
)

// Conn sends and receives frames: a length of four bytes, JSON, and descriptors with the first byte. One goroutine may send while
// another receives; neither side is locked for more.
type Conn struct {
	c *net.UnixConn
}

// NewConn wraps an open connection, which it then owns.
func NewConn(c *net.UnixConn) *Conn { return &Conn{c: c} }

// Dial connects to a supervisor.
func Dial(socket string) (*Conn, error) {
	c, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: socket, Net: "unix"})
	if err != nil {
		return nil, err
	}
	return NewConn(c), nil
}

// Close closes the connection; a waiting Receive ends.
func (c *Conn) Close() error { return c.c.Close() }

// Send writes one frame. The files stay open and the caller's.
func (c *Conn) Send(v any, files ...*os.File) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode frame: %w", err)
	}
	if len(body) > maxFrame {
		return fmt.Errorf("frame of %d bytes is larger than %d", len(body), maxFrame)
	}
	frame := append(binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(body)), uint32(len(body))), body...)
	if len(files) > maxFDs {
		return fmt.Errorf("%d descriptors are more than the %d that one message may carry", len(files), maxFDs)
	}
	var oob []byte
	if len(files) > 0 {
		fds := make([]int, len(files))
		for i, f := range files {
			fds[i] = int(f.Fd())
		}
		oob = syscall.UnixRights(fds...)
	}
	n, _, err := c.c.WriteMsgUnix(frame, oob, nil)
	if err != nil {
		return fmt.Errorf("send frame: %w", err)
	}
	if n < len(frame) {
		if _, err := c.c.Write(frame[n:]); err != nil {
			return fmt.Errorf("send frame: %w", err)
		}
	}
	return nil
}

// Receive reads one frame into v and returns the files that came with it, which the caller closes. At the end of the stream
// it is io.EOF.
func (c *Conn) Receive(v any) ([]*os.File, error) {
	var head [4]byte
	oob := make([]byte, syscall.CmsgSpace(4*maxFDs))
	n, oobn, _, _, err := c.c.ReadMsgUnix(head[:], oob)
	files, ferr := parseFiles(oob[:oobn])
	if err == nil && ferr == nil && n == 0 {
		err = io.EOF
	}
	if err == nil {
		err = ferr
	}
	if err == nil && n < len(head) {
		_, err = io.ReadFull(c.c, head[n:])
	}
	if err == nil {
		err = c.receiveBody(binary.BigEndian.Uint32(head[:]), v)
	}
	if err != nil {
		CloseAll(files)
		return nil, err
	}
	return files, nil
}

func (c *Conn) receiveBody(size uint32, v any) error {
	if size > maxFrame {
		return fmt.Errorf("frame of %d bytes is larger than %d", size, maxFrame)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(c.c, body); err != nil {
		return fmt.Errorf("receive frame: %w", err)
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("decode frame: %w", err)
	}
	return nil
}

func parseFiles(oob []byte) ([]*os.File, error) {
	if len(oob) == 0 {
		return nil, nil
	}
	msgs, err := syscall.ParseSocketControlMessage(oob)
	if err != nil {
		return nil, fmt.Errorf("parse control message: %w", err)
	}
	var files []*os.File
	for _, m := range msgs {
		fds, err := syscall.ParseUnixRights(&m)
		if err != nil {
			continue // credentials and the like: not ours
		}
		for _, fd := range fds {
			syscall.CloseOnExec(fd)
			files = append(files, os.NewFile(uintptr(fd), "received"))
		}
	}
	return files, nil
}

// CloseAll closes what is not nil.
func CloseAll(files []*os.File) {
	for _, f := range files {
		if f != nil {
			f.Close()
		}
	}
}
