package schedule

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestVolumes(t *testing.T) {
	only := func(name string) func(*corev1.Node) []string {
		return func(n *corev1.Node) []string {
			if n.Name == name {
				return nil
			}
			return []string{"node(s) didn't match PersistentVolume's node affinity"}
		}
	}
	for _, tc := range []struct {
		name, cpu string
		v         Volumes
		want      string
		help      Help
	}{
		{"anywhere", "1", Volumes{Key: "any", Check: func(*corev1.Node) []string { return nil }}, "a", 0},
		{"where it is", "1", Volumes{Key: "b", Check: only("b")}, "b", 0},
		{"nowhere", "1", Volumes{Key: "c", Check: only("c")}, "0/2 nodes are available: 2 node(s) didn't match PersistentVolume's node affinity.", HelpNode | HelpVolumes},
		{"room is said first", "8", Volumes{Key: "c", Check: only("c")}, "0/2 nodes are available: 2 Insufficient cpu.", HelpNode},
		{"no claim", "1", Volumes{Refusal: `persistentvolumeclaim "x" not found`}, `0/2 nodes are available: persistentvolumeclaim "x" not found.`, HelpRoom | HelpVolumes},
		{"in use", "1", Volumes{Key: "x", Check: only("a"), Exclusive: []string{"default/taken"}},
			"0/2 nodes are available: 2 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod.", HelpNode | HelpRoom | HelpVolumes},
		{"free", "1", Volumes{Key: "x", Check: only("b"), Exclusive: []string{"default/free"}}, "b", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := NewState(nil)
			s.SetNode(mkNode("a", "4", "4Gi", 10))
			s.SetNode(mkNode("b", "4", "4Gi", 10))
			there := read(t, "there", `spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: taken}}]}`)
			there.Spec.NodeName = "b"
			s.SetPod(there)
			b, r := s.Assign([]Pod{{Pod: mkPod("p", tc.cpu, "1Mi"), Volumes: &tc.v}})
			var got string
			var help Help
			if len(b) > 0 {
				got = b[0].Node
			} else {
				got, _, _ = strings.Cut(r[0].Message, preemptionSays)
				help = r[0].Help
			}
			if got != tc.want || help != tc.help {
				t.Errorf("got %q (%b), want %q (%b)", got, help, tc.want, tc.help)
			}
		})
	}
}

// One of two pods in a batch gets a claim that is for one; the other when that one has gone.
func TestExclusiveClaimWithinABatch(t *testing.T) {
	s := NewState(nil)
	s.SetNode(mkNode("a", "4", "4Gi", 10))
	v := &Volumes{Key: "k", Check: func(*corev1.Node) []string { return nil }, Exclusive: []string{"default/one"}}
	pod := func(name string) Pod {
		return Pod{Pod: read(t, name, `spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: one}}]}`), Volumes: v}
	}
	b, r := s.Assign([]Pod{pod("p"), pod("q")})
	if len(b) != 1 || len(r) != 1 || b[0].Pod.Name != "p" {
		t.Fatalf("bound %v, refused %v", b, r)
	}
	s.RemovePod("p")
	if b, _ := s.Assign([]Pod{pod("q")}); len(b) != 1 {
		t.Error("the claim is not free again")
	}
}

// Where nobody looks at claims, they keep no pod from its place.
func TestVolumesOfNoConcern(t *testing.T) {
	prof := DefaultProfile()
	prof.Off = []string{VolumeBinding}
	prof, err := prof.Compile()
	if err != nil {
		t.Fatal(err)
	}
	s := NewState(nil)
	s.SetNode(mkNode("a", "4", "4Gi", 10))
	v := &Volumes{Refusal: "no", Key: "k", Check: func(*corev1.Node) []string { return []string{"no"} }}
	if b, r := s.Assign([]Pod{{Pod: mkPod("p", "1", "1Mi"), Volumes: v, Profile: prof}, {Pod: mkPod("q", "1", "1Mi"), Volumes: v}}); len(b) != 1 || len(r) != 1 || b[0].Pod.Name != "p" {
		t.Errorf("bound %v, refused %v", b, r)
	}
}
