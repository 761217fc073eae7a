// The few things that the launcher has to know of an OCI bundle's config.json.
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "invocation.h"

struct bundle {
    // A container that joins the sandbox of a pod: CRI's annotation container-type is `container`.
    bool joins_sandbox;
    char sandbox[INVOCATION_LONGEST_ID + 1]; // the pod's sandbox, where it joins one
    bool terminal;
    char cgroup[PATH_MAX]; // linux.cgroupsPath, empty where it is absent or not a path
    // Where gVisor is to note the system calls that it refuses: a file in the pod's directory of
    // logs, for the sandboxes of `glovebox check` alone; empty for any other.
    char refused_calls[PATH_MAX];
};

// Reads a config.json's text.
bool bundle_parse(const char *text, size_t length, struct bundle *bundle);

// Has the calls answered with ENOSYS for which a seccomp profile wants that: runsc answers each
// SCMP_ACT_ERRNO with EPERM, whatever its errnoRet, and a C library that asks for clone3 then does
// not fall back to clone, so that no thread begins. SCMP_ACT_TRACE without a tracer is ENOSYS, in
// the kernel as in runsc. Changes the text in place, its length stays; says whether it changed.
bool bundle_mend_profile(char *text, size_t length);

// Loads DIRECTORY/config.json, at most 4 MiB of it, with its profile mended. Reports failures.
bool bundle_load(const char *directory, struct bundle *bundle);
