package main

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// always is what Go encodes of a type's fields although nobody set them: type, field, JSON.
type always map[string]map[string]json.RawMessage

var zeros = map[reflect.Type]string{
	reflect.TypeFor[resource.Quantity]():  `"0"`,
	reflect.TypeFor[metav1.Time]():        `null`,
	reflect.TypeFor[metav1.MicroTime]():   `null`,
	reflect.TypeFor[intstr.IntOrString](): `0`,
}

func writeAlways(file string) error {
	scheme := runtime.NewScheme()
	for _, add := range groups {
		if err := add(scheme); err != nil {
			return err
		}
	}
	found, seen := always{}, map[reflect.Type]bool{}
	for kind, goType := range scheme.AllKnownTypes() {
		if kind.Version != runtime.APIVersionInternal && !strings.HasSuffix(kind.Kind, "List") {
			found.add(goType, seen)
		}
	}
	text, err := json.MarshalIndent(found, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}

// add looks at a type of the API and at the types of its fields.
func (found always) add(goType reflect.Type, seen map[reflect.Type]bool) {
	for goType.Kind() == reflect.Pointer || goType.Kind() == reflect.Slice || goType.Kind() == reflect.Map {
		goType = goType.Elem()
	}
	if _, special := zeros[goType]; special || seen[goType] || goType.Kind() != reflect.Struct ||
		!strings.HasPrefix(goType.PkgPath(), "k8s.io/") {
		return
	}
	seen[goType] = true
	fields := map[string]json.RawMessage{}
	found.fields(goType, fields, seen)
	if len(fields) > 0 {
		name := strings.ReplaceAll(strings.Replace(goType.PkgPath(), "k8s.io", "io.k8s", 1), "/", ".")
		found[name+"."+goType.Name()] = fields
	}
}

func (found always) fields(goType reflect.Type, fields map[string]json.RawMessage, seen map[reflect.Type]bool) {
	for i := range goType.NumField() {
		each := goType.Field(i)
		tag := strings.Split(each.Tag.Get("json"), ",")
		if each.Anonymous && tag[0] == "" {
			found.fields(each.Type, fields, seen)
			continue
		}
		found.add(each.Type, seen)
		if text := unset(each.Type, tag[1:]); text != "" && tag[0] != "" && tag[0] != "-" {
			fields[tag[0]] = json.RawMessage(text)
		}
	}
}

// unset is the JSON of an unset field; empty when Go leaves it out, for scalars, whose zeros
// OpenAPI names as defaults, and for pointers, whose absence validation refuses.
func unset(goType reflect.Type, options []string) string {
	switch {
	case slices.Contains(options, "omitzero"):
		return ""
	case zeros[goType] != "":
		return zeros[goType]
	case goType.Kind() == reflect.Struct && goType != reflect.TypeFor[runtime.RawExtension]():
		return `{}`
	case slices.Contains(options, "omitempty"):
		return ""
	case goType.Kind() == reflect.Slice, goType.Kind() == reflect.Map:
		return `null`
	default:
		return ""
	}
}
