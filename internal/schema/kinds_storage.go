package schema

import (
	"k8s.io/kubernetes/pkg/registry/storage/csidriver"
	"k8s.io/kubernetes/pkg/registry/storage/csinode"
	"k8s.io/kubernetes/pkg/registry/storage/csistoragecapacity"
	"k8s.io/kubernetes/pkg/registry/storage/storageclass"
	"k8s.io/kubernetes/pkg/registry/storage/volumeattachment"
	"k8s.io/kubernetes/pkg/registry/storage/volumeattributesclass"

	"gantry.dev/gantry/internal/api"
)

func storageKinds() []*Kind {
	v1 := []string{"v1"}
	in := func(name string) api.Resource { return api.Resource{Group: "storage.k8s.io", Name: name} }
	return []*Kind{
		{
			Resource: in("csidrivers"), Kind: "CSIDriver", Singular: "csidriver",
			Versions: v1, Verbs: allVerbs, Strategy: csidriver.Strategy,
		}, {
			Resource: in("csinodes"), Kind: "CSINode", Singular: "csinode",
			Versions: v1, Verbs: allVerbs, Strategy: csinode.Strategy,
		}, {
			Resource: in("csistoragecapacities"), Kind: "CSIStorageCapacity", ListKind: "CSIStorageCapacityList",
			Singular: "csistoragecapacity", Namespaced: true, Versions: v1, Verbs: allVerbs,
			Strategy: csistoragecapacity.Strategy, plain: true,
		}, {
			Resource: in("storageclasses"), Kind: "StorageClass", Singular: "storageclass", ShortNames: []string{"sc"},
			Versions: v1, Verbs: allVerbs, Strategy: storageclass.Strategy,
		}, {
			Resource: in("volumeattachments"), Kind: "VolumeAttachment", Singular: "volumeattachment",
			Versions: v1, Verbs: allVerbs, Strategy: volumeattachment.Strategy,
			Subresources: subs(ownSub("status", volumeattachment.StatusStrategy, updateVerbs...)),
		}, {
			Resource: in("volumeattributesclasses"), Kind: "VolumeAttributesClass", Singular: "volumeattributesclass",
			ShortNames: []string{"vac"}, Versions: v1, Verbs: allVerbs, Strategy: volumeattributesclass.Strategy,
		},
	}
}
