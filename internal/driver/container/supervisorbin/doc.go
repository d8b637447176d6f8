// Package supervisorbin carries the executable of cmd/gantry-supervisor inside of gantry. That program is a Go module of its
// own and needs cgo, so it is built first (see its build.sh) and embedded under the build tag "supervisor"; without
// the tag Binary answers an error that says how to build. It reads and writes nothing.
package supervisorbin
