package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"

	corev1 "k8s.io/api/core/v1"
	nodev1 "k8s.io/api/node/v1"
	nodev1beta1 "k8s.io/api/node/v1beta1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/util/intstr"
)

var examples = map[string]runtime.Object{
	"core.v1.Binding":                  &corev1.Binding{},
	"core.v1.DeleteOptions":            &metav1.DeleteOptions{},
	"core.v1.Event":                    &corev1.Event{},
	"core.v1.Namespace":                &corev1.Namespace{},
	"core.v1.Node":                     &corev1.Node{},
	"core.v1.Pod":                      &corev1.Pod{},
	"core.v1.Secret":                   &corev1.Secret{},
	"node.k8s.io.v1.RuntimeClass":      &nodev1.RuntimeClass{},
	"node.k8s.io.v1beta1.RuntimeClass": &nodev1beta1.RuntimeClass{},
	"policy.v1.Eviction":               &policyv1.Eviction{},
}

// writeExamples writes each object three times, as JSON and as protobuf: with every field set, from
// Kubernetes' own test data; with every field there but zero; and empty. And a pod as users have it.
func writeExamples(directory string) error {
	if err := encode(directory, "usual", "core.v1.Pod", pod()); err != nil {
		return err
	}
	api, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/api").Output()
	if err != nil {
		return err
	}
	upstream := filepath.Join(strings.TrimSpace(string(api)), "testdata", "HEAD")
	for name, object := range examples {
		for _, form := range []string{".json", ".pb"} {
			content, err := os.ReadFile(filepath.Join(upstream, name+form))
			if err != nil {
				return err
			}
			if err := write(directory, "full", name+form, content); err != nil {
				return err
			}
		}
		group, kind := name[:strings.LastIndex(name, ".")], name[strings.LastIndex(name, ".")+1:]
		at := strings.LastIndex(group, ".")
		version := group[at+1:]
		if group = group[:at]; group != "core" {
			version = group + "/" + version
		}
		reflect.ValueOf(object).Elem().FieldByName("TypeMeta").
			Set(reflect.ValueOf(metav1.TypeMeta{APIVersion: version, Kind: kind}))
		if err := encode(directory, "empty", name, object); err != nil {
			return err
		}
		zero(reflect.ValueOf(object).Elem())
		if err := encode(directory, "zero", name, object); err != nil {
			return err
		}
	}
	return nil
}

// pod has a zero wherever one matters.
func pod() *corev1.Pod {
	preemption := corev1.PreemptLowerPriority
	return &corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Name: "p", Namespace: "default"},
		Spec: corev1.PodSpec{
			ServiceAccountName:            "default",
			AutomountServiceAccountToken:  new(bool),
			EnableServiceLinks:            new(bool),
			Priority:                      new(int32),
			PreemptionPolicy:              &preemption,
			TerminationGracePeriodSeconds: new(int64),
			SecurityContext:               &corev1.PodSecurityContext{RunAsUser: new(int64)},
			Tolerations:                   []corev1.Toleration{noExecute("not-ready"), noExecute("unreachable")},
			Affinity: &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
				RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{
					LabelSelector:     &metav1.LabelSelector{},
					NamespaceSelector: &metav1.LabelSelector{},
					TopologyKey:       "kubernetes.io/hostname",
				}},
			}},
			Volumes: []corev1.Volume{{
				Name:         "v",
				VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}},
			}},
			Containers: []corev1.Container{{
				Name: "c", Image: "app:1", Env: []corev1.EnvVar{{Name: "EMPTY"}},
				Resources: corev1.ResourceRequirements{Limits: corev1.ResourceList{
					"cpu": resource.MustParse("0.5"), "memory": resource.MustParse("64Mi"),
				}},
				ReadinessProbe: &corev1.Probe{ProbeHandler: corev1.ProbeHandler{
					HTTPGet: &corev1.HTTPGetAction{Port: intstr.FromString("http")},
				}},
				SecurityContext: &corev1.SecurityContext{
					RunAsNonRoot:             new(bool),
					AllowPrivilegeEscalation: new(bool),
				},
			}},
		},
	}
}

func noExecute(taint string) corev1.Toleration {
	return corev1.Toleration{
		Key: "node.kubernetes.io/" + taint, Operator: corev1.TolerationOpExists,
		Effect: corev1.TaintEffectNoExecute, TolerationSeconds: new(int64),
	}
}

func encode(directory, variant, name string, object runtime.Object) error {
	text, err := json.MarshalIndent(object, "", "  ")
	if err != nil {
		return err
	}
	if err := write(directory, variant, name+".json", text); err != nil {
		return err
	}
	var bytes strings.Builder
	if err := protobuf.NewSerializer(nil, nil).Encode(object, &bytes); err != nil {
		return err
	}
	return write(directory, variant, name+".pb", []byte(bytes.String()))
}

func write(directory, variant, name string, content []byte) error {
	folder := filepath.Join(directory, variant)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, name), content, 0o644)
}

// zero lets every pointer point to a zero value, and every list and map have one.
func zero(value reflect.Value) {
	switch value.Kind() {
	case reflect.Pointer:
		value.Set(reflect.New(value.Type().Elem()))
		zero(value.Elem())
	case reflect.Slice:
		if value.Type().Elem().Kind() != reflect.Uint8 {
			value.Set(reflect.MakeSlice(value.Type(), 1, 1))
			zero(value.Index(0))
		}
	case reflect.Map:
		value.Set(reflect.MakeMap(value.Type()))
		item := reflect.New(value.Type().Elem()).Elem()
		zero(item)
		value.SetMapIndex(reflect.New(value.Type().Key()).Elem(), item)
	case reflect.Struct:
		for i := range value.NumField() {
			if _, kept := value.Type().Field(i).Tag.Lookup("protobuf"); kept {
				zero(value.Field(i))
			}
		}
	}
}
