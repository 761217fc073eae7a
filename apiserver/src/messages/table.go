package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	certificatesv1 "k8s.io/api/certificates/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	eventsv1 "k8s.io/api/events/v1"
	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	networkingv1 "k8s.io/api/networking/v1"
	nodev1 "k8s.io/api/node/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	resourcev1 "k8s.io/api/resource/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// field is what the API server has to know of a field of a message.
type field struct {
	// Name in JSON.
	Name string `json:"name,omitempty"`
	// Type of the value, of each item of a list, or of each value of a map, whose keys are text.
	Type string `json:"type"`
	// List says that the field is repeated.
	List bool `json:"list,omitempty"`
	// Map says that the field is a map.
	Map bool `json:"map,omitempty"`
	// Inline says that JSON has the fields of this message in the place of the field itself.
	Inline bool `json:"inline,omitempty"`
	// OmitZero says that JSON leaves the zero value out; Go has it by value and encodes it always.
	OmitZero bool `json:"omitZero,omitempty"`
}

var special = map[reflect.Type]string{
	reflect.TypeFor[resource.Quantity]():    "quantity",
	reflect.TypeFor[metav1.Time]():          "time",
	reflect.TypeFor[metav1.MicroTime]():     "time",
	reflect.TypeFor[intstr.IntOrString]():   "intOrString",
	reflect.TypeFor[metav1.FieldsV1]():      "json",
	reflect.TypeFor[runtime.RawExtension](): "json",
}

var groups = []func(*runtime.Scheme) error{
	admissionregistrationv1.AddToScheme, appsv1.AddToScheme, authenticationv1.AddToScheme,
	authorizationv1.AddToScheme, autoscalingv1.AddToScheme, autoscalingv2.AddToScheme,
	batchv1.AddToScheme, certificatesv1.AddToScheme, coordinationv1.AddToScheme,
	corev1.AddToScheme, discoveryv1.AddToScheme, eventsv1.AddToScheme, flowcontrolv1.AddToScheme,
	networkingv1.AddToScheme, nodev1.AddToScheme, policyv1.AddToScheme, rbacv1.AddToScheme,
	resourcev1.AddToScheme, schedulingv1.AddToScheme, storagev1.AddToScheme,
}

type table map[string]map[string]field

func writeTable(file string) error {
	scheme := runtime.NewScheme()
	for _, add := range groups {
		if err := add(scheme); err != nil {
			return err
		}
	}
	messages := table{}
	for kind, goType := range scheme.AllKnownTypes() {
		if kind.Version != runtime.APIVersionInternal && kind.Kind != "WatchEvent" {
			messages.add(goType)
		}
	}
	text, err := json.Marshal(messages)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	writer, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := writer.Write(text); err != nil {
		return err
	}
	if err := writer.Close(); err != nil {
		return err
	}
	return os.WriteFile(file, packed.Bytes(), 0o644)
}

// add describes a message and those in it, and returns its name, which is OpenAPI's.
func (messages table) add(goType reflect.Type) string {
	name := strings.ReplaceAll(strings.Replace(goType.PkgPath(), "k8s.io", "io.k8s", 1), "/", ".") +
		"." + goType.Name()
	if _, known := messages[name]; known {
		return name
	}
	fields := map[string]field{}
	messages[name] = fields
	for i := range goType.NumField() {
		each := goType.Field(i)
		tag := strings.Split(each.Tag.Get("protobuf"), ",")
		if len(tag) < 2 {
			if each.Type != reflect.TypeFor[metav1.TypeMeta]() {
				panic("no protobuf: " + name + "." + each.Name)
			}
			continue
		}
		fields[tag[1]] = messages.field(each)
	}
	return name
}

func (messages table) field(each reflect.StructField) field {
	tag := strings.Split(each.Tag.Get("json"), ",")
	goType := each.Type
	if each.Anonymous && tag[0] == "" {
		return field{Type: messages.valueType(goType), Inline: true}
	}
	result := field{Name: tag[0]}
	switch {
	case goType.Kind() == reflect.Pointer:
		goType = goType.Elem()
	case goType.Kind() == reflect.Map:
		if goType.Key().Kind() != reflect.String {
			panic("key of " + each.Name)
		}
		result.Map = true
		goType = goType.Elem()
	case goType.Kind() == reflect.Slice && goType.Name() == "" &&
		goType.Elem().Kind() != reflect.Uint8:
		result.List = true
		goType = goType.Elem()
	default:
		omitEmpty := slices.Contains(tag[1:], "omitempty")
		result.OmitZero = omitEmpty && goType.Kind() != reflect.Struct &&
			goType.Kind() != reflect.Slice
	}
	result.Type = messages.valueType(goType)
	return result
}

func (messages table) valueType(goType reflect.Type) string {
	if name, known := special[goType]; known {
		return name
	}
	switch goType.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Int32, reflect.Int64:
		return goType.Kind().String()
	case reflect.Struct:
		return messages.add(goType)
	case reflect.Slice:
		switch {
		case goType.Elem().Kind() == reflect.Uint8:
			return "bytes"
		case goType.Elem().Kind() == reflect.String && goType.Name() != "":
			// A list with a name is a message around the list.
			return "strings"
		}
	}
	panic(fmt.Sprintf("no type for %v", goType))
}
