// The launcher's settings, from the file `runsc-launcher.conf` beside its own executable and from
// nowhere else: neither the environment nor a container has a say.
//
//     runsc = /absolute/path/of/runsc       required
//     platform = systrap                    systrap, kvm or ptrace; systrap where absent
//     flag = --name=value                   a further flag of runsc's, any number up to 16
//     hide-proc-sys-net = true              see hide_proc_sys_net; false where absent
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

enum { SETTINGS_MOST_FLAGS = 16, SETTINGS_LONGEST = 4096 };

struct settings {
    char runsc[PATH_MAX];
    char platform[16];
    char flags[SETTINGS_MOST_FLAGS][256];
    size_t flag_count;
    // runsc older than 2024-07-31 fails where /proc/sys/net/core/rmem_default exists in a network
    // namespace of its own (gvisor#10704); such a runsc sees an empty /proc/sys/net.
    bool hide_proc_sys_net;
};

// Reads settings out of a text. On failure false, and `why` names the line and its fault.
bool settings_parse(const char *text, struct settings *settings, char *why, size_t why_size);

// Whether a file or directory may be believed: `owner`'s, and writable by nobody else.
bool settings_trusted(const struct stat *file, uid_t owner);

// Loads the file beside this process's own executable and checks that it, its directory and runsc
// are root's alone. Reports and returns false where anything is amiss.
bool settings_load(struct settings *settings);
