// What the runc shim asks for: runc's command line, as far as the shim uses it.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// A container id is at most 76 characters, as in containerd.
enum { INVOCATION_LONGEST_ID = 76 };

struct invocation {
    const char *root; // where runsc keeps its state; required but for --version
    const char *log;  // the shim's log file; NULL where it wants none
    bool systemd_cgroup;
    bool version;

    const char *command;
    const char *id; // NULL for list
    int signal;     // of kill
    const char *bundle;
    const char *pid_file;
    const char *console_socket;
    const char *process;
    bool all;
    bool force;

    // The command with its options and the id, as given: for what runsc understands by itself.
    char *const *words;
    size_t word_count;
};

// Reads the arguments after the program's name. On failure false, and `why` names the fault; what
// was read by then (the log file first of all) is valid.
bool invocation_parse(int count, char *const *arguments, struct invocation *invocation, char *why,
                      size_t why_size);

// Letters, digits, `_`, `.`, `-` and `+`, not beginning with a dot or a dash, of bounded length:
// safe as a file's name and as an argument.
bool invocation_valid_id(const char *id);
