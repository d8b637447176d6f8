// Podtool is what the acceptance tests run inside pods: a static program that does one thing per call.
//
//	podtool get URL          print the body
//	podtool lookup NAME      print the addresses of a name, sorted
//	podtool srv NAME         print the ports and targets of an SRV name
//	podtool pods NAMESPACE   list pods with the pod's own ServiceAccount, by client-go
//	podtool secrets NAMESPACE  list secrets likewise
//	podtool eat MIB          use memory until killed
//	podtool patient SECONDS  on SIGTERM take this long, say so, exit 0
//	podtool grpc ADDR        serve grpc.health.v1 with status SERVING
//	podtool echo ADDR        send UDP datagrams back
//	podtool devices DIR      be a device plugin for the kubelet.sock in DIR: example.com/null, three copies of /dev/null
//	podtool admit ADDR       serve admission reviews by HTTPS with the certificate in /tls: what is called forbidden is refused
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

const timeout = 10 * time.Second

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: podtool VERB ARGUMENT")
		os.Exit(2)
	}
	verbs := map[string]func(context.Context, string) error{
		"get": get, "lookup": lookup, "srv": srv, "pods": pods, "secrets": secrets, "eat": eat, "patient": patient, "grpc": serveGRPC, "echo": echo,
		"admit": admit, "devices": devices,
	}
	do := verbs[os.Args[1]]
	if do == nil {
		fmt.Fprintln(os.Stderr, "no such verb:", os.Args[1])
		os.Exit(2)
	}
	if err := do(context.Background(), os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func get(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(os.Stdout, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return errors.New(res.Status)
	}
	return nil
}

func lookup(ctx context.Context, name string) error {
	addrs, err := net.DefaultResolver.LookupHost(ctx, name)
	if err != nil {
		return err
	}
	slices.Sort(addrs)
	fmt.Println(strings.Join(addrs, " "))
	return nil
}

func srv(ctx context.Context, name string) error {
	_, list, err := net.DefaultResolver.LookupSRV(ctx, "", "", name)
	for _, s := range list {
		fmt.Println(s.Port, s.Target)
	}
	return err
}

func clientset() (*kubernetes.Clientset, error) {
	cfg, err := rest.InClusterConfig()
	if err != nil {
		return nil, err
	}
	// The name, not the address of the environment: DNS and the certificate's names are part of the proof.
	cfg.Host = "https://kubernetes.default.svc"
	cfg.Timeout = timeout
	return kubernetes.NewForConfig(cfg)
}

func pods(ctx context.Context, ns string) error {
	c, err := clientset()
	if err != nil {
		return err
	}
	list, err := c.CoreV1().Pods(ns).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for i := range list.Items {
		fmt.Println(list.Items[i].Name)
	}
	return nil
}

func secrets(ctx context.Context, ns string) error {
	c, err := clientset()
	if err != nil {
		return err
	}
	_, err = c.CoreV1().Secrets(ns).List(ctx, metav1.ListOptions{})
	return err
}

func eat(_ context.Context, mib string) error {
	n, err := strconv.Atoi(mib)
	if err != nil {
		return err
	}
	var kept [][]byte
	for range n {
		b := make([]byte, 1<<20)
		for i := range b {
			b[i] = 1
		}
		kept = append(kept, b)
	}
	fmt.Println("still alive with", len(kept), "MiB")
	return nil
}

func patient(_ context.Context, seconds string) error {
	n, err := strconv.Atoi(seconds)
	if err != nil {
		return err
	}
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGTERM)
	fmt.Println("waiting")
	<-c
	fmt.Println("asked to go")
	time.Sleep(time.Duration(n) * time.Second)
	fmt.Println("gone in peace")
	return nil
}

func serveGRPC(_ context.Context, addr string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	s := grpc.NewServer()
	h := health.NewServer()
	h.SetServingStatus("", grpc_health_v1.HealthCheckResponse_SERVING)
	grpc_health_v1.RegisterHealthServer(s, h)
	return s.Serve(l)
}

func echo(_ context.Context, addr string) error {
	c, err := net.ListenPacket("udp", addr)
	if err != nil {
		return err
	}
	b := make([]byte, 64<<10)
	for {
		n, from, err := c.ReadFrom(b)
		if err != nil {
			return err
		}
		if _, err := c.WriteTo(b[:n], from); err != nil {
			return err
		}
	}
}
