package openapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	"google.golang.org/protobuf/proto"
	"k8s.io/kube-openapi/pkg/validation/spec"
)

// TestPieces: whatever the parts are, the stream holds their text, and its checksum holds.
func TestPieces(t *testing.T) {
	for _, texts := range [][]string{nil, {""}, {"a"}, {"a", "", "b"}, {strings.Repeat("abc", 100_000), "x", strings.Repeat("y", 70_001)}} {
		var pieces []Piece
		for _, text := range texts {
			p, err := NewPiece([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			pieces = append(pieces, p)
		}
		got, err := Gunzip(Join(pieces))
		if want := strings.Join(texts, ""); err != nil || string(got) != want {
			t.Errorf("%d pieces: %d bytes, want %d: %v", len(texts), len(got), len(want), err)
		}
	}
}

// TestMergeV2: additions are there in both forms, what they share is there once, and what is embedded stands.
func TestMergeV2(t *testing.T) {
	var more []*Addition
	for _, kind := range []string{"One", "Two"} {
		doc := &spec.Swagger{SwaggerProps: spec.SwaggerProps{
			Definitions: spec.Definitions{"com.example.v1." + kind: *spec.StringProperty(), "io.k8s.api.core.v1.Pod": *spec.StringProperty(), "shared": *spec.StringProperty()},
			Paths:       &spec.Paths{Paths: map[string]spec.PathItem{"/apis/example.com/v1/" + kind: {}}},
		}}
		a, err := NewAddition(doc, func(part, name string) bool { return name != "shared" })
		if err != nil {
			t.Fatal(err)
		}
		more = append(more, a)
	}
	gz, err := MergeV2(more, false)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Swagger     string
		Paths       map[string]json.RawMessage
		Definitions map[string]struct {
			Type        string
			Description string
		}
	}
	document(t, gz, &doc)
	for _, name := range []string{"com.example.v1.One", "com.example.v1.Two", "shared"} {
		if doc.Definitions[name].Type != "string" {
			t.Errorf("definition %s: %+v", name, doc.Definitions[name])
		}
	}
	if doc.Definitions["io.k8s.api.core.v1.Pod"].Type != "object" || doc.Swagger != "2.0" {
		t.Error("an addition replaced what is embedded")
	}
	if doc.Paths["/apis/example.com/v1/Two"] == nil || doc.Paths["/api/v1/namespaces/{namespace}/pods"] == nil {
		t.Error("paths are missing")
	}
	if gz, err = MergeV2(more, true); err != nil {
		t.Fatal(err)
	}
	raw, err := Gunzip(gz)
	if err != nil {
		t.Fatal(err)
	}
	pb := &openapi_v2.Document{}
	if err := proto.Unmarshal(raw, pb); err != nil {
		t.Fatal(err)
	}
	names := map[string]int{}
	for _, d := range pb.GetDefinitions().GetAdditionalProperties() {
		names[d.GetName()]++
	}
	if names["com.example.v1.One"] != 1 || names["io.k8s.api.core.v1.Pod"] != 1 || pb.GetSwagger() != "2.0" || pb.GetInfo().GetTitle() == "" {
		t.Error(fmt.Sprint("protobuf: ", names["com.example.v1.One"], names["io.k8s.api.core.v1.Pod"], pb.GetSwagger(), pb.GetInfo()))
	}
}
