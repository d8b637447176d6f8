package app

import (
	"errors"
	"fmt"
	"os"

	"gantry.dev/gantry/internal/admit"
	"gantry.dev/gantry/internal/admit/config"
	"gantry.dev/gantry/internal/driver/imagepolicy"
	"gantry.dev/gantry/internal/driver/webhook"
)

// Admission is what the flags of kube-apiserver say of admission plugins.
type Admission struct {
	// Enable and Disable name plugins beyond and out of the default ones.
	Enable, Disable []string
	// ConfigFile is an AdmissionConfiguration; empty is none.
	ConfigFile string
	// NotReadySeconds and UnreachableSeconds are how long pods stay on such a node; nil is 300.
	NotReadySeconds, UnreachableSeconds *int64
}

// Check finds what is wrong before anything is started.
func (a *Admission) Check() error {
	settings, _, err := a.open()
	if err != nil {
		return err
	}
	_, err = admit.New(settings)
	return err
}

// open reads the files.
func (a *Admission) open() (admit.Settings, webhook.Credentials, error) {
	s := admit.Settings{Enable: a.Enable, Disable: a.Disable, NotReady: a.NotReadySeconds, Unreachable: a.UnreachableSeconds}
	for _, n := range []*int64{a.NotReadySeconds, a.UnreachableSeconds} {
		if n != nil && *n < 0 {
			return s, nil, errors.New("toleration seconds must not be negative")
		}
	}
	other, err := config.Read(&s, a.ConfigFile, os.ReadFile)
	if err != nil {
		return s, nil, fmt.Errorf("admission: %w", err)
	}
	if other.Images != nil {
		if s.Images, err = imagepolicy.Open(*other.Images); err != nil {
			return s, nil, err
		}
	}
	credentials, err := webhook.OpenCredentials(other.Kubeconfigs)
	return s, credentials, err
}
