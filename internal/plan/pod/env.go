package pod

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// EnvInput is what a container's environment is made of. The maps hold what EnvRefs asked for; an object that is
// missing there does not exist.
type EnvInput struct {
	Pod        *corev1.Pod
	Container  *corev1.Container
	ConfigMaps map[string]*corev1.ConfigMap
	Secrets    map[string]*corev1.Secret
	// Files are the texts of EnvFiles; one that is missing here does not exist.
	Files map[EnvFile]string
	// Services are those of the pod's namespace and default/kubernetes.
	Services []*corev1.Service
	// Node is what downward API fields may name.
	Node Facts
}

// Facts are values of the downward API that the pod's object does not hold yet when its containers start.
type Facts struct {
	PodIPs, HostIPs []string
	// Allocatable stands in for limits that a container does not set.
	Allocatable corev1.ResourceList
}

// EnvRefs names the config maps and secrets that the environment of a container needs.
func EnvRefs(c *corev1.Container) (configMaps, secrets []string) {
	for _, f := range c.EnvFrom {
		if f.ConfigMapRef != nil {
			configMaps = append(configMaps, f.ConfigMapRef.Name)
		}
		if f.SecretRef != nil {
			secrets = append(secrets, f.SecretRef.Name)
		}
	}
	for _, e := range c.Env {
		if v := e.ValueFrom; v != nil && v.ConfigMapKeyRef != nil {
			configMaps = append(configMaps, v.ConfigMapKeyRef.Name)
		} else if v != nil && v.SecretKeyRef != nil {
			secrets = append(secrets, v.SecretKeyRef.Name)
		}
	}
	return configMaps, secrets
}

// Env is the environment of a container, in the order of the spec, services after it. The error is for people and names
// what is missing; kubelet calls it CreateContainerConfigError.
func Env(in EnvInput) ([]string, error) {
	services := serviceEnv(in.Pod, in.Services)
	values := map[string]string{}
	var order []string
	set := func(name, value string) {
		if _, again := values[name]; !again {
			order = append(order, name)
		}
		values[name] = value
	}
	for _, f := range in.Container.EnvFrom {
		data, err := in.envFrom(f)
		if err != nil {
			return nil, err
		}
		for _, key := range slices.Sorted(maps.Keys(data)) {
			set(f.Prefix+key, data[key])
		}
	}
	lookup := func(name string) (string, bool) {
		if v, ok := values[name]; ok {
			return v, true
		}
		v, ok := services[name]
		return v, ok
	}
	for _, e := range in.Container.Env {
		if e.ValueFrom == nil {
			set(e.Name, Expand(e.Value, lookup))
			continue
		}
		value, ok, err := in.valueFrom(e.ValueFrom)
		if err != nil {
			return nil, err
		}
		if ok {
			set(e.Name, value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(services)) {
		if _, own := values[name]; !own {
			set(name, services[name])
		}
	}
	env := make([]string, len(order))
	for i, name := range order {
		env[i] = name + "=" + values[name]
	}
	return env, nil
}

func (in *EnvInput) envFrom(f corev1.EnvFromSource) (map[string]string, error) {
	switch {
	case f.ConfigMapRef != nil:
		cm := in.ConfigMaps[f.ConfigMapRef.Name]
		if cm == nil {
			if isTrue(f.ConfigMapRef.Optional) {
				return nil, nil
			}
			return nil, fmt.Errorf("configmap %q not found", f.ConfigMapRef.Name)
		}
		return cm.Data, nil
	case f.SecretRef != nil:
		s := in.Secrets[f.SecretRef.Name]
		if s == nil {
			if isTrue(f.SecretRef.Optional) {
				return nil, nil
			}
			return nil, fmt.Errorf("secret %q not found", f.SecretRef.Name)
		}
		data := make(map[string]string, len(s.Data))
		for k, v := range s.Data {
			data[k] = string(v)
		}
		return data, nil
	}
	return nil, nil
}

// valueFrom resolves one reference; ok is false if it is optional and not there.
func (in *EnvInput) valueFrom(v *corev1.EnvVarSource) (value string, ok bool, err error) {
	switch {
	case v.FieldRef != nil:
		value, err = Field(in.Pod, v.FieldRef.FieldPath, in.Node)
		return value, true, err
	case v.ResourceFieldRef != nil:
		value, err = Resource(in.Pod, in.Container, v.ResourceFieldRef, in.Node)
		return value, true, err
	case v.ConfigMapKeyRef != nil:
		ref := v.ConfigMapKeyRef
		cm := in.ConfigMaps[ref.Name]
		if cm == nil && !isTrue(ref.Optional) {
			return "", false, fmt.Errorf("configmap %q not found", ref.Name)
		}
		if cm != nil {
			value, ok = cm.Data[ref.Key]
		}
		if !ok && !isTrue(ref.Optional) {
			return "", false, fmt.Errorf("couldn't find key %v in ConfigMap %v/%v", ref.Key, in.Pod.Namespace, ref.Name)
		}
		return value, ok, nil
	case v.SecretKeyRef != nil:
		ref := v.SecretKeyRef
		s := in.Secrets[ref.Name]
		if s == nil && !isTrue(ref.Optional) {
			return "", false, fmt.Errorf("secret %q not found", ref.Name)
		}
		var data []byte
		if s != nil {
			data, ok = s.Data[ref.Key]
		}
		if !ok && !isTrue(ref.Optional) {
			return "", false, fmt.Errorf("couldn't find key %v in Secret %v/%v", ref.Key, in.Pod.Namespace, ref.Name)
		}
		return string(data), ok, nil
	case v.FileKeyRef != nil:
		return in.fromFile(v.FileKeyRef)
	}
	return "", false, nil
}

// Expand replaces $(NAME) by what lookup knows and leaves what it does not know; $$ is a plain $.
func Expand(s string, lookup func(string) (string, bool)) string {
	if !strings.Contains(s, "$") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '$')
		if i < 0 || i+1 == len(s) {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		s = s[i+1:]
		switch s[0] {
		case '$':
			b.WriteByte('$')
			s = s[1:]
		case '(':
			end := strings.IndexByte(s, ')')
			if end < 0 {
				b.WriteByte('$')
				continue
			}
			if v, ok := lookup(s[1:end]); ok {
				b.WriteString(v)
			} else {
				b.WriteString("$" + s[:end+1])
			}
			s = s[end+1:]
		default:
			b.WriteByte('$')
		}
	}
}

// ExpandAll expands command lines by a finished environment.
func ExpandAll(args, env []string) []string {
	values := make(map[string]string, len(env))
	for _, e := range env {
		k, v, _ := strings.Cut(e, "=")
		values[k] = v
	}
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = Expand(a, func(name string) (string, bool) { v, ok := values[name]; return v, ok })
	}
	return out
}

// serviceEnv makes the variables of services: all of the pod's namespace if it wants links, and always the API's.
func serviceEnv(p *corev1.Pod, services []*corev1.Service) map[string]string {
	links := p.Spec.EnableServiceLinks == nil || *p.Spec.EnableServiceLinks
	byName := map[string]*corev1.Service{}
	for _, s := range services {
		if s.Spec.ClusterIP == "" || s.Spec.ClusterIP == corev1.ClusterIPNone || len(s.Spec.Ports) == 0 {
			continue
		}
		api := s.Namespace == corev1.NamespaceDefault && s.Name == "kubernetes"
		_, taken := byName[s.Name]
		if links && s.Namespace == p.Namespace || api && !taken {
			byName[s.Name] = s
		}
	}
	env := map[string]string{}
	for _, s := range byName {
		addServiceEnv(env, s)
	}
	return env
}

func addServiceEnv(env map[string]string, s *corev1.Service) {
	upper := func(n string) string { return strings.ToUpper(strings.ReplaceAll(n, "-", "_")) }
	name, ip := upper(s.Name), s.Spec.ClusterIP
	env[name+"_SERVICE_HOST"] = ip
	env[name+"_SERVICE_PORT"] = fmt.Sprint(s.Spec.Ports[0].Port)
	for i, p := range s.Spec.Ports {
		if p.Name != "" {
			env[name+"_SERVICE_PORT_"+upper(p.Name)] = fmt.Sprint(p.Port)
		}
		protocol := strings.ToLower(string(p.Protocol))
		if protocol == "" {
			protocol = "tcp"
		}
		host := ip
		if strings.Contains(ip, ":") {
			host = "[" + ip + "]"
		}
		url := fmt.Sprintf("%s://%s:%d", protocol, host, p.Port)
		if i == 0 {
			env[name+"_PORT"] = url
		}
		prefix := fmt.Sprintf("%s_PORT_%d_%s", name, p.Port, strings.ToUpper(protocol))
		env[prefix] = url
		env[prefix+"_PROTO"] = protocol
		env[prefix+"_PORT"] = fmt.Sprint(p.Port)
		env[prefix+"_ADDR"] = ip
	}
}
