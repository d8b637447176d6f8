package accept

import (
	"errors"
	"strconv"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"gantry.dev/gantry/internal/testimage"
)

// H7: images as volumes, and environment from files that an init container wrote.
func TestH7(t *testing.T) {
	w := newWorld(t)
	t.Run("an image volume", func(t *testing.T) {
		w, r := w.sub(t), testimage.NewRegistry(t)
		data := testimage.Image(t, v1.Config{},
			testimage.Layer(t, testimage.Dir("models", 0o755), testimage.File("models/one", "first", 0o644), testimage.File("models/tool", "#!/bin/busybox sh\necho ran\n", 0o755)),
			testimage.Layer(t, testimage.File("models/one", "second", 0o644), testimage.File("models/two", "more", 0o644)))
		ref := r.Push(t, "data:1", data)
		mounts := func(ref string) string {
			return "volumes: [{name: data, image: {reference: \"" + ref + "\", pullPolicy: IfNotPresent}}]"
		}
		w.apply(pod("reads", busybox, "cat /data/models/one /data/models/two /two; touch /data/x || echo read-only; /data/models/tool || echo not executable",
			"volumeMounts: [{name: data, mountPath: /data}, {name: data, mountPath: /two, subPath: models/two}]", mounts(ref)))
		w.prints("reads", "secondmoremore")
		if err := want(w.k("logs", "reads"), "read-only", "not executable"); err != nil {
			t.Error(err)
		}
		w.apply(pod("late", busybox, "cat /data/models/one", "volumeMounts: [{name: data, mountPath: /data}]", mounts(r.Host+"/late:1")))
		w.eventually("events tell what is missing", func() error {
			out, err := w.try("events", "--for=pod/late")
			return errors.Join(err, want(out, "Failed to pull image", "NotFound", `Back-off pulling image "`+r.Host+`/late:1"`))
		})
		r.Push(t, "late:1", data)
		w.prints("late", "second")
	})
	t.Run("environment from a file", func(t *testing.T) {
		w := w.sub(t)
		const script = `printf "# made here\nCOLOR='deep blue' # nice\nLINES='one\ntwo'\n" > /work/env`
		init := func(script string) string {
			return "volumes: [{name: work, emptyDir: {}}], initContainers: [{name: make, image: \"busybox:1\", command: [/bin/busybox, sh, -c, " + strconv.Quote(script) + "], volumeMounts: [{name: work, mountPath: /work}]}]"
		}
		from := func(key, more string) string {
			return "{name: GOT, valueFrom: {fileKeyRef: {volumeName: work, path: env, key: " + key + more + "}}}"
		}
		w.apply(pod("painted", busybox, `echo "$GOT|$ALSO|${NONE-unset}"`, "env: ["+from("COLOR", "")+", {name: ALSO, value: \"$(GOT)!\"}, {name: NONE, valueFrom: {fileKeyRef: {volumeName: work, path: env, key: ABSENT, optional: true}}}]", init(script)))
		w.prints("painted", "deep blue|deep blue!|unset")
		w.apply(pod("lacking", busybox, "true", "env: ["+from("ABSENT", "")+"]", init(script)))
		w.waits("lacking", "CreateContainerConfigError", `environment variable key "ABSENT" not found in file "env"`)
		w.apply(pod("broken", busybox, "true", "env: ["+from("COLOR", "")+"]", init("echo COLOR=blue > /work/env")))
		w.waits("broken", "CreateContainerConfigError", "value must be enclosed in single quotes")
	})
}
