package settings

import (
	"os"
	"reflect"
	"strings"
	"testing"

	kubelet "k8s.io/kubelet/config/v1beta1"
)

// Every field of upstream's has a row, and every row a field; the page for users names them all.
func TestEveryField(t *testing.T) {
	page, err := os.ReadFile("../../../docs/kubelet-configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	rows, typ := fields(), reflect.TypeFor[kubelet.KubeletConfiguration]()
	for i := range typ.NumField() {
		f := typ.Field(i)
		row, ok := rows[f.Name]
		if !ok {
			t.Errorf("%s is read, fits or is refused: say which in fields.go", f.Name)
		}
		delete(rows, f.Name)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" && !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("docs/kubelet-configuration.md does not tell of %s", name)
		}
		if !row.read && !strings.Contains(string(page), row.why) {
			t.Errorf("docs/kubelet-configuration.md does not say of %s: %s", name, row.why)
		}
	}
	for name := range rows {
		t.Errorf("upstream has no field %s", name)
	}
}
