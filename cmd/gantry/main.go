// Gantry is a container orchestrator in one binary. See `gantry help`.
package main

import (
	"os"

	"gantry.dev/gantry/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:])) }
