package bench

import (
	"context"
	"strconv"
	"testing"
	"time"
)

func TestLongestGap(t *testing.T) {
	ms := func(n ...int) (out []time.Duration) {
		for _, n := range n {
			out = append(out, time.Duration(n)*time.Millisecond)
		}
		return out
	}
	for _, tt := range []struct {
		name string
		at   []time.Duration
		want time.Duration
	}{
		{"none", nil, 0},
		{"the first is late", ms(30, 40), 30 * time.Millisecond},
		{"between", ms(5, 10, 60, 61), 50 * time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := longestGap(tt.at); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// A pod that is told of twice counts once, and a watch that ends is an error.
func TestAwaitAll(t *testing.T) {
	seen := make(chan string, 10)
	for i := range 6 {
		seen <- strconv.Itoa(i / 2)
	}
	at, err := awaitAll(t.Context(), seen, 3, time.Now())
	if err != nil || len(at) != 3 || len(seen) != 1 {
		t.Errorf("%v, %v, %d are left", at, err, len(seen))
	}
	close(seen)
	if _, err := awaitAll(t.Context(), seen, 3, time.Now()); err == nil {
		t.Error("a watch that ended is no error")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := awaitAll(ctx, make(chan string), 1, time.Now()); err == nil {
		t.Error("an interrupt is no error")
	}
}
