// Starting runsc: its arguments, its environment, its descriptors.
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "invocation.h"
#include "settings.h"

enum { RUNSC_MOST_ARGUMENTS = 64 };

struct runsc {
    const struct settings *settings;
    const struct invocation *invocation;
};

struct arguments {
    const char *words[RUNSC_MOST_ARGUMENTS + 1]; // ends with NULL
    size_t count;
};

// Standard input, output and error of a child.
struct streams {
    int descriptors[3];
};

extern const struct streams RUNSC_OWN_STREAMS;

// runsc's own path and the flags that stand before every command.
struct arguments runsc_arguments(const struct runsc *runsc);

void arguments_add(struct arguments *arguments, const char *word);

// Becomes runsc; returns only where that failed, which it reports.
void runsc_become(const struct arguments *arguments);

// Starts runsc as a child that has nothing but these streams open. The child dies with this process
// where `bound` is true. With `terminal`, the first stream becomes its controlling terminal.
// -1 on failure, reported.
pid_t runsc_start(const struct arguments *arguments, struct streams streams, bool bound,
                  bool terminal);

// A child's exit code, 128 and the signal where a signal ended it, as shells count.
int runsc_exit_code(int status);

// Waits for a child and returns its exit code; 255 where it cannot be waited for.
int runsc_await(pid_t child);

// Starts runsc, waits for its end, returns its exit code; 255 where it could not start.
int runsc_run(const struct arguments *arguments, struct streams streams);

// In a mount namespace of this process's own, covers /proc/sys/net where the settings ask for it.
bool runsc_prepare_mounts(const struct settings *settings);
