package cli

import (
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"gantry.dev/gantry/internal/admit"
	"gantry.dev/gantry/internal/app"
)

// admissionFlags are kube-apiserver's.
func admissionFlags(f *pflag.FlagSet, o *app.Admission) {
	on, all := admit.Describe()
	f.StringSliceVar(&o.Enable, "enable-admission-plugins", nil, "admission plugins to enable in addition to those on by default ("+on+"); there are: "+all)
	f.StringSliceVar(&o.Disable, "disable-admission-plugins", nil, "admission plugins to disable although they are on by default")
	f.StringVar(&o.ConfigFile, "admission-control-config-file", "", "AdmissionConfiguration (apiserver.config.k8s.io/v1): what admission plugins are told")
	f.Var(seconds{&o.NotReadySeconds}, "default-not-ready-toleration-seconds", "how long pods that do not say stay on a node that is not ready (default 300)")
	f.Var(seconds{&o.UnreachableSeconds}, "default-unreachable-toleration-seconds", "how long pods that do not say stay on a node that cannot be reached (default 300)")
}

// seconds is a number that may be left out.
type seconds struct{ n **int64 }

// Set implements pflag.Value.
func (s seconds) Set(text string) error {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return err
	}
	*s.n = &n
	return nil
}

// Type implements pflag.Value.
func (seconds) Type() string { return "int" }

// String implements pflag.Value.
func (s seconds) String() string {
	if s.n == nil || *s.n == nil {
		return ""
	}
	return strconv.FormatInt(**s.n, 10)
}

// admissionArgs are the flags that make a daemon have the same plugins.
func admissionArgs(o *app.Admission) (args []string) {
	if len(o.Enable) > 0 {
		args = append(args, "--enable-admission-plugins", strings.Join(o.Enable, ","))
	}
	if len(o.Disable) > 0 {
		args = append(args, "--disable-admission-plugins", strings.Join(o.Disable, ","))
	}
	if o.ConfigFile != "" {
		args = append(args, "--admission-control-config-file", absolute(o.ConfigFile))
	}
	if o.NotReadySeconds != nil {
		args = append(args, "--default-not-ready-toleration-seconds", strconv.FormatInt(*o.NotReadySeconds, 10))
	}
	if o.UnreachableSeconds != nil {
		args = append(args, "--default-unreachable-toleration-seconds", strconv.FormatInt(*o.UnreachableSeconds, 10))
	}
	return args
}
