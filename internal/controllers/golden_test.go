package controllers_test

import (
	"flag"
	"path/filepath"
	"testing"

	"gantry.dev/gantry/internal/controllers/endpoints"
	"gantry.dev/gantry/internal/controllers/endpointslice"
	"gantry.dev/gantry/internal/controllers/endpointslicemirroring"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view/viewtest"
)

var updateGoldens = flag.Bool("update-goldens", false, "write what comes out into the goldens")

// TestGoldens has a story per documented behaviour, in testdata/ROOM; package viewtest says how they are written.
func TestGoldens(t *testing.T) {
	for room, ctls := range map[string][]reconcile.Controller{
		"endpointslice":          {endpointslice.Controller()},
		"endpoints":              {endpoints.Controller()},
		"endpointslicemirroring": {endpointslicemirroring.Controller()},
	} {
		t.Run(room, func(t *testing.T) { viewtest.Goldens(t, filepath.Join("testdata", room), *updateGoldens, ctls...) })
	}
}
