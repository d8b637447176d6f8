package app

import (
	"fmt"
	"slices"
	"strings"

	"gantry.dev/gantry/internal/reconcile"
)

// schedulerName stands for the scheduler in --controllers.
const schedulerName = "scheduler"

// controllerList is --controllers, in the form of kube-controller-manager: '*' is all of them, 'foo' enables one, '-foo'
// disables one, and what comes first counts. Empty is '*'.
type controllerList []string

// enabled says whether a controller runs.
func (l controllerList) enabled(name string) bool {
	for _, entry := range l {
		if entry == name {
			return true
		}
		if entry == "-"+name {
			return false
		}
	}
	return len(l) == 0 || slices.Contains(l, "*")
}

// check refuses names of nobody.
func (l controllerList) check(all []reconcile.Controller) error {
	names := []string{schedulerName}
	for _, c := range all {
		names = append(names, c.Name)
	}
	for _, entry := range l {
		if name := strings.TrimPrefix(entry, "-"); entry != "*" && !slices.Contains(names, name) {
			slices.Sort(names)
			return fmt.Errorf("--controllers: %q is not in the list of controllers: %s", name, strings.Join(names, ", "))
		}
	}
	return nil
}

// pick leaves those that run.
func (l controllerList) pick(all []reconcile.Controller) []reconcile.Controller {
	return slices.DeleteFunc(all, func(c reconcile.Controller) bool { return !l.enabled(c.Name) })
}
