package main

import (
	"errors"
	"testing"

	"golang.org/x/sys/unix"
)

// TestKeyrings: a container's keys are its own, and those of its further processes.
func TestKeyrings(t *testing.T) {
	const kind, name = "user", "gantry:test"
	find := func() error {
		_, err := unix.KeyctlSearch(unix.KEY_SPEC_SESSION_KEYRING, kind, name, 0)
		return err
	}
	made, over := make(chan int), make(chan struct{})
	ended := make(chan error, 1)
	go func() { // the container, without which its keyring is gone
		defer close(made)
		ended <- onThread(func() error {
			own, err := ownKeyring()
			if err != nil || own == 0 {
				return err
			}
			if _, err := unix.AddKey(kind, name, []byte("secret"), unix.KEY_SPEC_SESSION_KEYRING); err != nil {
				return err
			}
			made <- own
			<-over
			return nil
		})
	}()
	container := <-made
	defer close(over)
	if container == 0 {
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		t.Skip("the kernel has no keyrings")
	}
	err := onThread(func() error {
		if _, err := ownKeyring(); err != nil {
			return err
		}
		return find()
	})
	if !errors.Is(err, unix.ENOKEY) {
		t.Errorf("another container finds the key: %v", err)
	}
	err = onThread(func() error {
		if err := joinKeyring(container); err != nil {
			return err
		}
		return find()
	})
	if err != nil {
		t.Errorf("a further process of the container does not find the key: %v", err)
	}
}
