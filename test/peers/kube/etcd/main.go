// Etcd is upstream's etcd of release 3.6, as upstream's own main makes it: the store of the kube-apiserver that Gantry is
// compared with. The main package of etcd is in the module of its repository's root, which is not made to be required.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
