// Writes what the API server knows of Kubernetes' protobuf messages and of what Go encodes
// although nobody set it, and examples for its tests, from Kubernetes' own Go types:
//
//	go run . table ../main/resources/dev/glovebox/apiserver/protobuf/messages.json.gz
//	go run . always ../main/resources/dev/glovebox/apiserver/schema/always.json
//	go run . examples ../test/resources/dev/glovebox/apiserver/protobuf
//
// The version in go.mod is the one of schema.json.gz.
package main

import (
	"log"
	"os"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: go run . table FILE | always FILE | examples DIRECTORY")
	}
	var err error
	switch os.Args[1] {
	case "table":
		err = writeTable(os.Args[2])
	case "always":
		err = writeAlways(os.Args[2])
	case "examples":
		err = writeExamples(os.Args[2])
	default:
		log.Fatalf("no such output: %s", os.Args[1])
	}
	if err != nil {
		log.Fatal(err)
	}
}
