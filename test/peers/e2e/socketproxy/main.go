// Command socketproxy stands in for the one thing that upstream's DRA specs use the CSI hostpath driver's image for: a Unix socket on the node
// whose connections come out at a TCP port, to which the suite connects through kubectl's port forwarding.
//
// Each connection to the socket (--endpoint) is joined with one to the port (--proxy-endpoint), in the order in which they come.
package main

import (
	"flag"
	"io"
	"log"
	"net"
	"strings"
	"sync"
)

func main() {
	endpoint := flag.String("endpoint", "", "path of the socket")
	proxy := flag.String("proxy-endpoint", "", "tcp://ADDRESS that the suite connects to")
	_ = flag.Int("v", 0, "ignored: as the driver's command line has it")
	flag.Parse()
	inside, err := net.Listen("unix", strings.TrimPrefix(*endpoint, "unix://"))
	if err != nil {
		log.Fatal(err)
	}
	outside, err := net.Listen("tcp", strings.TrimPrefix(*proxy, "tcp://"))
	if err != nil {
		log.Fatal(err)
	}
	for {
		a, err := outside.Accept()
		if err != nil {
			log.Fatal(err)
		}
		b, err := inside.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go join(a, b)
	}
}

// join copies both ways until one side has ended.
func join(a, b net.Conn) {
	var once sync.Once
	end := func() { once.Do(func() { a.Close(); b.Close() }) }
	go func() { defer end(); _, _ = io.Copy(a, b) }() // either side may go at any time
	defer end()
	_, _ = io.Copy(b, a)
}
