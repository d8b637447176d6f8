// Package image keeps the node's container images: it pulls them from registries, imports them from archives, unpacks
// each layer once into a directory that overlayfs can use, and answers what an image is and where its layers are.
//
// It reads registries and archives, and writes only below the directory given to Open:
//
//	lock                    flock: shared while something becomes visible or pinned, exclusive while something is removed
//	layers/sha256/<hex>/    an unpacked layer, named by its diff ID; immutable once visible, used as an overlay lowerdir
//	layers/sha256/<hex>.json  what is known of that layer (size)
//	blobs/sha256/<hex>      configs, manifests, and the layer blobs of imported images
//	images/sha256/<hex>.json  one record per image, named by the image's ID (the digest of its config)
//	names/<hash>.json       one record per name (a tag or a digest) that points to an image
//	work/<random>/          what a running pull or import has under way; whose owner is dead is swept by Open and GC
//
// The disk is the only state. Every file and directory appears by rename, complete, and is never changed afterwards,
// so that several processes (an agent, and `gantry image import` beside it) can use one store at once, and a crash at
// any point leaves nothing half-visible.
//
// Blobs: a pulled layer is unpacked from the stream and its compressed form is not kept; pushing a pulled image reads
// it from where it came from. An imported layer is also kept as it was in the archive, because there would be no
// other place to push it from.
//
// The package is not a policy: when to pull, how to back off, which images are worth keeping is the agent's.
package image
