// Package distribution reads repositories by the OCI distribution API: manifests by tag or digest, blobs, referrers. It is
// made for bad weather: requests wait when a registry asks to (Retry-After), a transfer that breaks is taken up where it
// broke, by another place if need be, one that stands still is ended, and whatever comes is compared with its digest.
//
// Authentication (basic, bearer tokens) is go-containerregistry's. The package keeps nothing and decides no policy: which
// places to ask, and with what credentials, its caller says.
package distribution
