// Package image keeps the node's container images: it pulls them from registries, imports them from archives, unpacks
// each layer once into a directory that overlayfs can use, and answers what an image is and where its layers are.
//
// It reads registries and archives, and writes only below the directory given to Open:
//
//	lock                flock: shared while a job pins what it needs, exclusive while the index changes or GC removes
//	index.json          every image and name; replaced as a whole by rename
//	layers/<hex>/fs     an unpacked layer, named by its diff ID, or a variant of one: an overlay lowerdir
//	layers/<hex>/layer.json  what is known of that layer
//	blobs/<hex>         configs and manifests, and the layer blobs of imported images
//	work/<random>/      what a running pull or import has under way; swept by Open and GC once its owner is dead
//
// The disk is the only state (the index is cached for as long as its file is the same). Everything appears by rename,
// complete, and is not changed afterwards, so that several processes (an agent, and `gantry image import` beside it)
// can use one store at once, and a crash at any point leaves nothing half-visible.
//
// Blobs: a pulled layer is unpacked from the stream and its compressed form is not kept; pushing a pulled image reads
// it from where it came from, unless the store is told to share what it has with other nodes. An imported layer is also kept as it was in the archive, because there would be no
// other place to push it from.
//
// The package is not a policy: when to pull, how to back off, which images are worth keeping is the agent's.
package image
