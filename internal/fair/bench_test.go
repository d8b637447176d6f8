package fair

import (
	"testing"
	"time"

	"k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap"
)

// suggested is what a cluster begins with.
func suggested() *objects {
	return &objects{version: 1, schemas: append(bootstrap.MandatoryFlowSchemas, bootstrap.SuggestedFlowSchemas...),
		levels: append(bootstrap.MandatoryPriorityLevelConfigurations, bootstrap.SuggestedPriorityLevelConfigurations...)}
}

// BenchmarkUncontended is what a request costs that finds a seat, from its classification until its seat is given back.
func BenchmarkUncontended(b *testing.B) {
	for name, q := range map[string]Request{
		"exempt":  {User: "admin", Groups: []string{"system:masters", "system:authenticated"}, Verb: "get", Resource: "configmaps", Namespace: "x"},
		"user":    {User: "ann", Groups: []string{"dev", "system:authenticated"}, Verb: "get", Resource: "configmaps", Namespace: "x"},
		"account": {User: "system:serviceaccount:x:bot", Groups: []string{"system:serviceaccounts", "system:serviceaccounts:x", "system:authenticated"}, Verb: "get", Resource: "configmaps", Namespace: "x"},
	} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b, Options{Seats: 600}, suggested())
			w.now = time.Now()
			var t Ticket
			b.ReportAllocs()
			for b.Loop() {
				t = Ticket{Request: q}
				w.g.Classify(&t, "host", w.now)
				if w.g.Enter(&t, One(), false, w.now) != Granted {
					b.Fatal("not granted")
				}
				w.now = w.now.Add(time.Microsecond)
				w.g.Leave(&t, w.now)
			}
		})
	}
}
