package pod

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestEnvFile(t *testing.T) {
	for _, c := range []struct{ name, text, want, refused string }{
		{"simple", "K='v'\n", "v", ""},
		{"no line end", "K='v'", "v", ""},
		{"not there", "A='b'\n", "", ""},
		{"nothing", "", "", ""},
		{"comments and blanks", "# K='no'\n\n   \n  K='yes' # K='later'\n", "yes", ""},
		{"nothing is special", `K='$HOME "a" \n # b'`, `$HOME "a" \n # b`, ""},
		{"several lines", "K='one\n  two\n\nthree'\nL='x'\n", "one\n  two\n\nthree", ""},
		{"several lines of another", "L='one\nK='\nK='v'\n", "v", ""},
		{"the first counts", "K='a'\nK='b'\n", "a", ""},
		{"blank after =", "K= 'v'\n", "", ""},
		{"carriage returns", "A='b'\r\nK='v'\r\n", "v", ""},
		{"no =", "K\n", "", "at line 1: missing '='"},
		{"no name", "A='b'\n='v'\n", "", "at line 2: empty variable name"},
		{"blank before =", "K ='v'\n", "", "at line 1: whitespace before '=' is not allowed"},
		{"no quotes", "K=v\n", "", "at line 1: value must be enclosed in single quotes"},
		{"double quotes", "K=\"v\"\n", "", "must be enclosed in single quotes"},
		{"never closed", "A='b'\nK='v\nmore\n", "", "starting at line 2: unclosed single quote"},
		{"something after it", "K='v' x\n", "", "at line 1: unexpected content after closing quote"},
	} {
		got, err := envFileValue(c.text, "K")
		if got != c.want || (err == nil) != (c.refused == "") || err != nil && !strings.Contains(err.Error(), c.refused) {
			t.Errorf("%s: %q, %v; want %q, %q", c.name, got, err, c.want, c.refused)
		}
	}
}

func TestEnvFromFile(t *testing.T) {
	ref := func(name, key string, optional bool) corev1.EnvVar {
		return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{FileKeyRef: &corev1.FileKeySelector{VolumeName: "v", Path: "a/env", Key: key, Optional: &optional}}}
	}
	env := func(files map[EnvFile]string, vars ...corev1.EnvVar) (string, error) {
		c := &corev1.Container{Env: vars}
		got, err := Env(EnvInput{Pod: &corev1.Pod{}, Container: c, Files: files})
		return strings.Join(got, " "), err
	}
	files := map[EnvFile]string{{"v", "a/env"}: "K='v'\nEMPTY=''\n"}
	if got, err := env(files, ref("X", "K", false), ref("Y", "none", true), corev1.EnvVar{Name: "Z", Value: "$(X)!"}); err != nil || got != "X=v Z=v!" {
		t.Errorf("%q, %v", got, err)
	}
	for _, key := range []string{"none", "EMPTY"} {
		if _, err := env(files, ref("X", key, false)); err == nil || !strings.Contains(err.Error(), `key "`+key+`" not found in file "a/env"`) {
			t.Errorf("%s: %v", key, err)
		}
	}
	if got, err := env(nil, ref("X", "K", true)); err != nil || got != "" {
		t.Errorf("an optional file that is not there: %q, %v", got, err)
	}
}
