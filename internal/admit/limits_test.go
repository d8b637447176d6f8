package admit

import (
	"testing"

	"k8s.io/apiserver/pkg/admission"
)

func TestLimits(t *testing.T) {
	limit := func(items string) string {
		return here + "\n---\n{apiVersion: v1, kind: LimitRange, metadata: {name: l}, spec: {limits: [" + items + "]}}"
	}
	pod := func(resources string) string {
		return podIs("containers: [{name: c, image: i, resources: {" + resources + "}}]")
	}
	claim := "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: p}, spec: {resources: {requests: {storage: 2Gi}}}}"
	for name, x := range map[string]struct {
		limits, obj string
		want        string
		fields      []string
	}{
		"defaults": {"{type: Container, default: {cpu: 2, memory: 1Gi}, defaultRequest: {cpu: 1}}", pod(""), "",
			[]string{`spec.containers.0.resources={"limits":{"cpu":"2","memory":"1Gi"},"requests":{"cpu":"1"}}`,
				`metadata.annotations={"kubernetes.io/limit-ranger":"LimitRanger plugin set: cpu request for container c; cpu, memory limit for container c"}`}},
		"what is said stands": {"{type: Container, default: {cpu: 2}, defaultRequest: {cpu: 1}}", pod("requests: {cpu: 500m}, limits: {cpu: 600m}"), "",
			[]string{`spec.containers.0.resources={"limits":{"cpu":"600m"},"requests":{"cpu":"500m"}}`, `metadata.annotations=null`}},
		"init containers too": {"{type: Container, default: {cpu: 2}}", podIs(one + ", initContainers: [{name: c0, image: i}]"), "",
			[]string{`spec.initContainers.0.resources.limits.cpu="2"`}},
		"two ranges": {"{type: Container, default: {cpu: 2}, max: {cpu: 4}}, {type: Container, default: {memory: 1Gi}}", pod(""), "",
			[]string{`spec.containers.0.resources.limits={"cpu":"2","memory":"1Gi"}`}},
		"max":              {"{type: Container, max: {cpu: 1}}", pod("limits: {cpu: 1500m}, requests: {cpu: 1}"), `pods "p" is forbidden: maximum cpu usage per Container is 1, but limit is 1500m`, nil},
		"min":              {"{type: Container, min: {memory: 1Gi}}", pod("requests: {memory: 512Mi}"), "minimum memory usage per Container is 1Gi, but request is 512Mi", nil},
		"min of limit":     {"{type: Container, min: {memory: 1Gi}}", pod("requests: {memory: 2Gi}, limits: {memory: 3Mi}"), "minimum memory usage per Container is 1Gi, but limit is 3Mi", nil},
		"ratio":            {"{type: Container, maxLimitRequestRatio: {cpu: 2}}", pod("requests: {cpu: 1}, limits: {cpu: 3}"), "cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000", nil},
		"ratio, kept":      {"{type: Container, maxLimitRequestRatio: {cpu: 1500m}}", pod("requests: {cpu: 2}, limits: {cpu: 3}"), "", nil},
		"ratio of nothing": {"{type: Pod, maxLimitRequestRatio: {cpu: 2}}", pod(""), "cpu max limit to request ratio per Pod is 2, but no request is specified or request is 0", nil},
		"pod's sum":        {"{type: Pod, max: {cpu: 2}}", podIs("containers: [{name: a, image: i, resources: {limits: {cpu: 1}}}, {name: b, image: i, resources: {limits: {cpu: 1500m}}}]"), "maximum cpu usage per Pod is 2, but limit is 2500m", nil},
		"pod's init":       {"{type: Pod, max: {cpu: 2}}", podIs("containers: [{name: a, image: i, resources: {limits: {cpu: 1}}}], initContainers: [{name: b, image: i, resources: {limits: {cpu: 2}}}]"), "", nil},
		"pod's sidecar":    {"{type: Pod, max: {cpu: 2}}", podIs("containers: [{name: a, image: i, resources: {limits: {cpu: 1}}}], initContainers: [{name: b, image: i, restartPolicy: Always, resources: {limits: {cpu: 2}}}]"), "maximum cpu usage per Pod is 2, but limit is 3", nil},
		"pod level":        {"{type: Pod, max: {cpu: 2}}", podIs("resources: {limits: {cpu: 3}}, containers: [{name: a, image: i, resources: {limits: {cpu: 1}}}]"), "maximum cpu usage per Pod is 2, but limit is 3", nil},
		"several":          {"{type: Pod, max: {cpu: 1, memory: 1Gi}}", pod("limits: {cpu: 2, memory: 2Gi}"), `pods "p" is forbidden: [maximum cpu usage per Pod is 1, but limit is 2, maximum memory usage per Pod is 1Gi, but limit is 2Gi]`, nil},
		"extended":         {"{type: Container, max: {example.com/gpu: 1}}", pod("limits: {example.com/gpu: 2}, requests: {example.com/gpu: 2}"), "maximum example.com/gpu usage per Container is 1, but limit is 2", nil},
		"claim":            {"{type: PersistentVolumeClaim, max: {storage: 2Gi}, min: {storage: 1Gi}}", claim, "", nil},
		"claim's max":      {"{type: PersistentVolumeClaim, max: {storage: 1Gi}}", claim, `persistentvolumeclaims "p" is forbidden: maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi`, nil},
		"claim's min":      {"{type: PersistentVolumeClaim, min: {storage: 3Gi}}", claim, "minimum storage usage per PersistentVolumeClaim is 3Gi, but request is 2Gi", nil},
	} {
		t.Run(name, func(t *testing.T) {
			obj, _, err := trial{op: admission.Create, obj: x.obj}.run(t, newCluster(t, limit(x.limits)))
			verdict(t, err, x.want)
			if err == nil {
				fields(t, obj, x.fields...)
			}
		})
	}
	t.Run("resize", func(t *testing.T) {
		_, _, err := trial{op: admission.Update, sub: "resize", obj: pod("requests: {cpu: 2}, limits: {cpu: 2}"), old: pod("requests: {cpu: 1}, limits: {cpu: 1}")}.run(t, newCluster(t, limit("{type: Container, max: {cpu: 1}}")))
		verdict(t, err, "maximum cpu usage per Container is 1, but limit is 2")
	})
	t.Run("update is not asked", func(t *testing.T) {
		_, _, err := trial{op: admission.Update, obj: pod("limits: {cpu: 2}"), old: pod("limits: {cpu: 2}")}.run(t, newCluster(t, limit("{type: Container, max: {cpu: 1}}")))
		verdict(t, err, "")
	})
}

func TestStorage(t *testing.T) {
	class := func(name, made, mark string) string {
		return "\n---\n{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: " + name + ", creationTimestamp: " + made + ", annotations: {" + mark + "}}, allowVolumeExpansion: " + map[bool]string{true: "true", false: "false"}[name == "grows"] + "}"
	}
	const yes = `storageclass.kubernetes.io/is-default-class: "true"`
	const beta = `storageclass.beta.kubernetes.io/is-default-class: "true"`
	const d1, d2 = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"
	claim := func(meta, spec, status string) string {
		return "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c" + meta + "}, spec: {" + spec + "}, status: {" + status + "}}"
	}
	sized := func(class, size, phase string) string {
		return claim("", "storageClassName: "+class+", resources: {requests: {storage: "+size+"}}", "phase: "+phase)
	}
	for name, x := range map[string]struct {
		classes string
		trial
		want   string
		fields []string
	}{
		"no default":      {class("a", d1, ""), trial{op: admission.Create, obj: claim("", "", "")}, "", []string{`spec.storageClassName=null`, `metadata.finalizers=["kubernetes.io/pvc-protection"]`}},
		"default":         {class("a", d1, yes) + class("b", d1, ""), trial{op: admission.Create, obj: claim("", "", "")}, "", []string{`spec.storageClassName="a"`}},
		"newest default":  {class("a", d1, yes) + class("b", d2, yes), trial{op: admission.Create, obj: claim("", "", "")}, "", []string{`spec.storageClassName="b"`}},
		"first by name":   {class("b", d1, yes) + class("a", d1, beta), trial{op: admission.Create, obj: claim("", "", "")}, "", []string{`spec.storageClassName="a"`}},
		"named":           {class("a", d1, yes), trial{op: admission.Create, obj: claim("", "storageClassName: x", "")}, "", []string{`spec.storageClassName="x"`}},
		"none wanted":     {class("a", d1, yes), trial{op: admission.Create, obj: claim("", `storageClassName: ""`, "")}, "", []string{`spec.storageClassName=""`}},
		"old annotation":  {class("a", d1, yes), trial{op: admission.Create, obj: claim(", annotations: {volume.beta.kubernetes.io/storage-class: x}", "", "")}, "", []string{`spec.storageClassName=null`}},
		"protected":       {"", trial{op: admission.Create, obj: claim(", finalizers: [a, kubernetes.io/pvc-protection]", "", "")}, "", []string{`metadata.finalizers=["a","kubernetes.io/pvc-protection"]`}},
		"volume":          {"", trial{op: admission.Create, obj: "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}}"}, "", []string{`metadata.finalizers=["kubernetes.io/pv-protection"]`}},
		"attributes":      {"", trial{op: admission.Create, obj: "{apiVersion: storage.k8s.io/v1, kind: VolumeAttributesClass, metadata: {name: v}, driverName: d}"}, "", []string{`metadata.finalizers=["kubernetes.io/vac-protection"]`}},
		"update":          {"", trial{op: admission.Update, obj: claim("", "", ""), old: claim("", "", "")}, "", []string{`metadata.finalizers=null`}},
		"grows":           {class("grows", d1, ""), trial{op: admission.Update, obj: sized("grows", "2Gi", "Bound"), old: sized("grows", "1Gi", "Bound")}, "", nil},
		"grows unbound":   {class("grows", d1, ""), trial{op: admission.Update, obj: sized("grows", "2Gi", "Pending"), old: sized("grows", "1Gi", "Pending")}, `persistentvolumeclaims "c" is forbidden: Only bound persistent volume claims can be expanded`, nil},
		"may not grow":    {class("fixed", d1, ""), trial{op: admission.Update, obj: sized("fixed", "2Gi", "Bound"), old: sized("fixed", "1Gi", "Bound")}, "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize", nil},
		"class is gone":   {"", trial{op: admission.Update, obj: sized("grows", "2Gi", "Bound"), old: sized("grows", "1Gi", "Bound")}, "only dynamically provisioned pvc can be resized", nil},
		"no class, grows": {class("grows", d1, ""), trial{op: admission.Update, obj: sized(`""`, "2Gi", "Bound"), old: sized(`""`, "1Gi", "Bound")}, "only dynamically provisioned pvc can be resized", nil},
		"shrinks":         {"", trial{op: admission.Update, obj: sized("x", "1Gi", "Bound"), old: sized("x", "2Gi", "Bound")}, "", nil},
		"ingress": {"\n---\n{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: front, annotations: {ingressclass.kubernetes.io/is-default-class: \"true\"}}}",
			trial{op: admission.Create, obj: "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i}}"}, "", []string{`spec.ingressClassName="front"`}},
		"ingress, noted": {"\n---\n{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: front, annotations: {ingressclass.kubernetes.io/is-default-class: \"true\"}}}",
			trial{op: admission.Create, obj: `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, annotations: {kubernetes.io/ingress.class: ""}}}`}, "", []string{`spec.ingressClassName=null`}},
	} {
		t.Run(name, func(t *testing.T) {
			obj, _, err := x.run(t, newCluster(t, here+x.classes))
			verdict(t, err, x.want)
			if err == nil {
				fields(t, obj, x.fields...)
			}
		})
	}
}
