package accept

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	podresources "k8s.io/kubelet/pkg/apis/podresources/v1"
)

// H61: memory of NUMA nodes for guaranteed pods (the static policy of the memory manager), placed by the topology manager.
func TestH61(t *testing.T) {
	in := &instance{dir: t.TempDir(), listen: "127.0.0.1:17461"}
	t.Cleanup(func() {
		if err := in.down(); err != nil {
			t.Error(err)
		}
	})
	config, sockets := filepath.Join(in.dir, "kubelet.yaml"), filepath.Join(in.dir, "sockets")
	settings := func(reserved string) {
		t.Helper()
		write(t, config, "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nmemoryManagerPolicy: Static\nkubeReserved: {cpu: 100m, memory: 200Mi}\n"+
			"evictionHard: {memory.available: 100Mi}\nreservedMemory: [{numaNode: 0, limits: {memory: "+reserved+"}}]\ntopologyManagerPolicy: single-numa-node\n"+
			"topologyManagerScope: pod\nmemorySwap: {swapBehavior: LimitedSwap}\n")
	}
	up := func() (string, error) {
		return in.gantry("up", "--listen", in.listen, "--kubelet-config", config, "--pod-resources-dir", sockets)
	}
	settings("200Mi")
	if out, err := up(); err == nil || !strings.Contains(out+err.Error(), `the total amount "200Mi" of type "memory" is not equal to the value "300Mi"`) {
		t.Fatalf("memory that is reserved on no NUMA node: %s, %v", out, err)
	}
	settings("300Mi")
	if out, err := up(); err != nil {
		t.Fatal(out, err)
	}
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	const tells = "trap 'exit 0' TERM; while :; do /bin/busybox sleep 1000 & wait; done"
	size := func(mi int) string { return fmt.Sprintf("resources: {limits: {cpu: 100m, memory: %dMi}}", mi) }
	before := ", initContainers: [{name: before, image: \"" + busybox + "\", command: [/bin/busybox, \"true\"], " + size(64) + "}]"
	w.apply(pod("owns", busybox, tells, size(32), "restartPolicy: Always"+before))
	w.apply(pod("shares", busybox, tells, "", "restartPolicy: Always"))
	w.ready("condition=Ready", "pod/owns", "pod/shares")

	conn, err := grpc.NewClient("unix:"+filepath.Join(sockets, "kubelet.sock"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	lister := podresources.NewPodResourcesListerClient(conn)
	memory := func(name string) []*podresources.ContainerMemory {
		t.Helper()
		one, err := lister.Get(t.Context(), &podresources.GetPodResourcesRequest{PodNamespace: w.ns, PodName: name})
		if err != nil || len(one.PodResources.Containers) != 1 {
			t.Fatalf("pod %s: %v, %v", name, one, err)
		}
		return one.PodResources.Containers[0].Memory
	}
	has := func() error {
		got := memory("owns")
		if len(got) != 1 || got[0].Size != 32<<20 || got[0].MemoryType != "memory" || len(got[0].Topology.Nodes) != 1 {
			return fmt.Errorf("it has %v", got)
		}
		out, err := w.inPod("owns", "/bin/busybox awk '/Mems_allowed_list/ {print $2}' /proc/self/status")
		return errors.Join(err, want(strings.TrimSpace(out), fmt.Sprint(got[0].Topology.Nodes[0].ID)))
	}
	if err := has(); err != nil {
		t.Error(err)
	}
	if got := memory("shares"); len(got) != 0 {
		t.Errorf("a pod that shares has %v", got)
	}
	room, err := lister.GetAllocatableResources(t.Context(), &podresources.AllocatableResourcesRequest{})
	if err != nil || len(room.Memory) == 0 {
		t.Fatalf("all that can be given: %v, %v", room, err)
	}
	node := w.field("nodes", ".items[0].metadata.name")
	for _, c := range []string{`"memoryManagerPolicy":"Static"`, `"topologyManagerScope":"pod"`, `"swapBehavior":"LimitedSwap"`} {
		if got := w.k("get", "--raw", "/api/v1/nodes/"+node+"/proxy/configz"); !strings.Contains(got, c) {
			t.Errorf("the settings that the node tells have no %s: %s", c, got)
		}
	}

	// Who has memory for its own keeps it when the node's programs are started again.
	if _, err := in.gantry("down"); err != nil {
		t.Fatal(err)
	}
	if out, err := up(); err != nil {
		t.Fatal(out, err)
	}
	w.ready("condition=Ready", "pod/owns", "pod/shares")
	w.eventually("it has its memory still, or again", has)
}
