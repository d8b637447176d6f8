package endpoints

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

func backend(i int, port int32) Backend {
	name, proto, ready := "http", corev1.ProtocolTCP, true
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("p%03d", i), UID: types.UID(fmt.Sprint("u", i))}}
	return Backend{Pod: p, Ports: []discoveryv1.EndpointPort{{Name: &name, Port: &port, Protocol: &proto}},
		Endpoint: discoveryv1.Endpoint{Addresses: []string{fmt.Sprintf("10.0.%d.%d", i/250, i%250)}, Conditions: discoveryv1.EndpointConditions{Ready: &ready},
			TargetRef: &corev1.ObjectReference{UID: p.UID}}}
}

// carry applies changes to slices as a registry would.
func carry(have []*discoveryv1.EndpointSlice, ch Changes, serial *int) []*discoveryv1.EndpointSlice {
	byName := map[string]*discoveryv1.EndpointSlice{}
	for _, s := range have {
		byName[s.Name] = s
	}
	for _, s := range ch.Update {
		byName[s.Name] = s
	}
	for _, s := range ch.Delete {
		delete(byName, s.Name)
	}
	for _, s := range ch.Create {
		*serial++
		s.Name = fmt.Sprintf("s%03d", *serial)
		byName[s.Name] = s
	}
	var out []*discoveryv1.EndpointSlice
	for _, n := range slices.Sorted(maps.Keys(byName)) {
		out = append(out, byName[n])
	}
	return out
}

// Never more than PerSlice in a slice, never an endpoint twice or in a slice with other ports; finally all are in, and a
// second pack changes nothing. One pod that comes or goes costs one write.
func TestPack(t *testing.T) {
	labels := map[string]string{discoveryv1.LabelServiceName: "web"}
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(seed, 5))
		var have []*discoveryv1.EndpointSlice
		serial := 0
		pods := map[int]int32{}
		pack := func() Changes {
			w := Want{Family: discoveryv1.AddressTypeIPv4, Labels: labels}
			for _, i := range slices.Sorted(maps.Keys(pods)) {
				w.Backends = append(w.Backends, backend(i, pods[i]))
			}
			return Pack(w, have)
		}
		for step := range 25 {
			few := r.IntN(2) == 0
			n := 1
			if !few {
				n = r.IntN(200)
			}
			for range n {
				if i := r.IntN(400); r.IntN(3) == 0 {
					delete(pods, i)
				} else if _, ok := pods[i]; !ok {
					pods[i] = 80 + int32(i%2)
				}
			}
			ch := pack()
			if writes := len(ch.Create) + len(ch.Update) + len(ch.Delete); few && step > 0 && writes > 2 {
				t.Fatalf("seed %d step %d: %d writes for one pod", seed, step, writes)
			}
			have = carry(have, ch, &serial)
			seen := map[types.UID]bool{}
			for _, s := range have {
				if len(s.Endpoints) > PerSlice || len(s.Endpoints) == 0 && len(pods) > 0 {
					t.Fatalf("seed %d step %d: slice with %d endpoints", seed, step, len(s.Endpoints))
				}
				for _, e := range s.Endpoints {
					var i int
					if _, err := fmt.Sscanf(string(e.TargetRef.UID), "u%d", &i); err != nil || seen[e.TargetRef.UID] || pods[i] != *s.Ports[0].Port {
						t.Fatalf("seed %d step %d: endpoint %s is twice or in the wrong slice", seed, step, e.TargetRef.UID)
					}
					seen[e.TargetRef.UID] = true
				}
			}
			if len(seen) != len(pods) {
				t.Fatalf("seed %d step %d: %d endpoints of %d pods", seed, step, len(seen), len(pods))
			}
			if ch := pack(); len(ch.Create)+len(ch.Update)+len(ch.Delete) > 0 {
				t.Fatalf("seed %d step %d: a second pack wants %+v", seed, step, ch)
			}
		}
	}
}

func TestNoBackendsIsOneEmptySlice(t *testing.T) {
	w := Want{Family: discoveryv1.AddressTypeIPv4, Labels: map[string]string{}}
	ch := Pack(w, nil)
	if len(ch.Create) != 1 || len(ch.Create[0].Endpoints) != 0 {
		t.Fatalf("%+v", ch)
	}
	serial := 0
	if again := Pack(w, carry(nil, ch, &serial)); len(again.Create)+len(again.Update)+len(again.Delete) > 0 {
		t.Errorf("again %+v", again)
	}
}
