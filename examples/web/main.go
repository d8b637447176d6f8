// Web is the demo that `make up` deploys: a small HTTP server that shows where it runs and what its ConfigMap says.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// drain is how long requests in flight may take after SIGTERM.
const drain = 5 * time.Second

// farewell is how long a terminating pod keeps accepting: as long as the news of its end takes to reach everybody.
const farewell = 2 * time.Second

func main() {
	log.SetFlags(0)
	addr := ":8080"
	if a := os.Getenv("ADDR"); a != "" {
		addr = a
	}
	host, _ := os.Hostname()
	var broken atomic.Bool
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s from %s\n", greeting(), host)
		if b, err := os.ReadFile("/etc/web/motd"); err == nil {
			fmt.Fprintf(w, "%s\n", strings.TrimSpace(string(b)))
		}
	})
	mux.HandleFunc("/version", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, os.Getenv("VERSION")) })
	mux.HandleFunc("/ready", func(w http.ResponseWriter, r *http.Request) {
		if _, err := os.Stat("/tmp/unready"); err == nil || broken.Load() {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
		}
	})
	s := &http.Server{Addr: addr, Handler: mux, ReadHeaderTimeout: drain}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	done := make(chan error, 1)
	go func() {
		<-ctx.Done()
		broken.Store(true)
		time.Sleep(farewell)
		c, cancel := context.WithTimeout(context.Background(), drain)
		defer cancel()
		done <- s.Shutdown(c)
	}()
	log.Printf("%s serves on %s", host, addr)
	if err := s.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	if err := <-done; err != nil {
		log.Fatal(err)
	}
	log.Printf("%s says goodbye", host)
}

func greeting() string {
	if g := os.Getenv("GREETING"); g != "" {
		return g
	}
	return "hello"
}
