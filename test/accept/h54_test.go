package accept

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
)

// hugePages are as many as the machine keeps for H54, of 2 MiB each.
const hugePages = 8

// H54: huge pages: the node tells of them, a pod that asks for them has them as a volume and no more of them than it asked for, and others have none.
func TestH54(t *testing.T) {
	const file = "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages"
	before, err := readString(file)
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the kernel has no pages of 2 MiB")
	}
	if err != nil {
		t.Fatal(err)
	}
	had, err := strconv.Atoi(strings.TrimSpace(before))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strconv.Itoa(had+hugePages)), 0); err != nil {
		t.Skip("the machine keeps no huge pages:", err)
	}
	t.Cleanup(func() {
		if err := os.WriteFile(file, []byte(strconv.Itoa(had)), 0); err != nil {
			t.Error(err)
		}
	})
	if now, err := readString(file); err != nil || strings.TrimSpace(now) != strconv.Itoa(had+hugePages) {
		t.Skipf("the machine has no memory left in one piece for huge pages: %s, %v", now, err)
	}
	in := newInstance(t, "127.0.0.1:17473")
	if err := in.up(); err != nil {
		t.Fatal(err)
	}
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	if got, want := w.field("nodes", `.items[0].status.allocatable.hugepages-2Mi`), strconv.Itoa((had+hugePages)*2)+"Mi"; got != want {
		t.Errorf("the node has %s of huge pages, want %s", got, want)
	}
	const mount, volume = "volumeMounts: [{name: huge, mountPath: /huge}]", "volumes: [{name: huge, emptyDir: {medium: HugePages}}]"
	const size = "resources: {requests: {memory: 32Mi}, limits: {hugepages-2Mi: 4Mi, memory: 32Mi}}"
	w.apply(pod("huge", busybox, "grep -o 'hugetlbfs .*pagesize=2M' /proc/mounts; echo limit $LIMIT; fallocate -l 4M /huge/file && echo fits; fallocate -l 8M /huge/more || echo no more",
		size+", "+mount+", env: [{name: LIMIT, valueFrom: {resourceFieldRef: {resource: limits.hugepages-2Mi, divisor: 1Mi}}}]", volume))
	words := []string{"hugetlbfs", "limit 4", "fits"}
	if counted(t) {
		words = append(words, "no more")
	}
	w.prints("huge", words...)
	w.apply(pod("without", busybox, "true", mount, "volumes: [{name: huge, emptyDir: {medium: HugePages-2Mi}}]"))
	w.eventually("huge pages that were not asked for are not given", func() error {
		return want(w.field("events", `.items[?(@.involvedObject.name=="without")].message`), "requests no huge pages")
	})
	w.apply(pod("many", busybox, "true", "resources: {limits: {hugepages-2Mi: 1Gi, memory: 32Mi}}", "nodeName: "+w.field("pod/huge", ".spec.nodeName")))
	if phase := w.over("many"); phase != "Failed" || w.field("pod/many", ".status.reason") != "OutOfhugepages-2Mi" {
		t.Errorf("a pod that asks for more than there is: %s, %s", phase, w.field("pod/many", ".status.reason"))
	}
	w.k("delete", "pod", "--all", "--timeout=60s")
	w.eventually("the pages are given back", func() error {
		free, err := readString("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages")
		return errors.Join(err, want(strings.TrimSpace(free), strconv.Itoa(had+hugePages)))
	})
}

// counted says whether the kernel counts huge pages in cgroups that the node uses.
func counted(t *testing.T) bool {
	t.Helper()
	for _, file := range []string{"/sys/fs/cgroup/cgroup.controllers", "/sys/fs/cgroup/unified/cgroup.controllers"} {
		if text, err := readString(file); err == nil && strings.Contains(text, "hugetlb") {
			return true
		}
	}
	_, err := os.Stat("/sys/fs/cgroup/hugetlb")
	return err == nil
}
