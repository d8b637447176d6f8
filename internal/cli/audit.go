package cli

import (
	"path/filepath"
	"strconv"

	"github.com/spf13/pflag"

	"gantry.dev/gantry/internal/driver/auditlog"
)

// auditFlags are kube-apiserver's, with its defaults.
func auditFlags(f *pflag.FlagSet, o *auditlog.Options) {
	f.StringVar(&o.PolicyFile, "audit-policy-file", "", "audit.k8s.io/v1 Policy: what is recorded about which requests")
	f.StringVar(&o.LogPath, "audit-log-path", "", `file of the audit log; "-" is standard output`)
	f.IntVar(&o.LogMaxSize, "audit-log-maxsize", 100, "megabytes at which the audit log is rotated")
	f.IntVar(&o.LogMaxBackups, "audit-log-maxbackup", 100, "rotated audit logs to keep; 0 keeps all")
	f.IntVar(&o.LogMaxAge, "audit-log-maxage", 366, "days for which rotated audit logs are kept; 0 keeps them forever")
	f.BoolVar(&o.LogCompress, "audit-log-compress", false, "compress rotated audit logs")
	f.StringVar(&o.LogFormat, "audit-log-format", auditlog.FormatJSON, "form of the audit log: json or legacy")
	f.StringVar(&o.WebhookConfig, "audit-webhook-config-file", "", "kubeconfig of a server that takes audit events")
}

// auditArgs are the flags that make a daemon keep the same log.
func auditArgs(o *auditlog.Options) []string {
	if o.PolicyFile == "" && o.LogPath == "" && o.WebhookConfig == "" {
		return nil
	}
	return []string{"--audit-policy-file", absolute(o.PolicyFile), "--audit-log-path", absolute(o.LogPath), "--audit-log-maxsize", strconv.Itoa(o.LogMaxSize),
		"--audit-log-maxbackup", strconv.Itoa(o.LogMaxBackups), "--audit-log-maxage", strconv.Itoa(o.LogMaxAge),
		"--audit-log-compress=" + strconv.FormatBool(o.LogCompress), "--audit-log-format", o.LogFormat, "--audit-webhook-config-file", absolute(o.WebhookConfig)}
}

// absolute makes a path one that means the same in the daemon, whose directory is the root.
func absolute(path string) string {
	if path == "" || path == "-" {
		return path
	}
	abs, err := filepath.Abs(path)
	if err != nil { // there is no working directory; the daemon will say so
		return path
	}
	return abs
}
