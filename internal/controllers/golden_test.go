package controllers_test

import (
	"flag"
	"path/filepath"
	"testing"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/controllers/aggregation"
	"gantry.dev/gantry/internal/controllers/attachment"
	"gantry.dev/gantry/internal/controllers/disruption"
	"gantry.dev/gantry/internal/controllers/endpoints"
	"gantry.dev/gantry/internal/controllers/endpointslice"
	"gantry.dev/gantry/internal/controllers/endpointslicemirroring"
	"gantry.dev/gantry/internal/controllers/eviction"
	"gantry.dev/gantry/internal/controllers/garbage"
	"gantry.dev/gantry/internal/controllers/localvolume"
	"gantry.dev/gantry/internal/controllers/nodelifecycle"
	"gantry.dev/gantry/internal/controllers/podgc"
	"gantry.dev/gantry/internal/controllers/resourceclaim"
	"gantry.dev/gantry/internal/controllers/rootca"
	"gantry.dev/gantry/internal/controllers/serviceaccount"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/view/viewtest"
)

var updateGoldens = flag.Bool("update-goldens", false, "write what comes out into the goldens")

// TestGoldens has a story per documented behaviour, in testdata/ROOM; package viewtest says how they are written.
func TestGoldens(t *testing.T) {
	lifecycle := nodelifecycle.Defaults()
	lifecycle.Started = viewtest.Epoch
	for room, ctls := range map[string][]reconcile.Controller{
		"endpointslice":          {endpointslice.Controller()},
		"endpoints":              {endpoints.Controller()},
		"endpointslicemirroring": {endpointslicemirroring.Controller()},
		"garbage":                {garbage.New(followed(t))},
		"localspace":             {localvolume.Space()},
		"podgc":                  {podgc.New(podgc.DefaultThreshold)},
		"resourceclaim":          {resourceclaim.Controller()},
		"eviction":               {eviction.Controller()},
		"nodelifecycle":          {nodelifecycle.New(lifecycle)},
		"disruption":             {disruption.Controller()},
		"aggregation":            {aggregation.Controller()},
		"attachment":             {attachment.Controller()},
		"serviceaccounts":        {serviceaccount.Controller(), rootca.New(func(api.Cluster) string { return "CA" })},
	} {
		t.Run(room, func(t *testing.T) { viewtest.Goldens(t, filepath.Join("testdata", room), *updateGoldens, ctls...) })
	}
}

// followed are the resources that the collector looks at.
func followed(t *testing.T) (out []api.Resource) {
	law, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range law.Kinds() {
		if !k.Virtual && k.StoreAs == k.Resource {
			out = append(out, k.Resource)
		}
	}
	return out
}
