package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gantry.dev/gantry/internal/plan/fairshare"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/plan/nodepool"
)

// definitions are the custom kinds that Gantry itself understands, by resource.
func definitions() map[string]string {
	return map[string]string{gang.Groups.String(): gang.Definition, fairshare.Quotas.String(): fairshare.Definition,
		nodepool.Pools.String(): nodepool.Definition}
}

func definitionsCommand(e *env) *cobra.Command {
	return &cobra.Command{Use: "definitions [RESOURCE...]", Short: "Print the definitions of the custom kinds that Gantry understands",
		Long: `Print CustomResourceDefinitions to be applied in clusters that want to use them: kinds of other projects that
Gantry's own scheduler and controllers act upon. Without arguments all of them are printed. Where the project's own definition
is installed already, that does as well.

  podgroups.scheduling.x-k8s.io      gangs: pods with the label scheduling.x-k8s.io/pod-group start together or not at all
  elasticquotas.scheduling.x-k8s.io  guaranteed shares of a cluster that are lent while they are idle
  nodepools.karpenter.sh             nodes of one template; those of the class sim are simulated`,
		Example: "  gantry definitions | gantry kubectl apply -f -\n  gantry definitions podgroups.scheduling.x-k8s.io",
		RunE:    func(_ *cobra.Command, args []string) error { return e.definitions(args) }}
}

func (e *env) definitions(names []string) error {
	all := definitions()
	known := slices.Sorted(maps.Keys(all))
	if len(names) == 0 {
		names = known
	}
	for _, name := range names {
		if all[name] == "" {
			return usageError{fmt.Errorf("there is no definition of %q; there are %s", name, strings.Join(known, ", "))}
		}
	}
	for i, name := range names {
		if i > 0 {
			e.printf("---\n")
		}
		e.printf("%s", all[name])
	}
	return nil
}
