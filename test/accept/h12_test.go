package accept

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	podresources "k8s.io/kubelet/pkg/apis/podresources/v1"
)

// H12: CPUs of a container's own (the static policy), told by the pod resources API.
func TestH12(t *testing.T) {
	if runtime.NumCPU() < 2 {
		t.Skip("there has to be a CPU besides that of the machine")
	}
	in := &instance{dir: t.TempDir(), listen: "127.0.0.1:17447"}
	t.Cleanup(func() {
		if err := in.down(); err != nil {
			t.Error(err)
		}
	})
	config, sockets := filepath.Join(in.dir, "kubelet.yaml"), filepath.Join(in.dir, "sockets")
	write(t, config, "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\ncpuManagerPolicy: static\nkubeReserved: {cpu: 300m}\ntopologyManagerPolicy: single-numa-node\n")
	up := func() {
		t.Helper()
		if _, err := in.gantry("up", "--listen", in.listen, "--kubelet-config", config, "--pod-resources-dir", sockets); err != nil {
			t.Fatal(err)
		}
	}
	up()
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	if got := w.field("nodes", ".items[0].status.allocatable.cpu"); got != fmt.Sprint(runtime.NumCPU()-1) {
		t.Errorf("pods can have %s CPUs of %d", got, runtime.NumCPU())
	}
	const tells = "trap 'exit 0' TERM; while :; do grep Cpus_allowed_list /proc/self/status; /bin/busybox sleep 1 & wait; done"
	allowed := func(name string) string {
		out, err := w.inPod(name, "/bin/busybox awk '/Cpus_allowed_list/ {print $2}' /proc/self/status")
		if err != nil {
			return err.Error()
		}
		return strings.TrimSpace(out)
	}
	w.apply(pod("shares", busybox, tells, "", "restartPolicy: Always"))
	w.ready("condition=Ready", "pod/shares")
	all := allowed("shares")
	own := "resources: {limits: {cpu: 1, memory: 32Mi}}"
	w.apply(pod("owns", busybox, tells, own, "restartPolicy: Always, initContainers: [{name: before, image: \""+busybox+"\", command: [/bin/busybox, \"true\"], resources: {limits: {cpu: 1, memory: 32Mi}}}]"))
	w.apply(pod("burst", busybox, tells, "resources: {requests: {memory: 16Mi}}", "restartPolicy: Always"))
	w.ready("condition=Ready", "pod/owns", "pod/burst")
	mine := allowed("owns")
	if strings.ContainsAny(mine, ",-") || mine == "" {
		t.Errorf("it has the CPUs %q for its own", mine)
	}
	others := func() {
		t.Helper()
		for _, name := range []string{"shares", "burst"} {
			w.eventually(name+" leaves its CPU alone", func() error {
				got := allowed(name)
				if got == all || got == mine || slices.Contains(strings.Split(got, ","), mine) {
					return fmt.Errorf("it runs on %s of %s", got, all)
				}
				return nil
			})
		}
	}
	others()

	conn, err := grpc.NewClient("unix:"+filepath.Join(sockets, "kubelet.sock"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	lister := podresources.NewPodResourcesListerClient(conn)
	cpus := func() error {
		res, err := lister.List(t.Context(), &podresources.ListPodResourcesRequest{})
		if err != nil {
			return err
		}
		for _, p := range res.PodResources {
			if p.Namespace != w.ns {
				continue
			}
			if len(p.Containers) != 1 {
				return fmt.Errorf("pod %s: %v", p.Name, p.Containers)
			}
			if got := fmt.Sprint(p.Containers[0].CpuIds); (p.Name == "owns") != (got == "["+mine+"]") {
				return fmt.Errorf("pod %s has %s for its own", p.Name, got)
			}
		}
		return nil
	}
	if err := cpus(); err != nil {
		t.Error(err)
	}
	if one, err := lister.Get(t.Context(), &podresources.GetPodResourcesRequest{PodNamespace: w.ns, PodName: "owns"}); err != nil || len(one.PodResources.Containers) != 1 {
		t.Errorf("the pod alone: %v, %v", one, err)
	}
	if _, err := lister.Get(t.Context(), &podresources.GetPodResourcesRequest{PodNamespace: w.ns, PodName: "nobody"}); err == nil {
		t.Error("a pod that is not there has resources")
	}
	room, err := lister.GetAllocatableResources(t.Context(), &podresources.AllocatableResourcesRequest{})
	if err != nil || len(room.CpuIds) != runtime.NumCPU()-1 {
		t.Errorf("all that can be given: %v, %v", room, err)
	}

	// Who has a CPU keeps it when the node's programs are started again.
	if _, err := in.gantry("down"); err != nil {
		t.Fatal(err)
	}
	up()
	w.ready("condition=Ready", "pod/shares", "pod/burst")
	w.eventually("it has its CPU still, or again", func() error {
		if got := allowed("owns"); got == "" || strings.ContainsAny(got, ",- ") {
			return fmt.Errorf("it runs on %s", got)
		}
		mine = allowed("owns")
		return cpus()
	})
	others()
	w.k("delete", "pod", "owns")
	w.eventually("its CPU is for all again", func() error {
		return errors.Join(want(allowed("shares"), all), want(allowed("burst"), all))
	})
}
