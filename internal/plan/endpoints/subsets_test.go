package endpoints

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// Not ready addresses go first, and each subset keeps its part of what is cut.
func TestOverCapacity(t *testing.T) {
	subset := func(ready, not int) corev1.EndpointSubset {
		return corev1.EndpointSubset{Addresses: make([]corev1.EndpointAddress, ready), NotReadyAddresses: make([]corev1.EndpointAddress, not)}
	}
	for _, c := range []struct {
		name       string
		have, want [][2]int
		cut        bool
	}{
		{"fits", [][2]int{{500, 500}}, [][2]int{{500, 500}}, false},
		{"not ready ones go", [][2]int{{900, 300}, {0, 100}}, [][2]int{{900, 75}, {0, 25}}, true},
		{"only ready ones are left", [][2]int{{1000, 10}}, [][2]int{{1000, 0}}, true},
		{"ready ones are shared out", [][2]int{{1500, 10}, {500, 1}}, [][2]int{{750, 0}, {250, 0}}, true},
		{"rounding up leaves less for the last", [][2]int{{1000, 0}, {1000, 0}, {1000, 0}}, [][2]int{{334, 0}, {334, 0}, {332, 0}}, true},
		{"a subset that is all cut goes", [][2]int{{1001, 0}, {0, 5}}, [][2]int{{1000, 0}}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var have []corev1.EndpointSubset
			for _, n := range c.have {
				have = append(have, subset(n[0], n[1]))
			}
			got, cut := truncate(have)
			if cut != c.cut || len(got) != len(c.want) {
				t.Fatalf("cut %t, %d subsets, want %t, %d", cut, len(got), c.cut, len(c.want))
			}
			for i, w := range c.want {
				if len(got[i].Addresses) != w[0] || len(got[i].NotReadyAddresses) != w[1] {
					t.Errorf("subset %d has %d and %d, want %v", i, len(got[i].Addresses), len(got[i].NotReadyAddresses), w)
				}
			}
		})
	}
}
