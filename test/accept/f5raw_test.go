package accept

import (
	"fmt"
	"strings"
)

// rawVolumes: a claim of volumeMode Block is a device in its pods, keeps what is written to it, grows under a running pod, and
// goes; whoever wants to mount it is told that it cannot be.
func rawVolumes(w *world) {
	w.apply(claimOf("raw", "8Mi", ", volumeMode: Block"))
	const device = "volumeDevices: [{name: v, devicePath: /dev/disk}]"
	w.apply(pod("first", busybox, "/bin/busybox stat -c %F /dev/disk; printf written | /bin/busybox dd of=/dev/disk conv=notrunc; /bin/busybox blockdev --getsize64 /dev/disk; exit 0", device, withClaim("raw")))
	w.prints("first", "block special file", "8388608")
	pv := w.field("pvc/raw", ".spec.volumeName")
	if mode := w.field("pv/"+pv, ".spec.volumeMode"); mode != "Block" {
		w.Errorf("the volume's mode is %s", mode)
	}
	w.k("delete", "pod", "first")
	w.apply(pod("second", busybox, idle, device, withClaim("raw")))
	w.ready("condition=Ready", "pod/second")
	if out, err := w.inPod("second", "/bin/busybox head -c 7 /dev/disk"); err != nil || out != "written" {
		w.Errorf("the next pod reads %q, %v", out, err)
	}
	w.k("patch", "pvc", "raw", "-p", `{"spec":{"resources":{"requests":{"storage":"12Mi"}}}}`)
	w.eventually("the device has grown", func() error {
		out, err := w.inPod("second", "/bin/busybox blockdev --getsize64 /dev/disk")
		return errorsOr(err, want(out, "12582912"))
	})
	w.eventually("the claim knows", func() error { return want(w.field("pvc/raw", ".status.capacity.storage"), "12Mi") })
	w.apply(pod("mounts", busybox, "exit 0", shareV, withClaim("raw")))
	w.eventually("a refusal", func() error {
		return want(w.k("describe", "pod", "mounts"), "volume v has volumeMode Block, but is specified in volumeMounts")
	})
	w.k("delete", "pod", "second", "mounts", "--grace-period=1")
	w.k("delete", "pvc", "raw")
	w.eventually("the volume is gone", func() error {
		if left := w.k("get", "pv", pv, "--ignore-not-found", "-o", "name"); left != "" {
			return fmt.Errorf("left: %s", left)
		}
		return nil
	})
}

// attachments: the volume of a CSI driver is attached for its pod and detached after it; the test is the driver.
func attachments(w *world) {
	driver := w.ns + ".example.com"
	w.Cleanup(func() {
		for _, object := range []string{"pv/" + w.ns, "csidriver/" + driver} {
			if _, err := w.try("delete", object, "--wait=false"); err != nil {
				w.Log(err)
			}
		}
	})
	w.apply(fmt.Sprintf(`
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: %[1]s}
spec: {attachRequired: true}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: %[2]s}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], storageClassName: "", csi: {driver: %[1]s, volumeHandle: disk-1}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: far}
spec: {accessModes: [ReadWriteOnce], storageClassName: "", volumeName: %[2]s, resources: {requests: {storage: 1Gi}}}
---
`, driver, w.ns))
	w.phase("pvc/far", "Bound")
	w.apply(pod("user", busybox, idle, shareV, withClaim("far")))
	attachment := ""
	mine := fmt.Sprintf(`jsonpath={.items[?(@.spec.attacher==%q)].metadata.name}`, driver)
	w.eventually("an attachment", func() error {
		if attachment = w.k("get", "volumeattachments", "-o", mine); attachment == "" {
			return errStill
		}
		return nil
	})
	if err := want(w.field("volumeattachment/"+attachment, ".spec"), w.ns, w.field("pod/user", ".spec.nodeName")); err != nil {
		w.Error(err)
	}
	listed := func() string { return w.field("nodes", ".items[*].status.volumesAttached[*].name") }
	w.k("patch", "volumeattachment", attachment, "--subresource=status", "--type=merge", "-p", `{"status":{"attached":true}}`)
	w.eventually("the node lists it", func() error { return want(listed(), "kubernetes.io/csi/"+driver+"^disk-1") })
	w.eventually("the pod is told", func() error { return want(w.k("describe", "pod", "user"), "SuccessfulAttachVolume") })
	w.k("delete", "pod", "user", "--grace-period=1")
	w.eventually("the attachment is gone", func() error {
		if left := w.k("get", "volumeattachments", "-o", mine); left != "" {
			return fmt.Errorf("left: %s", left)
		}
		return nil
	})
	if left := listed(); strings.Contains(left, driver) {
		w.Errorf("the node lists %s", left)
	}
}
