// Extension is an extension API server as people build them, on upstream's generic server: it serves upstream's sample API,
// wardle.example.com/v1alpha1, from memory. It learns whom to trust from the cluster that it runs in, and asks that
// cluster who may do what. The acceptance tests run it in a pod, behind an APIService.
package main

import (
	"fmt"
	"net"
	"os"

	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	openapinamer "k8s.io/apiserver/pkg/endpoints/openapi"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/server/options"
	"k8s.io/apiserver/pkg/util/compatibility"
	"k8s.io/sample-apiserver/pkg/apis/wardle"
	"k8s.io/sample-apiserver/pkg/apis/wardle/v1alpha1"
	"k8s.io/sample-apiserver/pkg/apiserver"
	"k8s.io/sample-apiserver/pkg/generated/openapi"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "extension:", err)
		os.Exit(1)
	}
}

func run() error {
	o := options.NewRecommendedOptions("", apiserver.Codecs.LegacyCodec(v1alpha1.SchemeGroupVersion))
	o.Etcd, o.Admission = nil, nil
	o.Features.EnablePriorityAndFairness = false // it has no objects of that
	pflag.CommandLine.SortFlags = false
	o.AddFlags(pflag.CommandLine)
	pflag.Parse()
	if errs := o.Validate(); len(errs) > 0 {
		return field.InternalError(nil, fmt.Errorf("%v", errs))
	}
	if err := o.SecureServing.MaybeDefaultWithSelfSignedCerts("localhost", nil, []net.IP{net.IPv4(127, 0, 0, 1)}); err != nil {
		return err
	}
	c := server.NewRecommendedConfig(apiserver.Codecs)
	c.EffectiveVersion = compatibility.DefaultBuildEffectiveVersion()
	namer := openapinamer.NewDefinitionNamer(apiserver.Scheme)
	c.OpenAPIConfig = server.DefaultOpenAPIConfig(openapi.GetOpenAPIDefinitions, namer)
	c.OpenAPIV3Config = server.DefaultOpenAPIV3Config(openapi.GetOpenAPIDefinitions, namer)
	if err := o.ApplyTo(c); err != nil {
		return err
	}
	s, err := c.Complete().New("extension", server.NewEmptyDelegate())
	if err != nil {
		return err
	}
	group := server.NewDefaultAPIGroupInfo(wardle.GroupName, apiserver.Scheme, runtime.NewParameterCodec(apiserver.Scheme), apiserver.Codecs)
	group.VersionedResourcesStorageMap["v1alpha1"] = map[string]rest.Storage{"flunders": newFlunders()}
	if err := s.InstallAPIGroup(&group); err != nil {
		return err
	}
	return s.PrepareRun().RunWithContext(server.SetupSignalContext())
}
