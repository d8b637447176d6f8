package cli

import (
	"strconv"

	"github.com/spf13/pflag"

	"gantry.dev/gantry/internal/apiserver"
)

// concurrencyFlags are kube-apiserver's, with its defaults.
func concurrencyFlags(f *pflag.FlagSet, c *apiserver.Concurrency) {
	*c = apiserver.DefaultConcurrency()
	f.IntVar(&c.ReadOnly, "max-requests-inflight", c.ReadOnly, "with priority and fairness, this and --max-mutating-requests-inflight sum to the requests that the API serves at the same time; without, this is the bound of those that change nothing, and 0 is none")
	f.IntVar(&c.Mutating, "max-mutating-requests-inflight", c.Mutating, "see --max-requests-inflight; without priority and fairness this is the bound of requests that change something, and 0 is none")
	f.Var(&inverted{&c.Unqueued}, "enable-priority-and-fairness", "queue the API's requests by FlowSchemas and PriorityLevelConfigurations when there are too many; without, what is too much is refused")
	f.Lookup("enable-priority-and-fairness").NoOptDefVal = "true"
}

// concurrencyArgs are the flags that say the same to another process.
func concurrencyArgs(c apiserver.Concurrency) []string {
	if c == apiserver.DefaultConcurrency() {
		return nil
	}
	return []string{"--max-requests-inflight", strconv.Itoa(c.ReadOnly), "--max-mutating-requests-inflight", strconv.Itoa(c.Mutating),
		"--enable-priority-and-fairness=" + strconv.FormatBool(!c.Unqueued)}
}

// inverted is a flag that is true where its field is false.
type inverted struct{ field *bool }

func (i *inverted) String() string { return strconv.FormatBool(i.field == nil || !*i.field) }

// Set implements pflag.Value.
func (i *inverted) Set(s string) error {
	v, err := strconv.ParseBool(s)
	if err == nil {
		*i.field = !v
	}
	return err
}

// Type implements pflag.Value.
func (i *inverted) Type() string { return "bool" }
