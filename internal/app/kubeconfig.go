package app

import (
	"fmt"

	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"gantry.dev/gantry/internal/driver/pki"
)

// writeKubeconfig writes the administrator's kubeconfig, readable by root alone.
func (s *Server) writeKubeconfig() error {
	pair, err := s.pki.Pair("admin", pki.Leaf{CommonName: "kubernetes-admin", Organizations: []string{user.SystemPrivilegedGroup}, Client: true})
	if err != nil {
		return err
	}
	at := s.listen
	host := at.Addr().String()
	if at.Addr().IsUnspecified() {
		host = "127.0.0.1"
	}
	b, err := kubeconfig(fmt.Sprintf("https://%s:%d", host, at.Port()), s.pki.CAPEM(), pair)
	if err != nil {
		return err
	}
	return writeFile(s.layout.Kubeconfig(), b, 0o600)
}

func kubeconfig(url string, ca []byte, pair pki.Pair) ([]byte, error) {
	const name = "gantry"
	c := clientcmdapi.NewConfig()
	c.Clusters[name] = &clientcmdapi.Cluster{Server: url, CertificateAuthorityData: ca}
	c.AuthInfos[name] = &clientcmdapi.AuthInfo{ClientCertificateData: pair.CertPEM, ClientKeyData: pair.KeyPEM}
	c.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name, Namespace: "default"}
	c.CurrentContext = name
	return clientcmd.Write(*c)
}
