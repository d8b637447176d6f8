package cli

import "github.com/spf13/cobra"

func more(e *env) []*cobra.Command {
	return []*cobra.Command{imageCommand(e), agentCommand(e), explainCommand(e), nodeCommand(e), debugCommand(e), benchCommand(e), doctorCommand(e), definitionsCommand(e)}
}
