package bench

import (
	"fmt"
	"strings"
	"time"
)

// sentMark stands before the time at which a status was sent.
const sentMark = "sent at "

// configMapBytes makes a ConfigMap of 1.26 KB as it is answered, the anchors' size.
const configMapBytes = 900

// configMapBody is the form of a ConfigMap; it takes a number.
func configMapBody() string {
	return `{"metadata":{"name":"c%05d","labels":{"app":"bench"}},"data":{"config.yaml":"` + strings.Repeat("x", configMapBytes) + `"}}`
}

// podBody is the form of a pod of about 3 KB as it is answered; it takes a number. Another scheduler than ours is asked
// to place it, so that the API server alone is measured.
func podBody() string {
	var env []string
	for i := range 2 {
		env = append(env, fmt.Sprintf(`{"name":"SETTING_%d","value":"a value of the usual length %d"}`, i, i))
	}
	return `{"metadata":{"name":"p%05d","labels":{"app":"bench","tier":"web","pod-template-hash":"5d4f8c7b9"},"annotations":{"example.com/note":"made by gantry bench"}},` +
		`"spec":{"schedulerName":"bench","containers":[{"name":"web","image":"registry.example/web:1.2.3","args":["--port=8080","--log=info"],` +
		`"env":[` + strings.Join(env, ",") + `],"ports":[{"name":"http","containerPort":8080}],` +
		`"resources":{"requests":{"cpu":"100m","memory":"128Mi"},"limits":{"memory":"256Mi"}},` +
		`"readinessProbe":{"httpGet":{"path":"/ready","port":"http"},"periodSeconds":5},` +
		`"volumeMounts":[{"name":"config","mountPath":"/etc/web"}]}],` +
		`"volumes":[{"name":"config","configMap":{"name":"web"}}]}}`
}

// statusBody is what a node writes when a pod runs.
func statusBody(now time.Time) string {
	at := now.UTC().Format(time.RFC3339)
	return fmt.Sprintf(`{"status":{"phase":"Running","message":"%s%d","startTime":%q,"hostIP":"10.0.0.1","podIP":"10.1.2.3","podIPs":[{"ip":"10.1.2.3"}],`+
		`"conditions":[{"type":"Ready","status":"True","lastTransitionTime":%q},{"type":"ContainersReady","status":"True","lastTransitionTime":%q}],`+
		`"containerStatuses":[{"name":"web","ready":true,"started":true,"restartCount":0,"image":"registry.example/web:1.2.3","imageID":"","state":{"running":{"startedAt":%q}}}]}}`,
		sentMark, now.UnixNano(), at, at, at, at)
}
