// Package extender calls scheduler extenders: HTTP servers of the operator's that have a say in where pods go
// (KubeSchedulerConfiguration, extenders). It makes the calls and checks the answers; when to ask and what to do with the
// answer is package scheduler's.
package extender

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	restclient "k8s.io/client-go/rest"
	configv1 "k8s.io/kube-scheduler/config/v1"
	extenderv1 "k8s.io/kube-scheduler/extender/v1"
)

const (
	// defaultTimeout is upstream's.
	defaultTimeout = 5 * time.Second
	// maxAnswer bounds an answer: ten thousand nodes of 10 KB.
	maxAnswer = 100 << 20
)

// Extender is one extender. It is safe for concurrent use.
type Extender struct {
	cfg    configv1.Extender
	client *http.Client
}

// New makes the client of an extender. Certificates are read from their files once.
func New(cfg configv1.Extender) (*Extender, error) {
	rest := restclient.Config{}
	if t := cfg.TLSConfig; t != nil {
		rest.TLSClientConfig = restclient.TLSClientConfig{Insecure: t.Insecure, ServerName: t.ServerName, CertFile: t.CertFile, KeyFile: t.KeyFile, CAFile: t.CAFile,
			CertData: t.CertData, KeyData: t.KeyData, CAData: t.CAData}
	}
	if cfg.EnableHTTPS && rest.CAFile == "" && len(rest.CAData) == 0 {
		rest.Insecure = true // upstream's: without an authority, any certificate will do
	}
	tls, err := restclient.TLSConfigFor(&rest)
	if err != nil {
		return nil, fmt.Errorf("extender %s: TLS: %w", cfg.URLPrefix, err)
	}
	timeout := cfg.HTTPTimeout.Duration
	if timeout == 0 {
		timeout = defaultTimeout
	}
	return &Extender{cfg: cfg, client: &http.Client{Timeout: timeout, Transport: utilnet.SetTransportDefaults(&http.Transport{TLSClientConfig: tls})}}, nil
}

// Name is the extender's address.
func (e *Extender) Name() string { return e.cfg.URLPrefix }

// Ignorable says that pods are scheduled without it if it fails.
func (e *Extender) Ignorable() bool { return e.cfg.Ignorable }

// Binds says that it binds pods itself.
func (e *Extender) Binds() bool { return e.cfg.BindVerb != "" }

// Preempts says that it has a say in who has to leave.
func (e *Extender) Preempts() bool { return e.cfg.PreemptVerb != "" }

// Interested reports whether a pod is its business.
func (e *Extender) Interested(p *corev1.Pod) bool {
	if len(e.cfg.ManagedResources) == 0 {
		return true
	}
	asks := func(containers []corev1.Container) bool {
		return slices.ContainsFunc(containers, func(c corev1.Container) bool {
			return slices.ContainsFunc(e.cfg.ManagedResources, func(r configv1.ExtenderManagedResource) bool {
				_, requested := c.Resources.Requests[corev1.ResourceName(r.Name)]
				_, limited := c.Resources.Limits[corev1.ResourceName(r.Name)]
				return requested || limited
			})
		})
	}
	return asks(p.Spec.Containers) || asks(p.Spec.InitContainers)
}

// args are a pod and nodes as the extender wants them: by name only if it knows them.
func (e *Extender) args(p *corev1.Pod, nodes []*corev1.Node) *extenderv1.ExtenderArgs {
	out := &extenderv1.ExtenderArgs{Pod: p}
	if e.cfg.NodeCacheCapable {
		names := make([]string, 0, len(nodes))
		for _, n := range nodes {
			names = append(names, n.Name)
		}
		out.NodeNames = &names
		return out
	}
	out.Nodes = &corev1.NodeList{}
	for _, n := range nodes {
		out.Nodes.Items = append(out.Nodes.Items, *n)
	}
	return out
}

// Filter asks which of the nodes will do. failed are the others with a reason, final those where no pod's departure would help.
func (e *Extender) Filter(ctx context.Context, p *corev1.Pod, nodes []*corev1.Node) (kept []*corev1.Node, failed, final map[string]string, err error) {
	if e.cfg.FilterVerb == "" {
		return nodes, nil, nil, nil
	}
	var res extenderv1.ExtenderFilterResult
	if err := e.call(ctx, e.cfg.FilterVerb, e.args(p, nodes), &res); err != nil {
		return nil, nil, nil, err
	}
	if res.Error != "" {
		return nil, nil, nil, errors.New(res.Error)
	}
	var names []string
	switch {
	case e.cfg.NodeCacheCapable && res.NodeNames != nil:
		names = *res.NodeNames
	case res.Nodes != nil:
		for i := range res.Nodes.Items {
			names = append(names, res.Nodes.Items[i].Name)
		}
	}
	for _, name := range names {
		at := slices.IndexFunc(nodes, func(n *corev1.Node) bool { return n.Name == name })
		if at < 0 {
			return nil, nil, nil, fmt.Errorf("extender %q claims a filtered node %q which is not found in the input node list", e.Name(), name)
		}
		kept = append(kept, nodes[at])
	}
	return kept, res.FailedNodes, res.FailedAndUnresolvableNodes, nil
}

// Prioritize asks how good nodes are: its score of each, times its weight.
func (e *Extender) Prioritize(ctx context.Context, p *corev1.Pod, nodes []*corev1.Node) (map[string]int64, error) {
	if e.cfg.PrioritizeVerb == "" {
		return nil, nil
	}
	var res extenderv1.HostPriorityList
	if err := e.call(ctx, e.cfg.PrioritizeVerb, e.args(p, nodes), &res); err != nil {
		return nil, err
	}
	out := map[string]int64{}
	for _, h := range res {
		out[h.Host] += h.Score * e.cfg.Weight
	}
	return out, nil
}

// Preempt asks on which of the nodes it may be the pods named that leave. It may name fewer nodes, and other victims.
func (e *Extender) Preempt(ctx context.Context, p *corev1.Pod, offers map[string]*extenderv1.Victims) (map[string]*extenderv1.MetaVictims, error) {
	args := &extenderv1.ExtenderPreemptionArgs{Pod: p, NodeNameToVictims: offers}
	if e.cfg.NodeCacheCapable {
		args.NodeNameToVictims, args.NodeNameToMetaVictims = nil, map[string]*extenderv1.MetaVictims{}
		for node, v := range offers {
			meta := &extenderv1.MetaVictims{NumPDBViolations: v.NumPDBViolations, Pods: []*extenderv1.MetaPod{}}
			for _, victim := range v.Pods {
				meta.Pods = append(meta.Pods, &extenderv1.MetaPod{UID: string(victim.UID)})
			}
			args.NodeNameToMetaVictims[node] = meta
		}
	}
	var res extenderv1.ExtenderPreemptionResult
	if err := e.call(ctx, e.cfg.PreemptVerb, args, &res); err != nil {
		return nil, err
	}
	return res.NodeNameToMetaVictims, nil
}

// Bind has the extender bind a pod.
func (e *Extender) Bind(ctx context.Context, p *corev1.Pod, node string) error {
	var res extenderv1.ExtenderBindingResult
	args := &extenderv1.ExtenderBindingArgs{PodName: p.Name, PodNamespace: p.Namespace, PodUID: p.UID, Node: node}
	if err := e.call(ctx, e.cfg.BindVerb, args, &res); err != nil {
		return err
	}
	if res.Error != "" {
		return errors.New(res.Error)
	}
	return nil
}

func (e *Extender) call(ctx context.Context, verb string, args, result any) error {
	body, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("extender %s: encoding what to %s: %w", e.Name(), verb, err)
	}
	url := strings.TrimRight(e.cfg.URLPrefix, "/") + "/" + verb
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("extender %s: %w", e.Name(), err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := e.client.Do(req)
	if err != nil {
		return err // it names URL and cause
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("failed %v with extender at URL %v, code %v", verb, e.Name(), resp.StatusCode)
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return fmt.Errorf("reading the answer of %s: %w", url, err)
	case len(raw) > maxAnswer:
		return fmt.Errorf("the answer of %s has more than %d bytes", url, maxAnswer)
	}
	if err := json.Unmarshal(raw, result); err != nil {
		return fmt.Errorf("decoding the answer of %s: %w", url, err)
	}
	return nil
}

// Judges says that it has a say in where pods go, not only in how they get there.
func (e *Extender) Judges() bool {
	return e.cfg.FilterVerb != "" || e.cfg.PrioritizeVerb != "" || e.cfg.PreemptVerb != ""
}
